"""Hops: one step on the way from a value back to who decided it, and what of it may be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from verifier.hcl.frozen import frozen, replace
from verifier.hcl.origin import Origin, Step
from verifier.hcl.source import Place
from verifier.hcl.values import Value, contains_sensitive

HIDDEN = "(sensitive value)"

_QUOTES = frozenset({Step.LITERAL, Step.VARIABLE_DEFAULT, Step.OPTIONAL_DEFAULT, Step.MODULE_ARGUMENT})
"""Steps of an origin whose text quotes the source, the value included."""

_DEFAULTS = frozenset({Step.VARIABLE_DEFAULT, Step.OPTIONAL_DEFAULT})
_MADE_SENSITIVE = "sensitive(…)"
"""The text of an origin behind which there is a secret, whatever is made of it before."""

_WRITTEN_SECRET = re.compile(r'(?<!non)\bsensitive\(\s*"(?:[^"\\]|\\.)*"')


@frozen(kw_only=True)
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
        text=_name_only(hop.text) if hop.step in _DEFAULTS else hop.text,
        source=hop.source if hop.plain or not hop.source else HIDDEN,
        value=hop.value.marked(sensitive=True) if hop.value is not None else None,
        behind=behind,
    )


def without_secrets(source: str) -> str:
    """An excerpt of the source without the literals that it calls sensitive."""
    return _WRITTEN_SECRET.sub("sensitive(…", source)


class Secrets:
    """The origins of sensitive values: where a value that is not sensitive itself came from one, it is not quoted."""

    def __init__(self, values: Iterable[Value]) -> None:
        self._origins: set[tuple[Step, Place | None]] = set()
        for value in values:
            self._note(value, secret=False)

    def chain(self, origin: Origin, *, secret: bool) -> Iterator[tuple[Origin, str]]:
        """The hops of an origin's chain, each with the text that may be shown."""
        for hop in origin.chain():
            secret = secret or hop.text == _MADE_SENSITIVE
            hidden = hop.step in _QUOTES and (secret or (hop.step, hop.place) in self._origins)
            yield hop, _name_only(hop.text) if hidden else hop.text

    def _note(self, value: Value, *, secret: bool) -> None:
        secret = secret or value.sensitive
        if secret and value.origin is not None:
            self._origins.update((hop.step, hop.place) for hop in value.origin.chain())
        content = value.content
        inner = content.values() if isinstance(content, Mapping) else content if isinstance(content, tuple) else ()
        for item in inner:
            self._note(item, secret=secret)


def _name_only(text: str) -> str:
    """What stands before the equals sign, where there is one."""
    name, equals, _ = text.partition(" = ")
    return f"{name} = {HIDDEN}" if equals and name.replace("-", "_").isidentifier() else HIDDEN
