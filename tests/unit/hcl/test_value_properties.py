"""What holds for every value, type and expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from verifier.hcl import numbers
from verifier.hcl.convert import convert, convertible, unify
from verifier.hcl.equality import equal
from verifier.hcl.errors import EvaluationError
from verifier.hcl.source import Place
from verifier.hcl.types import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    ListOf,
    MapOf,
    ObjectOf,
    Optional,
    SetOf,
    TupleOf,
    Type,
    without_optional,
)
from verifier.hcl.values import (
    JSON,
    Unknown,
    Value,
    boolean,
    from_json,
    number,
    object_,
    string,
    to_json,
    tuple_,
    unknown,
)

NAMES = st.sampled_from(["a", "b", "c"])
PRIMITIVES = st.sampled_from([STRING, NUMBER, BOOL])
SCALARS = st.one_of(
    st.sampled_from(["", "1", "true", "x", "é"]).map(string),
    st.integers(-3, 3).map(number),
    st.booleans().map(boolean),
    st.just(Value(ANY, None)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple_), st.dictionaries(NAMES, inner, max_size=3).map(object_)
    ),
    max_leaves=8,
)
UNKNOWNS = st.sampled_from([STRING, NUMBER, ANY]).map(lambda of: unknown(of, "known after apply", ("r.x.y",)))
OPEN_VALUES = st.recursive(
    st.one_of(SCALARS, UNKNOWNS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple_), st.dictionaries(NAMES, inner, max_size=3).map(object_)
    ),
    max_leaves=8,
)


def _object_types(inner: st.SearchStrategy[Type]) -> st.SearchStrategy[Type]:
    optional = Optional(None, Place("variables.tf", 1), "optional(…)")
    return st.dictionaries(NAMES, st.tuples(inner, st.booleans()), max_size=3).map(
        lambda members: ObjectOf(
            {name: of for name, (of, _) in members.items()},
            {name: optional for name, (_, may) in members.items() if may},
        )
    )


TYPES: st.SearchStrategy[Type] = st.recursive(
    st.one_of(PRIMITIVES, st.just(ANY)),
    lambda inner: st.one_of(
        inner.map(ListOf),
        inner.map(SetOf),
        inner.map(MapOf),
        st.lists(inner, max_size=3).map(lambda items: TupleOf(tuple(items))),
        _object_types(inner),
    ),
    max_leaves=6,
)


def scalars(value: Value) -> set[str]:
    content = value.content
    if isinstance(content, tuple):
        return set().union(*map(scalars, content))
    if isinstance(content, Mapping):
        return set().union(*map(scalars, content.values()))
    if content is None or isinstance(content, Unknown):
        return set()
    return {"true" if content is True else "false" if content is False else str(content)}


@given(VALUES, TYPES)
def test_converting_what_was_converted_changes_nothing(value: Value, of: Type) -> None:
    try:
        once = convert(value, of)
    except EvaluationError:
        return
    twice = convert(once, of)
    assert twice.type == once.type
    assert to_json(twice) == to_json(once)


@given(VALUES, TYPES)
def test_converting_never_invents_a_value(value: Value, of: Type) -> None:
    try:
        converted = convert(value, of)
    except EvaluationError:
        return
    given_scalars = scalars(value)
    spellings = given_scalars | {"true" if s == "1" else "false" if s == "0" else s for s in given_scalars}
    assert scalars(converted) <= spellings


@given(OPEN_VALUES, TYPES)
def test_what_is_unknown_is_never_known_after_conversion(value: Value, of: Type) -> None:
    try:
        converted = convert(value, of)
    except EvaluationError:
        return
    if isinstance(value.content, Unknown):
        assert not converted.is_wholly_known


@given(VALUES, TYPES)
def test_only_what_is_convertible_is_converted(value: Value, of: Type) -> None:
    try:
        convert(value, of)
    except EvaluationError:
        return
    assert value.is_null or convertible(value.type, of)


@given(st.lists(TYPES.map(without_optional), min_size=1, max_size=4))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_every_type_converts_to_what_they_unify_to(types: list[Type]) -> None:
    shared = unify(types)
    if shared is not None:
        assert all(convertible(of, shared) for of in types)


@given(TYPES.map(without_optional))
def test_a_type_unifies_with_itself(of: Type) -> None:
    assert unify([of, of]) == of


@given(VALUES)
def test_a_value_equals_itself(value: Value) -> None:
    assert equal(value, value) is True


@given(VALUES, VALUES)
def test_equality_has_no_direction(left: Value, right: Value) -> None:
    assert equal(left, right) is equal(right, left)


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text()),
        lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
        max_leaves=10,
    )
)
def test_json_goes_in_and_comes_out(json: JSON) -> None:
    import unicodedata

    def normal(part: object) -> object:
        if isinstance(part, str):
            return unicodedata.normalize("NFC", part)
        if isinstance(part, list):
            return [normal(item) for item in part]
        return {name: normal(item) for name, item in part.items()} if isinstance(part, dict) else part

    assert to_json(from_json(json)) == normal(json)


@given(st.integers(), st.integers(min_value=1))
def test_a_quotient_times_its_divisor_is_the_number_again_for_integers(whole: int, by: int) -> None:
    assert numbers.divide(numbers.multiply(Decimal(whole), Decimal(by)), Decimal(by)) == whole


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_a_number_survives_being_text(amount: Decimal) -> None:
    assert numbers.parse(numbers.text(amount)) == amount


EXPRESSIONS = st.recursive(
    st.sampled_from(
        ["1", '"a"', "null", "true", "[]", "{}", "known", "after", "any", "secret", "missing", '"x${after}"']
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "%", "&&", "||", "==", "!=", "<", ">="]), inner).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} ? {t[1]} : {t[2]})"),
        st.tuples(inner, inner).map(lambda t: f"[{t[0]}, {t[1]}]"),
        st.tuples(inner, inner).map(lambda t: f"{{ a = {t[0]}, (try({t[1]}, 1)) = 2 }}"),
        st.tuples(inner, inner).map(lambda t: f"[for k, v in {t[0]} : {t[1]} if k != v]"),
        st.tuples(inner, inner).map(lambda t: f"{{ for x in {t[0]} : x => {t[1]}... }}"),
        st.tuples(inner, inner).map(lambda t: f"{t[0]}[{t[1]}]"),
        inner.map(lambda t: f"({t})[*].a"),
        inner.map(lambda t: f"({t}).a"),
        inner.map(lambda t: f'"${{{t}}}-%{{ if {t} }}y%{{ endif }}"'),
        st.tuples(
            st.sampled_from(
                [
                    "length",
                    "keys",
                    "values",
                    "merge",
                    "concat",
                    "flatten",
                    "distinct",
                    "tolist",
                    "toset",
                    "tomap",
                    "tostring",
                    "jsonencode",
                    "yamlencode",
                    "coalesce",
                    "one",
                    "alltrue",
                    "sum",
                    "sort",
                    "reverse",
                    "format",
                    "join",
                    "lookup",
                    "element",
                    "slice",
                    "range",
                    "max",
                    "upper",
                    "can",
                    "try",
                    "issensitive",
                    "sensitive",
                    "setunion",
                    "setproduct",
                    "zipmap",
                    "regex",
                    "replace",
                    "split",
                    "base64decode",
                    "cidrhost",
                ]
            ),
            st.lists(inner, max_size=3),
        ).map(lambda t: f"{t[0]}({', '.join(t[1])})"),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS)
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_expression_has_a_value_or_an_evaluation_error(worth: Callable[..., Value], expression: str) -> None:
    names = {
        "known": object_({"a": string("x"), "b": number(1)}),
        "after": unknown(STRING, "known after apply", ("r.x.y",)),
        "any": unknown(ANY, "known after apply", ("r.x.z",)),
        "secret": string("hidden", sensitive=True),
    }
    try:
        worth(expression, **names)
    except EvaluationError as error:
        found = error
    else:
        return
    assert found.place is not None
    assert "hidden" not in str(found)


@pytest.mark.parametrize(
    "expression", ["(" * 3000 + "1" + ")" * 3000, "!" * 3000 + "true", "[" * 2000 + "]" * 2000, "1" + " + 1" * 5000]
)
def test_deep_nesting_is_a_value_or_an_error_and_never_a_crash(
    scope_of: Callable[..., object], expression: str
) -> None:
    from verifier.hcl.evaluate import evaluate
    from verifier.hcl.syntax import parse_expression

    node, _ = parse_expression(expression, "main.tf")
    try:
        evaluate(node, scope_of({}))  # type: ignore[arg-type]
    except EvaluationError as error:
        found = error.summary
    else:
        found = "deep"
    assert "deep" in found


@pytest.mark.parametrize(
    "expression",
    [
        '"${1e99999}"',
        "1e-99999 + 1",
        'tonumber("1e999999999")',
        "[for a in range(1024) : [for b in range(1024) : [for c in range(1024) : 1]]]",
        '"%{ for a in range(1024) }%{ for b in range(1024) }x%{ endfor }%{ endfor }"',
        " * ".join(["1e9999"] * 100),
        'jsondecode("1e999999999")',
    ],
)
def test_what_takes_too_much_to_evaluate_is_unknown(worth: Callable[..., Value], expression: str) -> None:
    assert not worth(expression).is_wholly_known


@pytest.mark.parametrize(
    "expression", ["1e9000", "tostring(1e9000)", 'format("%d", 1e9000)', "1e9000 / 3", "-1e9000 + 1"]
)
def test_numbers_of_thousands_of_digits_are_computed(worth: Callable[..., Value], expression: str) -> None:
    assert worth(expression).is_known


def test_a_number_that_is_not_modelled_is_unknown_after_conversion() -> None:
    assert not convert(string("1e999999999"), NUMBER).is_known
