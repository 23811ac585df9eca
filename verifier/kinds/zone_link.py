"""The DNS zone link: which network asks a private zone."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.kinds.compare import exactly, same_arm_id
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated

COMPLETED = "Completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneLink:
    """Terraform: azurerm_private_dns_zone_virtual_network_link, azapi_resource.
    Live: Microsoft.Network/privateDnsZones/virtualNetworkLinks.

    `network_id` is the network whose machines ask the zone, `registers` whether these are entered in it. `state` is
    Completed or InProgress, and nothing that Terraform says; left out it is Completed (REST reference of private DNS,
    Virtual Network Links).
    """

    name: Fact[str]
    network_id: Fact[str]
    registers: Fact[bool]
    state: Fact[str]

    @property
    def is_made(self) -> bool:
        """Whether the network asks the zone by now."""
        return self.state.value.casefold() == COMPLETED.casefold()


def _stated(says: Stated) -> ZoneLink:
    return ZoneLink(
        name=says.text("name", "name"),
        network_id=says.text("virtual_network_id", "virtual_network_id", arm=("properties", "virtualNetwork", "id")),
        registers=says.flag(
            "registration_enabled",
            "registration_enabled",
            otherwise=False,
            arm=("properties", "registrationEnabled"),
        ),
        state=Fact(name="virtualNetworkLinkState", content="", stated=False),
    )


def _served(document: Document) -> ZoneLink:
    return ZoneLink(
        name=document.text("name", "name"),
        network_id=document.always("virtualNetwork.id", "properties", "virtualNetwork", "id"),
        registers=document.flag("registrationEnabled", "properties", "registrationEnabled", otherwise=False),
        state=document.text("virtualNetworkLinkState", "properties", "virtualNetworkLinkState", otherwise=COMPLETED),
    )


ZONE_LINK = Kind(
    noun="DNS zone link",
    arm_type="Microsoft.Network/privateDnsZones/virtualNetworkLinks",
    terraform_types=("azurerm_private_dns_zone_virtual_network_link",),
    from_terraform=_stated,
    from_document=_served,
    compares={"network_id": same_arm_id, "registers": exactly},
)
