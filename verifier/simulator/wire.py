"""What goes over the wire: one request as the planes see it, and one answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"
Document: TypeAlias = Mapping[str, JSON]


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who calls: the object id that ARM names in a refusal, and the client and tenant ids of its token."""

    object_id: str
    client_id: str
    tenant_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. `path` is decoded and has no doubled slash; `query` keeps the order and case it came in.

    `endpoint` is this server's own base URL, since next links are absolute. `form` is what was sent to get a token; no
    other body is read.
    """

    method: str
    path: str
    endpoint: str
    query: tuple[tuple[str, str], ...] = ()
    form: tuple[tuple[str, str], ...] = ()

    def parameter(self, name: str) -> str | None:
        """A query parameter's value; names compare without regard to case, as ARM compares them."""
        return next((value for key, value in self.query if key.casefold() == name.casefold()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: status, JSON body, and headers beyond the ones that every answer has."""

    status: int
    body: JSON
    headers: Mapping[str, str] = field(default_factory=dict)
