"""python-hcl2's grammar in Lark's LALR parser: the only module that imports lark or reads python-hcl2.

The grammar is python-hcl2's own file, unchanged. Tokens come from our scanner and nodes leave through our lowering,
so neither its lexer nor its tree objects are needed. Import this module only when there is something to parse: a
run that finds everything in the cache never pays for lark.

Building the parser's tables takes about a second, so they are kept in the cache directory. python-hcl2 keeps its own
beside its source, which is often not writable.
"""

from __future__ import annotations

import io
import pickle
import sys
from collections.abc import Collection, Iterator
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Final, NoReturn

from lark import Lark, UnexpectedToken
from lark.lexer import Lexer, LexerState

from verifier.hcl.cache import Cache
from verifier.hcl.nodes import Body
from verifier.hcl.syntax.lowering import Lowering
from verifier.hcl.syntax.messages import unexpected
from verifier.hcl.syntax.tokens import SyntaxFault, Token

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
        _lowering.faults = []
        try:
            body: Body = _built[0].parse(tokens)  # type: ignore[assignment] # the lowering made it of the tree
        except UnexpectedToken as error:
            at = next((index for index, token in enumerate(tokens) if token is error.token), len(tokens))
            raise unexpected(tokens, at, error.expected) from None
        return body, _lowering.faults


def _parser(cache: Cache | None) -> Lark:
    grammar = _grammar()
    edition = "\0".join((grammar, version("lark"), str(sys.version_info[:2]), "1"))
    key = sha256(edition.encode()).hexdigest()
    stored = cache.read("grammar", key) if cache else None
    parser = _from_tables(stored) if stored else None
    if parser is None:
        parser = Lark(grammar, parser="lalr", lexer=TokenFeed, transformer=_lowering)
        if cache:
            cache.write("grammar", key, _tables(parser))
    return parser


def _grammar() -> str:
    """The text of python-hcl2's grammar. Found without importing hcl2, which would import what is not used here."""
    spec = find_spec("hcl2")
    places: Collection[str] = (spec.submodule_search_locations if spec else None) or ()
    for place in places:
        return (Path(place) / "hcl2.lark").read_text(encoding="utf-8")
    raise ModuleNotFoundError("python-hcl2 is not installed; it is a dependency of verify-infra")


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
