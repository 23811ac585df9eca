"""Differing: which fields are live otherwise than the source states them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from verifier.hcl.values import Unknown
from verifier.kinds.besides import NO_BESIDES
from verifier.kinds.compare import Same
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.kind import Kind
from verifier.terraform.addresses import Step

_WRAPPINGS = frozenset({"body", "manifest", "yaml_body", "properties"})
"""Steps of a path in which whole documents stand, and that no fact's name has."""


def differing(
    kind: Kind[object], stated: object, served: object, ignored: Sequence[tuple[Step, ...]] = ()
) -> tuple[str, ...]:
    """What is live otherwise than stated; what changes are `ignored` for is not compared.

    Raises NotKnown where nothing is known to differ, and something is not known.
    """
    told, unknown = _compared(kind, stated, served, tuple(map(_names, ignored)), ())
    if unknown is not None and not told:
        raise unknown
    return tuple(told)


def both_sides(
    name: str, stated: object, served: object, ignored: Sequence[tuple[Step, ...]] = ()
) -> tuple[Fact[object], Fact[object]] | None:
    """A field as both sides say it; None where Terraform leaves it to the service, or is told not to look at it."""
    return _judged(field_of(stated, name), field_of(served, name), tuple(map(_names, ignored)), ())


def _judged(
    meant: object, found: object, ignored: Sequence[tuple[str, ...]], inside: tuple[str, ...]
) -> tuple[Fact[object], Fact[object]] | None:
    if not isinstance(meant, Fact) or not isinstance(found, Fact) or not (meant.stated or meant.set_anyway):
        return None
    watched = _watched(meant, ignored, inside)
    return None if watched is None else (watched, found)


def _compared(
    kind: Kind[object],
    stated: object,
    served: object,
    ignored: Sequence[tuple[str, ...]],
    inside: tuple[str, ...],
) -> tuple[list[str], NotKnown | None]:
    told: list[str] = []
    unknown: NotKnown | None = None
    for meant, found, same in _pairs(kind, stated, served):
        pair = _judged(meant, found, ignored, inside)
        if pair is None:
            continue
        try:
            difference = _told(*pair, same)
            told += [difference] if difference else []
        except NotKnown as error:
            unknown = unknown or error
    for name, held in kind.holds.items():
        try:
            for member, one, other in _paired(field_of(stated, name), field_of(served, name)):
                more, open_ = (
                    _compared(held, one, other, ignored, (_named(stated, name),))
                    if other is not None
                    else (["it is not there"], None)
                )
                told += [f"{held.noun} {member}: {text}" for text in more]
                unknown = unknown or open_
        except NotKnown as error:
            unknown = unknown or error
    return told, unknown


def _pairs(kind: Kind[object], stated: object, served: object) -> Iterator[tuple[object, object, Same]]:
    for name, same in kind.compares.items():
        yield field_of(stated, name), field_of(served, name), same
    meant, found = getattr(stated, "besides", NO_BESIDES), getattr(served, "besides", NO_BESIDES)
    for beside in kind.besides:
        yield meant.get(beside.name), found.get(beside.name), beside.same


def _paired(meant: object, found: object) -> Iterator[tuple[str, object, object | None]]:
    """The members that a side states, each with the live one of that name. Raises NotKnown."""
    if not isinstance(meant, Fact) or not isinstance(found, Fact) or not meant.stated:
        return
    live = {member.name.value.casefold(): member for member in found.value}
    for member in meant.value:
        if name := member.name.value:
            yield name, member, live.get(name.casefold())


def _named(side: object, name: str) -> str:
    fact = field_of(side, name)
    return fact.name if isinstance(fact, Fact) else name


def field_of(side: object, name: str) -> object:
    """A field of one side, or a field of that: `firewall.public_access`."""
    for step in name.split("."):
        side = getattr(side, step, None)
    return side


def _names(path: Sequence[Step]) -> tuple[str, ...]:
    return tuple(step for step in path if isinstance(step, str) and step not in _WRAPPINGS)


def _watched(meant: Fact[object], ignored: Sequence[tuple[str, ...]], inside: tuple[str, ...]) -> Fact[object] | None:
    """What is left to compare of a fact: of a mapping the members that are not ignored; None where it is ignored."""
    own = (*inside, *(step for step in meant.name.split(".") if step not in _WRAPPINGS))
    for path in ignored:
        if own[: len(path)] == path:
            return None
        if path[: len(own)] == own:
            if not isinstance(meant.content, Mapping):
                return None
            left = {key: value for key, value in meant.content.items() if key != path[len(own)]}
            meant = replace(meant, content=left)
    return meant


def _told(meant: Fact[object], found: Fact[object], same: Same) -> str:
    """How live differs in a field, of a mapping in what of it is known; empty where it does not.

    Raises NotKnown where nothing is known to differ, and something is not known.
    """
    one, other = meant.value, found.value
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return "" if same(one, other) else _difference(meant, found)
    members, unknown = _members(meant.name, one, other, same)
    if unknown is not None and not members:
        raise unknown
    if unknown is None and same(one, other):
        return ""
    which = f" of {', '.join(members)}" if members and not (meant.sensitive or found.sensitive) else ""
    return f"{found.name} is not what the source says{which}"


def _difference(meant: Fact[object], found: Fact[object]) -> str:
    if meant.sensitive or found.sensitive:
        return f"{found.name} is not what the source says"
    says = "says" if meant.stated else "says nothing, which means"
    return f"{found.name} is {_text(found.content)}, and the source {says} {_text(meant.content)}"


def _members(
    name: str, meant: Mapping[str, object], found: Mapping[str, object], same: Same
) -> tuple[list[str], NotKnown | None]:
    """The members that differ, and why another is not known; what they hold may be a secret, and is not said."""
    told: list[str] = []
    unknown: NotKnown | None = None
    for key in sorted({*meant, *found}):
        waits = next((side[key] for side in (meant, found) if isinstance(side.get(key), Unknown)), None)
        if isinstance(waits, Unknown):
            unknown = unknown or NotKnown(f"{name} is not known: {waits.because}")
            continue
        try:
            if not same(_only(key, meant), _only(key, found)):
                told.append(key)
        except NotKnown as error:
            unknown = unknown or error
    return told, unknown


def _only(key: str, content: Mapping[str, object]) -> Mapping[str, object]:
    return {key: content[key]} if key in content else {}


def _text(content: object) -> str:
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, tuple | list):
        return ", ".join(map(str, content)) or "none"
    return str(content) or "not set"
