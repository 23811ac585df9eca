"""A parser's tables as plain data: what to do in each state with each token, and what each rule makes.

Tables that fit the grammar of the python-hcl2 that is installed are part of this package, so that a first run need
not build them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeAlias

from verifier.hcl.frozen import slotted

Included: TypeAlias = list[tuple[int, bool]]
FORMAT: Final = 1
SHIPPED: Final = "tables.json"


@slotted(eq=False)
class Rule:
    """One production: `size` symbols become one that is called `origin`.

    `callback` is the lowering's method; an empty one means a list, which is laid out in the rule that takes it.
    `included` are the symbols that the method gets, each with whether it is such a list; None means all, none a list.
    With `single`, a symbol that comes alone stays as it is.
    """

    origin: str
    callback: str
    size: int
    included: Included | None
    single: bool


@slotted(eq=False)
class Tables:
    """`actions` are by state and terminal: a state to go to, or the complement (~) of a rule to apply."""

    grammar: str
    start: int
    end: int
    actions: list[dict[str, int]]
    gotos: list[dict[str, int]]
    rules: list[Rule]


def shipped() -> Tables | None:
    """The tables that are part of this package."""
    try:
        return from_bytes(Path(__file__).with_name(SHIPPED).read_bytes())
    except OSError:
        return None


def to_bytes(tables: Tables) -> bytes:
    """The tables as text, a line for each state and rule."""
    rules = [[r.origin, r.callback, r.size, r.included, r.single] for r in tables.rules]
    head = {"format": FORMAT, "grammar": tables.grammar, "start": tables.start, "end": tables.end}
    rows: dict[str, Sequence[object]] = {"actions": tables.actions, "gotos": tables.gotos, "rules": rules}
    parts = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in head.items()]
    for name, row in rows.items():
        lines = ",\n".join(json.dumps(item, separators=(",", ":"), sort_keys=True) for item in row)
        parts.append(f"{json.dumps(name)}: [\n{lines}\n]")
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def from_bytes(content: bytes) -> Tables | None:
    """The tables that `to_bytes` wrote; None for anything else."""
    try:
        found = json.loads(content)
        rules = [
            Rule(str(origin), str(callback), int(size), _included(included), bool(single))
            for origin, callback, size, included, single in found["rules"]
        ]
        tables = Tables(
            str(found["grammar"]), int(found["start"]), int(found["end"]), found["actions"], found["gotos"], rules
        )
        fits = found["format"] == FORMAT and _consistent(tables)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    return tables if fits else None


def _included(items: list[list[int]] | None) -> Included | None:
    return None if items is None else [(int(at), bool(is_list)) for at, is_list in items]


def _consistent(tables: Tables) -> bool:
    """Whether every number leads to a state or a rule that there is."""
    states, rules = len(tables.actions), len(tables.rules)
    return (
        len(tables.gotos) == states
        and 0 <= tables.start < states
        and 0 <= tables.end < states
        and all(type(n) is int and -rules <= n < states for row in tables.actions for n in row.values())
        and all(type(n) is int and 0 <= n < states for row in tables.gotos for n in row.values())
        and all(0 <= at < rule.size for rule in tables.rules for at, _ in rule.included or ())
    )
