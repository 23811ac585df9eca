from __future__ import annotations

import ast
from pathlib import Path

import pytest
from _pytest.assertion.rewrite import rewrite_asserts

from verifier.checking.finding import Fix, Verdict
from verifier.checking.judging import is_verdict, judge
from verifier.checking.marker import read_marker
from verifier.checking.selection import Root
from verifier.checking.verdicts import (
    Disagreement,
    Inertness,
    Pendency,
    Told,
    agree,
    disagree,
    intent_of,
    listening,
    note,
)
from verifier.checking.wire import from_wire, to_wire
from verifier.hcl.origin import Origin, Step
from verifier.hcl.source import Place
from verifier.hcl.values import Unknown
from verifier.kinds.fact import Fact, NotKnown

CHECK = read_marker({"id": "STO01", "severity": "high", "asks": "agreement", "why": "Because."}, "It holds.")


def fact(content: object, **more: object) -> Fact[object]:
    return Fact(name="field", content=content, **more)  # type: ignore[arg-type] - the tests' own freedom


@pytest.mark.parametrize(
    ("raised", "verdict"),
    [
        (None, Verdict.AGREES),
        (Disagreement("no", None), Verdict.DISAGREES),
        (AssertionError("assert 1 == 2"), Verdict.DISAGREES),
        (NotKnown("denied", missing=("x/read",)), Verdict.UNVERIFIED),
        (Inertness("unused"), Verdict.INERT),
        (Pendency("granted 2 minutes ago"), Verdict.PENDING),
        (KeyError("oops"), Verdict.UNVERIFIED),
        (pytest.skip.Exception("made elsewhere"), Verdict.NOT_APPLICABLE),
    ],
)
def test_how_a_check_ends_is_its_verdict(raised: BaseException | None, verdict: Verdict) -> None:
    assert judge(CHECK, Root(), Told(), raised).verdict is verdict


def test_a_check_that_breaks_agrees_with_nothing_and_is_known_as_broken() -> None:
    finding = judge(CHECK, Root(), Told(), KeyError("oops"))

    assert finding.what == "the check broke: KeyError: 'oops'"
    assert not is_verdict(KeyError("oops"))


def failing(source: str, tmp_path: Path, **names: object) -> AssertionError:
    """What an assert statement raises once pytest has rewritten it."""
    file = tmp_path / "check_of_ours.py"
    file.write_text(source, encoding="utf-8")
    tree = ast.parse(source)
    rewrite_asserts(tree, source.encode(), str(file))
    with pytest.raises(AssertionError) as raised:
        exec(compile(tree, str(file), "exec"), dict(names))  # noqa: S102 - as pytest itself runs a rewritten file
    return raised.value


def test_an_assertion_is_told_by_its_message_alone(tmp_path: Path) -> None:
    raised = failing("assert found == 'x', 'it is not x'\n", tmp_path, found="hunter2")

    assert "hunter2" in str(raised)
    assert judge(CHECK, Root(), Told(), raised).what == "it is not x"


def test_an_assertion_with_an_empty_message_shows_no_value_either(tmp_path: Path) -> None:
    raised = failing("assert found == 'x', ''\n", tmp_path, found="hunter2")

    assert "hunter2" not in judge(CHECK, Root(), Told(), raised).what


def test_an_assertion_without_a_message_is_told_by_its_source_and_its_place(tmp_path: Path) -> None:
    raised = failing("\nassert found == 'x'\n", tmp_path, found="hunter2")

    what = judge(CHECK, Root(), Told(), raised).what
    assert what.startswith("the assertion does not hold: found == 'x' (")
    assert what.endswith("check_of_ours.py:2)")
    assert "hunter2" not in what


@pytest.mark.parametrize(("sensitive", "shown"), [(True, False), (False, True)])
def test_the_origin_of_a_sensitive_fact_quotes_no_value(sensitive: bool, shown: bool) -> None:
    origin = Origin(Step.VARIABLE_DEFAULT, 'default = "hunter2"', Place("main.tf", 4))

    intent = intent_of(fact("hunter2", origin=origin, sensitive=sensitive))

    assert ("hunter2" in repr(intent)) is shown
    assert [hop.place for hop in intent.origin] == ["main.tf:4"]


def test_a_fact_is_neither_true_nor_false_nor_equal_to_a_value() -> None:
    off = fact(False)

    with pytest.raises(TypeError, match=r"field is a fact, not its value: ask \.value"):
        bool(off)
    with pytest.raises(TypeError, match=r"compare \.value with bool"):
        _ = off == False  # noqa: E712 - what is refused
    with pytest.raises(TypeError, match=r"compare \.value with str"):
        _ = off != "x"


def test_facts_still_compare_with_facts_and_are_hashed() -> None:
    assert fact("a") == fact("a")
    assert fact("a") != fact("b")
    assert fact("a") != None  # noqa: E711 - a field that may be missing is compared so
    assert len({fact("a"), fact("a"), fact("b")}) == 2


def test_a_sensitive_fact_shows_its_value_in_no_message() -> None:
    assert "hunter2" not in f"{fact('hunter2', sensitive=True)!r}"
    assert "plain" in f"{fact('plain')!r}"


def test_an_unknown_fact_is_never_equal_to_anything() -> None:
    with listening(), pytest.raises(NotKnown, match="waits for it"):
        agree(fact(Unknown("waits for it")), fact(Unknown("waits for it")))


def test_facts_that_differ_disagree_and_say_how() -> None:
    with listening() as told, pytest.raises(Disagreement, match="field is true, not false"):
        agree(fact(False), fact(True))

    assert told.intent is not None
    assert told.reality is not None
    assert (told.intent.text, told.reality.text) == ("field = false", "field = true")


def test_a_default_that_nobody_chose_names_who_left_it_out() -> None:
    left_out = Origin(Step.MODULE_ARGUMENT, "azureml_config", Place("main.tf", 47))
    origin = Origin(Step.OPTIONAL_DEFAULT, "optional(bool, false)", Place("modules/sil/variables.tf", 96), (left_out,))

    with listening() as told, pytest.raises(Disagreement):
        agree(fact(False, origin=origin), fact(True))

    assert told.intent is not None
    assert told.intent.chosen is False
    assert [hop.place for hop in told.intent.origin] == ["modules/sil/variables.tf:96", "main.tf:47"]


def test_words_outside_a_check_are_an_error_of_the_caller() -> None:
    with pytest.raises(RuntimeError, match="within a running check"):
        note("nobody listens")


def test_a_finding_survives_the_way_between_processes() -> None:
    heard = Told(notes=["look"], concerns={"x"})
    with listening(), pytest.raises(Disagreement) as raised:
        disagree("no", fix=Fix(action="mend it", place="main.tf:1"))

    finding = judge(CHECK, Root(), heard, raised.value)

    assert from_wire(to_wire(finding)) == finding


def test_what_is_pending_says_when_to_ask_again() -> None:
    finding = judge(CHECK, Root(), Told(), Pendency("granted 2 minutes ago", Fix(action="verify again at noon")))

    assert (finding.what, finding.fix) == ("granted 2 minutes ago", Fix(action="verify again at noon"))
    assert from_wire(to_wire(finding)) == finding
    assert is_verdict(Pendency("granted 2 minutes ago"))
