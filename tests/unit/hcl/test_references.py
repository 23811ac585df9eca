"""What a resource does not say is known after apply, under the address it has there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from verifier.hcl.errors import EvaluationError
from verifier.hcl.evaluate import evaluate, evaluate_or_unknown, static_traversals
from verifier.hcl.origin import Step
from verifier.hcl.source import Diagnostic, Place
from verifier.hcl.types import STRING
from verifier.hcl.values import Unknown, Value, object_, string, tuple_, unknown

Worth = Callable[..., Value]

CLUSTER = object_(
    {"name": string("aks"), "labels": object_({"team": string("ml")})},
    reference="module.sil.azurerm_kubernetes_cluster.main",
)


def waits(value: Value) -> Unknown:
    assert isinstance(value.content, Unknown)
    return value.content


def test_an_attribute_that_the_configuration_gives_is_known(worth: Worth) -> None:
    assert worth("cluster.name", cluster=CLUSTER).content == "aks"


def test_another_attribute_is_known_after_apply_under_its_address(worth: Worth) -> None:
    value = worth("cluster.oidc_issuer_url", cluster=CLUSTER)
    assert waits(value).references == ("module.sil.azurerm_kubernetes_cluster.main.oidc_issuer_url",)
    assert waits(value).because == "known after apply"
    assert value.origin is not None
    assert value.origin.step is Step.REFERENCE


@pytest.mark.parametrize(
    ("expression", "address"),
    [
        ("cluster.identity[0].principal_id", ".identity[0].principal_id"),
        ("cluster.identity.0.principal_id", ".identity[0].principal_id"),
        ('cluster.identity["a"].b', '.identity["a"].b'),
    ],
)
def test_steps_into_an_unknown_deepen_its_address(worth: Worth, expression: str, address: str) -> None:
    value = worth(expression, cluster=CLUSTER)
    assert waits(value).references == (f"module.sil.azurerm_kubernetes_cluster.main{address}",)


def test_steps_into_what_was_computed_from_an_unknown_do_not_pretend_to_be_its_address(worth: Worth) -> None:
    value = worth("jsondecode(cluster.output).properties.id", cluster=CLUSTER)
    assert waits(value).references == ("module.sil.azurerm_kubernetes_cluster.main.output",)
    assert waits(value).derived


def test_what_is_computed_from_several_unknowns_names_all_of_them(worth: Worth) -> None:
    value = worth('"${cluster.a}/${cluster.b}/${cluster.a}"', cluster=CLUSTER)
    base = "module.sil.azurerm_kubernetes_cluster.main"
    assert waits(value).references == (f"{base}.a", f"{base}.b")


def test_an_object_within_a_resource_has_no_attributes_but_its_own(worth: Worth) -> None:
    with pytest.raises(EvaluationError, match="no attribute named 'cost'"):
        worth("cluster.labels.cost", cluster=CLUSTER)


@pytest.mark.parametrize("expression", ["keys(cluster)", "length(cluster)", "jsonencode(cluster)", "merge(cluster)"])
def test_a_function_over_a_whole_resource_is_unknown(worth: Worth, expression: str) -> None:
    assert not worth(expression, cluster=CLUSTER).is_known


def test_an_unknown_condition_is_never_taken_for_false(worth: Worth) -> None:
    value = worth("cluster.private ? 1 : 0", cluster=CLUSTER)
    assert not value.is_known


def test_an_unknown_that_was_not_refined_may_be_null(worth: Worth) -> None:
    assert not worth("cluster.oid == null", cluster=CLUSTER).is_known


def test_the_truth_of_an_unknown_is_refused(worth: Worth) -> None:
    with pytest.raises(TypeError):
        bool(worth("cluster.oid", cluster=CLUSTER))
    with pytest.raises(TypeError):
        bool(unknown(STRING, "x").content)


def test_an_error_names_its_place(worth: Worth) -> None:
    with pytest.raises(EvaluationError) as raised:
        worth('[1,\n  cluster.name + "x"]', cluster=CLUSTER)
    assert raised.value.place == Place("main.tf", 2, 3)


def test_an_error_becomes_a_diagnostic_and_an_unknown_that_says_so(
    parsed: Callable[..., object], scope_of: Callable[..., object]
) -> None:
    diagnostics: list[Diagnostic] = []
    value = evaluate_or_unknown(
        parsed("nothing.there"),  # type: ignore[arg-type]
        scope_of({}),  # type: ignore[arg-type]
        diagnostics,
    )
    (diagnostic,) = diagnostics
    assert str(diagnostic) == "main.tf:1:1: there is nothing named nothing"
    assert diagnostic.severity == "error"
    assert waits(value).because == "there is nothing named nothing (main.tf:1)"
    assert waits(value).references == ()


@pytest.mark.parametrize(
    ("expression", "reads"),
    [
        ("var.a.b", [("var", ("a", "b"))]),
        ("var.list[0].name", [("var", ("list", 0, "name"))]),
        ('var.map["k"].x', [("var", ("map", "k", "x"))]),
        ("var.map[local.key].x", [("var", ("map",)), ("local", ("key",))]),
        ("var.a ? local.b : module.c.d", [("var", ("a",)), ("local", ("b",)), ("module", ("c", "d"))]),
        ('[for k, v in var.m : "${k}${v.x}${each.key}" if v.on]', [("var", ("m",)), ("each", ("key",))]),
        ("var.list[*].name", [("var", ("list",))]),
        ("merge(var.a, { x = local.y, (var.k) = 1 })", [("var", ("a",)), ("local", ("y",)), ("var", ("k",))]),
        ('"%{ for x in var.l }${x}%{ endfor }"', [("var", ("l",))]),
        ("(var.a).b", [("var", ("a",))]),
        ("f(var.a...)[local.i]", [("local", ("i",)), ("var", ("a",))]),
        ("1 + 2", []),
    ],
)
def test_what_an_expression_reads_is_found_without_evaluating_it(
    parsed: Callable[..., object], expression: str, reads: list[tuple[str, tuple[object, ...]]]
) -> None:
    found = static_traversals(parsed(expression))  # type: ignore[arg-type]
    assert sorted((root, steps) for root, steps, _ in found) == sorted(reads)


@pytest.mark.parametrize(
    ("expression", "strict", "short"),
    [
        ("false && later", None, False),
        ("true || later", None, True),
        ("later || true", None, True),
        ("true && later", None, None),
        ("false && broken.x", "error", False),
        ("broken.x || true", "error", True),
        ("true && broken.x", "error", "error"),
        ("false && null", "error", False),
    ],
)
def test_logic_short_circuits_from_terraform_1_12_on(
    parsed: Callable[..., object],
    scope_of: Callable[..., object],
    expression: str,
    strict: object,
    short: object,
) -> None:
    names = {"later": unknown(STRING, "known after apply"), "broken": object_({})}
    for short_circuit, expected in ((False, strict), (True, short)):
        scope = scope_of(names, short_circuit=short_circuit)
        try:
            value = evaluate(parsed(expression), scope)  # type: ignore[arg-type]
        except EvaluationError:
            assert expected == "error"
        else:
            assert (value.content if value.is_known else None) is expected


@pytest.mark.parametrize(
    "expression",
    [
        "tonumber(secret)",
        "parseint(secret, 10)",
        "{ a = 1 }[secret]",
        "secret + 1",
        "regex(secret, secret)",
        "timeadd(secret, secret)",
        "max(secrets...)",
        "sum(secrets)",
        "sort(secrets).x",
        "cidrhost(secret, 1)",
        "secret ? 1 : 2",
        "lookup({ a = 1 }, secret)",
        "{ for x in [secret, secret] : x => 1 }",
        "jsondecode(secret)",
        "formatdate(secret, secret)",
        'format("%d", secret)',
        "[secret][*].x",
        "secrets[*].x",
        '"%{ for x in secrets }${x + 1}%{ endfor }"',
        "base64decode(secret)",
        "uuidv5(secret, secret)",
        "[for x in secrets : tonumber(x)]",
    ],
)
def test_an_error_over_a_sensitive_value_does_not_show_it(worth: Worth, expression: str) -> None:
    secret = string("hunter2(", sensitive=True)
    secrets = tuple_([string("hunter2(")], sensitive=True)
    with pytest.raises(EvaluationError) as raised:
        worth(expression, secret=secret, secrets=secrets)
    assert "hunter2" not in str(raised.value)
