"""Ends: where tracing a value stops, because somebody decided it there, or because nothing more can be known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from verifier.hcl.errors import EvaluationError
from verifier.hcl.nodes import Expression, Literal, ObjectConstructor, TupleConstructor
from verifier.hcl.origin import Origin, Step
from verifier.hcl.values import Value
from verifier.terraform.addresses import Quoted, with_steps
from verifier.terraform.files import SourceFile
from verifier.terraform.hops import Hop, without_secrets
from verifier.terraform.names import resolve
from verifier.terraform.parts import Steps, inside
from verifier.terraform.plan import Absent, Key, Planned, Presence
from verifier.terraform.variable_values import Passed
from verifier.terraform.variables import shortened

if TYPE_CHECKING:
    from verifier.terraform.instance import ModuleInstance

LEAVES_IT_OUT = "leaves it out"

MOST_QUOTED = 90
"""Characters of an expression that are quoted."""


def default(origin: Origin) -> Hop:
    """A default of a variable, or of an attribute."""
    return Hop(step=origin.step, text=origin.text, place=origin.place)


def setting(passed: Passed, given: Value | None) -> Hop:
    """A var file, the environment, or the command line, at the line of the value where there is one."""
    whole = passed.value.origin
    origin = given.origin if given is not None and given.origin is not None else whole
    place = origin.place if origin is not None and origin.place is not None else passed.place
    return Hop(
        step=whole.step if whole is not None else Step.LITERAL,
        text=whole.text if whole is not None else "",
        value=given,
        place=place,
        note="" if given is not None else LEAVES_IT_OUT,
    )


def filled_in(value: Value | None, given: Value | None) -> Origin | None:
    """The optional() that filled the value in for a variable that was passed without it, or with null."""
    origin = value.origin if value is not None else None
    if origin is None or origin.step is not Step.OPTIONAL_DEFAULT:
        return None
    passed_on = given is not None and (not given.is_null or given.origin is origin)
    return None if passed_on else origin


def given_by_run(instance: ModuleInstance, root: str, steps: Steps) -> Hop:
    """What the run itself gives a value: path.module, terraform.workspace."""
    text = with_steps(root, steps)
    try:
        found = resolve(instance, root, [str(step) for step in steps])
    except EvaluationError as error:
        return Hop(step=Step.EXPRESSION, text=text, note=error.summary)
    return Hop(step=Step.EXPRESSION, text=text, value=inside(found.value, steps[found.used :]))


def presence_note(presence: Presence) -> str:
    """Why there is nothing certain at an address, as the end of `it is …`; empty where there is."""
    if isinstance(presence, Planned):
        return ""
    if isinstance(presence, Absent):
        return f"absent: {presence.because}"
    return f"undetermined: {presence.because.because}"


def source_of(file: SourceFile, expression: Expression) -> str:
    """What stands there, on one line; nothing for a literal, whose value says it."""
    if isinstance(expression, Literal):
        return ""
    if isinstance(expression, ObjectConstructor):
        return "{…}" if expression.items else "{}"
    if isinstance(expression, TupleConstructor):
        return "[…]" if expression.items else "[]"
    return shortened(without_secrets(file.excerpt(expression.span)), MOST_QUOTED)


def key_of(steps: Sequence[str | int]) -> Key:
    """The instance key that the first of the steps is, or None."""
    first = steps[0] if steps else None
    if isinstance(first, Quoted):
        return str(first)
    return first if isinstance(first, int) else None
