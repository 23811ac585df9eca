"""Flags: the booleans by which a configuration switches its own parts on and off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from verifier.edits.edit import Edit, Say
from verifier.hcl.origin import Origin, Step
from verifier.hcl.source import Place
from verifier.hcl.types import BOOL, ObjectOf
from verifier.hcl.values import Unknown, Value
from verifier.kinds.fact import Fact, NotKnown
from verifier.terraform.plan import Absent, Instance, Planned, Read, StaticPlan, Undetermined, Variable

PREFIXES = ("should_", "enable_")
"""What the names of flags begin with. `is_` and `use_` say how a thing is, not whether a part is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One boolean attribute of an object variable: `module.sil.var.azureml_config.should_install_extension`.

    `gated` are the resources that its being false keeps out of the plan.
    """

    address: str
    name: str
    variable: Variable
    fact: Fact[bool]
    gated: tuple[Instance, ...] = ()

    @property
    def label(self) -> str:
        """The address: the same in every run."""
        return self.address

    @property
    def concerns(self) -> frozenset[str]:
        """The flag and what it keeps out of the plan."""
        return frozenset((self.address, *(i.address for i in self.gated)))

    @property
    def left_out_at(self) -> str:
        """Where the object stands that left it out, else where its variable was given a value or is declared."""
        return str(self._left_out_in or self.variable.given or self.variable.place)

    @property
    def _left_out_in(self) -> Place | None:
        origin = self.fact.origin
        if origin is None or origin.chosen or not origin.decider.parents:
            return None
        return origin.decider.parents[0].place

    @property
    def edits_to_pass(self) -> tuple[Edit, ...]:
        """The edit that passes it, with the value of a flag beside it that is on; none where nothing left it out."""
        place = self._left_out_in
        try:
            on = self.siblings_on
        except NotKnown:
            on = ()
        if place is None or not on or not self.left_out:
            return ()
        return (Say(file=place.file, line=place.line, column=place.column, path=(self.name,), like=on[0]),)

    @property
    def siblings_on(self) -> tuple[str, ...]:
        """The names of the flags beside it that somebody passed as on: who did, could have passed this one too.

        Raises NotKnown when there are none and some are not known.
        """
        if self.variable.given is None:
            return ()
        beside = {n: v for n, v in self._members().items() if n != self.name and n.startswith(PREFIXES)}
        on = tuple(sorted(n for n, v in beside.items() if v.content is True and not _left_out(v.origin)))
        unknown = [v.content for v in beside.values() if isinstance(v.content, Unknown)]
        if not on and unknown:
            raise NotKnown(f"a flag beside {self.name} is not known: {unknown[0].because}")
        return on

    def has_sibling(self, name: str) -> bool:
        """Whether the same object has a flag of that name."""
        return isinstance(self.variable.type, ObjectOf) and name in self.variable.type.attributes

    def _members(self) -> Mapping[str, Value]:
        content = self.variable.value.content
        return content if isinstance(content, Mapping) else {}

    @property
    def left_out(self) -> bool:
        """Whether `optional()` filled it in, here or at a variable further up: nobody said anything of it."""
        return _left_out(self.fact.origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated:
    """A resource whose count or for_each reads flags, and those flags."""

    instance: Instance
    flags: tuple[Flag, ...]

    @property
    def label(self) -> str:
        """The resource's address."""
        return self.instance.address

    @property
    def off(self) -> tuple[Flag, ...]:
        """The flags that keep it out of the plan; none when it is planned."""
        if not isinstance(self.instance.presence, Absent):
            return ()
        return tuple(f for f in self.flags if f.fact.content is False)

    @property
    def undetermined(self) -> str:
        """Why its presence is not knowable before apply; empty when it is."""
        presence = self.instance.presence
        return presence.because.because if isinstance(presence, Undetermined) else ""

    @property
    def expression(self) -> str:
        """What keeps it out, as it stands in the source; empty when it is planned."""
        presence = self.instance.presence
        return f"{presence.expression} ({presence.place})" if isinstance(presence, Absent) else ""

    @property
    def concerns(self) -> frozenset[str]:
        """The resource and its flags."""
        return frozenset((self.instance.address, *(f.address for f in self.flags)))


def flags_of(plan: StaticPlan) -> tuple[Flag, ...]:
    """Every flag of every object variable, sorted by address."""
    found = (flag for variable in plan.variables for flag in _flags(variable, plan))
    return tuple(sorted(found, key=lambda f: f.address))


def gated_by(plan: StaticPlan, flags: tuple[Flag, ...]) -> tuple[Gated, ...]:
    """The managed resources that flags gate, one for each resource block's outcome."""
    by_address = {f.address: f for f in flags}
    gated = []
    for instance in plan.instances:
        read = tuple(by_address[r.address] for r in _reads(instance) if r.address in by_address)
        if instance.mode == "managed" and read:
            gated.append(Gated(instance=instance, flags=read))
    return tuple(gated)


def _flags(variable: Variable, plan: StaticPlan) -> Iterator[Flag]:
    if variable.sensitive or variable.value.is_null or not isinstance(variable.type, ObjectOf):
        return
    content = variable.value.content
    for name, attribute_type in variable.type.attributes.items():
        if attribute_type != BOOL or not name.startswith(PREFIXES):
            continue
        address = f"{variable.address}.{name}"
        if isinstance(content, Mapping):
            fact = _fact(name, content.get(name))
        else:
            because = content if isinstance(content, Unknown) else Unknown(f"{variable.address} is no object")
            fact = Fact(name=name, content=because, origin=variable.value.origin)
        gated = tuple(i for i in plan.instances if _keeps_out(i, address))
        yield Flag(address=address, name=name, variable=variable, fact=fact, gated=gated)


def _fact(name: str, value: Value | None) -> Fact[bool]:
    """A flag; null, which `optional(bool)` fills in, switches nothing on."""
    if value is None:
        return Fact(name=name, content=Unknown(f"{name} has no value"))
    content = value.content
    if isinstance(content, Unknown | bool):
        return Fact(name=name, content=content, origin=value.origin)
    return Fact(name=name, content=False, origin=value.origin, stated=False)


def _keeps_out(instance: Instance, flag: str) -> bool:
    return isinstance(instance.presence, Absent) and any(
        r.address == flag and (r.value.content is False or r.value.is_null) for r in instance.presence.reads
    )


def _left_out(origin: Origin | None) -> bool:
    return origin is not None and origin.decider.step is Step.OPTIONAL_DEFAULT


def _reads(instance: Instance) -> tuple[Read, ...]:
    match instance.presence:
        case Planned(reads=reads) | Absent(reads=reads) | Undetermined(reads=reads):
            return reads
