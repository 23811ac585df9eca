"""The managed identity endpoints of App Service (`/msi/token`) and of virtual machines, so that azure-identity itself
gets the tokens.

App Service's header is this server's secret for one life; a virtual machine's instance metadata service (IMDS) has
none, and answers whoever says that it is metadata which he asks for, and no proxy for somebody else. A user-assigned
identity is asked for by client id, object id or resource id, and must be one of the world's.
"""

from __future__ import annotations

import secrets

from verifier.simulator import arm_path
from verifier.simulator.tokens import Tokens
from verifier.simulator.wire import JSON, Answer, Call, Principal
from verifier.simulator.world import World, property_text

PATH = "/msi/token"
MACHINE_PATH = "/metadata/identity/oauth2/token"
MACHINE_API_VERSION = "2018-02-01"
HEADER = "X-IDENTITY-HEADER"
API_VERSION = "2019-08-01"
_USER_ASSIGNED = "microsoft.managedidentity/userassignedidentities"


class IdentityEndpoint:
    """Gives tokens for the world's caller, or for one of its user-assigned identities."""

    def __init__(self, world: World, tokens: Tokens, *, lifetime_seconds: int) -> None:
        self.secret = secrets.token_hex(16)
        self._world = world
        self._tokens = tokens
        self._lifetime = lifetime_seconds

    def answer(self, call: Call, header: str | None) -> Answer:
        """The endpoint's answer; `header` is what came as X-IDENTITY-HEADER."""
        if call.method != "GET":
            return _refused(405, "only GET is allowed")
        if header is None or not secrets.compare_digest(header.encode(), self.secret.encode()):
            return _refused(401, f"the {HEADER} header is missing or wrong")
        if call.parameter("api-version") != API_VERSION:
            return _refused(400, f"api-version must be {API_VERSION}")
        resource = call.parameter("resource")
        if not resource:
            return _refused(400, "resource is required")
        principal = self._principal(call)
        if principal is None:
            return _refused(400, "no user-assigned identity of this app has that id")
        return Answer(status=200, body=self._token(principal, resource))

    def machine_answer(self, call: Call, metadata: str | None, forwarded: str | None) -> Answer:
        """What a virtual machine's endpoint answers; the headers are `Metadata` and `X-Forwarded-For`."""
        if call.method != "GET":
            return _machine_refused(405, "method_not_allowed", "Only GET is allowed")
        if (metadata or "").casefold() != "true" or forwarded is not None:
            return _machine_refused(400, "invalid_request", "Required metadata header not specified")
        resource = call.parameter("resource")
        if call.parameter("api-version") != MACHINE_API_VERSION or not resource:
            return _machine_refused(400, "invalid_request", "Required query variable is missing or not supported")
        principal = self._principal(call)
        if principal is None:
            return _machine_refused(400, "invalid_request", "Identity not found")
        return Answer(status=200, body=self._token(principal, resource) | {"expires_in": str(self._lifetime)})

    def _token(self, principal: Principal, resource: str) -> dict[str, JSON]:
        token = self._tokens.issue(principal, audience=resource, lifetime_seconds=self._lifetime)
        return {
            "access_token": token.text,
            "expires_on": str(token.expires_on),
            "resource": resource,
            "token_type": "Bearer",
            "client_id": principal.client_id,
        }

    def _principal(self, call: Call) -> Principal | None:
        client = call.parameter("client_id")
        identifier = call.parameter("mi_res_id") or call.parameter("msi_res_id")
        principal = call.parameter("principal_id") or call.parameter("object_id")
        if not (client or identifier or principal):
            return self._world.caller
        for resource in self._world.resources:
            path = arm_path.parse(str(resource["id"]))
            if path is None or path.type.casefold() != _USER_ASSIGNED:
                continue
            found = Principal(
                object_id=property_text(resource, "principalId"),
                client_id=property_text(resource, "clientId"),
                tenant_id=property_text(resource, "tenantId") or self._world.caller.tenant_id,
            )
            asked = ((client, found.client_id), (principal, found.object_id))
            same_id = identifier is None or arm_path.same(identifier) == arm_path.same(path.text)
            if same_id and all(given is None or given.casefold() == own.casefold() for given, own in asked):
                return found
        return None


def _machine_refused(status: int, error: str, description: str) -> Answer:
    return Answer(status=status, body={"error": error, "error_description": description})


def _refused(status: int, message: str) -> Answer:
    return Answer(status=status, body={"statusCode": status, "message": message})
