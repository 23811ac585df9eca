"""Binding: what was unknown before apply gets its value, from names alone, from the state, then from what is live.

An ARM id follows from subscription, group, type and name, so it is known before anything exists. What only Azure
knows (an issuer, a principal id, a name with a random part) is filled in from Terraform's state, and then from the
live documents, which win. Each round evaluates the source again, so that whatever was derived from such a value is
known too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeAlias

from verifier.hcl.values import JSON, Unknown, Value
from verifier.kinds.every import kind_of
from verifier.kinds.fact import NotKnown
from verifier.kinds.identify import arm_id
from verifier.kinds.kind import Kind, azapi_type
from verifier.kinds.recorded_id import says_which
from verifier.kinds.served import at
from verifier.kinds.stated import ACTING, Stated
from verifier.live.documents import Document, Documents, Found
from verifier.terraform.bound import Following
from verifier.terraform.plan import Instance, Planned, StaticPlan, Undetermined
from verifier.terraform.state import State
from verifier.world.bound import Bound
from verifier.world.paired import paired
from verifier.world.pairing import Intended
from verifier.world.subscriptions import subscription_of

Replan: TypeAlias = Callable[[Mapping[str, JSON]], StaticPlan]


class ReplanFollowing(Protocol):
    """Evaluates the source again, with what is bound and with what follows from each instance on the way."""

    def __call__(self, bound: Mapping[str, JSON], /, following: Following) -> StaticPlan:
        """The plan that comes of it."""


MOST_ROUNDS = 8
"""Each round fills in what follows from what the one before has filled in; no ARM id is nested deeper."""


def with_ids(replan: ReplanFollowing, subscription: str, bound: Mapping[str, JSON] | None = None) -> StaticPlan:
    """The plan with what is `bound`, and with every ARM id that follows from names.

    An id rests on its parent's: both are filled in where the evaluation meets them, in one round. What hangs on an id
    in another way, a provider's subscription that is made from one, say, takes a round more; so do the ids of what an
    aliased provider makes, whose subscription the first round tells.
    """
    plan = replan(bound or {}, following=_of_plain_providers(subscription))
    for _ in range(MOST_ROUNDS):
        ids = dict(_ids(plan, subscription))
        if ids.items() <= plan.bound.items():
            return plan
        plan = replan({**plan.bound, **ids}, following=_following(plan.providers, subscription))
    return plan


def _of_plain_providers(subscription: str) -> Following:
    """The ids of an instance whose provider has no alias, and so is in the run's subscription."""
    ids = _following({}, subscription)
    return lambda instance: {} if "." in instance.provider else ids(instance)


def _following(providers: Mapping[str, Value], subscription: str) -> Following:
    """The ids of an instance, in the subscriptions that the providers name."""
    return lambda instance: dict(_ids_of(instance, providers, subscription))


def with_state(plan: StaticPlan, replan: ReplanFollowing, subscription: str, recorded: Iterable[Bound]) -> StaticPlan:
    """The plan with the recorded values wherever nothing is known yet, and with the ids that follow from them."""
    found = {b.address: b.value for b in recorded if b.address not in plan.bound}
    return with_ids(replan, subscription, {**found, **plan.bound}) if found else plan


def recorded_bindings(plan: StaticPlan, state: State) -> Iterator[Bound]:
    """The attributes of planned things that the state has; none of one that it does not tell from others."""
    for instance in plan.instances:
        recorded = state.instances.get(instance.address)
        if recorded is None or not isinstance(instance.presence, Planned):
            continue
        if not says_which(recorded.type, recorded.attributes):
            continue
        for attribute, value in sorted(recorded.attributes.items()):
            yield Bound(address=f"{instance.address}.{attribute}", value=value, source=f"state, {state.source}")


def told(waiting: Collection[str], recorded: Iterable[Bound], live: Iterable[Bound]) -> tuple[Bound, ...]:
    """What bound to the addresses that were waited for: live, else what the state has; where they differ, both."""
    bound = {b.address: b for b in recorded}
    for new in live:
        old = bound.get(new.address, new)
        said = new.source if old.value == new.value else f"{new.source}; the state still has {old.value}"
        bound[new.address] = replace(new, source=said)
    return tuple(bound[address] for address in sorted(waiting) if address in bound)


def with_live(plan: StaticPlan, replan: Replan, live: Sequence[Bound]) -> StaticPlan:
    """The plan with every attribute filled in that a live thing has."""
    for _ in range(MOST_ROUNDS):
        waiting = _waited_for(plan) if any(_is_output(b.address) for b in live) else frozenset()
        found = {b.address: b.value for b in live if b.address in waiting or not _is_output(b.address)}
        if found.items() <= plan.bound.items():
            return plan
        plan = replan({**plan.bound, **found})
    return plan


def live_bindings(intended: Intended, documents: Documents) -> Iterator[Bound]:
    """The attributes of planned things that only apply gives, as far as live has them."""
    pairs = paired(intended, documents)
    subjects = (
        *pairs.clusters,
        *pairs.identities,
        *pairs.workspaces,
        *pairs.computes,
        *pairs.extensions,
        *pairs.storage_accounts,
    )
    for subject in subjects:
        if subject.address and subject.served is not None:
            yield from _computed(subject.address, subject.kind, subject.document, subject.arm_id)
    for instance in intended.plan.instances:
        if instance.mode == "data":
            yield from _looked_up(instance, intended, documents)


def _looked_up(instance: Instance, intended: Intended, documents: Documents) -> Iterator[Bound]:
    """What a data source will find, where live has been asked for the same thing."""
    kind = kind_of(instance.type, azapi_type(instance))
    identifier = _id(instance, intended.plan.providers, intended.subscription) if kind is not None else ""
    outcome = documents.get(identifier) if identifier else None
    if kind is not None and isinstance(outcome, Found):
        yield from _computed(instance.address, kind, outcome.documents[0], identifier)


def _computed(address: str, kind: Kind[object], document: Document, arm_id: str) -> Iterator[Bound]:
    azapi = "azapi_resource." in address
    for attribute, path in sorted(kind.computed.items()):
        value = at(document, path) if azapi or not _is_output(f".{attribute}") else None
        if isinstance(value, str) and value:
            yield Bound(address=f"{address}.{attribute}", value=value, source=f"live, {arm_id}")


def _is_output(address: str) -> bool:
    """Whether it is an attribute of azapi's `output`.

    That is an object or, in azapi's first version, a string of JSON: it is laid in only where the source reads it as
    an object.
    """
    return ".output." in address


def _waited_for(plan: StaticPlan) -> frozenset[str]:
    outputs = (r for value in plan.outputs.values() for r in references_of(value))
    presences = (i.presence for i in plan.instances)
    undetermined = (r for p in presences if isinstance(p, Undetermined) for r in p.because.references)
    return references_in(plan).union(outputs, undetermined)


def references_in(plan: StaticPlan) -> frozenset[str]:
    """Every address that some value of the plan waits for."""
    return frozenset(r for instance in plan.instances for r in references_of(instance.values))


def references_of(value: Value) -> Iterator[str]:
    """Every address that some part of a value waits for."""
    content = value.content
    if isinstance(content, Unknown):
        yield from content.references
    elif isinstance(content, tuple):
        for item in content:
            yield from references_of(item)
    elif isinstance(content, Mapping):
        for item in content.values():
            yield from references_of(item)


def _ids(plan: StaticPlan, subscription: str) -> Iterator[tuple[str, str]]:
    for instance in plan.instances:
        if isinstance(instance.presence, Planned):
            yield from _ids_of(instance, plan.providers, subscription)


def _ids_of(instance: Instance, providers: Mapping[str, Value], subscription: str) -> Iterator[tuple[str, str]]:
    identifier = _id(instance, providers, subscription) if instance.type != ACTING else ""
    if identifier:
        yield f"{instance.address}.id", identifier
    if identifier and instance.type in ("azurerm_storage_container", "azurerm_storage_share"):
        yield f"{instance.address}.resource_manager_id", identifier
    if instance.mode == "data" and instance.type in _OF_SUBSCRIPTION:
        yield from _of_subscription(instance, providers, subscription)


_OF_SUBSCRIPTION = {
    "azurerm_client_config": {"subscription_id": "{}"},
    "azurerm_subscription": {"id": "/subscriptions/{}", "subscription_id": "{}"},
}


def _of_subscription(
    instance: Instance, providers: Mapping[str, Value], subscription: str
) -> Iterator[tuple[str, str]]:
    """What a data source tells of the subscription it is asked in; nothing where that is not known."""
    says = Stated(instance).text("subscription_id", "subscription_id")
    try:
        asked = says.value or subscription_of(instance, providers, otherwise=subscription)
    except NotKnown:
        return
    if asked and not asked.startswith("{"):
        for attribute, form in _OF_SUBSCRIPTION[instance.type].items():
            yield f"{instance.address}.{attribute}", form.format(asked)


def _id(instance: Instance, providers: Mapping[str, Value], subscription: str) -> str:
    try:
        return arm_id(instance, subscription_of(instance, providers, otherwise=subscription))
    except NotKnown:
        return ""
