"""Blobs: files in a storage account, of which one is read: the state that a remote backend keeps there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

from verifier.live.documents import Absent, Denied, Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A blob by its account, container and name."""

    account: str
    container: str
    name: str

    def __str__(self) -> str:
        return f"{self.account}/{self.container}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is in a blob. Its bytes are in no representation of this: a state holds secrets."""

    bytes: bytes

    def __repr__(self) -> str:
        return f"Content({len(self.bytes)} bytes)"


BlobOutcome: TypeAlias = Content | Absent | Denied | Failed


@runtime_checkable
class ReadsBlobs(Protocol):
    """A reader that can also read blobs."""

    def blob(self, blob: Blob, /) -> BlobOutcome:
        """How reading this ended. Raises nothing for what the service, the network or the credential does."""
        ...
