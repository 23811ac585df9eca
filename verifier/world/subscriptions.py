"""Which subscription a resource is built in: that of the provider configuration which it uses."""

from __future__ import annotations

from collections.abc import Mapping

from verifier.hcl.values import Unknown, Value
from verifier.kinds.fact import NotKnown
from verifier.terraform.plan import Instance


def subscription_of(instance: Instance, providers: Mapping[str, Value], *, otherwise: str) -> str:
    """The subscription that an aliased provider names; `otherwise`, the run's, for any other.

    Raises NotKnown where a provider's subscription is known only after apply.
    """
    if "." not in instance.provider:
        return otherwise
    block = providers.get(instance.provider)
    content = block.content if block is not None else None
    said = content.get("subscription_id") if isinstance(content, Mapping) else None
    if said is None or said.is_null:
        return otherwise
    if isinstance(said.content, Unknown) or not isinstance(said.content, str):
        raise NotKnown(f"the subscription of provider {instance.provider} is not known before apply")
    return said.content
