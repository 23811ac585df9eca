"""Functions that look at files, which stay below the repository of the root module, and at paths."""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.hcl import disk
from verifier.hcl.errors import EvaluationError, NotModelled
from verifier.hcl.functions.digests import digest
from verifier.hcl.functions.globbing import matching_files
from verifier.hcl.functions.signature import Arguments, Function, of_contents, text, wrapped
from verifier.hcl.types import BOOL, STRING, SetOf, Type

if TYPE_CHECKING:
    from verifier.hcl.scope import Scope
    from verifier.hcl.values import Value

_LARGEST = 64 * 1024 * 1024


def located(path: str, scope: Scope) -> Path:
    """Where a path of a file function points to. What lies outside the repository is not looked at."""
    if scope.files_root is None or scope.module_directory is None:
        raise NotModelled("files are not read here")
    if path.startswith("~"):
        raise NotModelled("a path below a home directory depends on who runs Terraform")
    root = disk.real(scope.files_root)
    try:
        found = disk.real(scope.module_directory / path)
    except (OSError, RuntimeError, ValueError):
        raise EvaluationError(f"{path!r} is not a path") from None
    if not found.is_relative_to(root):
        raise NotModelled(f"{path!r} lies outside the repository")
    return found


def read(path: str, scope: Scope) -> bytes:
    """The file's bytes."""
    where = located(path, scope)
    try:
        if disk.is_directory(where):
            raise EvaluationError(f"{path!r} is a directory, not a file")
        if disk.exists(where) and (not disk.is_file(where) or disk.size(where) > _LARGEST):
            raise NotModelled(f"{path!r} is too large, or no ordinary file")
        return disk.contents(where)
    except FileNotFoundError:
        raise EvaluationError(f"there is no file {path!r}") from None
    except OSError as error:
        raise NotModelled(f"{path!r} cannot be read: {error.strerror}") from None


def read_text(path: str, scope: Scope) -> str:
    """The file's text; a file that is not UTF-8 is an error."""
    try:
        return read(path, scope).decode("utf-8")
    except UnicodeDecodeError:
        raise EvaluationError(f"{path!r} is not text in UTF-8; filebase64 reads any file") from None


def _on_files(name: str, body: Callable[..., object], returns: Type = STRING, *more: str) -> Function:
    def over_arguments(arguments: Arguments, scope: Scope) -> Value:
        return wrapped(body(*(argument.content for argument in arguments), scope), returns)

    parameters = tuple(text(parameter) for parameter in ("path", *more))
    return Function(name=name, body=over_arguments, returns=returns, parameters=parameters)


def _fileexists(path: str, scope: Scope) -> bool:
    where = located(path, scope)
    if disk.is_directory(where):
        raise EvaluationError(f"{path!r} is a directory, not a file")
    return disk.is_file(where)


def _filebase64(path: str, scope: Scope) -> str:
    return base64.b64encode(read(path, scope)).decode()


def _file_hash(algorithm: str) -> Callable[[str, Scope], str]:
    return lambda path, scope: digest(algorithm, read(path, scope)).hex()


def _file_hash_base64(algorithm: str) -> Callable[[str, Scope], str]:
    return lambda path, scope: base64.b64encode(digest(algorithm, read(path, scope))).decode()


def _fileset(path: str, pattern: str, scope: Scope) -> list[str]:
    return matching_files(located(path, scope), pattern)


def _abspath(path: str, scope: Scope) -> str:
    if scope.module_directory is None:
        raise NotModelled("the working directory is not known")
    return posixpath.normpath((scope.module_directory.absolute() / path).as_posix())


def _basename(path: str) -> str:
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


def _dirname(path: str) -> str:
    head, slash, _ = path.rpartition("/")
    cleaned = posixpath.normpath(head + slash) if head + slash else "."
    return "/" if cleaned == "//" else cleaned


def _pathexpand(path: str) -> str:
    if path.startswith("~"):
        raise NotModelled("a path below a home directory depends on who runs Terraform")
    return path


FUNCTIONS = (
    _on_files("file", read_text),
    _on_files("fileexists", _fileexists, BOOL),
    _on_files("filebase64", _filebase64),
    *(_on_files(f"file{name}", _file_hash(name)) for name in ("md5", "sha1", "sha256", "sha512")),
    *(_on_files(f"filebase64{name}", _file_hash_base64(name)) for name in ("sha256", "sha512")),
    _on_files("fileset", _fileset, SetOf(STRING), "pattern"),
    _on_files("abspath", _abspath),
    of_contents("basename", _basename, STRING, text("path")),
    of_contents("dirname", _dirname, STRING, text("path")),
    of_contents("pathexpand", _pathexpand, STRING, text("path")),
)
