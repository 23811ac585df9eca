"""Federation: the federated credentials of an identity, and what the configuration says of those whom they let in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from verifier.kinds.compare import arm_key
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.federated_credential import FEDERATED_CREDENTIAL, FederatedCredential
from verifier.kinds.identity import IDENTITY, Identity
from verifier.kinds.metadata import Metadata
from verifier.kinds.service_account import NAMESPACE, SERVICE_ACCOUNT, ServiceAccount
from verifier.kinds.stated import Stated
from verifier.live.documents import Denied, Failed
from verifier.terraform.plan import Planned, Undetermined
from verifier.world.joined import AZUREML_NAMESPACE, World
from verifier.world.subject import Subject

BUILT_IN = frozenset({"default", "kube-node-lease", "kube-public", "kube-system"})
"""The namespaces that every cluster has."""

OF_IDENTITIES = "federatedIdentityCredentials"


def planned_credentials(world: World, identity: Subject[Identity]) -> tuple[Subject[FederatedCredential], ...]:
    """The credentials that Terraform plans for an identity.

    Raises NotKnown where one more might be: its identity, or how many of it there are, is not known before apply.
    """
    found, open_ones = [], []
    for credential in world.federated_credentials:
        if credential.presence is None:
            continue
        if isinstance(credential.presence, Undetermined):
            open_ones.append(f"how many of {credential.address} there are")
        elif credential.stated is not None:
            mine = _is_of(credential.stated.identity_id, identity)
            if mine is None:
                open_ones.append(f"the identity of {credential.address}")
            elif mine:
                found.append(credential)
    if open_ones:
        raise NotKnown(f"{open_ones[0]} is not known before apply")
    return tuple(found)


def live_credentials(world: World, identity: Subject[Identity]) -> tuple[Subject[FederatedCredential], ...]:
    """The credentials that an identity has. Raises NotKnown where they could not be listed, NotThere without one."""
    identity.live  # noqa: B018 - it raises
    for unread in _unread(world, identity):
        unread.live  # noqa: B018 - it raises
    return tuple(c for c in world.federated_credentials if c.served is not None and _below(c.arm_id, identity))


def foreign_credentials(world: World) -> tuple[Subject[FederatedCredential], ...]:
    """The credentials that Terraform does not plan; of its own identities also the lists that could not be read."""
    found = {c.label: c for c in world.federated_credentials if c.presence is None}
    for identity in world.identities:
        if identity.planned and identity.arm_id and not world.offline:
            found |= {s.label: s for s in _unread(world, identity)}
    return tuple(found.values())


def _unread(world: World, identity: Subject[Identity]) -> Iterator[Subject[FederatedCredential]]:
    """The list of an identity's credentials, where it could not be read."""
    listed = world.documents.list(f"{identity.arm_id}/{OF_IDENTITIES}")
    if isinstance(listed, Denied | Failed):
        yield Subject(kind=FEDERATED_CREDENTIAL, name=f"({OF_IDENTITIES} of {identity.name})", outcome=listed)


def namespaces_known(world: World) -> frozenset[str]:
    """The namespaces that the configuration speaks of: what it makes, looks up or installs into, and its computes'."""
    facts = [n.stated.name for n in world.stated_namespaces if n.stated is not None]
    facts += [a.stated.namespace for a in world.stated_service_accounts if a.stated is not None]
    written = [m.stated for m in world.stated_metadata if m.stated is not None and m.stated.object_kind.known]
    facts += [m.namespace for m in written if m.object_kind.value == SERVICE_ACCOUNT.manifest]
    facts += [m.name for m in written if m.object_kind.value == NAMESPACE.manifest]
    facts += [c.stated.namespace for c in world.computes if c.stated is not None]
    facts += [e.stated.release_namespace for e in world.extensions if e.stated is not None]
    facts += _of_releases(world)
    return BUILT_IN.union(f.value for f in facts if f.known and f.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Which namespaces are made: `by_itself` by the cluster and its extension, `declared` by the configuration.

    `perhaps` is the address of something that makes one whose name is not known before apply, if there is one.
    """

    by_itself: frozenset[str]
    declared: frozenset[str]
    perhaps: str = ""


def namespaces_made(world: World) -> Made:
    """Which namespaces come to be with the configuration. A release makes its own only where it says so."""
    releases = [e.stated.release_namespace for e in world.extensions if e.stated is not None]
    names = {n.address: n.stated.name for n in world.stated_namespaces if n.stated is not None and n.planned}
    for instance in world.plan.of_type("helm_release"):
        says = Stated(instance)
        creates = says.flag("create_namespace", "create_namespace", otherwise=False)
        if isinstance(instance.presence, Planned) and (not creates.known or creates.value):
            names[instance.address] = says.text("namespace", "namespace")
    open_ones = [n.address for n in world.stated_namespaces if n.planned and n.stated is None]
    open_ones += [address for address, name in names.items() if not name.known]
    return Made(
        by_itself=BUILT_IN.union(f.value or AZUREML_NAMESPACE for f in releases if f.known),
        declared=frozenset(f.value for f in names.values() if f.known and f.value),
        perhaps=min(open_ones, default=""),
    )


def accounts_annotated_for(world: World, identity: Subject[Identity]) -> Iterator[tuple[str, str]]:
    """(namespace, name) of the service accounts that Terraform annotates with an identity's client id."""
    own = f"{identity.address}.client_id"
    for said in accounts_stated(world):
        client = said.client_id
        refers = bool(identity.address) and own in client.references
        live = identity.served.client_id if identity.served is not None else None
        same = client.known and live is not None and live.known and client.value.casefold() == live.value.casefold()
        if refers or (same and client.value):
            yield said.namespace.value or "default", said.name.value


def accounts_stated(world: World) -> Iterator[ServiceAccount | Metadata]:
    """The service accounts that Terraform makes or writes on, as far as it is known which they are."""
    return (said for _, said in _accounts(world))


def annotating(world: World, namespace: str, name: str) -> tuple[Subject[object], Fact[str]] | None:
    """What annotates a service account with a client id in the source, and with which; None where nothing does."""
    for subject, said in _accounts(world):
        own = (said.namespace.value or "default", said.name.value)
        if own == (namespace, name) and not (said.client_id.known and not said.client_id.value):
            return subject, said.client_id
    return None


def _accounts(world: World) -> Iterator[tuple[Subject[object], ServiceAccount | Metadata]]:
    for account in world.stated_service_accounts:
        if account.stated is not None and account.stated.namespace.known and account.stated.name.known:
            yield account, account.stated
    for metadata in world.stated_metadata:
        said = metadata.stated
        if said is None or not (said.object_kind.known and said.namespace.known and said.name.known):
            continue
        if said.object_kind.value == SERVICE_ACCOUNT.manifest:
            yield metadata, said


def _of_releases(world: World) -> Iterable[Fact[str]]:
    """The namespaces that Helm releases are put into."""
    for instance in world.plan.of_type("helm_release"):
        if isinstance(instance.presence, Planned):
            yield Stated(instance).text("namespace", "namespace")


def _is_of(parent: Fact[str], identity: Subject[Identity]) -> bool | None:
    """Whether an id is that of an identity; None where that is known only after apply."""
    if parent.known:
        return bool(identity.arm_id) and arm_key(parent.value) == arm_key(identity.arm_id)
    if f"{identity.address}.id" in parent.references:
        return None if parent.derived else True
    of_others = [r for r in parent.references if r.endswith(".id") and f"{IDENTITY.terraform_types[0]}." in r]
    return False if of_others and not parent.derived else None


def _below(arm_id: str, identity: Subject[Identity]) -> bool:
    return arm_key(arm_id).rpartition("/")[0] == arm_key(f"{identity.arm_id}/{OF_IDENTITIES}")
