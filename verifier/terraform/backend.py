"""Where Terraform keeps its state: the backend block of the root module, as far as a state can be found by it.

An azurerm backend's settings come from the block, then from what `-backend-config` adds, in the order given; what
neither says is taken from the record that `terraform init` leaves in its data directory. Of all these only the names
of the account, the container and the key are looked at: keys and tokens may stand beside them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path

from verifier.errors import ConfigurationError
from verifier.hcl import disk
from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import frozen
from verifier.hcl.nodes import Block
from verifier.terraform.constants import ConstantScope
from verifier.terraform.declarations import Declared, literal_text
from verifier.terraform.files import SourceFile
from verifier.terraform.module import Module

USUAL = "terraform.tfstate"
BLOB_SETTINGS = ("storage_account_name", "container_name", "key")
"""What says where an azurerm backend's state is, by Terraform's own names."""


@frozen(kw_only=True)
class Backend:
    """A backend: its type, and for the local one the file, relative to the root module's directory.

    `path` is None for a backend that keeps the state elsewhere, and for a path that is not written out. `settings` are
    an azurerm backend's, as far as they are known: the account, the container, and the key of the selected workspace.
    """

    type: str
    path: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """The settings that nothing says and without which an azurerm backend's state is not found."""
        return tuple(name for name in BLOB_SETTINGS if not self.settings.get(name))


def backend_of(root: Module, workspace: str, *, config: Sequence[str] = (), data: Path | None = None) -> Backend:
    """The backend of a root module; local where none is named. `workspace` is the selected one.

    `config` are the values of `-backend-config`: a file of `name = value` lines, or one `name=value`. `data` is
    Terraform's data directory. Raises ConfigurationError for a file that cannot be read or understood.
    """
    for settings in root.content.declarations.settings():
        for file, block in settings.blocks():
            if block.type == "cloud":
                return Backend(type="cloud")
            if block.type == "backend" and block.labels:
                return _named(file, block, workspace, config, data)
    return Backend(type="local", path=_in_workspace(Path(USUAL), workspace))


def _named(file: SourceFile, block: Block, workspace: str, config: Sequence[str], data: Path | None) -> Backend:
    declared = Declared(file, block)
    of_type = block.labels[0]
    if of_type == "local":
        return Backend(type=of_type, path=_local_path(declared, workspace))
    if of_type != "azurerm":
        return Backend(type=of_type)
    found = dict(_recorded(data)) if data is not None else {}
    found |= {name: text for name in BLOB_SETTINGS if (text := literal_text(declared.argument(name)))}
    for given in config:
        found |= _given(given)
    if found.get("key") and workspace != "default":
        found["key"] = f"{found['key']}env:{workspace}"
    return Backend(type=of_type, settings=found)


def _given(config: str) -> Mapping[str, str]:
    """What one -backend-config says of the settings that count: Terraform takes what has a = in it for a setting."""
    name, equals, value = config.partition("=")
    if equals:
        return {name.strip(): value.strip()} if name.strip() in BLOB_SETTINGS else {}
    return _in_file(Path(config))


def _in_file(path: Path) -> Mapping[str, str]:
    from verifier.hcl.syntax import parse_file

    where = path.as_posix()
    try:
        parsed = parse_file(disk.contents(path, given=True), where)
    except OSError as error:
        raise _unreadable(f"cannot be read: {error.strerror or error}", where) from None
    if parsed.diagnostics:
        raise _unreadable(f"is malformed: {parsed.diagnostics[0].summary}", where)
    found: dict[str, str] = {}
    for argument in parsed.body.arguments:
        if argument.name in BLOB_SETTINGS:
            try:
                value = ConstantScope(where, "a backend's setting").evaluate(argument.expression)
            except EvaluationError as error:
                raise _unreadable(f"is malformed: {error.summary}", f"{where}:{argument.span.line}") from None
            if isinstance(value.content, str):
                found[argument.name] = value.content
    return found


def _unreadable(what: str, where: str) -> ConfigurationError:
    return ConfigurationError(
        f"the backend configuration {what}",
        where=where,
        expected="a file of `name = value` lines, or name=value",
        next_step="pass --backend-config as `terraform init` takes -backend-config",
    )


def _recorded(data: Path) -> Mapping[str, str]:
    """What `terraform init` noted of an azurerm backend; an internal file of Terraform, so that nothing hangs on it."""
    try:
        backend = json.loads(disk.contents(data / USUAL))["backend"]
        noted = backend["config"] if backend["type"] == "azurerm" else {}
        return {name: noted[name] for name in BLOB_SETTINGS if isinstance(noted.get(name), str)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _local_path(block: Declared, workspace: str) -> Path | None:
    """The `path` and `workspace_dir` of a local backend; None where one of them is no plain text."""
    given = {name: block.argument(name) for name in ("path", "workspace_dir")}
    texts = {name: literal_text(found) for name, found in given.items()}
    if any(found is not None and not texts[name] for name, found in given.items()):
        return None
    return _in_workspace(Path(texts["path"] or USUAL), workspace, Path(texts["workspace_dir"] or f"{USUAL}.d"))


def _in_workspace(path: Path, workspace: str, directory: Path = Path(f"{USUAL}.d")) -> Path:
    return path if workspace == "default" else directory / workspace / USUAL
