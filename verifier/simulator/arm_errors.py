"""ARM's refusals, in the shapes that clients branch on.

Codes and texts are those that the service is publicly seen to answer: a missing resource, a missing resource group, a
missing parent and an unknown subscription are four different 404s.
"""

from __future__ import annotations

from collections.abc import Iterable

from verifier.simulator.arm_path import ArmPath
from verifier.simulator.wire import Answer, Principal


def error(status: int, code: str, message: str, **headers: str) -> Answer:
    """Any refusal: `{"error": {"code", "message"}}`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, body={"error": {"code": code, "message": message}}, headers=named)


def unauthenticated(code: str, message: str, *, tenant: str) -> Answer:
    """401, with the challenge that says where tokens come from."""
    challenge = (
        f'Bearer authorization_uri="https://login.windows.net/{tenant}", '
        f'error="invalid_token", error_description="{message}"'
    )
    return error(401, code, message, WWW_Authenticate=challenge)


def missing_api_version() -> Answer:
    """400 for a request without api-version."""
    message = "The api-version query parameter (?api-version=) is required for all requests."
    return error(400, "MissingApiVersionParameter", message)


def invalid_api_version(given: str, supported: Iterable[str]) -> Answer:
    """400 for an api-version that is none, or that ARM's own types do not have."""
    listed = ",".join(supported)
    hint = f" The supported versions are '{listed}'." if listed else ""
    return error(400, "InvalidApiVersionParameter", f"The api-version '{given}' is invalid.{hint}")


def no_registered_provider(given: str, resource_type: str, supported: Iterable[str], *, location: str) -> Answer:
    """400 for a resource provider's type at an api-version that it does not have."""
    message = (
        f"No registered resource provider found for location '{location}' and API version '{given}' for type "
        f"'{resource_type.partition('/')[2]}'. The supported api-versions are '{', '.join(supported)}'. "
        f"The supported locations are '{location}'."
    )
    return error(400, "NoRegisteredProviderFound", message)


def invalid_resource_type(resource_type: str, api_version: str) -> Answer:
    """404 for a type that its namespace does not have."""
    namespace, _, name = resource_type.partition("/")
    message = (
        f"The resource type '{name}' could not be found in the namespace '{namespace}' for api version '{api_version}'."
    )
    return error(404, "InvalidResourceType", message)


def method_not_allowed(method: str) -> Answer:
    """405: this server only reads."""
    return error(405, "MethodNotAllowed", f"The requested resource does not support http method '{method}'.")


def subscription_not_found(subscription: str) -> Answer:
    """404 for a subscription that the world does not know."""
    return error(404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")


def resource_group_not_found(name: str) -> Answer:
    """404 for a resource group that nothing of the world is in."""
    return error(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


def parent_not_found(where: ArmPath) -> Answer:
    """404 for a child, a child list or an extension of a resource that does not exist."""
    message = (
        f"Failed to perform 'read' on resource(s) of type '{'/'.join(where.types)}', because the parent resource "
        f"'{where.parent}' could not be found."
    )
    return error(404, "ParentResourceNotFound", message)


def resource_not_found(where: ArmPath, *, group: str) -> Answer:
    """404 for the resource itself, in the words of its own provider where it has its own."""
    own = _OWN_NOT_FOUND.get(where.type.casefold())
    if own is not None:
        return error(404, own[0], own[1].format(name=where.names[-1]))
    message = (
        f"The Resource '{_interleaved(where)}' under resource group '{group or '<null>'}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    return error(404, "ResourceNotFound", message)


def authorization_failed(caller: Principal, *, action: str, scope: str) -> Answer:
    """403, naming the action that is missing and the scope it is missing at."""
    message = (
        f"The client '{caller.client_id}' with object id '{caller.object_id}' does not have authorization to perform "
        f"action '{action}' over scope '{scope or '/'}' or the scope is invalid. "
        "If access was recently granted, please refresh your credentials."
    )
    return error(403, "AuthorizationFailed", message)


_OWN_NOT_FOUND = {
    "microsoft.authorization/roledefinitions": (
        "RoleDefinitionDoesNotExist",
        "The specified role definition with ID '{name}' does not exist.",
    ),
    "microsoft.authorization/roleassignments": ("RoleAssignmentNotFound", "The role assignment '{name}' is not found."),
    "microsoft.storage/storageaccounts/blobservices/containers": (
        "ContainerNotFound",
        "The specified container does not exist.",
    ),
    "microsoft.storage/storageaccounts/fileservices/shares": ("ShareNotFound", "The specified share does not exist."),
    "microsoft.authorization/denyassignments": ("DenyAssignmentNotFound", "The deny assignment '{name}' is not found."),
}


def _interleaved(where: ArmPath) -> str:
    pairs = "/".join(f"{kind}/{name}" for kind, name in zip(where.types, where.names, strict=True))
    return f"{where.namespace}/{pairs}"
