"""Conditions: validations of variables and preconditions, which a configuration states about itself."""

from __future__ import annotations

from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError
from verifier.hcl.nodes import Block
from verifier.hcl.source import Diagnostic
from verifier.hcl.types import BOOL
from verifier.hcl.values import Value, contains_sensitive
from verifier.terraform.declarations import Declared
from verifier.terraform.files import SourceFile
from verifier.terraform.scope import Context
from verifier.terraform.variables import VariableDeclaration


def validate(declaration: VariableDeclaration, context: Context) -> None:
    """Evaluate a variable's validation blocks. One that fails is an error; one that is unknown is not."""
    address = context.instance.address_of(f"var.{declaration.name}")
    for file, block in declaration.validations:
        require(file, block, context, f"invalid value for {address}", "give a value that the validation accepts")


def preconditions(declared: Declared, title: str, context: Context) -> None:
    """Evaluate the preconditions of an output, or those in a resource's lifecycle block."""
    for file, block in declared.blocks():
        inner = block.body.blocks_of("precondition") if block.type == "lifecycle" else (block,)
        for condition in inner:
            if condition.type == "precondition":
                require(file, condition, context, f"a precondition of {title} does not hold", "see the message")


def require(file: SourceFile, block: Block, context: Context, otherwise: str, next_step: str) -> None:
    """Evaluate one `condition` and, where it is false, quote its `error_message` after `otherwise`."""
    argument = block.body.argument("condition")
    if argument is None:
        return
    place = file.place(argument.expression.span)
    held = context.evaluate(file, argument.expression)
    if not held.is_known:
        return
    truth = _truth(held)
    if truth is None:
        summary = "the condition of a validation or precondition must be true or false"
        context.diagnostics.append(Diagnostic(severity="error", summary=summary, place=place))
    elif not truth:
        summary = f"{otherwise}: {_message(file, block, context)}"
        context.diagnostics.append(Diagnostic(severity="error", summary=summary, place=place, next_step=next_step))


def _truth(held: Value) -> bool | None:
    """Whether a known value is true, or None when it is neither true nor false."""
    try:
        truth = convert(held, BOOL).content
    except EvaluationError:
        return None
    return truth if isinstance(truth, bool) else None


def _message(file: SourceFile, block: Block, context: Context) -> str:
    argument = block.body.argument("error_message")
    message = context.evaluate(file, argument.expression) if argument is not None else None
    if message is None or contains_sensitive(message) or not isinstance(message.content, str):
        return "it gives no message that can be shown"
    return message.content.strip()
