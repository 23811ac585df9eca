"""The catalogue of errors: what it points to is there, and each of its errors is recognised as what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier.checking.described import described
from verifier.checking.signatures import Signatures, read_signatures, recognise

CHECKS = Path(__file__).parents[2] / "checks"
SIGNATURES = read_signatures(CHECKS / "errors.toml")

SAID = {
    "stream-access-authentication": "code: ScriptExecution.StreamAccess.Authentication",
    "permission-denied-none": "error: PermissionDenied(None) in stream",
    "permission-mismatch": "This request is not authorized to perform this operation using this permission.",
    "authorization-failure": "This request is not authorized to perform this operation.\nRequestId:1",
    "authentication-failed": "Server failed to authenticate the request. Make sure the value of Authorization header",
    "key-refused": "Key based authentication is not permitted on this storage account.",
    "sas-from-key": "the SAS token is derived from an account key, but key-based authentication is not permitted",
    "network-resolution": "AzureIdentityAccessTokenResolution.FirewallSettingsResolutionFailure",
    "invalid-resource": "StreamAccess.Authentication.AzureIdentityAccessTokenResolution.InvalidResource",
    "stream-not-found": "ScriptExecution.StreamAccess.NotFound",
    "invalid-uri": "ScriptExecution.StreamAccess.Validation.StorageRequest-InvalidUri",
    "symmetric-key": "Failed to get symmetric key for getting AML token: 'failed to load certificate: stat sha1-.pfx'",
    "mount-without-identity": "Unable to mount data store workspaceblobstore. Give either an account key or SAS token.",
    "csi-credentials": "Failed to acquire CSI storage account credentials",
    "upload-project": "Unable to upload project files to working directory in AzureBlob because it failed",
    "token-service": "Encountered an error when attempting to connect to the Azure ML token service",
    "identity-sidecar": "137:PodPattern matched: {name: training-identity-sidecar}",
    "training-not-enabled": "E45004:Training feature is not enabled, please enable it",
    "extension-identity": "RefreshExtensionIdentityNotSet",
    "attach-extension": "Failed to attach: AzureML extension is not installed in the cluster",
    "attach-internal": "attach compute failed with internal server error",
    "name-ends-with-dash": "InternalServerError",
    "compute-not-accessible": "ComputeNotAccessible",
    "compute-not-found": "Unknown compute target k8s",
    "cluster-not-reachable": "ClusterNotReachable",
    "cluster-unauthorized": "ClusterUnauthorized",
    "volume-plugin": "no volume plugin matched",
    "instance-type": "Code: 9 Message: Invalid instance type gpu",
    "healthcheck": "E40002: insufficient nodes",
    "helm-ownership": "invalid ownership metadata; label validation error",
    "exit-127": "Execution failed. User process exited with exit code 127",
    "fic-no-match": "AADSTS70021: No matching federated identity record found for presented assertion.",
    "fic-issuer": "AADSTS700211: No matching federated identity record found for presented assertion issuer 'https://x'",
    "fic-audience": "AADSTS700212: No matching federated identity record found for presented assertion audience 'x'",
    "fic-subject": "AADSTS7002138: No matching federated identity record found for presented assertion subject 'x'",
    "assertion-expired": "AADSTS700024: Client assertion is not within its valid time range.",
    "oidc-endpoint": "AADSTS90061: Request to External OIDC endpoint failed.",
    "client-not-in-tenant": "AADSTS700016: Application with identifier 'x' was not found in the directory 'y'.",
    "imds-identity": "ManagedIdentityCredential: 400 Bad Request: Identity not found",
    "principal-not-found": "PrincipalNotFound: Principal x does not exist in the directory y.",
    "role-assignment-exists": "RoleAssignmentExists: The role assignment already exists.",
    "linked-authorization": "LinkedAuthorizationFailed: the client has permission, but not assign/action",
    "fic-concurrent": "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
    "fic-exists": "Issuer and subject combination already exists for this Managed Identity.",
    "resource-exists": 'a resource with the ID "/subscriptions/x" already exists - to be managed via Terraform',
    "disallowed-by-policy": 'Code="RequestDisallowedByPolicy" Message="Resource \'st\' was disallowed by policy.',
    "undeclared-variable": "Warning: Value for undeclared variable",
    "job-schema": "Value 'string' passed is not in set ['uri_file', 'uri_folder']",
}


def told(text: str) -> list[str]:
    return [found.signature.id for found in recognise(text, SIGNATURES)]


def test_every_error_has_an_example() -> None:
    assert set(SAID) == set(SIGNATURES.by_id)


@pytest.mark.parametrize(("id_", "text"), SAID.items(), ids=SAID)
def test_an_error_is_recognised_as_what_it_is_and_as_nothing_else(id_: str, text: str) -> None:
    assert told(text) == [id_]


@pytest.mark.parametrize(("id_", "text"), SAID.items(), ids=SAID)
def test_an_error_is_recognised_in_other_case_across_lines_and_quoted(id_: str, text: str) -> None:
    broken = text.upper().replace(" ", "\n   ").replace('"', '\\"')

    assert told(f'{{"message": "{broken}"}}') == [id_]


def test_every_cause_names_checks_that_there_are_or_another_way_to_find_out() -> None:
    there = {check.id for check in described([CHECKS])}
    causes = [(s.id, cause) for s in SIGNATURES.by_id.values() for cause in s.causes]

    assert [id_ for id_, cause in causes if not set(cause.checks) <= there] == []
    assert [id_ for id_, cause in causes if bool(cause.checks) == bool(cause.otherwise)] == []
    assert [s.id for s in SIGNATURES.by_id.values() if not s.causes] == []


def test_what_an_error_is_within_is_an_error() -> None:
    assert {s.inside for s in SIGNATURES.by_id.values() if s.inside} <= SIGNATURES.by_id.keys()


def test_sources_are_public() -> None:
    assert [s.id for s in SIGNATURES.by_id.values() if not all(a.startswith("https://") for a in s.see)] == []


def test_the_inner_reason_is_told_and_the_outer_code_stands_back() -> None:
    text = (
        "ScriptExecution.StreamAccess.Authentication was returned: permission denied when access stream. Reason: None; "
        "StreamError(PermissionDenied(None))"
    )
    [found] = recognise(text, SIGNATURES)

    assert found.signature.id == "permission-denied-none"
    assert [outer.id for outer in found.within] == ["stream-access-authentication"]
    assert found.signature.checks[:2] == ("CMP02", "INT16")


def test_a_certificate_that_is_not_there_says_nothing_of_federated_credentials() -> None:
    checks = SIGNATURES.by_id["symmetric-key"].checks

    assert [check for check in checks if check.startswith(("FIC", "K8S"))] == []


def test_two_things_that_have_nothing_to_do_with_each_other_stay_two() -> None:
    text = (
        "ScriptExecution.StreamAccess.NotFound: The requested stream was not found. target UriMountSession\n"
        "ErrorCode:KeyBasedAuthenticationNotPermitted Key based authentication is not permitted on this storage account"
    )

    assert told(text) == ["stream-not-found", "key-refused"]


@pytest.mark.parametrize("text", ["", "all is well", "E4", "AADSTS7002", "Job completed", "exit code 0", "E123456"])
def test_what_is_not_known_is_not_recognised(text: str) -> None:
    assert recognise(text, SIGNATURES) == ()


def test_a_circle_of_insides_ends(tmp_path: Path) -> None:
    file = tmp_path / "errors.toml"
    entry = '[error.{0}]\ntitle = "t"\nmeans = "m"\nmatches = ["{0}"]\ninside = "{1}"\ncauses = []\n'
    file.write_text("[look]\n" + entry.format("a", "b") + entry.format("b", "a"), encoding="utf-8")
    signatures: Signatures = read_signatures(file)

    assert recognise("a b", signatures) == ()
