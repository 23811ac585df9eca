"""python-hcl2's grammar, parsed by its tables.

The grammar is python-hcl2's own. Tokens come from our scanner and nodes leave through our lowering, so neither its
lexer nor its tree objects are needed. Its optional newlines are taken out, since the scanner yields none: the same
language over our tokens, with a quarter of the parser's states, built in a tenth of the time. Tables for the
python-hcl2 that this was made with are part of the package; those of another are built, and kept in the cache
directory. python-hcl2 keeps its own beside its source, which is often not writable.
"""

from __future__ import annotations

import re
from threading import Lock
from typing import Final

from verifier.hcl.cache import Cache
from verifier.hcl.digest import sha256
from verifier.hcl.nodes import Body
from verifier.hcl.syntax import tables
from verifier.hcl.syntax.driving import Parser, Unexpected
from verifier.hcl.syntax.edition import grammar
from verifier.hcl.syntax.lowering import Lowering
from verifier.hcl.syntax.messages import unexpected
from verifier.hcl.syntax.tables import Tables
from verifier.hcl.syntax.tokens import SyntaxFault, Token

_NEWLINES: Final = re.compile(r"\bnew_line_or_comment\?|^new_line_or_comment\s*:.*$", re.MULTILINE)
_lock: Final = Lock()
_lowering: Final = Lowering()
_built: list[Parser] = []


def parse(tokens: list[Token], cache: Cache | None) -> tuple[Body, list[SyntaxFault]]:
    """The body that the tokens make, and faults that did not end the parse. Raises SyntaxFault for one that did."""
    with _lock:  # one parser, and one list of faults, for all threads
        if not _built:
            _built.append(Parser(_tables(cache), _lowering))
        _lowering.begin()
        try:
            body: Body = _built[0].parse(tokens)
        except Unexpected as error:
            raise unexpected(tokens, error.at, error.expected) from None
        return body, _lowering.faults


def grammar_text() -> tuple[str, str]:
    """The grammar without its newlines, and its digest."""
    text = _without_newlines(grammar())
    return text, sha256(text.encode()).hexdigest()


def _tables(cache: Cache | None) -> Tables:
    text, digest = grammar_text()
    found = tables.shipped()
    if found is not None and found.grammar == digest:
        return found
    stored = cache.read("grammar", digest) if cache else None
    found = tables.from_bytes(stored) if stored else None
    if found is not None and found.grammar == digest:
        return found
    from verifier.hcl.syntax.building import build

    built = build(text, digest)
    if cache:
        cache.write("grammar", digest, tables.to_bytes(built))
    return built


def _without_newlines(text: str) -> str:
    return _NEWLINES.sub("", text)
