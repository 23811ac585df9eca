from __future__ import annotations

from typing import Any

import pytest

from verifier.hcl.values import Unknown
from verifier.kinds.compare import settings_within
from verifier.kinds.extension import EXTENSION
from verifier.kinds.fact import NotKnown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Serve, State

AZURERM = """
    resource "azurerm_kubernetes_cluster_extension" "e" {
      name                   = "e"
      cluster_id             = "/aks"
      extension_type         = "microsoft.azureml.kubernetes"
      release_namespace      = "azureml"
      configuration_settings = { enableTraining = true, clusterId = x_y.later.id }
    }
    resource "x_y" "later" {}
"""
AZAPI = """
    resource "azapi_resource" "e" {
      type      = "Microsoft.KubernetesConfiguration/extensions@2023-05-01"
      name      = "e"
      parent_id = "/aks"
      body = {
        properties = {
          extensionType         = "microsoft.azureml.kubernetes"
          scope                 = { cluster = { releaseNamespace = "azureml" } }
          configurationSettings = { enableTraining = true, clusterId = x_y.later.id }
        }
      }
    }
    resource "x_y" "later" {}
"""
SOURCE = (
    "/subscriptions/S/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks"
    "/providers/Microsoft.KubernetesConfiguration/extensions/e"
)


@pytest.mark.parametrize("source", [AZURERM, AZAPI])
def test_azurerm_and_azapi_say_the_same_extension(state: State, source: str) -> None:
    extension = state(EXTENSION, source)

    assert extension.is_azureml
    assert (extension.cluster_id.value, extension.release_namespace.value) == ("/aks", "azureml")
    assert extension.setting("enableTraining").value == "true"
    assert not extension.setting("enabletraining").stated
    assert not extension.setting("clusterId").known
    assert not extension.setting("identityType").stated


@pytest.mark.parametrize("kind", ["Microsoft.AzureML.Kubernetes", "microsoft.azureml.kubernetes"])
def test_live_is_found_by_its_type_in_any_letters(serve: Serve, kind: str) -> None:
    assert serve(EXTENSION, {"properties": {"extensionType": kind}}, SOURCE).is_azureml


def test_another_extension_is_not_azure_ml(serve: Serve) -> None:
    assert not serve(EXTENSION, {"properties": {"extensionType": "microsoft.flux"}}, SOURCE).is_azureml


def test_an_extension_of_no_known_type_is_not_taken_for_another(serve: Serve) -> None:
    with pytest.raises(NotKnown):
        _ = serve(EXTENSION, {"properties": None}, SOURCE).is_azureml


def test_the_cluster_is_what_an_extension_stands_below(serve: Serve) -> None:
    found = serve(EXTENSION, {"properties": {}}, SOURCE.replace("KubernetesConfiguration", "kubernetesconfiguration"))

    assert found.cluster_id.value.casefold() == SOURCE.partition("/providers/Microsoft.Kub")[0].casefold()


@pytest.mark.parametrize(
    ("statuses", "errors"),
    [
        (None, ()),
        ([], ()),
        ([{"level": "Information", "message": "ok"}], ()),
        ([{"level": "Error", "code": "E40000", "message": "no"}], ("no",)),
        ([{"level": "error", "code": "E40000"}], ("E40000",)),
        ([{"level": "Error"}], ("error without a message",)),
    ],
)
def test_only_error_statuses_are_errors(serve: Serve, statuses: Any, errors: tuple[str, ...]) -> None:
    assert serve(EXTENSION, {"properties": {"statuses": statuses}}, SOURCE).errors.value == errors


def test_settings_are_strings_and_null_ones_are_not_set(serve: Serve) -> None:
    settings = {"enableTraining": True, "replicas": 2, "nothing": None}
    found = serve(EXTENSION, {"properties": {"configurationSettings": settings}}, SOURCE)

    assert found.settings.value == {"enableTraining": "true", "replicas": "2"}
    assert not found.setting("nothing").stated


def test_a_setting_that_was_kept_secret_is_not_known(serve: Serve) -> None:
    found = serve(EXTENSION, {"properties": {"configurationSettings": {"sslKey": "(redacted)"}}}, SOURCE)

    assert found.setting("sslKey").stated
    assert not found.setting("sslKey").known


@pytest.mark.parametrize(("identity", "principal"), [({"principalId": "p"}, "p"), (None, ""), ({}, "")])
def test_the_extensions_own_identity_may_be_missing(serve: Serve, identity: Any, principal: str) -> None:
    found = serve(EXTENSION, {"properties": {"aksAssignedIdentity": identity}}, SOURCE)

    assert found.assigned_principal.value == principal


@pytest.mark.parametrize(
    ("stated", "served", "within"),
    [
        ({"enableTraining": "True"}, {"enableTraining": "true", "added": "x"}, True),
        ({"enableTraining": "True"}, {"enabletraining": "True"}, False),
        ({"enableTraining": "True"}, {}, False),
        ({"id": "/subscriptions/S/x"}, {"id": "/SUBSCRIPTIONS/s/X/"}, True),
        ({"nodeSelector.pool": "GPU"}, {"nodeSelector.pool": "gpu"}, False),
        ({"path": "/data/"}, {"path": "/data"}, False),
    ],
)
def test_each_stated_setting_must_be_there_and_more_may_be(
    stated: dict[str, str], served: dict[str, str], within: bool
) -> None:
    assert settings_within(stated, served) is within


def test_a_setting_that_is_not_known_decides_only_where_nothing_else_does() -> None:
    later = Unknown("later")

    assert not settings_within({"a": "1", "b": later}, {"a": "2", "b": "x"})
    with pytest.raises(NotKnown, match="setting b"):
        settings_within({"a": "1", "b": later}, {"a": "1", "b": "x"})


@pytest.mark.parametrize(
    ("extension_type", "is_it", "meant"),
    [
        ("Microsoft.AzureML.Kubernetes", True, True),
        ("microsoft.azureml.kubernetes", True, True),
        ("Microsoft.AzureML.Kubernets", False, True),
        ("Microsoft.Azure-ML.Kubernetes", False, True),
        ("Microsoft.MachineLearning.Kubernetes", False, True),
        ("microsoft.flux", False, False),
        ("Microsoft.Dapr", False, False),
    ],
)
def test_a_misspelt_type_is_told_from_another_extension(
    serve: Serve, extension_type: str, is_it: bool, meant: bool
) -> None:
    extension = serve(EXTENSION, {"name": "e", "properties": {"extensionType": extension_type}})

    assert (extension.is_azureml, extension.means_azureml) == (is_it, meant)


def test_of_protected_settings_only_the_keys_are_kept(state: State) -> None:
    source = """
        resource "azurerm_kubernetes_cluster_extension" "e" {
          name                             = "e"
          version                          = "1.1.95"
          configuration_protected_settings = { sslKeyPemFile = "secret", sslCertPemFile = "secret too" }
        }
    """

    extension = state(EXTENSION, source)

    assert extension.protected_keys.value == ("sslCertPemFile", "sslKeyPemFile")
    assert (extension.version.value, extension.auto_upgrade.value) == ("1.1.95", False)
    assert "secret" not in repr(extension)
