"""A scope of plain names, and what an expression is worth in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from verifier.hcl.errors import EvaluationError
from verifier.hcl.evaluate import evaluate
from verifier.hcl.nodes import Expression
from verifier.hcl.scope import Resolved
from verifier.hcl.source import Place, Span
from verifier.hcl.syntax import parse_expression
from verifier.hcl.values import Value


class PlainScope:
    """Every name is a root: `flag`, `settings.name`."""

    file = "main.tf"

    def __init__(
        self,
        names: Mapping[str, Value],
        *,
        short_circuit: bool = False,
        files_root: Path | None = None,
        module_directory: Path | None = None,
    ) -> None:
        self.names = names
        self.short_circuit = short_circuit
        self.files_root = files_root
        self.module_directory = module_directory

    def resolve(self, root: str, _steps: Sequence[str], _span: Span) -> Resolved:
        if root not in self.names:
            raise EvaluationError(f"there is nothing named {root}")
        return Resolved(self.names[root], 0)

    def place(self, span: Span) -> Place:
        return Place(self.file, span.line, span.column)


def _parsed(text: str) -> Expression:
    expression, faults = parse_expression(text, "main.tf")
    assert not faults
    return expression


@pytest.fixture(scope="session")
def parsed() -> Callable[[str], Expression]:
    """The nodes of an expression without a fault."""
    return _parsed


@pytest.fixture(scope="session")
def scope_of() -> Callable[..., PlainScope]:
    """A scope of the given names: `scope_of({"flag": boolean(True)}, short_circuit=True)`."""
    return PlainScope


@pytest.fixture(scope="session")
def worth() -> Callable[..., Value]:
    """The value of an expression among the given names: `worth("flag ? 1 : 0", flag=boolean(True))`."""

    def value_of(text: str, **names: Value) -> Value:
        return evaluate(_parsed(text), PlainScope(names))

    return value_of
