from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.live import redaction
from verifier.live.redaction import REDACTED, is_secret, redacted

SECRET = "Zm9yYmlkZGVuLXRoaW5n"

SECRET_NAMES = [
    "primaryKey",
    "secondary_key",
    "account-key",
    "key",
    "keys",
    "clientSecret",
    "secrets",
    "adminPassword",
    "sasToken",
    "sas",
    "sasUri",
    "sasUrl",
    "connectionString",
    "relayConnectionString",
    "AZURE_STORAGE_CONNECTION_STRING",
    "accessToken",
    "configurationProtectedSettings",
    "instrumentationKey",
    "sharedAccessSignature",
    "kubeconfigs",
    "sslKeyPemFile",
]
HARMLESS_NAMES = [
    "allowSharedKeyAccess",
    "keyVault",
    "keyVaultProperties",
    "keyVaultUri",
    "keySource",
    "keyPolicy",
    "credentialsType",
    "secretsType",
    "publicKey",
    "sasPolicy",
    "sslSecret",
    "azure.workload.identity/client-id",
    "azure.workload.identity/service-account-token-expiration",
    "issuerURL",
    "audiences",
    "subject",
    "systemDatastoresAuthMode",
    "principalId",
    "workLoadToleration[0].key",
    "monkey",
    "tokenize",
]


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_a_text_under_a_secret_name_is_redacted(name):
    assert redacted({"properties": {name: SECRET}}) == {"properties": {name: REDACTED}}


@pytest.mark.parametrize("name", HARMLESS_NAMES)
def test_a_text_under_a_harmless_name_is_kept(name):
    assert redacted({"properties": {name: "text"}}) == {"properties": {name: "text"}}


@pytest.mark.parametrize("value", [True, False, 0, 30, None, "", "2026-01-01T10:00:00.1234567Z"])
def test_flags_numbers_and_moments_are_no_secrets(value):
    assert redacted({"primaryKey": value}) == {"primaryKey": value}


@pytest.mark.parametrize(
    "value",
    [
        "DefaultEndpointsProtocol=https;AccountName=st;AccountKey=abc==;EndpointSuffix=core.windows.net",
        "Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=abc=",
        "https://st.blob.core.windows.net/c?sv=2024&sig=abc%3D",
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.eyJhdWQiOiJodHRwcyJ9.",
        "-----BEGIN RSA PRIVATE KEY-----\nabc",
        "Server=x;Password=abc;",
    ],
)
def test_what_looks_like_a_secret_is_redacted_under_any_name(value):
    assert redacted({"description": [value]}) == {"description": [REDACTED]}


def test_what_stands_below_a_secret_name_is_redacted_but_for_its_sort():
    secrets = {"secretsType": "AccountKey", "value": SECRET, "more": [{"deep": SECRET}]}
    assert redacted({"secrets": secrets}) == {
        "secrets": {"secretsType": "AccountKey", "value": REDACTED, "more": [{"deep": REDACTED}]}
    }


@pytest.mark.parametrize("name", ["env", "environmentVariables"])
def test_values_of_environment_variables_are_redacted(name):
    assert redacted({name: [{"name": "A", "value": "b"}]}) == {name: [{"name": "A", "value": REDACTED}]}
    assert redacted({name: {"A": "b"}}) == {name: {"A": REDACTED}}


def test_the_key_of_a_toleration_is_kept():
    toleration = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
    assert redacted({"tolerations": [toleration]}) == {"tolerations": [toleration]}


def test_a_service_account_keeps_what_is_judged_and_loses_what_references_secrets():
    document = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
            "name": "default",
            "namespace": "azureml",
            "annotations": {
                "azure.workload.identity/client-id": "c",
                "kubectl.kubernetes.io/last-applied-configuration": "{}",
            },
            "managedFields": [{"manager": "kubectl"}],
        },
        "secrets": [{"name": "default-token-x"}],
        "imagePullSecrets": [{"name": "pull"}],
        "automountServiceAccountToken": False,
    }
    assert redacted(document) == {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
            "name": "default",
            "namespace": "azureml",
            "annotations": {"azure.workload.identity/client-id": "c"},
        },
        "automountServiceAccountToken": False,
    }


def test_a_kubernetes_secret_keeps_no_data():
    kept = redacted({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": "b"}})
    assert kept == {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}


NAMES = st.sampled_from([*SECRET_NAMES, *HARMLESS_NAMES, "name", "properties", "value", "list"])
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from(["text", "Succeeded", "/subscriptions/s"]))
TREES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=20,
)
NOT_SORTS = NAMES.filter(lambda name: not name.endswith("Type"))
SECRETS = st.dictionaries(
    st.sampled_from(SECRET_NAMES),
    st.one_of(st.just(SECRET), st.lists(st.just(SECRET)), st.dictionaries(NOT_SORTS, st.just(SECRET))),
    min_size=1,
)


@given(TREES, st.lists(NAMES), SECRETS)
def test_no_secret_is_left_wherever_it_stands(tree, path, secrets):
    planted: object = secrets
    for name in path:
        planted = {name: [planted, tree]}
    assert SECRET not in json.dumps(redacted({"properties": planted}))


@given(st.dictionaries(NAMES, TREES))
def test_redacting_again_changes_nothing(document):
    once = redacted(document)
    assert redacted(once) == once


@given(st.dictionaries(NAMES, TREES))
def test_redacting_keeps_every_name_and_list(document):
    assert _shape(redacted(document)) == _shape(document)


HINTS = st.sampled_from(
    [*"=.-?&;: ", "eyJ", "EYJ", "accountKey=", "sig=", "pwd=", "-----BEGIN ", "PRIVATE KEY-----", "x" * 9]
)


@given(st.lists(HINTS).map("".join))
def test_looking_closer_only_where_it_may_be_misses_no_secret(text):
    assert redaction._looks_secret(text) is (redaction._LOOKS_SECRET.search(text) is not None)


def test_a_name_says_what_it_is_by_its_words():
    assert is_secret("storageAccountKey")
    assert not is_secret("keyboardLayout")


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return {name: _shape(inner) for name, inner in value.items()}
    return [_shape(inner) for inner in value] if isinstance(value, list) else None
