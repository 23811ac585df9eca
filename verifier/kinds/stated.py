"""Reading what Terraform states: one instance's values as facts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from verifier.hcl.origin import Origin
from verifier.hcl.values import JSON, Unknown, Value, contains_sensitive, object_
from verifier.kinds.fact import Fact, NotKnown

if TYPE_CHECKING:
    from verifier.terraform.plan import Instance, Read

T = TypeVar("T")
Step = str | int


@dataclass(frozen=True, slots=True)
class Update:
    """A resource of azapi's that says more of another one. Not `certain`: that it is of this one is not known."""

    instance: Instance
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Stated:
    """What the configuration says of one resource instance.

    `bound` holds the attributes that are known only after apply and were filled in since, by absolute address.
    `updates` say more of the same thing, in ARM's words.

    Where a reading method takes `arm`, that is where ARM has the same field: an azapi_resource says it there below
    its `body`, and so does an azapi_update_resource; its write-only `sensitive_body` goes before it (azapi's
    documentation: it is merge-patched to the body). An empty path is for what the azurerm resource cannot say.
    """

    instance: Instance
    bound: Mapping[str, JSON] = field(default_factory=dict)
    updates: tuple[Update, ...] = ()

    def fact(
        self, name: str, *path: Step, read: Callable[[JSON], T], otherwise: T | Unknown, arm: tuple[str, ...] = ()
    ) -> Fact[T]:
        """The value at a path (`"identity", 0, "type"`), read by `read`; `otherwise` is what the provider does unsaid.

        A path may lead into a JSON string (azapi's `body` made with jsonencode), or into a `yaml_body`.
        """
        if arm and (updated := self._updated(arm, read)) is not None:
            return updated
        if arm and self.is_azapi:
            name, path = ".".join(_telling(arm)), ("body", *arm)
        value = self._at(path) if path else None
        if isinstance(value, _Plain):
            return Fact(name=name, content=read(value.content), origin=value.origin, sensitive=value.sensitive)
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
        return Fact(name=name, content=_read(value, read), origin=value.origin, sensitive=contains_sensitive(value))

    @property
    def is_azapi(self) -> bool:
        """Whether the instance says its properties in ARM's words, below `body`."""
        return self.instance.type in AZAPI

    def _at(self, path: tuple[Step, ...]) -> Value | _Plain | None:
        """What stands at a path; below azapi's `body` with `sensitive_body` merged into it, as a merge patch is."""
        said, values = at(self.instance.values, path), self.instance.values
        if path[0] != "body" or values.attribute("sensitive_body") is None:
            return said
        patch = at(values, ("sensitive_body", *path[1:]), keep_null=True)
        if patch is None or isinstance(patch, _Plain):
            return said
        if patch.is_null:
            return None
        if isinstance(patch.content, Mapping) and isinstance(said, Value) and isinstance(said.content, Mapping):
            patch = object_({**said.content, **patch.content}, patch.origin)
        return patch.marked(sensitive=True)

    def _updated(self, arm: tuple[str, ...], read: Callable[[JSON], T]) -> Fact[T] | None:
        """What the last update that says anything of a field says; unknown when it may be about something else."""
        for update in reversed(self.updates):
            said = Stated(update.instance).fact("", read=read, otherwise=_SILENT, arm=arm)
            if said.stated:
                whose = Unknown(f"whether {update.instance.address} is about {self.instance.address} is not known")
                content = said.content if update.certain else whose
                return replace(said, content=content, source=update.instance.address)
        return None

    def _unsaid(self, path: tuple[Step, ...]) -> Read | None:
        """The null that the block reads under a name of this path: `identity`, `system_datastores_auth_mode`."""
        wanted = {_snake(step) for step in path if isinstance(step, str)} - _TOO_COMMON
        for read in self.instance.reads:
            if read.value.is_null and _snake(read.address.rpartition(".")[2]) in wanted:
                return read
        return None

    def set_anyway(self, fact: Fact[T]) -> Fact[T]:
        """The same, for an argument that azurerm sets, said or not: one with a default, or optional and not computed.

        Azapi leaves alone what it is not told.
        """
        return fact if fact.stated or self.is_azapi else replace(fact, set_anyway=True)

    def text(self, name: str, *path: Step, arm: tuple[str, ...] = ()) -> Fact[str]:
        """A string; empty when nothing is stated."""
        return self.fact(name, *path, read=as_text, otherwise="", arm=arm)

    def computed(self, *attributes: str) -> Fact[str]:
        """An attribute that only apply gives, under each name that it has: filled in, or unknown with its addresses."""
        addresses = tuple(f"{self.instance.address}.{attribute}" for attribute in attributes)
        for address in addresses:
            if address in self.bound:
                return Fact(name=attributes[0], content=as_text(self.bound[address]), source=address)
        return Fact(name=attributes[0], content=Unknown("known after apply", addresses), source=addresses[0])

    def flag(self, name: str, *path: Step, otherwise: bool, arm: tuple[str, ...] = ()) -> Fact[bool]:
        """A boolean, with the provider's own default."""
        return self.fact(name, *path, read=as_bool, otherwise=otherwise, arm=arm)

    def texts(self, name: str, *path: Step, arm: tuple[str, ...] = ()) -> Fact[tuple[str, ...]]:
        """A list of strings; empty when nothing is stated."""
        return self.fact(name, *path, read=as_texts, otherwise=(), arm=arm)

    def settings(self, name: str, *path: Step, arm: tuple[str, ...] = ()) -> Fact[Mapping[str, str | Unknown]]:
        """A map of strings; empty when nothing is stated. A member that is not known leaves the others known."""
        path = ("body", *arm) if arm and self.is_azapi else path
        value = self._at(path)
        if self.updates or not isinstance(value, Value) or not isinstance(value.content, Mapping):
            return self.fact(name, *path, read=as_settings, otherwise={}, arm=arm)
        members = {key: _read(member, as_text) for key, member in value.content.items() if not member.is_null}
        return Fact(name=name, content=members, origin=value.origin, sensitive=contains_sensitive(value))


UPDATING, ACTING = "azapi_update_resource", "azapi_resource_action"
"""Types that say more of what is made elsewhere; an action does if it writes the resource itself."""

AZAPI = frozenset({"azapi_resource", UPDATING, ACTING})
_SILENT = Unknown("it says nothing")


def _telling(arm: tuple[str, ...]) -> tuple[str, ...]:
    """An ARM path as people name it: without the `properties` that everything stands below."""
    return arm[1:] if arm[0] == "properties" and len(arm) > 1 else arm


_TOO_COMMON = frozenset({"body", "properties", "type", "name", "id"})


@lru_cache(maxsize=1024)
def _snake(name: str) -> str:
    """`systemDatastoresAuthMode` as Terraform's authors write it."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@dataclass(frozen=True, slots=True)
class _Plain:
    """JSON found inside a string value."""

    content: JSON
    origin: Origin | None
    sensitive: bool = False


def at(value: Value, path: tuple[Step, ...], *, keep_null: bool = False) -> Value | _Plain | None:
    """What stands at a path: a Value (unknown where the way there is), JSON inside a string, or None when unstated.

    What is null is unstated, too, unless it is kept.
    """
    current: Value = value
    for position, step in enumerate(path):
        content = current.content
        if isinstance(content, Unknown):
            return current
        if isinstance(content, str):
            return _within_text(current, content, path[position:], yaml=path[0] == "yaml_body")
        # below the instance itself, a resource's own object has attributes that only apply gives
        inner = current.attribute(step) if position and isinstance(step, str) else None
        found = _step(content, step) if inner is None else inner
        if found is None:
            return None
        current = found.marked(sensitive=current.sensitive)
    return None if current.is_null and not keep_null else current


def _step(content: object, step: Step) -> Value | None:
    if isinstance(step, str) and isinstance(content, (dict, Mapping)):
        found = content.get(step)
    elif isinstance(content, tuple) and isinstance(step, int) and -len(content) <= step < len(content):
        found = content[step]
    elif isinstance(content, Mapping) and step == 0:
        # azapi and single nested attributes give an object where azurerm gives a list of one block
        return Value(type=next(iter(content.values())).type, content=content) if content else None
    else:
        found = None
    return found if isinstance(found, Value) else None


def _within_text(value: Value, text: str, path: tuple[Step, ...], *, yaml: bool) -> _Plain | None:
    current: JSON = _from_yaml(text) if yaml else _from_json(text)
    for step in path:
        match current, step:
            case dict() as members, str() as name if name in members:
                current = members[name]
            case list() as items, int() as position if position < len(items):
                current = items[position]
            case _:
                return None
    return None if current is None else _Plain(current, value.origin, value.sensitive)


def _from_json(text: str) -> JSON:
    try:
        content: JSON = json.loads(text)
    except json.JSONDecodeError:
        return None
    return content


def _from_yaml(text: str) -> JSON:
    import yaml  # few configurations have a manifest as text

    try:
        content: JSON = yaml.safe_load(text)
    except yaml.YAMLError:
        return None
    return content


def _read(value: Value, read: Callable[[JSON], T]) -> T | Unknown:
    unknown = first_unknown(value)
    return unknown if unknown is not None else read(plain(value))


def first_unknown(value: Value) -> Unknown | None:
    """The first unknown in a value, at any depth, or None."""
    content = value.content
    if isinstance(content, Unknown):
        return content
    if isinstance(content, tuple):
        inner = content
    elif not isinstance(content, str) and isinstance(content, Mapping):
        inner = tuple(content.values())
    else:
        return None
    return next((u for item in inner if (u := first_unknown(item)) is not None), None)


def plain(value: Value) -> JSON:
    """A wholly known value as JSON; whole numbers as int."""
    content = value.content
    if isinstance(content, str):
        return content
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
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else ""


def as_bool(value: JSON) -> bool:
    """A boolean, also from the strings that Terraform converts."""
    return value is True or (isinstance(value, str) and value.casefold() == "true")


def as_texts(value: JSON) -> tuple[str, ...]:
    """A tuple of strings; a single string becomes one."""
    if isinstance(value, list):
        return tuple(as_text(item) for item in value)
    return (as_text(value),) if value is not None else ()


def as_labels(value: JSON) -> Mapping[str, str]:
    """A mapping of strings without those that are null: labels, quantities by resource."""
    return {k: as_text(v) for k, v in value.items() if v is not None} if isinstance(value, dict) else {}


def as_settings(value: JSON) -> Mapping[str, str | Unknown]:
    """A mapping of strings."""
    return {k: as_text(v) for k, v in value.items() if v is not None} if isinstance(value, dict) else {}
