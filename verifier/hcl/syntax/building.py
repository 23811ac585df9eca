"""Building a parser's tables from python-hcl2's grammar: the only module that imports lark, and seldom needed.

To make the tables that are part of this package anew, after python-hcl2's grammar has changed:

    python -m verifier.hcl.syntax.building
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lark import Lark
from lark.lexer import Lexer, LexerState
from lark.parsers.lalr_analysis import Shift

from verifier.hcl.syntax.tables import SHIPPED, Included, Rule, Tables, to_bytes

_START = "start"


class _NoLexer(Lexer):
    """Stands where Lark wants a lexer: tokens come from our scanner."""

    __future_interface__ = 2

    def __init__(self, _conf: object) -> None:
        pass

    def lex(self, _lexer_state: LexerState, _parser_state: object) -> Iterator[Any]:
        """Nothing."""
        return iter(())


def build(text: str, digest: str) -> Tables:
    """The tables of a grammar's text, whose digest they are kept under. The same text gives the same tables."""
    table = Lark(text, parser="lalr", lexer=_NoLexer).parser.parser._parse_table  # noqa: SLF001
    numbers = _in_order(table.states, table.start_states[_START])
    rules = {rule: i for i, rule in enumerate(sorted(_rules(table.states), key=_written))}
    actions: list[dict[str, int]] = []
    gotos: list[dict[str, int]] = []
    for state in numbers:
        row = sorted(table.states[state].items())
        actions.append(
            {name: numbers[to] if action is Shift else ~rules[to] for name, (action, to) in row if _is_terminal(name)}
        )
        gotos.append({name: numbers[to] for name, (_, to) in row if not _is_terminal(name)})
    start, end = table.start_states[_START], table.end_states[_START]
    return Tables(digest, numbers[start], numbers[end], actions, gotos, [_rule(rule) for rule in rules])


def _in_order(states: Any, start: Any) -> dict[Any, int]:
    """The states, numbered as one comes to them by way of the sorted names of what leads there."""
    numbers = {start: 0}
    pending = [start]
    for state in pending:
        for _, (action, to) in sorted(states[state].items(), key=lambda item: str(item[0])):
            if action is Shift and to not in numbers:
                numbers[to] = len(numbers)
                pending.append(to)
    return numbers


def _rules(states: Any) -> set[Any]:
    return {to for row in states.values() for action, to in row.values() if action is not Shift}


def _rule(rule: Any) -> Rule:
    """What Lark would do to a rule's symbols before it hands them on."""
    included: Included = [
        (i, not symbol.is_term and symbol.name.startswith("_"))
        for i, symbol in enumerate(rule.expansion)
        if rule.options.keep_all_tokens or not (symbol.is_term and symbol.filter_out)
    ]
    everything = len(included) == len(rule.expansion) and not any(is_list for _, is_list in included)
    origin = str(rule.origin.name)
    return Rule(
        origin=origin,
        callback="" if origin.startswith("_") else str(rule.alias or rule.options.template_source or origin),
        size=len(rule.expansion),
        included=None if everything else included,
        single=bool(rule.options.expand1 and not rule.alias),
    )


def _written(rule: Any) -> tuple[str, list[str], str]:
    return str(rule.origin.name), [str(symbol.name) for symbol in rule.expansion], str(rule.alias)


def _is_terminal(name: str) -> bool:
    return name.isupper()


if __name__ == "__main__":
    from verifier.hcl.syntax.grammar import grammar_text

    Path(__file__).with_name(SHIPPED).write_bytes(to_bytes(build(*grammar_text())))
