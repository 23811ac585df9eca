"""Driving: from tokens to what the lowering makes of them, by a parser's tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from verifier.hcl.syntax.tables import Included, Tables
from verifier.hcl.syntax.tokens import Token

_END: Final = "$END"
Reduce = Callable[[list[Any]], Any]


class Unexpected(Exception):
    """The token at an index, one behind the last for the end of the text, is none of those `expected`."""

    def __init__(self, at: int, expected: frozenset[str]) -> None:
        super().__init__(at)
        self.at = at
        self.expected = expected


class Parser:
    """Tables with the lowering that takes what they find. Not for several threads at once, as the lowering is not."""

    def __init__(self, tables: Tables, lowering: object) -> None:
        self._actions = tables.actions
        self._gotos = tables.gotos
        self._start = tables.start
        self._end = tables.end
        self._rules = [
            (rule.size, rule.origin, _reduce(getattr(lowering, rule.callback, None), rule.included, single=rule.single))
            for rule in tables.rules
        ]

    def parse(self, tokens: Sequence[Token]) -> Any:
        """What the lowering made of the whole text. Raises Unexpected."""
        actions, gotos, rules, end = self._actions, self._gotos, self._rules, self._end
        states = [self._start]
        values: list[Any] = []
        for at in range(len(tokens) + 1):
            token = tokens[at] if at < len(tokens) else None
            kind = token.type if token is not None else _END
            while True:
                row = actions[states[-1]]
                action = row.get(kind)
                if action is None:
                    raise Unexpected(at, frozenset(row))
                if action >= 0:
                    states.append(action)
                    values.append(token)
                    break
                size, origin, reduce = rules[~action]
                if size:
                    children = values[-size:]
                    del values[-size:]
                    del states[-size:]
                else:
                    children = []
                values.append(reduce(children))
                states.append(gotos[states[-1]][origin])
                if token is None and states[-1] == end:
                    return values[-1]
        raise Unexpected(len(tokens), frozenset())  # tables that shift the end of the text; none that are built do


def _reduce(callback: Reduce | None, included: Included | None, *, single: bool) -> Reduce:
    """What becomes of a rule's symbols."""
    if callback is None:
        callback = _as_list
    made = _or_single(callback) if single else callback
    return made if included is None else _of_included(made, included)


def _as_list(children: list[Any]) -> list[Any]:
    return children


def _or_single(callback: Reduce) -> Reduce:
    def reduce(children: list[Any]) -> Any:
        return children[0] if len(children) == 1 else callback(children)

    return reduce


def _of_included(callback: Reduce, included: Included) -> Reduce:
    def reduce(children: list[Any]) -> Any:
        given: list[Any] = []
        for at, is_list in included:
            if not is_list:
                given.append(children[at])
            elif given:
                given += children[at]
            else:
                given = children[at]  # a list that grows at its end is not copied for each item
        return callback(given)

    return reduce
