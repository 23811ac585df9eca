"""What reads the live side of a run: Azure and Kubernetes, or a snapshot of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verifier.config import Settings
    from verifier.hcl.values import Value
    from verifier.live.reader import Reader
    from verifier.terraform.plan import StaticPlan

ID_VARIABLES = ("ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID", "ARM_TENANT_ID", "AZURE_TENANT_ID")


@contextmanager
def reading(settings: Settings, plan: StaticPlan) -> Iterator[Reader]:
    """Yield what reads for these settings, for as long as it is read.

    A masked snapshot is read as though it were not, as far as the plan or the environment know whose it is.

    Raises AccessError for an endpoint that is none, SnapshotError for a snapshot that is none, ConfigurationError for
    a trace that cannot be written.
    """
    if settings.snapshot is not None:
        from verifier.live.masking import unmasked
        from verifier.live.snapshot import SnapshotReader, load

        yield SnapshotReader(unmasked(load(settings.snapshot), known_ids(settings, plan)))
        return
    from verifier.live.connect import connect
    from verifier.live.endpoints import Endpoints
    from verifier.live.trace import tracing

    endpoints = Endpoints(
        cloud=settings.cloud,
        arm=settings.arm_endpoint,
        kubernetes=settings.kubernetes_endpoint,
        blob=settings.blob_endpoint,
        kubernetes_ca=settings.kubernetes_ca.as_posix() if settings.kubernetes_ca else "",
    )
    with tracing(settings.trace) as trace:
        yield connect(
            endpoints,
            kube_context=settings.kube_context,
            kubeconfig=settings.kubeconfig,
            kubernetes=settings.kubernetes,
            environment=settings.environment,
            trace=trace,
        )


def moment_of(settings: Settings) -> datetime | None:
    """When what is read is so: the moment that the settings say, a snapshot's own, else now.

    None for a snapshot that does not say when it was taken. Raises SnapshotError for a snapshot that is none.
    """
    if settings.now is not None or settings.snapshot is None:
        return settings.now or datetime.now(UTC)
    return moment_and_cloud(settings)[0]


def moment_and_cloud(settings: Settings) -> tuple[datetime | None, str]:
    """When what is read is so, as `moment_of` has it, and in which cloud: a snapshot's own, else the settings'."""
    if settings.snapshot is None:
        return moment_of(settings), settings.cloud
    from verifier.live.snapshot import load, moment

    snapshot = load(settings.snapshot)
    return settings.now or moment(snapshot.taken), snapshot.cloud


def known_ids(settings: Settings, plan: StaticPlan) -> frozenset[str]:
    """Every id, of whatever, that the source, the options or the environment state."""
    from verifier.live.masking import GUID

    stated = [settings.subscription, *(settings.environment.get(name, "") for name in ID_VARIABLES)]
    values = [
        *plan.providers.values(),
        *(variable.value for variable in plan.variables),
        *(instance.values for instance in plan.instances),
    ]
    texts = (*stated, *(text for value in values for text in _texts(value)))
    return frozenset(identifier.casefold() for text in texts for identifier in GUID.findall(text))


def _texts(value: Value) -> Iterator[str]:
    content = value.content
    if isinstance(content, str):
        yield content
    elif isinstance(content, tuple):
        for item in content:
            yield from _texts(item)
    elif isinstance(content, Mapping):
        for item in content.values():
            yield from _texts(item)
