"""Hops: one step on the way from a value back to who decided it, and what of it may be shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from verifier.hcl.origin import Origin, Step
from verifier.hcl.source import Place
from verifier.hcl.values import Value, contains_sensitive

HIDDEN = "(sensitive value)"

_QUOTES = frozenset({Step.LITERAL, Step.VARIABLE_DEFAULT, Step.OPTIONAL_DEFAULT, Step.MODULE_ARGUMENT})
"""Steps whose text quotes the source, the value included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A named value, or an end of the way: a default, a var file, a literal.

    `text` is what it is called: an address, `optional(bool, false)`, `terraform.tfvars`. `source` is the expression
    that stands at `place`, empty where the text says it all. `note` is what a reader would not guess. `behind` are the
    hops that it draws from, the deciding ones first. `again` is true where the same has been told above.
    """

    step: Step
    text: str
    value: Value | None = None
    place: Place | None = None
    source: str = ""
    note: str = ""
    plain: bool = False
    """Whether `source` is a reference and nothing else, which shows no value."""
    again: bool = False
    behind: tuple[Hop, ...] = ()


def concealed(hop: Hop, *, secret: bool = False) -> Hop:
    """The hop with nothing in it, or behind it, that would show a sensitive value."""
    secret = secret or (hop.value is not None and contains_sensitive(hop.value))
    behind = tuple(concealed(inner, secret=secret) for inner in hop.behind)
    if not secret:
        return replace(hop, behind=behind)
    return replace(
        hop,
        text=quotable(hop.step, hop.text),
        source=hop.source if hop.plain or not hop.source else HIDDEN,
        value=hop.value.marked(sensitive=True) if hop.value is not None else None,
        behind=behind,
    )


def origin_text(origin: Origin, *, secret: bool) -> str:
    """An origin's text, without the value when that is a secret."""
    return quotable(origin.step, origin.text) if secret else origin.text


def quotable(step: Step, text: str) -> str:
    """The text of a step of a sensitive value: what quotes the source keeps its name only."""
    if step not in _QUOTES:
        return text
    name, equals, _ = text.partition(" = ")
    return f"{name} = {HIDDEN}" if equals and name.replace("-", "_").isidentifier() else HIDDEN
