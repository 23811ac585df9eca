"""Saying: where the source could say what it leaves unsaid, and the edit that says it there."""

from __future__ import annotations

import re
from typing import TypeVar

from verifier.edits.edit import Edit, Say
from verifier.hcl.origin import Origin, Step
from verifier.kinds.fact import Fact
from verifier.terraform.plan import Instance, StaticPlan, Variable
from verifier.world.subject import Subject

T = TypeVar("T")
K = TypeVar("K")


def where_to_say(plan: StaticPlan, fact: Fact[T], subject: Subject[K], *, value: str = "") -> tuple[str, str]:
    """What to write, and the file:line at which: the argument or call that can pass it, else the resource itself.

    `value` is what to say, as HCL; the answer reads `pass mode = "identity" to module.platform`.
    """
    equals = f" = {value}" if value else ""
    variable = variable_behind(plan, fact.unsaid_by)
    if variable is None:
        return f"say {fact.name}{equals} in {subject.address}", subject.place
    steps = fact.unsaid_by.removeprefix(variable.address).removeprefix(".")
    if variable.given is not None and steps:
        return f"pass {steps}{equals} in {variable.name}", str(variable.given)
    if variable.module:
        call = next((m for m in plan.modules if m.address == variable.module), None)
        return f"pass {variable.name}{equals} to {variable.module}", str(call.place if call else variable.place)
    return f"set {variable.name}{equals} in a var file", str(variable.place)


def by_replacing(subject: Subject[K]) -> str:
    """The end of an advice to make something again: by which option of apply; nothing where Terraform lacks it."""
    return f": apply with -replace={subject.address!r}" if subject.address else ""


def where_said(fact: Fact[T], subject: Subject[K]) -> str:
    """The file:line of what decided a fact, as far as the source tells; else that of the resource."""
    decider = fact.origin.decider if fact.origin is not None else None
    return str(decider.place) if decider is not None and decider.place else subject.place


def how_to_change(plan: StaticPlan, fact: Fact[T], subject: Subject[K], value: str) -> tuple[str, str]:
    """What to write in place of what the source states, and the file:line of whoever decided it.

    What it leaves unsaid is said where it could be. `value` is what to say, as HCL.
    """
    if fact.origin is None or not fact.stated:
        return where_to_say(plan, fact, subject, value=value)
    decider = fact.origin.decider
    deciding = decider.parents[0] if decider.parents and not decider.chosen else decider
    return f"say {fact.name} = {value}", str(deciding.place or subject.place)


def edits_to_say(
    plan: StaticPlan, fact: Fact[T], subject: Subject[K], value: str, *, arm: tuple[str, ...] = ()
) -> tuple[Edit, ...]:
    """The edit that says a fact of a planned thing: where it is written, else where `where_to_say` has it.

    `value` is HCL that means the same in every module. `arm` is where ARM has the field, for an azapi_resource. Empty
    where no one place is known to decide it.
    """
    if fact.stated:
        return instead_of(fact.origin, value)
    if fact.unsaid_by:
        return edits_to_pass(plan, fact.unsaid_by, value)
    instance = next((i for i in plan.instances if i.address == subject.address), None)
    path = _path_in(instance, fact.name, arm) if instance is not None else ()
    if instance is None or not path:
        return ()
    place = instance.place
    return (Say(file=place.file, line=place.line, column=place.column, path=path, value=value),)


def edits_to_pass(plan: StaticPlan, address: str, value: str) -> tuple[Edit, ...]:
    """The edit that gives a variable, or something in an object variable, its value: `module.x.var.mode`."""
    variable = variable_behind(plan, address)
    if variable is None:
        return ()
    steps = tuple(step for step in address.removeprefix(variable.address).split(".") if step)
    if not all(re.fullmatch(r"[^\W\d][\w-]*", step) for step in steps):
        return ()
    if variable.given is not None and steps:
        given = variable.given
        return (Say(file=given.file, line=given.line, column=given.column, path=steps, value=value),)
    if steps or variable.given is not None:
        return ()
    if variable.module:
        call = next((m for m in plan.modules if m.address == variable.module), None)
        if call is None:
            return ()
        place = call.place
        return (Say(file=place.file, line=place.line, column=place.column, path=(variable.name,), value=value),)
    files = {v.given.file for v in plan.variables if not v.module and v.given and v.given.file.endswith(".tfvars")}
    return tuple(Say(file=f, line=0, column=0, path=(variable.name,), value=value) for f in files if len(files) == 1)


def instead_of(origin: Origin | None, value: str) -> tuple[Edit, ...]:
    """The edit that writes another value where a person wrote this one; none where it came about in another way."""
    if origin is None:
        return ()
    chain = tuple(origin.chain())
    decider = chain[-1]
    if decider.place is None or decider.step not in _WRITTEN or any(o.step not in _HANDED_ON for o in chain):
        return ()
    place = decider.place
    return (Say(file=place.file, line=place.line, column=place.column, path=(), value=value),)


def variable_behind(plan: StaticPlan, address: str) -> Variable | None:
    """The variable that an address is of or leads into."""
    if not address:
        return None
    return next((v for v in plan.variables if address == v.address or address.startswith(v.address + ".")), None)


def root_variable_behind(plan: StaticPlan, fact: Fact[bool]) -> str:
    """The root variable that decides a fact by its value as it stands; empty where there is none."""
    origin = fact.origin
    if origin is None or origin.decider.place is None or any(o.step is Step.EXPRESSION for o in origin.chain()):
        return ""
    for variable in plan.variables:
        said = variable.value.origin
        if not variable.module and said is not None and said.decider.place == origin.decider.place:
            return variable.name if variable.value.content == fact.content else ""
    return ""


_WRITTEN = frozenset({Step.LITERAL, Step.VAR_FILE})
_HANDED_ON = _WRITTEN | {Step.MODULE_ARGUMENT, Step.VARIABLE}


def _path_in(instance: Instance, name: str, arm: tuple[str, ...]) -> tuple[str, ...]:
    """Where a resource of this type says a field."""
    if instance.type == "azapi_resource":
        return ("body", *arm) if arm else ()
    return (name,) if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else ()
