"""listClusterUserCredential: what it gives of which cluster, to whom, and where that leads."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Callable
from typing import Any

import pytest
import requests
import yaml
from azure.mgmt.containerservice import ContainerServiceClient

from tests.simulator.conftest import CLUSTER, Azure, arm_fetch, code_of, world
from verifier.errors import SnapshotError
from verifier.simulator import Simulator

ACTION = "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action"
ASKED = f"{CLUSTER}/listClusterUserCredential?api-version=2026-08-01"
AUDIENCE = "6dae42f8-4368-4678-94ff-3960e28e3630"
Simulate = Callable[..., Simulator]


def with_cluster(**properties: Any) -> dict[str, Any]:
    """The small world, whose cluster says this, too."""
    changed = world()
    next(r for r in changed["resources"] if r["id"] == CLUSTER)["properties"] |= properties
    return changed


def integrated(**properties: Any) -> dict[str, Any]:
    """The small world, whose cluster is integrated with Entra."""
    return with_cluster(aadProfile={"managed": True, "enableAzureRBAC": True, "tenantID": "t"}, **properties)


def kubeconfig(answer: requests.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    [given] = answer.json()["kubeconfigs"]
    assert given["name"] == "clusterUser"
    content: dict[str, Any] = yaml.safe_load(base64.b64decode(given["value"]))
    return content


def asked(simulator: Simulator, more: str = "", method: str = "POST") -> requests.Response:
    return arm_fetch(simulator, ASKED + more, method=method)


def user_of(answer: requests.Response) -> dict[str, Any]:
    [entry] = kubeconfig(answer)["users"]
    user: dict[str, Any] = entry["user"]
    return user


@pytest.mark.parametrize("more", ["", "&format=exec"])
def test_a_cluster_with_integration_gives_a_command_and_no_secret(simulate: Simulate, more: str) -> None:
    user = user_of(asked(simulate(integrated()), more))
    assert list(user) == ["exec"]
    assert user["exec"]["command"] == "kubelogin"
    assert user["exec"]["args"][user["exec"]["args"].index("--server-id") + 1] == AUDIENCE


def test_the_older_format_is_given_where_it_is_asked_for(simulate: Simulate) -> None:
    assert list(user_of(asked(simulate(integrated()), "&format=azure"))) == ["auth-provider"]


@pytest.mark.parametrize("more", ["", "&format=exec"])
@pytest.mark.parametrize("properties", [{}, {"aadProfile": {"managed": False, "serverAppID": "own"}}])
def test_a_cluster_without_integration_gives_secrets_whatever_format_is_asked_for(
    simulate: Simulate, properties: dict[str, Any], more: str
) -> None:
    user = user_of(asked(simulate(with_cluster(**properties)), more))
    assert {"client-certificate-data", "client-key-data", "token"} == set(user)


def test_a_cluster_without_integration_and_local_accounts_has_nothing_to_give(simulate: Simulate) -> None:
    assert code_of(asked(simulate(with_cluster(disableLocalAccounts=True)))) == (400, "BadRequest")
    assert asked(simulate(integrated(disableLocalAccounts=True))).status_code == 200


@pytest.mark.parametrize(
    ("request_line", "ends"),
    [
        (("GET", ASKED), (405, "MethodNotAllowed")),
        (("POST", f"{CLUSTER}/listClusterUserCredential"), (400, "MissingApiVersionParameter")),
        (("POST", f"{CLUSTER}/listClusterUserCredential?api-version=2019-01-01"), (400, "NoRegisteredProviderFound")),
        (("POST", f"{ASKED}&format=yaml"), (400, "InvalidParameter")),
        (("POST", ASKED.replace("aks-robots", "aks-other")), (404, "ResourceNotFound")),
        (("POST", ASKED.replace("rg-robots", "rg-other")), (404, "ResourceGroupNotFound")),
        (("POST", ASKED.replace("UserCredential", "AdminCredential")), (405, "MethodNotAllowed")),
    ],
)
def test_what_is_not_right_is_refused(simulate: Simulate, request_line: tuple[str, str], ends: tuple[int, str]) -> None:
    method, path = request_line
    assert code_of(arm_fetch(simulate(integrated()), path, method=method)) == ends


def test_it_takes_its_own_action_and_reading_the_cluster_does_not_do(simulate: Simulate) -> None:
    denied = {**integrated(), "denied": [{"path": CLUSTER, "permission": ACTION}]}
    simulator = simulate(denied)
    refused = asked(simulator)
    assert code_of(refused) == (403, "AuthorizationFailed")
    assert f"action '{ACTION}' over scope '{CLUSTER}'" in refused.json()["error"]["message"]
    assert arm_fetch(simulator, f"{CLUSTER}?api-version=2026-08-01").status_code == 200


def test_the_real_client_gets_it(simulate: Simulate, azure_at: Callable[[Simulator], Azure]) -> None:
    client = azure_at(simulate(integrated())).client(ContainerServiceClient)
    given = client.managed_clusters.list_cluster_user_credentials("rg-robots", "aks-robots", format="exec")
    assert given.kubeconfigs is not None
    assert yaml.safe_load(bytes(given.kubeconfigs[0].value))["kind"] == "Config"


def test_the_server_that_it_names_answers_to_the_authority_that_it_names(simulate: Simulate) -> None:
    simulator = simulate(integrated(), tls=True, kubernetes_requires_token=True)
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(simulator.authority)
        shown = {"Authorization": f"Bearer {simulator.token()}"}
        [entry] = kubeconfig(session.post(simulator.arm_endpoint + ASKED, headers=shown, timeout=10))["clusters"]
        cluster = entry["cluster"]
        authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
        assert authority == simulator.authority.read_text()
        assert ssl.create_default_context(cadata=authority)
        namespaces = f"{cluster['server']}/api/v1/namespaces"
        assert session.get(namespaces, timeout=10).status_code == 401
        assert session.get(namespaces, headers=shown, timeout=10).status_code == 401
        own = {"Authorization": f"Bearer {simulator.token(audience=AUDIENCE)}"}
        assert session.get(namespaces, headers=own, timeout=10).status_code == 200


@pytest.mark.parametrize(
    ("says", "tls", "served"),
    [
        ({}, True, {"fqdn": "127.0.0.1"}),
        ({"fqdn": "aks.example.com"}, True, {"fqdn": "aks.example.com"}),
        ({"privateFQDN": "aks.private.example.com"}, True, {"privateFQDN": "aks.private.example.com"}),
        ({}, False, {}),
    ],
)
def test_a_cluster_that_does_not_say_what_its_server_is_called_is_here_where_tls_is_spoken(
    simulate: Simulate, says: dict[str, str], tls: bool, served: dict[str, str]
) -> None:
    simulator = simulate(integrated(**says), tls=tls)
    [cluster] = [r for r in simulator.world.resources if r["id"] == CLUSTER]
    properties = cluster["properties"]
    assert isinstance(properties, dict)
    assert {name: properties[name] for name in ("fqdn", "privateFQDN") if name in properties} == served


@pytest.mark.parametrize("other", [{"kind": "Config", "users": []}, "no kubeconfig at all"])
def test_a_world_can_say_another_kubeconfig(simulate: Simulate, other: object) -> None:
    [given] = asked(simulate({**integrated(), "kubeconfigs": {CLUSTER.upper(): other}})).json()["kubeconfigs"]
    assert yaml.safe_load(base64.b64decode(given["value"])) == other


@pytest.mark.parametrize("wrong", [[], {CLUSTER: 1}])
def test_kubeconfigs_that_are_none_are_refused(wrong: object) -> None:
    with pytest.raises(SnapshotError, match="holds no kubeconfigs"):
        Simulator({**world(), "kubeconfigs": wrong})
