"""Observing: from what was asked to a world, intent evaluated, live read, one bound to the other."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from verifier.access.roles import builtin_roles
from verifier.access.table import read_table
from verifier.errors import AccessError
from verifier.live.deadline import until
from verifier.live.documents import Absent, Denied, Document, Documents, Failed, Found, Outcome, Request
from verifier.terraform.configuration import Configuration, load
from verifier.terraform.loading import RootsRead
from verifier.terraform.refactoring import refactoring_of
from verifier.world.binding import (
    live_bindings,
    recorded_bindings,
    references_in,
    told,
    with_ids,
    with_live,
    with_state,
)
from verifier.world.by_type import found_by_type
from verifier.world.join import join
from verifier.world.joined import Submitter, World
from verifier.world.pairing import Intended
from verifier.world.reading import moment_and_cloud, moment_of, reading
from verifier.world.recording import Recording, recording_of
from verifier.world.roles import definitions_of
from verifier.world.source import source_of
from verifier.world.targets import targets_of

if TYPE_CHECKING:
    from verifier.config import Settings
    from verifier.live.reader import Reader
    from verifier.live.targets import Targets

NO_SUBSCRIPTION = "{subscription}"
"""Stands in ARM ids offline, where ids only relate the configuration's own things to each other."""


def observe(
    settings: Settings,
    *,
    reader: Reader | None = None,
    recording: Recording | None = None,
    read: RootsRead | None = None,
) -> World:
    """The world of a run. `reader` reads what is live in place of the one that the settings ask for.

    `recording` is the state to judge by in place of the one that they name.

    Whoever observes many environments of one root module gives each the same `read`, and the module is read once.

    Raises ConfigurationError when there is no configuration to speak of, AccessError when there is nothing to talk
    to, SnapshotError for a snapshot that is none; ConfigurationError also for a state that is none.
    """
    configuration = _load(settings, read)
    subscription = _subscription(settings, configuration)
    roles = {**builtin_roles(), **read_table(settings.root)}
    if settings.offline:
        plan = with_ids(configuration.plan, subscription or NO_SUBSCRIPTION)
        return replace(
            join(
                plan,
                Documents(),
                subscription or NO_SUBSCRIPTION,
                offline=True,
                owned_elsewhere=settings.owned_elsewhere,
                jobs_use_workload_identity=settings.jobs_use_workload_identity,
                roles=roles,
            ),
            storage_token_in_environment=_storage_token(settings),
            cloud=settings.cloud,
            source=source_of(configuration.module),
        )
    if not subscription:
        raise _no_subscription()
    now, cloud = moment_and_cloud(settings)
    plan = with_ids(configuration.plan, subscription)
    waiting = references_in(plan)
    with nullcontext(reader) if reader else reading(settings, plan) as reads:
        ends = time.monotonic() + settings.deadline_seconds
        with until(ends):
            recording = recording or recording_of(settings, configuration, reads)
        state = recording.state
        recorded = tuple(b for b in recorded_bindings(plan, state) if b.address not in plan.bound) if state else ()
        plan = with_state(plan, configuration.plan, subscription, recorded)
        intended = Intended(plan=plan, subscription=subscription)
        targets = targets_of(intended, state, submitters=settings.submitters, roles=roles)
        documents = _read(settings, targets, reads, ends=ends)
        # A state that was read knows all that Terraform has made.
        supposed = tuple(found_by_type(intended, documents)) if state is None else ()
        if supposed:
            plan = with_state(plan, configuration.plan, subscription, supposed)
            intended = Intended(plan=plan, subscription=subscription)
            targets = targets_of(intended, state, submitters=settings.submitters, roles=roles)
            documents = _read(settings, targets, reads, ends=ends, documents=documents)
    live = tuple(live_bindings(intended, documents))
    plan = with_live(plan, configuration.plan, live)
    world = join(
        plan,
        documents,
        subscription,
        owned_elsewhere=settings.owned_elsewhere,
        jobs_use_workload_identity=settings.jobs_use_workload_identity,
        state=state,
        refactoring=refactoring_of(configuration.module),
        roles=roles,
        source=source_of(configuration.module),
        supposed=supposed,
    )
    return replace(
        world,
        bound=told(waiting, (*recorded, *supposed), live),
        state_said=recording.said,
        state_failed=recording.failed,
        state_remote=recording.remote,
        now=now,
        cloud=cloud,
        storage_token_in_environment=_storage_token(settings),
        submitters=tuple(Submitter(object_id) for object_id in settings.submitters),
    )


def listed_roles(settings: Settings) -> tuple[tuple[Document, ...], date]:
    """Every role definition of the subscription that the settings or the source name, and the day of reading.

    Raises AccessError where they cannot be read.
    """
    configuration = _load(settings)
    subscription = _subscription(settings, configuration)
    if not subscription:
        raise _no_subscription()
    request = Request(plane="azure", operation="list", path=definitions_of(subscription))
    ends = time.monotonic() + settings.deadline_seconds
    with reading(settings, configuration.plan()) as reader, until(ends):
        outcome = reader.read(request)
    match outcome:
        case Found(documents=documents):
            return documents, (moment_of(settings) or datetime.now(UTC)).date()
        case Denied(permission=permission, detail=detail):
            raise AccessError(f"the roles could not be read: {detail or 'denied'}", expected=permission)
        case Failed(because=because):
            raise AccessError(f"the roles could not be read: {because}")
    raise AccessError("the service knows no such subscription", where=subscription)


def _load(settings: Settings, read: RootsRead | None = None) -> Configuration:
    from verifier.hcl.cache import Cache

    return load(
        settings.root,
        inputs=settings.inputs,
        environment=settings.environment,
        cache=Cache.of_user() if settings.cache else None,
        read=read,
    )


def _subscription(settings: Settings, configuration: Configuration) -> str:
    """The option's, the provider block's, the environment's, the snapshot's: the first that is known."""
    if settings.subscription:
        return settings.subscription
    for name in ("azurerm", "azapi"):
        block = configuration.provider(name)
        content = block.content if block is not None else None
        stated = content.get("subscription_id") if isinstance(content, Mapping) else None
        if stated is not None and isinstance(stated.content, str) and stated.content:
            return stated.content
    for variable in ("ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID"):
        if settings.environment.get(variable):
            return settings.environment[variable]
    if settings.snapshot is not None:
        from verifier.live.snapshot import load as load_snapshot

        return load_snapshot(settings.snapshot).subscription
    return ""


def _storage_token(settings: Settings) -> bool:
    return settings.environment.get("ARM_STORAGE_USE_AZUREAD", "").casefold() in {"1", "t", "true"}


def _no_subscription() -> AccessError:
    return AccessError(
        "no subscription is known",
        expected="a subscription_id in the azurerm provider block, --subscription, or ARM_SUBSCRIPTION_ID",
        next_step="pass --subscription ID (az account show --query id)",
    )


def _read(
    settings: Settings, targets: Targets, reader: Reader, *, ends: float, documents: Documents | None = None
) -> Documents:
    """All that the targets name, read by a moment of the monotonic clock, and what was read before."""
    from verifier.live.waves import read_environment

    tell = settings.on_read

    def on_read(request: Request, outcome: Outcome) -> None:
        if tell is not None:
            tell(str(request), _word(outcome))

    left = max(ends - time.monotonic(), 0.0)
    return read_environment(targets, reader, deadline_seconds=left, on_read=on_read, documents=documents or Documents())


def _word(outcome: Outcome) -> str:
    match outcome:
        case Found():
            return "found"
        case Absent():
            return "absent"
        case Denied():
            return "denied"
    return "failed"
