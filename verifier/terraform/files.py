"""Files: which ones make up a module, in which order, and their text."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.hcl import disk
from verifier.hcl.frozen import frozen
from verifier.hcl.nodes import Body, Comment, ParsedFile
from verifier.hcl.source import Diagnostic, Place, Span
from verifier.ordinary import NotOrdinary

if TYPE_CHECKING:
    from verifier.hcl.cache import Cache

EMPTY_BODY = Body(Span(1, 1, 1, 1), (), ())


@frozen(eq=False)
class SourceFile:
    """One file as read and parsed. `name` is relative to the root module's directory, with forward slashes.

    `sound` is false when something in it could not be understood: what it declares may be missing. Of its comments,
    those are kept that speak to verify-infra.
    """

    name: str
    text: str
    body: Body
    sound: bool = True
    comments: tuple[Comment, ...] = ()

    def place(self, span: Span) -> Place:
        """Where the span begins."""
        return Place(self.name, span.line, span.column)

    def excerpt(self, span: Span) -> str:
        """The source text of the span on one line, white space and line breaks folded."""
        lines = self.text.split("\n")[span.line - 1 : span.end_line]
        if not lines:
            return ""
        lines[-1] = lines[-1][: span.end_column - 1]
        lines[0] = lines[0][span.column - 1 :]
        return " ".join(" ".join(lines).split())


@frozen()
class ModuleFiles:
    """The files of one module directory: primary ones first, override files merged over them in order."""

    primary: tuple[Path, ...]
    override: tuple[Path, ...]

    def __len__(self) -> int:
        return len(self.primary) + len(self.override)


def module_files(directory: Path) -> ModuleFiles:
    """The .tf and .tf.json files directly in a directory, each group in lexical order. Raises OSError."""
    primary: list[Path] = []
    override: list[Path] = []
    for name in disk.names(directory):
        stem, path = _stem(name), directory / name
        if stem is None or _ignored(name) or disk.is_directory(path):
            continue
        (override if stem == "override" or stem.endswith("_override") else primary).append(path)
    return ModuleFiles(tuple(primary), tuple(override))


def automatic_var_files(directory: Path) -> tuple[Path, ...]:
    """The var files that Terraform reads without being told, later ones winning; also what can be no file of values."""
    fixed = [directory / name for name in ("terraform.tfvars", "terraform.tfvars.json")]
    named = [directory / n for n in disk.names(directory) if n.endswith((".auto.tfvars", ".auto.tfvars.json"))]
    return tuple(path for path in (*fixed, *named) if disk.exists(path))


def name_below(path: Path, root: Path) -> str:
    """A path as places name it: relative to the root module's directory, with forward slashes."""
    return Path(os.path.relpath(path, root)).as_posix()


def read_source(path: Path, root: Path, cache: Cache | None) -> tuple[SourceFile, tuple[Diagnostic, ...]]:
    """One .tf file, parsed. A file that cannot be read or parsed is a diagnostic and not `sound`; never raises."""
    name = name_below(path, root)
    try:
        content = disk.contents(path)
    except OSError as error:
        unread = Diagnostic(
            severity="error",
            summary=f"{name} cannot be read: {error.strerror}",
            place=Place(name, 1),
            next_step="put an ordinary file there" if isinstance(error, NotOrdinary) else "make the file readable",
        )
        return SourceFile(name, "", EMPTY_BODY, sound=False), (unread,)
    text = content.decode("utf-8", errors="replace").removeprefix("\ufeff")
    parsed = _parse(path, content, name, cache)
    sound = not any(d.severity == "error" for d in parsed.diagnostics)
    return SourceFile(name, text, parsed.body, sound, parsed.comments), parsed.diagnostics


def _parse(path: Path, content: bytes, name: str, cache: Cache | None) -> ParsedFile:
    if path.name.endswith(".json"):
        from verifier.terraform.json_files import parse_json_file

        return parse_json_file(content, name, cache)
    from verifier.hcl.syntax import parse_file

    return parse_file(content, name, cache=cache)


def _stem(name: str) -> str | None:
    for suffix in (".tf.json", ".tf"):
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    return None


def _ignored(name: str) -> bool:
    """Editors' left-overs and hidden files, which Terraform does not read either."""
    return name.startswith(".") or name.endswith("~") or (name.startswith("#") and name.endswith("#"))
