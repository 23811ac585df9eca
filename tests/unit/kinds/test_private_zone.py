"""In which private DNS zones names are looked up, by sub-resource and cloud."""

from __future__ import annotations

import pytest

from verifier.config import CLOUDS
from verifier.kinds.private_zone import is_documented, is_for, missing_zones

WORKSPACE = ("privatelink.api.azureml.ms", "privatelink.notebooks.azure.net")


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("group", ["amlworkspace", "blob", "dfs", "file", "queue", "registry", "table", "vault"])
def test_every_cloud_has_zones_for_every_sub_resource(cloud: str, group: str) -> None:
    names = missing_zones(group, cloud, ())

    assert names
    assert all(is_for(group, name) and is_documented(name) for name in names)
    assert missing_zones(group, cloud, names) == ()


@pytest.mark.parametrize(
    ("group", "cloud", "zones", "missing"),
    [
        ("blob", "AzureCloud", ["PRIVATELINK.blob.core.windows.net"], ()),
        ("blob", "AzureCloud", ["privatelink.file.core.windows.net"], ("privatelink.blob.core.windows.net",)),
        ("blob", "AzureCloud", ["privatelink.blob.core.usgovcloudapi.net"], ("privatelink.blob.core.windows.net",)),
        ("blob", "AzureCloud", ["notprivatelink.blob.core.windows.net"], ("privatelink.blob.core.windows.net",)),
        ("blob", "", ["privatelink.blob.core.usgovcloudapi.net"], ()),
        ("registry", "AzureCloud", ["westus3.data.privatelink.azurecr.io"], ()),
        ("amlworkspace", "AzureCloud", WORKSPACE[:1], WORKSPACE[1:]),
        ("amlworkspace", "", WORKSPACE, ()),
        ("amlworkspace", "ACloudOfItsOwn", WORKSPACE, ()),
    ],
)
def test_what_is_missing_is_looked_up_and_in_no_zone(
    group: str, cloud: str, zones: list[str], missing: tuple[str, ...]
) -> None:
    assert missing_zones(group, cloud, zones) == missing


def test_a_zone_of_ones_own_is_not_documented() -> None:
    assert not is_documented("blob.core.windows.net")
    assert not is_for("blob", "privatelink.file.core.windows.net")
