from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from verifier.hcl.values import JSON, to_json
from verifier.terraform.plan import StaticPlan

Plan = Callable[..., StaticPlan]


def evaluated(plan: Plan, document: JSON | str, **files: str) -> StaticPlan:
    return plan({"main.tf.json": document if isinstance(document, str) else json.dumps(document), **files})


def output(found: StaticPlan) -> object:
    assert found.complete, found.diagnostics
    return to_json(found.outputs["o"])


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"locals": {"a": "${1 + 1}", "b": "x-${local.a}"}, "output": {"o": {"value": "${local.b}"}}}, "x-2"),
        ({"output": {"o": {"value": {"a${1}": [1, None, "${true}"]}}}}, {"a1": [1, None, True]}),
        ([{"locals": {"a": 1}}, {"locals": [{"b": 2}], "output": {"o": {"value": "${local.a + local.b}"}}}], 3),
        ({"//": "a comment", "output": {"o": {"//": "another", "value": "$${x}"}}}, "${x}"),
        (
            {
                "variable": {"x": {"type": 'object({a = optional(string, "z")})', "default": {}}},
                "output": {"o": {"value": "${var.x}"}},
            },
            {"a": "z"},
        ),
        ({"variable": {"x": {"default": "${text}"}}, "output": {"o": {"value": "${var.x}"}}}, "${text}"),
    ],
)
def test_expressions_in_json_syntax(plan: Plan, document: JSON, expected: object) -> None:
    assert output(evaluated(plan, document)) == expected


def test_resources_in_json_syntax(plan: Plan) -> None:
    found = evaluated(
        plan,
        {
            "provider": {"azurerm": {"alias": "other"}},
            "resource": {
                "azurerm_x": {
                    "y": {
                        "count": 2,
                        "name": "n${count.index}",
                        "depends_on": ["azurerm_x.z"],
                        "provider": "azurerm.other",
                        "lifecycle": {"ignore_changes": ["name"]},
                        "dynamic": {"rule": {"for_each": [1, 2], "content": {"n": "${rule.value}"}}},
                    },
                    "z": [{"name": "z"}],
                }
            },
        },
    )
    assert found.complete, found.diagnostics
    assert [i.address for i in found.instances] == ["azurerm_x.y[0]", "azurerm_x.y[1]", "azurerm_x.z"]
    second = found.instances[1]
    assert to_json(second.values) == {"name": "n1", "rule": [{"n": 1}, {"n": 2}]}
    assert second.depends_on == ("azurerm_x.z",)
    assert second.provider == "azurerm.other"


def test_modules_and_providers_in_json_syntax(plan: Plan) -> None:
    found = evaluated(
        plan,
        {
            "provider": {"azurerm": [{"features": {}}, {"alias": "hub"}]},
            "module": {"m": {"source": "./m", "v": "${1}", "providers": {"azurerm": "azurerm.hub"}}},
            "output": {"o": {"value": "${module.m.v}"}},
        },
        **{"m/main.tf": 'variable "v" {}\noutput "v" { value = var.v }\nresource "azurerm_x" "y" {}'},
    )
    assert output(found) == 1
    assert found.instances[0].provider == "azurerm.hub"
    assert sorted(found.providers) == ["azurerm", "azurerm.hub"]


def test_a_validation_in_json_syntax_is_evaluated(plan: Plan) -> None:
    validation = {"condition": "${var.x > 1}", "error_message": "too small"}
    found = evaluated(plan, {"variable": {"x": {"default": 1, "validation": [validation]}}})
    assert ["too small" in d.summary for d in found.diagnostics] == [True]


def test_a_json_file_can_override(plan: Plan) -> None:
    files = {
        "a.tf": 'locals {\n  a = 1\n}\noutput "o" { value = local.a }',
        "a_override.tf.json": '{"locals": {"a": 2}}',
    }
    assert output(plan(files)) == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{\n"locals":', 2),
        ('{\n\n"resource": "x"}', 3),
        ('{"output": {\n"o": "x"}}', 2),
        ('{\n"foo": {"a": 1}}', 2),
        ('{"locals": {"a": 1,\n"a": 2}}', 2),
        ('{"resource": {"azurerm_x": {"y": {\n"depends_on": ["a b"]}}}}', 2),
    ],
)
def test_a_mistake_in_a_json_file_is_an_error_with_its_line(plan: Plan, text: str, line: int) -> None:
    found = evaluated(plan, text)
    assert [(d.severity, d.place and (d.place.file, d.place.line)) for d in found.diagnostics] == [
        ("error", ("main.tf.json", line))
    ]


def test_values_from_a_json_file_have_their_place_in_it(plan: Plan) -> None:
    found = evaluated(plan, '{"output": {"o": {\n  "value": "literal"}}}')
    origin = found.outputs["o"].origin
    assert origin is not None
    assert str(origin.decider.place) == "main.tf.json:2"


WORDS = st.sampled_from(
    [
        "locals",
        "resource",
        "data",
        "variable",
        "output",
        "module",
        "azurerm_x",
        "y",
        "count",
        "for_each",
        "dynamic",
        "//",
    ]
)
TEXTS = st.sampled_from(["", "${", "${var.y}", "${azurerm_x.y.id}", "./m", "string", "${each.key}", "%{ if", "a"])
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=DOCUMENTS)
def test_any_json_document_ends_in_a_plan(plan: Plan, document: JSON) -> None:
    evaluated(plan, document)
