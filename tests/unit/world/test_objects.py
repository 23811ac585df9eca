"""The three-way words of namespaces, service accounts and instance types."""

from __future__ import annotations

import pytest

from verifier.kinds.fact import NotKnown
from verifier.live.documents import OPENID_CONFIGURATION, Denied, Found
from verifier.world import World
from verifier.world.threeway import Existence, Word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Make, Observe

CLUSTER = """
resource "azurerm_kubernetes_cluster" "aks" {
  name                = "aks"
  resource_group_name = "rg"
}
"""
PROVIDER = """
provider "kubernetes" {
  host = azurerm_kubernetes_cluster.%s.kube_config[0].host
}
"""
NAMESPACE = """
resource "kubernetes_namespace_v1" "jobs" {
  metadata {
    name = "jobs"
  }
}
"""
ACCOUNT = """
resource "kubernetes_service_account_v1" "runner" {
  metadata {
    name      = "runner"
    namespace = "jobs"
  }
}
"""
DEFAULT = """
resource "%s" "it" {
  metadata {
    namespace = "jobs"
    labels    = { team = "pilots" }
  }
}
"""
MANIFEST = """
resource "kubernetes_manifest" "it" {
  manifest = { apiVersion = "%s", kind = "%s", metadata = { name = "%s"%s } }
}
"""
KUBECTL = """
resource "kubectl_manifest" "it" {
  yaml_body = "apiVersion: v1\\nkind: Namespace\\nmetadata:\\n  name: jobs"
}
"""
INSTANCE_TYPE = MANIFEST % ("amlarc.azureml.com/v1alpha1", "InstanceType", "gpu", "")
STATE = '{"format_version": "1.0", "values": {"root_module": {"resources": [%s]}}}'
RECORDED = '{"address": "%s", "mode": "managed", "type": "%s", "values": %s}'


def state(address: str, values: str) -> str:
    return STATE % (RECORDED % (address, address.partition(".")[0], values))


def of(world: World, noun: str) -> Existence:
    [found] = [e for e in world.existences if e.subject.kind.noun == noun]
    return found


@pytest.mark.parametrize(
    ("source", "noun", "imported"),
    [
        (NAMESPACE, "namespace", "jobs"),
        (ACCOUNT, "service account", "jobs/runner"),
        (MANIFEST % ("v1", "Namespace", "jobs", ""), "namespace", "apiVersion=v1,kind=Namespace,name=jobs"),
        (
            MANIFEST % ("v1", "ServiceAccount", "runner", ', namespace = "jobs"'),
            "service account",
            "apiVersion=v1,kind=ServiceAccount,namespace=jobs,name=runner",
        ),
        (KUBECTL, "namespace", "v1//Namespace//jobs"),
        (INSTANCE_TYPE, "instance type", "apiVersion=amlarc.azureml.com/v1alpha1,kind=InstanceType,name=gpu"),
    ],
)
def test_what_is_in_the_cluster_is_in_sync_and_imported_as_its_provider_does(
    observed: Observe, make: Make, source: str, noun: str, imported: str
) -> None:
    live = [make.kubernetes("Namespace", "jobs"), make.kubernetes("ServiceAccount", "runner", "jobs")]
    live.append(make.kubernetes("InstanceType", "gpu"))
    found = of(observed(CLUSTER + source, make.cluster(), *live), noun)
    assert (found.word, found.import_id) == (Word.IN_SYNC, imported)
    missing = observed(CLUSTER + source, make.cluster())
    assert of(missing, noun).word is Word.NOT_APPLIED


@pytest.mark.parametrize(
    ("source", "address", "values"),
    [
        (NAMESPACE, "kubernetes_namespace_v1.jobs", '{"id": "jobs"}'),
        (
            MANIFEST % ("v1", "Namespace", "jobs", ""),
            "kubernetes_manifest.it",
            '{"manifest": {"kind": "Namespace", "metadata": {"name": "jobs"}}}',
        ),
        (KUBECTL, "kubectl_manifest.it", '{"id": "/api/v1/x", "kind": "Namespace", "name": "jobs"}'),
    ],
)
def test_the_state_tells_made_from_found(observed: Observe, make: Make, source: str, address: str, values: str) -> None:
    files = {"main.tf": CLUSTER + source, "terraform.tfstate": state(address, values)}
    live = (make.cluster(), make.kubernetes("Namespace", "jobs"))
    assert of(observed(files, *live), "namespace").word is Word.IN_SYNC
    assert of(observed(files, make.cluster()), "namespace").word is Word.GONE
    files["terraform.tfstate"] = STATE % ""
    assert of(observed(files, *live), "namespace").word is Word.UNMANAGED
    left = {"main.tf": CLUSTER, "terraform.tfstate": state(address, values)}
    assert of(observed(left, *live), "namespace").word is Word.NOT_APPLIED


def test_kubectl_takes_over_what_it_finds(observed: Observe, make: Make) -> None:
    live = (make.cluster(), make.kubernetes("Namespace", "jobs"))
    assert of(observed(CLUSTER + KUBECTL, *live), "namespace").adopts
    assert not of(observed({"main.tf": CLUSTER + NAMESPACE}, *live), "namespace").adopts


@pytest.mark.parametrize("kind", ["kubernetes_default_service_account", "kubernetes_default_service_account_v1"])
def test_the_default_service_account_is_taken_over_and_never_made(observed: Observe, make: Make, kind: str) -> None:
    source = CLUSTER + DEFAULT % kind
    live = (make.cluster(), make.kubernetes("ServiceAccount", "default", "jobs"))
    found = of(observed(source, *live), "service account")
    assert (found.label, found.import_id, found.adopts) == ("service account jobs/default", "jobs/default", True)
    assert found.differences == ("metadata.labels is not what the source says of team",)
    with pytest.raises(NotKnown, match="Kubernetes makes it in every namespace by itself"):
        _ = of(observed({"main.tf": source}, make.cluster()), "service account").word
    left = {"main.tf": CLUSTER, "terraform.tfstate": state(f"{kind}.it", '{"id": "jobs/default"}')}
    assert [e for e in observed(left, *live).existences if e.subject.kind.noun == "service account"] == []


def test_a_service_account_that_only_the_state_has_is_looked_for_in_its_namespace(
    observed: Observe, make: Make
) -> None:
    files = {
        "main.tf": CLUSTER,
        "terraform.tfstate": state("kubernetes_service_account.runner", '{"id": "jobs/runner"}'),
    }
    live = (make.cluster(), make.kubernetes("ServiceAccount", "runner", "jobs"))
    assert of(observed(files, *live), "service account").word is Word.NOT_APPLIED


def test_a_list_that_was_denied_proves_nothing(observed: Observe, make: Make) -> None:
    ends = {"/api/v1/namespaces": Denied(permission="list namespaces")}
    with pytest.raises(NotKnown):
        _ = of(observed(CLUSTER + NAMESPACE, make.cluster(), ends=ends), "namespace").word


def test_another_clusters_answer_is_not_judged_by(observed: Observe, make: Make) -> None:
    issuer = Found(documents=({"kind": "OpenIDConfiguration", "issuer": "https://another.example/"},))
    live = (make.cluster(), make.kubernetes("Namespace", "jobs"))
    world = observed(CLUSTER + NAMESPACE, *live, ends={OPENID_CONFIGURATION: issuer})
    with pytest.raises(NotKnown, match="another cluster's"):
        _ = of(world, "namespace").word


@pytest.mark.parametrize(("cluster", "known"), [("aks", True), ("other", False)])
def test_a_provider_says_of_which_cluster_it_speaks(observed: Observe, make: Make, cluster: str, known: bool) -> None:
    compute = f"""
    resource "azapi_resource" "k8s" {{
      type      = "Microsoft.MachineLearningServices/workspaces/computes@2025-12-01"
      name      = "k8s"
      parent_id = "{make.mlw}"
      body = {{ properties = {{ computeType = "Kubernetes", resourceId = azurerm_kubernetes_cluster.aks.id }} }}
    }}
    """
    source = CLUSTER + CLUSTER.replace('"aks"', '"other"') + PROVIDER % cluster + NAMESPACE + compute
    live = (make.cluster(), make.cluster("other"), make.kubernetes("Namespace", "jobs"))
    found = of(observed(source, *live), "namespace")
    if known:
        assert found.word is Word.IN_SYNC
    else:
        with pytest.raises(NotKnown, match="cluster other, which was not read"):
            _ = found.word


def test_a_name_that_apply_makes_up_has_no_word(observed: Observe, make: Make) -> None:
    source = NAMESPACE.replace('"jobs"\n  }', "random_id.x.hex\n  }") + 'resource "random_id" "x" {}\n'
    with pytest.raises(NotKnown, match="not known before apply"):
        _ = of(observed(CLUSTER + source, make.cluster()), "namespace").word
