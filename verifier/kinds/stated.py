"""Reading what Terraform states: one instance's values as facts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from verifier.hcl.origin import Origin
from verifier.hcl.values import JSON, Unknown, Value
from verifier.kinds.fact import Fact, NotKnown

if TYPE_CHECKING:
    from verifier.terraform.plan import Instance, Read

T = TypeVar("T")
Step = str | int


@dataclass(frozen=True, slots=True)
class Stated:
    """What the configuration says of one resource instance.

    `bound` holds the attributes that are known only after apply and were filled in since, by absolute address.
    """

    instance: Instance
    bound: Mapping[str, JSON] = field(default_factory=dict)

    def fact(self, name: str, *path: Step, read: Callable[[JSON], T], otherwise: T) -> Fact[T]:
        """The value at a path (`"identity", 0, "type"`), read by `read`; `otherwise` is what the provider does unsaid.

        A path may lead into a JSON string (azapi's `body` made with jsonencode).
        """
        value = at(self.instance.values, path)
        if isinstance(value, _Plain):
            return Fact(name=name, content=read(value.content), origin=value.origin)
        if value is None:
            unsaid = self._unsaid(path)
            return Fact(
                name=name,
                content=otherwise,
                stated=False,
                source=self.instance.address,
                origin=unsaid.value.origin if unsaid is not None else None,
                unsaid_by=unsaid.address if unsaid is not None else "",
            )
        return Fact(name=name, content=_read(value, read), origin=value.origin)

    def _unsaid(self, path: tuple[Step, ...]) -> Read | None:
        """The null that the block reads under a name of this path: `identity`, `system_datastores_auth_mode`."""
        wanted = {_snake(step) for step in path if isinstance(step, str)} - _TOO_COMMON
        for read in self.instance.reads:
            if read.value.is_null and _snake(read.address.rpartition(".")[2]) in wanted:
                return read
        return None

    def text(self, name: str, *path: Step) -> Fact[str]:
        """A string; empty when nothing is stated."""
        return self.fact(name, *path, read=as_text, otherwise="")

    def computed(self, attribute: str) -> Fact[str]:
        """An attribute that only apply gives: filled in, or unknown with its own address as reference."""
        address = f"{self.instance.address}.{attribute}"
        if address in self.bound:
            return Fact(name=attribute, content=as_text(self.bound[address]), source=address)
        return Fact(name=attribute, content=Unknown("known after apply", (address,)), source=address)

    def flag(self, name: str, *path: Step, otherwise: bool) -> Fact[bool]:
        """A boolean, with the provider's own default."""
        return self.fact(name, *path, read=as_bool, otherwise=otherwise)

    def texts(self, name: str, *path: Step) -> Fact[tuple[str, ...]]:
        """A list of strings; empty when nothing is stated."""
        return self.fact(name, *path, read=as_texts, otherwise=())

    def settings(self, name: str, *path: Step) -> Fact[Mapping[str, str]]:
        """A map of strings; empty when nothing is stated."""
        return self.fact(name, *path, read=as_settings, otherwise={})

    def count(self, block: str) -> int:
        """How many nested blocks of a type there are; raises NotKnown when that waits for something."""
        value = at(self.instance.values, (block,))
        if value is None:
            return 0
        if isinstance(value, _Plain) or not isinstance(value.content, tuple):
            if isinstance(value, Value) and isinstance(value.content, Unknown):
                raise NotKnown(f"{self.instance.address}.{block} is not known: {value.content.because}")
            return 1
        return len(value.content)


_TOO_COMMON = frozenset({"body", "properties", "type", "name", "id"})


def _snake(name: str) -> str:
    """`systemDatastoresAuthMode` as Terraform's authors write it."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@dataclass(frozen=True, slots=True)
class _Plain:
    """JSON found inside a string value."""

    content: JSON
    origin: Origin | None


def at(value: Value, path: tuple[Step, ...]) -> Value | _Plain | None:
    """What stands at a path: a Value (unknown where the way there is), JSON inside a string, or None when unstated."""
    current: Value = value
    for position, step in enumerate(path):
        content = current.content
        if isinstance(content, Unknown):
            return current
        if isinstance(content, str):
            return _within_json(content, path[position:], current.origin)
        found = _step(content, step)
        if found is None:
            return None
        current = found
    return None if current.is_null else current


def _step(content: object, step: Step) -> Value | None:
    if isinstance(content, Mapping) and isinstance(step, str):
        found = content.get(step)
    elif isinstance(content, tuple) and isinstance(step, int) and -len(content) <= step < len(content):
        found = content[step]
    elif isinstance(content, Mapping) and step == 0:
        # azapi and single nested attributes give an object where azurerm gives a list of one block
        return Value(type=next(iter(content.values())).type, content=content) if content else None
    else:
        found = None
    return found if isinstance(found, Value) else None


def _within_json(text: str, path: tuple[Step, ...], origin: Origin | None) -> _Plain | None:
    try:
        current: JSON = json.loads(text)
    except json.JSONDecodeError:
        return None
    for step in path:
        match current, step:
            case dict() as members, str() as name if name in members:
                current = members[name]
            case list() as items, int() as position if position < len(items):
                current = items[position]
            case _:
                return None
    return None if current is None else _Plain(current, origin)


def _read(value: Value, read: Callable[[JSON], T]) -> T | Unknown:
    unknown = first_unknown(value)
    return unknown if unknown is not None else read(plain(value))


def first_unknown(value: Value) -> Unknown | None:
    """The first unknown in a value, at any depth, or None."""
    if isinstance(value.content, Unknown):
        return value.content
    if isinstance(value.content, tuple):
        inner = value.content
    elif isinstance(value.content, Mapping):
        inner = tuple(value.content.values())
    else:
        return None
    return next((u for item in inner if (u := first_unknown(item)) is not None), None)


def plain(value: Value) -> JSON:
    """A wholly known value as JSON; whole numbers as int."""
    content = value.content
    if isinstance(content, Unknown):
        raise NotKnown(content.because)
    if isinstance(content, Decimal):
        return int(content) if content == content.to_integral_value() else float(content)
    if isinstance(content, tuple):
        return [plain(item) for item in content]
    if isinstance(content, Mapping):
        return {key: plain(item) for key, item in content.items()}
    return content


def as_text(value: JSON) -> str:
    """A string; booleans and numbers as Terraform writes them; anything else is no text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""


def as_bool(value: JSON) -> bool:
    """A boolean, also from the strings that Terraform converts."""
    return value is True or (isinstance(value, str) and value.casefold() == "true")


def as_texts(value: JSON) -> tuple[str, ...]:
    """A tuple of strings; a single string becomes one."""
    if isinstance(value, list):
        return tuple(as_text(item) for item in value)
    return (as_text(value),) if value is not None else ()


def as_settings(value: JSON) -> Mapping[str, str]:
    """A mapping of strings."""
    return {k: as_text(v) for k, v in value.items() if v is not None} if isinstance(value, dict) else {}
