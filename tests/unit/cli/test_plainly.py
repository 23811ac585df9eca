"""Command lines that are read without click: what is read is what click reads, and the rest is left to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.cli.command import command
from verifier.cli.plainly import plainly
from verifier.cli.verbs import VERBS, begins, verb_named

TEXTS = st.sampled_from(
    ["", ".", "a", "a b", "terraform", "x=1", "a=b=c", "-", "--", "-1", "7", "1.5", "nan", "65535", "65536", "ä", "-h"]
)
FLAGS = sorted({flag for name in VERBS for parameter in verb_named(name).parameters for flag in parameter.flags})


def as_click_reads(verb: str, arguments: Sequence[str]) -> Mapping[str, object] | None:
    """The values that click gives the verb's parameters; None for what it refuses, or answers itself."""
    try:
        context = command.commands[verb].make_context(verb, list(arguments), resilient_parsing=False)
    except (click.ClickException, click.exceptions.Exit):
        return None
    return context.params


@given(
    st.sampled_from(VERBS),
    st.lists(
        st.one_of(
            TEXTS,
            st.sampled_from(FLAGS),
            st.builds("{}={}".format, st.sampled_from(FLAGS), TEXTS),
            st.builds("{}{}".format, st.sampled_from(FLAGS), TEXTS),
        ),
        max_size=6,
    ),
)
def test_what_is_read_plainly_is_what_click_reads(verb: str, arguments: list[str]) -> None:
    values = plainly(verb_named(verb), arguments)
    if values is not None:
        expected = as_click_reads(verb, arguments)
        assert expected is not None
        assert {name: repr(value) for name, value in values.items()} == {n: repr(v) for n, v in expected.items()}


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("plan", []),
        ("plan", ["terraform", "--no-cache"]),
        ("plan", ["--var-file", "a.tfvars", "terraform", "--var-file=b.tfvars", "--var", "a=b", "--json"]),
        ("plan", ["--var", "a=b", "--var-file", "a.tfvars", "--var=a=c", "terraform", "--var-file=b.tfvars"]),
        ("why", ["var.a", "terraform"]),
        ("gate", ["terraform", "-k", "not slow", "-v", "--json", "report.json"]),
        ("run", ["terraform", "--deadline", "90"]),
        ("simulate", ["world.json", "--port", "8080"]),
    ],
)
def test_what_people_write_is_read_plainly(verb: str, arguments: list[str]) -> None:
    assert plainly(verb_named(verb), arguments) == as_click_reads(verb, arguments) is not None


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("plan", ["--help"]),
        ("plan", ["-h"]),
        ("plan", ["--nonsense"]),
        ("plan", ["a", "b"]),
        ("plan", ["--var"]),
        ("plan", ["--no-cache=1"]),
        ("plan", ["--", "-a"]),
        ("why", []),
        ("gate", ["-kx"]),
        ("gate", ["-k", "a", "-k", "b"]),
        ("run", ["--deadline", "soon"]),
        ("simulate", ["world.json", "--port", "65536"]),
    ],
)
def test_what_is_not_plain_is_left_to_click(verb: str, arguments: list[str]) -> None:
    assert plainly(verb_named(verb), arguments) is None


def test_var_files_and_variables_are_read_in_the_order_given() -> None:
    arguments = ["--var", "a=b", "--var-file", "a.tfvars", "--var", "a=c"]
    values = as_click_reads("plan", arguments)
    assert values is not None
    assert values["inputs"] == ("a=b", Path("a.tfvars"), "a=c")
    assert plainly(verb_named("plan"), arguments) == values


def test_a_verb_of_two_words_goes_before_one_of_one() -> None:
    assert begins(["snapshot", "diff", "a", "b"]) == "snapshot diff"
    assert begins(["snapshot", "terraform"]) == "snapshot"
    assert begins(["--debug", "plan"]) == begins([]) == begins(["terraform"]) == ""


def test_every_verb_stands_under_its_own_name() -> None:
    assert [verb_named(name).name for name in VERBS] == list(VERBS)


def test_an_option_s_text_becomes_what_it_stands_for() -> None:
    values = plainly(verb_named("run"), ["a", "--checks", "b", "--checks", "c", "--deadline", "7"])
    assert values is not None
    assert (values["root"], values["checks"], values["deadline_seconds"]) == (Path("a"), (Path("b"), Path("c")), 7.0)
