"""Grants: which rights the source gives to whom, judged before apply, when principal ids are references."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.access.effective import ATTACHING, BLOB_DATA, PULL, PULL_FROM_REPOSITORIES
from verifier.access.roles import Plane, Role
from verifier.hcl.values import Unknown
from verifier.kinds.compare import arm_key, name_of, same_arm_id, within
from verifier.kinds.compute import Compute
from verifier.kinds.fact import Fact
from verifier.kinds.identity import Identity
from verifier.kinds.role_assignment import RoleAssignment
from verifier.kinds.storage_account import StorageAccount
from verifier.world.joined import World
from verifier.world.roles import stated_role
from verifier.world.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Grantee:
    """An identity that the source may grant something to: a label, its object ids as far as known, what refers to it.

    `elsewhere`: it is made by something else, and so may be its grants.
    """

    label: str
    object_ids: frozenset[str]
    references: frozenset[str]
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedGrants:
    """What the source says of one identity's access: the assignment that gives it, or those that might."""

    principal: str
    granting: Subject[RoleAssignment] | None
    undecided: tuple[str, ...] = ()


def stated_grants(
    world: World, compute: Subject[Compute], account: Subject[StorageAccount], actions: Sequence[str] = BLOB_DATA
) -> StatedGrants | None:
    """Whether Terraform grants the identity that a compute declares these data actions on an account.

    None when the identity is made elsewhere, and so may be its grants. Raises NotKnown when it is not known which.
    """
    return granted_to(world, grantee_of(world, compute), account.arm_id, actions, "data")


def grants_to(world: World, identity: Subject[Identity], account: Subject[StorageAccount]) -> StatedGrants:
    """Whether Terraform grants a planned identity reading and writing of an account's blobs. Raises NotKnown."""
    grantee = _grantee(identity.label, identity.intent.principal_id)
    none = StatedGrants(principal=grantee.label, granting=None)
    return granted_to(world, grantee, account.arm_id, BLOB_DATA, "data") or none


def granted_to(
    world: World, grantee: Grantee, arm_id: str, actions: Sequence[str], plane: Plane
) -> StatedGrants | None:
    """Whether Terraform grants an identity all of these actions at a scope, by one role.

    An assignment whose role, scope, principal or condition is not known before apply is undecided, unless what is
    known of it rules it out. None when the identity is made elsewhere, and nothing here grants it that.
    """
    undecided: list[str] = []
    for assignment in world.role_assignments:
        match = _gives(world, assignment, grantee, arm_id, actions, plane)
        if match is True:
            return StatedGrants(principal=grantee.label, granting=assignment)
        if match is None:
            undecided.append(assignment.address)
    if grantee.elsewhere:
        return None
    return StatedGrants(principal=grantee.label, granting=None, undecided=tuple(undecided))


def held_by(world: World, grantee: Grantee, arm_id: str) -> Iterator[tuple[Subject[RoleAssignment], Role]]:
    """The assignments that certainly are the identity's at a scope, with their roles, as far as those are known."""
    for assignment in world.role_assignments:
        stated = assignment.stated
        if stated is None or not is_granted_to(stated, grantee) or not _reaches(stated.scope.content, arm_id):
            continue
        role = stated_role(world, stated)
        if role is not None:
            yield assignment, role


def lacks_grants(world: World, compute: Subject[Compute], account: Subject[StorageAccount]) -> bool:
    """Whether the jobs of a compute certainly get no data role on an account: it declares no identity, or an idle one.

    Raises NotKnown when the identity is not known.
    """
    if not compute.intent.identity_type.value:
        return True
    grants = stated_grants(world, compute, account)
    return grants is not None and grants.granting is None and not grants.undecided


def is_run_as(world: World, identity: Subject[Identity]) -> bool | None:
    """Whether the source lets a compute, a workspace or a federated credential's pods run as an identity.

    None where it is not known before apply whether one of them is planned. Raises NotKnown where the identity is not.
    """
    computes = [i for c in world.computes if c.stated is not None for i in c.stated.identity_ids.value]
    workspaces = [i for w in world.workspaces if w.stated is not None for i in w.stated.identity_ids.value]
    pods = [f.stated.identity_id.value for f in world.federated_credentials if f.stated is not None]
    if any(same_arm_id(arm_id, identity.arm_id) for arm_id in (*computes, *workspaces, *pods)):
        return True
    bearers = (*world.computes, *world.workspaces, *world.federated_credentials)
    return None if any(s.planned and s.stated is None for s in bearers) else False


def grant_key(principal_id: str, arm_id: str) -> str:
    """Under which findings about what a principal may do to an account, registry or cluster belong together."""
    return f"access of {principal_id.casefold()} to {arm_key(arm_id)}"


def opened_by(world: World, stated: RoleAssignment, role: Role) -> Iterator[str]:
    """The keys of the access that a planned assignment of a role gives. Raises NotKnown."""
    data = any(role.grants(action, "data") for action in BLOB_DATA)
    images = any(role.grants(a, "control") for a in PULL) or any(role.grants(a, "data") for a in PULL_FROM_REPOSITORIES)
    attaching = any(role.grants(action, "control") for action in ATTACHING.values())
    accounts = [a.arm_id for a in world.storage_accounts if data]
    registries = [r.arm_id for r in world.registries if images]
    for arm_id in (*accounts, *registries, *(c.arm_id for c in world.clusters if attaching)):
        if arm_id and within(stated.scope.value, arm_id):
            yield grant_key(stated.principal_id.value, arm_id)


def may_be_the_same_principal(one: Fact[str], other: Fact[str]) -> bool | None:
    """Whether two assignments are for the same principal; None where it is not known before apply."""
    if one.known and other.known:
        return one.value.casefold() == other.value.casefold()
    plain = [f for f in (one, other) if f.known or is_one_reference(f)]
    if len(plain) < 2:
        return None
    if one.references == other.references:
        return True
    return None if one.known or other.known or any(_is_data(f.references[0]) for f in plain) else False


def is_one_reference(fact: Fact[str]) -> bool:
    """Whether what is not known yet is one attribute, unchanged, that apply will give."""
    return isinstance(fact.content, Unknown) and len(fact.references) == 1 and not fact.content.derived


def grantee_of(world: World, compute: Subject[Compute]) -> Grantee:
    """The identity that a compute declares. Raises NotKnown when it is not known which."""
    declared = compute.intent
    if not declared.identity_ids.value:
        return _grantee(f"the system-assigned identity of {compute.label}", declared.principal_id)
    return identity_grantee(world, declared.identity_ids.value[0])


def identity_grantee(world: World, arm_id: str) -> Grantee:
    """The user-assigned identity with that id."""
    identity: Subject[Identity] | None = world.identity(arm_id)
    if identity is not None and identity.stated is not None:
        return _grantee(identity.label, identity.stated.principal_id)
    if identity is not None and identity.served is not None:
        return _grantee(identity.label, identity.served.principal_id, elsewhere=True)
    nobody: Fact[str] = Fact(name="principal_id", content=Unknown("it is made elsewhere"))
    return _grantee(f"identity {name_of(arm_id)}", nobody, elsewhere=True)


def is_granted_to(stated: RoleAssignment, grantee: Grantee) -> bool | None:
    """Whether an assignment is for an identity; None where it is not known before apply."""
    if stated.principal_type.known and stated.principal_type.value.casefold() in _NO_IDENTITIES:
        return False
    whom = stated.principal_id.content
    if isinstance(whom, str):
        if not whom or grantee.object_ids:
            return whom.casefold() in grantee.object_ids
        return None
    if whom.references and grantee.references.issuperset(whom.references):
        return True
    others = [r for r in whom.references if r not in grantee.references]
    plain = not whom.derived and len(whom.references) == 1 and not _is_data(others[0])
    return False if plain and not grantee.elsewhere else None


_NO_IDENTITIES = frozenset({"user", "group"})


def _grantee(label: str, principal: Fact[str], *, elsewhere: bool = False) -> Grantee:
    known = frozenset({principal.value.casefold()}) if principal.known else frozenset()
    return Grantee(label=label, object_ids=known, references=frozenset(principal.references), elsewhere=elsewhere)


def _gives(
    world: World,
    assignment: Subject[RoleAssignment],
    grantee: Grantee,
    arm_id: str,
    actions: Sequence[str],
    plane: Plane,
) -> bool | None:
    """True, False, or None where it is not known before apply."""
    stated = assignment.stated
    if stated is None:
        return None
    verdicts = (
        is_granted_to(stated, grantee),
        _reaches(stated.scope.content, arm_id),
        _grants(stated_role(world, stated), actions, plane),
    )
    if False in verdicts:
        return False
    return None if None in verdicts or not _unconditional(stated) else True


def _is_data(reference: str) -> bool:
    """Whether a reference is to a data source: it may look up the very thing that is declared elsewhere."""
    return "data" in reference.split(".")


def _reaches(scope: str | Unknown, arm_id: str) -> bool | None:
    if isinstance(scope, Unknown) or not arm_id:
        return None
    return within(scope, arm_id)


def _grants(role: Role | None, actions: Sequence[str], plane: Plane) -> bool | None:
    return None if role is None else all(role.grants(action, plane) for action in actions)


def _unconditional(stated: RoleAssignment) -> bool:
    return stated.condition.known and not stated.condition.value
