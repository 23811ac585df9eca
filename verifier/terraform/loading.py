"""Loading: from the root module's directory, through its module calls, to the tree of modules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from verifier.errors import ConfigurationError
from verifier.hcl import disk
from verifier.hcl.source import Diagnostic
from verifier.terraform.declarations import Declared, literal_text
from verifier.terraform.files import module_files, name_below
from verifier.terraform.module import Call, Module, ModuleSource, read_module
from verifier.terraform.sources import NotOnDisk, installed_modules, is_local, locate

if TYPE_CHECKING:
    from verifier.hcl.cache import Cache

MOST_CALLS = 5_000
"""Module calls that are followed in one configuration, so that modules which call each other widely come to an end."""


def load_root(
    root: Path, data: Path, cache: Cache | None, *, may_be_empty: bool = False
) -> tuple[Module, list[Diagnostic]]:
    """The tree of modules below a root module's directory, and what was wrong with its files.

    `data` is Terraform's data directory, where modules that it has downloaded are.
    Raises ConfigurationError when there is no such directory, or no Terraform file in it, unless it `may_be_empty`.
    """
    where = str(root)
    if not disk.is_directory(root):
        what = "is not a directory" if disk.exists(root) else "there is no such directory"
        raise ConfigurationError(
            what,
            where=where,
            expected="the directory of a Terraform root module",
            next_step="pass the directory that you run `terraform apply` in",
        )
    try:
        empty = not len(module_files(root)) and not may_be_empty
    except OSError as error:
        raise ConfigurationError(
            f"cannot be read: {error.strerror}", where=where, expected="a readable directory"
        ) from error
    if empty:
        raise ConfigurationError(
            "holds no Terraform configuration",
            where=where,
            expected="at least one file that ends in .tf",
            next_step="pass the directory that you run `terraform apply` in",
        )
    loader = _Loader(root, data, cache)
    return loader.load(root, (), ()), loader.diagnostics


class RootsRead:
    """Root modules as a run has read them, for whoever evaluates one with many sets of variables.

    Each is read once: everything that one run says is of the same source, however long it takes and whoever writes
    meanwhile. Safe to use from many threads, one of which reads while the others wait.
    """

    __slots__ = ("_lock", "_read")

    def __init__(self) -> None:
        self._lock = Lock()
        self._read: dict[tuple[Path, Path], tuple[Module, tuple[Diagnostic, ...]]] = {}

    def load_root(
        self, root: Path, data: Path, cache: Cache | None, *, may_be_empty: bool = False
    ) -> tuple[Module, Sequence[Diagnostic]]:
        """The same as the function of this name."""
        with self._lock:
            if (root, data) not in self._read:
                module, found = load_root(root, data, cache, may_be_empty=may_be_empty)
                self._read[root, data] = (module, tuple(found))
            return self._read[root, data]


class _Loader:
    """Reads each directory once, however often it is called."""

    def __init__(self, root: Path, data: Path, cache: Cache | None) -> None:
        self.root = root
        self.cache = cache
        self.installed = installed_modules(root, data)
        self.read: dict[Path, ModuleSource] = {}
        self.diagnostics: list[Diagnostic] = []
        self.calls = 0

    def load(self, directory: Path, path: tuple[str, ...], callers: tuple[Path, ...]) -> Module:
        """The module in a directory, called by the dotted path, from the modules in `callers`."""
        module = Module(self._source(directory))
        callers = (*callers, disk.real(directory))
        for (name,), declared in module.content.declarations.of("module"):
            source = literal_text(declared.argument("source"))
            target = self._target(name, source, declared, directory, (*path, name), callers)
            module.calls[name] = Call(name, source or "", declared, target)
            if source and is_local(source) and declared.argument("version"):
                summary = f"module {name} has a local source, which has no versions"
                self.diagnostics.append(Diagnostic(severity="error", summary=summary, place=declared.place))
        return module

    def _source(self, directory: Path) -> ModuleSource:
        real = disk.real(directory)
        if real not in self.read:
            content = read_module(directory, module_files(directory), self.root, self.cache)
            self.read[real] = content
            self.diagnostics.extend(content.diagnostics)
        return self.read[real]

    def _target(
        self,
        name: str,
        source: str | None,
        declared: Declared,
        directory: Path,
        path: tuple[str, ...],
        callers: tuple[Path, ...],
    ) -> Module | NotOnDisk:
        found = self._find(source, directory, path, callers)
        if isinstance(found, Path):
            self.calls += 1
            return self.load(found, path, callers)
        self.diagnostics.append(
            Diagnostic(
                severity="error",
                summary=f"module {name} {found.because}",
                place=declared.place,
                detail="what it declares, and what it returns, is unknown",
                next_step=found.next_step,
            )
        )
        return found

    def _find(
        self, source: str | None, directory: Path, path: tuple[str, ...], callers: tuple[Path, ...]
    ) -> Path | NotOnDisk:
        if source is None:
            return NotOnDisk("has no source that is a plain string", "give it one")
        if self.calls >= MOST_CALLS:
            return NotOnDisk(f"is one of more than {MOST_CALLS} module calls", "call fewer modules")
        found = locate(source, ".".join(path), directory, self.installed)
        if isinstance(found, NotOnDisk):
            return found
        if disk.real(found) in callers:
            return NotOnDisk(
                f"includes itself: {name_below(found, self.root)} is one of its callers", "break the circle"
            )
        try:
            files = module_files(found)
        except OSError as error:
            return NotOnDisk(f"cannot be read: {error.strerror}", "make its directory readable")
        if not len(files):
            return NotOnDisk(f"has the source {source}, which holds no Terraform file", "correct the path")
        return found
