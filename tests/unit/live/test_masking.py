from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.live import snapshot
from verifier.live.documents import Denied, Documents, Failed, Found, Request
from verifier.live.masking import GUID, masked, pseudonym, unmasked
from verifier.live.snapshot import Snapshot, parse, text_of

SUBSCRIPTION = "3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10"
TENANT = "9b1f7c1e-2d54-4f0b-8a3c-4e6d5b7f2a18"
PRINCIPAL = "866df6cb-4624-591a-b1b2-3b225fa3ab12"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-ml"
CLUSTER = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks"


def got(path):
    return Request(plane="azure", operation="get", path=path)


def taken(*documents, more=None):
    reads = {got(document["id"]): Found(documents=(document,)) for document in documents}
    return Snapshot(
        taken="2026-11-21T20:00:00Z",
        cloud="AzureCloud",
        subscription=SUBSCRIPTION,
        resources=(),
        objects=(),
        documents=Documents().with_more({**reads, **(more or {})}),
    )


IDENTITY_DOCUMENT = {
    "id": IDENTITY.replace("resourceGroups", "resourcegroups"),
    "properties": {"tenantId": TENANT.upper(), "principalId": PRINCIPAL},
    "systemData": {"createdBy": "some.body@contoso.com"},
}
CLUSTER_DOCUMENT = {
    "id": CLUSTER,
    "identity": {"userAssignedIdentities": {IDENTITY: {"principalId": PRINCIPAL}}},
    "properties": {"oidcIssuerProfile": {"issuerURL": f"https://westus3.oic.prod-aks.azure.com/{TENANT}/{PRINCIPAL}/"}},
}
WHOLE = taken(
    IDENTITY_DOCUMENT,
    CLUSTER_DOCUMENT,
    more={
        got(f"{GROUP}/providers/Microsoft.Storage/storageAccounts/st"): Denied(
            permission="Microsoft.Storage/storageAccounts/read", detail=f"no action over scope '{GROUP}'"
        ),
        got(f"{GROUP}/providers/Microsoft.Storage/storageAccounts/other"): Failed(because=f"{GROUP} did not answer"),
    },
)


def test_neither_subscription_nor_tenant_nor_person_is_in_a_masked_snapshot():
    text = text_of(masked(WHOLE)).casefold()
    assert SUBSCRIPTION not in text
    assert TENANT not in text
    assert "contoso" not in text


def test_object_ids_and_names_stay():
    text = text_of(masked(WHOLE))
    assert PRINCIPAL in text
    assert "id-ml" in text


def test_an_id_has_one_pseudonym_wherever_it_stands():
    hidden = masked(WHOLE)
    assert hidden.subscription == pseudonym(SUBSCRIPTION)
    outcome = hidden.documents.get(CLUSTER.replace(SUBSCRIPTION, pseudonym(SUBSCRIPTION)))
    assert isinstance(outcome, Found)
    [document] = outcome.documents
    assert document["properties"]["oidcIssuerProfile"]["issuerURL"].split("/")[3] == pseudonym(TENANT)
    assert list(document["identity"]["userAssignedIdentities"]) == [
        IDENTITY.replace(SUBSCRIPTION, pseudonym(SUBSCRIPTION))
    ]


def test_a_pseudonym_is_no_guid_of_azures_but_has_its_shape():
    assert GUID.fullmatch(pseudonym(SUBSCRIPTION))
    assert pseudonym(SUBSCRIPTION) != pseudonym(TENANT)


def test_a_masked_snapshot_says_so_and_is_read_back_as_one():
    text = text_of(masked(WHOLE))
    assert json.loads(text)["masked"] is True
    assert text_of(parse(json.loads(text), where="file")) == text


def test_a_snapshot_that_is_not_masked_does_not_speak_of_it():
    assert "masked" not in json.loads(text_of(WHOLE))


def test_masking_again_changes_nothing():
    assert masked(masked(WHOLE)) == masked(WHOLE)


def test_whoever_knows_the_ids_sees_what_was_there():
    seen = unmasked(masked(WHOLE), {SUBSCRIPTION, TENANT})
    before, after = json.loads(text_of(WHOLE)), json.loads(text_of(seen))
    assert after["reads"] == before["reads"]
    assert after["subscription"] == SUBSCRIPTION
    [cluster] = [r for r in after["resources"] if r["id"] == CLUSTER]
    assert cluster == CLUSTER_DOCUMENT


def test_whoever_knows_other_ids_sees_pseudonyms():
    assert text_of(unmasked(masked(WHOLE), {PRINCIPAL})) == text_of(masked(WHOLE))


def test_a_snapshot_that_is_not_masked_is_left_as_it_is():
    assert unmasked(WHOLE, {SUBSCRIPTION}) is WHOLE


@pytest.mark.parametrize(
    "text",
    [
        f"/subscriptions/{SUBSCRIPTION.upper()}/resourceGroups/rg",
        f"https://login.microsoftonline.com/{SUBSCRIPTION}/oauth2",
        f"https://sts.windows.net/{SUBSCRIPTION}/",
        f"https://eastus.oic.prod-aks.azure.us/{SUBSCRIPTION}/x/",
    ],
)
def test_a_tenant_or_another_subscription_is_recognised_in_a_text(text):
    other = Snapshot(
        taken="",
        cloud="",
        subscription="",
        resources=(),
        objects=(),
        documents=taken({"id": "/x", "is": text}).documents,
    )
    assert SUBSCRIPTION not in text_of(masked(other)).casefold()


def test_a_masked_that_is_no_flag_is_an_error():
    with pytest.raises(snapshot.SnapshotError, match="neither true nor false"):
        parse({"schema": snapshot.SCHEMA, "masked": "yes"}, where="file")


TEXTS = st.text() | st.sampled_from([SUBSCRIPTION, TENANT, GROUP, f"x{SUBSCRIPTION}", f"/subscriptions/{TENANT}"])
VALUES = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXTS | st.just("tenantId") | st.just("id"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_whatever_stands_in_a_document_no_own_subscription_is_left_by_itself(value):
    text = text_of(masked(taken({"id": CLUSTER, "properties": value})))
    assert SUBSCRIPTION not in [found.casefold() for found in GUID.findall(text)]
