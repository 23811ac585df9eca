"""Joining a static plan and documents into a world."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from verifier.access.roles import Role, builtin_roles
from verifier.kinds.compare import arm_key
from verifier.kinds.compute import COMPUTE
from verifier.kinds.container import CONTAINER, CONTAINERS, SHARE, Container
from verifier.kinds.container_registry import CONTAINER_REGISTRY
from verifier.kinds.extension import EXTENSION
from verifier.kinds.fact import Fact
from verifier.kinds.federated_credential import FEDERATED_CREDENTIAL, FederatedCredential
from verifier.kinds.identity import Identity
from verifier.kinds.installed_type import INSTANCE_TYPE
from verifier.kinds.key_vault import KEY_VAULT
from verifier.kinds.metadata import METADATA
from verifier.kinds.monitoring import APPLICATION_INSIGHTS, LOG_ANALYTICS
from verifier.kinds.node_pool import NODE_POOL
from verifier.kinds.private_endpoint import PRIVATE_ENDPOINT, endpoints_of
from verifier.kinds.role_assignment import ROLE_ASSIGNMENT
from verifier.kinds.role_definition import ROLE_DEFINITION
from verifier.kinds.service_account import NAMESPACE, SERVICE_ACCOUNT
from verifier.kinds.trusted_access import TRUSTED_ACCESS, TrustedAccess
from verifier.kinds.workspace import Workspace
from verifier.kinds.zone_link import ZONE_LINK
from verifier.live.documents import Documents, Found
from verifier.terraform.plan import StaticPlan
from verifier.terraform.refactoring import Refactoring
from verifier.terraform.state import State
from verifier.world.assigned import kept_out_assignments
from verifier.world.bound import Bound
from verifier.world.by_type import looked_for
from verifier.world.existences import Ledger, existences_of
from verifier.world.flags import flags_of, gated_by
from verifier.world.inside import place_of
from verifier.world.joined import World
from verifier.world.kubernetes import namespaces_of, reached, service_accounts_of
from verifier.world.looking import looking_in, sighted_in
from verifier.world.paired import Paired, federated_ids, keys_in, listed_parents, paired
from verifier.world.pairing import Intended, below, by_id, kept_out
from verifier.world.placed import in_their_accounts
from verifier.world.sameness import (
    BINDING_PARENT,
    COMPUTE_PARENT,
    CREDENTIAL_PARENT,
    EXTENSION_PARENT,
    SAME_BINDING,
    SAME_COMPUTE,
    SAME_CREDENTIAL,
    SAME_EXTENSION,
)
from verifier.world.sighted import by_address
from verifier.world.source import NO_SOURCE, Source
from verifier.world.subject import Subject
from verifier.world.threeway import Existence

K = TypeVar("K")

NOTHING_RENAMED = Refactoring()


def join(
    plan: StaticPlan,
    documents: Documents,
    subscription: str,
    *,
    offline: bool = False,
    owned_elsewhere: Iterable[str] = (),
    state: State | None = None,
    refactoring: Refactoring = NOTHING_RENAMED,
    jobs_use_workload_identity: bool = False,
    roles: Mapping[str, Role] | None = None,
    source: Source = NO_SOURCE,
    supposed: Collection[Bound] = (),
) -> World:
    """The world of a plan, what was read, and what the state records.

    `roles` are the built-in ones; `supposed` are the ids and names of what was found by its type alone.
    """
    intended = Intended(plan=plan, subscription=subscription)
    pairs = paired(intended, documents)
    credentials = _credentials(intended, documents, pairs.identities)
    containers = _containers(intended, documents, pairs)
    registries = looked_for(
        CONTAINER_REGISTRY,
        intended,
        documents,
        _used_ids(pairs.workspaces, lambda w: w.container_registry_id),
    )
    vaults = looked_for(KEY_VAULT, intended, documents, _used_ids(pairs.workspaces, lambda w: w.key_vault_id))
    bindings = _bindings(intended, documents)
    there = reached(pairs.clusters, pairs.extensions, pairs.computes, credentials, documents)
    flags = flags_of(plan)
    world = World(
        plan=plan,
        subscription=subscription,
        documents=documents,
        offline=offline,
        owned_elsewhere=frozenset(owned_elsewhere),
        flags=flags,
        gated=gated_by(plan, flags),
        there=there,
        clusters=_sorted(pairs.clusters),
        identities=_sorted(pairs.identities),
        federated_credentials=_sorted(credentials),
        extensions=_sorted(pairs.extensions),
        workspaces=_sorted(pairs.workspaces),
        computes=_sorted(pairs.computes),
        datastores=_sorted(pairs.datastores),
        storage_accounts=_sorted(pairs.storage_accounts),
        containers=_sorted(containers),
        registries=_sorted(registries),
        key_vaults=_sorted(vaults),
        private_endpoints=_sorted(
            by_id(PRIVATE_ENDPOINT, intended.of(PRIVATE_ENDPOINT), documents, _endpoint_ids(documents))
        ),
        node_pools=_sorted(intended.of(NODE_POOL)),
        trusted_access=_sorted(bindings),
        role_assignments=_sorted(intended.of(ROLE_ASSIGNMENT)),
        role_definitions=_sorted(intended.of(ROLE_DEFINITION)),
        namespaces=_sorted(namespaces_of(pairs.computes, documents, there)),
        service_accounts=_sorted(service_accounts_of(credentials, pairs.computes, documents, pairs.clusters, there)),
        stated_namespaces=_sorted([*intended.of(NAMESPACE), *intended.looked_up(NAMESPACE)]),
        stated_service_accounts=_sorted(intended.of(SERVICE_ACCOUNT)),
        stated_metadata=_sorted(intended.of(METADATA)),
        stated_instance_types=_sorted(intended.of(INSTANCE_TYPE)),
        jobs_use_workload_identity=jobs_use_workload_identity,
        state=state,
        roles=builtin_roles() if roles is None else roles,
        source=source,
    )
    if offline:
        return world
    said = {bound.address.removesuffix(".id"): bound.source for bound in supposed if bound.address.endswith(".id")}
    return replace(world, existences=_existences(world, intended, refactoring, said))


def _existences(
    world: World, intended: Intended, refactoring: Refactoring, supposed: Mapping[str, str]
) -> tuple[Existence, ...]:
    """What source, state and live have of everything that Terraform can make."""
    sighted = list(sighted_in(world))
    assignments = list(kept_out_assignments(world, intended, sighted))
    ledger = Ledger(
        plan=world.plan,
        documents=world.documents,
        state=world.state,
        refactoring=refactoring,
        owned_elsewhere=world.owned_elsewhere,
        sighted=by_address(sighted),
        outcome=looking_in(world),
        ignored=world.source.ignored,
        supposed=supposed,
    )
    return existences_of(
        [
            *world.clusters,
            *world.identities,
            *world.federated_credentials,
            *world.extensions,
            *world.workspaces,
            *world.computes,
            *world.datastores,
            *world.storage_accounts,
            *world.registries,
            *world.key_vaults,
            *(e for e in world.private_endpoints if e.planned),
            *(
                subject
                for kind in (APPLICATION_INSIGHTS, LOG_ANALYTICS, ZONE_LINK)
                for subject in by_id(kind, intended.of(kind), world.documents, ())
            ),
            *(b for b in world.trusted_access if b.planned),
            *(s.subject for s in sighted),
            *{subject.arm_id: subject for _, subject in assignments}.values(),
        ],
        ledger,
        [
            *kept_out(EXTENSION, intended, world.extensions, EXTENSION_PARENT, SAME_EXTENSION),
            *kept_out(COMPUTE, intended, world.computes, COMPUTE_PARENT, SAME_COMPUTE),
            *kept_out(FEDERATED_CREDENTIAL, intended, world.federated_credentials, CREDENTIAL_PARENT, SAME_CREDENTIAL),
            *assignments,
        ],
    )


def _credentials(
    intended: Intended, documents: Documents, identities: Sequence[Subject[Identity]]
) -> list[Subject[FederatedCredential]]:
    suffix = "/federatedIdentityCredentials"
    # an identity that only a compute uses is looked at for its principal; nobody asked for its credentials
    asked = {arm_key(i) for i in (*listed_parents(documents, suffix), *federated_ids(intended))}
    return below(
        FEDERATED_CREDENTIAL,
        intended.of(FEDERATED_CREDENTIAL),
        documents,
        collections={
            arm_key(i.arm_id): i.arm_id + suffix for i in identities if i.planned or arm_key(i.arm_id) in asked
        },
        parent_of=CREDENTIAL_PARENT,
        matches=SAME_CREDENTIAL,
    )


def _used_ids(workspaces: Iterable[Subject[Workspace]], used: Callable[[Workspace], Fact[str]]) -> set[str]:
    """What the workspaces use of a sort, as either side says."""
    facts = [used(side) for w in workspaces for side in (w.stated, w.served) if side is not None]
    return {f.value for f in facts if f.known and f.value}


def _endpoint_ids(documents: Documents) -> set[str]:
    """The endpoints that anything live says that it has."""
    found = (d for _, outcome in documents if isinstance(outcome, Found) for d in outcome.documents)
    return {identifier for document in found for identifier, _ in endpoints_of(document) if identifier}


def _containers(intended: Intended, documents: Documents, pairs: Paired) -> list[Subject[Container]]:
    """What Terraform plans inside accounts, and what live datastores stand for there."""
    stood_for = {place for d in pairs.datastores if (place := place_of(d, pairs.workspaces))}
    blobs = {place for place in stood_for if f"/{CONTAINERS}/".casefold() in place.casefold()}
    return [
        *by_id(CONTAINER, in_their_accounts(intended.of(CONTAINER), pairs.storage_accounts), documents, blobs),
        *by_id(SHARE, in_their_accounts(intended.of(SHARE), pairs.storage_accounts), documents, stood_for - blobs),
    ]


def _bindings(intended: Intended, documents: Documents) -> list[Subject[TrustedAccess]]:
    suffix = "/trustedAccessRoleBindings"
    planned = intended.of(TRUSTED_ACCESS)
    parents = {
        *(arm_key(i) for i in listed_parents(documents, suffix)),
        *keys_in(s.stated.cluster_id for s in planned if s.stated is not None),
    }
    return below(
        TRUSTED_ACCESS,
        planned,
        documents,
        collections={p: p + suffix for p in parents},
        parent_of=BINDING_PARENT,
        matches=SAME_BINDING,
    )


def _sorted(subjects: Iterable[Subject[K]]) -> tuple[Subject[K], ...]:
    return tuple(sorted(subjects, key=lambda s: (s.address, s.name)))
