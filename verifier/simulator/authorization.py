"""Microsoft.Authorization: assignments by scope and principal as the service filters them, and role definitions.

`atScope()` is at and above the scope; `assignedTo('oid')` direct and through groups, `principalId eq 'oid'`
direct only, both at, above and below; only `atScope() and assignedTo('oid')` combines. Every other filter is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verifier.simulator import arm_errors, arm_path
from verifier.simulator.arm_path import ArmPath
from verifier.simulator.documents import ArmDocuments, is_management_group
from verifier.simulator.wire import JSON, Answer, Document
from verifier.simulator.world import World, property_text

NAMESPACE = "microsoft.authorization"
ROLE_DEFINITIONS = "microsoft.authorization/roledefinitions"
ASSIGNMENTS = ("microsoft.authorization/roleassignments", "microsoft.authorization/denyassignments")
EVERYONE = "00000000-0000-0000-0000-000000000000"

_AT_SCOPE = r"atScope\(\s*\)"
_ASSIGNED = r"assignedTo\(\s*'(?P<assigned>[^']+)'\s*\)"
_FILTER = re.compile(
    rf"\s*(?:(?P<at>{_AT_SCOPE})(?:\s+and\s+{_ASSIGNED})?|{_ASSIGNED.replace('assigned>', 'only>')}"
    r"|principalId\s+eq\s+'(?P<direct>[^']+)')\s*",
    re.IGNORECASE,
)
_DEFINITION_FILTER = re.compile(r"\s*(?P<field>type|roleName)\s+eq\s+'(?P<value>[^']*)'\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentFilter:
    """What a `$filter` of assignments asks for; principals are lower-cased object ids, empty when not asked."""

    at_scope: bool = False
    assigned_to: str = ""
    direct: str = ""


def read_filter(text: str | None) -> AssignmentFilter | None:
    """Read a `$filter`; None for one that the service refuses."""
    if text is None:
        return AssignmentFilter()
    found = _FILTER.fullmatch(text)
    if found is None:
        return None
    return AssignmentFilter(
        at_scope=found["at"] is not None,
        assigned_to=(found["assigned"] or found["only"] or "").casefold(),
        direct=(found["direct"] or "").casefold(),
    )


class Authorization:
    """The assignments and definitions of one world."""

    def __init__(self, world: World, documents: ArmDocuments) -> None:
        self._world = world
        self._documents = documents

    def listed(self, where: ArmPath, filter_text: str | None) -> Sequence[Document] | Answer:
        """The documents of a list, or the refusal of its filter."""
        if where.type.casefold() in ASSIGNMENTS:
            return self._assignments(where, filter_text)
        return self._definitions(where, filter_text)

    def definition(self, where: ArmPath) -> Document | None:
        """A role definition by its GUID, whichever form its id was asked in; its id comes back in that form."""
        wanted = where.names[-1].casefold()
        for document in self._documents.of_type(ROLE_DEFINITIONS):
            if str(document["id"]).rpartition("/")[2].casefold() == wanted and _assignable(document, where.scope):
                return _as_asked(document, where.scope)
        return None

    def _assignments(self, where: ArmPath, filter_text: str | None) -> Sequence[Document] | Answer:
        asked = read_filter(filter_text)
        if asked is None:
            supported = "'atScope()' or 'principalId eq '{value}' or assignedTo('{value}')'"
            message = f"The filter '{filter_text}' is not supported. Supported filters are either {supported}."
            return arm_errors.error(400, "UnsupportedFilter", message)
        return [
            document
            for document in self._documents.of_type(where.type)
            if self._in_scope(document, where.scope, at_scope=asked.at_scope) and self._concerns(document, asked)
        ]

    def _concerns(self, document: Document, asked: AssignmentFilter) -> bool:
        principals = _principals(document)
        if asked.direct:
            return asked.direct in principals
        if asked.assigned_to:
            return bool(principals & self._with_groups(asked.assigned_to))
        return True

    def _with_groups(self, principal: str) -> set[str]:
        reached = {principal, EVERYONE}
        while more := {group for group, members in self._world.groups.items() if members & reached} - reached:
            reached |= more
        return reached

    def _in_scope(self, document: Document, scope: str, *, at_scope: bool) -> bool:
        own = property_text(document, "scope") or str(document["id"]).casefold().partition(f"/providers/{NAMESPACE}")[0]
        return self._is_within(scope, own) or (not at_scope and self._is_within(own, scope))

    def _is_within(self, inner: str, outer: str) -> bool:
        """Whether `inner` is `outer` or below it, through management groups up to the root."""
        if arm_path.is_at_or_below(inner, outer):
            return True
        if not is_management_group(outer):
            return False
        chain = [arm_path.same(group) for group in self._world.management_groups]
        if arm_path.same(outer) not in chain:
            return False
        below = chain[: chain.index(arm_path.same(outer))]
        subscription = arm_path.subscription_of(inner).casefold()
        return (subscription != "" and subscription == self._world.subscription.casefold()) or arm_path.same(
            inner
        ) in below

    def _definitions(self, where: ArmPath, filter_text: str | None) -> Sequence[Document] | Answer:
        found = None if filter_text is None else _DEFINITION_FILTER.fullmatch(filter_text)
        if filter_text is not None and found is None:
            return arm_errors.error(400, "UnsupportedFilter", f"The filter '{filter_text}' is not supported.")
        return [
            _as_asked(document, where.scope)
            for document in self._documents.of_type(ROLE_DEFINITIONS)
            if _assignable(document, where.scope)
            and (found is None or property_text(document, found["field"]).casefold() == found["value"].casefold())
        ]


def _principals(document: Document) -> set[str]:
    """A role assignment has one principal, a deny assignment a list of them."""
    properties = document.get("properties")
    listed = properties.get("principals") if isinstance(properties, Mapping) else None
    several = [entry.get("id") for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []
    return {str(each).casefold() for each in (property_text(document, "principalId"), *several) if each}


def _assignable(document: Document, scope: str) -> bool:
    properties = document.get("properties")
    listed = properties.get("assignableScopes") if isinstance(properties, Mapping) else None
    if not isinstance(listed, list) or scope == "":
        return True
    return any(
        arm_path.is_at_or_below(scope, str(each))
        or arm_path.is_at_or_below(str(each), scope)
        or is_management_group(str(each))
        for each in listed
    )


def _as_asked(document: Document, scope: str) -> Document:
    subscription = arm_path.subscription_of(scope)
    prefix = f"/subscriptions/{subscription}" if subscription else ""
    name = str(document["id"]).rpartition("/")[2]
    asked: dict[str, JSON] = {**document, "id": f"{prefix}/providers/Microsoft.Authorization/roleDefinitions/{name}"}
    return asked
