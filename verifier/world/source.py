"""Source: what the Terraform source alone has, as subjects of checks: variables, conditions, names, blind spots."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from verifier.hcl.types import BOOL, ObjectOf
from verifier.hcl.values import Unknown
from verifier.kinds.compare import name_of
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.judged import judged_paths
from verifier.kinds.naming import NameRule, name_rule
from verifier.kinds.stated import Stated, first_unknown
from verifier.terraform.addresses import Step, split_instance
from verifier.terraform.divergence import Divergence, divergences
from verifier.terraform.ignoring import Ignored, ignored_by
from verifier.terraform.plan import Instance, ModuleCall, Planned, StaticPlan, Undetermined
from verifier.terraform.refactoring import without_keys
from verifier.terraform.repetition import Certain, Repetition, repetitions_of
from verifier.terraform.wiring import Wire, wires_of
from verifier.world.scripts import Script, scripts_beside

if TYPE_CHECKING:
    from verifier.terraform.module import Module
    from verifier.terraform.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a module tree says of itself: how its variables are wired, what it repeats, what it ignores."""

    wires: tuple[Wire, ...] = ()
    repetitions: tuple[Repetition, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    scripts: tuple[Script, ...] = ()


NO_SOURCE = Source()


def source_of(root: Module) -> Source:
    """The source of a root module and of all that it calls, and the scripts of its repository.

    It follows from the module, whoever evaluates that with whatever variables: of one that was read once for many
    evaluations, the repository is looked through once, too.
    """
    known = _KNOWN.get(root)
    if known is None:
        known = _KNOWN[root] = Source(
            wires=wires_of(root),
            repetitions=repetitions_of(root),
            ignored=ignored_by(root),
            scripts=scripts_beside(root.content.directory, root),
        )
    return known


_KNOWN: WeakKeyDictionary[Module, Source] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A variable as it is declared, in the root or in a module, and how it is connected."""

    wire: Wire

    @property
    def label(self) -> str:
        """Its address, without keys."""
        return self.wire.address

    @property
    def concerns(self) -> frozenset[str]:
        """Its address."""
        return frozenset({self.wire.address})

    @property
    def name(self) -> str:
        """Its name."""
        return self.wire.declaration.name

    @property
    def place(self) -> str:
        """The file:line of its block."""
        return str(self.wire.declaration.declared.place)

    @property
    def used(self) -> bool:
        """Whether anything reads it. Raises NotKnown where what could not be understood may."""
        if not self.wire.used and self.wire.unread:
            raise NotKnown(f"whether anything uses {self.label} is not known: {', '.join(self.wire.unread)} is broken")
        return self.wire.used

    @property
    def passed(self) -> bool:
        """Whether its module's call passes it. Raises NotKnown where what could not be understood may."""
        if not self.wire.passed and self.wire.unread:
            raise NotKnown(f"whether {self.label} is passed is not known: {', '.join(self.wire.unread)} is broken")
        return self.wire.passed

    @property
    def divergences(self) -> tuple[Divergence, ...]:
        """Where its default and its type's optional() differ. Raises NotKnown for a default that is wrong."""
        default = self.wire.declaration.default
        if default is not None and isinstance(default.content, Unknown):
            raise NotKnown(f"the default of {self.label} is not known: {default.content.because}")
        return divergences(self.wire.declaration)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A resource, data source or module with a count or for_each, and what became of it in the plan."""

    repetition: Repetition
    found: tuple[Instance | ModuleCall, ...]
    recorded: frozenset[str] = frozenset()
    """The addresses that the state has, as they are and without keys."""
    state_given: bool = False
    bare: frozenset[str] = frozenset()
    """The data sources whose own arguments are all known: Terraform reads those before it plans."""

    @property
    def label(self) -> str:
        """Its address, without keys."""
        return self.repetition.address

    @property
    def concerns(self) -> frozenset[str]:
        """Its addresses."""
        return frozenset({self.repetition.address, *(each.address for each in self.found)})

    @property
    def certain(self) -> tuple[Certain, ...]:
        """What in its expression comes out one way only. Raises NotKnown where that hangs on what could not be read."""
        if self.repetition.undeclared:
            missing = ", ".join(self.repetition.undeclared)
            raise NotKnown(f"what {self.label} hangs on is not known: {missing} is declared in a file that is broken")
        return self.repetition.certain

    @property
    def waits_for(self) -> tuple[str, ...]:
        """The references that have to be known before it can be counted; none for what can be.

        Not those that the state has. Raises NotKnown where something else than an apply is missing.
        """
        waits: dict[str, None] = {}
        for each in self.found:
            if isinstance(each.presence, Undetermined) and str(each.presence.place) == self._place:
                found = each.presence.because
                if not found.references:
                    raise NotKnown(f"{self.label}: {found.because}")
                waits.update(dict.fromkeys(r for r in found.references if not self._is_there(r)))
        return tuple(waits)

    @property
    def _place(self) -> str:
        return str(self.repetition.place)

    def _is_there(self, reference: str) -> bool:
        split = split_instance(reference)
        address = split[0] if split is not None else reference
        if address.split(".")[0] == "data" or ".data." in address:
            if without_keys(address) in self.bare:
                return True
            raise NotKnown(f"{self.label} waits for {address}, and whether that is read before apply is not known")
        return address in self.recorded or without_keys(address) in self.recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A planned resource whose type has a rule for names."""

    instance: Instance
    rule: NameRule
    name: Fact[str]

    @property
    def label(self) -> str:
        """Its address."""
        return self.instance.address

    @property
    def concerns(self) -> frozenset[str]:
        """Its address."""
        return frozenset({self.instance.address})

    @property
    def decided_at(self) -> str:
        """The file:line at which the name is put together, else the resource's."""
        origin = self.name.origin
        return str(origin.place if origin is not None and origin.place is not None else self.instance.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwatched:
    """A resource of a kind that checks judge, with changes that Terraform is told to ignore."""

    instance: Instance
    ignored: tuple[Ignored, ...]

    @property
    def label(self) -> str:
        """Its address."""
        return self.instance.address

    @property
    def concerns(self) -> frozenset[str]:
        """Its address."""
        return frozenset({self.instance.address})

    @property
    def judged(self) -> tuple[tuple[Ignored, str], ...]:
        """What is ignored and judged all the same, with the judged attribute. Raises NotKnown if it may be absent."""
        if isinstance(self.instance.presence, Undetermined):
            raise NotKnown(f"whether {self.label} is planned is not known: {self.instance.presence.because.because}")
        paths = [_names(path) for path in judged_paths(self.instance)]
        wholes = [(each, _names(each.path)) for each in self.ignored]
        return tuple((each, ".".join(path)) for each, whole in wholes for path in paths if path[: len(whole)] == whole)


def root_settings(source: Source) -> tuple[Setting, ...]:
    """The variables of the root module."""
    return tuple(Setting(wire=wire) for wire in source.wires if not wire.module)


def guards_of(source: Source) -> tuple[Setting, ...]:
    """The variables of this repository's own modules that decide, by their names, who may reach or read something."""
    return tuple(Setting(wire=w) for w in source.wires if w.module and w.local and _guards(w))


def defaulted_in(source: Source) -> tuple[Setting, ...]:
    """The variables that have a default, and a type whose attributes have some of their own."""
    return tuple(
        Setting(wire=w)
        for w in source.wires
        if w.declaration.default is not None
        and isinstance(w.declaration.type, ObjectOf)
        and any(optional.default is not None for optional in w.declaration.type.optional.values())
    )


def _guards(wire: Wire) -> bool:
    return wire.declaration.type == BOOL and any(word in wire.declaration.name for word in guarding_words())


def repeated_in(source: Source, plan: StaticPlan, state: State | None) -> tuple[Repeated, ...]:
    """Everything with a count or for_each."""
    by_block: dict[str, list[Instance | ModuleCall]] = {}
    every: tuple[Instance | ModuleCall, ...] = (*plan.instances, *plan.modules)
    for each in every:
        by_block.setdefault(without_keys(each.address), []).append(each)
    recorded = {address for r in state or () for address in (r.address, without_keys(r.address))}
    bare = {without_keys(i.address) for i in plan.instances if i.mode == "data" and _is_read_early(i)}
    return tuple(
        Repeated(
            repetition=repetition,
            found=tuple(by_block.get(repetition.address, ())),
            recorded=frozenset(recorded),
            state_given=state is not None,
            bare=frozenset(bare),
        )
        for repetition in source.repetitions
    )


def named_in(plan: StaticPlan) -> tuple[Named, ...]:
    """The planned resources that say a name, of the types that have a rule for it."""
    found = (
        Named(instance=i, rule=rule, name=_name(i, plan))
        for i in plan.instances
        if i.mode == "managed" and isinstance(i.presence, Planned) and (rule := name_rule(i)) is not None
    )
    return tuple(named for named in found if named.name.stated)


def _name(instance: Instance, plan: StaticPlan) -> Fact[str]:
    """Its name; of one that is known only after apply, what the id says that state or live have given it."""
    stated = Stated(instance).text("name", "name")
    identifier = plan.bound.get(f"{instance.address}.id")
    if stated.known or not isinstance(identifier, str):
        return stated
    return replace(stated, content=name_of(identifier))


def unwatched_in(source: Source, plan: StaticPlan) -> tuple[Unwatched, ...]:
    """The planned resources that ignore changes."""
    by_block: dict[str, list[Ignored]] = {}
    for each in source.ignored:
        by_block.setdefault(each.resource, []).append(each)
    return tuple(
        Unwatched(instance=i, ignored=tuple(by_block[without_keys(i.address)]))
        for i in plan.instances
        if i.mode == "managed"
        and isinstance(i.presence, Planned | Undetermined)
        and without_keys(i.address) in by_block
        and judged_paths(i)
    )


def _names(path: tuple[Step, ...]) -> tuple[str, ...]:
    return tuple(step for step in path if isinstance(step, str))


def _is_read_early(instance: Instance) -> bool:
    """Whether Terraform reads a data source before it plans: nothing that it is given waits for an apply."""
    return not instance.depends_on and first_unknown(instance.values) is None


@cache
def guarding_words() -> tuple[str, ...]:
    """Parts of variables' names that decide who may reach or read something. Their source stands in guarding.json."""
    table = json.loads(files("verifier.world").joinpath("guarding.json").read_text(encoding="utf-8"))
    return tuple(table["words"])
