"""Expressions, templates and heredocs mean what Terraform says: answers recorded in template_values.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from verifier.hcl.evaluate import evaluate
from verifier.hcl.scope import Resolved
from verifier.hcl.source import Place, Span
from verifier.hcl.syntax import parse_file
from verifier.hcl.types import STRING
from verifier.hcl.values import Value, to_json

CASES = json.loads((Path(__file__).parent / "template_values.json").read_text(encoding="utf-8"))["cases"]


class OnlyX:
    """A scope in which local.x is "X"."""

    file = "main.tf"
    files_root = None
    module_directory = None
    short_circuit = False

    def resolve(self, root: str, steps: Sequence[str], span: Span) -> Resolved:  # noqa: ARG002 - the scope's protocol
        assert (root, list(steps)) == ("local", ["x"])
        return Resolved(Value(STRING, "X"), 1)

    def place(self, span: Span) -> Place:
        return Place(self.file, span.line, span.column)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["expression"][:40])
def test_an_expression_is_worth_what_terraform_says(case: dict[str, object]) -> None:
    parsed = parse_file(f"v = {case['expression']}\n", "main.tf")

    assert parsed.diagnostics == ()
    assert to_json(evaluate(parsed.body.arguments[0].expression, OnlyX())) == case["value"]
