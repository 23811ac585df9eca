"""Slotted classes for the many small things that a configuration is made of, made in a tenth of a dataclass's time.

A run makes more than a hundred of these classes before it reads anything, and the dataclasses module compiles each
method of each. Here one method is compiled, `__init__`; the others are shared. What is made says of itself what a
dataclass does, once somebody asks: `dataclasses.fields`, `replace`, `asdict` and pytest's comparisons take it for one.

To a type checker `frozen` ones are frozen. At run time nothing guards them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from dataclasses import replace

__all__ = ["field", "field_names", "frozen", "replace", "slotted"]

T = TypeVar("T")


class _Missing:
    """The default of what has none."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<made anew>"


MISSING = _Missing()


class Field:
    """What there is to say of a field but its name: its default, and whether repr and comparison look at it."""

    __slots__ = ("compare", "default", "factory", "repr")

    def __init__(self, default: object, factory: Callable[[], object] | None, *, repr: bool, compare: bool) -> None:  # noqa: A002 - as dataclasses has it
        self.default = default
        self.factory = factory
        self.repr = repr
        self.compare = compare


def field(
    *,
    default: Any = MISSING,
    default_factory: Callable[[], Any] | None = None,
    repr: bool = True,  # noqa: A002 - as dataclasses has it
    compare: bool = True,
) -> Any:
    """A field's default, and whether repr and comparison look at it, as dataclasses.field has them."""
    return Field(default, default_factory, repr=repr, compare=compare)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(*, kw_only: bool = False, eq: bool = True) -> Callable[[type[T]], type[T]]:
    """A slotted class that nothing changes. With `eq`, equal and hashed by its fields, else by what it is."""
    return lambda cls: _made(cls, kw_only=kw_only, eq=eq, hashed=eq)


@dataclass_transform(field_specifiers=(field,))
def slotted(*, kw_only: bool = False, eq: bool = True, weak: bool = False) -> Callable[[type[T]], type[T]]:
    """A slotted class whose fields may be set. With `eq`, equal by its fields and not hashed, else by what it is.

    With `weak`, weak references to its instances can be made.
    """
    return lambda cls: _made(cls, kw_only=kw_only, eq=eq, hashed=False, weak=weak)


def _made(cls: type[T], *, kw_only: bool, eq: bool, hashed: bool, weak: bool = False) -> type[T]:
    """The class again, with slots for its fields."""
    content = dict(cls.__dict__)
    content.pop("__dict__", None)
    content.pop("__weakref__", None)
    own = {name: _field(content.pop(name, MISSING)) for name in content.get("__annotations__", ())}
    fields: dict[str, Field] = {}
    for base in reversed(cls.__mro__[1:]):
        fields.update(getattr(base, "__made_of__", {}))
    fields |= own
    content["__slots__"] = (*own, "__weakref__") if weak else tuple(own)
    content["__made_of__"] = fields
    content["__match_args__"] = () if kw_only else tuple(fields)
    content["__init__"] = _initializer(fields, kw_only=kw_only)
    content.setdefault("__repr__", _repr)
    if eq:
        taken = _getter(name for name, of in fields.items() if of.compare)
        content.setdefault("__eq__", _equality(taken))
        if "__hash__" not in cls.__dict__:
            content["__hash__"] = _hash(taken) if hashed else None
    for told in ("__dataclass_fields__", "__dataclass_params__"):
        content[told] = _ToldLater(told, fields, kw_only=kw_only)
    metaclass: Any = type(cls)
    made: type[T] = metaclass(cls.__name__, cls.__bases__, content)
    return made


def _field(said: Any) -> Field:
    """What the class says of a field: a default, or a field of ours, or one of the dataclasses module."""
    if isinstance(said, Field):
        return said
    dataclasses = sys.modules.get("dataclasses")
    if dataclasses is None or not isinstance(said, dataclasses.Field):
        return Field(said, None, repr=True, compare=True)
    missing = dataclasses.MISSING
    default = MISSING if said.default is missing else said.default
    factory = None if said.default_factory is missing else said.default_factory
    return Field(default, factory, repr=said.repr, compare=said.compare)


def _initializer(fields: dict[str, Field], *, kw_only: bool) -> Callable[..., None]:
    """A method that takes the fields and sets them."""
    parameters, lines, names = ["self"], [], {"MISSING": MISSING}
    if kw_only and fields:
        parameters.append("*")
    for name, of in fields.items():
        given = name
        if of.factory is not None:
            names[f"make_{name}"] = of.factory  # type: ignore[assignment]  # what the method's text refers to
            parameters.append(f"{name}=MISSING")
            given = f"make_{name}() if {name} is MISSING else {name}"
        elif of.default is not MISSING:
            names[f"default_{name}"] = of.default  # type: ignore[assignment]
            parameters.append(f"{name}=default_{name}")
        else:
            parameters.append(name)
        lines.append(f" self.{name} = {given}")
    exec(f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines or [" pass"]), names)  # noqa: S102 - from field names alone
    made: Callable[..., None] = names["__init__"]  # type: ignore[assignment]
    return made


def _getter(names: Iterable[str]) -> Callable[[Any], object]:
    names = tuple(names)
    return attrgetter(*names) if names else lambda _: ()


def _equality(taken: Callable[[Any], object]) -> Callable[[object, object], Any]:
    def __eq__(self: object, other: object) -> Any:  # noqa: N807 - it becomes the method
        return taken(self) == taken(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _hash(taken: Callable[[Any], object]) -> Callable[[object], int]:
    def __hash__(self: object) -> int:  # noqa: N807 - it becomes the method
        return hash(taken(self))

    return __hash__


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{name}={getattr(self, name)!r}" for name, of in self.__made_of__.items() if of.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


class _ToldLater:
    """What the dataclasses module keeps of a class of its own, taken from a twin that is made when somebody asks."""

    __slots__ = ("_fields", "_kw_only", "_name")

    def __init__(self, name: str, fields: dict[str, Field], *, kw_only: bool) -> None:
        self._name = name
        self._fields = fields
        self._kw_only = kw_only

    def __get__(self, instance: object, owner: type) -> object:
        import dataclasses

        specified = []
        for name, of in self._fields.items():
            kept: dict[str, Any] = {"repr": of.repr, "compare": of.compare}
            if of.factory is not None:
                kept["default_factory"] = of.factory
            elif of.default is not MISSING:
                kept["default"] = of.default
            specified.append((name, object, dataclasses.field(**kept)))
        twin = dataclasses.make_dataclass(owner.__name__, specified, kw_only=self._kw_only)
        told = getattr(twin, self._name)
        setattr(owner, self._name, told)
        return told


if not TYPE_CHECKING:

    def replace(of: T, /, **changes: object) -> T:
        """The same with other values in some fields, as dataclasses.replace makes it."""
        kept = {name: getattr(of, name) for name in of.__made_of__ if name not in changes}
        return type(of)(**kept, **changes)


def field_names(of: object) -> tuple[str, ...]:
    """The names of the fields of a class that was made here, or of an object of one; of anything else, none."""
    return tuple(getattr(of, "__made_of__", ()))
