"""Existences: for every thing that source, state or live has, what each of the three has of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from verifier.kinds.cluster import CLUSTER
from verifier.kinds.compare import arm_key, name_of
from verifier.kinds.compute import COMPUTE
from verifier.kinds.container import CONTAINER, SHARE
from verifier.kinds.container_registry import CONTAINER_REGISTRY
from verifier.kinds.datastore import DATASTORE
from verifier.kinds.every import AZAPI, kind_recorded
from verifier.kinds.extension import EXTENSION
from verifier.kinds.federated_credential import FEDERATED_CREDENTIAL
from verifier.kinds.identity import IDENTITY
from verifier.kinds.installed_type import INSTANCE_TYPE
from verifier.kinds.key_vault import KEY_VAULT
from verifier.kinds.kind import Kind
from verifier.kinds.metadata import METADATA
from verifier.kinds.monitoring import APPLICATION_INSIGHTS, LOG_ANALYTICS
from verifier.kinds.node_pool import NODE_POOL
from verifier.kinds.private_endpoint import PRIVATE_ENDPOINT
from verifier.kinds.recorded_id import SAID_IN, says_which, service_id
from verifier.kinds.role_assignment import ROLE_ASSIGNMENT
from verifier.kinds.role_definition import ROLE_DEFINITION
from verifier.kinds.served import Document
from verifier.kinds.service_account import DEFAULTS, NAMESPACE, SERVICE_ACCOUNT
from verifier.kinds.storage_account import STORAGE_ACCOUNT
from verifier.kinds.trusted_access import TRUSTED_ACCESS
from verifier.kinds.workspace import WORKSPACE
from verifier.kinds.zone_link import ZONE_LINK
from verifier.live.documents import NOT_READ, Absent, Denied, Documents, Failed, Found, Outcome
from verifier.terraform.ignoring import Ignored
from verifier.terraform.plan import Planned, StaticPlan, Undetermined
from verifier.terraform.refactoring import Refactoring, without_keys
from verifier.terraform.state import Recorded, State
from verifier.world.sighted import Sighted, recorded_at
from verifier.world.subject import Subject
from verifier.world.threeway import Existence, Maker

K = TypeVar("K")

JUDGED: tuple[Kind[object], ...] = (
    APPLICATION_INSIGHTS,
    CLUSTER,
    COMPUTE,
    CONTAINER,
    CONTAINER_REGISTRY,
    DATASTORE,
    EXTENSION,
    FEDERATED_CREDENTIAL,
    IDENTITY,
    INSTANCE_TYPE,
    KEY_VAULT,
    LOG_ANALYTICS,
    METADATA,
    NAMESPACE,
    NODE_POOL,
    PRIVATE_ENDPOINT,
    ROLE_ASSIGNMENT,
    ROLE_DEFINITION,
    SERVICE_ACCOUNT,
    SHARE,
    STORAGE_ACCOUNT,
    TRUSTED_ACCESS,
    WORKSPACE,
    ZONE_LINK,
)
"""The kinds that Terraform can make, and of which it can be told whether one is live.

Pods come and go by themselves, whoever makes them: a pod has no word. What Terraform cannot say at all (a node, an
event, a webhook, a deny assignment, a policy's state) has but one side.
"""


SOMETHING: Kind[object] = Kind(noun="resource", from_terraform=lambda said: said, from_document=lambda found: found)
"""What a state has of a type that may be any kind's, and does not say of which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What, besides the subjects, decides their words.

    `sighted` has what is known of those whose id does not follow from names, by address or, where only live has it, by
    id. `outcome` says how looking for a thing by its id ended, where its kind is neither read by it nor in a list.
    `ignored` is what Terraform is told not to look at. `supposed` says by address of what was found by its type alone
    which one that is.
    """

    plan: StaticPlan
    documents: Documents
    state: State | None
    refactoring: Refactoring
    owned_elsewhere: frozenset[str]
    sighted: Mapping[str, Sighted] = field(default_factory=dict)
    outcome: Callable[[Kind[object], str], Outcome | None] | None = None
    ignored: tuple[Ignored, ...] = ()
    supposed: Mapping[str, str] = field(default_factory=dict)


def existences_of(
    subjects: Sequence[Subject[object]], ledger: Ledger, kept_out: Iterable[tuple[Maker, Subject[object]]]
) -> tuple[Existence, ...]:
    """The existences of these subjects and of what only the state has, sorted by label.

    `kept_out` pairs what is not planned with the live thing that it would make.
    """
    recorded = [_as_the_service_has_it(r) for r in ledger.state or ()]
    makers = [(maker, arm_key(subject.arm_id)) for maker, subject in kept_out]
    found: list[Existence] = []
    for subject in subjects:
        own = _recorded(subject, recorded, ledger)
        if own is None and subject.presence is None and isinstance(subject.outcome, Absent):
            continue  # something points to it, nothing has it
        perhaps = _perhaps(subject, subjects, ledger)
        if any(arm_key(_planned_id(s, ledger)) == arm_key(subject.arm_id) for s in perhaps):
            continue  # by its id it is the planned one, which says itself what is not known of it
        if own is not None:
            recorded.remove(own)
        would = tuple(maker for maker, key in makers if key == arm_key(subject.arm_id))
        found.append(replace(_existence(subject, own, ledger, would), perhaps=tuple(s.address for s in perhaps)))
    found += [_existence(s, r, ledger, ()) for r in recorded if (s := _left(r, ledger)) is not None]
    return tuple(sorted(_told_apart(found), key=lambda e: (e.label, e.subject.address)))


def _told_apart(found: Sequence[Existence]) -> Iterator[Existence]:
    """Things of one kind and name, in two groups or on two sides, each with what tells it from the other."""
    labels = Counter(existence.label for existence in found)
    for existence in found:
        own = existence.subject.address or existence.subject.arm_id
        yield replace(existence, told_apart_by=own) if labels[existence.label] > 1 else existence


def _existence(
    subject: Subject[object], recorded: Recorded | None, ledger: Ledger, kept_out: tuple[Maker, ...]
) -> Existence:
    source = ledger.refactoring
    sighted = _sighted(subject, ledger)
    return Existence(
        subject=subject,
        recorded=recorded,
        state_given=ledger.state is not None,
        planned_id=_planned_id(subject, ledger),
        kept_out=kept_out,
        owned_elsewhere=subject.kind.noun.replace(" ", "_") in ledger.owned_elsewhere,
        imported=source.imports(subject.address),
        moved=source.moves(subject.address) or (recorded is not None and _implied(recorded.address, subject.address)),
        source_whole=ledger.plan.complete,
        let_go=recorded is not None and source.removes(recorded.address),
        import_as=sighted.import_as if sighted is not None else "",
        also=sighted.differences if sighted is not None else (),
        beside=sighted.beside if sighted is not None else "",
        adopts=sighted is not None and sighted.adopts,
        needs=sighted.needs if sighted is not None else "",
        supposed=ledger.supposed.get(subject.address, ""),
        ignored=tuple(i.path for i in ledger.ignored if i.resource == without_keys(subject.address)),
        unidentified=_unidentified(recorded, ledger.state) if recorded is not None else "",
    )


def _sighted(subject: Subject[object], ledger: Ledger) -> Sighted | None:
    return ledger.sighted.get(subject.address or subject.arm_id)


def _planned_id(subject: Subject[object], ledger: Ledger) -> str:
    sighted = _sighted(subject, ledger)
    if sighted is not None:
        return sighted.planned_id
    identifier = ledger.plan.bound.get(f"{subject.address}.id") if subject.presence is not None else None
    return identifier if isinstance(identifier, str) else ""


def _as_the_service_has_it(recorded: Recorded) -> Recorded:
    """What the state has, its id spelt as the service's own."""
    identifier = service_id(recorded.type, recorded.attributes)
    if identifier == recorded.id:
        return recorded
    return Recorded(
        address=recorded.address,
        type=recorded.type,
        attributes={**recorded.attributes, "id": identifier},
        tainted=recorded.tainted,
    )


def _perhaps(
    subject: Subject[object], subjects: Iterable[Subject[object]], ledger: Ledger
) -> tuple[Subject[object], ...]:
    """Planned things that this one, which only live has, might be: theirs was not found, for want of some fact."""
    if subject.presence is not None or not isinstance(subject.outcome, Found):
        return ()
    parent = arm_key(subject.arm_id).rpartition("/")[0]
    open_ones = (s for s in subjects if s.kind is subject.kind and s.presence is not None)
    return tuple(
        s
        for s in open_ones
        if (not (own := _planned_id(s, ledger)) and not _is_told(s, ledger))
        or (isinstance(s.outcome, Failed) and _is_listed(s.kind) and arm_key(own).rpartition("/")[0] == parent)
    )


def _is_told(subject: Subject[object], ledger: Ledger) -> bool:
    """Whether it is known what is live of one that has no id before apply."""
    return subject.address in ledger.sighted and isinstance(subject.outcome, Found | Absent)


def _is_listed(kind: Kind[object]) -> bool:
    """Whether things of a kind are found in a list, where one may be another, and not read by their own id."""
    return any(kind is listed for listed in (COMPUTE, DATASTORE, EXTENSION, FEDERATED_CREDENTIAL))


def _implied(old: str, new: str) -> bool:
    """Whether Terraform moves it without being told: between a block without count and its first instance with one."""
    return f"{old}[0]" == new or f"{new}[0]" == old


def _recorded(subject: Subject[object], recorded: Sequence[Recorded], ledger: Ledger) -> Recorded | None:
    """The state's instance of a subject: at its address, else the one with its id that the source has no more."""
    if subject.presence is not None:
        at_address = next((r for r in recorded if r.address == subject.address), None)
        if at_address is not None:
            return at_address
    if not subject.arm_id:
        return None
    same = [r for r in recorded if r.id and arm_key(r.id) == arm_key(subject.arm_id)]
    return next((r for r in same if not _may_be_planned(r.address, ledger.plan)), None)


def _unidentified(recorded: Recorded, state: State | None) -> str:
    """Why it is not known which thing a state has at an address; empty where it says so."""
    own = recorded_at(state, recorded.address)
    if state is None or own is None or says_which(own.type, own.attributes):
        return ""
    return f"the state {state.source} has {own.address} without its id"


def _left(recorded: Recorded, ledger: Ledger) -> Subject[object] | None:
    """A subject for what the state has and the source plans no more; None for a kind whose existence is not judged."""
    kind = _kind(recorded)
    if kind is None or recorded.type in DEFAULTS:  # those their provider lets go of, and deletes nothing
        return None
    if _may_be_planned(recorded.address, ledger.plan):
        return None
    unidentified = _unidentified(recorded, ledger.state)
    if unidentified:
        return Subject(kind=kind, name=recorded.address, address=recorded.address, outcome=Failed(because=unidentified))
    if not recorded.id:
        return None
    told = ledger.outcome(kind, recorded.id) if ledger.outcome is not None else None
    return _subject(kind, recorded, told or _outcome(recorded.id, ledger.documents))


def _kind(recorded: Recorded) -> Kind[object] | None:
    """The kind of what a state has, if its existence is judged, or if it does not say what it is."""
    kind = kind_recorded(recorded.type, recorded.attributes)
    if kind is not None:
        return kind if any(kind is judged for judged in JUDGED) else None
    said = SAID_IN[recorded.type][0] if recorded.type in SAID_IN else "type" if recorded.type == AZAPI else ""
    return SOMETHING if said and not recorded.attributes.get(said) else None


def _may_be_planned(address: str, plan: StaticPlan) -> bool:
    """Whether the source plans an address, or might: of an undetermined resource the keys are not known."""
    for instance in plan.instances:
        if isinstance(instance.presence, Planned) and instance.address == address:
            return True
        if isinstance(instance.presence, Undetermined) and without_keys(instance.address) == without_keys(address):
            return True
    return False


def _subject(kind: Kind[K], recorded: Recorded, outcome: Outcome) -> Subject[K]:
    document = outcome.documents[0] if isinstance(outcome, Found) else None
    return Subject(
        kind=kind,
        name=name_of(recorded.id),
        address=recorded.address,
        arm_id=recorded.id,
        outcome=outcome,
        served=kind.from_document(Document(document, recorded.id)) if document is not None else None,
    )


def _outcome(identifier: str, documents: Documents) -> Outcome:
    """How looking for a thing ended, by its own read or by the whole list that it would be in."""
    own = documents.get(identifier)
    if own is not NOT_READ:
        return own
    match documents.list(identifier.rpartition("/")[0]):
        case Found():
            return Absent(code="not in the list")
        case Denied() | Failed() as trouble:
            return trouble
        case Absent() as parent:
            return parent
