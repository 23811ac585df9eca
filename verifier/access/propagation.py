"""How long a role assignment takes to have effect. Sources, dates and figures stand in propagation.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files

from verifier.access.roles import Plane


def spread_of(*, above_subscriptions: bool, plane: Plane) -> timedelta:
    """How long after it was made an assignment may still be without effect."""
    slow = above_subscriptions and plane == "data"
    return timedelta(minutes=_minutes()["data actions above subscriptions" if slow else "usual"])


@cache
def _minutes() -> Mapping[str, int]:
    table = json.loads(files("verifier.access").joinpath("propagation.json").read_text(encoding="utf-8"))
    minutes: Mapping[str, int] = table["minutes"]
    return minutes
