"""What reads: one request in, one outcome out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from verifier.live.blob import Blob, BlobOutcome
from verifier.live.documents import Failed, Outcome, Request

NO_KUBERNETES = Failed(because="not read: --no-kubernetes, or kubernetes = false in verifier.toml, says not to")


class Reader(Protocol):
    """Reads one thing at a time, from any thread.

    Raises AccessError when there is nothing to talk to at all (no credential, no connection, a token that Azure
    refuses). Whether that ends the run is decided by who sees all reads (waves).
    """

    def read(self, request: Request, /) -> Outcome:
        """How reading this ended."""
        ...


class ByPlane:
    """Azure's reader and Kubernetes's as one. Without a Kubernetes reader, its reads fail and say why."""

    def __init__(self, *, azure: Reader, kubernetes: Reader | None, blobs: Callable[[Blob], BlobOutcome]) -> None:
        self._azure = azure
        self._kubernetes = kubernetes
        self._blobs = blobs

    def read(self, request: Request, /) -> Outcome:
        """Read it where it is."""
        if request.plane == "azure":
            return self._azure.read(request)
        return self._kubernetes.read(request) if self._kubernetes else NO_KUBERNETES

    def blob(self, blob: Blob, /) -> BlobOutcome:
        """Read a blob."""
        return self._blobs(blob)
