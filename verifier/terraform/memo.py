"""Memo: each named thing of a module instance is worked out once, when somebody asks, and never within itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from verifier.hcl.source import Diagnostic, Place

T = TypeVar("T")


class Asked:
    """What is being worked out at the moment, outermost first; shared by all memos of one evaluation."""

    def __init__(self) -> None:
        self.active: dict[tuple[int, str], str] = {}
        self.circular: dict[tuple[int, str], str] = {}

    def circle(self, key: tuple[int, str]) -> str:
        """Note that `key` was asked for within itself; returns the words for it."""
        keys = list(self.active)
        members = keys[keys.index(key) :]
        titles = [self.active[member] for member in (*members, key)]
        because = f"{titles[0]} depends on itself: {' → '.join(titles)}"
        for member in members:
            self.circular.setdefault(member, because)
        return because


class Memo(Generic[T]):
    """The results of one kind, by name."""

    def __init__(self, asked: Asked, diagnostics: list[Diagnostic]) -> None:
        self._asked = asked
        self._diagnostics = diagnostics
        self.known: dict[str, T] = {}

    def get(self, name: str, title: str, place: Place, work_out: Callable[[], T], broken: Callable[[str], T]) -> T:
        """The result under that name, worked out on the first call.

        What depends on itself, or on too long a chain, is a diagnostic; `broken` makes the result from the reason.
        """
        if name in self.known:
            return self.known[name]
        key = (id(self), name)
        if key in self._asked.active:
            because = self._asked.circle(key)
            self._diagnostics.append(Diagnostic(severity="error", summary=because, place=place))
            return broken(because)
        self._asked.active[key] = title
        try:
            result = work_out()
        except RecursionError:
            because = f"{title} depends on too long a chain of other values to be evaluated"
            self._diagnostics.append(Diagnostic(severity="error", summary=because, place=place))
            result = broken(because)
        finally:
            del self._asked.active[key]
        if key in self._asked.circular:
            result = broken(self._asked.circular[key])
        self.known[name] = result
        return result
