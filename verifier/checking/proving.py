"""Proving a check: what it says of a small world of its own.

    assert verdicts("OWN01", world=WORLDS / "disagrees", checks=CHECKS) == {"disagrees"}

A world is a folder with a root module's *.tf, and where something live is judged, `live.json` beside them: a snapshot,
as `verify-infra snapshot` writes one. Without it the source alone is judged, as `verify-infra gate` does.
"""

from __future__ import annotations

from pathlib import Path

from verifier.checking.session import run
from verifier.config import Options, settings


def verdicts(check: str, *, world: Path, checks: Path) -> set[str]:
    """The verdicts (`agrees`, `disagrees`, `unverified`, …) of one check on the subjects of a world.

    Empty where it finds nothing to judge. Raises AssertionError, with the file and line, where the check broke, and
    where the world's own source is not right: what is unknown only because nobody could read it proves nothing.
    """
    live = world / "live.json"
    options = Options(
        root=world,
        snapshot=live if live.exists() else None,
        offline=not live.exists(),
        checks=(checks,),
        select=check,
        cache=False,
    )
    result = run(settings(options, {}))
    broken = [str(d) for d in result.diagnostics if d.severity == "error"]
    broken += [f"{b.check} at {b.place}: {b.message}" for b in result.broken]
    if broken:
        raise AssertionError("; ".join(broken))
    return {finding.verdict.value for finding in result.findings if finding.check == check}
