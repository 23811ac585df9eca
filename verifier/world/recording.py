"""Recording: the state that a run judges by, given or found beside the root module, and how a report says which."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.kinds.every import kept_attributes
from verifier.terraform.backend import backend_of
from verifier.terraform.configuration import Configuration
from verifier.terraform.state import State, read_state

if TYPE_CHECKING:
    from verifier.config import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A state, or None; `said` tells people which, or why there is none and what to do."""

    state: State | None
    said: str


def recording_of(settings: Settings, configuration: Configuration) -> Recording:
    """The state that was given, else the local backend's where the configuration keeps it there.

    Raises ConfigurationError for a file that cannot be read or is no state.
    """
    if settings.state is not None:
        return Recording(state=read_state(settings.state, kept_attributes()), said=settings.state.as_posix())
    backend = backend_of(configuration.module, configuration.workspace)
    if backend.path is None:
        return Recording(
            state=None,
            said=f"not given (backend {backend.type}: run `terraform show -json > FILE` and pass --state FILE)",
        )
    file = settings.root / backend.path
    if not _holds_anything(file):
        return Recording(state=None, said=f"not given (no {file.as_posix()}; pass --state FILE)")
    found = read_state(file, kept_attributes())
    return Recording(state=found, said=f"{file.as_posix()}, the local backend's")


def _holds_anything(file: Path) -> bool:
    """Whether there is such a file with anything in it: where a state moved away, Terraform leaves an empty one."""
    return file.is_file() and file.stat().st_size > 0
