"""Named sets of characters: `\\d`, `[[:alpha:]]`, `\\pL`."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from verifier.hcl.errors import NotModelled
from verifier.hcl.regular.nodes import LAST, Ranges, union


def _of(text: str) -> Ranges:
    return union([(ord(text[at]), ord(text[at + 1])) for at in range(0, len(text), 2)])


PERL: dict[str, Ranges] = {"d": _of("09"), "s": _of("\t\n\f\r  "), "w": _of("09AZ__az")}
POSIX: dict[str, Ranges] = {
    "alnum": _of("09AZaz"),
    "alpha": _of("AZaz"),
    "ascii": _of("\x00\x7f"),
    "blank": _of("\t\t  "),
    "cntrl": _of("\x00\x1f\x7f\x7f"),
    "digit": _of("09"),
    "graph": _of("!~"),
    "lower": _of("az"),
    "print": _of(" ~"),
    "punct": _of("!/:@[`{~"),
    "space": _of("\t\r  "),
    "upper": _of("AZ"),
    "word": PERL["w"],
    "xdigit": _of("09AFaf"),
}
_CATEGORIES = {"C": "cfos", "L": "lmotu", "M": "cen", "N": "dlo", "P": "cdefios", "S": "ckmo", "Z": "lps"}


@lru_cache(maxsize=64)
def unicode_class(name: str) -> Ranges | None:
    """The characters of a Unicode general category (`L`, `Lu`, `Any`); None for a name that is none.

    Scripts are not modelled.
    """
    if name == "Any":
        return ((0, LAST),)
    if name[:1] not in _CATEGORIES or name[1:] not in ("", *_CATEGORIES[name[0]]):
        if name[:1].isupper() and name.isascii() and name.replace("_", "").isalpha() and len(name) > 2:
            raise NotModelled(f"the script \\p{{{name}}} in a pattern is not modelled")
        return None
    return union([(point, point) for point in range(LAST + 1) if unicodedata.category(chr(point)).startswith(name)])
