"""What reads the live side of a run: Azure and Kubernetes, or a snapshot of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verifier.config import Settings
    from verifier.live.reader import Reader


@contextmanager
def reading(settings: Settings) -> Iterator[Reader]:
    """Yield what reads for these settings, for as long as it is read.

    Raises AccessError for an endpoint that is none, SnapshotError for a snapshot that is none, ConfigurationError for
    a trace that cannot be written.
    """
    if settings.snapshot is not None:
        from verifier.live.snapshot import SnapshotReader, load

        yield SnapshotReader(load(settings.snapshot))
        return
    from verifier.live.connect import connect
    from verifier.live.endpoints import Endpoints
    from verifier.live.trace import tracing

    endpoints = Endpoints(cloud=settings.cloud, arm=settings.arm_endpoint, kubernetes=settings.kubernetes_endpoint)
    with tracing(settings.trace) as trace:
        yield connect(
            endpoints,
            kube_context=settings.kube_context,
            kubeconfig=settings.kubeconfig,
            environment=settings.environment,
            trace=trace,
        )
