"""Recording: the state that a run judges by, given or found where the backend keeps it, and how a report says which."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.errors import ConfigurationError
from verifier.kinds.every import kept_attributes
from verifier.live.blob import Blob, Content, ReadsBlobs
from verifier.live.documents import Absent, Denied
from verifier.live.kept_state import KeepsState, KeptState
from verifier.terraform.backend import Backend, backend_of
from verifier.terraform.configuration import Configuration
from verifier.terraform.show_json import written
from verifier.terraform.state import State, parse_state, read_state

if TYPE_CHECKING:
    from verifier.config import Settings
    from verifier.live.blob import BlobOutcome
    from verifier.world.joined import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A state, or None; `said` tells people which, or why there is none and what to do.

    `failed` says that there is one, and that it could not be looked at; `remote` that it is where only this run could
    look.
    """

    state: State | None
    said: str
    failed: bool = False
    remote: bool = False


def kept(world: World) -> KeptState | None:
    """What a snapshot keeps of the state that a world was judged by; None where nothing but a file would be missed."""
    if world.state is None and not (world.state_failed or world.state_remote):
        return None
    return KeptState(
        said=world.state_said,
        source=world.state.source if world.state is not None else "",
        failed=world.state_failed,
        values=None if world.state is None else json.loads(written(world.state)),
    )


def recording_of(settings: Settings, configuration: Configuration, reader: object = None) -> Recording:
    """The state that was given, else the one that a snapshot kept, else the backend's: a local one's file, or an
    azurerm one's blob, read by `reader`.

    Raises ConfigurationError for a file that cannot be read or is no state. A blob that cannot be read ends nothing:
    that is said.
    """
    if settings.state is not None:
        return Recording(state=read_state(settings.state, kept_attributes()), said=settings.state.as_posix())
    if isinstance(reader, KeepsState) and reader.state is not None:
        return _kept(reader.state)
    backend = backend_of(
        configuration.module, configuration.workspace, config=settings.backend_config, data=configuration.data
    )
    if backend.type == "azurerm":
        return _remote(settings, backend, reader)
    if backend.path is None:
        return Recording(
            state=None,
            said=f"not given (backend {backend.type}: run `terraform show -json > FILE` and pass --state FILE)",
        )
    file = settings.root / backend.path
    if not _holds_anything(file):
        return Recording(state=None, said=f"not given (no {file.as_posix()}; pass --state FILE)")
    found = read_state(file, kept_attributes(), given=False)
    return Recording(state=found, said=f"{file.as_posix()}, the local backend's")


def _remote(settings: Settings, backend: Backend, reader: object) -> Recording:
    """The state in an azurerm backend's blob, as far as somebody says where that is and there is a way to it."""
    if backend.missing:
        names = ", ".join(backend.missing)
        why = f"the azurerm backend's {names} is not known: pass --backend-config as to terraform init, or --state FILE"
        return Recording(state=None, said=f"not given ({why})")
    if not isinstance(reader, ReadsBlobs):
        why = "the snapshot does not hold it: take it again where the backend can be read, or pass --state FILE"
        return Recording(state=None, said=f"not read (the azurerm backend's state: {why})", failed=True)
    account, container, name = (backend.settings[each] for each in ("storage_account_name", "container_name", "key"))
    blob = Blob(account=account, container=container, name=name)
    outcome = reader.blob(blob)
    if settings.on_read is not None:
        settings.on_read(f"get blob {blob}", _word(outcome))
    return replace(_recorded(blob, outcome), remote=True)


def _kept(found: KeptState) -> Recording:
    """The state as a snapshot has it. Raises ConfigurationError for what is none."""
    state = None
    if found.values is not None:
        state = parse_state(json.dumps(found.values).encode(), kept_attributes(), source=found.source)
    return Recording(state=state, said=found.said, failed=found.failed, remote=True)


def _recorded(blob: Blob, outcome: BlobOutcome) -> Recording:
    match outcome:
        case Content(bytes=content):
            try:
                state = parse_state(content, kept_attributes(), source=f"blob {blob}")
            except ConfigurationError as error:
                return Recording(state=None, said=f"not read (blob {blob}: {error.what})", failed=True)
            return Recording(state=state, said=f"blob {blob}, the azurerm backend's")
        case Absent():
            return Recording(state=None, said=f"not given (there is no blob {blob}: nothing was applied to it yet)")
        case Denied(permission=permission, detail=detail):
            why = f"{detail}; {permission} is needed, and account keys are never used"
        case _:
            why = outcome.because
    return Recording(state=None, said=f"not read (blob {blob}: {why}; or pass --state FILE)", failed=True)


def _word(outcome: BlobOutcome) -> str:
    match outcome:
        case Content():
            return "found"
        case Absent():
            return "absent"
        case Denied():
            return "denied"
    return "failed"


def _holds_anything(file: Path) -> bool:
    """Whether there is such a file with anything in it: where a state moved away, Terraform leaves an empty one."""
    return file.exists() and (file.stat().st_size > 0 or not file.is_file())
