"""The AKS cluster: who its pods are to others, who may reach its API server and how, and what nodes it has."""

from __future__ import annotations

from dataclasses import dataclass, field

from verifier.hcl.values import JSON, Unknown
from verifier.kinds.besides import LOCATION, Beside, Besides, served_besides, stated_besides
from verifier.kinds.compare import exactly, same_addresses, same_word
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.node_pool import NODE_POOL, NodePool, default_pool, profiles, served_profiles
from verifier.kinds.served import TEXT, Document
from verifier.kinds.stated import Stated, as_text

MANAGED = "msi"
"""What stands for a service principal's client id where a cluster has a managed identity."""

NO_STATE: Fact[str] = Fact(name="provisioningState", content="", stated=False)
NO_PROVISIONING: Fact[bool] = Fact(name="nodeProvisioningProfile.mode", content=False, stated=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Terraform: azurerm_kubernetes_cluster, azapi_resource. Live: Microsoft.ContainerService/managedClusters.

    `issuer` compares byte for byte, trailing slash included; ARM spells it `issuerURL`. `service_principal` is its
    client id, empty for a cluster with a managed identity. `power_state` is Running or Stopped, and nothing that
    Terraform says; nor is `provisioning_state`, how the last thing ended that was done to the cluster.
    `authorized_ranges` are CIDR ranges, none where the API server lets in every address. `pools` are those that the
    cluster itself says: an azurerm_kubernetes_cluster_node_pool stands alone. `makes_nodes` is node auto provisioning:
    nodes are made for pods that wait, in no pool.
    """

    name: Fact[str]
    oidc_issuer_enabled: Fact[bool]
    workload_identity_enabled: Fact[bool]
    issuer: Fact[str]
    local_accounts_disabled: Fact[bool]
    power_state: Fact[str]
    authorized_ranges: Fact[tuple[str, ...]]
    private: Fact[bool]
    identity_type: Fact[str]
    service_principal: Fact[str]
    kubelet_principal: Fact[str]
    azure_rbac: Fact[bool]
    pools: Fact[tuple[NodePool, ...]]
    makes_nodes: Fact[bool] = NO_PROVISIONING
    provisioning_state: Fact[str] = NO_STATE
    besides: Besides = field(default_factory=dict)


def is_public(cidr: str) -> bool:
    """Whether a range holds an address of the internet. `0.0.0.0/32` stands for the cluster's own outbound address.

    What is no range counts as public: whom it lets in is not known.
    """
    from ipaddress import ip_network

    try:
        network = ip_network(cidr.strip(), strict=False)
    except ValueError:
        return True
    return network.prefixlen == 0 or not (network.is_private or network.is_unspecified)


def _same_version(stated: object, served: object) -> bool:
    """Versions of Kubernetes, of which Terraform may say the minor one alone: AKS then chooses the patch."""
    return isinstance(served, str) and f"{served}.".startswith(f"{stated}.")


_NETWORK = ("properties", "networkProfile")
BESIDES = (
    LOCATION,
    Beside(argument=("dns_prefix",), arm=("properties", "dnsPrefix")),
    Beside(argument=("kubernetes_version",), arm=("properties", "kubernetesVersion"), same=_same_version),
    Beside(argument=("sku_tier",), arm=("sku", "tier"), otherwise="Free", left_out="Free"),
    Beside(argument=("role_based_access_control_enabled",), arm=("properties", "enableRBAC")),
    Beside(argument=("network_profile", 0, "network_plugin"), arm=(*_NETWORK, "networkPlugin")),
    Beside(argument=("network_profile", 0, "network_plugin_mode"), arm=(*_NETWORK, "networkPluginMode"), left_out=""),
    Beside(argument=("network_profile", 0, "network_policy"), arm=(*_NETWORK, "networkPolicy"), left_out=""),
    Beside(argument=("network_profile", 0, "network_data_plane"), arm=(*_NETWORK, "networkDataplane")),
    Beside(argument=("network_profile", 0, "outbound_type"), arm=(*_NETWORK, "outboundType")),
    Beside(argument=("network_profile", 0, "load_balancer_sku"), arm=(*_NETWORK, "loadBalancerSku")),
    Beside(argument=("network_profile", 0, "pod_cidr"), arm=(*_NETWORK, "podCidr")),
    Beside(argument=("network_profile", 0, "service_cidr"), arm=(*_NETWORK, "serviceCidr")),
    Beside(argument=("network_profile", 0, "dns_service_ip"), arm=(*_NETWORK, "dnsServiceIP")),
)


def _stated(says: Stated) -> Cluster:
    return Cluster(
        name=says.text("name", "name"),
        oidc_issuer_enabled=says.flag(
            "oidc_issuer_enabled",
            "oidc_issuer_enabled",
            otherwise=False,
            arm=("properties", "oidcIssuerProfile", "enabled"),
        ),
        workload_identity_enabled=says.set_anyway(
            says.flag(
                "workload_identity_enabled",
                "workload_identity_enabled",
                otherwise=False,
                arm=("properties", "securityProfile", "workloadIdentity", "enabled"),
            )
        ),
        issuer=says.computed("oidc_issuer_url", "output.properties.oidcIssuerProfile.issuerURL"),
        local_accounts_disabled=says.set_anyway(
            says.flag(
                "local_account_disabled",
                "local_account_disabled",
                otherwise=False,
                arm=("properties", "disableLocalAccounts"),
            )
        ),
        power_state=Fact(name="powerState", content="", stated=False),
        authorized_ranges=_ranges(says),
        private=says.set_anyway(
            says.flag(
                "private_cluster_enabled",
                "private_cluster_enabled",
                otherwise=False,
                arm=("properties", "apiServerAccessProfile", "enablePrivateCluster"),
            )
        ),
        identity_type=_identity_type(says),
        service_principal=says.fact(
            "service_principal.client_id",
            "service_principal",
            0,
            "client_id",
            read=_principal,
            otherwise="",
            arm=("properties", "servicePrincipalProfile", "clientId"),
        ),
        kubelet_principal=says.computed(
            "kubelet_identity[0].object_id", "output.properties.identityProfile.kubeletidentity.objectId"
        ),
        azure_rbac=says.flag(
            "azure_rbac_enabled",
            "azure_active_directory_role_based_access_control",
            0,
            "azure_rbac_enabled",
            otherwise=False,
            arm=("properties", "aadProfile", "enableAzureRBAC"),
        ),
        pools=profiles(says) if says.is_azapi else _own_pool(says),
        besides=stated_besides(says, BESIDES),
    )


def _ranges(says: Stated) -> Fact[tuple[str, ...]]:
    ranges = says.texts(
        "authorized_ip_ranges",
        "api_server_access_profile",
        0,
        "authorized_ip_ranges",
        arm=("properties", "apiServerAccessProfile", "authorizedIPRanges"),
    )
    # azurerm 3 had them beside the name
    return ranges if ranges.stated else says.texts("authorized_ip_ranges", "api_server_authorized_ip_ranges")


def _identity_type(says: Stated) -> Fact[str]:
    block = says.text("identity.type", "identity", 0, "type")
    in_body = says.text("body.identity.type", "body", "identity", "type")
    return block if block.stated or not in_body.stated else in_body


def _own_pool(says: Stated) -> Fact[tuple[NodePool, ...]]:
    pool = default_pool(says)
    return Fact(name="default_node_pool", content=(pool,), origin=pool.name.origin)


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
        local_accounts_disabled=document.flag(
            "disableLocalAccounts", "properties", "disableLocalAccounts", otherwise=False
        ),
        power_state=document.fact(
            "powerState.code",
            "properties",
            "powerState",
            "code",
            of=TEXT,
            read=as_text,
            otherwise=Unknown("the service does not say whether the cluster runs"),
        ),
        authorized_ranges=document.texts(
            "apiServerAccessProfile.authorizedIPRanges", "properties", "apiServerAccessProfile", "authorizedIPRanges"
        ),
        private=document.flag(
            "apiServerAccessProfile.enablePrivateCluster",
            "properties",
            "apiServerAccessProfile",
            "enablePrivateCluster",
            otherwise=False,
        ),
        identity_type=document.text("identity.type", "identity", "type"),
        service_principal=document.fact(
            "servicePrincipalProfile.clientId",
            "properties",
            "servicePrincipalProfile",
            "clientId",
            of=TEXT,
            read=_principal,
            otherwise="",
        ),
        kubelet_principal=document.text(
            "identityProfile.kubeletidentity.objectId", "properties", "identityProfile", "kubeletidentity", "objectId"
        ),
        azure_rbac=document.flag(
            "aadProfile.enableAzureRBAC", "properties", "aadProfile", "enableAzureRBAC", otherwise=False
        ),
        pools=served_profiles(document),
        makes_nodes=document.fact(
            "nodeProvisioningProfile.mode",
            "properties",
            "nodeProvisioningProfile",
            "mode",
            of=TEXT,
            read=lambda mode: same_word(as_text(mode), "Auto"),
            otherwise=False,
        ),
        provisioning_state=document.always("provisioningState", "properties", "provisioningState"),
        besides=served_besides(document, BESIDES),
    )


def _principal(value: JSON) -> str:
    text = as_text(value)
    return "" if same_word(text, MANAGED) else text


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
    compares={
        "oidc_issuer_enabled": exactly,
        "workload_identity_enabled": exactly,
        "local_accounts_disabled": exactly,
        "authorized_ranges": same_addresses,
        "private": exactly,
        "identity_type": same_word,
        "service_principal": same_word,
        "azure_rbac": exactly,
    },
    holds={"pools": NODE_POOL},
    aliases={
        "local_accounts_disabled": "Microsoft.ContainerService/managedClusters/disableLocalAccounts",
        "authorized_ranges": "Microsoft.ContainerService/managedClusters/apiServerAccessProfile.authorizedIPRanges",
        "private": "Microsoft.ContainerService/managedClusters/apiServerAccessProfile.enablePrivateCluster",
        "azure_rbac": "Microsoft.ContainerService/managedClusters/aadProfile.enableAzureRBAC",
    },
    besides=BESIDES,
)
