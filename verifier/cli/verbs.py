"""The verbs by name, the main one first. Each stands in a module of its name, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Final

from verifier.cli.declaring import Verb

VERBS: Final = (
    "run",
    "gate",
    "drift",
    "chain",
    "fix",
    "checks",
    "checks new",
    "waivers",
    "plan",
    "why",
    "explain",
    "console",
    "snapshot",
    "snapshot diff",
    "roles refresh",
    "simulate",
)


def verb_named(name: str) -> Verb:
    """The verb of that name."""
    module = name.replace(" ", "_")
    verb = getattr(import_module(f"verifier.cli.{module}"), module)
    if not isinstance(verb, Verb):
        raise TypeError(f"{name} is not a verb")
    return verb


def begins(arguments: Sequence[str]) -> str:
    """The name of the verb that the arguments begin with, which may have two words; else an empty string."""
    named = [name for name in VERBS if list(arguments[: name.count(" ") + 1]) == name.split()]
    return max(named, key=len, default="")
