"""Objects: the namespaces, service accounts and instance types that Terraform plans, as the cluster has them.

And what it plans to write on such objects, whoever makes them.

A namespace's whole list proves that an object is not in it. Kubernetes was read of one cluster: what a provider is
configured for another one is not looked for there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from verifier.kinds.compare import arm_key, name_of
from verifier.kinds.fact import Fact
from verifier.kinds.installed_type import INSTANCE_TYPE
from verifier.kinds.kind import Kind
from verifier.kinds.metadata import METADATA, Metadata
from verifier.kinds.recorded_id import import_id, object_path, written_path
from verifier.kinds.served import Document
from verifier.kinds.service_account import DEFAULT, DEFAULTS, NAMESPACE, SERVICE_ACCOUNT
from verifier.live.documents import Absent, Failed, Found, Outcome
from verifier.terraform.addresses import split_instance
from verifier.terraform.plan import Instance
from verifier.world.binding import references_of
from verifier.world.joined import World
from verifier.world.kubernetes import among
from verifier.world.sighted import Sighted
from verifier.world.subject import Subject

K = TypeVar("K")
NOT_YET = Failed(because="Kubernetes makes it in every namespace by itself, and it is not there yet")
NOWHERE: Fact[str] = Fact(name="metadata.namespace", content="", stated=False)


def objects(world: World) -> Iterator[Sighted]:
    """What is in the cluster of each object that Terraform plans, or might, and of what it writes on objects."""
    made = tuple(_made(world))
    yield from made
    for metadata in world.stated_metadata:
        yield _written(world, metadata, made)


def _made(world: World) -> Iterator[Sighted]:
    for namespace in world.stated_namespaces:
        if namespace.presence is not None:
            stated = namespace.stated
            yield _sighted(world, NAMESPACE, namespace, NOWHERE, stated.name if stated is not None else None)
    for account in world.stated_service_accounts:
        said = account.stated
        where, name = (said.namespace, said.name) if said is not None else (NOWHERE, None)
        yield _sighted(world, SERVICE_ACCOUNT, account, where, name)
    for instance_type in world.stated_instance_types:
        says = instance_type.stated
        yield _sighted(world, INSTANCE_TYPE, instance_type, NOWHERE, says.name if says is not None else None)


def object_outcome(world: World, path: str) -> Outcome:
    """How looking for an object by its path ended, in the list that it would be in."""
    return world.there.outcome(among(world.documents.list(path.rpartition("/")[0], plane="kubernetes"), path))


def _sighted(world: World, kind: Kind[K], planned: Subject[K], namespace: Fact[str], name: Fact[str] | None) -> Sighted:
    instance = _instance(world, planned)
    if name is None or not (name.known and namespace.known):
        because = "its name is not known before apply" if name is not None else "whether it is planned is not known"
        return Sighted(subject=replace(planned, outcome=Failed(because=because)))
    where = namespace.value or ("default" if kind.manifest == SERVICE_ACCOUNT.manifest else "")
    path = object_path(kind.manifest, where, name.value)
    outcome = _elsewhere(world, instance) or object_outcome(world, path)
    if instance.type in DEFAULTS and isinstance(outcome, Absent):
        outcome = NOT_YET
    document = outcome.documents[0] if isinstance(outcome, Found) else None
    served = kind.from_document(Document(document, path)) if document is not None else None
    found = replace(
        planned,
        name=f"{where}/{name.value}" if where else name.value,
        arm_id=path,
        outcome=outcome,
        served=served,
    )
    return Sighted(
        subject=found,
        planned_id=path,
        import_as=import_id(instance.type, kind.manifest, where, name.value),
        adopts=instance.type == "kubectl_manifest" or instance.type in DEFAULTS,
    )


def _written(world: World, planned: Subject[Metadata], made: Sequence[Sighted]) -> Sighted:
    """What is live of the keys that Terraform writes on an object. The object itself is somebody else's."""
    instance, said = _instance(world, planned), planned.stated
    if said is None or not (said.object_kind.known and said.namespace.known and said.name.known):
        because = "on which object is not known before apply" if said is not None else "whether is not known"
        return Sighted(subject=replace(planned, outcome=Failed(because=f"it is written, and {because}")))
    of_all = said.object_kind.value == NAMESPACE.manifest
    kind, name = NAMESPACE if of_all else SERVICE_ACCOUNT, said.name.value
    where = "" if of_all else said.namespace.value or "default"
    path = object_path(kind.manifest, where, name)
    outcome = _elsewhere(world, instance) or object_outcome(world, path)
    document = outcome.documents[0] if isinstance(outcome, Found) else None
    label = f"{kind.noun} {where}/{name}" if where else f"{kind.noun} {name}"
    missing = isinstance(outcome, Absent) and not _comes_to_be(path, made)
    identifier = written_path(instance.type, kind.manifest, where, name)
    return Sighted(
        subject=replace(
            planned,
            name=f"of {label}",
            arm_id=identifier,
            outcome=outcome,
            served=METADATA.from_document(Document(document, path)) if document is not None else None,
        ),
        planned_id=identifier,
        import_as=import_id(instance.type, kind.manifest, where, name),
        adopts=True,
        needs=label if missing else "",
    )


def _comes_to_be(path: str, made: Sequence[Sighted]) -> bool:
    """Whether the next apply makes an object, or might: by itself, or as what every new namespace has."""
    collection, _, name = path.rpartition("/")
    within = collection.rpartition("/")[0] if name == DEFAULT else path
    return any(s.planned_id in ("", path, within) for s in made)


def _instance(world: World, planned: Subject[K]) -> Instance:
    return next(i for i in world.plan.instances if i.address == planned.address)


def _elsewhere(world: World, instance: Instance) -> Failed | None:
    """Why an object is not looked for: its provider is configured for a cluster that was not read, or may be.

    A provider that names no cluster of this configuration is believed to be for the one that was read, unless
    another one is there that may be instead.
    """
    if not world.there.keys:
        return None
    meant = frozenset(_clusters(world, instance.provider))
    if meant & world.there.keys:
        return None
    if meant:
        return Failed(because=f"it is in the Kubernetes of cluster {name_of(min(meant))}, which was not read")
    used = {i.provider for i in world.plan.instances if _speaks_kubernetes(i) and i.mode == "managed"}
    family = {p for p in used if p.partition(".")[0] == instance.provider.partition(".")[0]}
    if len(family) > 1:
        return Failed(because=f"of which cluster provider {instance.provider} is configured is not known")
    return None


def _clusters(world: World, provider: str) -> Iterator[str]:
    """The clusters that a provider's configuration takes its address from, by key."""
    block = world.plan.providers.get(provider)
    for reference in references_of(block) if block is not None else ():
        owner = split_instance(reference)
        identifier = world.plan.bound.get(f"{owner[0]}.id") if owner is not None else None
        if isinstance(identifier, str) and "/managedclusters/" in identifier.casefold():
            yield arm_key(identifier)


def _speaks_kubernetes(instance: Instance) -> bool:
    return instance.provider.partition(".")[0] in ("kubernetes", "kubectl")
