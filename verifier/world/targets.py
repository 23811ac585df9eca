"""What to read: the ids and namespaces that the intent names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from verifier.access.roles import Role, builtin_roles
from verifier.kinds.cluster import CLUSTER, Cluster
from verifier.kinds.compare import arm_key
from verifier.kinds.compute import COMPUTE
from verifier.kinds.container import CONTAINER, SHARE
from verifier.kinds.container_registry import CONTAINER_REGISTRY
from verifier.kinds.datastore import DATASTORE
from verifier.kinds.every import KINDS, kind_recorded
from verifier.kinds.extension import EXTENSION
from verifier.kinds.fact import Fact
from verifier.kinds.federated_credential import FEDERATED_CREDENTIAL, service_account_of
from verifier.kinds.identity import IDENTITY
from verifier.kinds.key_vault import KEY_VAULT
from verifier.kinds.kind import Kind
from verifier.kinds.metadata import METADATA
from verifier.kinds.monitoring import APPLICATION_INSIGHTS, LOG_ANALYTICS
from verifier.kinds.private_endpoint import PRIVATE_ENDPOINT
from verifier.kinds.recorded_id import service_id
from verifier.kinds.role_assignment import ROLE_ASSIGNMENT, RoleAssignment
from verifier.kinds.role_definition import ROLE_DEFINITION
from verifier.kinds.service_account import SERVICE_ACCOUNT
from verifier.kinds.storage_account import STORAGE_ACCOUNT, StorageAccount
from verifier.kinds.trusted_access import TRUSTED_ACCESS
from verifier.kinds.workspace import WORKSPACE
from verifier.kinds.zone_link import ZONE_LINK
from verifier.live.documents import Documents
from verifier.live.targets import Targets
from verifier.terraform.addresses import split_instance
from verifier.terraform.plan import Planned
from verifier.terraform.state import State
from verifier.world.by_type import lists_for
from verifier.world.defined import definitions_at
from verifier.world.governed import is_otherwise
from verifier.world.kubernetes import reached
from verifier.world.pairing import Intended
from verifier.world.placed import in_their_accounts
from verifier.world.roles import definitions_of
from verifier.world.subject import Subject

K = TypeVar("K")

THINGS: tuple[Kind[object], ...] = (
    APPLICATION_INSIGHTS,
    CONTAINER,
    CONTAINER_REGISTRY,
    KEY_VAULT,
    LOG_ANALYTICS,
    PRIVATE_ENDPOINT,
    SHARE,
    ZONE_LINK,
)
"""What is read by its own id and leads to nothing that is to be read."""


def targets_of(
    intended: Intended,
    state: State | None = None,
    *,
    submitters: tuple[str, ...] = (),
    roles: Mapping[str, Role] | None = None,
) -> Targets:
    """The targets of a plan, and of what a state records beside it.

    `roles` are the built-in ones, as far as they are known. A kind of which a planned thing's id is not known is looked
    for in the resource groups.
    """
    clusters, identities = intended.of(CLUSTER), intended.of(IDENTITY)
    workspaces, accounts = intended.of(WORKSPACE), intended.of(STORAGE_ACCOUNT)
    extensions, computes = _stated(intended.of(EXTENSION)), _stated(intended.of(COMPUTE))
    known = builtin_roles() if roles is None else roles
    assignments = _stated(intended.of(ROLE_ASSIGNMENT))
    credentials, datastores = _stated(intended.of(FEDERATED_CREDENTIAL)), _stated(intended.of(DATASTORE))
    used = [*(e.cluster_id for e in extensions), *(c.cluster_id for c in computes)]
    return Targets(
        subscription=intended.subscription,
        lists=lists_for(intended, tuple(sorted(_groups(intended)))),
        clusters=_distinct(
            _own(clusters),
            _recorded(CLUSTER, state),
            _values(e.cluster_id for e in extensions),
            _looked_up(intended, CLUSTER, [c.issuer for c in credentials]),
            (i for i in _values(c.cluster_id for c in computes) if _is_aks(i)),
        ),
        inside=_inside(intended, used),
        identities=_distinct(
            _own(identities),
            _recorded(IDENTITY, state),
            _values(f.identity_id for f in credentials),
            _looked_up(intended, IDENTITY, [a.principal_id for a in assignments]),
            (i for c in computes if c.identity_ids.known for i in c.identity_ids.value),
        ),
        workspaces=_distinct(
            _own(workspaces),
            _recorded(WORKSPACE, state),
            _values(c.workspace_id for c in computes),
            _values(d.workspace_id for d in datastores),
        ),
        storage_accounts=_distinct(
            _own(accounts),
            _recorded(STORAGE_ACCOUNT, state),
            _values(w.storage_account_id for w in _stated(workspaces)),
            _values(d.account_id for d in datastores),
        ),
        namespaces=_distinct(
            _values(c.namespace for c in computes),
            (_namespace(subject) for subject in _values(f.subject for f in credentials)),
        ),
        job_namespaces=_distinct(_values(c.namespace for c in computes)),
        trusting=_distinct(
            _values(b.cluster_id for b in _stated(intended.of(TRUSTED_ACCESS))),
            _own(c for c in clusters if c.stated is not None and _may_need_trusted_access(c.stated)),
        ),
        principals=tuple(sorted(_principals(intended, state))),
        known_roles=frozenset(known),
        governed=tuple(
            (s.arm_id, partial(is_otherwise, s))
            for kind in KINDS
            if kind.aliases
            for s in intended.of(kind)
            if s.arm_id and s.stated is not None
        ),
        submitters=submitters,
        grant_scopes=_distinct(_values(a.scope for a in assignments), _recorded_scopes(state)),
        role_lists=_distinct(_role_lists(intended, assignments, known), _recorded_roles(state)),
        things=_distinct(_things(intended, accounts), (i for kind in THINGS for i in _recorded(kind, state))),
        account_namespaces=_distinct(_account_namespaces(intended, state)),
    )


def _inside(intended: Intended, used: Iterable[Fact[str]]) -> tuple[str, ...]:
    """The clusters that Kubernetes reads can be of, by the rule that they are judged by.

    None where a planned one has no name yet, and nothing says that it is another which is used.
    """
    clusters, facts = intended.of(CLUSTER), tuple(used)
    credentials = intended.of(FEDERATED_CREDENTIAL)
    keys = reached(clusters, intended.of(EXTENSION), intended.of(COMPUTE), credentials, Documents()).keys
    settled = any(f.known and f.value for f in facts) and all(f.known for f in facts)
    if not settled and any(c.planned and not c.arm_id for c in clusters):
        return ()
    named = {arm_key(i): i for i in (*_own(clusters), *_values(facts))}
    return tuple(sorted(named.get(key, key) for key in keys))


def _stated(subjects: Iterable[Subject[K]]) -> list[K]:
    return [s.stated for s in subjects if s.stated is not None]


def _own(subjects: Iterable[Subject[K]]) -> Iterator[str]:
    return (s.arm_id for s in subjects if s.arm_id)


def _recorded(kind: Kind[K], state: State | None) -> Iterator[str]:
    """The ids of a kind that a state has, planned by now or not."""
    for recorded in state or ():
        identifier = service_id(recorded.type, recorded.attributes)
        if identifier and kind_recorded(recorded.type, recorded.attributes) is kind:
            yield identifier


def _principals(intended: Intended, state: State | None) -> Iterator[str]:
    """The object ids that a state has for what a job acts as."""
    planned = {s.address for kind in (IDENTITY, COMPUTE) for s in intended.of(kind)}
    for recorded in state or ():
        if recorded.address in planned:
            for attribute, value in recorded.attributes.items():
                if attribute.rpartition(".")[2] in {"principal_id", "principalId"}:
                    yield value


def _recorded_scopes(state: State | None) -> Iterator[str]:
    """Where the state has roles assigned, planned by now or not."""
    for identifier in _recorded(ROLE_ASSIGNMENT, state):
        scope, _, _ = identifier.rpartition("/providers/Microsoft.Authorization/roleAssignments/")
        yield scope


def _recorded_roles(state: State | None) -> Iterator[str]:
    return (identifier.rpartition("/")[0] for identifier in _recorded(ROLE_DEFINITION, state))


def _things(intended: Intended, accounts: Iterable[Subject[StorageAccount]]) -> Iterator[str]:
    for kind in THINGS:
        planned: Iterable[Subject[object]] = intended.of(kind)
        if kind is CONTAINER or kind is SHARE:
            planned = in_their_accounts(intended.of(CONTAINER if kind is CONTAINER else SHARE), accounts)
        yield from _own(planned)


def _account_namespaces(intended: Intended, state: State | None) -> Iterator[str]:
    """The namespaces that service accounts are planned in, written on, or recorded."""
    stated = [a.namespace for a in _stated(intended.of(SERVICE_ACCOUNT))]
    written = (m for m in _stated(intended.of(METADATA)) if m.object_kind.known)
    stated += [m.namespace for m in written if m.object_kind.value == SERVICE_ACCOUNT.manifest]
    yield from (n.value or "default" for n in stated if n.known)
    for path in (*_recorded(SERVICE_ACCOUNT, state), *_recorded(METADATA, state)):
        if "/serviceaccounts/" in path:
            yield path.split("/")[-3]


def _role_lists(intended: Intended, assignments: Iterable[RoleAssignment], roles: Mapping[str, Role]) -> Iterator[str]:
    """Where roles are listed: each is made at a scope, or one is assigned by a name that none of the known ones has."""
    made = {r.name.value.casefold() for r in _stated(intended.of(ROLE_DEFINITION)) if r.name.known}
    known = made | {role.name.casefold() for role in roles.values()}
    if any(name.casefold() not in known for name in _values(a.role_name for a in assignments)):
        yield definitions_of(intended.subscription)
    yield from (definitions_at(scope) for scope in _values(r.scope for r in _stated(intended.of(ROLE_DEFINITION))))


def _values(facts: Iterable[Fact[str]]) -> Iterator[str]:
    return (f.value for f in facts if f.known and f.value)


def _looked_up(intended: Intended, kind: Kind[object], facts: Iterable[Fact[str]]) -> Iterator[str]:
    """The ids of the data sources of a kind that facts wait for."""
    waited = {split[0] for f in facts for r in f.references if (split := split_instance(r)) is not None}
    found = (i for i in intended.plan.instances if i.mode == "data" and i.address in waited)
    return (intended.arm_id(i) for i in found if kind.states(i))


def _may_need_trusted_access(cluster: Cluster) -> bool:
    """Whether a cluster is meant to have no local accounts, or to let in some addresses only, as far as is known."""
    off, ranges = cluster.local_accounts_disabled, cluster.authorized_ranges
    return not (off.known and ranges.known) or off.value or bool(ranges.value)


def _is_aks(cluster_id: str) -> bool:
    """Whether a compute's cluster is one of AKS, and not one that Azure Arc connects."""
    return f"/providers/{CLUSTER.arm_type}/".casefold() in cluster_id.casefold()


def _namespace(subject: str) -> str:
    account = service_account_of(subject)
    return account[0] if account else ""


def _groups(intended: Intended) -> Iterator[str]:
    for instance in intended.plan.of_type("azurerm_resource_group"):
        identifier = intended.arm_id(instance) if isinstance(instance.presence, Planned) else ""
        if identifier:
            yield identifier


def _distinct(*sources: Iterable[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for source in sources:
        for item in source:
            if item:
                kept.setdefault(item.casefold(), item)
    return tuple(kept.values())
