"""Reading what a service sent: one document's fields as facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from verifier.hcl.values import JSON
from verifier.kinds.fact import Fact
from verifier.kinds.stated import as_bool, as_settings, as_text, as_texts

T = TypeVar("T")
Served = Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Document:
    """One ARM resource or Kubernetes object, and the id or path that it was read from."""

    body: Served
    source: str

    def fact(self, name: str, *path: str, read: Callable[[JSON], T], otherwise: T) -> Fact[T]:
        """The value at a path; `otherwise` is what the service means by leaving it out or saying null."""
        found = at(self.body, path)
        if found is None:
            return Fact(name=name, content=otherwise, source=self.source, stated=False)
        return Fact(name=name, content=read(found), source=self.source)

    def text(self, name: str, *path: str, otherwise: str = "") -> Fact[str]:
        """A string; empty, or what the service means by leaving it out."""
        return self.fact(name, *path, read=as_text, otherwise=otherwise)

    def flag(self, name: str, *path: str, otherwise: bool) -> Fact[bool]:
        """A boolean, with what the service means by leaving it out."""
        return self.fact(name, *path, read=as_bool, otherwise=otherwise)

    def texts(self, name: str, *path: str) -> Fact[tuple[str, ...]]:
        """A list of strings."""
        return self.fact(name, *path, read=as_texts, otherwise=())

    def settings(self, name: str, *path: str) -> Fact[Mapping[str, str]]:
        """A map of strings."""
        return self.fact(name, *path, read=as_settings, otherwise={})


def at(body: JSON | Served, path: tuple[str, ...]) -> JSON:
    """What stands at a path of object keys, or None."""
    current: object = body
    for step in path:
        current = current.get(step) if isinstance(current, Mapping) else None
    return current if isinstance(current, str | int | float | bool | list | dict) else None
