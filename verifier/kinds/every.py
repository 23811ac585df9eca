"""Every kind, and which attributes of Terraform's state they name: nothing else of a state is ever kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from verifier.kinds.cluster import CLUSTER
from verifier.kinds.compute import COMPUTE
from verifier.kinds.container import CONTAINER, SHARE
from verifier.kinds.container_registry import CONTAINER_REGISTRY
from verifier.kinds.datastore import DATASTORE
from verifier.kinds.extension import EXTENSION
from verifier.kinds.federated_credential import FEDERATED_CREDENTIAL
from verifier.kinds.identity import IDENTITY
from verifier.kinds.installed_type import INSTANCE_TYPE
from verifier.kinds.key_vault import KEY_VAULT
from verifier.kinds.kind import Kind
from verifier.kinds.metadata import METADATA
from verifier.kinds.monitoring import APPLICATION_INSIGHTS, LOG_ANALYTICS
from verifier.kinds.node_pool import NODE_POOL
from verifier.kinds.pod import POD
from verifier.kinds.private_endpoint import PRIVATE_ENDPOINT
from verifier.kinds.recorded_id import SAID_IN, recorded_manifest
from verifier.kinds.replacing import replacing_arguments
from verifier.kinds.role_assignment import ROLE_ASSIGNMENT
from verifier.kinds.role_definition import ROLE_DEFINITION
from verifier.kinds.service_account import NAMESPACE, SERVICE_ACCOUNT
from verifier.kinds.storage_account import STORAGE_ACCOUNT
from verifier.kinds.trusted_access import TRUSTED_ACCESS
from verifier.kinds.workspace import WORKSPACE
from verifier.kinds.zone_link import ZONE_LINK

KINDS: tuple[Kind[object], ...] = (
    APPLICATION_INSIGHTS,
    CLUSTER,
    COMPUTE,
    CONTAINER,
    CONTAINER_REGISTRY,
    DATASTORE,
    EXTENSION,
    FEDERATED_CREDENTIAL,
    IDENTITY,
    INSTANCE_TYPE,
    KEY_VAULT,
    LOG_ANALYTICS,
    METADATA,
    NAMESPACE,
    NODE_POOL,
    POD,
    PRIVATE_ENDPOINT,
    ROLE_ASSIGNMENT,
    ROLE_DEFINITION,
    SERVICE_ACCOUNT,
    SHARE,
    STORAGE_ACCOUNT,
    TRUSTED_ACCESS,
    WORKSPACE,
    ZONE_LINK,
)

AZAPI = "azapi_resource"


def kept_attributes() -> Mapping[str, frozenset[str]]:
    """By Terraform type: its id and name, what only apply gives it, and what it is made again for when it changes.

    Of an azapi_resource also its ARM type, of a manifest its object's kind, namespace and name.
    """
    kept: dict[str, frozenset[str]] = {}
    for of_type, attributes in _named():
        kept[of_type] = kept.get(of_type, frozenset()) | attributes
    return kept


def kind_recorded(of_type: str, attributes: Mapping[str, str]) -> Kind[object] | None:
    """The kind of what a state has, a manifest's by the object that it is."""
    manifest = recorded_manifest(of_type, attributes)
    if manifest:
        return next((kind for kind in KINDS if kind.manifest == manifest), None)
    return kind_of(of_type, attributes.get("type", ""))


def kind_of(terraform_type: str, arm_type: str) -> Kind[object] | None:
    """The kind of a resource by its Terraform type; of an azapi_resource by its ARM type, api-version or not."""
    if terraform_type == AZAPI:
        wanted = arm_type.partition("@")[0].casefold()
        return next((kind for kind in KINDS if kind.arm_type and kind.arm_type.casefold() == wanted), None)
    return next((kind for kind in KINDS if terraform_type in kind.terraform_types), None)


def _named() -> Iterator[tuple[str, frozenset[str]]]:
    yield from ((of_type, frozenset(paths)) for of_type, paths in SAID_IN.items())
    for kind in KINDS:
        attributes = frozenset(("id", "name", *kind.computed))
        for of_type in kind.terraform_types:
            yield of_type, attributes | replacing_arguments().get(of_type, frozenset())
        if kind.arm_type:
            yield AZAPI, attributes | replacing_arguments()[AZAPI] | {"type"}
