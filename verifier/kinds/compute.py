"""The Kubernetes compute: a cluster attached to a workspace, and the identity that its jobs run as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from verifier.hcl.values import JSON
from verifier.kinds.compare import arm_key, exactly, same_arm_id, same_arm_ids, same_word
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated, as_text, as_texts

NO_PRINCIPALS: Fact[Mapping[str, str]] = Fact(name="identity.userAssignedIdentities", content={}, stated=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compute:
    """Terraform: azapi_resource Microsoft.MachineLearningServices/workspaces/computes. Live: the same type.

    `identity_type` is empty where there is no identity ("None" and absent mean the same). `identity_ids` are the
    user-assigned identities' ARM ids; only one is used (Microsoft Learn, "Attach a Kubernetes cluster"). `principal_id`
    is that of a system-assigned identity. Azapi takes the identity as a block or inside the body: both are read.
    `principals` are the principal ids that the service noted when the identities were assigned, by ARM id as a key:
    an identity that was made again since has another one.
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
    principals: Fact[Mapping[str, str]] = NO_PRINCIPALS

    @property
    def is_kubernetes(self) -> bool:
        """Whether this is an attached Kubernetes cluster (and not a compute instance or cluster of VMs)."""
        return self.compute_type.value.casefold() == "kubernetes"


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
            read=_members,
            otherwise=(),
        ),
        principal_id=says.computed("identity[0].principal_id", "output.identity.principalId"),
        provisioning_state=Fact(name="provisioningState", content="", stated=False),
    )


def _served(document: Document) -> Compute:
    return Compute(
        name=document.text("name", "name"),
        workspace_id=document.parent("computes"),
        compute_type=document.always("computeType", "properties", "computeType"),
        cluster_id=document.text("resourceId", "properties", "resourceId"),
        namespace=document.text("properties.namespace", "properties", "properties", "namespace", otherwise="default"),
        identity_type=document.fact("identity.type", "identity", "type", read=_identity_type, otherwise=""),
        identity_ids=document.fact(
            "identity.userAssignedIdentities", "identity", "userAssignedIdentities", read=_members, otherwise=()
        ),
        principal_id=document.text("identity.principalId", "identity", "principalId"),
        provisioning_state=document.text("provisioningState", "properties", "provisioningState"),
        principals=document.fact(
            "identity.userAssignedIdentities", "identity", "userAssignedIdentities", read=_principals, otherwise={}
        ),
    )


def _identity_type(value: JSON) -> str:
    text = str(value)
    return "" if text.casefold() == "none" else text


def _members(value: JSON) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, dict) else as_texts(value)


def _principals(value: JSON) -> Mapping[str, str]:
    members = value.items() if isinstance(value, dict) else ()
    return {arm_key(arm_id): found for arm_id, noted in members if (found := _principal(noted))}


def _principal(noted: JSON) -> str:
    return as_text(noted.get("principalId")) if isinstance(noted, dict) else ""


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
        "cluster_id": same_arm_id,
        "namespace": exactly,
        "identity_type": same_word,
        "identity_ids": same_arm_ids,
    },
)
