"""Variables as given: the value that a variable of one module instance has, converted to its type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from verifier.hcl.convert import Dropping, convert
from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import frozen, replace
from verifier.hcl.origin import Origin, Step
from verifier.hcl.source import Diagnostic, Place
from verifier.hcl.values import Value, contains_sensitive, unknown
from verifier.terraform.plan import Dropped, Variable
from verifier.terraform.variables import VariableDeclaration

if TYPE_CHECKING:
    from verifier.terraform.instance import ModuleInstance


@frozen()
class Passed:
    """A value that was given to a variable, and where."""

    value: Value
    place: Place | None


def variable_of(instance: ModuleInstance, declaration: VariableDeclaration, passed: Passed | None) -> Variable:
    """The variable with the value that holds: the one passed, or the default."""
    address = instance.address_of(f"var.{declaration.name}")
    dropped: list[Dropping] = []
    value = _given(instance, declaration, passed, dropped, address)
    if declaration.ephemeral:
        value = as_ephemeral(value, address, declaration.declared.place)
    given = passed is not None and (not passed.value.is_null or declaration.nullable)
    return Variable(
        address=address,
        module=instance.address,
        name=declaration.name,
        type=declaration.type,
        value=value.marked(sensitive=declaration.sensitive),
        place=declaration.declared.place,
        given=passed.place if passed is not None and given else None,
        dropped=tuple(
            Dropped(path=f"{declaration.name}{d.path}", passed_at=d.passed_at, type_at=d.type_at) for d in dropped
        ),
        sensitive=declaration.sensitive,
    )


def as_ephemeral(value: Value, address: str, place: Place) -> Value:
    """The value, and every part of it, with a hop that says that Terraform keeps it nowhere."""
    content = value.content
    if isinstance(content, tuple):
        content = tuple(as_ephemeral(item, address, place) for item in content)
    elif isinstance(content, Mapping):
        content = {key: as_ephemeral(item, address, place) for key, item in content.items()}
    parents = (value.origin,) if value.origin is not None else ()
    return replace(value, content=content, origin=Origin(Step.EPHEMERAL, address, place, parents))


def broken_variable(instance: ModuleInstance, declaration: VariableDeclaration, because: str) -> Variable:
    """A variable whose value cannot be worked out."""
    return Variable(
        address=instance.address_of(f"var.{declaration.name}"),
        module=instance.address,
        name=declaration.name,
        type=declaration.type,
        value=unknown(declaration.type, because),
        place=declaration.declared.place,
        sensitive=declaration.sensitive,
    )


def _given(
    instance: ModuleInstance,
    declaration: VariableDeclaration,
    passed: Passed | None,
    dropped: list[Dropping],
    address: str,
) -> Value:
    if passed is None or (passed.value.is_null and not declaration.nullable):
        if declaration.default is not None:
            return declaration.default
        if passed is None:
            because = instance.missing(declaration)
            return unknown(declaration.type, because)
        summary = f"{address} may not be null"
        instance.diagnostics.append(Diagnostic(severity="error", summary=summary, place=passed.place))
        return unknown(declaration.type, summary)
    try:
        return convert(passed.value, declaration.type, dropped=dropped, type_at=declaration.type_at)
    except EvaluationError as error:
        secret = declaration.sensitive or contains_sensitive(passed.value)
        what = "the sensitive value does not fit its type" if secret else error.summary
        summary = f"unsuitable value for {address}: {what}"
        place = passed.place or declaration.declared.place
        instance.diagnostics.append(
            Diagnostic(severity="error", summary=summary, place=place, detail=_declared_at(declaration))
        )
        return unknown(declaration.type, summary)


def _declared_at(declaration: VariableDeclaration) -> str:
    return f"its type is at {declaration.type_at}" if declaration.type_at else ""
