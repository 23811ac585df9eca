"""From the text of a pattern to its nodes. What RE2 rejects is rejected: back-references, look-around, `**`."""

from __future__ import annotations

from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import frozen, replace
from verifier.hcl.regular.classes import PERL, POSIX, unicode_class
from verifier.hcl.regular.nodes import (
    LAST,
    Alternatives,
    Characters,
    Group,
    Node,
    Position,
    Ranges,
    Repeat,
    Sequence,
    complement,
    union,
)

_MOST_REPEATS = 1000
_DEEPEST = 250
_LONGEST = 100_000
_NEWLINE = ord("\n")
_SIMPLE_ESCAPES = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}


def parse(pattern: str) -> Node:
    """The pattern's nodes. Raises EvaluationError for what is no pattern."""
    if len(pattern) > _LONGEST:
        raise EvaluationError("the pattern is too long")
    parser = _Parser(pattern)
    node = parser.alternatives(_Flags(), 0)
    if parser.at < len(pattern):
        raise parser.error("unexpected )")
    return node


@frozen()
class _Flags:
    fold: bool = False
    lines: bool = False
    dot_all: bool = False
    ungreedy: bool = False


class _Parser:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.groups = 0

    def error(self, what: str) -> EvaluationError:
        return EvaluationError(f"the pattern is not valid: {what} at character {self.at + 1}")

    def _peek(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def _take(self, text: str) -> bool:
        if self._peek(text):
            self.at += len(text)
            return True
        return False

    def alternatives(self, flags: _Flags, depth: int) -> Node:
        """`a|b|c` up to a closing parenthesis or the end."""
        if depth > _DEEPEST:
            raise self.error("too many groups within groups")
        branches = []
        while True:
            branch, flags = self._sequence(flags, depth)
            branches.append(branch)
            if not self._take("|"):
                break
        return branches[0] if len(branches) == 1 else Alternatives(tuple(branches))

    def _sequence(self, flags: _Flags, depth: int) -> tuple[Node, _Flags]:
        items: list[Node] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            if self._peek("(?") and not self._peek("(?P<") and not self._peek("(?<"):
                inner, flags = self._flagged(flags, depth)
                if inner is None:
                    continue
                items.append(self._repeated(inner, flags))
                continue
            if self._take(r"\Q"):
                end = self.pattern.find(r"\E", self.at)
                literal = self.pattern[self.at : end if end >= 0 else len(self.pattern)]
                self.at = end + 2 if end >= 0 else len(self.pattern)
                items.extend(_one(ord(letter), flags) for letter in literal)
                if items and literal:
                    items[-1] = self._repeated(items[-1], flags)
                continue
            items.append(self._repeated(self._atom(flags, depth), flags))
        return (items[0] if len(items) == 1 else Sequence(tuple(items))), flags

    def _flagged(self, flags: _Flags, depth: int) -> tuple[Node | None, _Flags]:
        """`(?i)` sets flags for what follows; `(?i:…)` for what is inside."""
        start = self.at
        self.at += 2
        changed, on, any_flag = flags, True, False
        fields = {"i": "fold", "m": "lines", "s": "dot_all", "U": "ungreedy"}
        while self.at < len(self.pattern):
            letter = self.pattern[self.at]
            self.at += 1
            if letter in fields:
                changed, any_flag = replace(changed, **{fields[letter]: on}), True
            elif letter == "-" and on:
                on, any_flag = False, False
            elif letter == ")" and (any_flag or on):
                if not on and not any_flag:
                    break
                return None, changed
            elif letter == ":" and (on or any_flag):
                inner = self.alternatives(changed, depth + 1)
                self._close()
                return inner, flags
            else:
                break
        self.at = start
        raise self.error("an unknown group, or look-around, which does not exist here,")

    def _close(self) -> None:
        if not self._take(")"):
            raise self.error("a missing )")

    def _repeated(self, item: Node, flags: _Flags) -> Node:
        repeats = 0
        while True:
            counts = self._counts()
            if counts is None:
                return item
            if repeats:
                raise self.error("a repetition of a repetition")
            repeats += 1
            lazy = self._take("?") is not flags.ungreedy
            item = Repeat(item, counts[0], counts[1], lazy)

    def _counts(self) -> tuple[int, int | None] | None:
        for symbol, counts in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(symbol):
                return counts
        if not self._peek("{"):
            return None
        end = self.pattern.find("}", self.at)
        low, comma, high = self.pattern[self.at + 1 : max(end, 0)].partition(",")
        if end < 0 or not low.isdecimal() or not low.isascii() or (high and not (high.isdecimal() and high.isascii())):
            return None
        first = int(low)
        last = None if comma and not high else int(high or low)
        if first > _MOST_REPEATS or (last is not None and (last > _MOST_REPEATS or last < first)):
            raise self.error("a repetition count that is out of range")
        self.at = end + 1
        return first, last

    def _atom(self, flags: _Flags, depth: int) -> Node:
        letter = self.pattern[self.at]
        if letter in "*+?":
            raise self.error(f"nothing to repeat with {letter}")
        if letter == "(":
            return self._group(flags, depth)
        if letter == "[":
            return self._class(flags)
        if letter == "\\":
            return self._escape(flags)
        self.at += 1
        if letter == ".":
            everything: Ranges = ((0, LAST),)
            return Characters(everything if flags.dot_all else complement(((_NEWLINE, _NEWLINE),)))
        if letter == "^":
            return Position("line-start" if flags.lines else "text-start")
        if letter == "$":
            return Position("line-end" if flags.lines else "text-end")
        return _one(ord(letter), flags)

    def _group(self, flags: _Flags, depth: int) -> Node:
        self.at += 1
        name = None
        if self._take("?P<") or self._take("?<"):
            end = self.pattern.find(">", self.at)
            name = self.pattern[self.at : max(end, 0)]
            if end < 0 or not name or not name.replace("_", "a").isalnum() or not name.isascii():
                raise self.error("a group's name that is none")
            self.at = end + 1
        self.groups += 1
        number = self.groups
        inner = self.alternatives(flags, depth + 1)
        self._close()
        return Group(inner, number, name)

    def _escape(self, flags: _Flags) -> Node:
        positions = {"A": "text-start", "z": "text-end", "b": "boundary", "B": "no-boundary"}
        following = self.pattern[self.at + 1 : self.at + 2]
        if following in positions and following:
            self.at += 2
            return Position(positions[following])
        named = self._named_class()
        if named is not None:
            return Characters(named, flags.fold)
        return _one(self._escaped_character(), flags)

    def _named_class(self) -> Ranges | None:
        r"""`\d`, `\D`, `\pL`, `\p{Greek}`, `\P…`, where one stands."""
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter and letter.lower() in PERL:
            self.at += 2
            ranges = PERL[letter.lower()]
            return complement(ranges) if letter.isupper() else ranges
        if letter not in ("p", "P"):
            return None
        name = self.pattern[self.at + 2 : self.at + 3]
        end = self.at + 3
        if name == "{":
            end = self.pattern.find("}", self.at) + 1
            name = self.pattern[self.at + 3 : end - 1]
        negated = (letter == "P") is not name.startswith("^")
        found = unicode_class(name.removeprefix("^")) if end > 0 and name else None
        if found is None:
            raise self.error("an unknown character class")
        self.at = end
        return complement(found) if negated else found

    def _escaped_character(self) -> int:
        letter = self.pattern[self.at + 1 : self.at + 2]
        start = self.at
        self.at += 2
        if letter and (letter.isascii() and not letter.isalnum()):
            return ord(letter)
        if letter in _SIMPLE_ESCAPES:
            return ord(_SIMPLE_ESCAPES[letter])
        if letter == "x":
            return self._hexadecimal(start)
        octal = self._octal(letter)
        if octal is not None:
            return octal
        self.at = start
        raise self.error("an escape that does not exist" if letter else "a trailing backslash")

    def _octal(self, letter: str) -> int | None:
        digits = letter
        following = self.pattern[self.at : self.at + 2]
        if letter == "0" or (letter in tuple("1234567") and following[:1] in tuple("01234567")):
            for digit in following:
                if digit not in "01234567":
                    break
                digits += digit
                self.at += 1
            return int(digits, 8)
        return None

    def _hexadecimal(self, start: int) -> int:
        if self._take("{"):
            end = self.pattern.find("}", self.at)
            digits = self.pattern[self.at : max(end, 0)]
            self.at = end + 1
        else:
            digits = self.pattern[self.at : self.at + 2]
            self.at += 2
        well_formed = digits and all(digit in "0123456789abcdefABCDEF" for digit in digits)
        if not well_formed or int(digits, 16) > LAST or (len(digits) == 1 and self.pattern[self.at - 1] != "}"):
            self.at = start
            raise self.error("an escape that does not exist")
        return int(digits, 16)

    def _class(self, flags: _Flags) -> Node:
        start = self.at
        self.at += 1
        negated = self._take("^")
        ranges: list[tuple[int, int]] = []
        first = True
        while first or not self._peek("]"):
            if self.at >= len(self.pattern):
                self.at = start
                raise self.error("a missing ]")
            if self._peek("-") and not first and not self._peek("-]"):
                following = self.pattern[self.at + 1 : self.at + 2]
                if following != "]":
                    raise self.error("a range without a start")
            first = False
            ranges.extend(self._class_item())
        self.at += 1
        joined = union(ranges)
        if negated and flags.fold:
            joined = union([*joined, *_other_cases(joined)])
        return Characters(complement(joined) if negated else joined, flags.fold and not negated)

    def _class_item(self) -> Ranges:
        if self._peek("[:"):
            end = self.pattern.find(":]", self.at + 2)
            if end >= 0:
                name = self.pattern[self.at + 2 : end]
                found = POSIX.get(name.removeprefix("^"))
                if found is None:
                    raise self.error(f"an unknown character class [:{name}:]")
                self.at = end + 2
                return complement(found) if name.startswith("^") else found
        if self._peek("\\"):
            named = self._named_class()
            if named is not None:
                return named
        low = self._class_character()
        if self._peek("-") and not self._peek("-]"):
            self.at += 1
            high = self._class_character()
            if high < low:
                raise self.error("a range that runs backwards")
            return ((low, high),)
        return ((low, low),)

    def _class_character(self) -> int:
        if self.at >= len(self.pattern):
            raise self.error("a missing ]")
        if self._peek("\\"):
            return self._escaped_character()
        self.at += 1
        return ord(self.pattern[self.at - 1])


def _one(point: int, flags: _Flags) -> Node:
    return Characters(((point, point),), flags.fold)


def _other_cases(ranges: Ranges) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for low, high in ranges:
        for point in range(low, min(high, low + 0x1000) + 1):
            found.extend(
                (ord(other), ord(other)) for other in (chr(point).upper(), chr(point).lower()) if len(other) == 1
            )
    return found
