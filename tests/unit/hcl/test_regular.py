"""The two engines of regular expressions say the same, and neither takes long."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.hcl.errors import EvaluationError
from verifier.hcl.regular.backtracking import compile_quick, is_quick
from verifier.hcl.regular.parser import parse
from verifier.hcl.regular.pattern import compiled
from verifier.hcl.regular.stepping import compile_program, search

ATOMS = st.sampled_from(
    ["a", "b", "[ab]", "[^a]", ".", "\\d", "\\w", "^", "$", "\\b", "\\B", "-", "(?i)a", "é", "\\x41"]
)
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("|".join),
        inner.map(lambda text: f"({text})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "*?", "+?", "??"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=6,
)
SUBJECTS = st.text(alphabet="aAbB1-é\n ", max_size=12)


@given(PATTERNS, SUBJECTS)
@settings(max_examples=400, deadline=None)
def test_stepping_and_backtracking_find_the_same_match(pattern: str, subject: str) -> None:
    node = parse(pattern)
    names = compiled(pattern).names
    if not is_quick(node):
        return
    quick = compile_quick(node).search(subject)
    slots = search(compile_program(node, len(names)), subject, 0)
    if quick is None:
        assert slots is None
    else:
        assert slots is not None
        assert slots[:2] == quick.span()
        assert list(zip(slots[2::2], slots[3::2], strict=True)) == [quick.span(g + 1) for g in range(len(names))]


@given(st.text(alphabet="ab()[]{}|*+?^$\\.-dwpP<>:=!0123,zi ", max_size=14), SUBJECTS)
@settings(max_examples=500, deadline=None)
def test_any_text_is_a_pattern_or_an_error(pattern: str, subject: str) -> None:
    try:
        found = list(compiled(pattern).matches(subject))
    except EvaluationError:
        return
    assert all(subject[match.start : match.end] == match.text for match in found)


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*$", "(a*)*b", "(.*)(.*)(.*)(.*)x", "(a?){50}a{50}", "^(([a-z])+.)+[A-Z]$"]
)
def test_a_pattern_that_explodes_elsewhere_is_linear_here(pattern: str) -> None:
    compiled(pattern).search("a" * 2_000 + "!")


@pytest.mark.parametrize("pattern", ["(((a{100}){100}){100})", "(" * 1000 + ")" * 1000, "a" * 200_000])
def test_a_pattern_that_is_too_large_is_an_error(pattern: str) -> None:
    with pytest.raises(EvaluationError):
        compiled(pattern).search("a")
