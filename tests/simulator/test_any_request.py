"""Whatever is asked, the simulator answers in the shape of the plane that was asked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.simulator.conftest import CLUSTER, GROUP, IDENTITY, STORAGE, SUBSCRIPTION, WORKSPACE, world
from verifier.simulator.planes import Credentials, Planes
from verifier.simulator.wire import Call
from verifier.simulator.world import load

PLANES = Planes(load(world()), page_size=2, token_lifetime_seconds=3600, kubernetes_requires_token=False)
TOKEN = PLANES.tokens.issue(load(world()).caller, audience="https://management.azure.com", lifetime_seconds=3600)

WORDS = st.sampled_from(
    [
        *(
            "subscriptions",
            SUBSCRIPTION,
            "resourceGroups",
            "rg-robots",
            "resources",
            "providers",
            "api",
            "apis",
            "v1",
            "token",
        ),
        *("namespaces", "azureml", "serviceaccounts", "default", "roleAssignments", "roleDefinitions"),
        *("Microsoft.Authorization", "Microsoft.Storage", "storageAccounts", "federatedIdentityCredentials", "é", "'"),
    ]
)
STARTS = st.sampled_from(["", GROUP, CLUSTER, IDENTITY, STORAGE, WORKSPACE, "/api/v1", "/msi", "/_simulator"])
PATHS = st.builds(lambda start, rest: "/".join((start, *rest)) or "/", STARTS, st.lists(WORDS, max_size=6))
NAMES = st.sampled_from(["$filter", "$skiptoken", "$skip", "$top", "count", "limit", "continue", "resource", "x"])
QUERIES = st.lists(st.tuples(NAMES, st.text(max_size=12) | st.just("9" * 5000)), max_size=3)
VERSIONS = st.sampled_from(["2026-08-01", "2022-04-01", "2021-04-01", "2025-12-01", "", "latest"])


@given(path=PATHS, query=QUERIES, version=VERSIONS, method=st.sampled_from(["GET", "HEAD", "PUT", "PROPFIND"]))
def test_every_request_has_an_answer(path: str, query: list[tuple[str, str]], version: str, method: str) -> None:
    asked = Call(method=method, path=path, endpoint="http://127.0.0.1:1", query=(("api-version", version), *query))
    shown = Credentials(authorization=f"Bearer {TOKEN.text}", identity_header="é")
    answer = PLANES.answer(asked, shown)
    assert answer.status in (200, 400, 401, 404, 405, 410)
    assert isinstance(answer.body, dict | list)
