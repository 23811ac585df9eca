"""Providers: which provider configuration a resource uses, followed through the calls that pass it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier.hcl.nodes import Literal, ObjectConstructor
from verifier.hcl.source import Diagnostic
from verifier.terraform.calls import CallArguments
from verifier.terraform.declarations import Declared
from verifier.terraform.reads import traversal_text

if TYPE_CHECKING:
    from verifier.terraform.instance import ModuleInstance


def provider_of(instance: ModuleInstance, declared: Declared, resource_type: str) -> str:
    """The provider configuration as StaticPlan.providers names it: `azurerm`, `azurerm.alias`.

    A configuration in a child module itself has that module's address in front.
    """
    found = declared.argument("provider")
    local = traversal_text(found[1].expression) if found is not None else ""
    if "[" in local:
        summary = f"{local} is no provider: a provider is named NAME or NAME.ALIAS"
        instance.diagnostics.append(Diagnostic(severity="error", summary=summary, place=declared.place))
    return _configured(instance, local or resource_type.split("_", 1)[0], declared)


def _configured(instance: ModuleInstance, local: str, declared: Declared) -> str:
    if ("provider", local) in instance.content.declarations.named:
        return instance.address_of(local)
    giver = instance.giver
    if isinstance(giver, CallArguments):
        return _configured(giver.caller, _passed(giver, local), declared)
    if "." in local and not instance.content.unsound:  # one without an alias needs no block of its own
        instance.diagnostics.append(
            Diagnostic(severity="error", summary=f"provider {local} is not configured", place=declared.place)
        )
    return local


def _passed(giver: CallArguments, local: str) -> str:
    """The caller's name for a provider that the call passes on; the same name when it says nothing."""
    found = giver.call.declared.argument("providers")
    if found is None or not isinstance(found[1].expression, ObjectConstructor):
        return local
    for item in found[1].expression.items:
        key = item.key.value if isinstance(item.key, Literal) else traversal_text(item.key)
        if key == local:
            return traversal_text(item.value) or local
    return local
