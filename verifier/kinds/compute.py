"""The Kubernetes compute: a cluster attached to a workspace, and the identity that its jobs run as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from verifier.hcl.values import JSON
from verifier.kinds.besides import LOCATION, Beside, Besides, served_besides, stated_besides
from verifier.kinds.compare import exactly, same_arm_id, same_arm_ids, same_word
from verifier.kinds.fact import Fact
from verifier.kinds.identity import NO_PRINCIPALS, assigned_identities, assigned_ids, noted_principals
from verifier.kinds.kind import Kind
from verifier.kinds.quantity import same_quantities
from verifier.kinds.served import OBJECTS, SETTINGS, TEXT, Document, Shape
from verifier.kinds.stated import Stated, as_text

BESIDES = (
    LOCATION,
    Beside(argument=("description",), arm=("properties", "description"), same=exactly, left_out=""),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceType:
    """A size that a job may ask for: the labels of the nodes that it runs on, what it asks for and may use at most.

    Quantities are strings as Kubernetes writes them: `100m`, `8Gi`, `1`.
    """

    node_selector: Mapping[str, str]
    requests: Mapping[str, str]
    limits: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compute:
    """Terraform: azapi_resource Microsoft.MachineLearningServices/workspaces/computes. Live: the same type.

    `identity_type` is empty where there is no identity ("None" and absent mean the same). `identity_ids` are the
    user-assigned identities' ARM ids; only one is used (Microsoft Learn, "Attach a Kubernetes cluster"). `principal_id`
    is that of a system-assigned identity. Azapi takes the identity as a block or inside the body: both are read.
    `principals` are the principal ids that the service noted when the identities were assigned, by ARM id as a key:
    an identity that was made again since has another one. `instance_types` are sizes by name, those that the compute
    itself states: more may stand in the cluster. `extension_principal` is the principal of the extension that the
    service noted when the compute was attached, empty where it noted none; `created_on` is ISO 8601. `errors` are the
    messages of its provisioningErrors.
    """

    name: Fact[str]
    workspace_id: Fact[str]
    compute_type: Fact[str]
    cluster_id: Fact[str]
    namespace: Fact[str]
    identity_type: Fact[str]
    identity_ids: Fact[tuple[str, ...]]
    principal_id: Fact[str]
    provisioning_state: Fact[str]
    default_instance_type: Fact[str]
    instance_types: Fact[Mapping[str, InstanceType]]
    local_auth_disabled: Fact[bool]
    extension_principal: Fact[str]
    created_on: Fact[str]
    errors: Fact[tuple[str, ...]]
    principals: Fact[Mapping[str, str]] = NO_PRINCIPALS
    besides: Besides = field(default_factory=dict)

    @property
    def is_kubernetes(self) -> bool:
        """Whether this is an attached Kubernetes cluster (and not a compute instance or cluster of VMs)."""
        return self.compute_type.value.casefold() == "kubernetes"

    @property
    def means_kubernetes(self) -> bool:
        """Whether this is an attached Kubernetes cluster, or meant to be one: its type is misspelt, or left out."""
        attached = self.cluster_id.content
        if self.is_kubernetes or not self.compute_type.value:
            return True
        return isinstance(attached, str) and any(f"/{sort}/" in attached.casefold() for sort in CLUSTERS)


CLUSTERS = ("managedclusters", "connectedclusters")
"""What a compute's resourceId is one of, where a Kubernetes cluster is attached: of AKS, or one that Arc knows."""

SHORTEST_NAME, LONGEST_NAME = 2, 16
"""Of a Kubernetes compute (Microsoft Learn, "Naming rules and restrictions for Azure resources")."""


def wrong_in_name(name: str) -> str:
    """What the service refuses in a compute's name, `is longer than 16 characters`; empty for a good one."""
    if len(name) < SHORTEST_NAME:
        return f"is shorter than {SHORTEST_NAME} characters"
    if len(name) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} characters"
    strange = sorted({c for c in name if c != "-" and not (c.isascii() and c.isalnum())})
    return f"has {' '.join(map(repr, strange))} in it, and may have letters, digits and hyphens" if strange else ""


def _stated(says: Stated) -> Compute:
    block = says.fact("identity.type", "identity", 0, "type", read=_identity_type, otherwise="")
    in_body = says.fact("body.identity.type", "body", "identity", "type", read=_identity_type, otherwise="")
    in_block = block.stated or not in_body.stated
    properties = ("body", "properties")
    return Compute(
        name=says.text("name", "name"),
        workspace_id=says.text("parent_id", "parent_id"),
        compute_type=says.text("computeType", *properties, "computeType"),
        cluster_id=says.text("resourceId", *properties, "resourceId"),
        namespace=says.text("namespace", *properties, "properties", "namespace"),
        identity_type=block if in_block else in_body,
        identity_ids=says.texts("identity.identity_ids", "identity", 0, "identity_ids")
        if in_block
        else says.fact(
            "body.identity.userAssignedIdentities",
            "body",
            "identity",
            "userAssignedIdentities",
            read=assigned_ids,
            otherwise=(),
        ),
        principal_id=says.computed("identity[0].principal_id", "output.identity.principalId"),
        provisioning_state=Fact(name="provisioningState", content="", stated=False),
        default_instance_type=says.text("defaultInstanceType", *properties, "properties", "defaultInstanceType"),
        instance_types=says.fact(
            "instanceTypes", *properties, "properties", "instanceTypes", read=_instance_types, otherwise={}
        ),
        local_auth_disabled=says.flag("disableLocalAuth", *properties, "disableLocalAuth", otherwise=False),
        extension_principal=Fact(name="extensionPrincipalId", content="", stated=False),
        created_on=Fact(name="createdOn", content="", stated=False),
        errors=Fact(name="provisioningErrors", content=(), stated=False),
        besides=stated_besides(says, BESIDES),
    )


def _served(document: Document) -> Compute:
    return Compute(
        name=document.text("name", "name"),
        workspace_id=document.parent("computes"),
        compute_type=document.always("computeType", "properties", "computeType"),
        cluster_id=document.text("resourceId", "properties", "resourceId"),
        namespace=document.text("properties.namespace", "properties", "properties", "namespace", otherwise="default"),
        identity_type=document.fact("identity.type", "identity", "type", of=TEXT, read=_identity_type, otherwise=""),
        identity_ids=assigned_identities(document),
        principal_id=document.text("identity.principalId", "identity", "principalId"),
        provisioning_state=document.text("provisioningState", "properties", "provisioningState"),
        default_instance_type=document.text("defaultInstanceType", "properties", "properties", "defaultInstanceType"),
        instance_types=document.fact(
            "instanceTypes", "properties", "properties", "instanceTypes", of=SIZES, read=_instance_types, otherwise={}
        ),
        local_auth_disabled=document.flag("disableLocalAuth", "properties", "disableLocalAuth", otherwise=False),
        extension_principal=document.text("extensionPrincipalId", "properties", "properties", "extensionPrincipalId"),
        created_on=document.text("createdOn", "properties", "createdOn"),
        errors=document.fact(
            "provisioningErrors", "properties", "provisioningErrors", of=OBJECTS, read=_messages, otherwise=()
        ),
        principals=noted_principals(document),
        besides=served_besides(document, BESIDES),
    )


def _are_sizes(value: JSON) -> bool:
    """Whether each part of each size is an object of plain values, or left out."""
    return isinstance(value, dict) and all(size is None or _is_size(size) for size in value.values())


def _is_size(size: JSON) -> bool:
    if not isinstance(size, dict):
        return False
    resources = {} if size.get("resources") is None else size["resources"]
    asked = [resources.get("requests"), resources.get("limits")] if isinstance(resources, dict) else [resources]
    return all(part is None or SETTINGS.fits(part) for part in (size.get("nodeSelector"), *asked))


SIZES = Shape("instance types", _are_sizes)


def _instance_types(value: JSON) -> Mapping[str, InstanceType]:
    return {name: as_instance_type(size) for name, size in value.items()} if isinstance(value, dict) else {}


def as_instance_type(size: JSON) -> InstanceType:
    """An instance type as ARM and its own object in the cluster say it."""
    of = size if isinstance(size, dict) else {}
    resources = of.get("resources")
    asked = resources if isinstance(resources, dict) else {}
    return InstanceType(
        node_selector=_texts(of.get("nodeSelector")),
        requests=_texts(asked.get("requests")),
        limits=_texts(asked.get("limits")),
    )


def _same_sizes(stated: object, served: object) -> bool:
    """Instance types by name, of which the service has more: each stated one is there, and of that size."""
    if not isinstance(stated, Mapping) or not isinstance(served, Mapping):
        return False
    real = {name.casefold(): size for name, size in served.items()}
    return all(_same_size(size, real.get(name.casefold())) for name, size in stated.items())


def _same_size(stated: InstanceType, served: InstanceType | None) -> bool:
    """Whether it has the size that is stated; where no requests are, Kubernetes takes the limits for them."""
    return (
        served is not None
        and stated.node_selector == served.node_selector
        and same_quantities(stated.limits, served.limits)
        and (not stated.requests or same_quantities(stated.requests, served.requests))
    )


def _messages(errors: JSON) -> tuple[str, ...]:
    listed = [item for item in errors if isinstance(item, dict)] if isinstance(errors, list) else []
    told = [error if isinstance(error := item.get("error"), dict) else item for item in listed]
    return tuple(as_text(e.get("message") or e.get("code") or "error without a message") for e in told)


def _texts(value: JSON) -> Mapping[str, str]:
    return {key: as_text(v) for key, v in value.items() if v is not None} if isinstance(value, dict) else {}


def _identity_type(value: JSON) -> str:
    text = str(value)
    return "" if text.casefold() == "none" else text


COMPUTE = Kind(
    noun="compute",
    arm_type="Microsoft.MachineLearningServices/workspaces/computes",
    from_terraform=_stated,
    from_document=_served,
    computed={
        "identity[0].principal_id": ("identity", "principalId"),
        "output.identity.principalId": ("identity", "principalId"),
    },
    compares={
        "compute_type": same_word,
        "cluster_id": same_arm_id,
        "namespace": exactly,
        "identity_type": same_word,
        "identity_ids": same_arm_ids,
        "default_instance_type": exactly,
        "instance_types": _same_sizes,
        "local_auth_disabled": exactly,
    },
    besides=BESIDES,
)
