"""Pairing: which live thing is the one that Terraform means.

Names differ by owner (a script's extension is called otherwise than Terraform's), so things are matched by what they
are: an extension by its type on its cluster, a compute by the cluster that it attaches, a federated credential by
issuer and subject, and only then by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from verifier.hcl.values import JSON
from verifier.kinds.compare import arm_key, name_of
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.identify import arm_id
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated
from verifier.live.documents import Absent as NotFound
from verifier.live.documents import Documents, Found, Outcome
from verifier.terraform.plan import Instance, Planned, StaticPlan, Undetermined
from verifier.world.subject import Subject

K = TypeVar("K")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intended:
    """The static plan, with what it takes to name its things: the subscription and the values filled in since."""

    plan: StaticPlan
    subscription: str

    def of(self, kind: Kind[K]) -> tuple[Subject[K], ...]:
        """The things of a kind that Terraform plans or might plan, nothing read of them yet."""
        return tuple(
            self._subject(kind, i)
            for i in self.plan.instances
            if i.mode == "managed" and isinstance(i.presence, Planned | Undetermined) and kind.states(i)
        )

    def _subject(self, kind: Kind[K], instance: Instance) -> Subject[K]:
        says = Stated(instance, self.plan.bound)
        declared = says.text("name", "name")
        try:
            identifier = arm_id(instance, self.subscription)
        except NotKnown:
            identifier = ""
        named = declared.value if declared.known and declared.value else ""
        return Subject(
            kind=kind,
            name=named or instance.address,
            address=instance.address,
            arm_id=identifier,
            place=str(instance.place),
            presence=instance.presence,
            stated=kind.from_terraform(says) if isinstance(instance.presence, Planned) else None,
        )


def by_id(
    kind: Kind[K], intended: Iterable[Subject[K]], documents: Documents, others: Iterable[str]
) -> list[Subject[K]]:
    """Subjects that are read by their own id: the intended ones, and `others` that something live points to."""
    subjects = [_with_outcome(s, documents.get(s.arm_id)) if s.arm_id else s for s in intended]
    seen = {arm_key(s.arm_id) for s in subjects}
    for identifier in sorted(set(others), key=arm_key):
        if arm_key(identifier) not in seen:
            seen.add(arm_key(identifier))
            bare = Subject(kind=kind, name=name_of(identifier), arm_id=identifier)
            subjects.append(_with_outcome(bare, documents.get(identifier)))
    return subjects


def below(
    kind: Kind[K],
    intended: Sequence[Subject[K]],
    documents: Documents,
    *,
    collections: Mapping[str, str],
    parent_of: Callable[[K], Fact[str]],
    matches: Sequence[Callable[[K, K], bool]],
    keep: Callable[[K], bool] = lambda _: True,
) -> list[Subject[K]]:
    """Subjects that are found by listing their parents.

    `collections` maps each parent's key to the path that lists it. `matches` are tried in order for each intended
    thing among the live ones of its parent. Live ones that nothing matches become subjects of their own. A parent
    whose list could not be read gives a subject that says so, unless an intended one already does.
    """
    subjects: list[Subject[K]] = []
    orphans = list(intended)
    for parent, path in sorted(collections.items()):
        here = [s for s in intended if _parent(s, parent_of) == parent]
        orphans = [s for s in orphans if s not in here]
        subjects += _listed(kind, here, documents.list(path), path, matches, keep)
    return [*subjects, *orphans]


def _listed(
    kind: Kind[K],
    here: Sequence[Subject[K]],
    outcome: Outcome,
    path: str,
    matches: Sequence[Callable[[K, K], bool]],
    keep: Callable[[K], bool],
) -> list[Subject[K]]:
    if not isinstance(outcome, Found):
        if isinstance(outcome, NotFound) or here:
            return [replace(s, outcome=outcome) for s in here]
        owner, _, collection = path.rpartition("/")
        return [Subject(kind=kind, name=f"({collection} of {name_of(_owner(owner))})", outcome=outcome)]
    served = [live_subject(kind, document) for document in outcome.documents]
    left = [s for s in served if s.served is not None and keep(s.served)]
    subjects = []
    for subject in here:
        match = _match(subject, left, matches)
        if match is None:
            subjects.append(replace(subject, outcome=NotFound(code="not in the list")))
        else:
            left.remove(match)
            subjects.append(replace(subject, arm_id=match.arm_id, outcome=match.outcome, served=match.served))
    return subjects + left


def live_subject(kind: Kind[K], document: Mapping[str, JSON]) -> Subject[K]:
    """A subject that only the live side has."""
    identifier = str(document.get("id", ""))
    served = kind.from_document(Document(document, identifier))
    return Subject(
        kind=kind,
        name=name_of(identifier),
        arm_id=identifier,
        outcome=Found(documents=(document,)),
        served=served,
    )


def _match(
    subject: Subject[K], candidates: Sequence[Subject[K]], matches: Sequence[Callable[[K, K], bool]]
) -> Subject[K] | None:
    if subject.stated is None:
        return next((c for c in candidates if c.name.casefold() == subject.name.casefold()), None)
    for same in matches:
        for candidate in candidates:
            if candidate.served is not None and _holds(same, subject.stated, candidate.served):
                return candidate
    return None


def _holds(same: Callable[[K, K], bool], one: K, other: K) -> bool:
    try:
        return same(one, other)
    except NotKnown:
        return False


def _parent(subject: Subject[K], parent_of: Callable[[K], Fact[str]]) -> str:
    if subject.stated is None:
        return ""
    parent = parent_of(subject.stated)
    return arm_key(parent.value) if parent.known else ""


def _with_outcome(subject: Subject[K], outcome: Outcome) -> Subject[K]:
    if not isinstance(outcome, Found) or not outcome.documents:
        return replace(subject, outcome=outcome)
    document = outcome.documents[0]
    source = str(document.get("id", "")) or subject.arm_id
    return replace(subject, outcome=outcome, served=subject.kind.from_document(Document(document, source)))


def _owner(path: str) -> str:
    """The resource that a collection's path hangs below, without the provider part in between."""
    owner, _, provider = path.rpartition("/providers/")
    return owner if owner and "/" not in provider else path
