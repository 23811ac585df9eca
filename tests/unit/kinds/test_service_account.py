from __future__ import annotations

from typing import Any

import pytest

from verifier.kinds.service_account import CLIENT_ID_ANNOTATION, NAMESPACE, SERVICE_ACCOUNT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Serve, State


@pytest.mark.parametrize("kind", ["kubernetes_service_account", "kubernetes_service_account_v1"])
def test_terraform_says_a_service_account_in_its_metadata(state: State, kind: str) -> None:
    account = state(
        SERVICE_ACCOUNT,
        f"""
        resource "{kind}" "sa" {{
          metadata {{
            name        = "sa"
            namespace   = "ns"
            annotations = {{ "azure.workload.identity/client-id" = "c" }}
          }}
        }}
        """,
    )

    assert (account.namespace.value, account.name.value, account.client_id.value) == ("ns", "sa", "c")


@pytest.mark.parametrize(
    ("metadata", "client"),
    [
        ({"annotations": {CLIENT_ID_ANNOTATION: "c"}}, "c"),
        ({"annotations": {"azure.workload.identity/client_id": "c"}}, ""),
        ({"annotations": {}}, ""),
        ({"annotations": None}, ""),
        ({}, ""),
    ],
)
def test_only_the_annotation_of_exactly_that_name_counts(serve: Serve, metadata: dict[str, Any], client: str) -> None:
    assert serve(SERVICE_ACCOUNT, {"metadata": metadata}).client_id.value == client


def test_a_namespace_has_a_name_on_both_sides(state: State, serve: Serve) -> None:
    source = 'resource "kubernetes_namespace" "n" {\n  metadata {\n    name = "jobs"\n  }\n}'

    assert state(NAMESPACE, source).name.value == serve(NAMESPACE, {"metadata": {"name": "jobs"}}).name.value == "jobs"


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("azure.workload.identity/client_id", CLIENT_ID_ANNOTATION),
        ("azure.workload.identity/clientId", CLIENT_ID_ANNOTATION),
        ("azure.workload-identity/client-id", CLIENT_ID_ANNOTATION),
        ("azure.workload.identity/tenantid", "azure.workload.identity/tenant-id"),
        (CLIENT_ID_ANNOTATION, ""),
        ("azure.workload.identity/tenant-id", ""),
        ("azure.workload.identity/of-our-own", ""),
        ("client-id", ""),
    ],
)
def test_a_key_that_differs_by_more_than_its_letters_is_no_misspelling(serve: Serve, key: str, right: str) -> None:
    account = serve(SERVICE_ACCOUNT, {"metadata": {"annotations": {key: "c"}}})

    assert account.misspelt.value == (((key, right),) if right else ())
