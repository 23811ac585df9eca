"""Tracing: from a name back to who decided its value, hop by hop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier.hcl.frozen import replace
from verifier.hcl.nodes import Expression, ObjectConstructor
from verifier.hcl.origin import Step
from verifier.hcl.types import SetOf
from verifier.hcl.values import Value
from verifier.terraform.addresses import Quoted, keyed, parse, with_steps
from verifier.terraform.body_paths import Written, written
from verifier.terraform.calls import CallArguments
from verifier.terraform.declarations import Declared
from verifier.terraform.drawing import Reference, drawn_on
from verifier.terraform.ends import (
    LEAVES_IT_OUT,
    default,
    filled_in,
    given_by_run,
    key_of,
    presence_note,
    setting,
    source_of,
)
from verifier.terraform.expand import Expansion, expand
from verifier.terraform.files import SourceFile
from verifier.terraform.hops import Hop
from verifier.terraform.parts import Part, Steps, inside, narrowed
from verifier.terraform.plan import Key
from verifier.terraform.reads import traversal_text
from verifier.terraform.resources import relative_address
from verifier.terraform.scope import Context
from verifier.terraform.sight import Here, Loop
from verifier.terraform.variable_values import Passed
from verifier.terraform.variables import VariableDeclaration

if TYPE_CHECKING:
    from verifier.terraform.instance import ModuleInstance

MOST_HOPS = 2_000
MOST_DEEP = 100
"""Hops in one answer, and one behind the other; what is further behind is left out, and said to be."""

UNTOLD = "more stands behind this than is shown"


class Tracer:
    """Traces names for one answer: what has been told is not told again."""

    def __init__(self) -> None:
        self._told: dict[str, Hop] = {}
        self._active: set[str] = set()
        self._left = MOST_HOPS
        self._expansions: dict[tuple[int, str], Expansion] = {}

    def name(self, instance: ModuleInstance, root: str, steps: Steps) -> Hop | None:
        """The hop for a name in a module instance; None when there is no such thing."""
        return self._reference(Here(Context(instance, diagnostics=[])), Reference(root, steps))

    def expression(self, here: Here, file: SourceFile, expression: Expression, steps: Steps = ()) -> tuple[Hop, ...]:
        """The hops for what the value at the steps into an expression was made from."""
        found = (self._reference(here, reference) for reference in drawn_on(here, file, expression, steps))
        return tuple(hop for hop in found if hop is not None)

    def member(self, instance: ModuleInstance, declared: Declared, key: Key) -> Here:
        """Where the block of one instance of a resource or module call is evaluated."""
        expansion = self.expansion(instance, declared)
        names = next((m.names for m in expansion.members if m.key == key), expansion.shadow.names)
        found = declared.argument(expansion.repeated) if expansion.repeated else None
        here = Here(Context(instance, diagnostics=[]))
        if found is None:
            return here
        file, argument = found
        loop = Loop(here, file, argument.expression, None if self._is_set(here, file, argument.expression) else key)
        name = "count" if expansion.repeated == "count" else "each"
        return Here(Context(instance, names, []), {name: loop})

    def expansion(self, instance: ModuleInstance, declared: Declared) -> Expansion:
        """The instances of a block, worked out once."""
        at = (id(instance), str(declared.place))
        if at not in self._expansions:
            self._expansions[at] = expand(declared, Context(instance, diagnostics=[]))
        return self._expansions[at]

    def _is_set(self, here: Here, file: SourceFile, expression: Expression) -> bool:
        found = here.value(file, expression)
        return found is not None and isinstance(found.type, SetOf)

    def _reference(self, here: Here, reference: Reference) -> Hop | None:
        instance = here.context.instance
        root, steps = reference.root, reference.steps
        loop = here.loops.get(root)
        if loop is not None:
            return self._loop(here, root, steps, loop)
        if root in ("path", "terraform", "self", "each", "count"):
            return given_by_run(instance, root, steps)
        title = instance.address_of(with_steps(root, steps))
        told = self._told.get(title)
        if told is not None:
            return replace(told, behind=(), again=bool(told.behind))
        if title in self._active:
            return Hop(step=Step.EXPRESSION, text=title, note="depends on itself")
        self._active.add(title)
        try:
            hop = self._named(instance, root, steps)
        finally:
            self._active.discard(title)
        if hop is not None:
            self._told[title] = hop
            self._left -= 1
        return hop

    def _named(self, instance: ModuleInstance, root: str, steps: Steps) -> Hop | None:
        if not steps:
            return None
        if root == "var":
            return self._variable(instance, str(steps[0]), steps[1:])
        if root == "local":
            return self._local(instance, str(steps[0]), steps[1:])
        if root == "output":
            return self._output(instance, str(steps[0]), steps[1:])
        if root == "module":
            return self._module(instance, str(steps[0]), steps[1:])
        if root in ("data", "ephemeral"):
            return self._resource(instance, (root, str(steps[0]), str(steps[1])), steps[2:]) if steps[1:] else None
        return self._resource(instance, ("managed", root, str(steps[0])), steps[1:])

    def _behind(
        self, here: Here, file: SourceFile, expression: Expression, steps: Steps
    ) -> tuple[tuple[Hop, ...], str]:
        """What stands behind an expression, and a note when it is too much to be told."""
        if self._left <= 0 or len(self._active) > MOST_DEEP:
            return (), UNTOLD
        return self.expression(here, file, expression, steps), ""

    def _made(self, step: Step, text: str, value: Value | None, here: Here, file: SourceFile, part: Part) -> Hop:
        """The hop of a name that an expression gives its value."""
        if value is None and part.steps and isinstance(part.expression, ObjectConstructor):
            behind: tuple[Hop, ...] = ()
            note = LEAVES_IT_OUT
        else:
            behind, note = self._behind(here, file, part.expression, part.steps)
        return Hop(
            step=step,
            text=text,
            value=value,
            place=file.place(part.span),
            source=source_of(file, part.expression),
            plain=bool(traversal_text(part.expression)),
            note=note,
            behind=behind,
        )

    def _local(self, instance: ModuleInstance, name: str, steps: Steps) -> Hop | None:
        declared = instance.content.declarations.locals.get(name)
        if declared is None:
            return None
        text = instance.address_of(with_steps(f"local.{name}", steps))
        part = narrowed(declared.argument.expression, steps, declared.argument.span)
        value = inside(instance.local(name), steps)
        return self._made(Step.LOCAL, text, value, Here(Context(instance, diagnostics=[])), declared.file, part)

    def _output(self, instance: ModuleInstance, name: str, steps: Steps) -> Hop | None:
        declared = instance.content.declarations.named.get(("output", name))
        found = declared.argument("value") if declared is not None else None
        if found is None:
            return None
        file, argument = found
        text = instance.address_of(with_steps(f"output.{name}", steps))
        part = narrowed(argument.expression, steps, argument.span)
        value = inside(instance.output(name), steps)
        return self._made(Step.OUTPUT, text, value, Here(Context(instance, diagnostics=[])), file, part)

    def _module(self, instance: ModuleInstance, name: str, steps: Steps) -> Hop | None:
        call = instance.module.calls.get(name)
        expansion = instance.call(name)
        if call is None or expansion is None:
            return None
        key = key_of(steps)
        child = expansion.only or expansion.instances.get(key) or expansion.shadow
        rest = steps if key is None else steps[1:]
        if child is not None and rest:
            return self._output(child, str(rest[0]), rest[1:])
        text = instance.address_of(with_steps(f"module.{name}", steps))
        value = inside(expansion.value, steps)
        return Hop(
            step=Step.OUTPUT, text=text, value=value, place=call.declared.place, note=presence_note(expansion.presence)
        )

    def _resource(self, instance: ModuleInstance, name: tuple[str, str, str], steps: Steps) -> Hop | None:
        mode, *labels = name
        declared = instance.content.declarations.named.get(("resource" if mode == "managed" else mode, *labels))
        expansion = instance.resource(name)
        if declared is None or expansion is None:
            return None
        key = key_of(steps) if None not in expansion.values else None
        rest = steps if key is None else steps[1:]
        address = instance.address_of(keyed(relative_address(name), key))
        text = with_steps(address, rest)
        value = inside(expansion.value, steps)
        if not rest or key not in expansion.values:
            note = presence_note(expansion.presence)
            return Hop(step=Step.REFERENCE, text=text, value=value, place=declared.place, note=note)
        here = self.member(instance, declared, key)
        given = written(here, tuple(declared.arguments()), tuple(declared.blocks()), rest)
        if given is None:
            note = "the configuration does not give it; its provider does"
            return Hop(step=Step.REFERENCE, text=text, value=value, place=declared.place, note=note)
        return self._given_in_body(text, value if value is not None else inside(expansion.values[key], rest), given)

    def _given_in_body(self, text: str, value: Value | None, given: Written) -> Hop:
        if given.expression is None:
            return Hop(step=Step.LITERAL, text=text, value=value, place=given.file.place(given.span), note="a block")
        part = Part(given.expression, given.steps, given.span)
        hop = self._made(Step.LITERAL, text, value, given.here, given.file, part)
        if not given.generated:
            return hop
        return replace(hop, note="made by a dynamic block, for each element of this" if value is not None else "")

    def _loop(self, here: Here, root: str, steps: Steps, loop: Loop) -> Hop:
        """`each.value.x`: the element at hand of what is run over."""
        own = steps[:1]
        into: Steps = ()
        if own == ("value",) and loop.key is not None:
            into = (Quoted(loop.key) if isinstance(loop.key, str) else loop.key, *steps[1:])
        value = inside(here.context.names.get(root), steps)
        behind, note = self._behind(loop.here, loop.file, loop.expression, into)
        return Hop(
            step=Step.EXPRESSION,
            text=with_steps(root, steps),
            value=value,
            place=loop.file.place(loop.expression.span),
            source=source_of(loop.file, loop.expression),
            plain=bool(traversal_text(loop.expression)),
            note=note,
            behind=behind,
        )

    def _variable(self, instance: ModuleInstance, name: str, steps: Steps) -> Hop | None:
        variable = instance.planned_variable(name)
        declaration = instance.content.variables.get(name)
        if variable is None or declaration is None:
            return None
        value = inside(variable.value, steps)
        text = with_steps(variable.address, steps)
        passed = instance.giver.passed(declaration)
        if passed is not None and passed.value.is_null and not declaration.nullable:
            passed = None
        behind = self._unpassed(declaration, value) if passed is None else ()
        if passed is not None:
            behind = self._passed(instance, declaration, passed, value, steps)
        return Hop(step=Step.VARIABLE, text=text, value=value, place=variable.place, behind=behind)

    def _unpassed(self, declaration: VariableDeclaration, value: Value | None) -> tuple[Hop, ...]:
        """A variable that nobody gives a value to: its default, or nothing."""
        if declaration.default is None:
            note = "it has no default, and no value is given"
            return (Hop(step=Step.VARIABLE, text="no value", place=declaration.declared.place, note=note),)
        origin = value.origin if value is not None else declaration.default.origin
        return () if origin is None else (default(origin),)

    def _passed(
        self,
        instance: ModuleInstance,
        declaration: VariableDeclaration,
        passed: Passed,
        value: Value | None,
        steps: Steps,
    ) -> tuple[Hop, ...]:
        """A variable that was given a value: what was given, and what `optional()` filled in of it."""
        given = inside(passed.value, steps)
        filled = filled_in(value, given)
        ends = () if filled is None else (default(filled),)
        giver = instance.giver
        if not isinstance(giver, CallArguments):
            return (*ends, setting(passed, given))
        found = giver.call.declared.argument(declaration.name)
        if found is None:
            return ends
        file, argument = found
        key = key_of((parse(instance.address) or ())[-1:])
        here = self.member(giver.caller, giver.call.declared, key)
        part = narrowed(argument.expression, steps, argument.span)
        name = str(steps[len(steps) - len(part.steps) - 1]) if len(part.steps) < len(steps) else argument.name
        return (*ends, self._made(Step.MODULE_ARGUMENT, name, given, here, file, part))
