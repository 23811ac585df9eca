"""Presence in words: why an instance is absent, or cannot be told yet, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from verifier.hcl import numbers
from verifier.hcl.errors import EvaluationError
from verifier.hcl.nodes import Expression
from verifier.hcl.origin import Step
from verifier.hcl.source import Diagnostic, Place
from verifier.hcl.values import Unknown, Value
from verifier.terraform.addresses import parse, quoted
from verifier.terraform.files import SourceFile
from verifier.terraform.plan import Absent, Planned, Presence, Read, Undetermined
from verifier.terraform.reads import deciding_reads
from verifier.terraform.scope import Context

_DEFAULTED = frozenset({Step.OPTIONAL_DEFAULT, Step.VARIABLE_DEFAULT})


def because_absent(
    repeated: str, context: Context, file: SourceFile, expression: Expression, value: Value, every: Sequence[Read]
) -> str:
    """For example `count is 0: should_install_extension is false, which nobody chose`."""
    result = "count is 0" if repeated == "count" else "for_each is empty"
    deciding = [read for read in deciding_reads(context, file, expression) or every if read.value.is_known]
    said = [r for r in deciding if _is_nothing(r.value)] or deciding
    reasons = [_reason(read) for read in said]
    if not reasons and value.origin is not None and value.origin.step is Step.LITERAL:
        return f"{result}, as written"
    return f"{result}: {', '.join(reasons)}" if reasons else result


def because_undetermined(repeated: str, waits: Unknown) -> Unknown:
    """For example `count is not known before apply: …`, with the references that it waits for."""
    return Unknown(f"{repeated} cannot be told before apply: {waits.because}", waits.references, derived=True)


def inherited(call: str, own: Presence) -> Presence:
    """The presence of everything below a module call that is itself absent or undetermined."""
    if isinstance(own, Absent):
        because = f"{call} is absent: {own.because}"
        return Absent(because, own.expression, own.place, own.value, own.reads)
    if isinstance(own, Undetermined):
        because_unknown = Unknown(f"whether {call} exists: {own.because.because}", own.because.references, derived=True)
        return Undetermined(because_unknown, own.expression, own.place, own.reads)
    return own


def with_reads(presence: Presence, more: tuple[Read, ...]) -> Presence:
    """A planned instance's presence with what the calls of its module read."""
    return Planned((*presence.reads, *more)) if isinstance(presence, Planned) and more else presence


def error_in(diagnostics: list[Diagnostic], error: EvaluationError, place: Place) -> None:
    """Note an error of the configuration; once for all instances that meet it."""
    diagnostics.append(Diagnostic(severity="error", summary=error.summary, place=error.place or place))


def said(value: Value) -> str:
    """What a value is, as the end of a sentence: `is false`, `is "Free"`, `is empty`, `has 3 elements`."""
    content = value.content
    if value.sensitive:
        return "is sensitive"
    if isinstance(content, Unknown):
        return "is not known before apply"
    if content is None:
        return "is null"
    if isinstance(content, bool):
        return "is true" if content else "is false"
    if isinstance(content, str):
        return f"is {quoted(content)}" if len(content) <= 60 else f"is {quoted(content[:57])}…"
    if isinstance(content, Decimal):
        return f"is {numbers.text(content)}"
    if not content:
        return "is empty"
    return f"has {len(content)} element{'s' if len(content) > 1 else ''}"


def _reason(read: Read) -> str:
    steps = parse(read.address) or (read.address,)
    names = [str(step) for step in steps if not isinstance(step, int)]
    origin = read.value.origin
    defaulted = origin is not None and not origin.chosen and origin.decider.step in _DEFAULTED
    return f"{names[-1]} {said(read.value)}" + (", which nobody chose" if defaulted else "")


def _is_nothing(value: Value) -> bool:
    """Whether a value is one that switches things off: false, null, zero or empty."""
    content = value.content
    if value.sensitive or isinstance(content, Unknown):
        return False
    if isinstance(content, Mapping | tuple):
        return not content
    return content is None or content is False or content == "" or (isinstance(content, Decimal) and content == 0)
