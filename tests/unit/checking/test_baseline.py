from __future__ import annotations

from pathlib import Path

import pytest

from verifier.checking.baseline import baseline_text, read_baseline
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Acceptance, Finding, Severity, Verdict
from verifier.checking.result import RunResult
from verifier.errors import ConfigurationError


def finding(subject: str, verdict: Verdict, waiver: Acceptance | None = None) -> Finding:
    return Finding(
        check="STO01",
        subject=subject,
        verdict=verdict,
        severity=Severity.HIGH,
        sentence="It holds.",
        what=f"{subject} does not",
        waiver=waiver,
    )


def test_a_baseline_holds_what_disagrees_and_what_one_before_knew(tmp_path: Path) -> None:
    findings = (
        finding("new", Verdict.DISAGREES),
        finding("known", Verdict.WAIVED, Acceptance(reason="in the baseline", place="b.json")),
        finding("waived", Verdict.WAIVED, Acceptance(reason="r", place="verifier.toml:1", until="2999-01-01")),
        finding("unverified", Verdict.UNVERIFIED),
        finding("fine", Verdict.AGREES),
    )
    file = tmp_path / "b.json"
    file.write_text(
        baseline_text(RunResult(root="r", live="", findings=findings, causes=(), exit_code=ExitCode.DISAGREES)),
        encoding="utf-8",
    )

    assert read_baseline(file) == {"STO01[new]": "new does not", "STO01[known]": "known does not"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "not a baseline of verify-infra"),
        ('{"schema": "verify-infra/report/1", "findings": []}', "not a baseline of verify-infra"),
        ('{"schema": "verify-infra/baseline/1"}', "a finding has no id"),
        ('{"schema": "verify-infra/baseline/1", "findings": [{}]}', "a finding has no id"),
        ('{"schema": "verify-infra/baseline/1", "findings": [{"id": "STO01[st]"}]}', "a finding has no id"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigurationError, match=said):
        read_baseline(file)


def test_a_baseline_that_is_not_there_says_how_it_is_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read_baseline(tmp_path / "b.json")

    assert raised.value.next_step == f"--write-baseline {tmp_path.as_posix()}/b.json"
