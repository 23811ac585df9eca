"""Troubles mixed at random: whatever goes wrong together, no check agrees that rests on a read that did not find."""

from __future__ import annotations

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.faults.bench import Bench, word
from tests.faults.test_matrix import READS, SLACK_SECONDS, stands_without
from tests.faults.trouble import TROUBLES, Trouble
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Verdict

MIXED = st.dictionaries(st.sampled_from(sorted(READS)), st.sampled_from(TROUBLES), min_size=2, max_size=8)


@settings(max_examples=15, deadline=None, derandomize=True, phases=[Phase.generate])
@given(mixed=MIXED)
def test_no_check_agrees_without_its_facts_whatever_goes_wrong_together(
    bench: Bench, mixed: dict[str, Trouble]
) -> None:
    struck = {bench.reads[name]: trouble for name, trouble in mixed.items()}
    documents, seconds = bench.strike(struck)
    judgment = bench.judge(documents)
    without = {
        finding
        for request in struck
        if (ended := word(documents.outcome(request))) != "found"
        for finding in bench.rests_on(request)
        if not stands_without(request, finding, ended)
    }
    assert seconds < min(trouble.deadline_seconds for trouble in struck.values()) + SLACK_SECONDS
    assert [f for f in sorted(without) if judgment.verdicts.get(f) is Verdict.AGREES] == []
    assert judgment.result.broken == ()
    assert not without or judgment.result.exit_code in {ExitCode.DISAGREES, ExitCode.UNVERIFIED}
