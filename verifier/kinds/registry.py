"""The container registry: whether the images that jobs run in can be pulled over the public network."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.kinds.fact import Fact
from verifier.kinds.firewall import ENABLED, as_access
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """Terraform: azurerm_container_registry, azapi_resource. Live: Microsoft.ContainerRegistry/registries.

    `public_access` is Enabled or Disabled; left out, it is Enabled.
    """

    name: Fact[str]
    public_access: Fact[str]


def _stated(says: Stated) -> Registry:
    return Registry(
        name=says.text("name", "name"),
        public_access=says.fact(
            "public_network_access_enabled",
            "public_network_access_enabled",
            read=as_access,
            otherwise=ENABLED,
            arm=("properties", "publicNetworkAccess"),
        ),
    )


def _served(document: Document) -> Registry:
    return Registry(
        name=document.text("name", "name"),
        public_access=document.text("publicNetworkAccess", "properties", "publicNetworkAccess", otherwise=ENABLED),
    )


REGISTRY = Kind(
    noun="container registry",
    arm_type="Microsoft.ContainerRegistry/registries",
    terraform_types=("azurerm_container_registry",),
    from_terraform=_stated,
    from_document=_served,
)
