"""A table of built-in roles that was read from a subscription, in a file beside the root module."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from verifier import ordinary
from verifier.access.roles import Role, permissions_from, role_from_document
from verifier.errors import ConfigurationError

FILE = "verifier.roles.json"
SCHEMA = "verify-infra/roles/1"


def table_text(definitions: Iterable[Mapping[str, object]], *, source: str, day: date) -> tuple[str, int]:
    """The file's text with every built-in role among these roleDefinitions documents, and how many those are."""
    found = {role.guid: role for d in definitions if _is_built_in(d) and (role := role_from_document(d)) is not None}
    roles = [
        {
            "name": role.name,
            "id": role.guid,
            "permissions": [
                {
                    "actions": [*p.actions],
                    "notActions": [*p.not_actions],
                    "dataActions": [*p.data_actions],
                    "notDataActions": [*p.not_data_actions],
                }
                for p in role.permissions
            ],
        }
        for role in sorted(found.values(), key=lambda role: (role.name.casefold(), role.guid))
    ]
    content = {"schema": SCHEMA, "source": source, "date": day.isoformat(), "roles": roles}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n", len(roles)


def read_table(root: Path) -> Mapping[str, Role]:
    """The roles of the file beside a root module, by GUID; none where there is no such file.

    Raises ConfigurationError for a file that is no such table.
    """
    file = root / FILE
    if not file.exists():
        return {}
    where = file.as_posix()
    try:
        content = json.loads(ordinary.contents(file).decode("utf-8"))
    except OSError as error:
        raise ConfigurationError(f"cannot be read: {error.strerror or error}", where=where) from None
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"not JSON: {error}", where=where, next_step="verify-infra roles refresh") from None
    roles = content.get("roles") if isinstance(content, dict) and content.get("schema") == SCHEMA else None
    if not isinstance(roles, list) or not all(_is_role(role) for role in roles):
        raise ConfigurationError(
            "not a table of roles",
            where=where,
            expected=f'"schema": "{SCHEMA}"',
            next_step="verify-infra roles refresh",
        )
    found = (
        Role(name=r["name"], guid=r["id"].casefold(), permissions=permissions_from(r["permissions"])) for r in roles
    )
    return {role.guid: role for role in found}


def _is_role(role: object) -> bool:
    return (
        isinstance(role, dict)
        and all(isinstance(role.get(name), str) and role[name] for name in ("name", "id"))
        and isinstance(role.get("permissions"), list)
    )


def _is_built_in(definition: Mapping[str, object]) -> bool:
    properties = definition.get("properties")
    return isinstance(properties, Mapping) and str(properties.get("type", "")).casefold() == "builtinrole"
