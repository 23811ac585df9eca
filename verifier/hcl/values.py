"""Values as Terraform has them: typed, null, unknown, sensitive, and each with its origin."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from verifier.hcl.frozen import frozen, replace
from verifier.hcl.origin import Origin, Step
from verifier.hcl.types import ANY, BOOL, NUMBER, STRING, ListOf, MapOf, ObjectOf, SetOf, TupleOf

if TYPE_CHECKING:
    from verifier.hcl.types import Type

AFTER_APPLY = "known after apply"


@frozen()
class Bounds:
    """What is certain about an unknown, as Terraform refines it: some comparisons have an answer before apply.

    `prefix` is of a string; `lowest` and `highest` (inclusive) of a number; `shortest` and `longest` count the
    elements of a collection.
    """

    not_null: bool = False
    prefix: str = ""
    lowest: Decimal | None = None
    highest: Decimal | None = None
    shortest: int = 0
    longest: int | None = None


ANYTHING = Bounds()
NOT_NULL = Bounds(not_null=True)


@frozen()
class Unknown:
    """What cannot be known before apply, or could not be evaluated.

    `because` says what it waits for, for people. `references` are the absolute addresses of the resource
    attributes it stands for (`module.platform.azurerm_user_assigned_identity.ml.principal_id`), so that state or
    live can fill them in later; empty when nothing could. `derived` says that it was computed from those
    attributes; when it is False and there is one reference, the value is that attribute, unchanged.
    """

    because: str
    references: tuple[str, ...] = ()
    derived: bool = False
    bounds: Bounds = ANYTHING

    def __bool__(self) -> NoReturn:
        raise TypeError(f"an unknown is neither true nor false ({self.because})")

    def step(self, suffix: str) -> Unknown:
        """The unknown inside this one, `suffix` deeper (`.principal_id`, `[0]`)."""
        if self.derived or len(self.references) != 1:
            return Unknown(self.because, self.references, derived=True)
        return Unknown(self.because, (self.references[0] + suffix,))


Content: TypeAlias = "str | Decimal | bool | Unknown | tuple[Value, ...] | Mapping[str, Value] | None"
JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"


@frozen(eq=False)
class Value:
    """One value.

    `content` by type: str, Decimal or bool for primitives; a tuple of Values for list, set and tuple; a mapping
    for map and object; None is null; Unknown is unknown. Truth and Python equality are refused on purpose:
    Terraform's `==` lives in evaluate, and an unknown is not false.

    `reference` is set on a resource's own object: the address of the instance. An attribute that its
    configuration does not give is known only after apply, and reading it gives an Unknown with that reference.
    """

    type: Type
    content: Content
    origin: Origin | None = None
    sensitive: bool = False
    reference: str | None = None

    def __bool__(self) -> NoReturn:
        raise TypeError("a Value has no truth; ask is_known, is_null, or its content")

    @property
    def is_null(self) -> bool:
        """Whether this is null."""
        return self.content is None

    @property
    def is_known(self) -> bool:
        """Whether the value itself is known; what is inside it may not be."""
        return not isinstance(self.content, Unknown)

    @property
    def is_wholly_known(self) -> bool:
        """Whether nothing in the value, at any depth, is unknown."""
        if isinstance(self.content, Unknown) or self.reference is not None:
            return False
        if isinstance(self.content, tuple):
            return all(item.is_wholly_known for item in self.content)
        if isinstance(self.content, Mapping):
            return all(item.is_wholly_known for item in self.content.values())
        return True

    def from_origin(self, origin: Origin | None) -> Value:
        """The same value with another origin."""
        return Value(self.type, self.content, origin, self.sensitive, self.reference)

    def marked(self, *, sensitive: bool) -> Value:
        """The same value, sensitive if it was or if `sensitive` says so."""
        if not sensitive or self.sensitive:
            return self
        return Value(self.type, self.content, self.origin, sensitive=True, reference=self.reference)

    def attribute(self, name: str) -> Value | None:
        """The attribute of an object or element of a map; None when there is no such name.

        Of an unknown, the unknown attribute inside it. Of a resource's own object, an attribute that the
        configuration does not give is known after apply. Null has no attributes.
        """
        content = self.content
        if isinstance(content, Unknown):
            return self._inside(name, content.step(f".{name}"))
        if not isinstance(content, Mapping):
            return None
        found = content.get(name)
        if found is not None:
            return found.marked(sensitive=self.sensitive)
        if self.reference is None:
            return None
        address = f"{self.reference}.{name}"
        waits = Unknown(AFTER_APPLY, (address,))
        return Value(ANY, waits, Origin(Step.REFERENCE, address), sensitive=self.sensitive)

    def _inside(self, name: str, waits: Unknown) -> Value | None:
        inner: Type
        if isinstance(self.type, ObjectOf):
            if name not in self.type.attributes:
                return None
            inner = self.type.attributes[name]
        elif isinstance(self.type, MapOf):
            inner = self.type.element
        elif self.type == ANY:
            inner = ANY
        else:
            return None
        return Value(inner, waits, reference_origin(waits, self.origin), sensitive=self.sensitive)


def reference_origin(waits: Unknown, otherwise: Origin | None) -> Origin | None:
    """The origin of an unknown that is one resource attribute, else `otherwise`."""
    if waits.derived or len(waits.references) != 1:
        return otherwise
    parents = (otherwise,) if otherwise is not None and otherwise.step is not Step.REFERENCE else ()
    return Origin(Step.REFERENCE, waits.references[0], parents=parents)


def string(text: str, origin: Origin | None = None, *, sensitive: bool = False) -> Value:
    """A string, in the normal form (NFC) in which Terraform keeps all strings."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return Value(STRING, text, origin, sensitive)


def number(amount: Decimal | int, origin: Origin | None = None, *, sensitive: bool = False) -> Value:
    """A number."""
    return Value(NUMBER, amount if isinstance(amount, Decimal) else Decimal(amount), origin, sensitive)


def boolean(truth: bool, origin: Origin | None = None, *, sensitive: bool = False) -> Value:  # noqa: FBT001 - it is the value
    """A bool."""
    return Value(BOOL, truth, origin, sensitive)


TRUE = Value(BOOL, True)  # noqa: FBT003 - it is the value
FALSE = Value(BOOL, False)  # noqa: FBT003 - it is the value


def null(of: Type = ANY, origin: Origin | None = None, *, sensitive: bool = False) -> Value:
    """Null, of a type where that is known."""
    return Value(of, None, origin, sensitive)


def unknown(
    of: Type,
    because: str,
    references: tuple[str, ...] = (),
    origin: Origin | None = None,
    *,
    sensitive: bool = False,
    bounds: Bounds = ANYTHING,
) -> Value:
    """An unknown of a type (ANY when that is unknown too)."""
    return Value(of, Unknown(because, references, bounds=bounds), origin, sensitive)


def object_(
    attributes: Mapping[str, Value],
    origin: Origin | None = None,
    *,
    sensitive: bool = False,
    reference: str | None = None,
) -> Value:
    """An object, its type made from its attributes."""
    of = ObjectOf({name: value.type for name, value in attributes.items()})
    return Value(of, attributes, origin, sensitive, reference)


def tuple_(items: Iterable[Value], origin: Origin | None = None, *, sensitive: bool = False) -> Value:
    """A tuple, its type made from its items."""
    content = tuple(items)
    return Value(TupleOf(tuple(item.type for item in content)), content, origin, sensitive)


def list_(element: Type, items: Iterable[Value], origin: Origin | None = None, *, sensitive: bool = False) -> Value:
    """A list of items that are all of the element type."""
    return Value(ListOf(element), tuple(items), origin, sensitive)


def map_(element: Type, items: Mapping[str, Value], origin: Origin | None = None, *, sensitive: bool = False) -> Value:
    """A map of items that are all of the element type, its keys sorted."""
    return Value(MapOf(element), {key: items[key] for key in sorted(items)}, origin, sensitive)


def set_(element: Type, items: Iterable[Value], origin: Origin | None = None, *, sensitive: bool = False) -> Value:
    """A set of items that are all of the element type: sorted as Terraform does, without duplicates.

    Sensitive items make the whole set sensitive, since an element's presence says what it is.
    """
    from verifier.hcl.sets import arranged

    content, hidden = arranged(items)
    return Value(SetOf(element), content, origin, sensitive or hidden)


def items_of(value: Value) -> tuple[Value, ...]:
    """The elements of a known list, set or tuple."""
    if not isinstance(value.content, tuple):
        raise TypeError("only a known list, set or tuple has items")
    return value.content


def entries_of(value: Value) -> Mapping[str, Value]:
    """The entries of a known map or object."""
    if not isinstance(value.content, Mapping):
        raise TypeError("only a known map or object has entries")
    return value.content


def contains_sensitive(value: Value) -> bool:
    """Whether the value, or anything inside it, is sensitive."""
    if value.sensitive:
        return True
    content = value.content
    if isinstance(content, tuple):
        return any(map(contains_sensitive, content))
    if isinstance(content, Mapping):
        return any(map(contains_sensitive, content.values()))
    return False


def without_marks(value: Value) -> Value:
    """The same value with nothing in it sensitive. Its caller marks what it makes from it."""
    if not contains_sensitive(value):
        return value
    content = value.content
    if isinstance(content, tuple):
        content = tuple(map(without_marks, content))
    elif isinstance(content, Mapping):
        content = {key: without_marks(item) for key, item in content.items()}
    return replace(value, content=content, sensitive=False)


def first_unknown(values: Iterable[Value]) -> Unknown | None:
    """The first unknown in the values, at any depth, standing for all of them: with every reference that they wait for.

    None when all are wholly known.
    """
    because: str | None = None
    references: dict[str, None] = {}
    for waits in _unknowns(values):
        because = waits.because if because is None else because
        references.update(dict.fromkeys(waits.references))
    return None if because is None else Unknown(because, tuple(references), derived=True)


def _unknowns(values: Iterable[Value]) -> Iterable[Unknown]:
    for value in values:
        content = value.content
        if isinstance(content, Unknown):
            yield content
        elif isinstance(content, tuple):
            yield from _unknowns(content)
        elif isinstance(content, Mapping):
            yield from _unknowns(content.values())
        if value.reference is not None:
            yield Unknown(AFTER_APPLY, (value.reference,))


def to_json(
    value: Value,
    *,
    unknown: Callable[[Unknown], JSON] | None = None,
    sensitive: Callable[[Value], JSON] | None = None,
) -> JSON:
    """The value as JSON. `unknown` and `sensitive` give what stands for such values.

    Without `unknown`, an unknown anywhere raises ValueError; without `sensitive`, sensitive values are as they are.
    A number that is not whole becomes the nearest float.
    """
    content = value.content
    if value.sensitive and sensitive is not None:
        return sensitive(value)
    if isinstance(content, Unknown):
        if unknown is None:
            raise ValueError(f"the value is not known: {content.because}")
        return unknown(content)
    if isinstance(content, tuple):
        return [to_json(item, unknown=unknown, sensitive=sensitive) for item in content]
    if isinstance(content, Mapping):
        return {name: to_json(item, unknown=unknown, sensitive=sensitive) for name, item in content.items()}
    if isinstance(content, Decimal):
        return int(content) if content == content.to_integral_value() else float(content)
    return content


def from_json(json: JSON, origin: Origin | None = None) -> Value:
    """The value that JSON stands for: objects and tuples, each part of it with the given origin."""
    if isinstance(json, bool):
        return boolean(json, origin)
    if isinstance(json, str):
        return string(json, origin)
    if isinstance(json, int):
        return number(json, origin)
    if isinstance(json, float):
        return number(Decimal(repr(json)), origin)
    if isinstance(json, list):
        return tuple_([from_json(item, origin) for item in json], origin)
    if isinstance(json, dict):
        return object_({name: from_json(item, origin) for name, item in json.items()}, origin)
    return null(origin=origin)
