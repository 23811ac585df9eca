"""Needing: what the source plans, with the arguments that it cannot be without."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.kinds.fact import NotKnown
from verifier.kinds.required import Required, required_of
from verifier.terraform.plan import Instance, Planned, StaticPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaid:
    """An argument that has to say something, and is null, empty or not there: where, and for want of which variable."""

    argument: str
    place: str
    variable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needing:
    """A planned resource of a type that is refused without some of its arguments.

    Without the `source_whole` read, what an argument will be is not known where it waits for something.
    """

    instance: Instance
    required: tuple[Required, ...]
    source_whole: bool = True

    @property
    def label(self) -> str:
        """Its address."""
        return self.instance.address

    @property
    def concerns(self) -> frozenset[str]:
        """Its address."""
        return frozenset({self.instance.address})

    @property
    def unsaid(self) -> tuple[Unsaid, ...]:
        """What it has to say and does not. Raises NotKnown where that is all, and the source was not read whole.

        What only apply gives is said: Terraform plans with it.
        """
        found: list[Unsaid] = []
        waits: str = ""
        for required in self.required:
            facts = required.facts(self.instance)
            if any(fact.known and fact.value for fact in facts):
                continue
            open_ = next((fact for fact in facts if not fact.known), None)
            if open_ is None:
                variable = next((fact.unsaid_by for fact in facts if fact.unsaid_by), "")
                found.append(Unsaid(argument=required.name, place=required.place(self.instance), variable=variable))
            elif not (self.source_whole or open_.references):
                waits = waits or open_.name
        if waits and not found:
            raise NotKnown(f"whether {waits} says anything is not known: not all of the source could be read")
        return tuple(found)


def needing_in(plan: StaticPlan) -> tuple[Needing, ...]:
    """The planned resources of the types of which it is known what they cannot be without."""
    return tuple(
        Needing(instance=i, required=required, source_whole=plan.complete)
        for i in plan.instances
        if i.mode == "managed" and isinstance(i.presence, Planned) and (required := required_of(i))
    )
