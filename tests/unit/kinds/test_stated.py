from __future__ import annotations

import pytest

from verifier.hcl.values import Unknown
from verifier.kinds.fact import NotKnown
from verifier.kinds.stated import Stated, Update, as_bool, as_text, as_texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Instances

ACCOUNT = """
    resource "azurerm_storage_account" "st" {
      name                      = "st"
      shared_access_key_enabled = %s
    }
    resource "terraform_data" "later" {}
    variable "keys" {
      type     = bool
      default  = null
    }
"""


def test_a_value_is_read_with_the_origin_that_gave_it(instances: Instances) -> None:
    says = Stated(instances(ACCOUNT % "false")["azurerm_storage_account.st"])

    fact = says.flag("keys", "shared_access_key_enabled", otherwise=True)

    assert fact.value is False
    assert fact.stated
    assert fact.origin is not None
    assert fact.origin.chosen


def test_null_is_what_the_provider_does_and_knows_who_left_it_unsaid(instances: Instances) -> None:
    says = Stated(instances(ACCOUNT % "var.keys")["azurerm_storage_account.st"])

    fact = says.flag("keys", "shared_access_key_enabled", otherwise=True)

    assert (fact.value, fact.stated) == (True, False)


def test_an_unknown_is_never_the_default(instances: Instances) -> None:
    says = Stated(instances(ACCOUNT % 'terraform_data.later.id == "x"')["azurerm_storage_account.st"])

    fact = says.flag("keys", "shared_access_key_enabled", otherwise=True)

    assert not fact.known
    assert fact.references == ("terraform_data.later.id",)
    with pytest.raises(NotKnown, match="known after apply"):
        _ = fact.value


AZAPI = """
    resource "azapi_resource" "x" {
      type = "Microsoft.Storage/storageAccounts@2023-05-01"
      name = "x"
      %s
    }
    resource "x_y" "later" {}
"""


@pytest.mark.parametrize(
    "body",
    [
        "body = { properties = { allowSharedKeyAccess = false } }",
        "body = jsonencode({ properties = { allowSharedKeyAccess = false } })",
        'body = "{\\"properties\\": {\\"allowSharedKeyAccess\\": false}}"',
        'body = jsonencode({ properties = { allowSharedKeyAccess = "false" } })',
    ],
)
def test_azapi_says_it_below_its_body_as_an_object_or_as_json(instances: Instances, body: str) -> None:
    says = Stated(instances(AZAPI % body)["azapi_resource.x"])

    fact = says.flag("keys", "keys", otherwise=True, arm=("properties", "allowSharedKeyAccess"))

    assert (fact.name, fact.value, fact.stated) == ("allowSharedKeyAccess", False, True)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "body = {}",
        "body = { properties = {} }",
        "body = { properties = { allowSharedKeyAccess = null } }",
        'body = "{\\"properties\\": {\\"allowSharedKeyAccess\\": null}}"',
        "body = jsonencode({ properties = null })",
    ],
)
def test_what_a_body_leaves_out_or_says_as_null_is_unsaid(instances: Instances, body: str) -> None:
    says = Stated(instances(AZAPI % body)["azapi_resource.x"])

    fact = says.flag("keys", "keys", otherwise=True, arm=("properties", "allowSharedKeyAccess"))

    assert (fact.value, fact.stated) == (True, False)


@pytest.mark.parametrize(
    "body",
    [
        "body = x_y.later.body",
        "body = x_y.later",
        "body = { properties = x_y.later.properties }",
        "body = { properties = x_y.later }",
        'body = jsonencode({ properties = { allowSharedKeyAccess = x_y.later.id == "x" } })',
    ],
)
def test_a_body_that_waits_for_something_says_nothing_certain(instances: Instances, body: str) -> None:
    says = Stated(instances(AZAPI % body)["azapi_resource.x"])

    fact = says.flag("keys", "keys", otherwise=True, arm=("properties", "allowSharedKeyAccess"))

    assert not fact.known


def test_one_block_and_a_single_object_are_read_alike(instances: Instances) -> None:
    block = instances('resource "x_y" "z" {\n  identity {\n    type = "SystemAssigned"\n  }\n}')
    single = instances('resource "x_y" "z" {\n  identity = { type = "SystemAssigned" }\n}')

    for found in (block, single):
        assert Stated(found["x_y.z"]).text("type", "identity", 0, "type").value == "SystemAssigned"


def test_a_setting_that_is_not_known_leaves_the_others_known(instances: Instances) -> None:
    found = instances("""
        resource "x_y" "z" {
          settings = { a = "1", b = terraform_data.later.id, c = null, d = true }
        }
        resource "terraform_data" "later" {}
    """)

    settings = Stated(found["x_y.z"]).settings("settings", "settings").value

    assert {k: v for k, v in settings.items() if k != "b"} == {"a": "1", "d": "true"}
    assert isinstance(settings["b"], Unknown)


def test_what_is_sensitive_stays_so(instances: Instances) -> None:
    found = instances("""
        variable "secret" {
          sensitive = true
          default   = "s"
        }
        resource "x_y" "z" {
          plain    = "p"
          settings = { password = var.secret }
        }
    """)
    says = Stated(found["x_y.z"])

    assert says.text("password", "settings", "password").sensitive
    assert says.settings("settings", "settings").sensitive
    assert not says.text("plain", "plain").sensitive


UPDATED = """
    resource "azurerm_machine_learning_workspace" "w" {
      name = "w"
    }
    resource "azapi_update_resource" "u" {
      type        = "Microsoft.MachineLearningServices/workspaces@2025-12-01"
      resource_id = azurerm_machine_learning_workspace.w.id
      body        = { properties = { %s } }
    }
    resource "terraform_data" "later" {}
"""
MODE = ("properties", "systemDatastoresAuthMode")


def test_an_update_resource_says_more_of_what_it_updates(instances: Instances) -> None:
    found = instances(UPDATED % 'systemDatastoresAuthMode = "identity"')
    update = Update(found["azapi_update_resource.u"])
    says = Stated(found["azurerm_machine_learning_workspace.w"], updates=(update,))

    fact = says.fact("mode", read=as_text, otherwise="AccessKey", arm=MODE)

    assert (fact.value, fact.source) == ("identity", "azapi_update_resource.u")


def test_an_update_resource_that_says_nothing_of_a_field_changes_nothing(instances: Instances) -> None:
    found = instances(UPDATED % "v1LegacyMode = false")
    update = Update(found["azapi_update_resource.u"])
    says = Stated(found["azurerm_machine_learning_workspace.w"], updates=(update,))

    assert says.fact("mode", read=as_text, otherwise="AccessKey", arm=MODE).value == "AccessKey"


def test_an_update_resource_that_may_be_about_something_else_leaves_the_field_unknown(instances: Instances) -> None:
    found = instances(UPDATED % 'systemDatastoresAuthMode = "identity"')
    update = Update(found["azapi_update_resource.u"], certain=False)
    says = Stated(found["azurerm_machine_learning_workspace.w"], updates=(update,))

    assert not says.fact("mode", read=as_text, otherwise="AccessKey", arm=MODE).known


def test_an_attribute_of_several_names_binds_by_any_of_them(instances: Instances) -> None:
    found = instances('resource "x_y" "z" {}')["x_y.z"]

    unbound = Stated(found).computed("principal_id", "output.properties.principalId")
    bound = Stated(found, {"x_y.z.output.properties.principalId": "p"}).computed(
        "principal_id", "output.properties.principalId"
    )

    assert unbound.references == ("x_y.z.principal_id", "x_y.z.output.properties.principalId")
    assert bound.value == "p"


@pytest.mark.parametrize(
    ("value", "truth"),
    [(True, True), ("true", True), ("True", True), (False, False), ("false", False), (None, False), (1, False)],
)
def test_booleans_are_read_as_terraform_converts_them(value: str | bool | int | None, truth: bool) -> None:
    assert as_bool(value) is truth


@pytest.mark.parametrize(
    ("value", "texts"), [(["a", 1, True], ("a", "1", "true")), ("a", ("a",)), (None, ()), ([], ())]
)
def test_lists_and_single_texts_are_read_alike(
    value: list[str | int | bool] | str | None, texts: tuple[str, ...]
) -> None:
    assert as_texts(value) == texts  # type: ignore[arg-type]


PATCHED = """
    resource "azapi_resource" "x" {
      type = "Microsoft.Storage/storageAccounts@2023-01-01"
      name = "x"
      body = { properties = { keys = true, rules = { one = "1", two = "2" }, gone = "here" } }
      %s
    }
"""


def test_a_sensitive_body_is_merged_into_the_body_and_stays_sensitive(instances: Instances) -> None:
    patch = 'sensitive_body = { properties = { keys = false, rules = { two = "3" }, gone = null } }'
    says = Stated(instances(PATCHED % patch)["azapi_resource.x"])

    keys = says.flag("keys", otherwise=True, arm=("properties", "keys"))
    assert (keys.value, keys.stated, keys.sensitive) == (False, True, True)
    assert says.settings("rules", arm=("properties", "rules")).value == {"one": "1", "two": "3"}
    assert not says.text("gone", arm=("properties", "gone")).stated


def test_what_a_sensitive_body_leaves_out_the_body_says(instances: Instances) -> None:
    says = Stated(instances(PATCHED % "sensitive_body = { properties = { other = 1 } }")["azapi_resource.x"])

    keys = says.flag("keys", otherwise=False, arm=("properties", "keys"))
    assert (keys.value, keys.sensitive) == (True, False)


def test_a_sensitive_body_that_waits_for_something_leaves_everything_unknown(instances: Instances) -> None:
    says = Stated(instances(PATCHED % "sensitive_body = x_y.later.body")["azapi_resource.x"])

    assert not says.flag("keys", otherwise=True, arm=("properties", "keys")).known
