"""What a state adds to what is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier.live.documents import Documents
from verifier.live.read_plan import wanted
from verifier.terraform.configuration import load
from verifier.terraform.plan import StaticPlan
from verifier.terraform.state import Recorded, State
from verifier.world.binding import recorded_bindings, told, with_ids, with_state
from verifier.world.bound import Bound
from verifier.world.pairing import Intended
from verifier.world.targets import targets_of

SOURCE = """
resource "azurerm_user_assigned_identity" "ml" {
  name                = "id-ml"
  resource_group_name = "rg"
}
resource "azurerm_storage_account" "main" {
  name                = "st"
  resource_group_name = "rg"
}
output "principal" {
  value = azurerm_user_assigned_identity.ml.principal_id
}
"""
IDENTITIES = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
ACCOUNT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st"


def identity(name: str, principal: str, address: str = "azurerm_user_assigned_identity.ml") -> Recorded:
    return Recorded(
        address=address,
        type="azurerm_user_assigned_identity",
        attributes={"id": f"{IDENTITIES}/{name}", "name": name, "principal_id": principal},
    )


def state(*recorded: Recorded) -> State:
    return State(source="state.json", instances={r.address: r for r in recorded})


def plan(root: Path) -> StaticPlan:
    (root / "main.tf").write_text(SOURCE, encoding="utf-8")
    configuration = load(root)
    return with_ids(configuration.plan, "s")


def first_wave(plan: StaticPlan, recorded: State | None) -> set[str]:
    targets = targets_of(Intended(plan=plan, subscription="s"), recorded)
    return {str(request) for request in wanted(targets, Documents())}


def test_role_assignments_are_read_in_the_first_wave(tmp_path: Path) -> None:
    asked = f"list {ACCOUNT}/providers/Microsoft.Authorization/roleAssignments assigned to p"
    planned = plan(tmp_path)
    assert asked in first_wave(planned, state(identity("id-ml", "p")))
    assert asked not in first_wave(planned, None)


def test_what_is_planned_no_more_is_looked_for_all_the_same(tmp_path: Path) -> None:
    old = identity("id-old", "q", address="azurerm_user_assigned_identity.old")
    asked = first_wave(plan(tmp_path), state(old))
    assert f"get {IDENTITIES}/id-old" in asked
    assert not [request for request in asked if request.endswith("assigned to q")]


def test_what_the_state_has_fills_in_what_only_apply_gives(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(SOURCE, encoding="utf-8")
    configuration = load(tmp_path)
    before = with_ids(configuration.plan, "s")
    after = with_state(before, configuration.plan, "s", recorded_bindings(before, state(identity("id-ml", "p"))))
    assert after.outputs["principal"].content == "p"


def test_what_follows_from_names_is_never_replaced_by_the_state(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(SOURCE, encoding="utf-8")
    configuration = load(tmp_path)
    before = with_ids(configuration.plan, "s")
    after = with_state(before, configuration.plan, "s", recorded_bindings(before, state(identity("renamed", "p"))))
    assert after.bound["azurerm_user_assigned_identity.ml.id"] == f"{IDENTITIES}/id-ml"


def test_live_wins_over_the_state_and_the_difference_is_said() -> None:
    recorded = [
        Bound(address="a.x", value="old", source="state, f"),
        Bound(address="a.y", value="y", source="state, f"),
    ]
    live = [Bound(address="a.x", value="new", source="live, /id"), Bound(address="a.z", value="z", source="live, /id")]
    assert told({"a.x", "a.y"}, recorded, live) == (
        Bound(address="a.x", value="new", source="live, /id; the state still has old"),
        Bound(address="a.y", value="y", source="state, f"),
    )


KUBERNETES = """
resource "azurerm_key_vault" "kv" {
  name                = "kv"
  resource_group_name = "rg"
}
resource "azurerm_storage_container" "demos" {
  name                 = "demos"
  storage_account_name = azurerm_storage_account.main.name
}
resource "azurerm_role_definition" "own" {
  name  = "own"
  scope = "/subscriptions/s/resourceGroups/rg"
}
resource "kubernetes_service_account_v1" "runner" {
  metadata {
    name      = "runner"
    namespace = "robots"
  }
}
"""
WRITTEN = """
resource "kubernetes_annotations" "default" {
  api_version = "v1"
  kind        = "ServiceAccount"
  metadata {
    name      = "default"
    namespace = "others"
  }
  annotations = { a = "b" }
}
"""
GROUP = "/subscriptions/s/resourceGroups/rg"
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults"
ROLES = "providers/Microsoft.Authorization/roleDefinitions"
GRANTS = "providers/Microsoft.Authorization/roleAssignments"
PLANNED = [
    f"get {VAULT}/kv",
    f"get {ACCOUNT}/blobServices/default/containers/demos",
    f"list {GROUP}/{ROLES}",
    "list /api/v1/namespaces/robots/serviceaccounts",
    "list /api/v1/namespaces/others/serviceaccounts",
]
RECORDED = [
    ("azurerm_key_vault", f"{VAULT}/old", f"get {VAULT}/old"),
    ("azurerm_role_assignment", f"{ACCOUNT}/{GRANTS}/0a0b|a-tenant", f"list {ACCOUNT}/{GRANTS}"),
    ("azurerm_role_definition", f"/subscriptions/s/{ROLES}/0a0b|{GROUP}", f"list /subscriptions/s/{ROLES}"),
    ("kubernetes_service_account", "robots/old", "list /api/v1/namespaces/robots/serviceaccounts"),
    (
        "kubernetes_labels",
        "apiVersion=v1,kind=ServiceAccount,namespace=robots,name=old",
        "list /api/v1/namespaces/robots/serviceaccounts",
    ),
]


def test_what_is_planned_is_asked_for_in_the_first_wave(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(SOURCE + KUBERNETES + WRITTEN, encoding="utf-8")
    configuration = load(tmp_path)
    asked = first_wave(with_ids(configuration.plan, "s"), None)
    assert set(PLANNED) <= asked
    assert "list /api/v1/namespaces/robots/pods" not in asked


@pytest.mark.parametrize(("of_type", "identifier", "request_line"), RECORDED, ids=[r[0] for r in RECORDED])
def test_what_only_the_state_has_is_asked_for_in_the_first_wave(
    tmp_path: Path, of_type: str, identifier: str, request_line: str
) -> None:
    old = Recorded(address=f"{of_type}.old", type=of_type, attributes={"id": identifier})
    planned = plan(tmp_path)
    assert request_line in first_wave(planned, state(old))
    assert request_line not in first_wave(planned, None)


GRANTED = """
data "azurerm_user_assigned_identity" "theirs" {
  name                = "id-theirs"
  resource_group_name = "rg"
}
data "azurerm_kubernetes_cluster" "theirs" {
  name                = "aks-theirs"
  resource_group_name = "rg"
}
resource "azurerm_role_assignment" "theirs" {
  scope                = "/subscriptions/s/resourceGroups/rg"
  role_definition_name = "Reader"
  principal_id         = data.azurerm_user_assigned_identity.theirs.principal_id
}
resource "azurerm_role_assignment" "kubelet" {
  scope                = "/subscriptions/s/resourceGroups/rg"
  role_definition_name = "Reader"
  principal_id         = data.azurerm_kubernetes_cluster.theirs.identity[0].principal_id
}
"""


def test_an_identity_that_is_looked_up_and_granted_something_is_read(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(GRANTED, encoding="utf-8")

    asked = first_wave(with_ids(load(tmp_path).plan, "s"), None)

    assert f"get {IDENTITIES}/id-theirs" in asked
    assert not [request for request in asked if request.endswith("aks-theirs")]
