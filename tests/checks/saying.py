"""What checks say in a world, to the last word: a file in `said` has it, which `make goldens` writes again."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from verifier.checking.finding import Finding, Verdict
from verifier.checking.text import plain_text
from verifier.report.words import short

SAID = Path(__file__).parent / "said"
REWRITE = "VERIFIER_REWRITE_GOLDENS" in os.environ


def expected(name: str, said: str) -> str:
    """What the file has, once it was written anew where that is wished."""
    file = SAID / f"{name}.txt"
    if REWRITE:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(said, encoding="utf-8")
    return file.read_text(encoding="utf-8")


def is_odd(finding: Finding) -> bool:
    """Whether there is more to say than that a check agrees, or does not apply."""
    return bool(finding.notes) or finding.verdict not in (Verdict.AGREES, Verdict.NOT_APPLICABLE)


def said(findings: Iterable[Finding], root: Path) -> str:
    """Everything that findings say, by subject, with the root module's own name for where it lies."""
    lines = (line.rstrip() for f in sorted(findings, key=lambda f: f.id) for line in _lines(f))
    text = short("\n".join(lines)).replace(root.as_posix(), root.name)
    return re.sub(r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:PORT", text) + "\n"


def _lines(finding: Finding) -> Iterator[str]:
    # Why it matters is the same in every world.
    yield from (line for line in plain_text(finding).splitlines() if not line.startswith("  why: "))
    if finding.reality is not None and finding.reality.source:
        yield f"            {finding.reality.source}"
    if finding.fix is not None:
        yield from (f"  edit:     {edit}" for edit in finding.fix.edits)
    yield from (f"  note:     {note}" for note in finding.notes)
    yield from (f"  about:    {concern}" for concern in sorted(finding.concerns))
    yield ""
