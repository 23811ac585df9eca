from __future__ import annotations

from verifier.kinds.compute import COMPUTE
from verifier.world.saying import by_replacing, where_to_say
from verifier.world.subject import Subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from conftest import Observe

WORKSPACE = """
    resource "azapi_resource" "w" {
      type = "Microsoft.MachineLearningServices/workspaces@2025-12-01"
      name = "mlw"
      body = {
        properties = merge({ storageAccount = "/st" }, %s == null ? {} : { systemDatastoresAuthMode = %s })
      }
    }
"""
VARIABLE = """
    variable "system_datastores_auth_mode" {
      type    = string
      default = null
    }
"""
OBJECT = """
    variable "ml" {
      type = object({ datastores = optional(object({ system_datastores_auth_mode = optional(string) }), {}) })
    }
"""
IN_OBJECT = "var.ml.datastores.system_datastores_auth_mode"


def said(world: object) -> tuple[str, str]:
    [workspace] = world.workspaces  # type: ignore[attr-defined]
    return where_to_say(world.plan, workspace.intent.auth_mode, workspace, value='"identity"')  # type: ignore[attr-defined]


def named(variable: str) -> str:
    return WORKSPACE % (variable, variable)


def test_a_root_variable_is_set_in_a_var_file(offline: Observe) -> None:
    world = offline({"main.tf": named("var.system_datastores_auth_mode"), "variables.tf": VARIABLE})

    assert said(world) == ('set system_datastores_auth_mode = "identity" in a var file', "variables.tf:2")


def test_a_module_variable_that_nobody_passes_is_passed_to_the_module(offline: Observe) -> None:
    call = '\nmodule "ml" {\n  source = "./ml"\n}\n'
    world = offline({"main.tf": call, "ml/main.tf": named("var.system_datastores_auth_mode") + VARIABLE})

    assert said(world) == ('pass system_datastores_auth_mode = "identity" to module.ml', "main.tf:2")


def test_an_attribute_of_a_passed_object_is_passed_in_that_object(offline: Observe) -> None:
    call = 'module "ml" {\n  source = "./ml"\n  ml = {\n    datastores = {}\n  }\n}\n'
    world = offline({"main.tf": call, "ml/main.tf": named(IN_OBJECT) + OBJECT})

    action, place = said(world)
    assert action == 'pass datastores.system_datastores_auth_mode = "identity" in ml'
    assert place == "main.tf:3"


def test_a_resource_that_reads_no_variable_there_says_it_itself(offline: Observe) -> None:
    world = offline(WORKSPACE % ("null", "null"))

    assert said(world) == (
        'say systemDatastoresAuthMode = "identity" in azapi_resource.w',
        "main.tf:2",
    )


def test_without_a_value_only_the_name_is_said(offline: Observe) -> None:
    [workspace] = offline({"main.tf": named("var.system_datastores_auth_mode"), "variables.tf": VARIABLE}).workspaces
    world = offline({"main.tf": named("var.system_datastores_auth_mode"), "variables.tf": VARIABLE})

    action, _ = where_to_say(world.plan, workspace.intent.auth_mode, workspace)
    assert action == "set system_datastores_auth_mode in a var file"


def test_a_variable_of_a_longer_name_is_not_taken_for_a_shorter_one(offline: Observe) -> None:
    more = 'variable "system_datastores_auth_mode_hint" {\n  type    = string\n  default = null\n}\n'
    world = offline({"a.tf": more, "main.tf": named("var.system_datastores_auth_mode"), "variables.tf": VARIABLE})

    assert said(world)[1] == "variables.tf:2"


def test_only_what_terraform_has_is_made_again_by_an_apply() -> None:
    own = Subject(kind=COMPUTE, name="ml", address="azapi_resource.ml")

    assert by_replacing(own) == ": apply with -replace='azapi_resource.ml'"
    assert by_replacing(Subject(kind=COMPUTE, name="ml")) == ""
