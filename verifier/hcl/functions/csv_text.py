"""CSV as RFC 4180 has it, strictly: a quote inside a plain field, or text after a closing quote, is an error."""

from __future__ import annotations

from verifier.hcl.errors import EvaluationError


def records(source: str) -> tuple[list[str], list[list[str]]]:
    """The names in the first line, and the fields of each line after it. Empty lines do not count."""
    lines = _lines(source)
    if not lines:
        raise EvaluationError("the CSV has no header line")
    header, *rows = lines
    if len(set(header)) != len(header):
        raise EvaluationError("two columns of the CSV have the same name")
    for row in rows:
        if len(row) != len(header):
            raise EvaluationError(f"a line of the CSV has {len(row)} fields instead of {len(header)}")
    return header, rows


def _lines(source: str) -> list[list[str]]:
    source = source.replace("\r\n", "\n")
    found: list[list[str]] = []
    at = 0
    while at < len(source):
        if source[at] == "\n":
            at += 1
            continue
        fields: list[str] = []
        more = True
        while more:
            field, at = _quoted(source, at) if source.startswith('"', at) else _plain(source, at)
            fields.append(field)
            more = source.startswith(",", at)
            at += 1
        found.append(fields)
    return found


def _plain(source: str, at: int) -> tuple[str, int]:
    end = at
    while end < len(source) and source[end] not in ",\n":
        end += 1
    field = source[at:end]
    if '"' in field:
        raise EvaluationError("the CSV has a quote inside a field that is not quoted")
    return field.removesuffix("\r") if end == len(source) else field, end


def _quoted(source: str, at: int) -> tuple[str, int]:
    pieces: list[str] = []
    at += 1
    while True:
        end = source.find('"', at)
        if end < 0:
            raise EvaluationError("the CSV has a quoted field without an end")
        pieces.append(source[at:end])
        at = end + 1
        if not source.startswith('"', at):
            break
        pieces.append('"')
        at += 1
    if at < len(source) and source[at] not in ",\n":
        raise EvaluationError("the CSV has text after a closing quote")
    return "".join(pieces), at
