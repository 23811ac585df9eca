"""Repetition: the count and for_each expressions of a configuration, and what in them can come out one way only."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.hcl.frozen import frozen
from verifier.hcl.nodes import Attribute, Binary, Conditional, Expression, Literal, Name, Parens
from verifier.hcl.source import Place
from verifier.hcl.traversals import parts_of
from verifier.hcl.types import BOOL, ObjectOf, Type
from verifier.terraform.addresses import below
from verifier.terraform.declarations import Declared
from verifier.terraform.files import SourceFile
from verifier.terraform.module import Module
from verifier.terraform.reads import traversal_text


@frozen(kw_only=True)
class Certain:
    """A part of a condition that comes out the same whatever it reads: its text, what it gives, and why."""

    text: str
    result: bool
    because: str
    place: Place


@frozen(kw_only=True)
class Repetition:
    """One block with a count or for_each: its address without keys, the expression, and what in it is certain.

    `undeclared` are variables that it reads and no file declares that could be understood.
    """

    address: str
    argument: str
    text: str
    place: Place
    certain: tuple[Certain, ...] = ()
    undeclared: tuple[str, ...] = ()


def repetitions_of(root: Module) -> tuple[Repetition, ...]:
    """Of a root module and of all that it calls, sorted by address."""
    return tuple(sorted(_repetitions(root, ""), key=lambda found: found.address))


def _repetitions(module: Module, path: str) -> Iterator[Repetition]:
    prefixes = {"resource": "", "data": "data.", "module": "module."}
    for block_type, prefix in prefixes.items():
        for labels, declared in module.content.declarations.of(block_type):
            found = _repetition(module, below(path, prefix + ".".join(labels)), declared)
            if found is not None:
                yield found
    for name, call in module.calls.items():
        if isinstance(call.target, Module):
            yield from _repetitions(call.target, below(path, f"module.{name}"))


def _repetition(module: Module, address: str, declared: Declared) -> Repetition | None:
    for name in ("count", "for_each"):
        given = declared.argument(name)
        if given is not None:
            file, argument = given
            look = _Look(module, file, argument.expression)
            return Repetition(
                address=address,
                argument=name,
                text=file.excerpt(argument.expression.span),
                place=file.place(argument.expression.span),
                certain=tuple(look.certain()),
                undeclared=tuple(look.undeclared()),
            )
    return None


class _Look:
    """One expression, within the module that it stands in."""

    def __init__(self, module: Module, file: SourceFile, expression: Expression) -> None:
        self._module = module
        self._file = file
        self._parts = list(parts_of(expression))

    def undeclared(self) -> Iterator[str]:
        """The variables that it reads and nothing declares, where not all of the module could be understood."""
        for part in self._parts if self._module.content.unsound else ():
            match part:
                case Attribute(object=Name(name="var"), name=name) if name not in self._module.content.variables:
                    yield f"var.{name}"

    def certain(self) -> Iterator[Certain]:
        """The comparisons and conditions in it that come out one way only."""
        for part in self._parts:
            found = None
            if isinstance(part, Binary) and part.operator in {"==", "!="}:
                found = self._comparison(part)
            elif isinstance(part, Binary) and part.operator in {"&&", "||"}:
                found = self._with_constant(part)
            elif isinstance(part, Conditional):
                found = self._constant(part.condition)
            if found is not None:
                yield found

    def _comparison(self, part: Binary) -> Certain | None:
        left, right = self._text(part.left), self._text(part.right)
        if left == right and traversal_text(_bare(part.left)):
            return self._certain(part, result=part.operator == "==", because="both sides are the same")
        for one, other in ((part.left, part.right), (part.right, part.left)):
            if isinstance(_bare(other), Literal) and _bare(other).value is None and self._never_null(one):  # type: ignore[union-attr]
                text = self._text(one)
                because = f"{text} is a bool that is never null, true or false alike"
                return self._certain(part, result=part.operator == "!=", because=because)
        return None

    def _with_constant(self, part: Binary) -> Certain | None:
        decides = part.operator == "||"
        for side in (part.left, part.right):
            if isinstance(_bare(side), Literal) and _bare(side).value is decides:  # type: ignore[union-attr]
                because = f"one side is {'true' if decides else 'false'} as written"
                return self._certain(part, result=decides, because=because)
        return None

    def _constant(self, condition: Expression) -> Certain | None:
        bare = _bare(condition)
        if isinstance(bare, Literal) and isinstance(bare.value, bool):
            return self._certain(condition, result=bare.value, because="it is written so")
        return None

    def _never_null(self, expression: Expression) -> bool:
        """Whether this is a bool that no default leaves null, and whose truth the expression does not ask for.

        That a caller passes null all the same is possible, and then `!= null` is still no question of on or off.
        """
        text = traversal_text(_bare(expression))
        if not text.startswith("var.") or text in self._asked_for_truth():
            return False
        name, *steps = text.removeprefix("var.").split(".")
        declaration = self._module.content.variables.get(name)
        if declaration is None:
            return False
        if not steps:
            default = declaration.default
            given = default is not None and not default.is_null
            return declaration.type == BOOL and (given or not declaration.nullable)
        return _filled_bool(declaration.type, steps)

    def _asked_for_truth(self) -> set[str]:
        """The references that stand anywhere in the expression but beside `== null` and `!= null`."""
        compared = {
            id(_bare(side))
            for part in self._parts
            if isinstance(part, Binary) and part.operator in {"==", "!="}
            for side in (part.left, part.right)
        }
        return {
            traversal_text(part) for part in self._parts if id(part) not in compared and isinstance(part, Attribute)
        }

    def _certain(self, part: Expression, *, result: bool, because: str) -> Certain:
        return Certain(text=self._text(part), result=result, because=because, place=self._file.place(part.span))

    def _text(self, part: Expression) -> str:
        return self._file.excerpt(_bare(part).span)


def _filled_bool(of: Type, steps: list[str]) -> bool:
    """Whether the steps lead to a bool attribute that optional() fills in where it is left out or null."""
    for at, step in enumerate(steps):
        if not isinstance(of, ObjectOf) or step not in of.attributes:
            return False
        optional = of.optional.get(step)
        of = of.attributes[step]
        if at == len(steps) - 1:
            return of == BOOL and optional is not None and optional.default is not None and not optional.default.is_null
    return False


def _bare(expression: Expression) -> Expression:
    while isinstance(expression, Parens):
        expression = expression.inner
    return expression
