"""Every value of the table becomes what Terraform makes of it when a variable of the type gets it."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from verifier.hcl.constraints import type_constraint
from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError
from verifier.hcl.evaluate import evaluate
from verifier.hcl.syntax import parse_expression

HERE = Path(__file__).parent
ANSWERS: dict[str, Any] = json.loads((HERE / "conversions" / "answers.json").read_text("utf-8"))


def _load(name: str, path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


expressions = _load("expressions_of_the_tables", HERE / "test_expressions.py")


@pytest.fixture(scope="module")
def scope() -> Any:
    return expressions.FixtureScope()


def answer(line: str, scope: Any) -> Any:
    kind, _, value = line.partition(" <- ")
    (type_node, faults), (value_node, more_faults) = parse_expression(kind, "type"), parse_expression(value, "value")
    if faults or more_faults:
        return {"error": True}
    try:
        converted = convert(evaluate(value_node, scope), type_constraint(type_node, scope))
    except EvaluationError:
        return {"error": True}
    return {"type": expressions.type_json(converted.type), "value": expressions.plain(converted)}


@pytest.mark.parametrize("line", ANSWERS, ids=str)
def test_a_value_becomes_what_terraform_makes_of_it(line: str, scope: Any) -> None:
    assert answer(line, scope) == ANSWERS[line]


def test_every_line_of_the_table_has_an_answer() -> None:
    assert list(ANSWERS) == _load("refresh_conversions", HERE / "conversions" / "refresh.py").conversions()
