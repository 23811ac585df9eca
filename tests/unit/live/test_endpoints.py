from __future__ import annotations

import pytest
from azure.core import AzureClouds
from azure.identity import AzureAuthorityHosts
from azure.mgmt.core.tools import get_arm_endpoints

from verifier.errors import AccessError, InsecureEndpoint
from verifier.live.connect import connect
from verifier.live.endpoints import CLOUDS, Endpoints


@pytest.mark.parametrize(
    "url",
    ["http://management.azure.com", "http://127.0.0.1.example.com", "http://127.0.0.1@example.com", "http://10.0.0.1"],
)
@pytest.mark.parametrize("option", ["arm", "kubernetes"])
def test_plain_http_to_another_machine_is_refused(url, option):
    with pytest.raises(InsecureEndpoint, match="no token is sent there"):
        Endpoints(**{option: url})


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "http://127.8.8.8:1"])
def test_plain_http_to_this_machine_is_accepted(url):
    assert Endpoints(arm=url, kubernetes=url).resource_manager == url


@pytest.mark.parametrize("url", ["127.0.0.1:1", "ftp://127.0.0.1", "https://", "nonsense"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(AccessError, match="is no address"):
        Endpoints(arm=url)


def test_an_unknown_cloud_is_refused_with_the_known_ones():
    with pytest.raises(AccessError) as error:
        Endpoints(cloud="AzureMoon")
    assert "AzureUSGovernment" in error.value.expected


@pytest.mark.parametrize(
    ("cloud", "sdk", "authority"),
    [
        ("AzureCloud", AzureClouds.AZURE_PUBLIC_CLOUD, AzureAuthorityHosts.AZURE_PUBLIC_CLOUD),
        ("AzureUSGovernment", AzureClouds.AZURE_US_GOVERNMENT, AzureAuthorityHosts.AZURE_GOVERNMENT),
        ("AzureChinaCloud", AzureClouds.AZURE_CHINA_CLOUD, AzureAuthorityHosts.AZURE_CHINA),
    ],
)
def test_a_cloud_is_where_the_sdks_say_it_is(cloud, sdk, authority):
    theirs = get_arm_endpoints(sdk)
    assert CLOUDS[cloud].arm == theirs["resource_manager"].rstrip("/")
    assert [CLOUDS[cloud].scope] == theirs["credential_scopes"]
    assert CLOUDS[cloud].authority == authority


def test_connecting_sends_nothing_and_asks_for_no_credential(monkeypatch):
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "nonsense")
    connect(Endpoints(arm="http://127.0.0.1:9"), kube_context="nowhere")
