"""Scripts: the commands beside a configuration that make what it may make too, in shell scripts and local-exec."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from verifier import ordinary
from verifier.hcl.nodes import Expression, Literal, Template, TemplateWrap
from verifier.kinds.compare import name_of
from verifier.kinds.fact import NotKnown
from verifier.terraform.module import Module
from verifier.world.shell import Command, commands_in

if TYPE_CHECKING:
    from verifier.world.joined import World
    from verifier.world.subject import Subject

SUFFIXES = (".sh", ".bash")
MOST_SCRIPTS = 500
MOST_DIRECTORIES = 4_000
LARGEST_SCRIPT = 512 * 1024
"""Bounds on what is looked at: a repository may hold anything."""

_NOT_LOOKED_INTO = frozenset({"node_modules", "vendor", "__pycache__", "venv"})
_AZUREML = "microsoft.azureml.kubernetes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A command that makes something, and the file:line of it, relative to the root module."""

    command: Command
    place: str

    @property
    def label(self) -> str:
        """What it does, and where."""
        return f"{' '.join(self.command.words[:4])} ({self.place})"

    @property
    def concerns(self) -> frozenset[str]:
        """Its place."""
        return frozenset({self.place})


def scripts_beside(root: Path, module: Module) -> tuple[Script, ...]:
    """The commands in the shell scripts of a root module's repository, and in the local-exec of its modules."""
    found = {script.label: script for script in (*_in_files(root), *_in_provisioners(module))}
    return tuple(found[label] for label in sorted(found))


def both_make(script: Script, world: World) -> Subject[object] | None:
    """What the configuration plans and the script makes too; None where the two do not meet.

    Raises NotKnown where it is known only when the script runs, or when the configuration is applied.
    """
    return next(_both(script, world), None)


def kind_of_script(script: Script) -> str:
    """What it makes, as `owned_elsewhere` names it."""
    return _MAKES[_beginning(script.command)][0]


def _both(script: Script, world: World) -> Iterator[Subject[object]]:
    find = _MAKES[_beginning(script.command)][1]
    yield from find(script, world)


def _beginning(command: Command) -> tuple[str, ...]:
    return next(words for words in _MAKES if command.words[: len(words)] == words)


def _extensions(script: Script, world: World) -> Iterator[Subject[object]]:
    of_type = script.command.option("--extension-type")
    if of_type is not None and of_type.casefold() != _AZUREML:
        return
    for extension in world.extensions:
        if extension.planned:
            cluster = name_of(extension.intent.cluster_id.value)
            if _means(script, cluster, "--cluster-name", "-c"):
                yield extension


def _computes(script: Script, world: World) -> Iterator[Subject[object]]:
    if (of_type := script.command.option("--type", "-t")) is not None and of_type.casefold() != "kubernetes":
        return
    for compute in world.computes:
        if compute.planned:
            workspace = name_of(compute.intent.workspace_id.value)
            if _means(script, workspace, "--workspace-name", "-w"):
                yield compute


def _credentials(script: Script, world: World) -> Iterator[Subject[object]]:
    for credential in world.federated_credentials:
        if credential.planned:
            stated = credential.intent
            identity = name_of(stated.identity_id.value)
            if _means(script, identity, "--identity-name") and _means(script, stated.subject.value, "--subject"):
                yield credential


_MAKES: Mapping[tuple[str, ...], tuple[str, Callable[[Script, World], Iterator[Subject[object]]]]] = {
    ("az", "k8s-extension", "create"): ("extension", _extensions),
    ("az", "ml", "compute", "attach"): ("compute", _computes),
    ("az", "identity", "federated-credential", "create"): ("federated_credential", _credentials),
}
"""By how a command begins: what it makes, and how the planned things are found that it makes too."""


def _means(script: Script, name: str, *options: str) -> bool:
    """Whether an option of the command names this. Raises NotKnown where only the script's caller knows."""
    said = script.command.option(*options)
    if said is None:
        written = next(script.command.options[o] for o in options if o in script.command.options)
        raise NotKnown(f"{script.place} makes one too, and of what is known only when it runs: {options[0]} {written}")
    return said.casefold() == name.casefold()


def _in_files(root: Path) -> Iterator[Script]:
    real = root.resolve()
    top = next((d for d in (real, *real.parents) if (d / ".git").exists()), real)
    looked_at = 0
    for number, (directory, below, names) in enumerate(os.walk(top)):
        if number >= MOST_DIRECTORIES or looked_at >= MOST_SCRIPTS:
            return
        below[:] = sorted(d for d in below if not d.startswith(".") and d not in _NOT_LOOKED_INTO)
        for name in sorted(names):
            if name.endswith(SUFFIXES):
                looked_at += 1
                path = Path(directory, name)
                place = Path(os.path.relpath(path, real)).as_posix()
                yield from (Script(command=c, place=f"{place}:{c.line}") for c in commands_in(_text(path), _MAKES))


def _text(path: Path) -> str:
    """What is in a script; nothing where it is too large, or cannot be read."""
    try:
        text = ordinary.contents(path).decode("utf-8") if path.stat().st_size <= LARGEST_SCRIPT else ""
    except (OSError, UnicodeDecodeError):
        return ""
    return text.replace("\r\n", "\n")


def _in_provisioners(root: Module) -> Iterator[Script]:
    for module in root.tree():
        for _, declared in module.content.declarations.of("resource"):
            for file, block in declared.blocks():
                argument = block.body.argument("command")
                if block.type == "provisioner" and block.labels == ("local-exec",) and argument is not None:
                    place = file.place(argument.span)
                    for command in commands_in(_written(argument.expression), _MAKES):
                        yield Script(command=command, place=str(place))


def _written(expression: Expression) -> str:
    """The text of a command; what an interpolation stands for is known only when it runs."""
    if isinstance(expression, Literal) and isinstance(expression.value, str):
        return expression.value
    if isinstance(expression, TemplateWrap):
        return "$UNKNOWN"
    parts = expression.parts if isinstance(expression, Template) else ()
    return "".join(p.value if isinstance(p, Literal) and isinstance(p.value, str) else "$UNKNOWN" for p in parts)
