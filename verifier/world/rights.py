"""Rights: what live role assignments let a principal do at a scope."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.access.denial import Denial, barred
from verifier.access.effective import (
    BLOB_DATA,
    LIST_KEYS,
    SHARES_OVER_REST,
    Asked,
    Assignment,
    Conditional,
    Granted,
    Missing,
    Right,
    groups_of,
    right_of,
)
from verifier.access.roles import Plane, permissions_from
from verifier.kinds.compare import within
from verifier.kinds.deny_assignment import DENY_ASSIGNMENTS, deny_assignment
from verifier.kinds.fact import NotKnown
from verifier.kinds.role_assignment import ROLE_ASSIGNMENT
from verifier.kinds.served import Document
from verifier.kinds.storage_account import StorageAccount
from verifier.live.documents import Absent, Denied, Failed, Found
from verifier.live.snapshot import moment
from verifier.world.joined import World
from verifier.world.roles import role_by_id
from verifier.world.subject import NotThere, Subject

ASSIGNMENTS = "providers/Microsoft.Authorization/roleAssignments"


def live_right(
    world: World,
    principal_id: str,
    resource: Subject[object],
    actions: Sequence[str],
    plane: Plane = "data",
) -> Right:
    """What a principal may do to a resource, deny assignments heeded. Raises NotKnown when not readable, NotThere."""
    right, asked, held = _assigned(world, principal_id, resource, actions, plane)
    if not isinstance(right, Granted | Conditional):
        return right
    bar = barred(_denials(world, resource), asked, groups=groups_of(held, asked))
    return bar if bar is not None and (bar.certain or isinstance(right, Granted)) else right


def assigned_right(world: World, principal_id: str, resource: Subject[object], actions: Sequence[str]) -> Right:
    """What the live role assignments alone let a principal do to a resource's data. Raises NotKnown, NotThere."""
    return _assigned(world, principal_id, resource, actions, "data")[0]


def _assigned(
    world: World, principal_id: str, resource: Subject[object], actions: Sequence[str], plane: Plane
) -> tuple[Right, Asked, list[Assignment]]:
    if not principal_id:
        raise NotKnown(f"whose role assignments on {resource.label} to look for is not known")
    if isinstance(resource.outcome, Absent):
        raise NotThere(resource.label, resource.outcome.code)
    held = _held(world, principal_id, resource)
    asked = Asked(principal_id=principal_id, scope=resource.arm_id, actions=actions, reaches=within, plane=plane)
    return right_of(held, asked, now=world.now), asked, held


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


def may_take_keys(world: World, principal_id: str, account: Subject[StorageAccount]) -> bool:
    """Whether a principal may list an account's keys while the account accepts them: a way around data roles.

    False where that could not be read: it is only ever a remark.
    """
    try:
        return account.live.shared_key_access.value and isinstance(
            live_right(world, principal_id, account, LIST_KEYS, "control"), Granted
        )
    except (NotKnown, NotThere):
        return False


def lacks_shares(world: World, principal_id: str, account: Subject[StorageAccount]) -> bool:
    """Whether a principal certainly may not read an account's file shares over REST; False where that is not known."""
    try:
        return isinstance(live_right(world, principal_id, account, SHARES_OVER_REST), Missing)
    except (NotKnown, NotThere):
        return False


def _held(world: World, principal_id: str, resource: Subject[object]) -> list[Assignment]:
    asked = f"the role assignments of principal {principal_id} on {resource.label}"
    match world.documents.list(f"{resource.arm_id}/{ASSIGNMENTS}", assigned_to=principal_id):
        case Found(documents=documents):
            return [_assignment(world, Document(d, str(d.get("id", "")))) for d in documents]
        case Denied(permission=permission, detail=detail):
            raise NotKnown(f"{asked} could not be read: {detail or 'denied'}", missing=(permission,))
        case Failed(because=because):
            raise NotKnown(f"{asked} could not be read: {because}")
    raise NotThere(resource.label, "the service knows no such scope")


def _assignment(world: World, document: Document) -> Assignment:
    served = ROLE_ASSIGNMENT.from_document(document)
    role_id = served.role_definition_id.value
    role = role_by_id(world, role_id)
    return Assignment(
        id=document.source,
        principal_id=served.principal_id.value,
        scope=served.scope.value,
        role_id=role_id,
        role=role,
        condition=served.condition.value or (role.condition if role is not None else ""),
        since=moment(served.changed_on.value),
    )


def _denials(world: World, resource: Subject[object]) -> list[Denial]:
    asked = f"the deny assignments on {resource.label}"
    match world.documents.list(f"{resource.arm_id}/{DENY_ASSIGNMENTS}"):
        case Found(documents=documents):
            return [_denial(Document(d, str(d.get("id", "")))) for d in documents]
        case Denied(permission=permission, detail=detail):
            raise NotKnown(f"{asked} could not be read: {detail or 'denied'}", missing=(permission,))
        case Failed(because=because):
            raise NotKnown(f"{asked} could not be read: {because}")
    raise NotThere(resource.label, "the service knows no such scope")


def _denial(document: Document) -> Denial:
    """A deny assignment, its permissions as they are asked about. Raises NotKnown."""
    served = deny_assignment(document)
    return Denial(
        name=served.name,
        scope=served.scope,
        for_children=served.for_children,
        principals=served.principals,
        excluded=served.excluded,
        permissions=permissions_from(served.permissions),
        condition=served.condition,
    )
