"""Why: what a configuration makes of something, and the way from there to who decided it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from verifier.hcl.frozen import frozen, replace
from verifier.hcl.values import Value
from verifier.terraform.addresses import Quoted, Step, with_steps
from verifier.terraform.blocks import Blocks
from verifier.terraform.catalogue import addresses, called, instances_at, nearest, steps_of
from verifier.terraform.configuration import Evaluation
from verifier.terraform.depth import with_deep_stack
from verifier.terraform.ends import key_of, presence_note
from verifier.terraform.explaining import (
    Explanation,
    explained_call,
    explained_dropping,
    explained_resource,
    explained_value,
)
from verifier.terraform.hops import Hop
from verifier.terraform.instance import ModuleInstance
from verifier.terraform.parts import inside
from verifier.terraform.plan import Key, Planned

MOST_EXPLAINED = 8
"""Things of one name that are explained at once; of more, one has to be named."""


@frozen(kw_only=True)
class Unnamed:
    """Nothing has the name that was asked for, or too much. `candidates` are addresses to ask for instead."""

    several: bool
    candidates: tuple[str, ...]


def why(evaluation: Evaluation, asked: str) -> tuple[Explanation, ...] | Unnamed:
    """Explain an address, an attribute path, or whatever ends in the name asked for."""
    return with_deep_stack(lambda: _why(evaluation.root, asked))


def why_not_planned(evaluation: Evaluation) -> dict[str, Explanation]:
    """Why each instance that is absent, or cannot be told, is not planned, by address."""

    def explain() -> dict[str, Explanation]:
        missing = [i.address for i in evaluation.plan.instances if not isinstance(i.presence, Planned)]
        found = ((address, next(_explained(evaluation.root, steps_of(address) or ()), None)) for address in missing)
        return {address: explanation for address, explanation in found if explanation is not None}

    return with_deep_stack(explain)


def _why(root: ModuleInstance, asked: str) -> tuple[Explanation, ...] | Unnamed:
    known = addresses(root)
    steps = steps_of(asked)
    if steps is None:
        return Unnamed(several=False, candidates=nearest(known, asked))
    found = tuple(_explained(root, steps))
    if found:
        return found
    names = called(known, steps)
    if len(names) > MOST_EXPLAINED:
        return Unnamed(several=True, candidates=names)
    found = _once(explanation for name in names for explanation in _explained(root, steps_of(name) or ()))
    return found or Unnamed(several=False, candidates=nearest(known, asked))


def _once(explanations: Iterable[Explanation]) -> tuple[Explanation, ...]:
    """The explanations without those of what another one leads to anyway."""
    every = tuple(explanations)
    told = {hop.text for explanation in every for top in explanation.hops for hop in _behind(top)}
    return tuple(explanation for explanation in every if explanation.address not in told) or every


def _behind(hop: Hop) -> Iterator[Hop]:
    for inner in hop.behind:
        yield inner
        yield from _behind(inner)


def _explained(root: ModuleInstance, steps: Sequence[Step]) -> Iterator[Explanation]:
    """What is at an address, in each instance of its module."""
    for instance, rest in instances_at(root, steps):
        found = _call(instance, rest) or _output(instance, rest) or _resource(instance, rest)
        yield from found if found is not None else _named(instance, rest)


def _call(instance: ModuleInstance, steps: tuple[Step, ...]) -> list[Explanation] | None:
    """A module call by itself: `module.sil`, `module.sil[0]`."""
    if steps[0] != "module" or len(steps) - (key_of(steps[2:]) is not None) != 2:
        return None
    found = explained_call(instance, str(steps[1]))
    return None if found is None else [found]


def _output(instance: ModuleInstance, steps: tuple[Step, ...]) -> list[Explanation] | None:
    """A module's output as others refer to it: `module.sil.cluster` without `output` before its name."""
    names = instance.content.declarations.named
    is_resource = len(steps) > 1 and ("resource", str(steps[0]), str(steps[1])) in names
    if not instance.address or is_resource or ("output", str(steps[0])) not in names:
        return None
    found = explained_value(instance, "output", steps)
    return None if found is None else [found]


def _resource(instance: ModuleInstance, steps: tuple[Step, ...]) -> list[Explanation] | None:
    """A resource or data source, one instance of it, or an attribute in each instance that is meant."""
    names = instance.content.declarations.named
    of_data = steps[0] == "data"
    at = 3 if of_data else 2
    block = ("data" if of_data else "resource", *map(str, steps[of_data:at]))
    if len(steps) < at or block not in names:
        return None
    name = ("data" if of_data else "managed", block[1], block[2])
    expansion = instance.resource(name)
    if expansion is None:
        return None
    key = key_of(steps[at:])
    path = steps[at:] if key is None else steps[at + 1 :]
    keys = [k for k in expansion.values if key in (None, k)]
    if not path or path in (("count",), ("for_each",)):
        return [explained_resource(instance, name, key if key in keys else None, expansion)]
    found = []
    for k in keys:
        within = (*steps[1:at], *_as_steps(k), *_into_blocks(expansion.values[k], path))
        explanation = explained_value(instance, str(steps[0]), within)
        if explanation is not None:
            note = presence_note(expansion.presence)
            found.append(replace(explanation, because=f"its resource is {note}" if note else ""))
    return found


def _into_blocks(value: Value, path: tuple[Step, ...]) -> tuple[Step, ...]:
    """The path with the first of the blocks where it names none: `identity.type` is `identity[0].type`."""
    steps: list[Step] = []
    at: Value | None = value
    for step in path:
        if at is not None and isinstance(at.content, Blocks) and at.content and not isinstance(step, int):
            steps.append(0)
            at = at.content[0]
        steps.append(step)
        at = inside(at, (step,))
    return tuple(steps)


def _named(instance: ModuleInstance, steps: tuple[Step, ...]) -> Iterator[Explanation]:
    """A variable, a local, an output or what lies within one; of what lies within a null, the null."""
    dropped = explained_dropping(instance, steps[1:]) if steps[0] == "var" else None
    if dropped is not None:
        yield dropped
        return
    for length in range(len(steps), 1, -1):
        found = explained_value(instance, str(steps[0]), steps[1:length])
        if found is not None and (length == len(steps) or (found.value is not None and found.value.is_null)):
            asked = instance.address_of(with_steps(str(steps[0]), steps[1:]))
            because = "" if length == len(steps) else f"{asked} does not exist: {found.address} is null"
            yield replace(found, because=because)
            return


def _as_steps(key: Key) -> tuple[Step, ...]:
    if key is None:
        return ()
    return (key if isinstance(key, int) else Quoted(key),)
