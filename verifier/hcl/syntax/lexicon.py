"""What HCL's text is made of, and what python-hcl2's grammar calls it."""

from __future__ import annotations

import re
from typing import Final

# Letters, digits, underscores, hyphens and whatever is not ASCII, said by what they are not: Python takes milliseconds
# to compile a set that reaches through all of Unicode, and every run would wait for it.
_BEGINS: Final = r"[^\x00-@\[-^`{-\x7f]"
_GOES_ON: Final = r"[^\x00-,./:-@\[-^`{-\x7f]"
_NAME: Final = rf"{_BEGINS}{_GOES_ON}*+"
_REMARK: Final = r"/\*(?:[^*]++|\*(?!/))*+\*/"
_WITHIN: Final = r"(?:[ \t]++|/\*(?:[^*\n]++|\*(?!/))*+\*/)*+"
_GAP: Final = rf"(?:[ \t]++|\r?\n|(?:\#|//)[^\n]*+\n|{_REMARK})*+"
TOKEN: Final = re.compile(
    rf"""[ \t]*+(?:
      (?P<name>{_NAME}(?:{_WITHIN}::{_WITHIN}{_NAME})*+)
    | (?P<newline>\r?\n)
    | (?P<plain>"[^"\\$%\r\n]*+")
    | (?P<number>[0-9]++(?:\.*+(?:[0-9]|[eE][+-]?[0-9])[0-9]*+)*+)
    | (?P<comment>(?:\#|//)[^\n]*+)
    | (?P<remark>/\*)
    | (?P<heredoc><<-?{_NAME}\r?\n)
    | (?P<splat>\.{_GAP}\*|\[{_GAP}\*{_GAP}\])
    | (?P<operator>==|!=|<=|>=|&&|\|\||=>|\.\.\.|[-+*/%<>!?:=,.])
    | (?P<opening>[(\[{{])
    | (?P<closing>~\}}|[)\]}}])
    | (?P<quote>")
    | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
"""One token outside of strings, behind blanks. The group that matched says what it is."""
FOR_FOLLOWS: Final = re.compile(rf"{_GAP}for(?!{_GOES_ON})")
"""Whether the first word in braces is `for`, comments aside."""
TERMINALS: Final = {
    "==": "DOUBLE_EQ",
    "!=": "NEQ",
    "<=": "LEQ",
    ">=": "GEQ",
    "&&": "DOUBLE_AMP",
    "||": "DOUBLE_PIPE",
    "=>": "FOR_OBJECT_ARROW",
    "...": "ELLIPSIS",
    "-": "MINUS",
    "+": "PLUS",
    "*": "ASTERISK",
    "/": "SLASH",
    "%": "PERCENT",
    "<": "LT",
    ">": "GT",
    "!": "NOT",
    "?": "QMARK",
    ":": "COLON",
    "=": "EQ",
    ",": "COMMA",
    ".": "DOT",
    "(": "LPAR",
    ")": "RPAR",
    "[": "LSQB",
    "]": "RSQB",
    "{": "LBRACE",
    "}": "RBRACE",
    "~}": "RBRACE",
}
LITERALS: Final = {"true": "TRUE", "false": "FALSE", "null": "NULL"}
DIRECTIVES: Final = {"if": "IF", "else": "ELSE", "endif": "ENDIF", "for": "FOR", "endfor": "ENDFOR"}
REMARK: Final = re.compile(_REMARK)
MARK: Final = "verify-infra:"
"""What a comment that speaks to this tool begins with; all other comments are let go."""
MARKED: Final = re.compile(rf"(?<![\w./-]){MARK}[^\r\n]*+")
"""The mark and the rest of its line. Behind a slash it is part of a name, as in an image's."""
NUMBER: Final = re.compile(r"[0-9]++(?:\.[0-9]*+)?(?:[eE][+-]?[0-9]++)?")
"""A number; the token's pattern takes whatever looks like one, as Terraform's does."""
HINTS: Final = {
    "'": 'strings stand in double quotes: "…"',
    "`": 'strings stand in double quotes: "…"',
    "&": "the logical operator is &&",
    "|": "the logical operator is ||",
    ";": "arguments end with their line",
    "$": "an interpolation stands within a string; elsewhere write the expression alone",
}
