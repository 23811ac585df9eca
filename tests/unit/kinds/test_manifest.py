from __future__ import annotations

import pytest

from verifier.kinds.manifest import manifest_kind
from verifier.kinds.service_account import NAMESPACE, SERVICE_ACCOUNT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Instances, State

OBJECT = """
    resource "kubernetes_manifest" "o" {
      manifest = {
        apiVersion = "v1"
        kind       = "ServiceAccount"
        metadata = {
          name        = "sa"
          namespace   = "ns"
          annotations = { "azure.workload.identity/client-id" = "c" }
        }
      }
    }
"""
YAML = """
    resource "kubectl_manifest" "o" {
      yaml_body = <<-EOT
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: sa
          namespace: ns
          annotations:
            azure.workload.identity/client-id: c
      EOT
    }
"""


@pytest.mark.parametrize("source", [OBJECT, YAML], ids=["object", "yaml"])
def test_a_manifest_says_what_the_providers_own_resource_says(state: State, source: str) -> None:
    account = state(SERVICE_ACCOUNT, source)

    assert (account.namespace.value, account.name.value, account.client_id.value) == ("ns", "sa", "c")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (OBJECT, "ServiceAccount"),
        (YAML, "ServiceAccount"),
        ('resource "kubectl_manifest" "o" {\n  yaml_body = "a: ["\n}', ""),
        ('resource "kubectl_manifest" "o" {\n  yaml_body = "one"\n}', ""),
        (
            'resource "terraform_data" "t" {}\nresource "kubectl_manifest" "o" {\n  yaml_body = terraform_data.t.id\n}',
            "",
        ),
        ('resource "kubernetes_config_map" "o" {\n  kind = "Namespace"\n}', ""),
    ],
)
def test_what_is_no_manifest_is_of_no_kind(instances: Instances, source: str, kind: str) -> None:
    [instance] = [i for i in instances(source).values() if i.name == "o"]

    assert manifest_kind(instance) == kind
    assert SERVICE_ACCOUNT.states(instance) is (kind == "ServiceAccount")
    assert not NAMESPACE.states(instance)
