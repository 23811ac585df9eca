"""Roles: what a role definition lets its holder do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

Plane: TypeAlias = Literal["control", "data"]
"""Which list of a role says it: `actions` are the control plane's, `dataActions` the data plane's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One element of a role's `permissions`: what it grants, less what it takes back from that same element.

    It grants, or denies, only where its `condition` holds, if it has one.
    """

    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()
    condition: str = ""

    def grants(self, action: str, plane: Plane) -> bool:
        """Whether it grants an action of a plane. `*` as a control action grants no data: Owner cannot read blobs."""
        if plane == "data":
            return _matches(self.data_actions, action) and not _matches(self.not_data_actions, action)
        return _matches(self.actions, action) and not _matches(self.not_actions, action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role definition. `guid` is the last segment of its id, the only part that compares."""

    name: str
    guid: str
    permissions: tuple[Permission, ...]

    @property
    def condition(self) -> str:
        """The first condition of its permissions; empty where they have none."""
        return next((p.condition for p in self.permissions if p.condition), "")

    def grants(self, action: str, plane: Plane) -> bool:
        """Whether any of its permissions grants an action of a plane."""
        return any(p.grants(action, plane) for p in self.permissions)


def guid_of(role_definition_id: str) -> str:
    """The GUID of a role definition id, in whichever scope's form it is written."""
    return role_definition_id.rstrip("/").rpartition("/")[2].casefold()


@cache
def builtin_roles() -> Mapping[str, Role]:
    """The built-in roles that matter here, by GUID. Source and date stand in builtin_roles.json."""
    table = json.loads(files("verifier.access").joinpath("builtin_roles.json").read_text(encoding="utf-8"))
    return {r["id"]: Role(name=r["name"], guid=r["id"], permissions=(_permission(r),)) for r in table["roles"]}


def builtin_role_named(name: str) -> Role | None:
    """A built-in role by its display name, without regard to case; None for one that the table does not have."""
    return next((r for r in builtin_roles().values() if r.name.casefold() == name.casefold()), None)


def roles_like(roles: Iterable[Role], name: str) -> tuple[str, ...]:
    """The names of the roles that a misspelt one may mean, the most likely first: at most two letters off.

    Empty for the name of a role, and where there is none like it.
    """
    distances = {role.name: _letters_off(role.name.casefold(), name.casefold()) for role in roles}
    if 0 in distances.values():
        return ()
    near = (known for known in distances if distances[known] <= _MISSPELT)
    return tuple(sorted(near, key=lambda known: (distances[known], known)))


_MISSPELT = 2


def _letters_off(one: str, other: str) -> int:
    """How many letters must be added, dropped or changed; more than that where the lengths alone differ by more."""
    if abs(len(one) - len(other)) > _MISSPELT:
        return _MISSPELT + 1
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        row, before = [number], row
        for at, wanted in enumerate(other, start=1):
            row.append(min(row[-1] + 1, before[at] + 1, before[at - 1] + (letter != wanted)))
    return row[-1]


def role_from_document(document: Mapping[str, object]) -> Role | None:
    """A role from a roleDefinitions document; None when it has not the shape of one."""
    properties = document.get("properties")
    if not isinstance(properties, dict) or not isinstance(properties.get("permissions"), list):
        return None
    return Role(
        name=str(properties.get("roleName", "")),
        guid=guid_of(str(document.get("name") or document.get("id") or "")),
        permissions=permissions_from(properties["permissions"]),
    )


def permissions_from(elements: object) -> tuple[Permission, ...]:
    """The `permissions` of a role definition or deny assignment."""
    return tuple(_permission(e) for e in elements if isinstance(e, dict)) if isinstance(elements, list) else ()


def _permission(element: Mapping[str, object]) -> Permission:
    return Permission(
        actions=_patterns(element.get("actions")),
        not_actions=_patterns(element.get("notActions")),
        data_actions=_patterns(element.get("dataActions")),
        not_data_actions=_patterns(element.get("notDataActions")),
        condition=str(element.get("condition") or ""),
    )


def _patterns(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _matches(patterns: Iterable[str], action: str) -> bool:
    return any(_pattern(p).fullmatch(action) for p in patterns)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """`*` stands for any characters, `/` among them; case does not matter."""
    return re.compile(".*".join(map(re.escape, text.split("*"))), re.IGNORECASE)
