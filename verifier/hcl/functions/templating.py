"""templatefile and templatestring: a template in another place, with names of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.hcl.access import elements
from verifier.hcl.context import Context
from verifier.hcl.convert import convert
from verifier.hcl.errors import EvaluationError, NotModelled
from verifier.hcl.functions.files import read_text
from verifier.hcl.functions.signature import Arguments
from verifier.hcl.operators import unknown_from
from verifier.hcl.scope import Resolved
from verifier.hcl.source import Place, Span
from verifier.hcl.types import ANY, STRING, MapOf, ObjectOf, describe
from verifier.hcl.values import ANYTHING, NOT_NULL, Unknown, Value, contains_sensitive, unknown

if TYPE_CHECKING:
    from verifier.hcl.scope import Scope


class _TemplateScope:
    """A template sees the variables that are passed to it, and nothing else."""

    def __init__(self, around: Scope, file: str, names: Mapping[str, Value]) -> None:
        self.file = file
        self.files_root: Path | None = around.files_root
        self.module_directory: Path | None = around.module_directory
        self.short_circuit = around.short_circuit
        self._names = names

    def resolve(self, root: str, _steps: Sequence[str], _span: Span) -> Resolved:
        """The variable that was passed under that name."""
        if root not in self._names:
            raise EvaluationError(f"no variable named {root!r} is passed to the template")
        return Resolved(self._names[root], 0)

    def place(self, span: Span) -> Place:
        """The place of a span in the template."""
        return Place(self.file, span.line, span.column)


def render(name: str, arguments: Arguments, context: Context) -> Value:
    """templatefile(path, vars) and templatestring(template, vars)."""
    if len(arguments) != 2:
        raise EvaluationError(f"{name} takes two arguments, and {len(arguments)} are given")
    source, variables = convert(arguments[0], STRING), arguments[1]
    of = STRING if name == "templatestring" else ANY
    for what, argument in (("the template", source), ("the map of variables", variables)):
        if argument.content is None:
            raise EvaluationError(f"{name}: {what} is null")
    if not isinstance(variables.type, MapOf | ObjectOf) and variables.type != ANY:
        raise EvaluationError(f"{name}: the variables are a {describe(variables.type)}, not a map")
    if isinstance(source.content, Unknown) or isinstance(variables.content, Unknown):
        return unknown_from(of, source, variables, bounds=NOT_NULL if of == STRING else ANYTHING)
    try:
        rendered = _rendered(name, str(source.content), variables, context)
    except NotModelled as case:
        return unknown(of, f"{name}: {case.because}")
    if name == "templatestring":
        rendered = convert(rendered, STRING)
    return rendered.marked(sensitive=contains_sensitive(source) or variables.sensitive)


def _rendered(name: str, source: str, variables: Value, context: Context) -> Value:
    from verifier.hcl.syntax import parse_template

    is_file = name == "templatefile"
    text, file = (read_text(source, context.scope), source) if is_file else (source, "template")
    node, faults = parse_template(text, file)
    for fault in faults:
        if fault.severity == "error":
            raise EvaluationError(f"the template is not valid: {fault.summary}", fault.place)
    names = {str(key.content): item for key, item in elements(variables)}
    for variable in names:
        if not variable.replace("-", "_").isidentifier():
            raise EvaluationError(f"{name}: {variable!r} is not a name that a template can use")
    inner = Context(_TemplateScope(context.scope, file, names), {}, context.evaluate, budget=context.budget)
    return context.evaluate(node, inner)
