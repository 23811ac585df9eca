"""Ephemeral values: those that Terraform keeps in no plan and no state, told by the way that they came."""

from __future__ import annotations

from collections.abc import Mapping

from verifier.hcl.origin import Origin, Step
from verifier.hcl.values import Value

_ENDED_BY = "ephemeralasnull("
"""The one function whose result may be kept, whatever it was given."""


def is_ephemeral(value: Value) -> bool:
    """Whether the value, or anything in it, was made from one that is declared ephemeral."""
    pending = [value]
    met: set[int] = set()
    while pending:
        part = pending.pop()
        if _came_so(part.origin, met):
            return True
        if isinstance(part.content, tuple):
            pending.extend(part.content)
        elif isinstance(part.content, Mapping):
            pending.extend(part.content.values())
    return False


def _came_so(origin: Origin | None, met: set[int]) -> bool:
    pending = [origin] if origin is not None else []
    while pending:
        hop = pending.pop()
        if id(hop) in met:
            continue
        met.add(id(hop))
        if hop.step is Step.EPHEMERAL:
            return True
        if not (hop.step is Step.EXPRESSION and hop.text.startswith(_ENDED_BY)):
            pending.extend(hop.parents)
    return False
