"""Language level: what `required_version` says about the Terraform that will run the configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

Version: TypeAlias = tuple[int, int, int]

SHORT_CIRCUIT: Version = (1, 12, 0)
"""From this version on, && and || do not look at the right operand when the left one decides."""

_CONSTRAINT = re.compile(
    r"\s*(?P<operator>>=|<=|!=|~>|=|>|<)?\s*"
    r"v?(?P<major>\d{1,9})(\.(?P<minor>\d{1,9}))?(\.(?P<patch>\d{1,9}))?([-+][\w.+-]+)?\s*"
)


def malformed(constraints: str) -> str:
    """The first of the constraints that is none, or an empty string."""
    return next((part.strip() for part in constraints.split(",") if not _CONSTRAINT.fullmatch(part)), "")


def lowest_version(constraints: str) -> Version | None:
    """The lowest version that `">= 1.9.8, < 2.0"` lets run; None where it sets no lower bound or is malformed."""
    lowest: Version | None = None
    for part in constraints.split(","):
        found = _CONSTRAINT.fullmatch(part)
        if found is None:
            return None
        if found["operator"] in {None, "=", ">=", ">", "~>"}:
            version = (int(found["major"]), int(found["minor"] or 0), int(found["patch"] or 0))
            lowest = max(lowest or (0, 0, 0), version)
    return lowest


def short_circuits(constraints: Iterable[str]) -> bool:
    """Whether every Terraform that satisfies all of the modules' constraints short-circuits && and ||."""
    bounds = [bound for bound in map(lowest_version, constraints) if bound is not None]
    return max(bounds, default=(0, 0, 0)) >= SHORT_CIRCUIT
