"""The deny assignment: what is taken away, from whom, whatever roles they hold.

Terraform says none: Azure makes them, for deployment stacks and managed applications (Microsoft Learn, "List Azure deny
assignments").
"""

from __future__ import annotations

from dataclasses import dataclass

from verifier.hcl.values import JSON
from verifier.kinds.compare import name_of
from verifier.kinds.fact import NotKnown
from verifier.kinds.served import Document, at
from verifier.kinds.stated import as_text

DENY_ASSIGNMENTS = "providers/Microsoft.Authorization/denyAssignments"


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyAssignment:
    """Live: Microsoft.Authorization/denyAssignments.

    Principals are (object id, type). `permissions` are as those of a role definition. With `for_children` it holds
    below its scope, too.
    """

    name: str
    scope: str
    for_children: bool
    principals: tuple[tuple[str, str], ...]
    excluded: tuple[tuple[str, str], ...]
    permissions: JSON
    condition: str


def deny_assignment(document: Document) -> DenyAssignment:
    """One as the service has it. Raises NotKnown for one that does not say whom it denies what: it may be anything."""
    said = {
        name: at(document.body, ("properties", name))
        for name in ("principals", "permissions", "excludePrincipals", "scope", "doNotApplyToChildScopes", "condition")
    }
    principals, excluded = _principals(said["principals"]), _principals(said["excludePrincipals"] or [])
    if principals is None or excluded is None or not isinstance(said["permissions"], list):
        raise NotKnown(f"whom the deny assignment {name_of(document.source)} denies what was not sent")
    return DenyAssignment(
        name=as_text(at(document.body, ("properties", "denyAssignmentName"))) or document.source,
        scope=as_text(said["scope"]) or document.parent(DENY_ASSIGNMENTS).value,
        for_children=said["doNotApplyToChildScopes"] is not True,
        principals=principals,
        excluded=excluded,
        permissions=said["permissions"],
        condition=str(said["condition"] or ""),
    )


def _principals(value: JSON) -> tuple[tuple[str, str], ...] | None:
    """Each one's object id and type; None where one has neither, and so may be anybody."""
    members = value if isinstance(value, list) else [None]
    found = [(as_text(p.get("id")), as_text(p.get("type"))) if isinstance(p, dict) else ("", "") for p in members]
    return tuple(found) if all(any(each) for each in found) else None
