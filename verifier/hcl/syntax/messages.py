"""What to say about a token that the grammar did not expect: in words, and never more of the file than the token."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from verifier.hcl.syntax.tokens import SyntaxFault, Token

_OPERAND: Final = frozenset({"LPAR", "LSQB", "LBRACE", "INT_LITERAL", "MINUS", "NOT"})
_OPENERS: Final = {"LPAR": ")", "LSQB": "]", "LBRACE": "}", "INTERP_START": "}", "DIRECTIVE_START": "}"}
_CLOSERS: Final = frozenset({"RPAR", "RSQB", "RBRACE"})
_STRINGS: Final = frozenset({"TEMPLATE_STRING", "STRING_CHARS", "HEREDOC_TEMPLATE", "DBLQUOTE"})
_LONGEST: Final = 40


def unexpected(tokens: list[Token], at: int, expected: Collection[str]) -> SyntaxFault:
    """The fault for tokens[at], at which the parser stopped; `expected` are the terminals it would have taken.

    One behind the last token is the end of the text.
    """
    before = tokens[at - 1] if at else None
    if at < len(tokens):
        line, column, found = tokens[at].line, tokens[at].column, _shown(tokens[at])
    else:
        line, column, found = (before.end_line, before.end_column, "the end") if before else (1, 1, "the end")
    return SyntaxFault(_expected(tokens[:at], frozenset(expected)), line, column, detail=f"found {found}")


def _expected(tokens: list[Token], expected: frozenset[str]) -> str:
    if not tokens:
        return "expected an argument or a block"
    before = tokens[-1]
    after = f" after {_shown(before)}" if before.value else ""
    if before.type == "DOT":
        return "expected an attribute's name after ."
    if expected >= _OPERAND:
        return f"expected an expression{after}"
    if before.type == "FOR" or (before.type == "COMMA" and expected == {"NAME"}):
        return f"expected a name{after}"
    if "IN" in expected and _names_of_for(tokens):
        return f"expected in{after}"
    opener = _innermost(tokens)
    if opener is None:
        return f"expected an operator or the end of the line{after}"
    closer = _OPENERS[opener.type] if opener.value else "the end"
    if opener.type == "LBRACE" and {"EQ", "COLON"} <= expected:
        return f"expected = and a value{after}"
    if opener.type == "LBRACE" and "FOR_OBJECT_ARROW" in expected:
        return f"expected an operator or =>{after}"
    if before.type == "ELLIPSIS":
        return f"expected {closer}{after}"
    if opener.type in ("INTERP_START", "DIRECTIVE_START") or not opener.value:
        return f"expected an operator or {closer}{after}"
    return f"expected an operator, a comma or {closer}{after}"


def _names_of_for(tokens: list[Token]) -> bool:
    """Whether the last token is a name that a `for` introduces."""
    types = [token.type for token in tokens[-4:]]
    return types[-2:] == ["FOR", "NAME"] or types == ["FOR", "NAME", "COMMA", "NAME"]


def _innermost(tokens: list[Token]) -> Token | None:
    """The bracket that is open at the end of the tokens."""
    closed = 0
    for token in reversed(tokens):
        if token.type in _CLOSERS:
            closed += 1
        elif token.type in _OPENERS:
            if closed == 0:
                return token
            closed -= 1
    return None


def _shown(token: Token) -> str:
    """The token as it is written, when it is short and no string: a string may hold what nobody should print."""
    if token.type in _STRINGS:
        return "a string"
    if token.value in ("\n", ""):
        return "the end of the line" if token.value else "the end"
    return token.value if len(token.value) <= _LONGEST else token.value[:_LONGEST] + "…"
