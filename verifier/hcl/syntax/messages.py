"""What to say about a token that the grammar did not expect: in words, and never more of the file than the token."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Protocol

from verifier.hcl.syntax.tokens import SyntaxFault, Token

_OPERAND: Final = frozenset({"LPAR", "LSQB", "LBRACE", "INT_LITERAL", "MINUS", "NOT"})
_SPELLED: Final = {
    "COMMA": ",",
    "COLON": ":",
    "EQ": "=",
    "FOR_OBJECT_ARROW": "=>",
    "IN": "in",
    "LBRACE": "{",
    "LPAR": "(",
    "QMARK": "?",
    "RBRACE": "}",
    "RPAR": ")",
    "RSQB": "]",
}
_LONGEST: Final = 40


class _Found(Protocol):
    @property
    def type(self) -> str: ...

    @property
    def line(self) -> int | None: ...

    @property
    def column(self) -> int | None: ...


def unexpected(tokens: list[Token], found: _Found, expected: Collection[str]) -> SyntaxFault:
    """The fault for the token at which the parser stopped; `expected` are the terminals it would have taken."""
    at = next((index for index, token in enumerate(tokens) if token is found), len(tokens))
    before = tokens[at - 1] if at else None
    if at < len(tokens):
        line, column = tokens[at].line, tokens[at].column
    else:
        line, column = (before.end_line, before.end_column) if before else (1, 1)
    return SyntaxFault(
        _expected(before, set(expected)),
        line,
        column,
        detail=f"found {_shown(tokens[at]) if at < len(tokens) else 'the end of the file'}",
    )


def _expected(before: Token | None, expected: set[str]) -> str:
    after = f" after {_shown(before)}" if before is not None else ""
    if before is not None and before.type == "DOT":
        return "expected an attribute's name after ."
    if expected >= _OPERAND:
        return f"expected an expression{after}"
    if expected >= {"EQ", "LBRACE"} and "NAME" in expected:
        return f"expected = or {{{after}"
    if "INTERP_START" in expected or not expected & _SPELLED.keys():
        return f"expected an argument or a block{after}" if "NAME" in expected else f"not expected here{after}"
    wanted = sorted(_SPELLED[kind] for kind in expected & _SPELLED.keys() if kind not in ("LBRACE", "LPAR", "QMARK"))
    if not wanted:
        return f"expected the end of the expression{after}"
    return f"expected {' or '.join(wanted)}{after}"


def _shown(token: Token) -> str:
    """The token as it is written, when that is short and is no string; strings may hold what nobody should print."""
    if token.type in ("TEMPLATE_STRING", "STRING_CHARS", "HEREDOC_TEMPLATE"):
        return "a string"
    if token.type == "COMMA" and token.value == "\n":
        return "the end of the line"
    if token.type == "DBLQUOTE":
        return "a string"
    text = token.value
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
