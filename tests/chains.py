"""What holds of the chains of every run, whatever the world."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.checking.finding import Verdict
from verifier.checking.links import State
from verifier.checking.result import ExitCode, RunResult


def unfounded(result: RunResult) -> Iterator[str]:
    """The broken links that rest on no finding that disagrees, or on one that let the run end well all the same."""
    disagreeing = {f.id for f in result.with_verdict(Verdict.DISAGREES, Verdict.WAIVED)}
    accepted = {f.id for f in result.with_verdict(Verdict.WAIVED)}
    for chain in result.chains:
        for link in chain.links:
            founded = disagreeing.intersection(link.findings)
            ends_well = result.exit_code in (ExitCode.AGREES, ExitCode.UNVERIFIED)
            if link.state is State.BROKEN and (not founded or (ends_well and not founded <= accepted)):
                yield f"{chain.compute}: {link.name}, {link.about}"
