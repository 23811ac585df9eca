"""The AKS cluster: its OIDC issuer and whether workload identity is on."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.kinds.compare import exactly
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Terraform: azurerm_kubernetes_cluster, azapi_resource. Live: Microsoft.ContainerService/managedClusters.

    `issuer` compares byte for byte, trailing slash included; ARM spells it `issuerURL`.
    """

    name: Fact[str]
    oidc_issuer_enabled: Fact[bool]
    workload_identity_enabled: Fact[bool]
    issuer: Fact[str]


def _stated(says: Stated) -> Cluster:
    return Cluster(
        name=says.text("name", "name"),
        oidc_issuer_enabled=says.flag(
            "oidc_issuer_enabled",
            "oidc_issuer_enabled",
            otherwise=False,
            arm=("properties", "oidcIssuerProfile", "enabled"),
        ),
        workload_identity_enabled=says.flag(
            "workload_identity_enabled",
            "workload_identity_enabled",
            otherwise=False,
            arm=("properties", "securityProfile", "workloadIdentity", "enabled"),
        ),
        issuer=says.computed("oidc_issuer_url", "output.properties.oidcIssuerProfile.issuerURL"),
    )


def _served(document: Document) -> Cluster:
    return Cluster(
        name=document.text("name", "name"),
        oidc_issuer_enabled=document.flag(
            "oidcIssuerProfile.enabled", "properties", "oidcIssuerProfile", "enabled", otherwise=False
        ),
        workload_identity_enabled=document.flag(
            "securityProfile.workloadIdentity.enabled",
            "properties",
            "securityProfile",
            "workloadIdentity",
            "enabled",
            otherwise=False,
        ),
        issuer=document.text("oidcIssuerProfile.issuerURL", "properties", "oidcIssuerProfile", "issuerURL"),
    )


CLUSTER = Kind(
    noun="cluster",
    arm_type="Microsoft.ContainerService/managedClusters",
    terraform_types=("azurerm_kubernetes_cluster",),
    from_terraform=_stated,
    from_document=_served,
    computed={
        "oidc_issuer_url": ("properties", "oidcIssuerProfile", "issuerURL"),
        "output.properties.oidcIssuerProfile.issuerURL": ("properties", "oidcIssuerProfile", "issuerURL"),
        "node_resource_group": ("properties", "nodeResourceGroup"),
        "fqdn": ("properties", "fqdn"),
        "identity[0].principal_id": ("identity", "principalId"),
        "kubelet_identity[0].object_id": ("properties", "identityProfile", "kubeletidentity", "objectId"),
        "kubelet_identity[0].client_id": ("properties", "identityProfile", "kubeletidentity", "clientId"),
    },
    compares={"oidc_issuer_enabled": exactly, "workload_identity_enabled": exactly},
)
