"""Which small changes of checks/ and verifier/access there are, and which of them are left out, and why."""

from __future__ import annotations

import ast
import random
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

LEFT_OUT = {
    "annotations and type aliases": "nothing evaluates the first, and nothing but a type checker reads the second",
    "alternatives of a pattern": "`case A() | B()` is no operation: with another operator it is no Python",
    "the switches of @dataclass": "frozen, slots and kw_only forbid what mypy already refuses to let anybody write",
    "a missing @dataclass": "nothing of such a class can be made: whatever uses it ends at once",
    "a missing @cache": "the same answer, later",
    "the stars of arguments": "the operators take them for arithmetic, and with another operator it is no Python",
}
"""What no mutant is made of, and why."""

Position = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One operator at one place of one file.

    `within` is the function or class at the top of the file that it is in, and `above` says that it is in what stands
    above that one: its decorators.
    """

    file: str
    operator: str
    occurrence: int
    line: int
    within: str
    above: bool


def files() -> list[Path]:
    """What is mutated."""
    return [*sorted(REPOSITORY.glob("checks/*.py")), *sorted(REPOSITORY.glob("verifier/access/*.py"))]


def mutants(file: Path) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of operators, then places."""
    from cosmic_ray import plugins
    from cosmic_ray.ast import ast_nodes, get_ast

    source = file.read_text(encoding="utf-8")
    tree = get_ast(source)
    module = ast.parse(source)
    unseen, switches, caches = _untouched(module), _switches(module), _useless_without(module)
    for name in plugins.operator_names():
        kind = plugins.get_operator(name)
        if kind.arguments():
            continue
        operator = kind()
        places = [start for node in ast_nodes(tree) for start, _ in operator.mutation_positions(node)]
        for occurrence, place in enumerate(places):
            removes = name.endswith("RemoveDecorator")
            if any(first <= place < last for first, last in [*unseen, *(caches if removes else switches)]):
                continue
            within, above = _within(module, place[0])
            yield Mutant(
                file=file.relative_to(REPOSITORY).as_posix(),
                operator=name.removeprefix("core/"),
                occurrence=occurrence,
                line=place[0],
                within=within,
                above=above,
            )


def changed(mutant: Mutant) -> str:
    """The text of the mutant's file, as the mutant has it."""
    from cosmic_ray import plugins
    from cosmic_ray.mutating import mutate_code

    operator = plugins.get_operator(f"core/{mutant.operator}")()
    text = mutate_code(original(mutant.file), operator, mutant.occurrence)
    assert text is not None, mutant
    return str(text)


@cache
def original(file: str) -> str:
    """The text of a file as it is."""
    return (REPOSITORY / file).read_text(encoding="utf-8")


def draw(every: Sequence[Mutant], sample: int, seed: str) -> list[Mutant]:
    """A draw that can be repeated, in no order: from each file by its share of all, and at least three of each."""
    chance = random.Random(seed)  # noqa: S311 - a draw that can be repeated, nothing secret
    drawn: list[Mutant] = []
    for _, group in groupby(every, key=lambda mutant: mutant.file):
        there = list(group)
        drawn += chance.sample(there, min(len(there), max(3, round(sample * len(there) / len(every)))))
    chance.shuffle(drawn)
    return [mutant for mutant in drawn if is_python(mutant)]


def is_python(mutant: Mutant) -> bool:
    """Whether the changed text is Python at all: the operators take the stars of `f(*a, **b)` for arithmetic."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(changed(mutant), mutant.file, "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _span(node: ast.expr | ast.pattern) -> tuple[Position, Position]:
    return (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)


def _untouched(module: ast.Module) -> list[tuple[Position, Position]]:
    """Annotations, type aliases, and alternatives of patterns."""
    found: list[ast.expr | ast.pattern] = []
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            found += [a.annotation for a in arguments if a.annotation is not None]
            found += [node.returns] if node.returns is not None else []
        elif isinstance(node, ast.AnnAssign):
            found.append(node.annotation)
            if node.value is not None and ast.unparse(node.annotation) == "TypeAlias":
                found.append(node.value)
        elif isinstance(node, ast.MatchOr):
            found.append(node)
    return [*map(_span, found), *_stars(module)]


def _stars(module: ast.Module) -> Iterator[tuple[Position, Position]]:
    """What stands between a function's name and its first keyword-only argument: `(a, *, b)`."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and node.args.kwonlyargs:
            first = node.args.kwonlyargs[0]
            yield (node.lineno, node.col_offset), (first.lineno, first.col_offset)


def _switches(module: ast.Module) -> list[tuple[Position, Position]]:
    return [_span(d) for node in ast.walk(module) if isinstance(node, ast.ClassDef) for d in node.decorator_list]


def _useless_without(module: ast.Module) -> list[tuple[Position, Position]]:
    """The lines of decorators whose removal is left out."""
    lines = [
        d.lineno
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
        for d in node.decorator_list
        if isinstance(node, ast.ClassDef) or ast.unparse(d) == "cache"
    ]
    return [((line, 0), (line + 1, 0)) for line in lines]


def _within(module: ast.Module, line: int) -> tuple[str, bool]:
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            if first <= line <= (node.end_lineno or first):
                return node.name, line < node.lineno
    return "", False
