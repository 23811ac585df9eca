from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from verifier.checking.causes import causes_of
from verifier.checking.finding import Finding, Severity, Verdict


def finding(
    check: str,
    *concerns: str,
    after: tuple[str, ...] = (),
    severity: Severity = Severity.HIGH,
    link: int = 50,
    verdict: Verdict = Verdict.DISAGREES,
) -> Finding:
    return Finding(
        check=check,
        subject="+".join(concerns) or "it",
        verdict=verdict,
        severity=severity,
        sentence="It holds.",
        after=after,
        concerns=frozenset(concerns),
        link=link,
    )


def told(*findings: Finding) -> list[tuple[str, list[str]]]:
    return [(c.finding.id, [f.id for f in c.explains]) for c in causes_of(findings)]


def test_a_symptom_is_folded_under_its_cause() -> None:
    cause, symptom = finding("AAA01", "flag"), finding("BBB01", "flag", after=("AAA01",))

    assert told(symptom, cause) == [("AAA01[flag]", ["BBB01[flag]"])]


def test_independent_findings_are_never_run_together() -> None:
    one, other = finding("AAA01", "account"), finding("BBB01", "path", after=("AAA01",))

    assert told(one, other) == [("AAA01[account]", []), ("BBB01[path]", [])]


def test_explaining_goes_through_what_is_explained() -> None:
    first = finding("AAA01", "x")
    second = finding("BBB01", "x", "y", after=("AAA01",))
    third = finding("CCC01", "y", after=("BBB01",), link=60)

    assert told(third, second, first) == [("AAA01[x]", ["BBB01[x+y]", "CCC01[y]"])]


def test_a_cause_weighs_as_much_as_the_worst_it_explains() -> None:
    mild = finding("AAA01", "x", severity=Severity.LOW)
    grave = finding("BBB01", "x", after=("AAA01",), severity=Severity.CRITICAL)
    middling = finding("CCC01", "z", severity=Severity.HIGH)

    assert [c.finding.check for c in causes_of([middling, grave, mild])] == ["AAA01", "CCC01"]


def test_of_equals_the_earlier_link_of_the_chain_comes_first() -> None:
    late, early = finding("AAA01", "x", link=13), finding("BBB01", "y", link=5)

    assert [c.finding.check for c in causes_of([late, early])] == ["BBB01", "AAA01"]


def test_what_agrees_or_is_inert_is_neither_cause_nor_symptom() -> None:
    assert told(finding("AAA01", "x", verdict=Verdict.AGREES), finding("BBB01", "x", verdict=Verdict.INERT)) == []


def test_a_symptom_of_two_causes_is_told_once() -> None:
    one, other = finding("AAA01", "x", link=1), finding("BBB01", "x", link=2)
    both = finding("CCC01", "x", after=("AAA01", "BBB01"), link=3)

    assert told(one, other, both) == [("AAA01[x]", ["CCC01[x]"]), ("BBB01[x]", [])]


findings_of_acyclic_checks = st.lists(
    st.builds(
        lambda number, concerns, after: finding(
            f"CHK{number:02}", *sorted(concerns), after=tuple(f"CHK{a:02}" for a in after if a < number)
        ),
        st.integers(0, 9),
        st.sets(st.sampled_from("abc"), min_size=1),
        st.sets(st.integers(0, 9)),
    ),
    unique_by=lambda f: f.id,
)


@given(findings_of_acyclic_checks)
def test_every_disagreement_is_told_exactly_once(findings: list[Finding]) -> None:
    causes = causes_of(findings)

    assert sorted(f.id for c in causes for f in (c.finding, *c.explains)) == sorted(f.id for f in findings)


def test_what_is_waived_is_still_the_cause_of_what_is_not() -> None:
    cause = finding("AAA01", "flag", verdict=Verdict.WAIVED)
    symptom = finding("BBB01", "flag", after=("AAA01",))

    assert told(cause, symptom) == [("AAA01[flag]", ["BBB01[flag]"])]


def test_where_all_is_waived_there_is_nothing_to_start_with() -> None:
    cause = finding("AAA01", "flag", verdict=Verdict.WAIVED)
    symptom = finding("BBB01", "flag", after=("AAA01",), verdict=Verdict.WAIVED)

    assert told(cause, symptom) == []
