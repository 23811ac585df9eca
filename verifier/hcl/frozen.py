"""Frozen: dataclasses that nothing changes, for the many small things that a configuration is made of.

To a type checker they are frozen, as `@dataclass(frozen=True, slots=True)` would make them. At run time nothing
guards them: the guard triples the time that it takes to make the classes, which every run does, and their objects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(*, kw_only: bool = False, eq: bool = True) -> Callable[[type[T]], type[T]]:
    """A slotted dataclass without setters. With `eq`, equal and hashed by its fields, else by what it is."""

    def make(cls: type[T]) -> type[T]:
        hashed = eq and "__hash__" not in cls.__dict__
        return dataclass(slots=True, kw_only=kw_only, eq=eq, unsafe_hash=hashed)(cls)

    return make
