"""Scope: what the names in one file of one module instance stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.hcl.evaluate import evaluate_or_unknown
from verifier.hcl.nodes import Expression
from verifier.hcl.scope import Resolved
from verifier.hcl.source import Diagnostic, Place, Span
from verifier.hcl.values import Value
from verifier.terraform.files import SourceFile
from verifier.terraform.names import resolve

if TYPE_CHECKING:
    from verifier.terraform.instance import ModuleInstance

NO_NAMES: Mapping[str, Value] = {}


class Context:
    """Where expressions of a module instance are evaluated, with the names that only hold here.

    `names` are `each`, `count` and the iterators of dynamic blocks. Errors in expressions go to `diagnostics`.
    """

    __slots__ = ("_scopes", "diagnostics", "instance", "names")

    def __init__(
        self,
        instance: ModuleInstance,
        names: Mapping[str, Value] = NO_NAMES,
        diagnostics: list[Diagnostic] | None = None,
    ) -> None:
        self.instance = instance
        self.names = names
        self.diagnostics = instance.diagnostics if diagnostics is None else diagnostics
        self._scopes: dict[str, ModuleScope] = {}

    def scope(self, file: SourceFile) -> ModuleScope:
        """The scope of a file here."""
        scope = self._scopes.get(file.name)
        if scope is None:
            scope = self._scopes[file.name] = ModuleScope(self.instance, file.name, self.names)
        return scope

    def evaluate(self, file: SourceFile, expression: Expression) -> Value:
        """The value of an expression; with an error in it, an unknown and a diagnostic."""
        return evaluate_or_unknown(expression, self.scope(file), self.diagnostics)

    def naming(self, name: str, value: Value) -> Context:
        """The same context with one more name."""
        return Context(self.instance, {**self.names, name: value}, self.diagnostics)


class ModuleScope:
    """One file's view of its module instance (a verifier.hcl.scope.Scope)."""

    __slots__ = ("_instance", "_names", "file", "files_root", "module_directory", "short_circuit")

    def __init__(self, instance: ModuleInstance, file: str, names: Mapping[str, Value]) -> None:
        self.file = file
        self.files_root: Path | None = instance.run.files_root
        self.module_directory: Path | None = instance.run.root
        self.short_circuit = instance.run.short_circuit
        self._instance = instance
        self._names = names

    def place(self, span: Span) -> Place:
        """The place of a span in the file at hand."""
        return Place(self.file, span.line, span.column)

    def resolve(self, root: str, steps: Sequence[str], span: Span) -> Resolved:  # noqa: ARG002 - the evaluator knows it
        """What `root.steps…` names. Raises EvaluationError for a name that does not exist."""
        named = self._names.get(root)
        return resolve(self._instance, root, steps) if named is None else Resolved(named, 0)
