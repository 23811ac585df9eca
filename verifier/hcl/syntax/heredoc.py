"""Where a heredoc ends, and how an indented one loses its indentation."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

WHITE_SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What Go's unicode.IsSpace, and so Terraform, takes for white space. Python's str.strip takes more."""


@lru_cache(maxsize=64)
def _closing_pattern(marker: str) -> re.Pattern[str]:
    return re.compile(rf"^[^\S\n]*+{re.escape(marker)}[^\S\n]*+\n", re.MULTILINE)


def closing_line(text: str, start: int, marker: str) -> tuple[int, int] | None:
    """Offsets of the first line from `start` that is the marker alone: where it begins, and where its text ends."""
    found = _closing_pattern(marker).search(text, start)
    if found is None:
        return None
    end = found.end() - 1
    return found.start(), end - 1 if text[end - 1] == "\r" else end


def indentation(line: str) -> int | None:
    """How many white-space characters a line begins with; None for a blank line, which does not count."""
    rest = line.lstrip(WHITE_SPACE)
    if not rest and line.endswith("\n"):
        return None
    return len(line) - len(rest)


def dedent_plain(body: str) -> str:
    """The body of a `<<-` heredoc without interpolations: the smallest indentation is cut from every line.

    Blank lines are neither measured nor cut, as in Terraform.
    """
    lines = body.split("\n")
    whole = [line + "\n" for line in lines[:-1]]
    depths = [depth for line in whole if (depth := indentation(line)) is not None]
    cut = min(depths, default=0)
    if cut == 0:
        return body
    return "".join(line if indentation(line) is None else line[cut:] for line in whole)
