"""Modules: a directory's declarations with what is constant about them, and the tree of module calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.hcl.frozen import field, slotted
from verifier.hcl.nodes import Expression
from verifier.hcl.source import Diagnostic
from verifier.terraform.declarations import Declarations, Declared, declare, literal_text
from verifier.terraform.files import ModuleFiles, SourceFile, name_below, read_source
from verifier.terraform.reads import Reference
from verifier.terraform.sources import NotOnDisk
from verifier.terraform.undeclared import undeclared
from verifier.terraform.variables import VariableDeclaration, declare_variable

if TYPE_CHECKING:
    from verifier.hcl.cache import Cache


@slotted(kw_only=True, eq=False)
class ModuleSource:
    """One module directory as its files declare it, whoever calls it."""

    directory: Path
    path: str
    """As `path.module` gives it: relative to the root module's directory, `.` for the root."""
    declarations: Declarations
    variables: Mapping[str, VariableDeclaration]
    unsound: tuple[str, ...]
    """Files that could not be understood: a name that nothing declares may be declared there."""
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[SourceFile, ...] = ()
    undeclared: tuple[Diagnostic, ...] = ()
    """Names that its expressions use and nothing declares, as far as all of its files could be understood."""
    references: dict[Expression, tuple[Reference, ...]] = field(default_factory=dict)
    """The references in its expressions, as far as somebody has asked."""


@slotted(eq=False)
class Call:
    """A module call and what it calls."""

    name: str
    source: str
    declared: Declared
    target: Module | NotOnDisk


@slotted(eq=False, weak=True)
class Module:
    """A module as called from one place in the tree of calls."""

    content: ModuleSource
    calls: dict[str, Call] = field(default_factory=dict)

    def tree(self) -> Iterator[Module]:
        """This module and all that it calls, at any depth."""
        yield self
        for call in self.calls.values():
            if isinstance(call.target, Module):
                yield from call.target.tree()


def read_module(directory: Path, files: ModuleFiles, root: Path, cache: Cache | None) -> ModuleSource:
    """Read and parse a module's files. What is wrong in them is a diagnostic."""
    diagnostics: list[Diagnostic] = []
    read: dict[Path, SourceFile] = {}
    for path in (*files.primary, *files.override):
        read[path], found = read_source(path, root, cache)
        diagnostics.extend(found)
    declarations = declare([read[p] for p in files.primary], [read[p] for p in files.override])
    diagnostics.extend(declarations.diagnostics)
    variables = {
        labels[0]: declare_variable(labels[0], declared, diagnostics)
        for labels, declared in declarations.of("variable")
    }
    unsound = tuple(file.name for file in read.values() if not file.sound)
    return ModuleSource(
        directory=directory,
        path=name_below(directory, root),
        declarations=declarations,
        variables=variables,
        unsound=unsound,
        diagnostics=tuple(diagnostics),
        files=tuple(read.values()),
        undeclared=() if unsound else tuple(undeclared(declarations)),
    )


def required_versions(module: ModuleSource) -> Iterator[str]:
    """The `required_version` texts of a module."""
    for declared in module.declarations.settings():
        text = literal_text(declared.argument("required_version"))
        if text is not None:
            yield text
