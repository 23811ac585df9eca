"""Saying: where the source could say what it leaves unsaid."""

from __future__ import annotations

from typing import TypeVar

from verifier.kinds.fact import Fact
from verifier.terraform.plan import StaticPlan, Variable
from verifier.world.subject import Subject

T = TypeVar("T")
K = TypeVar("K")


def where_to_say(plan: StaticPlan, fact: Fact[T], subject: Subject[K], *, value: str = "") -> tuple[str, str]:
    """What to write, and the file:line at which: the argument or call that can pass it, else the resource itself.

    `value` is what to say, as HCL; the answer reads `pass mode = "identity" to module.platform`.
    """
    equals = f" = {value}" if value else ""
    variable = _variable(plan, fact.unsaid_by)
    if variable is None:
        return f"say {fact.name}{equals} in {subject.address}", subject.place
    steps = fact.unsaid_by.removeprefix(variable.address).removeprefix(".")
    if variable.given is not None and steps:
        return f"pass {steps}{equals} in {variable.name}", str(variable.given)
    if variable.module:
        call = next((m for m in plan.modules if m.address == variable.module), None)
        return f"pass {variable.name}{equals} to {variable.module}", str(call.place if call else variable.place)
    return f"set {variable.name}{equals} in a var file", str(variable.place)


def _variable(plan: StaticPlan, address: str) -> Variable | None:
    """The variable that an address is of or leads into."""
    if not address:
        return None
    return next((v for v in plan.variables if address == v.address or address.startswith(v.address + ".")), None)
