"""A check's metadata: the marker's arguments, validated when checks are collected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import TypeVar

from verifier.checking.finding import Severity
from verifier.hcl.frozen import frozen

E = TypeVar("E", bound=Enum)
MARKER = (
    "check(id, severity, asks, why, of, link, after, see, types): an infrastructure check; its docstring's first "
    "line is the sentence that is true when it passes"
)
CHECK_ID = re.compile(r"[A-Z][A-Z0-9]*[0-9]{2}")


class Question(Enum):
    """What a check asks, and so what it needs: coherence is judged from the source alone."""

    COHERENCE = "coherence"
    AGREEMENT = "agreement"
    INVARIANT = "invariant"


class Of(Enum):
    """Which subjects a check judges: those that Terraform plans, or also those that only live has."""

    PLANNED = "planned"
    ANY = "any"


class MarkerError(ValueError):
    """A check's marker is not right. The message says what and how."""


@frozen(kw_only=True)
class Metadata:
    """What stands beside a check.

    `sentence` is the docstring's first line: true when the check passes. `link` is the place in the chain of
    conditions that a job's data access hangs on. `after` are the checks whose disagreement would explain this one's.
    `types` are the Terraform resource types that a check of `resource` judges.
    """

    id: str
    sentence: str
    severity: Severity
    asks: Question
    of: Of
    why: str
    link: int
    after: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


_KNOWN = {"id", "severity", "asks", "of", "why", "link", "after", "see", "types"}


def read_marker(arguments: Mapping[str, object], docstring: str | None) -> Metadata:
    """Validate `@pytest.mark.check(…)`. Raises MarkerError."""
    unknown = sorted(arguments.keys() - _KNOWN)
    if unknown:
        raise MarkerError(f"unknown argument {unknown[0]!r}; the marker takes {', '.join(sorted(_KNOWN))}")
    sentence = (docstring or "").strip().splitlines()[0] if (docstring or "").strip() else ""
    if not sentence:
        raise MarkerError("the check has no docstring; its first line is the sentence that is true when it passes")
    link = arguments.get("link", 99)
    if not isinstance(link, int):
        raise MarkerError(f"link is {link!r}; a whole number says where in the chain it stands")
    return Metadata(
        id=_id(arguments.get("id")),
        sentence=sentence,
        severity=_member(Severity, arguments.get("severity"), "severity"),
        asks=_member(Question, arguments.get("asks"), "asks"),
        of=_member(Of, arguments.get("of", Of.PLANNED.value), "of"),
        why=_text(arguments.get("why"), "why"),
        link=link,
        after=_ids(arguments.get("after", ()), "after"),
        see=_texts(arguments.get("see", ()), "see"),
        types=_texts(arguments.get("types", ()), "types"),
    )


def refuse_clashes(checks: Sequence[Metadata]) -> None:
    """Raise MarkerError when two checks share an id, `after` names no check, or `after` runs in a circle."""
    ids = [c.id for c in checks]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise MarkerError(f"two checks have the id {twice[0]}")
    by_id = {c.id: c for c in checks}
    for check in checks:
        _refuse_circle(check, by_id, [])


def unresolved(checks: Sequence[Metadata]) -> tuple[str, ...]:
    """Ids that some `after` names and no check has, as `CMP02 after INT16`."""
    ids = {c.id for c in checks}
    return tuple(f"{c.id} after {a}" for c in checks for a in c.after if a not in ids)


def _refuse_circle(check: Metadata, by_id: Mapping[str, Metadata], path: list[str]) -> None:
    if check.id in path:
        raise MarkerError(f"`after` runs in a circle: {' → '.join([*path, check.id])}")
    for name in check.after:
        if name in by_id:
            _refuse_circle(by_id[name], by_id, [*path, check.id])


def _id(value: object) -> str:
    if not isinstance(value, str) or not CHECK_ID.fullmatch(value):
        raise MarkerError(f"id is {value!r}; expected capital letters and two digits, such as STO01")
    return value


def _member(kind: type[E], value: object, name: str) -> E:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(str(member.value) for member in kind)
        raise MarkerError(f"{name} is {value!r}; expected one of {known}") from None


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise MarkerError(f"{name} is missing; it says in a sentence why the check matters")
    return " ".join(value.split())


def _texts(value: object, name: str) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise MarkerError(f"{name} is {value!r}; expected a list of strings")
    return tuple(str(item) for item in value)


def _ids(value: object, name: str) -> tuple[str, ...]:
    ids = _texts(value, name)
    for item in ids:
        _id(item)
    return ids
