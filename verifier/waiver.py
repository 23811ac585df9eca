"""A waiver: a disagreement that somebody accepts, with the reason, and until when.

In verifier.toml                                 or beside the resource, variable or module call that it is about

    [[waivers]]                                      # verify-infra:waive STO01 until=2026-12-31 reason="moved in Q4"
    check = "STO01"
    subject = "storage account stpilot*"
    until = 2026-12-31
    reason = "keys go when the old pipeline does"
    who = "data platform"                        `who` is optional in both

`until` is the last day. `subject` is a finding's subject or its address, with `*` for any text. What is unverified is
not waived: `unverified = true` accepts that it could not be verified, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from verifier.errors import ConfigurationError
from verifier.hcl.frozen import frozen

if TYPE_CHECKING:
    from datetime import date

KEYS = ("check", "subject", "until", "reason", "who", "unverified")
WAIVE = "verify-infra:waive"

_WORD = re.compile(r'\s*(?:(?P<key>[a-z_]+)\s*=\s*)?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"=]+))(?=\s|$)')
_TABLE = re.compile(r"^\s*\[\[\s*(?:tool\s*\.\s*verifier\s*\.\s*)?waivers\s*\]\]", re.MULTILINE)


@frozen(kw_only=True)
class Waiver:
    """One waiver. It is of `subject` (a pattern) or, where it is a comment, of what stands in `block`.

    `block` is an address without keys; that of a module call stands for all that is in the module. `place` is the
    file:line, or the file alone where no line is known.
    """

    check: str
    until: date
    reason: str
    place: str
    subject: str = ""
    block: str = ""
    who: str = ""
    unverified: bool = False

    @property
    def about(self) -> str:
        """What it is of, for people."""
        return self.subject or self.block


def waivers_of(value: object, text: str, where: str) -> tuple[Waiver, ...]:
    """The waivers of a verifier.toml, `value` being what its key `waivers` holds and `text` the whole file.

    Raises ConfigurationError for one that lacks its check, subject, reason or date, or holds something else.
    """
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ConfigurationError("waivers is not a list of tables", where=where, expected="[[waivers]]")
    lines = [text.count("\n", 0, header.end()) + 1 for header in _TABLE.finditer(text)]
    file = where.partition(",")[0]
    places = [f"{file}:{line}" for line in lines] if len(lines) == len(value) else [file] * len(value)
    return tuple(_waiver(each, place) for each, place in zip(value, places, strict=True))


def waiver_of(comment: str, block: str, place: str) -> Waiver:
    """The waiver that a comment is; `comment` is its text from `verify-infra:waive` on. Raises ConfigurationError."""
    said: dict[str, object] = {}
    rest = comment.removeprefix(WAIVE).rstrip().removesuffix("*/").rstrip()
    at = 0
    while at < len(rest):
        word = _WORD.match(rest, at)
        if word is None:
            raise _wrong(f"cannot be understood from {rest[at:].strip()!r} on", place)
        at = word.end()
        text = word["quoted"] if word["quoted"] is not None else word["bare"]
        key = word["key"] or "check"
        if key in said:
            raise _wrong(f"says {key} twice, the second time {text!r}", place)
        said[key] = text == "true" if key == "unverified" and text in ("true", "false") else text
    if "subject" in said:
        raise _wrong("names a subject; a comment is about what it stands beside", place)
    if not block:
        raise _wrong(
            "stands beside nothing: put it in or directly above a resource, a variable or a module call", place
        )
    return _waiver(said, place, block=block)


def matches(pattern: str, text: str) -> bool:
    """Whether a text is what a pattern says, `*` standing for any text. All else is meant as it is, brackets too."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.DOTALL) is not None


def _waiver(said: Mapping[str, object], place: str, *, block: str = "") -> Waiver:
    unknown = sorted(said.keys() - set(KEYS))
    if unknown:
        raise _wrong(f"has the unknown key {unknown[0]!r}", place, expected=f"some of {', '.join(KEYS)}")
    wanted = ("check", "until", "reason") if block else ("check", "subject", "until", "reason")
    lacking = [key for key in wanted if said.get(key) in (None, "")]
    if lacking:
        raise _wrong(f"has no {lacking[0]}", place, expected=f"{', '.join(wanted)}")
    unverified = said.get("unverified", False)
    if not isinstance(unverified, bool):
        raise _wrong("has an unverified that is neither true nor false", place)
    return Waiver(
        check=_text(said, "check", place),
        subject=_text(said, "subject", place),
        until=_day(said["until"], place),
        reason=_text(said, "reason", place),
        who=_text(said, "who", place),
        unverified=unverified,
        block=block,
        place=place,
    )


def _text(said: Mapping[str, object], key: str, place: str) -> str:
    value = said.get(key, "")
    if not isinstance(value, str) or (key in said and not value.strip()):
        raise _wrong(f"has a {key} that is no text", place)
    return " ".join(value.split())


def _day(value: object, place: str) -> date:
    from datetime import date, datetime

    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise _wrong(f"has no day in until = {value}", place, expected="a last day, such as 2026-12-31")


def _wrong(what: str, place: str, *, expected: str = "") -> ConfigurationError:
    return ConfigurationError(f"the waiver {what}", where=place, expected=expected)


def problems_of(waivers: Sequence[Waiver], *, today: date) -> tuple[tuple[Waiver, str], ...]:
    """What is wrong with waivers by themselves: those that have ended, and those that say what another says."""
    found: list[tuple[Waiver, str]] = []
    seen: dict[tuple[str, str, str], Waiver] = {}
    for each in waivers:
        if each.until < today:
            found.append((each, f"it ended with {each.until}: what it is of disagrees again"))
        first = seen.setdefault((each.check, each.subject, each.block), each)
        if first is not each:
            found.append((each, f"{first.place} waives the same"))
    return tuple(found)
