"""What a kind is: a noun, how each side names and says it, and which computed attributes live can fill in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from verifier.kinds.besides import Beside
from verifier.kinds.compare import Same
from verifier.kinds.manifest import manifest_kind
from verifier.kinds.served import Document
from verifier.kinds.stated import ACTING, AZAPI, UPDATING, Stated

if TYPE_CHECKING:
    from verifier.terraform.plan import Instance

K_co = TypeVar("K_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[K_co]):
    """One sort of thing that both sides have.

    `arm_type` is empty for Kubernetes kinds, `manifest` for all others: it is the `kind` of the object's manifest.
    `beside` are Terraform types that say more of a thing made elsewhere. What is `written_on` objects of these kinds is
    of this kind only there. `computed` maps Terraform attributes that are
    known only after apply (`identity[0].principal_id`) to the path in the live document that has them. `compares` maps
    the fields that must be the same on both sides, wherever Terraform states them, to how they compare; a field of a
    field is `firewall.bypass`. `holds` maps fields that hold things of another kind, which compare as that does, each
    with the one of its name. `besides` are further fields that compare, and that the thing has under that name.
    `aliases` maps those of the compared fields that Azure Policy can keep as they are to the name under which policies
    look at them (Microsoft Learn, "Azure Policy definition structure: aliases").
    """

    noun: str
    arm_type: str = ""
    manifest: str = ""
    terraform_types: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    written_on: frozenset[str] = frozenset()
    from_terraform: Callable[[Stated], K_co]
    from_document: Callable[[Document], K_co]
    computed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    compares: Mapping[str, Same] = field(default_factory=dict)
    holds: Mapping[str, Kind[object]] = field(default_factory=dict)
    besides: tuple[Beside, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)

    def states(self, instance: Instance) -> bool:
        """Whether a Terraform instance is of this kind; an azapi_resource by its `type`, a manifest by its `kind`."""
        if instance.type == "azapi_resource":
            return self._is_arm_type(instance)
        if self.written_on and instance.type in self.terraform_types:
            target = Stated(instance).text("kind", "kind")
            return not target.known or target.value in self.written_on
        return instance.type in self.terraform_types or manifest_kind(instance) == self.manifest != ""

    def updates(self, instance: Instance) -> bool:
        """Whether a Terraform instance says more of a thing of this kind that is made elsewhere."""
        return instance.type in self.beside or (_updates(instance) and self._is_arm_type(instance))

    def _is_arm_type(self, instance: Instance) -> bool:
        return azapi_type(instance).casefold() == self.arm_type.casefold() != ""


def _updates(instance: Instance) -> bool:
    """Whether it is of azapi and writes what it names; an action of that name (`listKeys`) or another method does not.

    An azapi_resource_action that leaves its method out posts (azapi's documentation).
    """
    if instance.type != ACTING or instance.mode != "managed":
        return instance.type == UPDATING
    action, method = (Stated(instance).text(name, name) for name in ("action", "method"))
    return not action.stated and (not method.known or method.value.upper() in {"PATCH", "PUT"})


def azapi_type(instance: Instance) -> str:
    """The ARM type that an azapi resource says, without its api-version; empty for anything else or when unknown."""
    if instance.type not in AZAPI:
        return ""
    declared = Stated(instance).text("type", "type")
    return declared.value.partition("@")[0] if declared.known else ""
