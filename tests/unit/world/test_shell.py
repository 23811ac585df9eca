"""What a shell script makes, as far as it is written out; and what only looks like a command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.world.shell import Command, commands_in

CREATE = ("az", "k8s-extension", "create")


def found(text: str) -> list[Command]:
    return list(commands_in(text, [CREATE]))


SAID = {
    "plain": "az k8s-extension create --name a --cluster-name c",
    "short names, equals signs": "az k8s-extension create -n=a -c=c",
    "over lines": "az k8s-extension create \\\n  --name a \\\n  --cluster-name c\n",
    "quoted": "az k8s-extension create --name 'a' --cluster-name \"c\"",
    "behind an operator": "set -e; az account show && az k8s-extension create --name a --cluster-name c || exit 1",
    "behind a word": "if ! az k8s-extension create --name a --cluster-name c; then exit 1; fi",
    "behind an assignment": "AZURE_X=1 az k8s-extension create --name a --cluster-name c",
    "in a substitution": "id=$(az k8s-extension create --name a --cluster-name c)",
    "with a comment": "az k8s-extension create --name a --cluster-name c # --cluster-name d",
    "through a variable": 'C="c"\nreadonly NAME=a\naz k8s-extension create --name $NAME --cluster-name "${C}"',
    "into a file": "az k8s-extension create --name a --cluster-name c > out.json",
}


@pytest.mark.parametrize("text", SAID.values(), ids=SAID)
def test_a_command_is_read_with_its_options(text: str) -> None:
    (command,) = found(text)

    assert command.words == CREATE
    assert (command.option("--name", "-n"), command.option("--cluster-name", "-c")) == ("a", "c")
    assert command.option("--resource-group", "-g") == ""


NOT_SAID = {
    "in a comment": "# az k8s-extension create --name a",
    "in a message": 'echo "az k8s-extension create --name a"',
    "in a message without quotes": "echo az k8s-extension create --name a",
    "in a here document": "cat <<EOF\naz k8s-extension create --name a\nEOF\n",
    "in an indented here document": "cat <<-'EOF'\n\taz k8s-extension create --name a\n\tEOF\n",
    "another command": "az k8s-extension list --name a",
    "quotes that do not end": "az k8s-extension create --name 'a",
}


@pytest.mark.parametrize("text", NOT_SAID.values(), ids=NOT_SAID)
def test_what_only_looks_like_a_command_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "value",
    ["$1", '"${NAME}"', "$(name)", "`name`", '"ext-${ENV}"', '"${NAME:-a}"'],
)
def test_what_is_known_only_when_it_runs_is_not_known(value: str) -> None:
    (command,) = found(f"az k8s-extension create --name {value} --cluster-name c")

    assert command.option("--name") is None
    assert command.option("--cluster-name") == "c"


def test_a_variable_that_is_set_twice_is_not_known() -> None:
    (command,) = found("NAME=a\nNAME=b\naz k8s-extension create --name $NAME")

    assert command.option("--name") is None


def test_a_command_knows_the_line_that_it_begins_on() -> None:
    text = "#!/bin/bash\ncat <<EOF\nx\nEOF\n\naz k8s-extension create \\\n -n a\naz k8s-extension create -n b"

    assert [(c.line, c.option("-n")) for c in found(text)] == [(6, "a"), (8, "b")]


@given(st.text(alphabet="az k8s-extension create--n\"'\\\n$(){};|&<>#=EOF", max_size=80))
def test_any_text_is_read_to_its_end(text: str) -> None:
    for command in found(text):
        assert command.words[:3] == CREATE
        assert 1 <= command.line <= text.count("\n") + 1
