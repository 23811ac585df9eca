"""Functions that read files, and stay below the repository of the root module."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from verifier.hcl.errors import EvaluationError
from verifier.hcl.evaluate import evaluate
from verifier.hcl.types import STRING
from verifier.hcl.values import Unknown, Value, string, unknown

Within = Callable[[str], Value]


@pytest.fixture
def within(tmp_path: Path, parsed: Callable[..., object], scope_of: Callable[..., object]) -> Within:
    """The value of an expression in the directory `repository/root`, with files in it and outside the repository."""
    root = tmp_path / "repository" / "root"
    (root / "policies" / "deep").mkdir(parents=True)
    (root / "hello.txt").write_text("hello é", "utf-8")
    (root / "binary.bin").write_bytes(b"\xff\xfe")
    (root / "policies" / "a.json").write_text("{}", "utf-8")
    (root / "policies" / "b.yaml").write_text("b: 1", "utf-8")
    (root / "policies" / "deep" / "c.json").write_text("[]", "utf-8")
    (root / "greeting.tftpl").write_text("Hi ${name}!\n%{ for x in list ~}\n- ${x}\n%{ endfor ~}\n", "utf-8")
    (root / "bad.tftpl").write_text("${name", "utf-8")
    (root / "lonely.tftpl").write_text("${list}", "utf-8")
    (root / "loop.tftpl").write_text('${templatefile("loop.tftpl", {})}', "utf-8")
    (tmp_path / "repository" / "shared.txt").write_text("shared", "utf-8")
    (tmp_path / "secret.txt").write_text("outside", "utf-8")
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")

    def value_of(text: str) -> Value:
        names = {"after": unknown(STRING, "known after apply", ("r.x.y",)), "name": string("Ann")}
        scope = scope_of(names, files_root=tmp_path / "repository", module_directory=root)
        return evaluate(parsed(text), scope)  # type: ignore[arg-type]

    return value_of


@pytest.mark.parametrize(
    ("expression", "content"),
    [
        ('file("hello.txt")', "hello é"),
        ('file("./policies/../hello.txt")', "hello é"),
        ('file("../shared.txt")', "shared"),
        ('fileexists("hello.txt")', True),
        ('fileexists("none.txt")', False),
        ('filebase64("binary.bin")', "//4="),
        ('filesha256("hello.txt")', hashlib.sha256("hello é".encode()).hexdigest()),
        ('filemd5("hello.txt")', hashlib.md5("hello é".encode(), usedforsecurity=False).hexdigest()),
        ('filebase64sha256("hello.txt") == base64sha256("hello é")', True),
        ('templatefile("greeting.tftpl", { name = "Ann", list = ["a", "b"] })', "Hi Ann!\n- a\n- b\n"),
        ('join(",", fileset(".", "policies/*.json"))', "policies/a.json"),
        ('join(",", fileset(".", "**/*.json"))', "policies/a.json,policies/deep/c.json"),
        ('join(",", fileset("policies", "*.{json,yaml}"))', "a.json,b.yaml"),
        ('join(",", fileset("policies", "[ab].*"))', "a.json,b.yaml"),
        ('join(",", fileset("policies", "?.yaml"))', "b.yaml"),
        ('length(fileset("nowhere", "*"))', 0),
        ('length(templatefile("lonely.tftpl", { list = ["a"] }))', 1),
        ("templatestring(name, {})", "Ann"),
    ],
)
def test_a_file_below_the_repository_is_read(within: Within, expression: str, content: object) -> None:
    assert within(expression).content == content


@pytest.mark.parametrize(
    "expression",
    [
        'file("none.txt")',
        'file("policies")',
        'file("binary.bin")',
        'fileexists("policies")',
        'templatefile("greeting.tftpl", {})',
        'templatefile("greeting.tftpl", "x")',
        'templatefile("greeting.tftpl", { "a b" = 1 })',
        'templatefile("greeting.tftpl", null)',
        'templatefile("bad.tftpl", {})',
        'templatefile("loop.tftpl", {})',
        'templatefile("greeting.tftpl")',
        'fileset(".", "[")',
        'fileset(".", "{a")',
    ],
)
def test_what_terraform_would_refuse_is_an_error(within: Within, expression: str) -> None:
    with pytest.raises(EvaluationError):
        within(expression)


@pytest.mark.parametrize(
    ("expression", "because"),
    [
        ('file("../../secret.txt")', "outside the repository"),
        ('file("/etc/hostname")', "outside the repository"),
        ('file("link.txt")', "outside the repository"),
        ('fileexists("../../secret.txt")', "outside the repository"),
        ('fileset("../..", "*")', "outside the repository"),
        ('fileset(".", "../../*")', "leaves its directory"),
        ('file("~/.ssh/id_rsa")', "home directory"),
        ('pathexpand("~/x")', "home directory"),
        ('templatefile("../../secret.txt", {})', "outside the repository"),
        ("file(after)", "known after apply"),
        ('templatefile("greeting.tftpl", { name = after, list = [] })', "known after apply"),
    ],
)
def test_what_lies_outside_or_is_not_known_is_unknown_and_says_so(
    within: Within, expression: str, because: str
) -> None:
    content = within(expression).content
    assert isinstance(content, Unknown)
    assert because in content.because


def test_without_a_repository_no_file_is_read(worth: Callable[..., Value]) -> None:
    assert not worth('file("/etc/hostname")').is_known


def test_an_error_in_a_template_is_placed_in_the_template(within: Within) -> None:
    with pytest.raises(EvaluationError) as raised:
        within('templatefile("greeting.tftpl", { name = "a", list = [[]] })')
    assert raised.value.place is not None
    assert (raised.value.place.file, raised.value.place.line) == ("greeting.tftpl", 3)
