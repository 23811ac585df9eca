"""Acting: whom a live workspace is when it reaches its cluster and its storage."""

from __future__ import annotations

from verifier.kinds.compare import arm_key, same_arm_id
from verifier.kinds.fact import NotKnown
from verifier.kinds.identity import IDENTITY
from verifier.kinds.workspace import Workspace
from verifier.world.joined import Principal, World
from verifier.world.pairing import by_id
from verifier.world.subject import NotThere, Subject

OWN, ASSIGNED = "systemassigned", "userassigned"


def acts_as_itself(workspace: Subject[Workspace]) -> bool:
    """Whether a live workspace has a system-assigned identity. Raises NotKnown for a type that nobody knows."""
    found = workspace.live.identity_type
    words = {word.strip().casefold() for word in found.value.split(",")}
    if not words <= {OWN, ASSIGNED}:
        raise NotKnown(f"{workspace.label} has {found.name} {found.value or '(none)'}: whom it acts as is not known")
    return OWN in words


def identities_acting(world: World, workspace: Subject[Workspace]) -> tuple[Principal, ...]:
    """Whom a live workspace acts as: one principal, or several where it may be any of them. Raises NotKnown.

    A user-assigned identity beside a system-assigned one stands in for it only where it is named as the primary one,
    and whether it does even then is not documented.
    """
    found = workspace.live
    primary = found.primary_identity_id.value
    if acts_as_itself(workspace):
        if not found.principal_id.value:
            raise NotKnown(f"{workspace.label} has an identity of its own, but the service names no principal")
        own = Principal(name=f"the system-assigned identity of {workspace.label}", object_id=found.principal_id.value)
        return (own, _assigned(world, workspace, primary)) if primary else (own,)
    assigned = found.identity_ids.value
    if primary:
        assigned = tuple(arm_id for arm_id in assigned if same_arm_id(arm_id, primary))
    if len(assigned) != 1:
        raise NotKnown(f"which of its identities {workspace.label} acts as is not known")
    return (_assigned(world, workspace, assigned[0]),)


def stated_identity(world: World, workspace: Subject[Workspace], principal: Principal) -> str:
    """The id of the only identity that the source gives a workspace, where that is this principal; empty elsewhere."""
    declared = workspace.stated.identity_ids if workspace.stated is not None else None
    if declared is None or not declared.known or len(declared.value) != 1:
        return ""
    identity = world.identity(declared.value[0])
    served = identity.served if identity is not None else None
    is_it = served is not None and served.principal_id.value.casefold() == principal.object_id.casefold()
    return declared.value[0] if is_it else ""


def _assigned(world: World, workspace: Subject[Workspace], arm_id: str) -> Principal:
    """The principal of a user-assigned identity, if it still is the one that the workspace was given."""
    identity = world.identity(arm_id) or by_id(IDENTITY, (), world.documents, [arm_id])[0]
    try:
        object_id = identity.live.principal_id.value
    except NotThere as gone:
        raise NotKnown(f"{gone}, and {workspace.label} acts as it") from gone
    noted = workspace.live.principals.value.get(arm_key(arm_id), "")
    if not object_id:
        raise NotKnown(f"the service names no principal of {identity.label}, which {workspace.label} acts as")
    if noted and noted.casefold() != object_id.casefold():
        raise NotKnown(f"{identity.label} was made again since {workspace.label} was given it, which may act as nobody")
    return Principal(name=identity.label, object_id=object_id)
