"""Calls: the instances of a module call, and what they are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from verifier.hcl.frozen import frozen
from verifier.hcl.nodes import Argument, ObjectConstructor, TupleConstructor
from verifier.hcl.origin import Origin, Step
from verifier.hcl.source import Diagnostic, Place
from verifier.hcl.types import ANY, ObjectOf, Type
from verifier.hcl.values import Unknown, Value, object_, tuple_, unknown
from verifier.terraform.addresses import keyed
from verifier.terraform.expand import Expansion, Member, expand
from verifier.terraform.files import SourceFile
from verifier.terraform.module import Call, Module
from verifier.terraform.plan import Absent, Key, Presence, Undetermined
from verifier.terraform.presence import inherited
from verifier.terraform.scope import Context
from verifier.terraform.variable_values import Passed
from verifier.terraform.variables import VariableDeclaration, shortened

if TYPE_CHECKING:
    from verifier.terraform.instance import ModuleInstance

META = frozenset({"source", "version", "count", "for_each", "depends_on", "providers"})


class LazyMapping(Mapping[str, "Value"]):
    """A module's outputs by name, each worked out when it is looked at: one output may depend on another's use."""

    __slots__ = ("_get", "_names")

    def __init__(self, names: tuple[str, ...], get: Callable[[str], Value | None]) -> None:
        self._names = names
        self._get = get

    def __getitem__(self, name: str) -> Value:
        value = self._get(name) if name in self._names else None
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _LazyTypes(Mapping[str, "Type"]):
    """The types of a lazy mapping's values."""

    __slots__ = ("_values",)

    def __init__(self, values: LazyMapping) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Type:
        return self._values[name].type

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@frozen(eq=False)
class CallExpansion:
    """A module call's instances, and what `module.x` stands for.

    `only` is the instance of a call without count and for_each. A call that is absent or undetermined has a shadow
    instance, from which it can be said what is below it.
    """

    presence: Presence
    instances: Mapping[Key, ModuleInstance]
    only: ModuleInstance | None
    shadow: ModuleInstance | None
    value: Value


class CallArguments:
    """What a module call passes, evaluated in the calling module for one instance of the call."""

    def __init__(self, caller: ModuleInstance, call: Call, member: Member, diagnostics: list[Diagnostic]) -> None:
        self.caller = caller
        self.call = call
        self.context = Context(caller, member.names, diagnostics)

    def passed(self, declaration: VariableDeclaration) -> Passed | None:
        """The value passed for a variable of the called module."""
        found = self.call.declared.argument(declaration.name)
        if found is None:
            return None
        file, argument = found
        place = file.place(argument.span)
        value = self.context.evaluate(file, argument.expression)
        parents = (value.origin,) if value.origin is not None else ()
        origin = Origin(Step.MODULE_ARGUMENT, argument_text(file, argument), place, parents)
        return Passed(value.from_origin(origin), place)

    def missing(self, declaration: VariableDeclaration, address: str) -> Diagnostic | None:  # noqa: ARG002
        """Nothing: what a call leaves out is said of the call, whatever its count."""
        return None


def argument_text(file: SourceFile, argument: Argument) -> str:
    """A module argument as people say it: `azureml_config = {…}`."""
    if isinstance(argument.expression, ObjectConstructor):
        return f"{argument.name} = {{…}}"
    if isinstance(argument.expression, TupleConstructor):
        return f"{argument.name} = […]"
    return shortened(f"{argument.name} = {file.excerpt(argument.expression.span)}")


def expand_call(caller: ModuleInstance, call: Call) -> CallExpansion:
    """The instances of a module call in its calling module."""
    address = caller.address_of(f"module.{call.name}")
    expansion = expand(call.declared, Context(caller))
    presence = inherited(address, expansion.presence)
    if not isinstance(call.target, Module):
        because = f"module {call.name} {call.target.because}"
        return CallExpansion(presence, {}, None, None, unknown(ANY, because))
    target = call.target
    _check_arguments(caller, call, target)
    if not caller.planned:
        return _shadowed(caller, call, target, expansion, caller.standing)
    if isinstance(presence, Absent | Undetermined):
        return _shadowed(caller, call, target, expansion, presence)
    instances: dict[Key, ModuleInstance] = {
        member.key: caller.below(target, keyed(address, member.key), call, member, expansion.presence)
        for member in expansion.members
    }
    if not expansion.repeated:
        only = instances[None]
        return CallExpansion(presence, instances, only, None, outputs_of(only))
    return CallExpansion(presence, instances, None, None, _collected(expansion, instances))


def broken_call(because: str, place: Place) -> CallExpansion:
    """A module call whose instances cannot be worked out."""
    waits = Unknown(because)
    return CallExpansion(Undetermined(waits, "", place, ()), {}, None, None, Value(ANY, waits))


def outputs_of(instance: ModuleInstance) -> Value:
    """The object of a module instance's outputs, none of them worked out yet."""
    declared = instance.content.declarations.of("output")
    names = tuple(labels[0] for labels, output in declared if output.argument("value") is not None)
    outputs = LazyMapping(names, instance.output)
    return Value(ObjectOf(_LazyTypes(outputs)), outputs)


def _collected(expansion: Expansion, instances: Mapping[Key, ModuleInstance]) -> Value:
    values = {key: outputs_of(instance) for key, instance in instances.items()}
    if expansion.repeated == "count":
        return tuple_(values.values())
    return object_({str(key): value for key, value in values.items()})


def _shadowed(
    caller: ModuleInstance, call: Call, target: Module, expansion: Expansion, standing: Presence
) -> CallExpansion:
    address = caller.address_of(f"module.{call.name}")
    shadow = caller.below(target, address, call, expansion.shadow, standing)
    if not expansion.repeated:
        return CallExpansion(standing, {}, shadow, shadow, outputs_of(shadow))
    if isinstance(expansion.presence, Absent):
        return CallExpansion(standing, {}, None, shadow, _collected(expansion, {}))
    because = standing.because if isinstance(standing, Undetermined) else Unknown(f"{address} is absent")
    return CallExpansion(standing, {}, None, shadow, Value(ANY, because))


def _check_arguments(caller: ModuleInstance, call: Call, target: Module) -> None:
    """Say which required variables the call leaves out, and what it passes that is none."""
    variables = target.content.variables
    for name, declaration in variables.items():
        if declaration.default is None and call.declared.argument(name) is None:
            summary = f"module {call.name} is not passed {name}, which has no default"
            detail = f"variable {name} is declared at {declaration.declared.place}"
            caller.diagnostics.append(
                Diagnostic(
                    severity="error",
                    summary=summary,
                    place=call.declared.place,
                    detail=detail,
                    next_step=f"pass {name}",
                )
            )
    for file, argument in call.declared.arguments():
        if argument.name not in META and argument.name not in variables and not target.content.unsound:
            summary = f"module {call.name} is passed {argument.name}, and declares no such variable"
            place = file.place(argument.span)
            caller.diagnostics.append(Diagnostic(severity="error", summary=summary, place=place))
