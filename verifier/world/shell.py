"""Shell: the commands of a script that make things, as far as they are written out.

No shell: nothing is run, and nothing is expanded but variables that the script itself sets, once, to plain text.
What stands in quotes, in a here document or in a comment is no command. What cannot be read is left out.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_HERE = re.compile(r"<<-?\s*(['\"]?)([A-Za-z_]\w*)\1")
_ASSIGNED = re.compile(r"(?:export\s+|readonly\s+|local\s+|declare\s+(?:-\w+\s+)*)?([A-Za-z_]\w*)=(.*)")
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_BEFORE = frozenset({"if", "then", "else", "elif", "do", "while", "until", "!", "time", "sudo", "exec", "{"})
"""Words that a command may follow."""

_OPERATORS = frozenset("();<>|&")

LONGEST_COMMAND = 60
"""Lines that one command may go over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command: its words up to the first option, and its options by name, each with what was written and meant.

    `options` have the text with variables put in; `unknown` are those in which something is known only when it runs.
    """

    words: tuple[str, ...]
    line: int
    options: Mapping[str, str] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()

    def option(self, *names: str) -> str | None:
        """What an option says, by any of its names; empty if it is not given, None if that is not known."""
        for name in names:
            if name in self.unknown:
                return None
            if name in self.options:
                return self.options[name]
        return ""


def commands_in(text: str, beginnings: Iterable[tuple[str, ...]]) -> Iterator[Command]:
    """The commands of a script that begin with one of these sequences of words."""
    lines = list(_logical_lines(text))
    known = _constants(lines)
    wanted = tuple(beginnings)
    for number, line in lines:
        if not any(words[0] in line for words in wanted):
            continue
        for command in _split(_tokens(line)):
            if any(tuple(command[: len(words)]) == words for words in wanted):
                yield _command(command, number, known)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with those that a backslash continues, each with the number of its first; here documents left out."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        first, line = at, lines[at]
        while line.endswith("\\") and at + 1 < len(lines) and at - first < LONGEST_COMMAND:
            at += 1
            line = line[:-1] + " " + lines[at]
        at += 1
        yield first + 1, line
        here = _HERE.search(line)
        if here is not None:
            while at < len(lines) and lines[at].strip() != here[2]:
                at += 1
            at += 1


def _tokens(line: str) -> list[str]:
    """The words and operators of a line; none for one whose quotes do not end with it."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.commenters = "#"
    lexer.whitespace_split = True
    try:
        return list(lexer)
    except ValueError:
        return []


def _split(tokens: Sequence[str]) -> Iterator[list[str]]:
    """The simple commands between operators, without the words and assignments that stand before them.

    A command in a substitution comes before the one that it is substituted in.
    """
    current: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.endswith("$") and at < len(tokens) and tokens[at].startswith("("):
            end = _closed(tokens, at)
            yield from _split(tokens[at + 1 : end])
            token, at = f"{token}(…)", end + 1
        if set(token) <= _OPERATORS:
            if current:
                yield current
            current = []
        elif current or not (token in _BEFORE or _ASSIGNED.fullmatch(token)):
            current.append(token)
    if current:
        yield current


def _closed(tokens: Sequence[str], at: int) -> int:
    """The index of the token that closes what is opened at an index; the last one's where nothing does."""
    depth = 0
    for index in range(at, len(tokens)):
        if set(tokens[index]) <= _OPERATORS:
            depth += tokens[index].count("(") - tokens[index].count(")")
            if depth <= 0:
                return index
    return len(tokens) - 1


def _constants(lines: Iterable[tuple[int, str]]) -> dict[str, str]:
    """The variables that are set once, to plain text."""
    times: Counter[str] = Counter()
    found: dict[str, str] = {}
    for _, line in lines:
        assigned = _ASSIGNED.match(line.strip())
        if assigned is None:
            continue
        times[assigned[1]] += 1
        value = _tokens(assigned[2])
        if len(value) == 1 and not set(value[0]) & set("$`"):
            found[assigned[1]] = value[0]
    return {name: text for name, text in found.items() if times[name] == 1}


def _command(tokens: Sequence[str], line: int, known: Mapping[str, str]) -> Command:
    words: list[str] = []
    options: dict[str, str] = {}
    unknown: set[str] = set()
    name = ""
    for token in tokens:
        if token.startswith("-"):
            name, equals, value = token.partition("=")
            options.setdefault(name, "")
            if not equals:
                continue
        elif not name:
            words.append(_put_in(token, known)[0])
            continue
        else:
            value = token
        text, whole = _put_in(value, known)
        options[name] = f"{options[name]} {text}".strip()
        if not whole:
            unknown.add(name)
    return Command(words=tuple(words), line=line, options=options, unknown=frozenset(unknown))


def _put_in(text: str, known: Mapping[str, str]) -> tuple[str, bool]:
    """The text with the known variables in it, and whether nothing is left that is known only when it runs."""
    put = _VARIABLE.sub(lambda found: known.get(found[1] or found[2], found[0]), text)
    return put, not set(put) & set("$`")
