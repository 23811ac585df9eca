"""The state of a run, kept beside what was read, so that whoever judges again judges by the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from verifier.live.documents import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptState:
    """The Terraform state of a run, as far as it was kept, in the form of `terraform show -json`: no secret is in it.

    `said` tells people which state it is, or why there is none; it `failed` where there is one that could not be
    looked at. `source` is what its values are said to come from.
    """

    said: str
    source: str = ""
    failed: bool = False
    values: Document | None = None


@runtime_checkable
class KeepsState(Protocol):
    """A reader that answers for a run of another time, and may know by which state that one judged."""

    state: KeptState | None
