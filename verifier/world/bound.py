"""What got its value between source and apply."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """An attribute that only apply gives, what it was found to be, and who says so: the state, or what is live."""

    address: str
    value: str
    source: str
