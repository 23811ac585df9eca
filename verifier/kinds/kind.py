"""What a kind is: a noun, how each side names and says it, and which computed attributes live can fill in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from verifier.kinds.served import Document
from verifier.kinds.stated import Stated

if TYPE_CHECKING:
    from verifier.terraform.plan import Instance

K_co = TypeVar("K_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[K_co]):
    """One sort of thing that both sides have.

    `arm_type` is empty for Kubernetes kinds. `computed` maps Terraform attributes that are known only after apply
    (`identity[0].principal_id`) to the path in the live document that has them.
    """

    noun: str
    arm_type: str = ""
    terraform_types: tuple[str, ...] = ()
    from_terraform: Callable[[Stated], K_co]
    from_document: Callable[[Document], K_co]
    computed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def states(self, instance: Instance) -> bool:
        """Whether a Terraform instance is of this kind; an azapi_resource is by its `type`."""
        return (
            instance.type in self.terraform_types or azapi_type(instance).casefold() == self.arm_type.casefold() != ""
        )


def azapi_type(instance: Instance) -> str:
    """The ARM type of an azapi_resource without its api-version; empty for anything else or when unknown."""
    if instance.type != "azapi_resource":
        return ""
    declared = Stated(instance).text("type", "type")
    return declared.value.partition("@")[0] if declared.known else ""


def is_azapi(stated: Stated) -> bool:
    """Whether the instance is an azapi_resource, whose properties stand in `body`."""
    return stated.instance.type == "azapi_resource"
