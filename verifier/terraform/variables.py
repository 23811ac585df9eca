"""Variables as declared: their type, their default, their validations."""

from __future__ import annotations

from collections.abc import Mapping

from verifier.hcl.constraints import type_constraint
from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError
from verifier.hcl.evaluate import static_traversals
from verifier.hcl.frozen import frozen, replace
from verifier.hcl.nodes import Block
from verifier.hcl.origin import Origin, Step
from verifier.hcl.source import Diagnostic, Place
from verifier.hcl.types import ANY, Primitive, Type
from verifier.hcl.values import Value, unknown
from verifier.terraform.constants import ConstantScope
from verifier.terraform.declarations import Declared, literal_flag
from verifier.terraform.files import SourceFile


@frozen(kw_only=True, eq=False)
class VariableDeclaration:
    """A variable block, its type and default evaluated. `default` is None when a value has to be given."""

    name: str
    declared: Declared
    type: Type
    type_at: Place | None
    default: Value | None
    nullable: bool
    sensitive: bool
    ephemeral: bool
    raw_text: bool
    """Whether text given with -var or TF_VAR_ is the string itself: the type is a primitive, or none is given."""
    validations: tuple[tuple[SourceFile, Block], ...]


def declare_variable(name: str, declared: Declared, diagnostics: list[Diagnostic]) -> VariableDeclaration:
    """The variable of a `variable` block. What is wrong with its type or default is a diagnostic."""
    of, type_at, raw_text = _type(name, declared, diagnostics)
    default = _default(name, declared, of, diagnostics)
    nullable = literal_flag(declared.argument("nullable"), otherwise=True)
    if default is not None and default.is_null and not nullable:
        summary = f"the default of variable {name} is null, which nullable = false forbids"
        diagnostics.append(Diagnostic(severity="error", summary=summary, place=declared.place))
    validations = tuple((file, block) for file, block in declared.blocks() if block.type == "validation")
    for file, block in validations:
        _must_be_about(name, file, block, diagnostics)
    return VariableDeclaration(
        name=name,
        declared=declared,
        type=of,
        type_at=type_at,
        default=default,
        nullable=nullable,
        sensitive=literal_flag(declared.argument("sensitive"), otherwise=False),
        ephemeral=literal_flag(declared.argument("ephemeral"), otherwise=False),
        raw_text=raw_text,
        validations=validations,
    )


def _must_be_about(name: str, file: SourceFile, block: Block, diagnostics: list[Diagnostic]) -> None:
    """A validation's condition has to look at the variable that it validates."""
    condition = block.body.argument("condition")
    found = static_traversals(condition.expression) if condition is not None else []
    if condition is not None and found and not any(t.root == "var" and t.steps[:1] == (name,) for t in found):
        summary = f"the condition of a validation of variable {name} must refer to var.{name}"
        place = file.place(condition.expression.span)
        diagnostics.append(Diagnostic(severity="error", summary=summary, place=place))


def _type(name: str, declared: Declared, diagnostics: list[Diagnostic]) -> tuple[Type, Place | None, bool]:
    found = declared.argument("type")
    if found is None:
        return ANY, None, True
    file, argument = found
    place = file.place(argument.span)
    try:
        of = type_constraint(argument.expression, ConstantScope(file.name, "a type's default"))
    except EvaluationError as error:
        summary = f"the type of variable {name} cannot be read: {error.summary}"
        diagnostics.append(Diagnostic(severity="error", summary=summary, place=error.place or place))
        return ANY, place, False
    return of, place, isinstance(of, Primitive)


def _default(name: str, declared: Declared, of: Type, diagnostics: list[Diagnostic]) -> Value | None:
    found = declared.argument("default")
    if found is None:
        return None
    file, argument = found
    place = file.place(argument.span)
    text = file.excerpt(argument.span)
    try:
        value = ConstantScope(file.name, f"the default of variable {name}").evaluate(argument.expression)
        return convert(_defaulted(value, text, place), of, type_at=place)
    except EvaluationError as error:
        secret = literal_flag(declared.argument("sensitive"), otherwise=False)
        what = "the sensitive value does not fit its type" if secret else error.summary
        summary = f"unsuitable default of variable {name}: {what}"
        diagnostics.append(Diagnostic(severity="error", summary=summary, place=error.place or place))
        return unknown(of, summary)


def _defaulted(value: Value, text: str, place: Place) -> Value:
    """The value with every part of it said to be the variable's default, which nobody chose for this run."""
    at = value.origin.place if value.origin is not None and value.origin.place is not None else place
    content = value.content
    if isinstance(content, tuple):
        content = tuple(_defaulted(item, text, at) for item in content)
    elif isinstance(content, Mapping):
        content = {key: _defaulted(item, text, at) for key, item in content.items()}
    return replace(value, content=content, origin=Origin(Step.VARIABLE_DEFAULT, shortened(text), at))


def shortened(text: str, most: int = 60) -> str:
    """An excerpt that fits into a line of a report."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
