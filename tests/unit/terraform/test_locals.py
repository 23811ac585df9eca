from __future__ import annotations

from collections.abc import Callable

from verifier.hcl.values import to_json
from verifier.terraform.plan import StaticPlan

Plan = Callable[..., StaticPlan]


def test_locals_may_stand_in_any_order_and_block(plan: Plan) -> None:
    found = plan('locals {\n  a = "${local.b}!"\n}\nlocals {\n  b = "b"\n}\noutput "o" { value = local.a }')
    assert found.outputs["o"].content == "b!"


def test_locals_that_depend_on_each_other_are_an_error_and_unknown(plan: Plan) -> None:
    found = plan(
        """
        locals {
          a = local.b
          b = "${local.c}"
          c = try(local.a, 1)
          d = 1
        }
        output "o" {
          value = [local.a, local.d]
        }
        """
    )
    errors = {d.summary for d in found.diagnostics}
    assert len(errors) == 1
    assert "local.a → local.b → local.c → local.a" in errors.pop()
    assert to_json(found.outputs["o"].content[1]) == 1  # type: ignore[index]
    assert not found.outputs["o"].content[0].is_known  # type: ignore[index,union-attr]


def test_a_circle_is_unknown_from_wherever_it_is_entered(plan: Plan) -> None:
    found = plan('output "o" { value = local.c }\nlocals {\n  a = local.b\n  b = local.c\n  c = true || local.a\n}')
    assert not found.complete
    assert not found.outputs["o"].is_known


def test_a_resource_that_depends_on_itself_is_an_error(plan: Plan) -> None:
    found = plan('resource "azurerm_x" "y" {\n  a = local.b\n}\nlocals {\n  b = azurerm_x.y.a\n}')
    assert any("depends on itself" in d.summary for d in found.diagnostics)


def test_a_count_that_depends_on_its_own_module_is_an_error(plan: Plan) -> None:
    found = plan(
        {
            "main.tf": 'module "m" {\n  source = "./m"\n  count = module.m[0].n\n}',
            "m/main.tf": 'output "n" { value = 1 }',
        }
    )
    assert any("depends on itself" in d.summary for d in found.diagnostics)


def test_a_long_chain_of_locals_is_evaluated(plan: Plan) -> None:
    lines = "\n".join(f"  l{i} = local.l{i + 1}" for i in range(1000))
    found = plan(f'output "o" {{ value = local.l0 }}\nlocals {{\n{lines}\n  l1000 = "end"\n}}')
    assert found.outputs["o"].content == "end"


def test_a_local_in_error_is_unknown_and_said_once(plan: Plan) -> None:
    found = plan('locals {\n  a = 1 + "x"\n}\noutput "o" { value = local.a }\noutput "p" { value = local.a }')
    assert [(d.severity, str(d.place)) for d in found.diagnostics] == [("error", "main.tf:2")]
    assert not found.outputs["o"].is_known
