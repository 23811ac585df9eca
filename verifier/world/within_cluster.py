"""Inside the cluster: its pods, nodes, instance types, webhooks and events, as far as they could be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from verifier.kinds.compute import InstanceType
from verifier.kinds.event import Event, event
from verifier.kinds.fact import NotKnown
from verifier.kinds.installed_type import installed_type
from verifier.kinds.node import Node, node
from verifier.kinds.pod import POD, Pod
from verifier.kinds.served import Document
from verifier.kinds.webhook import Webhook, webhooks_of
from verifier.live.documents import Absent, Denied, Failed, kubernetes_path
from verifier.world.joined import World
from verifier.world.kubernetes import NAMESPACES

NODES = "/api/v1/nodes"
INSTANCE_TYPES = "/apis/amlarc.azureml.com/v1alpha1/instancetypes"
WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"


def pods_in(world: World, namespace: str) -> tuple[Pod, ...]:
    """The pods of a namespace. Raises NotKnown."""
    listed = _listed(world, f"{NAMESPACES}/{namespace}/pods", f"the pods of namespace {namespace}")
    return tuple(POD.from_document(document) for document in listed)


def events_in(world: World, namespace: str) -> tuple[Event, ...]:
    """What was lately said of a namespace's objects. Raises NotKnown."""
    listed = _listed(world, f"{NAMESPACES}/{namespace}/events", f"the events of namespace {namespace}")
    return tuple(sorted((event(document) for document in listed), key=lambda e: (e.last, e.about_name, e.reason)))


def nodes(world: World) -> tuple[Node, ...]:
    """The cluster's nodes. Raises NotKnown."""
    return tuple(node(document) for document in _listed(world, NODES, "the nodes of the cluster"))


def installed_types(world: World) -> Mapping[str, InstanceType]:
    """The instance types of the cluster, by name. Raises NotKnown."""
    return dict(installed_type(d) for d in _listed(world, INSTANCE_TYPES, "the instance types of the cluster"))


def webhooks(world: World) -> tuple[Webhook, ...]:
    """Everything that changes pods as they are made. Raises NotKnown."""
    listed = _listed(world, WEBHOOKS, "the mutating webhooks of the cluster")
    return tuple(webhook for document in listed for webhook in webhooks_of(document))


def _listed(world: World, path: str, what: str) -> Iterator[Document]:
    outcome = world.there.outcome(world.documents.list(path, plane="kubernetes"))
    match outcome:
        case Denied(permission=permission, detail=detail):
            raise NotKnown(f"{what} could not be read: {detail or 'denied'}", missing=(permission,))
        case Failed(because=because):
            raise NotKnown(f"{what} could not be read: {because}")
        case Absent():
            return iter(())
    return (Document(body, kubernetes_path(body)) for body in outcome.documents)
