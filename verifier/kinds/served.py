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
class Shape:
    """What sort of value the service has in a field. One of another sort says nothing that is understood here."""

    noun: str
    fits: Callable[[JSON], bool]


def _is_flag(value: JSON) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and value.casefold() in {"true", "false"})


def _is_list(value: JSON, of: type | tuple[type, ...]) -> bool:
    return isinstance(value, list) and all(isinstance(item, of) for item in value)


def _is_map(value: JSON, of: tuple[type, ...]) -> bool:
    return isinstance(value, dict) and all(isinstance(item, (*of, type(None))) for item in value.values())


TEXT = Shape("a text", lambda value: isinstance(value, str))
PLAIN = Shape("a plain value", lambda value: isinstance(value, str | bool | int | float))
FLAG = Shape("true or false", _is_flag)
NUMBER = Shape("a number", lambda value: isinstance(value, int | float) and not isinstance(value, bool))
TEXTS = Shape("a list of texts", lambda value: _is_list(value, str))
WORDS = Shape("texts", lambda value: isinstance(value, str) or _is_list(value, str))
OBJECT = Shape("an object", lambda value: isinstance(value, dict))
OBJECTS = Shape("a list of objects", lambda value: _is_list(value, dict))
SETTINGS = Shape("an object of plain values", lambda value: _is_map(value, (str, bool, int, float)))
MEMBERS = Shape("an object of objects", lambda value: _is_map(value, (dict,)))


@dataclass(frozen=True, slots=True)
class Document:
    """One ARM resource or Kubernetes object, and the id or path that it was read from."""

    body: Served
    source: str

    def fact(self, name: str, *path: str, of: Shape, read: Callable[[JSON], T], otherwise: T | Unknown) -> Fact[T]:
        """The value at a path; `otherwise` is what the service means by leaving it out or saying null.

        A value that is not `of` the sort that the service has there is not known: no reading of it is right. In a
        document without properties nothing is left out: they were not sent, so none of them is known.
        """
        found = self._found(path)
        if isinstance(found, Unknown):
            return Fact(name=name, content=found, source=self.source)
        if found is not None:
            content = read(found) if of.fits(found) else self._strange(name, of)
            return Fact(name=name, content=content, source=self.source)
        if path[0] == "properties" and not isinstance(self.body.get("properties"), Mapping):
            otherwise = Unknown(f"the answer for {name_of(self.source)} has no properties")
        return Fact(name=name, content=otherwise, source=self.source, stated=False)

    def text(self, name: str, *path: str, otherwise: str | Unknown = "") -> Fact[str]:
        """A string; empty, or what the service means by leaving it out."""
        return self.fact(name, *path, of=TEXT, read=as_text, otherwise=otherwise)

    def always(self, name: str, *path: str) -> Fact[str]:
        """A string that the service never leaves out; where it does, it is not known."""
        missing = Unknown(f"the answer for {name_of(self.source)} has no {name}")
        return self.fact(name, *path, of=TEXT, read=as_text, otherwise=missing)

    def flag(self, name: str, *path: str, otherwise: bool) -> Fact[bool]:
        """A boolean, with what the service means by leaving it out."""
        return self.fact(name, *path, of=FLAG, read=as_bool, otherwise=otherwise)

    def texts(self, name: str, *path: str) -> Fact[tuple[str, ...]]:
        """A list of strings."""
        return self.fact(name, *path, of=TEXTS, read=as_texts, otherwise=())

    def _found(self, path: tuple[str, ...]) -> JSON | Unknown:
        """What stands at a path, None where it is left out; not known where something else stands on the way."""
        current: JSON = dict(self.body)
        for position, step in enumerate(path):
            if current is None:
                return None
            if not isinstance(current, dict):
                return self._strange(".".join(path[:position]), OBJECT)
            current = current.get(step)
        return current

    def _strange(self, name: str, of: Shape) -> Unknown:
        return Unknown(f"the answer for {name_of(self.source)} has something else than {of.noun} as {name}")

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
