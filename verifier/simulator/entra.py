"""Entra's token endpoint (`/{tenant}/oauth2/v2.0/token`): a client secret, or a token of a trusted issuer, for a token.

The world's caller has this server's secret. A user-assigned identity shows a token of its cluster instead, and gets
its own only where one of its federated credentials says so: the issuer byte for byte, the subject letter for letter.
Nothing is signed here, and so no signature is verified.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
from collections.abc import Mapping

from verifier.simulator import arm_path
from verifier.simulator.tokens import Tokens
from verifier.simulator.wire import JSON, Answer, Call, Principal
from verifier.simulator.world import World, property_text

TOKEN_PATH = re.compile(r"/(?P<tenant>[^/]+)/oauth2/v2\.0/token")
_DISCOVERY_PATH = re.compile(r"/(?P<tenant>[^/]+)/v2\.0/\.well-known/openid-configuration")
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_IDENTITY = "microsoft.managedidentity/userassignedidentities"
_CREDENTIAL = f"{_IDENTITY}/federatedidentitycredentials"


def is_entra(path: str) -> bool:
    """Whether a path belongs to this endpoint."""
    return bool(TOKEN_PATH.fullmatch(path) or _DISCOVERY_PATH.fullmatch(path))


class TokenEndpoint:
    """Gives tokens to the world's caller and to its user-assigned identities."""

    def __init__(self, world: World, tokens: Tokens, *, lifetime_seconds: int) -> None:
        self.secret = secrets.token_urlsafe(24)
        self._world = world
        self._tokens = tokens
        self._lifetime = lifetime_seconds

    def answer(self, call: Call) -> Answer:
        """The endpoint's answer: where its parts are, a token, or why none is given, as Entra says it."""
        if discovery := _DISCOVERY_PATH.fullmatch(call.path):
            return _discovered(call.endpoint, discovery["tenant"])
        if call.method != "POST":
            return _refused(405, "invalid_request", "AADSTS900561: The endpoint only accepts POST requests.")
        tenant = call.path.split("/")[1]
        if tenant.casefold() != self._world.caller.tenant_id.casefold():
            return _refused(400, "invalid_request", f"AADSTS90002: Tenant '{tenant}' not found.")
        form = dict(call.form)
        scope = form.get("scope", "").split(" ")[0]
        if form.get("grant_type") != "client_credentials" or not scope.endswith("/.default"):
            return _refused(400, "invalid_request", "AADSTS900144: client_credentials and a scope are required.")
        principal = self._principal(form)
        if isinstance(principal, Answer):
            return principal
        token = self._tokens.issue(principal, audience=scope.removesuffix("/.default"), lifetime_seconds=self._lifetime)
        body: JSON = {"token_type": "Bearer", "expires_in": self._lifetime, "access_token": token.text}
        return Answer(status=200, body=body)

    def assertion(self, *, issuer: str, subject: str, audience: str = "api://AzureADTokenExchange") -> str:
        """The token that a cluster of that issuer would give to a pod of that service account."""
        claims = {"iss": issuer, "sub": subject, "aud": [audience]}
        return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."

    def _principal(self, form: Mapping[str, str]) -> Principal | Answer:
        client = form.get("client_id", "")
        if client.casefold() == self._world.caller.client_id.casefold():
            if secrets.compare_digest(form.get("client_secret", "").encode(), self.secret.encode()):
                return self._world.caller
            return _refused(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
        found = self._identity(client)
        if found is None:
            return _refused(
                400, "unauthorized_client", f"AADSTS700016: Application with identifier '{client}' was not found."
            )
        identity, principal = found
        if form.get("client_assertion_type") != _ASSERTION:
            return _refused(401, "invalid_client", "AADSTS7000218: The request body must contain client_assertion.")
        claims = _claims(form.get("client_assertion", ""))
        if not self._trusts(identity, claims):
            return _refused(
                400,
                "invalid_request",
                "AADSTS70021: No matching federated identity record found for presented assertion. "
                f"Assertion Issuer: '{claims.get('iss')}'. Assertion Subject: '{claims.get('sub')}'.",
            )
        return principal

    def _identity(self, client: str) -> tuple[str, Principal] | None:
        for resource in self._world.resources:
            path = arm_path.parse(str(resource["id"]))
            own = property_text(resource, "clientId")
            if path is not None and path.type.casefold() == _IDENTITY and own and own.casefold() == client.casefold():
                principal = Principal(
                    object_id=property_text(resource, "principalId"),
                    client_id=own,
                    tenant_id=self._world.caller.tenant_id,
                )
                return path.text, principal
        return None

    def _trusts(self, identity: str, claims: Mapping[str, object]) -> bool:
        said = claims.get("aud")
        audiences = said if isinstance(said, list) else [said]
        for resource in self._world.resources:
            path = arm_path.parse(str(resource["id"]))
            if path is None or path.type.casefold() != _CREDENTIAL or not arm_path.is_at_or_below(path.text, identity):
                continue
            properties = resource.get("properties")
            trusted = properties.get("audiences") if isinstance(properties, Mapping) else None
            if (
                claims.get("iss") == property_text(resource, "issuer")
                and claims.get("sub") == property_text(resource, "subject")
                and any(audience in (trusted if isinstance(trusted, list) else []) for audience in audiences)
            ):
                return True
        return False


def _discovered(endpoint: str, tenant: str) -> Answer:
    base = f"{endpoint}/{tenant}"
    return Answer(
        status=200,
        body={
            "issuer": f"{base}/v2.0",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{base}/discovery/v2.0/keys",
        },
    )


def _refused(status: int, error: str, description: str) -> Answer:
    return Answer(status=status, body={"error": error, "error_description": description})


def _claims(token: str) -> Mapping[str, object]:
    """What a token says; nothing for what is no token."""
    parts = token.split(".")
    try:
        content = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (IndexError, ValueError, binascii.Error):
        return {}
    return content if isinstance(content, dict) else {}


def _part(content: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
