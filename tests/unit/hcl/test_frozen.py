"""Slotted classes behave as the dataclasses that they stand for."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.hcl.frozen import field, field_names, frozen, replace, slotted


@frozen()
class Point:
    """Positional, with defaults of both sorts, and a field that nobody looks at."""

    x: int
    y: int = 2
    tags: dict[str, int] = field(default_factory=dict)
    note: str = field(default="", repr=False, compare=False)


@dataclasses.dataclass(slots=True, unsafe_hash=True)
class Model:
    """The same, made by the dataclasses module."""

    x: int
    y: int = 2
    tags: dict[str, int] = dataclasses.field(default_factory=dict)
    note: str = dataclasses.field(default="", repr=False, compare=False)


@frozen(kw_only=True)
class Named:
    a: int = 1
    b: str


@slotted(eq=False)
class Counter:
    count: int = 0


@frozen()
class Nothing:
    """Without fields."""


values = st.tuples(
    st.integers(-2, 2),
    st.integers(-2, 2),
    st.dictionaries(st.text(max_size=2), st.integers(0, 1), max_size=2),
    st.text(),
)


@given(values, values)
def test_equality_and_repr_are_those_of_a_dataclass(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    assert (Point(*one) == Point(*other)) == (Model(*one) == Model(*other))
    assert repr(Point(*one)) == repr(Model(*one)).replace("Model", "Point")


@given(values)
def test_everything_that_reads_dataclasses_reads_these(given: tuple[Any, ...]) -> None:
    assert dataclasses.is_dataclass(Point)
    assert dataclasses.asdict(Point(*given)) == dataclasses.asdict(Model(*given))
    assert dataclasses.replace(Point(*given), x=7) == replace(Point(*given), x=7) == Point(7, *given[1:])


@pytest.mark.parametrize(
    "about", [lambda f: (f.name, f.repr, f.compare), lambda f: f.default, lambda f: f.default_factory]
)
def test_the_dataclasses_module_is_told_the_same_of_each_field(
    about: Callable[[dataclasses.Field[Any]], object],
) -> None:
    assert list(map(about, dataclasses.fields(Point))) == list(map(about, dataclasses.fields(Model)))


def test_equals_have_one_hash() -> None:
    assert {Nothing(): 1}[Nothing()] == 1
    assert hash(Named(b="x")) == hash(Named(a=1, b="x"))


def test_another_class_with_the_same_fields_is_not_equal() -> None:
    assert Point(1) != Model(1)


def test_without_eq_a_thing_is_equal_to_itself_alone() -> None:
    one = Counter()
    assert one == one
    assert one != Counter()
    assert len({one, Counter()}) == 2


def test_a_comparable_class_that_can_be_set_has_no_hash() -> None:
    @slotted()
    class Comparable:
        x: int

    assert Comparable(1) == Comparable(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Comparable(1))


def test_a_class_keeps_the_methods_that_it_writes_itself() -> None:
    @frozen()
    class Own:
        x: int

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 3

        def __repr__(self) -> str:
            return "own"

    assert Own(1) == 5
    assert hash(Own(1)) == 3
    assert repr(Own(1)) == "own"


def test_each_object_has_a_default_of_its_own() -> None:
    assert Point(1).tags is not Point(1).tags


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Point(), "x"),
        (lambda: Point(1, z=3), "z"),
        (lambda: Named(1, "x"), "positional"),
        (lambda: replace(Point(1), z=3), "z"),
    ],
)
def test_what_does_not_fit_the_fields_is_refused(make: Callable[[], object], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        make()


def test_no_other_attribute_can_be_set() -> None:
    with pytest.raises(AttributeError):
        Counter().other = 1  # type: ignore[attr-defined]


def test_a_pattern_takes_the_fields_by_position() -> None:
    match Point(1, 5):
        case Point(x, y):
            assert (x, y) == (1, 5)
    assert Named.__match_args__ == ()


def test_the_names_of_the_fields_are_known_of_these_classes_alone() -> None:
    assert field_names(Point) == field_names(Point(1)) == ("x", "y", "tags", "note")
    assert field_names("text") == ()


def test_what_contains_itself_has_a_repr() -> None:
    holder = Point(1)
    holder.tags["self"] = holder  # type: ignore[assignment]
    assert repr(holder) == "Point(x=1, y=2, tags={'self': ...})"


def test_a_field_of_the_dataclasses_module_is_understood() -> None:
    @frozen()
    class Mixed:
        a: dict[str, int] = dataclasses.field(default_factory=dict)
        b: int = dataclasses.field(default=3, repr=False)

    assert repr(Mixed()).endswith("Mixed(a={})")
    assert Mixed().b == 3


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda of: pickle.loads(pickle.dumps(of))])  # noqa: S301
def test_a_copy_is_equal(again: Callable[[Point], Point]) -> None:
    assert again(Point(1, tags={"a": 1})) == Point(1, tags={"a": 1})
