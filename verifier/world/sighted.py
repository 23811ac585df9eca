"""Sighted: a planned thing whose own id does not follow from names, and the live thing that it is found to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from verifier.kinds.fact import NotKnown
from verifier.live.documents import Denied, Document, Failed, Found, Outcome
from verifier.terraform.state import Recorded, State
from verifier.world.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighted:
    """A subject with what is live of it, and what its three-way word takes besides.

    `planned_id` is the id that Terraform's own will have, empty where apply makes one up. `import_as` is what its
    provider imports it by, where that is not its ARM id. `differences` are those that no single field shows, `beside`
    is what people are told of one that is live and not in the state. `adopts`: its provider takes over what it finds.
    `needs` is what has to be there for its apply, and is made by nobody here.
    """

    subject: Subject[object]
    planned_id: str = ""
    import_as: str = ""
    differences: tuple[str, ...] = ()
    beside: str = ""
    adopts: bool = False
    needs: str = ""


def recorded_at(state: State | None, address: str) -> Recorded | None:
    """What the state has at an address."""
    return state.instances.get(address) if state is not None else None


def not_known(error: NotKnown) -> Outcome:
    """How looking for a thing ended that could not be told from others."""
    if error.missing:
        return Denied(permission=error.missing[0], detail=error.because)
    return Failed(because=error.because)


def among(documents: Iterable[Document], identifier: str) -> Found | None:
    """The document with that id, case ignored."""
    wanted = identifier.casefold()
    found = next((d for d in documents if str(d.get("id", "")).casefold() == wanted), None) if wanted else None
    return Found(documents=(found,)) if found is not None else None


def by_address(sighted: Iterable[Sighted]) -> Mapping[str, Sighted]:
    """Each under what it is planned as; what only live has, under its id."""
    return {s.subject.address or s.subject.arm_id: s for s in sighted}
