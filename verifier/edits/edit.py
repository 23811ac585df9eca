"""An edit: one thing to say in one file, by the position of what is to say it. Plain data, that reports can carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from verifier.hcl.frozen import frozen


@frozen(kw_only=True)
class Say:
    """Say `path` = `value` in the block, argument or object that begins at a position of a file.

    `file` is relative to the root module's directory, as places have it; line 0 is the file itself, for a var file.
    The path leads through objects, which are made where there are none. `value` is an expression as it is to stand
    there; with `like`, it is what that name has in the same object. Without a path it stands instead of the plain value
    that begins there. What is said already in other words than a plain value, or a list of such, is not replaced,
    unless those words are `instead`.
    """

    file: str
    line: int
    column: int
    path: tuple[str, ...]
    value: str = ""
    like: str = ""
    instead: str = ""


@frozen(kw_only=True)
class Add:
    """Add a whole block: at the end of a file, made where there is none, or of the block that begins at a position."""

    file: str
    block: str
    line: int = 0
    column: int = 0


Edit: TypeAlias = Say | Add


def edit_from(plain: Mapping[str, Any]) -> Edit:
    """The edit whose fields these are, by name."""
    if "block" in plain:
        return Add(**plain)
    return Say(**{**plain, "path": tuple(plain["path"])})


class CannotEdit(Exception):
    """The text does not leave one way to make an edit. The message says what stands there instead."""
