"""Conditions: what a configuration states about itself in validations, pre- and postconditions and check blocks."""

from __future__ import annotations

from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import replace
from verifier.hcl.nodes import Block
from verifier.hcl.source import Diagnostic, Place
from verifier.hcl.types import BOOL, STRING
from verifier.hcl.values import Unknown, Value, contains_sensitive
from verifier.terraform.declarations import Declared
from verifier.terraform.files import SourceFile
from verifier.terraform.oddities import a_block
from verifier.terraform.plan import Check, CheckStatus, Held, Key
from verifier.terraform.scope import Context
from verifier.terraform.variables import VariableDeclaration


def validate(declaration: VariableDeclaration, context: Context) -> None:
    """Evaluate a variable's validation blocks. One that fails is an error; one that is unknown is not."""
    address = context.instance.address_of(f"var.{declaration.name}")
    for file, block in declaration.validations:
        status, said = _require(
            file, block, context, f"invalid value for {address}", "give a value that the validation accepts"
        )
        _note(context, address, None, status, said)


def preconditions(declared: Declared, title: str, context: Context, *, address: str, key: Key = None) -> None:
    """Evaluate the preconditions of an output, or those in a resource's lifecycle block, for one instance of it."""
    _hold(declared, "precondition", title, context, address, key)


def postconditions(declared: Declared, title: str, context: Context, planned: Value, *, address: str, key: Key) -> None:
    """Evaluate the postconditions of an instance, in which `self` is what is planned of it."""
    _hold(declared, "postcondition", title, context.naming("self", planned), address, key)


def checked(address: str, module: str, declared: Declared, context: Context) -> Check:
    """Evaluate a check block. What fails is a warning, as it is to Terraform."""
    said: list[str] = []
    statuses: list[CheckStatus] = []
    for file, block in declared.blocks():
        if block.type != "assert":
            continue
        held = _held(file, block, context)
        message = _message(file, block, context)
        statuses.append("unknown" if held is None else "pass" if held else "fail")
        if held is False:
            said.append(message)
            place = _place(file, block)
            summary = f"{address} does not hold: {message or NO_MESSAGE}"
            context.diagnostics.append(Diagnostic(severity="warning", summary=summary, place=place))
    passed: CheckStatus = "pass"
    status = next((s for s in _WORST_FIRST if s in statuses), passed)
    return Check(
        address=address,
        module=module,
        name=declared.block.labels[0],
        place=declared.place,
        status=status,
        messages=tuple(message for message in said if message),
    )


_WORST_FIRST: tuple[CheckStatus, ...] = ("fail", "unknown")
NO_MESSAGE = "it gives no message that can be shown"


def _hold(declared: Declared, block_type: str, title: str, context: Context, address: str, key: Key) -> None:
    for file, block in declared.blocks():
        inner = block.body.blocks_of(block_type) if block.type == "lifecycle" else (block,)
        for condition in inner:
            if condition.type == block_type:
                otherwise = f"a {block_type} of {title} does not hold"
                status, said = _require(file, condition, context, otherwise, "see the message")
                _note(context, address, key, status, said)


def _note(context: Context, address: str, key: Key, status: CheckStatus, said: str) -> None:
    """Remember how one condition went, beside the others of the same thing."""
    held = context.instance.run.held
    known = held.get(address) or Held(address=address, module=context.instance.address, key=key, status="pass")
    worst = next((s for s in _WORST_FIRST if s in (known.status, status)), status)
    messages = (*known.messages, said) if status == "fail" and said else known.messages
    held[address] = replace(known, status=worst, messages=messages)


def _require(
    file: SourceFile, block: Block, context: Context, otherwise: str, next_step: str
) -> tuple[CheckStatus, str]:
    """Evaluate one `condition` and, where it is false, quote its `error_message` after `otherwise`."""
    held = _held(file, block, context)
    message = _message(file, block, context)
    if held is False:
        place = _place(file, block)
        summary = f"{otherwise}: {message or NO_MESSAGE}"
        context.diagnostics.append(Diagnostic(severity="error", summary=summary, place=place, next_step=next_step))
    return "unknown" if held is None else "pass" if held else "fail", message


def _held(file: SourceFile, block: Block, context: Context) -> bool | None:
    """Whether the condition holds; None where that is unknown, or an error that has been noted."""
    argument = block.body.argument("condition")
    if argument is None:
        return None
    held = context.evaluate(file, argument.expression)
    if isinstance(held.content, Unknown):
        return None
    try:
        truth = convert(held, BOOL).content
    except EvaluationError:
        truth = None
    if isinstance(truth, bool):
        return truth
    summary = f"the condition of {a_block(block)} must be true or false"
    context.diagnostics.append(Diagnostic(severity="error", summary=summary, place=_place(file, block)))
    return None


def _place(file: SourceFile, block: Block) -> Place:
    """Where the condition stands."""
    argument = block.body.argument("condition")
    return file.place(argument.expression.span if argument is not None else block.span)


def _message(file: SourceFile, block: Block, context: Context) -> str:
    """What the block says when it does not hold; empty where that cannot be shown.

    Terraform evaluates it also where the condition holds, and so refuses one that has an error in it.
    """
    argument = block.body.argument("error_message")
    if argument is None:
        return ""
    message = context.evaluate(file, argument.expression)
    try:
        content = convert(message, STRING).content
    except EvaluationError:
        content = None
    if content is None:
        place = file.place(argument.expression.span)
        summary = f"the error_message of {a_block(block)} must be a string"
        context.diagnostics.append(Diagnostic(severity="error", summary=summary, place=place))
    return content.strip() if isinstance(content, str) and not contains_sensitive(message) else ""
