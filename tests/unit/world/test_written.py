"""What Terraform writes on objects that somebody else makes: the keys that it names are meant, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from verifier.kinds.fact import NotKnown
from verifier.live.documents import Denied
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
ANNOTATIONS = """
resource "kubernetes_annotations" "it" {
  api_version = "v1"
  kind        = "ServiceAccount"
  metadata {
    name      = "runner"
    namespace = "jobs"
  }
  annotations = { "azure.workload.identity/client-id" = "client-of-ml" }
}
"""
LABELS = """
resource "kubernetes_labels" "it" {
  api_version = "v1"
  kind        = "Namespace"
  metadata {
    name = "jobs"
  }
  labels = { team = "pilots" }
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
NAMESPACE = """
resource "kubernetes_namespace_v1" "jobs" {
  metadata {
    name = "jobs"
  }
}
"""
LATER = 'resource "random_id" "later" {}\n'
ID = "apiVersion=v1,kind=ServiceAccount,namespace=jobs,name=runner"
STATE = (
    '{"format_version": "1.0", "values": {"root_module": {"resources": [{"address": "kubernetes_annotations.%s", '
    '"mode": "managed", "type": "kubernetes_annotations", "values": {"id": "%s"}}]}}}'
)


def of(world: World) -> Existence:
    [found] = [e for e in world.existences if e.subject.kind.noun == "metadata"]
    return found


def runner(make: Make, **annotations: str) -> dict[str, Any]:
    return make.kubernetes("ServiceAccount", "runner", "jobs", **annotations)


def test_only_the_keys_that_it_names_are_compared(observed: Observe, make: Make) -> None:
    account = runner(make, client_id="client-of-ml")
    account["metadata"] |= {"labels": {"of": "others"}}
    account["metadata"]["annotations"]["of"] = "others"

    found = of(observed(CLUSTER + ANNOTATIONS, make.cluster(), account))

    assert (found.word, found.label) == (Word.IN_SYNC, "metadata of service account jobs/runner")
    assert found.adopts


@pytest.mark.parametrize("annotations", [{}, {"client_id": "client-of-another"}])
def test_a_key_that_is_missing_or_says_otherwise_is_told(
    observed: Observe, make: Make, annotations: dict[str, str]
) -> None:
    found = of(observed(CLUSTER + ANNOTATIONS, make.cluster(), runner(make, **annotations)))

    said = "metadata.annotations is not what the source says of azure.workload.identity/client-id"
    assert (found.word, found.differences) == (Word.NOT_APPLIED, (said,))


def test_the_labels_of_a_namespace_are_compared_with_its_own(observed: Observe, make: Make) -> None:
    namespace = make.kubernetes("Namespace", "jobs")

    found = of(observed(CLUSTER + LABELS, make.cluster(), namespace))
    assert found.differences == ("metadata.labels is not what the source says of team",)
    namespace["metadata"]["labels"] = {"team": "pilots"}
    assert of(observed({"main.tf": CLUSTER + LABELS}, make.cluster(), namespace)).word is Word.IN_SYNC


def test_without_a_namespace_it_is_the_one_called_default(observed: Observe, make: Make) -> None:
    source = ANNOTATIONS.replace('    namespace = "jobs"\n', "")
    live = make.kubernetes("ServiceAccount", "runner", "default", client_id="client-of-ml")

    found = of(observed(CLUSTER + source, make.cluster(), live))

    assert (found.word, found.label) == (Word.IN_SYNC, "metadata of service account default/runner")


def test_where_nothing_is_there_to_write_on_it_needs_the_object(observed: Observe, make: Make) -> None:
    found = of(observed(CLUSTER + ANNOTATIONS, make.cluster()))

    assert (found.word, found.needs) == (Word.NOT_APPLIED, "service account jobs/runner")


@pytest.mark.parametrize(
    ("made", "name"),
    [(ACCOUNT, "runner"), (NAMESPACE, "default"), (ACCOUNT.replace('"runner"\n', "random_id.later.hex\n"), "runner")],
)
def test_what_the_source_makes_by_itself_is_not_needed(observed: Observe, make: Make, made: str, name: str) -> None:
    source = CLUSTER + ANNOTATIONS.replace('"runner"', f'"{name}"') + made + LATER

    found = of(observed(source, make.cluster()))

    assert (found.word, found.needs) == (Word.NOT_APPLIED, "")


def test_what_is_not_planned_has_no_word(observed: Observe, make: Make) -> None:
    source = ANNOTATIONS.replace("{\n  api", "{\n  count = 0\n  api")

    world = observed(CLUSTER + source, make.cluster(), runner(make))

    assert [e for e in world.existences if e.subject.kind.noun == "metadata"] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"runner"', "random_id.later.hex"),
        ('"jobs"', "random_id.later.hex"),
        ('"ServiceAccount"', "random_id.later.hex"),
        ('"client-of-ml"', "random_id.later.hex"),
        ("{\n  api", "{\n  count = length(random_id.later.hex)\n  api"),
    ],
)
def test_what_is_known_only_after_apply_agrees_with_nothing(observed: Observe, make: Make, old: str, new: str) -> None:
    source = CLUSTER + LATER + ANNOTATIONS.replace(old, new, 1)

    found = of(observed(source, make.cluster(), runner(make, client_id="client-of-ml")))

    with pytest.raises(NotKnown):
        _ = found.word


def test_an_account_that_could_not_be_looked_for_agrees_with_nothing(observed: Observe, make: Make) -> None:
    ends = {"namespaces/jobs/serviceaccounts": Denied(permission="list serviceaccounts")}

    found = of(observed(CLUSTER + ANNOTATIONS, make.cluster(), ends=ends))

    with pytest.raises(NotKnown):
        _ = found.word


def test_a_value_that_was_taken_for_a_secret_agrees_with_nothing(observed: Observe, make: Make) -> None:
    account = runner(make, client_id="(redacted)")

    with pytest.raises(NotKnown, match="looks like a secret"):
        _ = of(observed(CLUSTER + ANNOTATIONS, make.cluster(), account)).word


def test_what_is_written_on_other_objects_is_not_judged(observed: Observe, make: Make) -> None:
    source = ANNOTATIONS.replace('"ServiceAccount"', '"ConfigMap"')

    world = observed(CLUSTER + source, make.cluster())

    assert (world.stated_metadata, [e for e in world.existences if e.subject.kind.noun == "metadata"]) == ((), [])


def test_the_state_tells_what_drifted_from_what_was_never_applied(observed: Observe, make: Make) -> None:
    files = {"main.tf": CLUSTER + ANNOTATIONS, "terraform.tfstate": STATE % ("it", ID)}

    assert of(observed(files, make.cluster(), runner(make))).word is Word.DRIFTED
    assert of(observed(files, make.cluster(), runner(make, client_id="client-of-ml"))).word is Word.IN_SYNC
    gone = of(observed(files, make.cluster()))
    assert (gone.word, gone.needs) == (Word.GONE, "service account jobs/runner")


def test_what_is_planned_no_more_is_taken_off_and_the_account_stays(observed: Observe, make: Make) -> None:
    files = {"main.tf": CLUSTER + ACCOUNT, "terraform.tfstate": STATE % ("it", ID)}

    world = observed(files, make.cluster(), runner(make))

    assert of(world).word is Word.NOT_APPLIED
    [account] = [e for e in world.existences if e.subject.kind.noun == "service account"]
    assert (account.word, account.recorded) == (Word.UNMANAGED, None)
