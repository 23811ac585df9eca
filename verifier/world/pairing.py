"""Pairing: which live thing is the one that Terraform means.

Names differ by owner (a script's extension is called otherwise than Terraform's), so things are matched by what they
are: an extension by its type on its cluster, a compute by the cluster that it attaches, a federated credential by
issuer and subject, and only then by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from verifier.hcl.values import JSON
from verifier.kinds.compare import arm_key, name_of
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.identify import arm_id, resource_group_of
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated, Update
from verifier.live.documents import Absent as NotFound
from verifier.live.documents import Documents, Failed, Found, Outcome
from verifier.terraform.plan import Absent, Instance, Planned, StaticPlan
from verifier.world.subject import Subject
from verifier.world.subscriptions import subscription_of
from verifier.world.threeway import Maker

K = TypeVar("K")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intended:
    """The static plan, with what it takes to name its things: the subscription and the values filled in since."""

    plan: StaticPlan
    subscription: str
    _known: dict[str, tuple[Subject[Any], ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was asked for before, by the kind's noun."""

    def of(self, kind: Kind[K]) -> tuple[Subject[K], ...]:
        """The things of a kind that Terraform plans or might plan, nothing read of them yet."""
        if kind.noun not in self._known:
            self._known[kind.noun] = self._of(kind)
        return self._known[kind.noun]

    def _of(self, kind: Kind[K]) -> tuple[Subject[K], ...]:
        planned = [i for i in self.plan.instances if not isinstance(i.presence, Absent)]
        updates = [i for i in planned if kind.updates(i)]
        return tuple(self._subject(kind, i, updates) for i in planned if i.mode == "managed" and kind.states(i))

    def looked_up(self, kind: Kind[K]) -> tuple[Subject[K], ...]:
        """The things of a kind that data sources look up: made elsewhere, and known to the configuration."""
        return tuple(
            replace(self._subject(kind, i, ()), presence=None)
            for i in self.plan.instances
            if i.mode == "data" and isinstance(i.presence, Planned) and kind.states(i)
        )

    def absent(self, kind: Kind[K]) -> Iterator[Instance]:
        """The resources of a kind that count or for_each keeps out of the plan."""
        return (
            i for i in self.plan.instances if i.mode == "managed" and isinstance(i.presence, Absent) and kind.states(i)
        )

    def _subject(self, kind: Kind[K], instance: Instance, updates: Sequence[Instance]) -> Subject[K]:
        identifier = self.arm_id(instance)
        says = Stated(instance, self.plan.bound, tuple(self._updates(updates, identifier)))
        declared = says.text("name", "name")
        named = declared.value if declared.known and declared.value else name_of(identifier)
        return Subject(
            kind=kind,
            name=named or instance.address,
            address=instance.address,
            arm_id=identifier,
            place=str(instance.place),
            presence=instance.presence,
            stated=kind.from_terraform(says) if isinstance(instance.presence, Planned) else None,
        )

    def arm_id(self, instance: Instance) -> str:
        """The id that an instance has or will have; empty for what has none, or where it is not known before apply."""
        try:
            return arm_id(instance, subscription_of(instance, self.plan.providers, otherwise=self.subscription))
        except NotKnown:
            # of a name with a random part, the state has the whole id
            found = self.plan.bound.get(f"{instance.address}.id")
            return found if isinstance(found, str) else ""

    def group_of(self, address: str) -> str:
        """The id of the resource group that a planned instance is put into; empty where it is not known, or in none."""
        instance = next((i for i in self.plan.instances if i.address == address), None)
        if instance is None:
            return ""
        try:
            subscription = subscription_of(instance, self.plan.providers, otherwise=self.subscription)
            return resource_group_of(instance, subscription)
        except NotKnown:
            return ""

    def _updates(self, updates: Sequence[Instance], identifier: str) -> Iterator[Update]:
        """Those of these azapi_update_resources that are about the thing with this id, or might be."""
        for instance in updates:
            target = self.arm_id(instance)
            if not (target and identifier):
                yield Update(instance, certain=False)
            elif arm_key(target) == arm_key(identifier):
                yield Update(instance, certain=isinstance(instance.presence, Planned))


def by_id(
    kind: Kind[K],
    intended: Iterable[Subject[K]],
    documents: Documents,
    others: Iterable[str],
    *,
    without_id: Mapping[str, Outcome] | None = None,
) -> list[Subject[K]]:
    """Subjects that are read by their own id: the intended ones, and `others` that something live points to.

    `without_id` says by address how looking ended for those whose id is not known.
    """
    ended = without_id or {}
    subjects = [
        with_outcome(s, documents.get(s.arm_id)) if s.arm_id else replace(s, outcome=ended.get(s.address, s.outcome))
        for s in intended
    ]
    seen = {arm_key(s.arm_id) for s in subjects}
    for identifier in sorted(set(others), key=arm_key):
        if arm_key(identifier) not in seen:
            seen.add(arm_key(identifier))
            bare = Subject(kind=kind, name=name_of(identifier), arm_id=identifier)
            subjects.append(with_outcome(bare, documents.get(identifier)))
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

    `collections` maps each parent's key to the path that lists it. `matches` are tried in order, each for every
    intended thing before the next, among the live ones of their parent that are left. Live ones that nothing matches
    become subjects of their own. An intended one that nothing matches is absent, unless something that is not known
    of it leaves open whether one of those is it. A parent whose list could not be read gives a subject that says so,
    unless an intended one already does.
    """
    subjects: list[Subject[K]] = []
    orphans = list(intended)
    for parent, path in sorted(collections.items()):
        here = [s for s in intended if _parent(s, parent_of) == parent]
        orphans = [s for s in orphans if s not in here]
        subjects += _listed(kind, here, documents.list(path), path, matches, keep)
    return [*subjects, *orphans]


def kept_out(
    kind: Kind[K],
    intended: Intended,
    subjects: Sequence[Subject[K]],
    parent_of: Callable[[K], Fact[str]],
    matches: Sequence[Callable[[K, K], bool]],
) -> Iterator[tuple[Maker, Subject[K]]]:
    """What is not planned, each with the live thing of nobody's that it would make if it were."""
    for resource in intended.absent(kind):
        for address, values in (resource.would_be or {resource.address: resource.values}).items():
            instance = replace(resource, address=address, values=values)
            would = kind.from_terraform(Stated(instance, intended.plan.bound))
            for subject in subjects:
                served = subject.served
                if subject.presence is not None or served is None or not _siblings(would, served, parent_of):
                    continue
                if any(_holds(same, would, served) is True for same in matches):
                    yield _maker(intended, instance, resource), subject


def _maker(intended: Intended, instance: Instance, resource: Instance) -> Maker:
    name = Stated(instance).text("name", "name")
    return Maker(
        address=instance.address,
        resource=resource.address,
        place=str(resource.place),
        name=name.value if name.known else "",
        id=intended.arm_id(instance),
    )


def _siblings(one: K, other: K, parent_of: Callable[[K], Fact[str]]) -> bool:
    parents = parent_of(one), parent_of(other)
    return all(p.known for p in parents) and arm_key(parents[0].value) == arm_key(parents[1].value)


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
    left = [s for document in outcome.documents if (s := _of_the_sort(live_subject(kind, document), keep)) is not None]
    paired: dict[str, Subject[K]] = {}
    for same in matches:
        for subject in here:
            match = None if subject.address in paired else _match(subject, left, same)
            if match is not None:
                left.remove(match)
                paired[subject.address] = replace(
                    subject, arm_id=match.arm_id, outcome=match.outcome, served=match.served
                )
    return [paired.get(s.address) or replace(s, outcome=_unmatched(s, left, matches)) for s in here] + left


def _of_the_sort(subject: Subject[K], keep: Callable[[K], bool]) -> Subject[K] | None:
    """Something live, unless it is of another sort; where that cannot be told, it could not be looked at."""
    try:
        return subject if subject.served is not None and keep(subject.served) else None
    except NotKnown as error:
        return replace(subject, outcome=Failed(because=error.because), served=None)


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


def _match(subject: Subject[K], candidates: Sequence[Subject[K]], same: Callable[[K, K], bool]) -> Subject[K] | None:
    if subject.stated is None:
        return next((c for c in candidates if c.name.casefold() == subject.name.casefold()), None)
    return next((c for c in candidates if c.served and _holds(same, subject.stated, c.served) is True), None)


def _unmatched(subject: Subject[K], left: Sequence[Subject[K]], matches: Sequence[Callable[[K, K], bool]]) -> Outcome:
    """What a whole list that does not show a thing says of it: absent, or that one of those left might be it."""
    for candidate in left:
        if subject.stated is None or candidate.served is None:
            return Failed(because=f"whether {candidate.label} is it is not known before apply")
        if any(_holds(same, subject.stated, candidate.served) is None for same in matches):
            return Failed(because=f"whether {candidate.label} is it is not known before apply")
    return NotFound(code="not in the list")


def _holds(same: Callable[[K, K], bool], one: K, other: K) -> bool | None:
    """Whether two are the same; None where something that is not known decides."""
    try:
        return same(one, other)
    except NotKnown:
        return None


def _parent(subject: Subject[K], parent_of: Callable[[K], Fact[str]]) -> str:
    if subject.stated is None:
        return ""
    parent = parent_of(subject.stated)
    return arm_key(parent.value) if parent.known else ""


def with_outcome(subject: Subject[K], outcome: Outcome) -> Subject[K]:
    """A subject with how reading it ended, and with what was found."""
    if not isinstance(outcome, Found) or not outcome.documents:
        return replace(subject, outcome=outcome)
    document = outcome.documents[0]
    source = str(document.get("id", "")) or subject.arm_id
    return replace(subject, outcome=outcome, served=subject.kind.from_document(Document(document, source)))


def _owner(path: str) -> str:
    """The resource that a collection's path hangs below, without the provider part in between."""
    owner, _, provider = path.rpartition("/providers/")
    return owner if owner and "/" not in provider else path
