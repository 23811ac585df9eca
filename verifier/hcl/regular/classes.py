"""Named sets of characters: `\\d`, `[[:alpha:]]`, `\\pL`."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

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
_SURROGATES = range(0xD800, 0xE000)


@lru_cache(maxsize=64)
def unicode_class(name: str) -> Ranges | None:
    """The characters of a general category (`L`, `Lu`), of a script (`Greek`) or of `Any`; None for another name."""
    if name == "Any":
        return ((0, LAST),)
    if name[:1] in _CATEGORIES and name[1:] in ("", *_CATEGORIES[name[0]]):
        return union([(p, p) for p in range(LAST + 1) if unicodedata.category(chr(p)).startswith(name)])
    return _script(name) if len(name) > len("Lu") else None


def _script(name: str) -> Ranges | None:
    import regex  # type: ignore[import-untyped]  # it ships no types

    if not (name.isascii() and name[:1].isupper() and name.replace("_", "").isalpha()):
        return None
    try:
        members = regex.compile(rf"\p{{Script={name}}}+")
    except regex.error:
        return None
    everything = "".join(chr(point) for point in range(LAST + 1) if point not in _SURROGATES)
    return union([(ord(run[0][0]), ord(run[0][-1])) for run in members.finditer(everything)])
