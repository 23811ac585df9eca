"""Survey: everything in a tree of module instances, as the static plan lists it."""

from __future__ import annotations

from collections.abc import Mapping

from verifier.hcl.ephemeral import is_ephemeral
from verifier.hcl.frozen import field, frozen, slotted
from verifier.hcl.nodes import TupleConstructor
from verifier.hcl.origin import Origin, Step
from verifier.hcl.source import Diagnostic, Place
from verifier.hcl.values import Value, contains_sensitive
from verifier.terraform.addresses import keyed, natural
from verifier.terraform.block_reads import block_reads
from verifier.terraform.blocks import resource_values
from verifier.terraform.calls import CallExpansion
from verifier.terraform.conditions import checked, preconditions, validate
from verifier.terraform.declarations import Declared, literal_flag
from verifier.terraform.instance import ModuleInstance
from verifier.terraform.module import Module
from verifier.terraform.plan import Absent, Check, Instance, ModuleCall, Planned, Variable
from verifier.terraform.presence import with_reads
from verifier.terraform.providers import provider_of
from verifier.terraform.reads import traversal_text
from verifier.terraform.resources import relative_address
from verifier.terraform.scope import Context

_PROVIDER_META = frozenset({"alias", "version"})


@frozen()
class Survey:
    """What was found, sorted by address."""

    instances: tuple[Instance, ...]
    variables: tuple[Variable, ...]
    outputs: Mapping[str, Value]
    providers: Mapping[str, Value]
    modules: tuple[ModuleCall, ...]
    checks: tuple[Check, ...]


@slotted()
class _Found:
    instances: list[Instance] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    providers: dict[str, Value] = field(default_factory=dict)
    modules: list[ModuleCall] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)


def survey(root: ModuleInstance) -> Survey:
    """Work out everything below the root module's instance."""
    found = _Found()
    _visit(root, found)
    return Survey(
        instances=tuple(sorted(found.instances, key=lambda i: natural(i.address))),
        variables=tuple(sorted(found.variables, key=lambda v: natural(v.address))),
        outputs=_outputs(root),
        providers=dict(sorted(found.providers.items())),
        modules=tuple(sorted(found.modules, key=lambda m: natural(m.address))),
        checks=tuple(sorted(found.checks, key=lambda c: natural(c.address))),
    )


def _visit(instance: ModuleInstance, found: _Found) -> None:
    absent = isinstance(instance.standing, Absent)
    if not absent:
        _variables(instance, found)
    for name in instance.content.declarations.locals:
        instance.local(name)
    for labels, declared in instance.content.declarations.of("provider"):
        found.providers[instance.address_of(labels[0])] = provider_values(instance, labels[0], declared)
    for block_type, mode in (("resource", "managed"), ("data", "data")):
        for (of_type, name), declared in instance.content.declarations.of(block_type):
            _resource(instance, (mode, of_type, name), declared, found)
    for labels, declared in instance.content.declarations.of("output"):
        _output(instance, labels[0], declared)
    if instance.planned:
        for (name,), declared in instance.content.declarations.of("check"):
            address = instance.address_of(f"check.{name}")
            found.checks.append(checked(address, instance.address, declared, Context(instance)))
    for name in instance.module.calls:
        expansion = instance.call(name)
        if expansion is not None:
            _call(instance, name, expansion, found)


def provider_values(instance: ModuleInstance, name: str, declared: Declared) -> Value:
    """What a provider block gives its provider, which is named with the alias, if it has one."""
    values = resource_values(declared, Context(instance), leave_out=_PROVIDER_META)
    return values.from_origin(Origin(Step.LITERAL, f'provider "{name}"', declared.place))


def _outputs(instance: ModuleInstance | None) -> dict[str, Value]:
    names = sorted(labels[0] for labels, _ in instance.content.declarations.of("output")) if instance else []
    return {name: value for name in names if instance and (value := instance.output(name)) is not None}


def _variables(instance: ModuleInstance, found: _Found) -> None:
    for name, declaration in instance.content.variables.items():
        variable = instance.planned_variable(name)
        if variable is not None:
            found.variables.append(variable)
            if instance.run.ephemeral and not declaration.ephemeral and is_ephemeral(variable.value):
                _kept(instance, variable.address, variable.given or variable.place)
            validate(declaration, Context(instance))


def _output(instance: ModuleInstance, name: str, declared: Declared) -> None:
    value = instance.output(name)
    if not isinstance(instance.standing, Absent):
        address = instance.address_of(f"output.{name}")
        preconditions(declared, instance.address_of(f"output {name}"), Context(instance), address=address)
    if not instance.address and literal_flag(declared.argument("ephemeral"), otherwise=False):
        summary = f"output {name} is ephemeral, which outputs of the root module cannot be"
        instance.diagnostics.append(Diagnostic(severity="error", summary=summary, place=declared.place))
    may_be = literal_flag(declared.argument("ephemeral"), otherwise=False)
    if instance.run.ephemeral and not may_be and value is not None and is_ephemeral(value):
        _kept(instance, instance.address_of(f"output {name}"), declared.place)
    sensitive = literal_flag(declared.argument("sensitive"), otherwise=False)
    if value is not None and not instance.address and not sensitive and contains_sensitive(value):
        instance.diagnostics.append(
            Diagnostic(
                severity="error",
                summary=f"output {name} would show a sensitive value",
                place=declared.place,
                next_step="set sensitive = true in the output",
            )
        )


def _kept(instance: ModuleInstance, what: str, place: Place) -> None:
    instance.diagnostics.append(
        Diagnostic(
            severity="error",
            summary=f"{what} is given an ephemeral value, which Terraform keeps nowhere",
            place=place,
            next_step="declare it with ephemeral = true, or pass another value",
        )
    )


def _call(instance: ModuleInstance, name: str, expansion: CallExpansion, found: _Found) -> None:
    call = instance.module.calls[name]
    found.modules.append(
        ModuleCall(
            address=instance.address_of(f"module.{name}"),
            source=call.source,
            place=call.declared.place,
            resolved=isinstance(call.target, Module),
            presence=expansion.presence,
            outputs=_outputs(expansion.instances.get(None)),
        )
    )
    below = [expansion.shadow] if expansion.shadow is not None else list(expansion.instances.values())
    for child in below:
        _visit(child, found)


def _resource(instance: ModuleInstance, name: tuple[str, str, str], declared: Declared, found: _Found) -> None:
    expansion = instance.resource(name)
    if expansion is None:
        return
    mode, of_type, label = name
    address = instance.address_of(relative_address(name))
    call_reads = instance.standing.reads if isinstance(instance.standing, Planned) else ()
    presence = with_reads(expansion.presence, call_reads)
    provider = provider_of(instance, declared, of_type)
    depends_on = _depends_on(instance, declared)
    looked_at = block_reads(Context(instance), declared)
    if instance.run.ephemeral and of_type == "terraform_data":  # a provider's own may take such values
        for values in expansion.values.values():
            if is_ephemeral(values):
                _kept(instance, address, declared.place)
    found.instances.extend(
        Instance(
            address=keyed(address, key),
            module=instance.address,
            mode="managed" if mode == "managed" else "data",
            type=of_type,
            name=label,
            key=key,
            provider=provider,
            place=declared.place,
            presence=presence,
            values=values,
            depends_on=depends_on,
            reads=looked_at,
            would_be={keyed(address, k): v for k, v in expansion.otherwise.items()},
        )
        for key, values in expansion.values.items()
    )


def _depends_on(instance: ModuleInstance, declared: Declared) -> tuple[str, ...]:
    found = declared.argument("depends_on")
    if found is None or not isinstance(found[1].expression, TupleConstructor):
        return ()
    texts = (traversal_text(item) for item in found[1].expression.items)
    return tuple(instance.address_of(text) for text in texts if text)
