"""Resources: the instances of one resource or data source block, with their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from verifier.hcl.frozen import field, frozen
from verifier.hcl.origin import Origin, Step
from verifier.hcl.source import Diagnostic, Place
from verifier.hcl.types import ANY
from verifier.hcl.values import JSON, Unknown, Value, object_, tuple_, unknown
from verifier.terraform.addresses import keyed
from verifier.terraform.blocks import referable, resource_values
from verifier.terraform.bound import bind, bindings
from verifier.terraform.builtin import terraform_data
from verifier.terraform.conditions import postconditions, preconditions
from verifier.terraform.declarations import Declared
from verifier.terraform.expand import Member, expand
from verifier.terraform.plan import Instance, Key, Planned, Presence, Undetermined
from verifier.terraform.presence import inherited
from verifier.terraform.providers import provider_of
from verifier.terraform.scope import Context

if TYPE_CHECKING:
    from verifier.terraform.instance import ModuleInstance


@frozen(eq=False)
class ResourceExpansion:
    """A block's planned instances by key, or the one that stands for it while it is absent or undetermined.

    `value` is what a reference to the block sees. `otherwise` are the instances that an absent block would have if its
    condition came out the other way.
    """

    presence: Presence
    values: Mapping[Key, Value]
    value: Value
    otherwise: Mapping[Key, Value] = field(default_factory=dict)


def relative_address(name: tuple[str, str, str]) -> str:
    """`azurerm_x.y`, or `data.azurerm_x.y`."""
    mode, of_type, label = name
    return f"{of_type}.{label}" if mode == "managed" else f"{mode}.{of_type}.{label}"


def broken_resource(because: str, place: Place) -> ResourceExpansion:
    """A block whose instances cannot be worked out."""
    waits = Unknown(because)
    return ResourceExpansion(Undetermined(waits, "", place, ()), {None: object_({})}, Value(ANY, waits))


def expand_resource(instance: ModuleInstance, name: tuple[str, str, str], declared: Declared) -> ResourceExpansion:
    """The instances of a resource block in its module instance."""
    address = instance.address_of(relative_address(name))
    expansion = expand(declared, Context(instance))
    if isinstance(expansion.presence, Planned) and instance.planned:
        contexts = {m.key: Context(instance, m.names) for m in expansion.members}
        values = {key: _planned_values(declared, address, key, context) for key, context in contexts.items()}
        seen = {key: _seen(instance, name, declared, key, value) for key, value in values.items()}
        for key, context in contexts.items():
            postconditions(declared, address, context, seen[key], address=keyed(address, key), key=key)
        return ResourceExpansion(expansion.presence, values, _collected(expansion.repeated, seen))
    presence = expansion.presence if instance.planned else instance.standing
    ignored: list[Diagnostic] = []
    values = {None: _shadow_values(instance, declared, expansion.shadow, ignored)}
    if isinstance(expansion.presence, Undetermined):
        waits = inherited(address, expansion.presence)
        because = waits.because if isinstance(waits, Undetermined) else expansion.presence.because
        return ResourceExpansion(presence, values, Value(ANY, because))
    if isinstance(expansion.presence, Planned):
        return ResourceExpansion(presence, values, unknown(ANY, f"{address} is not planned"))
    otherwise = {m.key: _shadow_values(instance, declared, m, ignored) for m in expansion.otherwise}
    return ResourceExpansion(presence, values, _collected(expansion.repeated, {}), otherwise)


def _planned_values(declared: Declared, address: str, key: Key, context: Context) -> Value:
    preconditions(declared, address, context, address=keyed(address, key), key=key)
    return resource_values(declared, context)


def _shadow_values(instance: ModuleInstance, declared: Declared, shadow: Member, ignored: list[Diagnostic]) -> Value:
    """What an instance would be given if it existed; errors in it are none, since nothing evaluates it."""
    return resource_values(declared, Context(instance, shadow.names, ignored))


def _seen(instance: ModuleInstance, name: tuple[str, str, str], declared: Declared, key: Key, given: Value) -> Value:
    address = keyed(instance.address_of(relative_address(name)), key)
    origin = Origin(Step.REFERENCE, address, declared.place)
    if declared.block.labels[0] == "terraform_data" and declared.block.type == "resource":
        value = terraform_data(given, address, origin, instance.run.imported.get(address))
    else:
        value = referable(given, address, origin)
    follows = _following(instance, name, declared, key, given)
    for found in (bindings(follows).get(address), instance.run.bindings.get(address)):
        value = bind(value, address, found) if found else value
    return value


def _following(
    instance: ModuleInstance, name: tuple[str, str, str], declared: Declared, key: Key, given: Value
) -> Mapping[str, JSON]:
    """What the run is told of an instance's attributes, now that its arguments are known."""
    run = instance.run
    if run.following is None:
        return {}
    mode, of_type, label = name
    follows = run.following(
        Instance(
            address=keyed(instance.address_of(relative_address(name)), key),
            module=instance.address,
            mode="managed" if mode == "managed" else "data",
            type=of_type,
            name=label,
            key=key,
            provider=provider_of(instance, declared, of_type),
            place=declared.place,
            presence=Planned(),
            values=given,
        )
    )
    run.followed.update(follows)
    return follows


def _collected(repeated: str, seen: Mapping[Key, Value]) -> Value:
    if not repeated:
        return seen[None]
    if repeated == "count":
        return tuple_(seen.values())
    return object_({str(key): value for key, value in seen.items()})
