"""What is made of a verdict: nothing here makes anything agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Acceptance, Finding, Severity, Verdict
from verifier.checking.policy import Policy, today_of
from verifier.checking.result import BrokenCheck
from verifier.checking.summing_up import exit_code
from verifier.checking.wire import from_wire, to_wire
from verifier.waiver import Waiver

TODAY = date(2026, 6, 15)
KNOWN = {"STO01[storage account st1]": "it does not"}


def finding(verdict: Verdict = Verdict.DISAGREES, **changes: Any) -> Finding:
    made = Finding(
        check="STO01",
        subject="storage account st1",
        verdict=verdict,
        severity=Severity.HIGH,
        sentence="It holds.",
        what="it does not",
    )
    return replace(made, **changes)


def waiver(**changes: Any) -> Waiver:
    made = Waiver(check="STO01", subject="storage account st1", until=TODAY, reason="because", place="verifier.toml:1")
    return replace(made, **changes)


def settled(verdict: Verdict, *waivers: Waiver, own: tuple[str, ...] = (), **policy: Any) -> Finding:
    return Policy(today=TODAY, waivers=waivers, **policy).settle(finding(verdict), own)


def test_a_waived_finding_is_as_it_was_but_for_its_verdict() -> None:
    accepted = Acceptance(reason="because", until="2026-06-15", place="verifier.toml:1")

    assert settled(Verdict.DISAGREES, waiver()) == finding(Verdict.WAIVED, waiver=accepted)


def test_a_waiver_holds_through_its_last_day_and_has_then_ended() -> None:
    later = Policy(today=date(2026, 6, 16), waivers=(waiver(),)).settle(finding(), ())

    assert settled(Verdict.DISAGREES, waiver()).verdict is Verdict.WAIVED
    assert later.verdict is Verdict.DISAGREES
    assert later.waiver is not None
    assert later.waiver.ended


@pytest.mark.parametrize(
    "other",
    [
        {"check": "STO02"},
        {"subject": "storage account st2"},
        {"subject": "account st1"},
        {"subject": "", "block": "module.a.azurerm_storage_account.other"},
    ],
)
def test_another_s_waiver_changes_nothing(other: dict[str, str]) -> None:
    own = ("module.a.azurerm_storage_account.this[0]",)

    assert settled(Verdict.DISAGREES, waiver(**other), own=own) == finding()


@pytest.mark.parametrize(
    "of",
    [
        {"subject": "storage account *"},
        {"subject": "module.a.azurerm_storage_account.this[0]"},
        {"subject": "module.a.azurerm_storage_account.this[*]"},
        {"subject": "", "block": "module.a.azurerm_storage_account.this"},
        {"subject": "", "block": "module.a"},
    ],
)
def test_a_waiver_is_of_a_subject_by_name_by_address_by_block_or_by_module(of: dict[str, str]) -> None:
    own = ("module.a.azurerm_storage_account.this[0]",)

    assert settled(Verdict.DISAGREES, waiver(**of), own=own).verdict is Verdict.WAIVED


def test_a_comment_beside_a_module_call_is_of_that_module_only() -> None:
    beside = waiver(subject="", block="module.a")

    assert settled(Verdict.DISAGREES, beside, own=("module.ab.azurerm_x.y",)).verdict is Verdict.DISAGREES
    assert settled(Verdict.DISAGREES, beside, own=("module.a[0].module.b.azurerm_x.y",)).verdict is Verdict.WAIVED


@pytest.mark.parametrize("verdict", [v for v in Verdict if v is not Verdict.DISAGREES])
def test_only_a_disagreement_is_waived_by_a_plain_waiver(verdict: Verdict) -> None:
    assert settled(verdict, waiver()) == finding(verdict)


def test_what_is_unverified_is_waived_only_where_the_waiver_says_so() -> None:
    assert settled(Verdict.UNVERIFIED, waiver(unverified=True)).verdict is Verdict.WAIVED


def test_of_several_waivers_the_one_that_lasts_longest_counts() -> None:
    ended = waiver(until=date(2020, 1, 1), reason="old", place="verifier.toml:9")

    for order in ((ended, waiver()), (waiver(), ended)):
        assert settled(Verdict.DISAGREES, *order).verdict is Verdict.WAIVED


def test_what_the_baseline_knows_is_accepted_without_an_end() -> None:
    known = settled(Verdict.DISAGREES, known=KNOWN, baseline="known.json")

    assert known.verdict is Verdict.WAIVED
    assert known.waiver == Acceptance(reason="in the baseline", place="known.json")


def test_something_else_that_is_wrong_with_the_same_thing_is_not_in_the_baseline() -> None:
    known = {"STO01[storage account st1]": "another thing was wrong"}
    new = settled(Verdict.DISAGREES, known=known, baseline="known.json")

    assert new.verdict is Verdict.DISAGREES
    assert new.notes == ("known.json knows something else of it: another thing was wrong",)


def test_what_is_unverified_is_never_in_a_baseline() -> None:
    assert settled(Verdict.UNVERIFIED, known=KNOWN).verdict is Verdict.UNVERIFIED


def test_a_severity_is_set_and_said_and_leaves_the_verdict() -> None:
    made = settled(Verdict.UNVERIFIED, severities={"STO01": Severity.INFO})

    assert (made.severity, made.verdict) == (Severity.INFO, Verdict.UNVERIFIED)
    assert made.notes == ("high by itself; this configuration says info",)


@given(
    st.sampled_from(Verdict),
    st.booleans(),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.sampled_from([*Severity]),
    st.booleans(),
)
def test_no_policy_makes_anything_agree(
    verdict: Verdict, unverified: bool, until: date, severity: Severity, is_known: bool
) -> None:
    known = KNOWN if is_known else {}
    policy = Policy(
        today=TODAY,
        waivers=(waiver(until=until, unverified=unverified),),
        severities={"STO01": severity},
        known=known,
    )

    after = policy.settle(finding(verdict), ()).verdict

    assert (after is Verdict.AGREES) == (verdict is Verdict.AGREES)
    assert after in (verdict, Verdict.WAIVED)


@pytest.mark.parametrize(
    ("findings", "fail_on", "expected"),
    [
        ([finding()], Severity.HIGH, ExitCode.DISAGREES),
        ([finding()], Severity.CRITICAL, ExitCode.AGREES),
        ([finding(), finding(Verdict.UNVERIFIED)], Severity.CRITICAL, ExitCode.UNVERIFIED),
        ([finding(Verdict.PENDING)], Severity.CRITICAL, ExitCode.UNVERIFIED),
        ([finding(Verdict.WAIVED)], Severity.INFO, ExitCode.AGREES),
        ([finding(Verdict.WAIVED), finding(Verdict.UNVERIFIED)], Severity.INFO, ExitCode.UNVERIFIED),
    ],
)
def test_what_is_less_severe_than_asked_does_not_fail_but_what_is_unverified_does(
    findings: list[Finding], fail_on: Severity, expected: ExitCode
) -> None:
    assert exit_code(findings, (), policy=Policy(today=TODAY, fail_on=fail_on)) is expected


def test_a_check_that_broke_verified_nothing() -> None:
    broken = [BrokenCheck(check="OWN01", place="test_own.py:1", message="KeyError")]

    assert exit_code([finding(Verdict.AGREES)], (), broken=broken) is ExitCode.INTERNAL_ERROR


def notes(policy: Policy, *findings: Finding, asked: tuple[str, ...] = ("STO01",)) -> list[tuple[str, str]]:
    return [(n.place, n.said) for n in policy.notes(findings, asked, ("STO01", "STO02"))]


def test_a_waiver_of_nothing_that_disagrees_is_named() -> None:
    policy = Policy(today=TODAY, waivers=(waiver(),))

    assert notes(policy, finding(Verdict.AGREES)) == [
        ("verifier.toml:1", "it is of nothing that disagrees: storage account st1")
    ]
    assert notes(policy, policy.settle(finding(), ())) == []


def test_of_a_check_that_was_not_asked_nothing_is_said() -> None:
    assert notes(Policy(today=TODAY, waivers=(waiver(),)), asked=()) == []


def test_a_waiver_and_a_severity_of_no_check_are_named() -> None:
    policy = Policy(today=TODAY, waivers=(waiver(check="ZZZ01"),), severities={"ZZZ02": Severity.LOW})

    assert notes(policy) == [
        ("severity", "there is no such check to have a severity"),
        ("verifier.toml:1", "there is no such check"),
    ]


def test_what_the_baseline_knows_and_is_mended_is_named() -> None:
    policy = Policy(today=TODAY, known={"STO01[gone]": "it does not"}, baseline="known.json")

    assert notes(policy) == [("known.json", "STO01[gone] no longer disagrees: leave it out")]


def test_linting_finds_what_has_ended_and_what_is_said_twice() -> None:
    old = waiver(until=date(2020, 1, 1), place="verifier.toml:9")
    said = [(n.place, n.said) for n in Policy(today=TODAY, waivers=(waiver(), old)).lint(("STO01",))]

    assert said == [
        ("verifier.toml:9", "it ended with 2020-01-01: what it is of disagrees again"),
        ("verifier.toml:9", "verifier.toml:1 waives the same"),
    ]


def test_a_day_is_that_of_the_run_in_utc() -> None:
    assert today_of(datetime.fromisoformat("2026-06-15T23:30:00-02:00")) == date(2026, 6, 16)
    assert today_of(None) == datetime.now(UTC).date()


def test_a_waived_finding_survives_the_way_between_processes() -> None:
    waived = settled(Verdict.DISAGREES, waiver())

    assert from_wire(to_wire(waived)) == waived
