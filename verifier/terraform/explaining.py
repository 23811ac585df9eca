"""Explaining: one thing with its presence or value, the ways back from it, and where they end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from verifier.hcl.frozen import frozen
from verifier.hcl.origin import Step
from verifier.hcl.source import Place
from verifier.hcl.values import Value
from verifier.terraform.addresses import below, keyed
from verifier.terraform.calls import CallArguments
from verifier.terraform.declarations import Declared
from verifier.terraform.ends import LEAVES_IT_OUT, source_of
from verifier.terraform.hops import Hop, concealed
from verifier.terraform.instance import ModuleInstance
from verifier.terraform.parts import Steps
from verifier.terraform.plan import Absent, Key, Planned, Presence, Undetermined
from verifier.terraform.resources import ResourceExpansion, relative_address
from verifier.terraform.scope import Context
from verifier.terraform.sight import Here
from verifier.terraform.sources import NotOnDisk
from verifier.terraform.tracing import Tracer

Standing = Literal["", "planned", "absent", "undetermined"]

_STANDING: dict[type, Standing] = {Planned: "planned", Absent: "absent", Undetermined: "undetermined"}
_NAMED = frozenset({Step.VARIABLE, Step.LOCAL, Step.OUTPUT, Step.REFERENCE})
_DEFAULTED = frozenset({Step.VARIABLE_DEFAULT, Step.OPTIONAL_DEFAULT})
_SET = frozenset({Step.VAR_FILE, Step.ENVIRONMENT, Step.COMMAND_LINE})


@frozen(kw_only=True)
class Decision:
    """Where something was decided: a default, a var file, a line of the source. `of` is the address it decided.

    `chosen` is None where neither a person nor a default decides: the provider will, or nobody has yet.
    """

    of: str
    step: Step
    text: str
    place: Place | None
    chosen: bool | None


@frozen(kw_only=True)
class Explanation:
    """One thing explained. `presence` is empty for a value, `value` None for anything else.

    `hops` begin the ways back; there are none where no count and no for_each decides. `decisions` are their ends.
    """

    address: str
    presence: Standing = ""
    because: str = ""
    value: Value | None = None
    place: Place | None = None
    hops: tuple[Hop, ...] = ()
    decisions: tuple[Decision, ...] = ()


def explained_value(instance: ModuleInstance, root: str, steps: Steps) -> Explanation | None:
    """Where the value of a name came from; None when there is no such thing."""
    hop = Tracer().name(instance, root, steps)
    if hop is None or hop.value is None:
        return None
    hop = concealed(hop)
    return Explanation(
        address=hop.text, value=hop.value, place=hop.place, hops=(hop,), decisions=_once(_decisions(hop, hop.text))
    )


def explained_resource(
    instance: ModuleInstance, name: tuple[str, str, str], key: Key, expansion: ResourceExpansion
) -> Explanation:
    """Why a resource's block, or one instance of it, is planned, absent or undetermined."""
    mode, *labels = name
    declared = instance.content.declarations.named[("resource" if mode == "managed" else mode, *labels)]
    address = instance.address_of(keyed(relative_address(name), key))
    because = ""
    if key is None and isinstance(expansion.presence, Planned) and None not in expansion.values:
        because = f"its instances are {', '.join(keyed('', k) for k in expansion.values)}"
    return _explained_presence(instance, declared, address, expansion.presence, because)


def explained_call(instance: ModuleInstance, name: str) -> Explanation | None:
    """Why a module call is planned, absent or undetermined; None when there is no such call."""
    call = instance.module.calls.get(name)
    expansion = instance.call(name)
    if call is None or expansion is None:
        return None
    address = instance.address_of(f"module.{name}")
    because = f"it {call.target.because}" if isinstance(call.target, NotOnDisk) else f"its source is {call.source}"
    return _explained_presence(instance, call.declared, address, expansion.presence, because)


def explained_dropping(instance: ModuleInstance, steps: Steps) -> Explanation | None:
    """An attribute that was passed, and that the variable's type leaves out; None when it is no such thing."""
    variable = instance.planned_variable(str(steps[0])) if steps else None
    path = ".".join(map(str, steps))
    for dropped in variable.dropped if variable is not None else ():
        if dropped.path == path:
            at = f" at {dropped.type_at}" if dropped.type_at is not None else ""
            because = f"it is passed, and dropped without a word: the type{at} has no such attribute"
            return Explanation(address=below(instance.address, f"var.{path}"), because=because, place=dropped.passed_at)
    return None


def _explained_presence(
    instance: ModuleInstance, declared: Declared, address: str, presence: Presence, because: str
) -> Explanation:
    """Whether something exists, and the count or for_each of it, or of the module calls above, that say so."""
    tracer = Tracer()
    hops = [*_repetition(tracer, instance, declared, ""), *_repetitions_above(tracer, instance)]
    if isinstance(presence, Absent | Undetermined):
        hops = [hop for hop in hops if hop.place == presence.place] or hops
        because = presence.because if isinstance(presence, Absent) else presence.because.because
    told = tuple(concealed(hop) for hop in hops)
    return Explanation(
        address=address,
        presence=_STANDING[type(presence)],
        because=because,
        place=declared.place,
        hops=told,
        decisions=_once(decision for hop in told for decision in _decisions(hop, address)),
    )


def _repetitions_above(tracer: Tracer, instance: ModuleInstance) -> Iterator[Hop]:
    """Those of the module calls above, the nearest first."""
    while isinstance(instance.giver, CallArguments):
        call = instance.giver.call
        instance = instance.giver.caller
        yield from _repetition(tracer, instance, call.declared, instance.address_of(f"module.{call.name}"))


def _repetition(tracer: Tracer, instance: ModuleInstance, declared: Declared, of: str) -> Iterator[Hop]:
    """The count or for_each of a block, if it has one, and what it was made from."""
    repeated = tracer.expansion(instance, declared).repeated
    found = declared.argument(repeated) if repeated else None
    if found is None:
        return
    file, argument = found
    here = Here(Context(instance, diagnostics=[]))
    yield Hop(
        step=Step.EXPRESSION,
        text=f"{repeated} of {of}" if of else repeated,
        value=here.value(file, argument.expression),
        place=file.place(argument.expression.span),
        source=source_of(file, argument.expression),
        behind=tracer.expression(here, file, argument.expression),
    )


def _decisions(hop: Hop, of: str) -> Iterator[Decision]:
    """The ends of the ways behind a hop. What the run itself gives, as path.module, is nobody's decision."""
    if hop.again or hop.note == LEAVES_IT_OUT or (hop.step is Step.EXPRESSION and hop.place is None):
        return
    of = hop.text if hop.step in _NAMED else of
    for inner in hop.behind:
        yield from _decisions(inner, of)
    if not hop.behind:
        yield Decision(of=of, step=hop.step, text=hop.text, place=hop.place, chosen=_chosen(hop))


def _chosen(end: Hop) -> bool | None:
    if end.step in _DEFAULTED or end.step in _SET:
        return end.step in _SET
    known = end.value is not None and end.value.is_known
    return True if known and end.step is not Step.REFERENCE else None


def _once(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    return tuple(dict.fromkeys(decisions))
