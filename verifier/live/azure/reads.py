"""Which call of which SDK reads a type. One row a type; what has no row is read at a stated api-version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import quote

from verifier.live.arm_id import ArmId
from verifier.live.azure.answers import Answer, next_link
from verifier.live.azure.clients import Clients
from verifier.live.azure.tape import Heard, answer_of
from verifier.live.documents import Request

Hook: TypeAlias = Callable[[Any], None]
"""Called with each answer, before the SDK makes a model of it; raises Heard with the last."""

LEARNING_API = "2025-12-01"
"""The newest stable one; azure-mgmt-machinelearningservices stops at 2020-08-01, without datastores and auth mode."""

NETWORK_API = "2024-05-01"
POLICY_STATES_API = "2019-10-01"

API_VERSIONS: Mapping[str, str] = {
    "microsoft.machinelearningservices/workspaces": LEARNING_API,
    "microsoft.machinelearningservices/workspaces/computes": LEARNING_API,
    "microsoft.machinelearningservices/workspaces/datastores": LEARNING_API,
    "microsoft.containerregistry/registries": "2025-11-01",
    "microsoft.insights/components": "2020-02-02",
    "microsoft.keyvault/vaults": "2023-07-01",
    "microsoft.network/privateendpoints": NETWORK_API,
    "microsoft.network/privateendpoints/privatednszonegroups": NETWORK_API,
    "microsoft.network/privatednszones/virtualnetworklinks": "2020-06-01",
    "microsoft.network/virtualnetworks": NETWORK_API,
    "microsoft.operationalinsights/workspaces": "2023-09-01",
    "microsoft.authorization/policyassignments": "2022-06-01",
    "microsoft.authorization/policydefinitions": "2021-06-01",
}


class NoReading(Exception):
    """There is no call that reads this; its text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One read, taken apart for the SDKs: the id of the resource or collection, the request, and the hook."""

    clients: Clients
    id: ArmId
    request: Request
    hook: Hook

    @property
    def group(self) -> str:
        """The resource group's name."""
        return self.id.resource_group

    @property
    def options(self) -> dict[str, Any]:
        """What every SDK call takes."""
        return {"raw_response_hook": self.hook}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a type is read: one by its id, and all of a collection. A list's pages are read as it is iterated."""

    get: Callable[[Call], object]
    list: Callable[[Call], Iterable[object]]


def make(call: Call) -> None:
    """Make the SDK calls that read this, until the hook has heard all of it.

    Raises NoReading for a type that is not read, and what the SDKs raise.
    """
    reading = READINGS.get(call.id.type.casefold())
    if reading is None:
        raise NoReading(f"{call.id.type} is not among the types that verify-infra reads")
    with suppress(Heard):
        if call.request.operation == "get":
            reading.get(call)
        else:
            for _ in reading.list(call):
                pass


def _extension_owner(call: Call) -> tuple[str, str, str, str]:
    """The resource that an extension belongs to, as its SDK takes it: group, namespace, type, name."""
    owner = ArmId.parse(call.id.scope)
    if owner is None:
        raise NoReading(f"{call.request.path} does not say which cluster the extension belongs to")
    namespace, _, kind = owner.type.partition("/")
    return owner.resource_group, namespace, kind, owner.name


def _get_by_id(call: Call) -> None:
    version = API_VERSIONS[call.id.type.casefold()]
    _send(call, f"{call.clients.base_url}{quote(call.request.path)}", {"api-version": version})


def _list_by_id(call: Call) -> Iterable[object]:
    return _pages(call, API_VERSIONS[call.id.type.casefold()])


def _query_states(call: Call) -> Iterable[object]:
    return _pages(call, POLICY_STATES_API, method="POST")


def _no_single(call: Call) -> object:
    raise NoReading(f"{call.id.type} has no single ones to read")


def _pages(call: Call, version: str, *, method: str = "GET") -> Iterable[object]:
    url = f"{call.clients.base_url}{quote(call.request.path)}"
    answer = _send(call, url, {"api-version": version}, method=method)
    while answer.status == 200 and (link := next_link(answer)):
        yield answer
        answer = _send(call, link, {}, method=method)
    yield answer


def _send(call: Call, url: str, query: dict[str, str], *, method: str = "GET") -> Answer:
    from azure.core.rest import HttpRequest

    kept: list[Answer] = []

    def hook(response: Any) -> None:
        kept.append(answer_of(response))
        call.hook(response)

    options = {**call.options, "raw_response_hook": hook}
    call.clients.arm().send_request(HttpRequest(method, url, params=query), **options)
    return kept[-1]


_BY_ID = Reading(get=_get_by_id, list=_list_by_id)

READINGS: Mapping[str, Reading] = {
    "microsoft.containerservice/managedclusters": Reading(
        get=lambda c: c.clients.clusters(c.id.subscription).managed_clusters.get(c.group, c.id.name, **c.options),
        list=lambda c: c.clients.clusters(c.id.subscription).managed_clusters.list_by_resource_group(
            c.group, **c.options
        ),
    ),
    "microsoft.containerservice/managedclusters/trustedaccessrolebindings": Reading(
        get=lambda c: c.clients.clusters(c.id.subscription).trusted_access_role_bindings.get(
            c.group, c.id.names[0], c.id.name, **c.options
        ),
        list=lambda c: c.clients.clusters(c.id.subscription).trusted_access_role_bindings.list(
            c.group, c.id.names[0], **c.options
        ),
    ),
    "microsoft.containerservice/managedclusters/listclusterusercredential": Reading(
        get=_no_single,
        list=lambda c: [
            c.clients.clusters(c.id.subscription).managed_clusters.list_cluster_user_credentials(
                c.group, c.id.names[0], format="exec", **c.options
            )
        ],
    ),
    "microsoft.managedidentity/userassignedidentities": Reading(
        get=lambda c: c.clients.identities(c.id.subscription).user_assigned_identities.get(
            c.group, c.id.name, **c.options
        ),
        list=lambda c: c.clients.identities(c.id.subscription).user_assigned_identities.list_by_resource_group(
            c.group, **c.options
        ),
    ),
    "microsoft.managedidentity/userassignedidentities/federatedidentitycredentials": Reading(
        get=lambda c: c.clients.identities(c.id.subscription).federated_identity_credentials.get(
            c.group, c.id.names[0], c.id.name, **c.options
        ),
        list=lambda c: c.clients.identities(c.id.subscription).federated_identity_credentials.list(
            c.group, c.id.names[0], **c.options
        ),
    ),
    "microsoft.kubernetesconfiguration/extensions": Reading(
        get=lambda c: c.clients.extensions(c.id.subscription).extensions.get(
            *_extension_owner(c), c.id.name, **c.options
        ),
        list=lambda c: c.clients.extensions(c.id.subscription).extensions.list(*_extension_owner(c), **c.options),
    ),
    "microsoft.storage/storageaccounts": Reading(
        get=lambda c: c.clients.storage(c.id.subscription).storage_accounts.get_properties(
            c.group, c.id.name, **c.options
        ),
        list=lambda c: c.clients.storage(c.id.subscription).storage_accounts.list_by_resource_group(
            c.group, **c.options
        ),
    ),
    "microsoft.storage/storageaccounts/blobservices/containers": Reading(
        get=lambda c: c.clients.storage(c.id.subscription).blob_containers.get(
            c.group, c.id.names[0], c.id.name, **c.options
        ),
        list=lambda c: c.clients.storage(c.id.subscription).blob_containers.list(c.group, c.id.names[0], **c.options),
    ),
    "microsoft.storage/storageaccounts/fileservices/shares": Reading(
        get=lambda c: c.clients.storage(c.id.subscription).file_shares.get(
            c.group, c.id.names[0], c.id.name, **c.options
        ),
        list=lambda c: c.clients.storage(c.id.subscription).file_shares.list(c.group, c.id.names[0], **c.options),
    ),
    "microsoft.authorization/roleassignments": Reading(
        get=lambda c: c.clients.authorization(c.id.subscription).role_assignments.get_by_id(
            c.request.path.strip("/"), **c.options
        ),
        list=lambda c: c.clients.authorization(c.id.subscription).role_assignments.list_for_scope(
            c.id.scope.strip("/"), filter=_role_filter(c.request.assigned_to), **c.options
        ),
    ),
    "microsoft.authorization/denyassignments": Reading(
        get=lambda c: c.clients.authorization(c.id.subscription).deny_assignments.get_by_id(
            c.request.path.strip("/"), **c.options
        ),
        list=lambda c: c.clients.authorization(c.id.subscription).deny_assignments.list_for_scope(
            c.id.scope.strip("/"), filter="atScope()", **c.options
        ),
    ),
    "microsoft.authorization/roledefinitions": Reading(
        get=lambda c: c.clients.authorization(c.id.subscription).role_definitions.get_by_id(
            c.request.path.strip("/"), **c.options
        ),
        list=lambda c: c.clients.authorization(c.id.subscription).role_definitions.list(
            c.id.scope.strip("/"), **c.options
        ),
    ),
    "microsoft.policyinsights/policystates/queryresults": Reading(get=_no_single, list=_query_states),
    **dict.fromkeys(API_VERSIONS, _BY_ID),
}
"""By ARM type, folded. The authorization SDK puts a slash of its own before a scope."""


def _role_filter(principal: str) -> str:
    """All that holds at a scope, inherited or not; for a principal also what it holds through groups."""
    quoted = principal.replace("'", "''")
    return f"atScope() and assignedTo('{quoted}')" if principal else "atScope()"
