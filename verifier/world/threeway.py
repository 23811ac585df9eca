"""The three-way word: what source, state and live together say of one thing's existence. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from verifier.kinds.compare import arm_key, name_of
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.served import at
from verifier.terraform.addresses import Step
from verifier.terraform.plan import Planned, Undetermined
from verifier.terraform.state import Recorded
from verifier.world.differing import differing
from verifier.world.subject import Subject


class Word(Enum):
    """What the three together say. Without a state only two speak, and nothing is called drifted or gone."""

    IN_SYNC = "in sync"
    NOT_APPLIED = "not applied"
    DRIFTED = "drifted"
    UNMANAGED = "unmanaged"
    GONE = "gone"
    NEVER_PLANNED = "never planned"
    OWNED_ELSEWHERE = "owned elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """An instance that is not planned by now, and would make something that is live if its `resource` were.

    `name` and `id` are what its own would have, empty where that is not known; `place` is the resource's file:line.
    """

    address: str
    resource: str
    place: str
    name: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Existence:
    """One thing, and what each side has of it.

    `recorded` is the state's instance of it, if a state was given (`state_given`) and has one. `planned_id` is the ARM
    id that Terraform's own will have, which is not the live one's where somebody named that otherwise. `kept_out` are
    what is not planned and would make this very thing if it were. `imported`, `moved` and `let_go` say
    that the source has a block by which the next apply takes it in, moves it, or forgets it. Without the `source_whole`
    read, what it does not plan is not known. `perhaps` are planned addresses of which it is not known whether they mean
    this very thing. `import_as` is what its provider imports it by, where that is not its ARM id; `also` are
    differences that no single field shows; `beside` is what people are told of one that is live and not in the state.
    `adopts`: its provider takes over what it finds. `needs` is what has to be there for its apply, and is made by
    nobody here. `supposed` says which one it is taken for, where that follows from its type alone. `ignored` are the
    paths that Terraform is told not to look at. `unidentified` says why it is not known which thing it is that the
    state has.
    """

    subject: Subject[object]
    recorded: Recorded | None = None
    state_given: bool = False
    planned_id: str = ""
    kept_out: tuple[Maker, ...] = ()
    owned_elsewhere: bool = False
    imported: bool = False
    moved: bool = False
    let_go: bool = False
    source_whole: bool = True
    perhaps: tuple[str, ...] = ()
    told_apart_by: str = ""
    import_as: str = ""
    also: tuple[str, ...] = ()
    beside: str = ""
    adopts: bool = False
    needs: str = ""
    supposed: str = ""
    ignored: tuple[tuple[Step, ...], ...] = ()
    unidentified: str = ""

    @property
    def label(self) -> str:
        """The thing's own, and what tells it from another of that kind and name."""
        return self.subject.label + (f" ({self.told_apart_by})" if self.told_apart_by else "")

    @property
    def concerns(self) -> frozenset[str]:
        """What the thing concerns, and the addresses at which the state and what is kept out have it."""
        recorded = {self.recorded.address} if self.recorded is not None else set()
        makers = {address for maker in self.kept_out for address in (maker.address, maker.resource)}
        return self.subject.concerns | recorded | makers

    @property
    def planned(self) -> bool:
        """Whether the source plans it. Raises NotKnown where that waits for something."""
        presence = self.subject.presence
        if isinstance(presence, Undetermined):
            raise NotKnown(f"whether Terraform plans {self.label} is not known: {presence.because.because}")
        if presence is None and not self.source_whole:
            raise NotKnown(f"whether Terraform plans {self.label} is not known: not all of the source could be read")
        if presence is None and self.perhaps:
            raise NotKnown(f"whether {self.label} is what {' or '.join(self.perhaps)} plans is not known")
        return isinstance(presence, Planned)

    @property
    def word(self) -> Word:
        """The word. Raises NotKnown when a side that it takes could not be looked at."""
        planned, exists = self.planned, self.subject.exists
        if not planned:
            return self._unplanned(exists=exists)
        if not exists:
            return Word.GONE if self.recorded is not None else Word.NOT_APPLIED
        if self.recorded is None:
            if self.state_given or self.other_name:
                return Word.UNMANAGED
            return Word.NOT_APPLIED if self.differences else Word.IN_SYNC
        if self.renamed_in_source or (self.recorded.address != self.subject.address and not self.moved):
            return Word.NOT_APPLIED
        if self.differences:
            return Word.DRIFTED
        if self.unidentified:
            raise NotKnown(f"whether the state has {self.label} as it is live is not known: {self.unidentified}")
        return Word.IN_SYNC

    def _unplanned(self, *, exists: bool) -> Word:
        if self.recorded is not None:
            return Word.NOT_APPLIED if exists else Word.GONE
        if self.owned_elsewhere:
            return Word.OWNED_ELSEWHERE
        return Word.UNMANAGED if self.kept_out else Word.NEVER_PLANNED

    @property
    def named_at(self) -> str:
        """The file:line at which the source decides its name, or leaves it to a default."""
        name = getattr(self.subject.stated, "name", None)
        if not isinstance(name, Fact) or name.origin is None:
            return self.subject.place
        decider = name.origin.decider
        deciding = decider.parents[0] if decider.parents and not decider.chosen else decider
        return str(deciding.place or self.subject.place)

    @property
    def live_name(self) -> str:
        """What it is called live; empty for what is not."""
        return name_of(self.subject.arm_id)

    @property
    def other_name(self) -> bool:
        """Whether what is live, and is what Terraform means, goes by another name than Terraform's own will."""
        return bool(self.planned_id and self.subject.arm_id) and not _same(self.planned_id, self.subject.arm_id)

    @property
    def renamed_in_source(self) -> bool:
        """Whether the state still has it under the name that is live, and the source by now under another."""
        return self.other_name and self.recorded is not None and _same(self.recorded.id, self.subject.arm_id)

    @property
    def differences(self) -> tuple[str, ...]:
        """What is live otherwise than the source states or the state records.

        Raises NotKnown where nothing is known to differ, and something is not known.
        """
        subject, recorded = self.subject, tuple(self._since_recorded())
        try:
            stated = differing(subject.kind, subject.stated, subject.served, self.ignored)
        except NotKnown:
            if not (recorded or self.also):
                raise
            stated = ()
        return (*recorded, *stated, *self.also)

    @property
    def made_again_by_hand(self) -> bool:
        """Whether what is live, under the name that Terraform gives it, is not the one that the state has."""
        recorded = self.recorded.id if self.recorded is not None else ""
        return bool(recorded) and not self.other_name and not _same(recorded, self.subject.arm_id)

    @property
    def import_id(self) -> str:
        """The id to import it by, spelt as Terraform's own: services answer in other letters than providers take."""
        if self.import_as:
            return self.import_as
        own = self.planned_id or next((maker.id for maker in self.kept_out), "")
        if not own or _same(own, self.subject.arm_id):
            return own or self.subject.arm_id
        return f"{own.rpartition('/')[0]}/{self.live_name}"

    def _since_recorded(self) -> Iterator[str]:
        if self.recorded is None:
            return
        recorded, live = self.recorded.id, self.subject.arm_id
        if recorded and not _same(recorded, live):
            yield f"it is live as {name_of(live)}, and the state has {name_of(recorded)}"
        for attribute, path in sorted(self.subject.kind.computed.items()):
            old, new = self.recorded.attributes.get(attribute, ""), at(self.subject.document, path)
            if old and isinstance(new, str) and new and old.casefold() != new.casefold():
                yield f"{attribute} is {new}, and the state has {old}"


def import_block(address: str, identifier: str) -> str:
    """The block that takes something live into Terraform's state; it stands in the root module."""
    return f'import {{\n  to = {address}\n  id = "{identifier}"\n}}'


def moved_block(old: str, new: str) -> str:
    """The block that tells Terraform that an address has another name now."""
    return f"moved {{\n  from = {old}\n  to   = {new}\n}}"


def _same(one: str, other: str) -> bool:
    return arm_key(one) == arm_key(other)
