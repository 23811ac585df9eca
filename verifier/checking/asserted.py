"""What a plain assert says: its own message, and never the values that pytest saw, which may be secrets."""

from __future__ import annotations

import ast
import linecache
from pathlib import Path
from types import TracebackType

from verifier.checking.trouble import named


def asserted(raised: AssertionError) -> str:
    """The assertion's own message in one line; for one without any, its source and its place."""
    file, line = _raised_at(raised.__traceback__)
    statement = _statement_at(file, line)
    message = (str(raised).splitlines() or [""])[0].strip()
    if statement is not None and (statement.msg is None or not message):
        return f"the assertion does not hold: {ast.unparse(statement.test)} ({named(Path(file))}:{line})"
    if statement is None and (not message or message.startswith("assert ")):
        return "the assertion does not hold" + (f" ({named(Path(file))}:{line})" if file else "")
    return message


def _raised_at(step: TracebackType | None) -> tuple[str, int]:
    file, line = "", 0
    while step is not None:
        file, line = step.tb_frame.f_code.co_filename, step.tb_lineno
        step = step.tb_next
    return file, line


def _statement_at(file: str, line: int) -> ast.Assert | None:
    """The assert statement at a line; None where there is none, or the source cannot be read."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:
        return None
    found = (n for n in ast.walk(tree) if isinstance(n, ast.Assert) and n.lineno <= line <= (n.end_lineno or n.lineno))
    return next(found, None)
