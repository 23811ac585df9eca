"""Which files a fileset pattern names: `*`, `?`, `[…]`, `{a,b}`, and `**` for any number of directories."""

from __future__ import annotations

import re
from pathlib import Path

from verifier.hcl import disk
from verifier.hcl.errors import EvaluationError, NotModelled

_MOST_FILES = 100_000


def matching_files(directory: Path, pattern: str) -> list[str]:
    """The ordinary files below the directory whose relative path, with forward slashes, matches the pattern."""
    if pattern.startswith("/") or ".." in pattern.split("/"):
        raise NotModelled("a pattern that leaves its directory is not modelled")
    expression = re.compile(_alternatives(pattern.removeprefix("./"), 0)[0])
    found: list[str] = []
    seen = 0
    for folder, names in disk.walk(directory):
        for name in names:
            seen += 1
            if seen > _MOST_FILES:
                raise NotModelled("the directory has too many files")
            path = folder / name
            relative = path.relative_to(directory).as_posix()
            if expression.fullmatch(relative) and disk.is_file(path):
                found.append(relative)
    return found


def _alternatives(pattern: str, depth: int) -> tuple[str, str]:
    """The regular expression up to the end of the pattern or of the `{…}` around, and what is left after it."""
    out: list[str] = []
    rest = pattern
    while rest:
        letter = rest[0]
        if rest.startswith("**/"):
            out.append("(?:[^/]+/)*")
            rest = rest[3:]
        elif rest.startswith("**"):
            out.append(".*")
            rest = rest[2:]
        elif letter in "*?":
            out.append("[^/]*" if letter == "*" else "[^/]")
            rest = rest[1:]
        elif letter == "[":
            piece, rest = _class(rest)
            out.append(piece)
        elif letter == "{":
            inner, rest = _alternatives(rest[1:], depth + 1)
            if not rest.startswith("}"):
                raise EvaluationError("the pattern has { without }")
            out.append(f"(?:{inner})")
            rest = rest[1:]
        elif depth and letter == "}":
            break
        elif depth and letter == ",":
            out.append("|")
            rest = rest[1:]
        elif letter == "\\" and len(rest) > 1:
            out.append(re.escape(rest[1]))
            rest = rest[2:]
        else:
            out.append(re.escape(letter))
            rest = rest[1:]
    return "".join(out), rest


def _class(rest: str) -> tuple[str, str]:
    end = rest.find("]", 2 if rest[1:2] in ("!", "^") else 1)
    if end < 0:
        raise EvaluationError("the pattern has [ without ]")
    body = rest[1:end]
    negated = body[:1] in ("!", "^")
    members = re.escape(body[1:] if negated else body).replace(r"\-", "-")
    if not members:
        raise EvaluationError("the pattern has an empty []")
    return f"(?!/)[{'^' if negated else ''}{members}]", rest[end + 1 :]
