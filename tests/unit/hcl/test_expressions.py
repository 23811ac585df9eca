"""Every expression of the tables has the value that Terraform gives it."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from verifier.hcl import numbers
from verifier.hcl.errors import EvaluationError
from verifier.hcl.evaluate import evaluate
from verifier.hcl.nodes import Expression
from verifier.hcl.origin import Origin, Step
from verifier.hcl.scope import Resolved
from verifier.hcl.source import Place, Span
from verifier.hcl.syntax import parse_expression, parse_file
from verifier.hcl.types import STRING, Dynamic, ListOf, MapOf, ObjectOf, Primitive, SetOf, TupleOf, Type
from verifier.hcl.values import AFTER_APPLY, Bounds, Unknown, Value, object_

TABLES = Path(__file__).parent / "expressions"
ANSWERS: dict[str, Any] = json.loads((TABLES / "answers.json").read_text("utf-8"))


class FixtureScope:
    """The names of fixture.tf: its locals, and the one resource whose id is known after apply."""

    file = "fixture.tf"
    files_root: Path | None = None
    module_directory: Path | None = None

    def __init__(self, *, short_circuit: bool = False) -> None:
        self.short_circuit = short_circuit
        body = parse_file((TABLES / "fixture.tf").read_bytes(), "fixture.tf").body
        (written,) = body.blocks_of("locals")
        self._written: dict[str, Expression] = {a.name: a.expression for a in written.body.arguments}
        self._values: dict[str, Value] = {}

    def resolve(self, root: str, steps: Sequence[str], _span: Span) -> Resolved:
        if root == "local" and steps and steps[0] in self._written:
            if steps[0] not in self._values:
                self._values[steps[0]] = evaluate(self._written[steps[0]], self)
            return Resolved(self._values[steps[0]], 1)
        if root == "terraform_data" and steps and steps[0] == "u":
            address = "terraform_data.u"
            waits = Unknown(AFTER_APPLY, (f"{address}.id",), bounds=Bounds(not_null=True))
            identity = Value(STRING, waits, Origin(Step.REFERENCE, f"{address}.id"))
            return Resolved(object_({"id": identity}, reference=address), 1)
        raise EvaluationError(f"there is nothing named {root}")

    def place(self, span: Span) -> Place:
        return Place(self.file, span.line, span.column)


@pytest.fixture(scope="module")
def scope() -> FixtureScope:
    return FixtureScope()


def answer(expression: str, scope: FixtureScope) -> Any:
    """Our answer, in the form in which Terraform's are kept."""
    node, faults = parse_expression(expression, "expression")
    if faults:
        return {"error": True}
    try:
        value = evaluate(node, scope)
    except EvaluationError:
        return {"error": True}
    return {"type": type_json(value.type), "value": plain(value)}


def type_json(of: Type) -> Any:
    match of:
        case Primitive(name):
            return name
        case Dynamic():
            return "dynamic"
        case ListOf(element):
            return ["list", type_json(element)]
        case SetOf(element):
            return ["set", type_json(element)]
        case MapOf(element):
            return ["map", type_json(element)]
        case TupleOf(elements):
            return ["tuple", [type_json(element) for element in elements]]
        case ObjectOf(attributes):
            return ["object", {name: type_json(inner) for name, inner in attributes.items()}]


def plain(value: Value) -> Any:
    content = value.content
    if isinstance(content, Unknown):
        return {"unknown": True}
    if isinstance(content, Decimal):
        return (numbers.text(content) if content else "0") if content.is_finite() else "Infinity"
    if isinstance(content, tuple):
        return [plain(item) for item in content]
    if isinstance(content, Mapping):
        return {name: plain(item) for name, item in content.items()}
    return content


DIFFERENCES = {
    "base64gzip(": "the compressed bytes are those of one compressor",
    "textencodebase64(": "which names of encodings Terraform knows is not modelled beyond the common ones",
    "textdecodebase64(": "which names of encodings Terraform knows is not modelled beyond the common ones",
    "rsadecrypt(": "private keys are left to Terraform",
    'jsondecode("{\\"e\\\\u0301': "Terraform fails on a key that is not in Unicode's normal form C",
    'yamldecode("a:\\n\\tb: 1")': "tabs between words of YAML",
    'cidrhost("::ffff:': "IPv4 prefixes written as IPv6",
    "pow(": "the last digit of a fractional power depends on the processor",
}
"""Where our answer may be unknown though Terraform has one, and why."""


def _reason(expression: str) -> str | None:
    return next((reason for start, reason in DIFFERENCES.items() if expression.startswith(start)), None)


@pytest.mark.parametrize("expression", ANSWERS, ids=str)
def test_an_expression_has_the_value_terraform_gives_it(expression: str, scope: FixtureScope) -> None:
    ours = answer(expression, scope)
    if _reason(expression) and ours != ANSWERS[expression]:
        assert ours["value"] == {"unknown": True}
    else:
        assert ours == ANSWERS[expression]


def test_few_expressions_are_unknown_here_though_terraform_knows_them(scope: FixtureScope) -> None:
    different = [expression for expression in ANSWERS if answer(expression, scope) != ANSWERS[expression]]
    assert all(map(_reason, different))
    assert len(different) <= 17
    assert len(ANSWERS) > 3000


def test_a_real_terraform_still_answers_the_same(tmp_path: Path) -> None:
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("no terraform on PATH to compare the answers with")
    refresh = _refresh_script()
    if not refresh.is_expected_version(terraform):
        pytest.skip("the terraform on PATH is not the version that gave the answers")
    sample = list(ANSWERS)[::37]
    assert refresh.ask(terraform, tmp_path, sample) == {expression: ANSWERS[expression] for expression in sample}


def _refresh_script() -> Any:
    spec = importlib.util.spec_from_file_location("refresh", TABLES / "refresh.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_expression_of_the_tables_has_an_answer() -> None:
    assert list(ANSWERS) == _refresh_script().expressions()
