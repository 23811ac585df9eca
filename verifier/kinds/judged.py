"""Judged: which attributes of a resource its kind looks at, found by letting the kind look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from verifier.hcl.values import JSON, Unknown
from verifier.kinds.every import KINDS
from verifier.kinds.fact import Fact
from verifier.kinds.stated import Stated, Step

if TYPE_CHECKING:
    from verifier.terraform.plan import Instance

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Watched(Stated):
    """What Terraform states of an instance, with a note of each path that somebody asks for."""

    asked: list[tuple[Step, ...]] = field(default_factory=list)

    def fact(
        self, name: str, *path: Step, read: Callable[[JSON], T], otherwise: T | Unknown, arm: tuple[str, ...] = ()
    ) -> Fact[T]:
        """The same as without anybody watching."""
        self.asked.append(("body", *arm) if arm and self.is_azapi else path)
        return Stated.fact(self, name, *path, read=read, otherwise=otherwise, arm=arm)

    def settings(self, name: str, *path: Step, arm: tuple[str, ...] = ()) -> Fact[Mapping[str, str | Unknown]]:
        """Likewise."""
        self.asked.append(("body", *arm) if arm and self.is_azapi else path)
        return Stated.settings(self, name, *path, arm=arm)


def judged_paths(instance: Instance) -> tuple[tuple[Step, ...], ...]:
    """The paths of a planned instance that its kind reads, its name apart; none for what is of no kind."""
    kind = next((kind for kind in KINDS if kind.states(instance)), None)
    if kind is None:
        return ()
    watched = _Watched(instance)
    kind.from_terraform(watched)
    return tuple(dict.fromkeys(path for path in watched.asked if path and path != ("name",)))
