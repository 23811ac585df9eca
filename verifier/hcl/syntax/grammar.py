"""python-hcl2's grammar in Lark's LALR parser: the only module that imports lark.

The grammar is python-hcl2's own. Tokens come from our scanner and nodes leave through our lowering, so neither its
lexer nor its tree objects are needed. Its optional newlines are taken out, since the scanner yields none: the same
language over our tokens, with a quarter of the parser's states, built in a tenth of the time. What is built is kept
in the cache directory; python-hcl2 keeps its own tables beside its source, which is often not writable.
"""

from __future__ import annotations

import io
import pickle
import re
import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import version
from threading import Lock
from typing import Any, Final, NoReturn

from lark import Lark, UnexpectedToken
from lark.lexer import Lexer, LexerState

from verifier.hcl.cache import Cache
from verifier.hcl.nodes import Body
from verifier.hcl.syntax.edition import grammar
from verifier.hcl.syntax.lowering import Lowering
from verifier.hcl.syntax.messages import unexpected
from verifier.hcl.syntax.tokens import SyntaxFault, Token

_NEWLINES: Final = re.compile(r"\bnew_line_or_comment\?|^new_line_or_comment\s*:.*$", re.MULTILINE)
_lock: Final = Lock()
_lowering: Final = Lowering()
_built: list[Lark] = []


class TokenFeed(Lexer):
    """Hands on the tokens that the scanner has already made."""

    __future_interface__ = 2

    def __init__(self, _conf: object) -> None:
        pass

    def lex(self, lexer_state: LexerState, _parser_state: object) -> Iterator[Any]:
        """The tokens, as they are."""
        tokens: Any = lexer_state.text  # the parser's input, which need not be text for a lexer of one's own
        yield from tokens


class _PlainUnpickler(pickle.Unpickler):
    """Reads numbers, strings, lists, tuples and mappings, and refuses everything that could run code."""

    def find_class(self, module_name: str, global_name: str, /) -> NoReturn:
        raise pickle.UnpicklingError(f"{module_name}.{global_name} has no place in a parser's tables")


def parse(tokens: list[Token], cache: Cache | None) -> tuple[Body, list[SyntaxFault]]:
    """The body that the tokens make, and faults that did not end the parse. Raises SyntaxFault for one that did."""
    with _lock:  # one parser, and one list of faults, for all threads
        if not _built:
            _built.append(_parser(cache))
        _lowering.begin()
        try:
            body: Body = _built[0].parse(tokens)  # type: ignore[assignment] # the lowering made it of the tree
        except UnexpectedToken as error:
            at = next((index for index, token in enumerate(tokens) if token is error.token), len(tokens))
            raise unexpected(tokens, at, error.expected) from None
        return body, _lowering.faults


def _parser(cache: Cache | None) -> Lark:
    text = _without_newlines(grammar())
    depends_on = "\0".join((text, version("lark"), str(sys.version_info[:2]), "1"))
    key = sha256(depends_on.encode()).hexdigest()
    stored = cache.read("grammar", key) if cache else None
    parser = _from_tables(stored) if stored else None
    if parser is None:
        parser = Lark(text, parser="lalr", lexer=TokenFeed, transformer=_lowering)
        if cache:
            cache.write("grammar", key, _tables(parser))
    return parser


def _without_newlines(text: str) -> str:
    return _NEWLINES.sub("", text)


def _tables(parser: Lark) -> bytes:
    """The parser's tables as plain data."""
    buffer = io.BytesIO()
    parser.save(buffer, exclude_options=("transformer", "lexer"))
    data = pickle.loads(buffer.getvalue())  # noqa: S301 - what was just saved
    data["data"]["parser"]["lexer_conf"]["lexer_type"] = None
    return pickle.dumps(data, protocol=5)


def _from_tables(stored: bytes) -> Lark | None:
    """The parser from its tables; None when they are not what `_tables` wrote."""
    try:
        data = _PlainUnpickler(io.BytesIO(stored)).load()
        data["data"]["parser"]["lexer_conf"]["lexer_type"] = TokenFeed
        data["data"]["options"].update(lexer=TokenFeed, transformer=_lowering)
        return Lark.load(data)
    except (
        pickle.UnpicklingError, EOFError, MemoryError, RecursionError, UnicodeDecodeError,
        ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError,
    ):  # fmt: skip
        return None
