"""Settings: the values that var files, the environment and the command line give to the root module's variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from verifier import ordinary
from verifier.errors import ConfigurationError
from verifier.hcl import disk
from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import field, replace, slotted
from verifier.hcl.nodes import Expression, ObjectConstructor
from verifier.hcl.origin import Origin, Step
from verifier.hcl.source import Diagnostic, Place
from verifier.hcl.values import string, unknown
from verifier.terraform.constants import ConstantScope
from verifier.terraform.files import automatic_var_files, name_below
from verifier.terraform.plan import UndeclaredSetting
from verifier.terraform.variable_values import Passed
from verifier.terraform.variables import VariableDeclaration

if TYPE_CHECKING:
    from verifier.hcl.cache import Cache
    from verifier.hcl.nodes import ParsedFile

_ENVIRONMENT_PREFIX = "TF_VAR_"

Input: TypeAlias = Path | tuple[str, str]
"""What the command line gives: a var file, or a variable's name and text."""


@slotted()
class Settings:
    """The values that hold, by variable; what nobody declared; what was wrong. Gives the root module its variables."""

    values: dict[str, Passed] = field(default_factory=dict)
    undeclared: list[UndeclaredSetting] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def passed(self, declaration: VariableDeclaration) -> Passed | None:
        """The value given to a variable, or None."""
        return self.values.get(declaration.name)

    def missing(self, declaration: VariableDeclaration, address: str) -> Diagnostic:
        """What to say when none is given and there is no default."""
        name = declaration.name
        return Diagnostic(
            severity="error",
            summary=f"no value for required variable {name}",
            place=declaration.declared.place,
            detail=f"{address} has no default, and everything that depends on it is unknown",
            next_step=f"set {name} in terraform.tfvars, pass --var {name}=…, or export {_ENVIRONMENT_PREFIX}{name}",
        )


def gather(
    root: Path,
    declared: Mapping[str, VariableDeclaration],
    *,
    inputs: Sequence[Input],
    environment: Mapping[str, str],
    cache: Cache | None,
) -> Settings:
    """All settings in Terraform's order, later ones winning: environment, automatic var files, then `inputs` as given.

    What another one wins over is not looked into, as in Terraform. Raises ConfigurationError for a var file that is
    missing, cannot be read or is malformed.
    """
    settings = Settings()
    winning: dict[str, Callable[[], Passed]] = {}
    for key, text in sorted(environment.items()):
        name = key.removeprefix(_ENVIRONMENT_PREFIX)
        if name != key and name in declared:
            winning[name] = partial(_text, settings, declared[name], text, Origin(Step.ENVIRONMENT, key))
    for file in automatic_var_files(root):
        winning |= _of_file(settings, _contents(file, given=False), name_below(file, root), declared, cache)
    for given in inputs:
        if isinstance(given, Path):
            content = _contents(given, given=True)
            # What comes through a pipe is to stay off the disk.
            kept = cache if disk.is_file(given) else None
            winning |= _of_file(settings, content, name_below(given, root), declared, kept)
            continue
        name, text = given
        if name in declared:
            winning[name] = partial(_text, settings, declared[name], text, Origin(Step.COMMAND_LINE, f"-var {name}"))
        else:
            _undeclared(settings, name, Place("-var", 1), "error")
    settings.values.update((name, value()) for name, value in winning.items())
    return settings


def _text(settings: Settings, declaration: VariableDeclaration, text: str, origin: Origin) -> Passed:
    """The value that text from outside means: itself for a primitive type, else an expression."""
    if declaration.raw_text:
        return Passed(string(text, origin), None)
    from verifier.hcl.syntax import parse_expression

    expression, diagnostics = parse_expression(text, origin.text)
    settings.diagnostics.extend(replace(d, summary=f"{origin.text}: {d.summary}", place=None) for d in diagnostics)
    try:
        value = ConstantScope(origin.text, "a variable's value").evaluate(expression)
        return Passed(value.from_origin(origin), None)
    except EvaluationError as error:
        summary = f"{origin.text}: {error.summary}"
        settings.diagnostics.append(Diagnostic(severity="error", summary=summary))
        return Passed(unknown(declaration.type, summary), None)


def _of_file(
    settings: Settings, content: bytes, name: str, declared: Mapping[str, VariableDeclaration], cache: Cache | None
) -> Mapping[str, Callable[[], Passed]]:
    """What gives the values that a var file has for declared variables."""
    found = {}
    for key, expression, place in _entries(content, name, cache):
        if key not in declared:
            _undeclared(settings, key, place, "warning")
            continue
        found[key] = partial(_value_in_file, name, expression, place)
    return found


def _value_in_file(name: str, expression: Expression, place: Place) -> Passed:
    try:
        value = ConstantScope(name, "a var file's value").evaluate(expression)
    except EvaluationError as error:
        raise _malformed(name, str(error.place or place), error.summary) from error
    return Passed(value.from_origin(Origin(Step.VAR_FILE, name, place)), place)


def _contents(path: Path, *, given: bool) -> bytes:
    try:
        return disk.contents(path, given=given)
    except OSError as error:
        raise ConfigurationError(
            f"the var file cannot be read: {error.strerror}",
            where=str(path),
            expected="a readable file of `name = value` lines, or JSON when it ends in .json",
            next_step=ordinary.advice(error) or "correct the path of the var file",
        ) from error


def _entries(content: bytes, name: str, cache: Cache | None) -> Iterable[tuple[str, Expression, Place]]:
    if name.endswith(".json"):
        return _json_entries(content, name)
    from verifier.hcl.syntax import parse_file

    parsed = parse_file(content, name, cache=cache)
    _refuse_errors(parsed, name)
    for block in parsed.body.blocks:
        raise _malformed(name, f"{name}:{block.span.line}", f"a block of type {block.type!r} is not expected here")
    return [(a.name, a.expression, Place(name, a.span.line, a.span.column)) for a in parsed.body.arguments]


def _json_entries(content: bytes, name: str) -> Iterable[tuple[str, Expression, Place]]:
    from verifier.hcl.syntax import parse_json

    expression, diagnostics = parse_json(content, name)
    for diagnostic in diagnostics:
        if diagnostic.severity == "error":
            raise _malformed(name, str(diagnostic.place or name), diagnostic.summary)
    if not isinstance(expression, ObjectConstructor):
        raise _malformed(name, name, "a JSON object is expected at the top")
    return [
        (str(getattr(item.key, "value", "")), item.value, Place(name, item.span.line, item.span.column))
        for item in expression.items
    ]


def _refuse_errors(parsed: ParsedFile, name: str) -> None:
    for diagnostic in parsed.diagnostics:
        if diagnostic.severity == "error":
            place = diagnostic.place
            where = f"{place.file}:{place.line}:{place.column}" if place else name
            raise _malformed(name, where, diagnostic.summary)


def _malformed(name: str, where: str, what: str) -> ConfigurationError:
    return ConfigurationError(
        f"the var file is malformed: {what}",
        where=where,
        expected="`name = value` lines with plain values" if not name.endswith(".json") else "one JSON object",
        next_step="correct the line",
    )


def _undeclared(settings: Settings, name: str, place: Place, severity: str) -> None:
    settings.undeclared.append(UndeclaredSetting(name=name, place=place))
    settings.diagnostics.append(
        Diagnostic(
            severity="error" if severity == "error" else "warning",
            summary=f"no variable named {name} is declared in the root module; the value has no effect",
            place=None if place.file == "-var" else place,
            next_step=f'declare variable "{name}", or remove the value',
        )
    )
