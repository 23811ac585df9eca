"""What several resources state of one object's annotations and labels: whether they are of one mind."""

from __future__ import annotations

import pytest

from verifier.kinds.fact import NotKnown
from verifier.world import World
from verifier.world.written import clashes, writing_as_one

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Observe

OWN = """
resource "kubernetes_labels" "own" {
  api_version = "v1"
  kind        = "%s"
  metadata {
    name      = "runner"
    namespace = "jobs"
  }
  labels = { team = "pilots" }
}
"""
PROVIDERS = """
provider "kubernetes" {
  alias = "east"
  host  = "https://east.example.com"
}
"""
ACCOUNT = """
resource "kubernetes_service_account_v1" "made" {
  metadata {
    name      = "runner"
    namespace = "jobs"
    labels    = { team = %s }
  }
}
resource "terraform_data" "later" {}
resource "random_id" "later" {}
"""
MADE = """
resource "kubernetes_namespace_v1" "made" {
  metadata {
    name   = "runner"
    labels = { team = %s }
  }
}
"""
WRITTEN = """
resource "kubernetes_labels" "first" {
  api_version = "v1"
  kind        = "ServiceAccount"
  metadata {
    name      = "runner"
    namespace = "jobs"
  }
  labels = { team = %s }
}
resource "terraform_data" "later" {}
"""


def keys(world: World, name: str = "own") -> list[tuple[str, str]]:
    [own] = [m for m in world.stated_metadata if m.address.endswith(f".{name}")]
    return [(clash.key, clash.by.address.partition(".")[0]) for clash in clashes(world, own)]


@pytest.mark.parametrize(
    ("kind", "other", "by"),
    [
        ("ServiceAccount", ACCOUNT, "kubernetes_service_account_v1"),
        ("ServiceAccount", WRITTEN, "kubernetes_labels"),
        ("Namespace", MADE, "kubernetes_namespace_v1"),
    ],
)
def test_two_values_for_one_key_clash_whoever_states_them(offline: Observe, kind: str, other: str, by: str) -> None:
    assert keys(offline(OWN % kind + other % '"robots"')) == [("team", by)]
    assert keys(offline({"main.tf": OWN % kind + other % '"pilots"'})) == []


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("Namespace", "x", "x"),
        ("ServiceAccount", '"runner"', '"another"'),
        ("ServiceAccount", '"jobs"', '"others"'),
        ("ServiceAccount", "team =", "robots ="),
        ("ServiceAccount", '"made" {', '"made" {\n  count = 0'),
        ("ServiceAccount", '"made" {', '"made" {\n  provider = kubernetes.east'),
    ],
)
def test_of_other_objects_and_keys_nothing_clashes(offline: Observe, kind: str, old: str, new: str) -> None:
    other = (ACCOUNT % '"robots"').replace(old, new, 1)

    assert keys(offline(PROVIDERS + OWN % kind + other)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"robots"', "terraform_data.later.id"),
        ('{ team = "robots" }', "random_id.later.keepers"),
        ('"runner"', "terraform_data.later.id"),
        ('"jobs"', "terraform_data.later.id"),
        ('"made" {', '"made" {\n  count = length(terraform_data.later.id)'),
    ],
)
def test_whether_something_clashes_may_be_open(offline: Observe, old: str, new: str) -> None:
    world = offline(OWN % "ServiceAccount" + (ACCOUNT % '"robots"').replace(old, new, 1))

    with pytest.raises(NotKnown):
        keys(world)


def test_one_attribute_that_is_not_known_is_one_value(offline: Observe) -> None:
    later = "terraform_data.later.id"

    assert keys(offline((OWN % "ServiceAccount").replace('"pilots"', later) + ACCOUNT % later)) == []


def test_of_two_that_write_on_one_object_one_is_told(offline: Observe) -> None:
    world = offline(OWN % "ServiceAccount" + WRITTEN % '"robots"')

    assert (keys(world, "own"), keys(world, "first")) == ([("team", "kubernetes_labels")], [])


@pytest.mark.parametrize(
    ("said", "as_one"),
    [
        ("", ["kubernetes_labels.first"]),
        ('field_manager = "Terraform"', ["kubernetes_labels.first"]),
        ('field_manager = "pilots"', []),
        ('provider = kubernetes.east\n  field_manager = "Terraform"', []),
    ],
)
def test_who_writes_without_a_name_of_its_own_writes_as_terraform(
    offline: Observe, said: str, as_one: list[str]
) -> None:
    own = (OWN % "ServiceAccount").replace("  labels =", f"  {said}\n  labels =")
    world = offline(PROVIDERS + own + WRITTEN % '"pilots"' + ACCOUNT.partition('resource "terraform')[0] % '"pilots"')

    [metadata] = [m for m in world.stated_metadata if m.address.endswith(".own")]
    assert [other.address for other in writing_as_one(world, metadata)] == as_one
