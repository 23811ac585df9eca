"""Where Terraform keeps its state: the backend block of the root module, as far as a state can be found by it."""

from __future__ import annotations

from pathlib import Path

from verifier.hcl.frozen import frozen
from verifier.terraform.declarations import Declared, literal_text
from verifier.terraform.module import Module

USUAL = "terraform.tfstate"


@frozen(kw_only=True)
class Backend:
    """A backend: its type, and for the local one the file, relative to the root module's directory.

    `path` is None for a backend that keeps the state elsewhere, and for a path that is not written out.
    """

    type: str
    path: Path | None = None


def backend_of(root: Module, workspace: str) -> Backend:
    """The backend of a root module; local where none is named. `workspace` is the selected one."""
    for settings in root.content.declarations.settings():
        for file, block in settings.blocks():
            if block.type == "cloud":
                return Backend(type="cloud")
            if block.type == "backend" and block.labels:
                local = block.labels[0] == "local"
                path = _local_path(Declared(file, block), workspace) if local else None
                return Backend(type=block.labels[0], path=path)
    return Backend(type="local", path=_in_workspace(Path(USUAL), workspace))


def _local_path(block: Declared, workspace: str) -> Path | None:
    """The `path` and `workspace_dir` of a local backend; None where one of them is no plain text."""
    given = {name: block.argument(name) for name in ("path", "workspace_dir")}
    texts = {name: literal_text(found) for name, found in given.items()}
    if any(found is not None and not texts[name] for name, found in given.items()):
        return None
    return _in_workspace(Path(texts["path"] or USUAL), workspace, Path(texts["workspace_dir"] or f"{USUAL}.d"))


def _in_workspace(path: Path, workspace: str, directory: Path = Path(f"{USUAL}.d")) -> Path:
    return path if workspace == "default" else directory / workspace / USUAL
