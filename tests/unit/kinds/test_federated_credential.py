from __future__ import annotations

import pytest

from verifier.kinds.federated_credential import FEDERATED_CREDENTIAL, service_account_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Serve, State

AZURERM = """
    resource "azurerm_federated_identity_credential" "f" {
      name     = "f"
      %s       = "/id"
      issuer   = "https://issuer/"
      subject  = "system:serviceaccount:ns:sa"
      audience = ["api://AzureADTokenExchange"]
    }
"""
AZAPI = """
    resource "azapi_resource" "f" {
      type      = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31"
      name      = "f"
      parent_id = "/id"
      body = { properties = {
        issuer    = "https://issuer/"
        subject   = "system:serviceaccount:ns:sa"
        audiences = ["api://AzureADTokenExchange"]
      } }
    }
"""
SOURCE = "/subscriptions/s/id/%s/f"


@pytest.mark.parametrize("source", [AZURERM % "parent_id", AZURERM % "user_assigned_identity_id", AZAPI])
def test_a_credential_says_the_same_in_every_form(state: State, source: str) -> None:
    credential = state(FEDERATED_CREDENTIAL, source)

    assert credential.identity_id.value == "/id"
    assert (credential.issuer.value, credential.subject.value) == ("https://issuer/", "system:serviceaccount:ns:sa")
    assert credential.audiences.value == ("api://AzureADTokenExchange",)


@pytest.mark.parametrize("collection", ["federatedIdentityCredentials", "federatedidentitycredentials"])
def test_the_identity_is_what_a_credential_stands_below(serve: Serve, collection: str) -> None:
    assert (
        serve(FEDERATED_CREDENTIAL, {"properties": {}}, SOURCE % collection).identity_id.value == "/subscriptions/s/id"
    )


def test_issuer_and_subject_are_never_taken_for_empty(serve: Serve) -> None:
    credential = serve(FEDERATED_CREDENTIAL, {"properties": {}}, SOURCE % "federatedIdentityCredentials")

    assert not credential.issuer.known
    assert not credential.subject.known


def test_the_slash_at_the_end_of_an_issuer_is_kept(serve: Serve) -> None:
    body = {"properties": {"issuer": "https://issuer/"}}

    assert serve(FEDERATED_CREDENTIAL, body, SOURCE % "x").issuer.value == "https://issuer/"


@pytest.mark.parametrize(
    ("subject", "account"),
    [
        ("system:serviceaccount:ns:sa", ("ns", "sa")),
        ("system:serviceaccount:NS:Sa", ("NS", "Sa")),
        ("system:serviceaccount:ns", None),
        ("system:serviceaccount:ns:", None),
        ("system:serviceaccount::sa", None),
        ("System:ServiceAccount:ns:sa", None),
        ("repo:owner/name:ref:refs/heads/main", None),
        ("", None),
    ],
)
def test_a_service_account_is_what_stands_behind_kubernetes_prefix(
    subject: str, account: tuple[str, str] | None
) -> None:
    assert service_account_of(subject) == account
