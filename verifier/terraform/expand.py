"""Expansion: how many instances count and for_each make, and why there are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from verifier.hcl.convert import convert
from verifier.hcl.ephemeral import is_ephemeral
from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import frozen
from verifier.hcl.nodes import Conditional, Expression, Parens
from verifier.hcl.source import Place
from verifier.hcl.types import ANY, NUMBER, STRING, MapOf, ObjectOf, SetOf
from verifier.hcl.values import AFTER_APPLY, Unknown, Value, number, object_, string, unknown
from verifier.terraform.declarations import Declared
from verifier.terraform.files import SourceFile
from verifier.terraform.plan import Absent, Key, Planned, Presence, Undetermined
from verifier.terraform.presence import because_absent, because_undetermined, error_in
from verifier.terraform.reads import reads
from verifier.terraform.scope import NO_NAMES, Context

MOST_INSTANCES = 10_000
"""Instances of one block that are listed; a count beyond it is a diagnostic instead of an endless list."""

MOST_IN_ALL = 50_000
"""Instances of resources and modules in one configuration, for counts within counts."""


class Budget:
    """How many more instances an evaluation may make."""

    def __init__(self) -> None:
        self._left = MOST_IN_ALL

    def take(self, instances: int) -> bool:
        """Whether there was room for so many more."""
        if instances > self._left:
            return False
        self._left -= instances
        return True


@frozen()
class Member:
    """One instance: its key, and the names (`each`, `count`) that hold in it."""

    key: Key
    names: Mapping[str, Value]


@frozen()
class Expansion:
    """The instances of one resource or module block.

    `repeated` is the meta-argument that decides, or empty. When the block is absent or undetermined there are no
    `members`, and `shadow` has the names with which it can still be said what an instance would look like. `otherwise`
    are the instances that there would be if the condition of its `count` or `for_each` came out the other way.
    """

    repeated: str
    members: tuple[Member, ...]
    presence: Presence
    shadow: Member
    otherwise: tuple[Member, ...] = ()


SINGLE = Expansion("", (Member(None, NO_NAMES),), Planned(), Member(None, NO_NAMES))


def expand(declared: Declared, context: Context) -> Expansion:
    """The instances of a block whose count or for_each is evaluated in the context."""
    found = [(name, at) for name in ("count", "for_each") if (at := declared.argument(name)) is not None]
    if not found:
        return SINGLE
    if len(found) > 1 and found[0][1][0] is found[1][1][0]:
        both = EvaluationError("count and for_each exclude each other, and both are set")
        error_in(context.diagnostics, both, declared.place)
    repeated, (file, argument) = found[0]
    return _Repetition(repeated, file, argument.expression, context).expansion()


class _Repetition:
    """One count or for_each expression at work."""

    def __init__(self, repeated: str, file: SourceFile, expression: Expression, context: Context) -> None:
        self.repeated = repeated
        self.file = file
        self.expression = expression
        self.context = context
        self.value = context.evaluate(file, expression)
        self.reads = reads(context, file, expression)

    def expansion(self) -> Expansion:
        """The instances, or the reason why there are none."""
        try:
            members = self.members()
        except EvaluationError as error:
            error_in(self.context.diagnostics, error, self.place)
            return self._undetermined(Unknown(f"its {self.repeated} is wrong: {error.summary}"))
        if isinstance(members, Unknown):
            return self._undetermined(members)
        if not members:
            because = because_absent(self.repeated, self.context, self.file, self.expression, self.value, self.reads)
            presence = Absent(because, self.file.excerpt(self.expression.span), self.place, self.value, self.reads)
            return Expansion(self.repeated, (), presence, self._shadow(because), self._otherwise())
        return Expansion(self.repeated, members, Planned(self.reads), members[0])

    def members(self) -> tuple[Member, ...] | Unknown:
        """The instances, or why they are not known. Raises EvaluationError for a value that makes none."""
        if self.context.instance.run.ephemeral and is_ephemeral(self.value):
            raise EvaluationError(f"{self.repeated} may not be made from an ephemeral value", self.place)
        return self._counted() if self.repeated == "count" else self._each()

    def _otherwise(self) -> tuple[Member, ...]:
        """What the branch that was not taken would make; nothing where that cannot be told."""
        expression = self.expression
        while isinstance(expression, Parens):
            expression = expression.inner
        if not isinstance(expression, Conditional):
            return ()
        unheard = Context(self.context.instance, self.context.names, [])
        for branch in (expression.then, expression.otherwise):
            try:
                members = _Repetition(self.repeated, self.file, branch, unheard).members()
            except EvaluationError:
                continue
            if not isinstance(members, Unknown) and members:
                return members
        return ()

    @property
    def place(self) -> Place:
        """Where the expression stands."""
        return self.file.place(self.expression.span)

    def _counted(self) -> tuple[Member, ...] | Unknown:
        if self.value.is_null:
            raise EvaluationError("count is null, and must be a whole number", self.place)
        count = convert(self.value, NUMBER).content
        if isinstance(count, Unknown):
            return count
        if not isinstance(count, Decimal) or count != count.to_integral_value() or count < 0:
            raise EvaluationError(f"count must be a whole number that is not negative, and is {count}", self.place)
        self._bounded(int(min(count, Decimal(MOST_INSTANCES + 1))))
        return tuple(
            Member(index, {"count": object_({"index": number(index, self.value.origin)})})
            for index in range(int(count))
        )

    def _each(self) -> tuple[Member, ...] | Unknown:
        value = self.value
        if value.sensitive:
            raise EvaluationError("for_each may not be sensitive: the instances would show it", self.place)
        if value.is_null:
            raise EvaluationError("for_each is null, and must be a map, an object or a set of strings", self.place)
        if isinstance(value.content, Unknown):
            return value.content
        if value.reference is not None:
            return Unknown(AFTER_APPLY, (value.reference,), derived=True)
        if not isinstance(value.type, MapOf | ObjectOf | SetOf):
            raise EvaluationError("for_each must be a map, an object or a set of strings", self.place)
        pairs: list[tuple[str, Value]] = []
        for key, item in self._pairs():
            if isinstance(key.content, Unknown):
                return key.content
            if not isinstance(key.content, str):
                raise EvaluationError("a set in for_each must hold strings, and none that is null", self.place)
            pairs.append((key.content, item))
        self._bounded(len(pairs))
        return tuple(Member(key, _each(string(key, item.origin or value.origin), item)) for key, item in pairs)

    def _pairs(self) -> Iterator[tuple[Value, Value]]:
        content = self.value.content
        if isinstance(content, Mapping):
            yield from ((string(key), content[key]) for key in sorted(content))
        elif isinstance(content, tuple):
            yield from ((item, item) for item in content)

    def _bounded(self, count: int) -> None:
        if count > MOST_INSTANCES:
            raise EvaluationError(f"{self.repeated} makes more than {MOST_INSTANCES} instances", self.place)
        if not self.context.instance.run.budget.take(count):
            raise EvaluationError(f"the configuration has more than {MOST_IN_ALL} instances in all", self.place)

    def _undetermined(self, waits: Unknown) -> Expansion:
        because = because_undetermined(self.repeated, waits)
        excerpt = self.file.excerpt(self.expression.span)
        presence = Undetermined(because, excerpt, self.place, self.reads)
        return Expansion(self.repeated, (), presence, self._shadow(because.because, waits.references))

    def _shadow(self, because: str, references: tuple[str, ...] = ()) -> Member:
        if self.repeated == "count":
            return Member(None, {"count": object_({"index": unknown(NUMBER, because, references)})})
        return Member(None, _each(unknown(STRING, because, references), unknown(ANY, because, references)))


def _each(key: Value, value: Value) -> Mapping[str, Value]:
    return {"each": object_({"key": key, "value": value})}
