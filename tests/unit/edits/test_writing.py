"""One edit in one text: what it does, what it leaves alone, and what it refuses."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from verifier.edits.amending import Amending
from verifier.edits.diff import diff_of
from verifier.edits.edit import Add, CannotEdit, Edit, Say, edit_from
from verifier.hcl.syntax import parse_file

TERRAFORM = shutil.which("terraform")


def amended(folder: Path, text: str, *edits: Edit, file: str = "main.tf") -> str:
    (folder / file).write_bytes(text.encode())
    amending = Amending(folder)
    for edit in edits:
        amending.make([edit])
    return amending.after[file]


def say(
    path: str,
    value: str = "",
    *,
    line: int = 1,
    column: int = 1,
    like: str = "",
    instead: str = "",
    file: str = "main.tf",
) -> Say:
    steps = tuple(path.split(".")) if path else ()
    return Say(file=file, line=line, column=column, path=steps, value=value, like=like, instead=instead)


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        pytest.param(
            'module "m" {\n  source = "./m"\n\n  a = 1\n}\n',
            say("longer", "true"),
            'module "m" {\n  source = "./m"\n\n  a      = 1\n  longer = true\n}\n',
            id="an argument is put behind the last and aligned with its neighbours",
        ),
        pytest.param(
            'module "m" {\n  source = "./m"\n  c = {\n    on = var.on\n\n    x = {}\n  }\n}\n',
            say("off", like="on", line=3, column=3),
            'module "m" {\n  source = "./m"\n  c = {\n    on  = var.on\n    off = var.on\n\n    x = {}\n  }\n}\n',
            id="a value is copied from the name beside it, and stands with it",
        ),
        pytest.param(
            'module "m" {\n  c = {\n    x = {\n      a = 1\n    }\n  }\n}\n',
            say("x.y.z", '"v"', line=2, column=3),
            'module "m" {\n  c = {\n    x = {\n      a = 1\n      y = { z = "v" }\n    }\n  }\n}\n',
            id="a path goes into objects that are there and makes those that are not",
        ),
        pytest.param(
            "x = { a = 1 }\n", say("b", "2"), "x = { a = 1, b = 2 }\n", id="an object on a line stays on its line"
        ),
        pytest.param("x = {}\n", say("b", "2"), "x = { b = 2 }\n", id="an empty object gets its first"),
        pytest.param("x = {\n}\n", say("b", "2"), "x = {\n  b = 2\n}\n", id="an empty object of two lines stays so"),
        pytest.param('x = "a" # why\n', say("", '"b"'), 'x = "b" # why\n', id="a plain value is written over"),
        pytest.param(
            'x = f("a")\n', say("", '"b"', column=7), 'x = f("b")\n', id="a plain value within an expression, too"
        ),
        pytest.param("x = {\n  a = null\n}\n", say("a", "1"), "x = {\n  a = 1\n}\n", id="null is a plain value"),
        pytest.param("x = { a = 1 }\n", say("a", "1"), "x = { a = 1 }\n", id="what is said already stays"),
        pytest.param(
            'x = ["a", 1] # why\n', say("", '["b"]', column=5), 'x = ["b"] # why\n', id="a list of plain values"
        ),
        pytest.param("x = { a = [] }\n", say("a", "[1]"), "x = { a = [1] }\n", id="an empty list is one, too"),
        pytest.param(
            "x = {\n  a   = y.client_id\n  bcd = 1\n}\n",
            say("a", "y.principal_id", instead="y.client_id"),
            "x = {\n  a   = y.principal_id\n  bcd = 1\n}\n",
            id="the very words that it may stand in place of",
        ),
        pytest.param(
            "m = {\r\n  a = 1\r\n}\r\n", say("bb", "2"), "m = {\r\n  a  = 1\r\n  bb = 2\r\n}\r\n", id="CRLF is kept"
        ),
        pytest.param("m = {\n\ta = 1\n}", say("b", "2"), "m = {\n\ta = 1\n\tb = 2\n}", id="tabs, and no last newline"),
        pytest.param("\ufeffx = {}\n", say("b", "2"), "\ufeffx = { b = 2 }\n", id="a byte order mark is kept"),
        pytest.param(
            "x = {\n  a=1\n  bbb   =   2\n}\n",
            say("cc", "3"),
            "x = {\n  a=1\n  bbb   =   2\n  cc = 3\n}\n",
            id="what was not aligned is left as it was",
        ),
        pytest.param(
            'm = {\n  ü = "é" # c\n  b = <<-E\n    x\n  E\n}\n',
            say("c", "1"),
            'm = {\n  ü = "é" # c\n  c = 1\n  b = <<-E\n    x\n  E\n}\n',
            id="letters that are not ASCII, a comment and a heredoc",
        ),
        pytest.param(
            'x = {\n  "a b" = 1\n}\n', say("c", "2"), 'x = {\n  "a b" = 1\n  c     = 2\n}\n', id="a quoted key"
        ),
    ],
)
def test_an_edit_changes_this_and_nothing_else(before: str, edit: Say, after: str, tmp_path: Path) -> None:
    assert amended(tmp_path, before, edit) == after


@pytest.mark.parametrize(
    ("text", "edit", "because"),
    [
        pytest.param("x = merge({}, y)\n", say("a", "1"), "computed there", id="a computed object"),
        pytest.param("x = { a = var.b }\n", say("a", "1"), "said there already: var.b", id="said in other words"),
        pytest.param("x = {\n", say("a", "1"), "main.tf:", id="a file with errors"),
        pytest.param("\nx = {}\n", say("a", "1"), "does not begin where it did", id="another file by now"),
        pytest.param("x = {}\n", say("a", like="b"), "cannot be copied", id="nothing to copy"),
        pytest.param(
            'r "a" "b" {\n  identity {}\n}\n', say("identity", "1"), "block of its own", id="a block of that name"
        ),
        pytest.param("x = {}\n", say("a", "1 +"), "no expression", id="a value that is no expression"),
        pytest.param("x = var.y\n", say("", "1"), "said there already", id="a reference is not written over"),
        pytest.param("x = [var.y]\n", say("", "[1]"), "said there already", id="nor is a list with one in it"),
        pytest.param("x = [var.y]\n", say("", "[1]", column=5), "no plain value", id="found by its own place or not"),
        pytest.param(
            "x = { a = y.client_id.z }\n",
            say("a", "1", instead="y.client_id"),
            "said there already: y.client_id.z",
            id="other words than those that it may stand in place of",
        ),
        pytest.param(
            "x = {}\n", say("a", "1", instead="y.z"), "a is not said there", id="nothing to stand in place of"
        ),
        pytest.param("x = [\n  1,\n]\n", say("", "[2]", column=5), "longer than a line", id="a list of several lines"),
    ],
)
def test_an_edit_is_refused_where_the_text_leaves_a_doubt(text: str, edit: Say, because: str, tmp_path: Path) -> None:
    with pytest.raises(CannotEdit, match=because.replace("(", r"\(")):
        amended(tmp_path, text, edit)


@pytest.mark.parametrize(
    ("file", "because"),
    [
        ("main.tf.json", "JSON is not edited"),
        (".terraform/modules/m/main.tf", "terraform init"),
        ("notes.txt", "no file of Terraform's"),
        ("missing.tf", "not there"),
    ],
)
def test_some_files_are_never_edited(file: str, because: str, tmp_path: Path) -> None:
    with pytest.raises(CannotEdit, match=because):
        Amending(tmp_path).make([say("a", "1", file=file)])


def test_a_var_file_takes_plain_values_and_no_references(tmp_path: Path) -> None:
    edit = say("mode", '"identity"', line=0, file="x.tfvars")
    assert amended(tmp_path, "a = 1\n", edit, file="x.tfvars") == 'a    = 1\nmode = "identity"\n'
    with pytest.raises(CannotEdit, match=r"cannot refer to module\.x"):
        amended(tmp_path, "a = 1\n", say("mode", "module.x.y", line=0, file="x.tfvars"), file="x.tfvars")


def test_edits_that_belong_together_are_made_together_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("x = {}\n", encoding="utf-8")
    amending = Amending(tmp_path)
    with pytest.raises(CannotEdit):
        amending.make([say("a", "1"), say("b", "2", line=7)])
    assert amending.changed == ()


def test_positions_are_those_before_any_edit(tmp_path: Path) -> None:
    text = "a = {\n}\nb = {\n}\n"
    made = amended(tmp_path, text, say("x", "1"), say("y", "2"), say("z", "3", line=3))
    assert made == "a = {\n  x = 1\n  y = 2\n}\nb = {\n  z = 3\n}\n"


def test_a_block_is_added_once_and_a_file_made_for_it(tmp_path: Path) -> None:
    amending = Amending(tmp_path)
    block = Add(file="imports.tf", block='import {\n  to = a.b\n  id = "c"\n}')
    amending.make([block])
    amending.make([block])
    assert amending.after["imports.tf"] == 'import {\n  to = a.b\n  id = "c"\n}\n'
    assert amending.is_new("imports.tf")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('r "a" "b" {\n  x = 1\n}\n', 'r "a" "b" {\n  x = 1\n\n  identity {\n    type = "S"\n  }\n}\n'),
        ('r "a" "b" {\n}\n', 'r "a" "b" {\n  identity {\n    type = "S"\n  }\n}\n'),
        (
            'r "a" "b" {\r\n  x = 1\r\n}\r\n',
            'r "a" "b" {\r\n  x = 1\r\n\r\n  identity {\r\n    type = "S"\r\n  }\r\n}\r\n',
        ),
    ],
)
def test_a_block_is_added_at_the_end_of_another(before: str, after: str, tmp_path: Path) -> None:
    assert (
        amended(tmp_path, before, Add(file="main.tf", line=1, column=1, block='identity {\n  type = "S"\n}')) == after
    )


def test_a_block_is_not_added_beside_a_dynamic_one(tmp_path: Path) -> None:
    text = 'r "a" "b" {\n  dynamic "identity" {\n    for_each = []\n  }\n}\n'
    with pytest.raises(CannotEdit, match="block of its own"):
        amended(tmp_path, text, Add(file="main.tf", line=1, column=1, block="identity {\n}"))


def test_an_edit_survives_the_way_through_plain_data() -> None:
    for edit in (say("a.b", "1"), Add(file="x.tf", block="y {}")):
        plain = {name: getattr(edit, name) for name in edit.__slots__}
        assert edit_from({**plain, **({"path": list(edit.path)} if isinstance(edit, Say) else {})}) == edit


NAMES = st.from_regex(r"[a-z]{1,9}", fullmatch=True)
VALUES = st.sampled_from(["1", '"x"', "var.y", "[1, 2]", "{ z = 1 }", "null", '"a = b"'])


@given(
    said=st.dictionaries(NAMES, VALUES, max_size=6),
    gaps=st.lists(st.booleans(), min_size=6, max_size=6),
    name=NAMES,
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_what_was_said_before_is_said_after(
    said: dict[str, str], gaps: list[bool], name: str, ending: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = [
        (ending if gap else "") + f"  {key} = {value}{ending}"
        for (key, value), gap in zip(said.items(), gaps, strict=False)
    ]
    text = f"x = {{{ending}{''.join(lines)}}}{ending}"
    assume(name not in said)
    made = amended(tmp_path_factory.mktemp("edit"), text, say(name, "true"))
    parsed = parse_file(made, "main.tf")
    assert not parsed.diagnostics
    again = {line.partition("=")[0].strip(): line.partition("=")[2].strip() for line in made.splitlines()[1:-1] if line}
    assert again == {**said, name: "true"}
    assert made.count("\r\n") == (made.count("\n") if ending == "\r\n" else 0)


@pytest.mark.skipif(TERRAFORM is None, reason="terraform is not installed")
@pytest.mark.parametrize("name", ["a", "should_federate_ml_identity"])
def test_the_text_is_as_terraform_fmt_has_it(name: str, tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "terraform/examples/incident/main.tf").read_text(encoding="utf-8")
    places = [(20, 1), (32, 1), (47, 3), (50, 5), (7, 3), (8, 5)]
    edits = [say(name, "true", line=line, column=column) for line, column in places]
    edits.append(say("more.deep", "true", line=47, column=3))
    made = amended(tmp_path, text, *edits, say("compute.identity", "{ id = var.x }", line=47, column=3))
    (tmp_path / "main.tf").write_text(made, encoding="utf-8")
    assert TERRAFORM is not None
    told = subprocess.run([TERRAFORM, "fmt", "-diff", "-check", "."], cwd=tmp_path, capture_output=True, text=True)
    assert told.stdout == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\n", "a\nc\n"),
        ("a\nb", "a\nc"),
        ("a\nb", "a\nb\nc\n"),
        ("a\r\nb\r\n", "a\r\nc\r\n"),
        ("", "a\n"),
        ("é\n\u2028x\n", "é\n\u2028y\n"),
    ],
)
def test_git_applies_the_diff(before: str, after: str, tmp_path: Path) -> None:
    file = tmp_path / "main.tf"
    if before:
        file.write_bytes(before.encode())
    diff = diff_of("main.tf", before, after, new=not before)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff.encode(), check=True)
    assert file.read_bytes() == after.encode()
