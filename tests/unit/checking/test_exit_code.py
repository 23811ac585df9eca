from __future__ import annotations

import pytest

from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Severity, Verdict
from verifier.checking.summing_up import exit_code


def finding(verdict: Verdict) -> Finding:
    return Finding(check="AAA01", subject="it", verdict=verdict, severity=Severity.LOW, sentence="It holds.")


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], ExitCode.NOTHING_CHECKED),
        ([Verdict.NOT_APPLICABLE], ExitCode.NOTHING_CHECKED),
        ([Verdict.NOT_APPLICABLE, Verdict.AGREES], ExitCode.AGREES),
        ([Verdict.UNVERIFIED, Verdict.AGREES], ExitCode.UNVERIFIED),
        ([Verdict.PENDING, Verdict.AGREES], ExitCode.UNVERIFIED),
        ([Verdict.PENDING, Verdict.DISAGREES], ExitCode.DISAGREES),
        ([Verdict.UNVERIFIED, Verdict.DISAGREES], ExitCode.DISAGREES),
    ],
)
def test_the_verdicts_say_the_exit_code(verdicts: list[Verdict], expected: ExitCode) -> None:
    assert exit_code([finding(v) for v in verdicts], ()) is expected
