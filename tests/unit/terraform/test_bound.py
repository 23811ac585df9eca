from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from verifier.hcl.origin import Step
from verifier.hcl.values import JSON, Unknown, Value, to_json
from verifier.terraform.configuration import Configuration, load
from verifier.terraform.plan import Planned, StaticPlan

Configure = Callable[..., Configuration]

STACK = {
    "main.tf": """
        module "m" {
          source = "./m"
        }
        resource "azurerm_x" "user" {
          issuer = module.m.issuer
        }
        resource "azurerm_x" "maybe" {
          count = module.m.count
        }
        output "o" {
          value = module.m.deep
        }
        """,
    "m/main.tf": """
        resource "azurerm_k" "main" {
          count = 1
          name  = "given"
          identity {
            type = "SystemAssigned"
          }
        }
        output "issuer" {
          value = "${azurerm_k.main[0].oidc_issuer_url}/x"
        }
        output "count" {
          value = azurerm_k.main[0].number
        }
        output "deep" {
          value = {
            identity = azurerm_k.main[0].identity[0].principal_id
            type     = azurerm_k.main[0].identity[0].type
            kubelet  = azurerm_k.main[0].kubelet_identity[0].object_id
            other    = azurerm_k.main[0].kubelet_identity[0].client_id
            name     = azurerm_k.main[0].name
          }
        }
        """,
}
ADDRESS = "module.m.azurerm_k.main[0]"


def test_a_bound_attribute_reaches_whatever_waited_for_it(configure: Configure) -> None:
    configuration = configure(STACK)
    reference = f"{ADDRESS}.oidc_issuer_url"
    before = next(i for i in configuration.plan().instances if i.name == "user").values.content["issuer"]  # type: ignore[index]
    assert isinstance(before.content, Unknown)
    assert before.content.references == (reference,)
    after = next(i for i in configuration.plan({reference: "https://i"}).instances if i.name == "user")
    assert to_json(after.values) == {"issuer": "https://i/x"}


def test_a_bound_value_says_that_it_was_read_live(configure: Configure) -> None:
    plan = configure('resource "azurerm_x" "y" {}\noutput "o" { value = azurerm_x.y.id }').plan({"azurerm_x.y.id": "i"})
    origin = plan.outputs["o"].origin
    assert origin is not None
    assert (origin.decider.step, origin.decider.text) == (Step.LIVE, "azurerm_x.y.id")
    assert plan.bound == {"azurerm_x.y.id": "i"}


def test_bound_attributes_deep_in_blocks_leave_their_neighbours_unknown(configure: Configure) -> None:
    plan = configure(STACK).plan(
        {f"{ADDRESS}.identity[0].principal_id": "p", f"{ADDRESS}.kubelet_identity[0].object_id": "k"}
    )
    content = plan.outputs["o"].content
    assert isinstance(content, dict)
    assert {name: content[name].content for name in ("identity", "type", "kubelet", "name")} == {
        "identity": "p",
        "type": "SystemAssigned",
        "kubelet": "k",
        "name": "given",
    }
    assert isinstance(content["other"].content, Unknown)
    assert content["other"].content.references == (f"{ADDRESS}.kubelet_identity[0].client_id",)


def test_a_bound_count_settles_what_is_planned(configure: Configure) -> None:
    plan = configure(STACK).plan({f"{ADDRESS}.number": 2})
    assert [i.address for i in plan.instances if i.name == "maybe" and isinstance(i.presence, Planned)] == [
        "azurerm_x.maybe[0]",
        "azurerm_x.maybe[1]",
    ]


def test_what_the_configuration_gives_is_never_replaced(configure: Configure) -> None:
    plan = configure(STACK).plan({f"{ADDRESS}.name": "other"})
    content = plan.outputs["o"].content
    assert isinstance(content, dict)
    assert content["name"].content == "given"


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        ({"data.azurerm_client_config.c.tenant_id": "t"}, "t"),
        ({"data.azurerm_client_config.c.tenant_id": None}, None),
        ({"nonsense": 1, "": 2, "a..b": 3, "data.azurerm_client_config.c.tenant_id": "t"}, "t"),
    ],
)
def test_data_sources_bind_too(configure: Configure, bound: dict[str, JSON], expected: JSON) -> None:
    text = 'data "azurerm_client_config" "c" {}\noutput "o" { value = data.azurerm_client_config.c.tenant_id }'
    assert to_json(configure(text).plan(bound).outputs["o"]) == expected


def test_the_plan_of_one_binding_does_not_leak_into_the_next(configure: Configure) -> None:
    configuration = configure(STACK)
    configuration.plan({f"{ADDRESS}.oidc_issuer_url": "https://i"})
    assert not next(i for i in configuration.plan().instances if i.name == "user").values.is_wholly_known


REFERENCE_STACK = Path(__file__).parents[3] / "terraform"


def known(value: Value, path: str) -> Iterator[tuple[str, object]]:
    """Every known primitive in a value, by its path."""
    if isinstance(value.content, Mapping):
        for name, item in value.content.items():
            yield from known(item, f"{path}.{name}")
    elif isinstance(value.content, tuple):
        for index, item in enumerate(value.content):
            yield from known(item, f"{path}[{index}]")
    elif not isinstance(value.content, Unknown):
        yield path, value.content


def all_known(plan: StaticPlan) -> dict[str, object]:
    return dict(pair for i in plan.instances for pair in known(i.values, i.address))


def references(value: Value) -> Iterator[str]:
    if isinstance(value.content, Unknown):
        yield from value.content.references
    elif isinstance(value.content, Mapping):
        for item in value.content.values():
            yield from references(item)
    elif isinstance(value.content, tuple):
        for item in value.content:
            yield from references(item)


@pytest.fixture(scope="module")
def stack() -> Configuration:
    return load(REFERENCE_STACK)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_binding_adds_to_what_is_known_and_changes_none_of_it(stack: Configuration, data: st.DataObject) -> None:
    before = stack.plan()
    waiting = sorted({r for i in before.instances for r in references(i.values)})
    assert waiting
    chosen = data.draw(st.lists(st.sampled_from(waiting), unique=True))
    after = stack.plan(dict.fromkeys(chosen, "bound"))
    assert all_known(before).items() <= all_known(after).items()
    assert {i.address for i in before.instances} == {i.address for i in after.instances}
    assert not {r for i in after.instances for r in references(i.values)} & set(chosen)


PROVIDERS = """
    variable "subscription_id" {
      default = "s"
    }
    provider "azurerm" {
      features {}
      subscription_id = var.subscription_id
    }
    provider "azurerm" {
      alias           = "other"
      subscription_id = "o"
    }
    resource "azurerm_x" "x" {
      name = not.declared
    }
"""


def test_a_provider_is_evaluated_without_anything_else(configure: Configure) -> None:
    configuration = configure(PROVIDERS)
    provider = configuration.provider("azurerm")

    assert provider is not None
    assert to_json(provider) == to_json(configuration.plan().providers["azurerm"])
    assert to_json(provider) == {"subscription_id": "s", "features": [{}]}
    assert configuration.provider("azapi") is None


def test_a_provider_that_hangs_on_what_is_imported_is_known_too(configure: Configure) -> None:
    configuration = configure("""
        import {
          to = terraform_data.of
          id = "imported"
        }
        resource "terraform_data" "of" {}
        provider "azurerm" {
          subscription_id = terraform_data.of.id
        }
    """)
    provider = configuration.provider("azurerm")

    assert provider is not None
    assert to_json(provider) == {"subscription_id": "imported"}
    assert to_json(configuration.plan().providers["azurerm"]) == {"subscription_id": "imported"}


def test_the_origin_of_an_aliased_provider_names_the_alias(configure: Configure) -> None:
    origin = configure(PROVIDERS).plan().providers["azurerm.other"].origin

    assert origin is not None
    assert origin.text == 'provider "azurerm.other"'
