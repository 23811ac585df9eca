"""Module sources: which directory a module call means, on this disk and without a network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from verifier.hcl import disk
from verifier.hcl.frozen import frozen


@frozen()
class NotOnDisk:
    """A module's files are not here. `because` says why, `next_step` what brings them."""

    because: str
    next_step: str


def is_local(source: str) -> bool:
    """Whether a source is a path within the same package of modules."""
    return source.startswith(("./", "../")) or source in {".", ".."}


def installed_modules(root: Path, data: Path) -> Mapping[str, Path]:
    """The directories of modules that `terraform init` has brought, by dotted call path (`sil.network`).

    From modules/modules.json in Terraform's data directory, an internal file of Terraform; one that cannot be read
    is no modules.
    """
    try:
        text = disk.text(data / "modules" / "modules.json")
        import json  # few stacks have such modules, and none has them before an init

        manifest = json.loads(text)
        entries = manifest["Modules"]
        return {e["Key"]: root / e["Dir"] for e in entries if isinstance(e["Key"], str) and isinstance(e["Dir"], str)}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def locate(source: str, path: str, caller: Path, installed: Mapping[str, Path]) -> Path | NotOnDisk:
    """The directory of the module called at the dotted call path, from the calling module's directory."""
    if is_local(source):
        directory = caller / source
        if _is_directory(directory):
            return directory
        return NotOnDisk(f"has the source {source}, and there is no such directory", "correct the path")
    brought = installed.get(path)
    if brought is not None and _is_directory(brought):
        return brought
    return NotOnDisk(f"has a remote source {source} which is not on disk", "run `terraform init` or `terraform get`")


def _is_directory(path: Path) -> bool:
    try:
        return disk.is_directory(path)
    except OSError:  # a name that no file system takes
        return False
