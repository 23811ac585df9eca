"""What got its value between source and apply."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """An attribute that only apply gives, and what the live thing of that name has for it."""

    address: str
    value: str
    source: str
