"""By type: what is live of a planned thing whose name is known only after apply, and which no state tells.

It is in the resource group that it is planned in. What is there of its type, goes by no name here (planned, kept out or
looked up), and is called as its own name will begin, may be it. Where there is just one such thing, and nothing else
planned may be that, it is taken for it, and the report says so; where there is none, it is not live.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from verifier.hcl.values import Unknown
from verifier.kinds.cluster import CLUSTER
from verifier.kinds.compare import arm_key, name_of
from verifier.kinds.container_registry import CONTAINER_REGISTRY
from verifier.kinds.fact import Fact
from verifier.kinds.identity import IDENTITY
from verifier.kinds.key_vault import KEY_VAULT
from verifier.kinds.kind import Kind
from verifier.kinds.storage_account import STORAGE_ACCOUNT
from verifier.kinds.workspace import WORKSPACE
from verifier.live.documents import NOT_READ, Absent, Document, Documents, Failed, Found, Outcome
from verifier.terraform.plan import Planned
from verifier.world.bound import Bound
from verifier.world.pairing import Intended, by_id
from verifier.world.subject import Subject

K = TypeVar("K")

NAMED: tuple[Kind[object], ...] = (CLUSTER, CONTAINER_REGISTRY, IDENTITY, KEY_VAULT, STORAGE_ACCOUNT, WORKSPACE)
"""What others hang on by its id, and what is listed in a resource group."""


def lists_for(intended: Intended, groups: Sequence[str]) -> tuple[str, ...]:
    """The lists in which things without a name are looked for; in all `groups` where theirs is not known either."""
    asked: dict[str, None] = {}
    for kind in NAMED:
        for subject in intended.of(kind):
            if not subject.arm_id:
                own = intended.group_of(subject.address)
                asked |= {f"{group}/providers/{kind.arm_type}": None for group in ([own] if own else groups)}
    return tuple(asked)


def looked_for(kind: Kind[K], intended: Intended, documents: Documents, others: Iterable[str]) -> list[Subject[K]]:
    """The subjects of a kind that is read by its own id or, where that is not known, listed in its resource group."""
    return by_id(kind, intended.of(kind), documents, others, without_id=_outcomes(kind, intended, documents))


def found_by_type(intended: Intended, documents: Documents) -> Iterator[Bound]:
    """The names and ids of the planned things without a name that can be one live thing only."""
    for kind in NAMED:
        for address, found in _candidates(kind, intended, documents).items():
            if isinstance(found, _Candidates) and found.alone:
                [identifier] = found.ids
                named = f" whose name begins with {found.beginning}" if len(found.beginning) > 1 else ""
                source = f"live, the one {kind.noun} in its resource group{named} that is planned under no name"
                yield Bound(address=f"{address}.id", value=identifier, source=source)
                yield Bound(address=f"{address}.name", value=name_of(identifier), source=source)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidates:
    """The live things that a planned one may be, as far as its name is known: `beginning`.

    `alone` says that it is one, and nothing else planned may be that.
    """

    ids: tuple[str, ...]
    beginning: str
    alone: bool = False


def _outcomes(kind: Kind[K], intended: Intended, documents: Documents) -> Mapping[str, Outcome]:
    """By address, how looking for each thing without an id ended."""
    return {
        address: _outcome(kind, found) if isinstance(found, _Candidates) else found
        for address, found in _candidates(kind, intended, documents).items()
    }


def _outcome(kind: Kind[K], found: _Candidates) -> Outcome:
    if not found.ids:
        return Absent(code=f"no {kind.noun} in its resource group can be it")
    names = " or ".join(name_of(identifier) for identifier in found.ids)
    return Failed(because=f"its name is known only after apply, and it may be {names}: a state tells (--state FILE)")


def _candidates(kind: Kind[K], intended: Intended, documents: Documents) -> Mapping[str, _Candidates | Outcome]:
    """By address of a planned thing without an id: what it may be, or how the list ended that this would be in."""
    unnamed = [s for s in intended.of(kind) if not s.arm_id]
    if not unnamed:
        return {}
    named = _named(kind, intended)
    groups = {subject.address: intended.group_of(subject.address) for subject in unnamed}
    lists = {group: documents.list(f"{group}/providers/{kind.arm_type}") for group in groups.values() if group}
    everywhere = [d for outcome in lists.values() if isinstance(outcome, Found) for d in outcome.documents]
    found: dict[str, _Candidates | Outcome] = {}
    wanted: Counter[str] = Counter()
    for subject in unnamed:
        outcome = lists.get(groups[subject.address], NOT_READ)
        fitting = _fitting(subject, outcome.documents if isinstance(outcome, Found) else everywhere, named)
        if isinstance(outcome, Found) or not groups[subject.address]:
            wanted.update(fitting.ids)
        if isinstance(subject.presence, Planned):
            found[subject.address] = fitting if isinstance(outcome, Found) else outcome
    return {
        address: replace(each, alone=[wanted[i] for i in each.ids] == [1]) if isinstance(each, _Candidates) else each
        for address, each in found.items()
    }


def _named(kind: Kind[K], intended: Intended) -> frozenset[str]:
    """The keys of what goes by a name here: what is planned, or would be, and what is looked up, made elsewhere."""
    ids = [subject.arm_id for subject in (*intended.of(kind), *intended.looked_up(kind))]
    ids += [intended.arm_id(instance) for instance in intended.absent(kind)]
    return frozenset(arm_key(identifier) for identifier in ids if identifier)


def _fitting(subject: Subject[object], there: Iterable[Document], named: Collection[str]) -> _Candidates:
    name = getattr(subject.stated, "name", None)
    content = name.content if isinstance(name, Fact) else None
    beginning = content.bounds.prefix if isinstance(content, Unknown) else ""
    ids = (identifier for document in there if isinstance(identifier := document.get("id"), str))
    return _Candidates(
        ids=tuple(i for i in ids if arm_key(i) not in named and name_of(i).casefold().startswith(beginning.casefold())),
        beginning=beginning,
    )
