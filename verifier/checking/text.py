"""A finding in plain lines, for pytest's own failure section."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.checking.finding import Finding


def plain_text(finding: Finding) -> str:
    """What, intended, real, why, fix, in that order."""
    return "\n".join(_lines(finding))


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.id} {finding.verdict.value}: {finding.what}"
    if finding.intent is not None:
        yield f"  intended: {finding.intent.text}"
        for hop in finding.intent.origin:
            yield f"            {hop.text}" + (f" ({hop.place})" if hop.place else "")
    if finding.reality is not None:
        yield f"  real:     {finding.reality.text}"
    for permission in finding.missing:
        yield f"  missing:  {permission}"
    yield f"  why:      {finding.why}"
    if finding.fix is not None:
        yield f"  fix:      {finding.fix.action}" + (f" ({finding.fix.place})" if finding.fix.place else "")
        for line in finding.fix.hcl.splitlines():
            yield f"            {line}"
        if finding.fix.command:
            yield f"            {finding.fix.command}"
