"""The words a check speaks: agree, disagree, pending, inert, note.

A check passes by returning. `agree` compares an intended fact with a real one and disagrees where they differ. A fact
that is not known raises NotKnown by itself, and the check is then unverified: nobody has to remember to ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NoReturn, TypeVar

from verifier.checking.finding import Fix, Hop, Intent, Reality
from verifier.hcl.frozen import field, slotted
from verifier.hcl.origin import Origin, Step
from verifier.hcl.values import Unknown
from verifier.kinds.compare import Same, exactly
from verifier.kinds.fact import Fact
from verifier.terraform.hops import Secrets

T = TypeVar("T")


class Disagreement(Exception):
    """What is real is not what was meant, or cannot work."""

    def __init__(self, what: str, fix: Fix | None) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


class Inertness(Exception):
    """It is there, and nothing on this path uses it."""

    def __init__(self, what: str, fix: Fix | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


class Pendency(Exception):
    """It is as it was meant to be, and too recent to count on."""

    def __init__(self, what: str, fix: Fix | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


NO_SECRETS = Secrets(())


@slotted()
class Told:
    """What a check has said so far of the subject at hand. `secrets` are the source's, which it must not quote."""

    intent: Intent | None = None
    reality: Reality | None = None
    notes: list[str] = field(default_factory=list)
    concerns: set[str] = field(default_factory=set)
    secrets: Secrets = NO_SECRETS


_told: ContextVar[Told | None] = ContextVar("told", default=None)


@contextmanager
def listening(secrets: Secrets = NO_SECRETS) -> Iterator[Told]:
    """Collect what the check that runs within says, without the secrets of the source that it judges."""
    told = Told(secrets=secrets)
    token = _told.set(told)
    try:
        yield told
    finally:
        _told.reset(token)


def agree(intended: Fact[T], real: Fact[T], *, what: str = "", same: Same = exactly, fix: Fix | None = None) -> None:
    """Disagree unless the real fact is the intended one, compared by `same`.

    Raises NotKnown when either is not known: the real side is asked first only after both were recorded, so that an
    unverified finding shows what could be seen.
    """
    intend(intended)
    observe(real)
    meant, found = intended.value, real.value
    if not same(meant, found):
        disagree(what or f"{real.name} is {text_of(real)}, not {text_of(intended)}", fix=fix)


def disagree(what: str, *, fix: Fix | None = None) -> NoReturn:
    """End the check: what is real is not what was meant, or cannot work. `what` says it in one line."""
    raise Disagreement(what, fix)


def inert(what: str, *, fix: Fix | None = None) -> NoReturn:
    """End the check: it is there, and nothing on this path uses it. `what` says on what evidence."""
    raise Inertness(what, fix)


def pending(what: str, *, fix: Fix | None = None) -> NoReturn:
    """End the check: it is as it was meant to be, but so recent that it may not have taken effect. `what` says how."""
    raise Pendency(what, fix)


def intend(fact: Fact[T] | str) -> None:
    """Record what was intended."""
    _current().intent = Intent(text=fact) if isinstance(fact, str) else intent_of(fact)


def observe(fact: Fact[T] | str, source: str = "") -> None:
    """Record what is real."""
    if isinstance(fact, str):
        _current().reality = Reality(text=fact, source=source)
    else:
        _current().reality = Reality(text=f"{fact.name} = {text_of(fact)}", source=source or fact.source)


def note(text: str) -> None:
    """Record something a reader of the finding should know."""
    _current().notes.append(text)


def concern(*keys: str) -> None:
    """Record that the finding is also about these flags, addresses or ids."""
    _current().concerns.update(key for key in keys if key)


def intent_of(fact: Fact[T]) -> Intent:
    """A fact that Terraform states, with its origin, for people."""
    text = f"{fact.name} = {text_of(fact)}"
    if fact.origin is None:
        return Intent(text=text, chosen=None if fact.known and fact.stated else False)
    return Intent(text=text, origin=hops(fact.origin, secret=fact.sensitive), chosen=fact.origin.chosen)


def hops(origin: Origin, *, secret: bool = False) -> tuple[Hop, ...]:
    """An origin's chain for people, latest hop first, and whoever left the value to a default last.

    What is `secret` is quoted at no hop.
    """
    told_to = _told.get()
    secrets = told_to.secrets if told_to is not None else NO_SECRETS
    shown = secrets.chain(origin, secret=secret)
    told = [Hop(text=_hop(o.step, text), place=str(o.place) if o.place else "") for o, text in shown]
    decider = origin.decider
    if decider.parents and not decider.chosen:
        left_out, by = next(secrets.chain(decider.parents[0], secret=secret))
        told.append(Hop(text=f"left out by {by}", place=str(left_out.place) if left_out.place else ""))
    return tuple(told)


def text_of(fact: Fact[T]) -> str:
    """A fact's content in one line; what nobody states is said to be so."""
    if not fact.known:
        return "not known before apply" if fact.references else "not known"
    if fact.sensitive:
        return "(sensitive)"
    value = fact.value
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, tuple | list):
        text = ", ".join(map(str, value)) or "none"
    elif isinstance(value, Mapping):
        text = ", ".join(f"{k} = {'(not known)' if isinstance(v, Unknown) else v}" for k, v in value.items()) or "none"
    else:
        text = str(value) if value not in ("", None) else "not set"
    return text if fact.stated or text in ("not set", "none") else f"{text} (by default: nothing is set)"


LONGEST_HOP = 72


def _hop(step: Step, text: str) -> str:
    text = text if len(text) <= LONGEST_HOP else text[: LONGEST_HOP - 1].rstrip() + "…"
    return f"{step.value}: {text}" if text else step.value


def _current() -> Told:
    told = _told.get()
    if told is None:
        raise RuntimeError("agree, disagree, observe and note speak within a running check")
    return told
