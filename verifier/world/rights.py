"""Rights: what role assignments, intended and live, let a principal do to an account's data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.access.effective import BLOB_DATA, Assignment, Denial, Granted, Right, barred, data_right
from verifier.access.roles import Role, builtin_role_named, builtin_roles, guid_of, permissions_from, role_from_document
from verifier.hcl.values import JSON, Unknown
from verifier.kinds.compare import name_of, within
from verifier.kinds.compute import Compute
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.identity import Identity
from verifier.kinds.role_assignment import ROLE_ASSIGNMENT, RoleAssignment
from verifier.kinds.served import Document
from verifier.kinds.storage_account import StorageAccount
from verifier.live.documents import Absent, Denied, Failed, Found
from verifier.world.joined import World
from verifier.world.subject import NotThere, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedGrants:
    """What the source says of one identity's data access: the assignment that gives it, or those that might."""

    principal: str
    granting: Subject[RoleAssignment] | None
    undecided: tuple[str, ...] = ()


def stated_grants(world: World, compute: Subject[Compute], account: Subject[StorageAccount]) -> StatedGrants | None:
    """Whether Terraform grants the identity that a compute declares reading and writing of an account's blobs.

    One role must grant both. An assignment whose role, scope, principal or condition is not known before apply is
    undecided, unless what is known of it rules it out. None when the identity is made elsewhere, and so may be its
    grants. Raises NotKnown when the identity itself is not known.
    """
    declared = _declared_principal(world, compute)
    grants = _grants(world, declared, account)
    return None if declared.elsewhere and grants.granting is None else grants


def grants_to(world: World, identity: Subject[Identity], account: Subject[StorageAccount]) -> StatedGrants:
    """Whether Terraform grants a planned identity reading and writing of an account's blobs. Raises NotKnown."""
    return _grants(world, _declared(identity.label, identity.intent.principal_id), account)


def _grants(world: World, declared: _Declared, account: Subject[StorageAccount]) -> StatedGrants:
    undecided: list[str] = []
    for assignment in world.role_assignments:
        match = _gives(world, assignment, declared, account)
        if match is True:
            return StatedGrants(principal=declared.label, granting=assignment)
        if match is None:
            undecided.append(assignment.address)
    return StatedGrants(principal=declared.label, granting=None, undecided=tuple(undecided))


def live_right(world: World, principal_id: str, account: Subject[StorageAccount], actions: Sequence[str]) -> Right:
    """What the live role assignments let a principal do to an account's data. Raises NotKnown when not readable."""
    if not principal_id:
        raise NotKnown(f"whose role assignments on {account.label} to look for is not known")
    path = f"{account.arm_id}/providers/Microsoft.Authorization/roleAssignments"
    if isinstance(account.outcome, Absent):
        raise NotThere(account.label, account.outcome.code)
    asked = f"the role assignments of principal {principal_id} on {account.label}"
    match world.documents.list(path, assigned_to=principal_id):
        case Denied(permission=permission, detail=detail):
            raise NotKnown(f"{asked} could not be read: {detail or 'denied'}", missing=(permission,))
        case Failed(because=because):
            raise NotKnown(f"{asked} could not be read: {because}")
        case Found(documents=documents):
            held = [_assignment(world, Document(d, str(d.get("id", "")))) for d in documents]
            right = data_right(held, principal_id=principal_id, scope=account.arm_id, actions=actions, reaches=within)
            if isinstance(right, Granted):
                return _unless_barred(world, right, principal_id, account, actions)
            return right
    raise NotThere(account.label, "the service knows no such scope")


def _unless_barred(
    world: World, right: Granted, principal_id: str, account: Subject[StorageAccount], actions: Sequence[str]
) -> Right:
    asked = f"the deny assignments on {account.label}"
    match world.documents.list(f"{account.arm_id}/providers/Microsoft.Authorization/denyAssignments"):
        case Found(documents=documents):
            denials = [_denial(Document(d, str(d.get("id", "")))) for d in documents]
            taken = barred(denials, principal_id=principal_id, scope=account.arm_id, actions=actions, reaches=within)
            return taken or right
        case Denied(permission=permission, detail=detail):
            raise NotKnown(f"{asked} could not be read: {detail or 'denied'}", missing=(permission,))
        case Failed(because=because):
            raise NotKnown(f"{asked} could not be read: {because}")
    raise NotThere(account.label, "the service knows no such scope")


def _denial(document: Document) -> Denial:
    """A deny assignment. Raises NotKnown for one that does not say whom it denies what: it may be anybody, anything."""
    properties = document.body.get("properties")
    members = properties if isinstance(properties, dict) else {}
    if not all(isinstance(members.get(name), list) for name in ("principals", "permissions")):
        raise NotKnown(f"whom the deny assignment {name_of(document.source)} denies what was not sent")
    return Denial(
        name=str(members.get("denyAssignmentName") or document.source),
        scope=str(members.get("scope") or document.parent("providers/Microsoft.Authorization/denyAssignments").value),
        for_children=members.get("doNotApplyToChildScopes") is not True,
        principals=_principals(members.get("principals")),
        excluded=_principals(members.get("excludePrincipals")),
        permissions=permissions_from(members.get("permissions")),
    )


def _principals(value: JSON) -> tuple[tuple[str, str], ...]:
    found = value if isinstance(value, list) else []
    return tuple((str(p.get("id", "")), str(p.get("type", ""))) for p in found if isinstance(p, dict))


def data_right_holders(world: World, account: Subject[StorageAccount]) -> Iterator[str]:
    """The user-assigned identities that hold reading and writing of an account's blobs, as far as could be read."""
    for identity in world.identities:
        if identity.served is None:
            continue
        try:
            right = live_right(world, identity.served.principal_id.value, account, BLOB_DATA)
        except (NotKnown, NotThere):
            continue
        if isinstance(right, Granted):
            yield identity.label


def role_by_id(world: World, role_definition_id: str) -> Role | None:
    """A role by its definition's id: built in, or a custom one that was read."""
    builtin = builtin_roles().get(guid_of(role_definition_id))
    if builtin is not None:
        return builtin
    outcome = world.documents.get(role_definition_id)
    return role_from_document(outcome.documents[0]) if isinstance(outcome, Found) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Declared:
    """The identity that a compute declares: for people, its object ids as far as known, and what stands for them."""

    label: str
    object_ids: frozenset[str]
    references: frozenset[str]
    elsewhere: bool = False


def _declared_principal(world: World, compute: Subject[Compute]) -> _Declared:
    declared = compute.intent
    if not declared.identity_ids.value:
        return _declared(f"the system-assigned identity of {compute.label}", declared.principal_id)
    arm_id = declared.identity_ids.value[0]
    identity: Subject[Identity] | None = world.identity(arm_id)
    if identity is not None and identity.stated is not None:
        return _declared(identity.label, identity.stated.principal_id)
    if identity is not None and identity.served is not None:
        return _declared(identity.label, identity.served.principal_id, elsewhere=True)
    nobody: Fact[str] = Fact(name="principal_id", content=Unknown("it is made elsewhere"))
    return _declared(f"identity {name_of(arm_id)}", nobody, elsewhere=True)


def _declared(label: str, principal: Fact[str], *, elsewhere: bool = False) -> _Declared:
    known = frozenset({principal.value.casefold()}) if principal.known else frozenset()
    return _Declared(label=label, object_ids=known, references=frozenset(principal.references), elsewhere=elsewhere)


def _gives(
    world: World, assignment: Subject[RoleAssignment], declared: _Declared, account: Subject[StorageAccount]
) -> bool | None:
    """True, False, or None where it is not known before apply."""
    stated = assignment.stated
    if stated is None:
        return None
    verdicts = (
        _is_granted_to(stated, declared),
        _reaches(stated.scope.content, account),
        _grants_data(_stated_role(world, stated)),
    )
    if False in verdicts:
        return False
    return None if None in verdicts or not _unconditional(stated) else True


def _is_granted_to(stated: RoleAssignment, declared: _Declared) -> bool | None:
    if stated.principal_type.known and stated.principal_type.value.casefold() in _NO_IDENTITIES:
        return False
    whom = stated.principal_id.content
    if isinstance(whom, str):
        if not whom or declared.object_ids:
            return whom.casefold() in declared.object_ids
        return None
    if whom.references and declared.references.issuperset(whom.references):
        return True
    others = [r for r in whom.references if r not in declared.references]
    plain = not whom.derived and len(whom.references) == 1 and not _is_data(others[0])
    return False if plain and not declared.elsewhere else None


_NO_IDENTITIES = frozenset({"user", "group"})


def _is_data(reference: str) -> bool:
    """Whether a reference is to a data source: it may look up the very thing that is declared elsewhere."""
    return "data" in reference.split(".")


def _reaches(scope: str | Unknown, account: Subject[StorageAccount]) -> bool | None:
    if isinstance(scope, Unknown) or not account.arm_id:
        return None
    return within(scope, account.arm_id)


def _grants_data(role: Role | None) -> bool | None:
    return None if role is None else all(role.grants_data(action) for action in BLOB_DATA)


def _unconditional(stated: RoleAssignment) -> bool:
    return stated.condition.known and not stated.condition.value


def _stated_role(world: World, stated: RoleAssignment) -> Role | None:
    if stated.role_name.stated:
        return builtin_role_named(stated.role_name.value) if stated.role_name.known else None
    return role_by_id(world, stated.role_definition_id.value) if stated.role_definition_id.known else None


def _assignment(world: World, document: Document) -> Assignment:
    served = ROLE_ASSIGNMENT.from_document(document)
    role_id = served.role_definition_id.value
    return Assignment(
        id=document.source,
        principal_id=served.principal_id.value,
        scope=served.scope.value,
        role_id=role_id,
        role=role_by_id(world, role_id),
        condition=served.condition.value,
    )
