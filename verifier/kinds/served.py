"""Reading what a service sent: one document's fields as facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from verifier.hcl.values import JSON, Unknown
from verifier.kinds.compare import name_of
from verifier.kinds.fact import Fact
from verifier.kinds.stated import as_bool, as_text, as_texts

T = TypeVar("T")
Served = Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Document:
    """One ARM resource or Kubernetes object, and the id or path that it was read from."""

    body: Served
    source: str

    def fact(self, name: str, *path: str, read: Callable[[JSON], T], otherwise: T | Unknown) -> Fact[T]:
        """The value at a path; `otherwise` is what the service means by leaving it out or saying null.

        In a document without properties nothing is left out: they were not sent, so none of them is known.
        """
        found = at(self.body, path)
        if found is not None:
            return Fact(name=name, content=read(found), source=self.source)
        if path[0] == "properties" and not isinstance(self.body.get("properties"), Mapping):
            otherwise = Unknown(f"the answer for {name_of(self.source)} has no properties")
        return Fact(name=name, content=otherwise, source=self.source, stated=False)

    def text(self, name: str, *path: str, otherwise: str = "") -> Fact[str]:
        """A string; empty, or what the service means by leaving it out."""
        return self.fact(name, *path, read=as_text, otherwise=otherwise)

    def always(self, name: str, *path: str) -> Fact[str]:
        """A string that the service never leaves out; where it does, it is not known."""
        missing = Unknown(f"the answer for {name_of(self.source)} has no {name}")
        return self.fact(name, *path, read=as_text, otherwise=missing)

    def flag(self, name: str, *path: str, otherwise: bool) -> Fact[bool]:
        """A boolean, with what the service means by leaving it out."""
        return self.fact(name, *path, read=as_bool, otherwise=otherwise)

    def texts(self, name: str, *path: str) -> Fact[tuple[str, ...]]:
        """A list of strings."""
        return self.fact(name, *path, read=as_texts, otherwise=())

    def parent(self, collection: str) -> Fact[str]:
        """The id of the resource that this one stands below, `collection` between them in any letters."""
        marker = f"/{collection}/".casefold()
        at_marker = self.source.casefold().rfind(marker)
        found = self.source[:at_marker] if at_marker > 0 else Unknown(f"{self.source} is not below a parent")
        return Fact(name="id", content=found, source=self.source)


def at(body: JSON | Served, path: tuple[str, ...]) -> JSON:
    """What stands at a path of object keys, or None."""
    current: object = body
    for step in path:
        # JSON's own objects first: to ask of another thing whether it is a Mapping takes longer
        current = current.get(step) if isinstance(current, (dict, Mapping)) else None
    return current if isinstance(current, (str, int, float, bool, list, dict)) else None
