"""Listing checks, and beginning one of one's own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from verifier.checking.exit_code import ExitCode
from verifier.checking.proving import verdicts
from verifier.cli import main

REPOSITORY = Path(__file__).resolve().parents[3]
BUNDLED = REPOSITORY / "checks"
OWN = '''\
import pytest

from verifier.words import Fix, Intent, Live, Recorded, Access, Resource, disagree


@pytest.mark.check(id="OWN01", severity="low", asks="coherence", why="It matters.", types=["terraform_data"])
def test_it(resource: Resource, {fixtures}) -> None:
    """It holds."""
{body}
'''


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def own(source: str, *lines: str, fixtures: str = "world") -> Path:
    """A root module, and beside it a folder with one check of its resources."""
    (Path("root")).mkdir()
    (Path("root/main.tf")).write_text(source, encoding="utf-8")
    (Path("own")).mkdir()
    body = "\n".join(f"    {line}" for line in lines)
    (Path("own/test_own.py")).write_text(OWN.format(fixtures=fixtures, body=body), encoding="utf-8")
    return Path("root")


def judged(root: Path, *arguments: str) -> dict[str, dict[str, str]]:
    """The findings of the own check, by subject."""
    main(["gate", str(root), "--checks", "own", "--json", "r.json", *arguments])
    report = json.loads(Path("r.json").read_text(encoding="utf-8"))
    return {f["subject"]: f for f in report["findings"] if f["check"] == "OWN01"}


def test_every_check_is_listed_with_its_severity_and_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["checks", "--json"]) == ExitCode.AGREES

    listed = {c["id"]: c for c in json.loads(capsys.readouterr().out)}
    assert (listed["STO01"]["severity"], listed["STO01"]["page"]) == ("high", "docs/checks/STO01.md")
    assert [c["page"] for c in listed.values() if not (REPOSITORY / c["page"]).exists()] == []


def test_own_checks_are_listed_with_their_place(capsys: pytest.CaptureFixture[str]) -> None:
    root = own("", "assert resource")
    (root / "verifier.toml").write_text('checks = ["../own"]', encoding="utf-8")

    assert main(["checks", str(root)]) == ExitCode.AGREES

    assert "OWN01  low · coherence · own/test_own.py:6\n       It holds." in capsys.readouterr().out


@pytest.mark.parametrize("sort", ["coherence", "agreement"])
def test_a_new_check_passes_its_own_proof_as_it_stands(sort: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["checks", "new", "min-tls", "--asks", sort]) == ExitCode.AGREES
    proof = "infra_checks/proofs/prove_min_tls.py"
    assert proof in capsys.readouterr().out.splitlines()

    ended = subprocess.run([sys.executable, "-m", "pytest", "-q", proof], capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout
    assert "3 passed" in ended.stdout


@pytest.mark.parametrize(("sort", "verb"), [("coherence", "gate"), ("agreement", "run")])
def test_a_new_check_says_which_verb_runs_it(sort: str, verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["checks", "new", "min_tls", "--asks", sort])

    assert f"run it with: verify-infra {verb} ROOT --checks infra_checks\n" in capsys.readouterr().err


def test_what_a_new_check_cannot_ask_is_a_mistake_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["checks", "new", "one", "--asks", "invariant"]) == ExitCode.USAGE_ERROR
    assert "coherence or agreement" in capsys.readouterr().err


@pytest.mark.parametrize("sort", ["coherence", "agreement"])
def test_a_new_check_that_judges_nothing_fails_its_proof(sort: str) -> None:
    main(["checks", "new", "min_tls", "--asks", sort])
    check = Path("infra_checks/test_min_tls.py")
    judging = check.read_text(encoding="utf-8")
    check.write_text(judging[: judging.index('."""\n    ') + 4] + "\n", encoding="utf-8")

    worlds = Path("infra_checks/proofs/min_tls")
    with pytest.raises(AssertionError, match="it asserts nothing and calls nothing"):
        verdicts("OWN01", world=worlds / "disagrees", checks=Path("infra_checks"))


def test_a_new_check_takes_an_id_that_is_free() -> None:
    main(["checks", "new", "one"])
    main(["checks", "new", "two"])

    assert 'id="OWN02"' in Path("infra_checks/test_two.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["1st", "a.b", "../a", "Ä"])
def test_a_name_that_is_none_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["checks", "new", name]) == ExitCode.USAGE_ERROR
    assert "cannot be a check's name" in capsys.readouterr().err
    assert not Path("infra_checks").exists()


def test_nothing_that_is_there_is_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    main(["checks", "new", "one"])
    Path("infra_checks/test_one.py").write_text("mine\n", encoding="utf-8")

    assert main(["checks", "new", "one"]) == ExitCode.UNREADABLE
    assert Path("infra_checks/test_one.py").read_text(encoding="utf-8") == "mine\n"


def test_a_run_does_not_take_proofs_for_checks(capsys: pytest.CaptureFixture[str]) -> None:
    main(["checks", "new", "one"])
    root = Path("infra_checks/proofs/one/disagrees")

    assert main(["gate", str(root), "--checks", "infra_checks"]) == ExitCode.DISAGREES
    assert "OWN01 azurerm_storage_account.own · disagrees" in capsys.readouterr().out


RESOURCE = 'resource "terraform_data" "a" {{\n  count = {count}\n  input = {input}\n}}\n'


@pytest.mark.parametrize(
    ("count", "given", "expected"),
    [
        ("1", '"x"', {"terraform_data.a[0]": "agrees"}),
        ("1", '"y"', {"terraform_data.a[0]": "disagrees"}),
        ("1", "timestamp()", {"terraform_data.a[0]": "unverified"}),
        ("1", '["x"]', {"terraform_data.a[0]": "unverified"}),
        ("0", '"y"', {}),
        ("length(timestamp())", '"x"', {"terraform_data.a": "unverified"}),
    ],
)
def test_a_resource_of_any_type_is_judged_by_what_is_known_of_it(
    count: str, given: str, expected: dict[str, str]
) -> None:
    root = own(
        RESOURCE.format(count=count, input=given),
        'if resource.text("input").value != "x":',
        '    disagree("it is not x", fix=Fix(action="say x", place=resource.place))',
    )

    assert {subject: f["verdict"] for subject, f in judged(root).items()} == expected


@pytest.mark.parametrize(
    ("fixtures", "line", "because"),
    [
        ("live: Live", 'live.resource("/subscriptions/s")', "this was not read"),
        ("live: Live", "live.resource(resource.arm_id)", "the id of what to look for is not known"),
        ("live: Live", 'live.objects("/api/v1/namespaces")', "this was not read"),
        ("state: Recorded", "state.has(resource.address)", "no Terraform state was given"),
        ("intent: Intent", 'intent.variable("var.nowhere").value', "there is no variable var.nowhere"),
        ("intent: Intent", 'intent.variable("var.later").value', "known after apply"),
        ("intent: Intent", 'intent.variable("var.many").value', "var.many is no text"),
        ("intent: Intent", 'intent.resource("terraform_data.b")', "Terraform plans no terraform_data.b"),
    ],
)
def test_what_nobody_could_look_at_leaves_a_check_unverified(fixtures: str, line: str, because: str) -> None:
    source = RESOURCE.format(count=1, input='"x"') + 'variable "later" {}\nvariable "many" {\n  default = ["a"]\n}\n'
    finding = judged(own(source, line, fixtures=fixtures))["terraform_data.a[0]"]

    assert finding["verdict"] == "unverified"
    assert because in finding["what"] or "var.later" in finding["what"]


def test_what_the_source_says_can_be_asked_beside_the_subject() -> None:
    source = RESOURCE.format(count=1, input='"x"') + 'variable "where" {\n  default = { region = "westus3" }\n}\n'
    root = own(
        source,
        'assert intent.variable("var.where", "region").value == "westus3"',
        'assert [r.address for r in intent.resources("terraform_data")] == [resource.address]',
        'assert intent.resource(resource.address).flag("enabled", otherwise=True).value',
        "assert not state.given",
        fixtures="intent: Intent, state: Recorded",
    )

    assert {f["verdict"] for f in judged(root).values()} == {"agrees"}


def test_a_check_that_breaks_is_told_with_its_line_and_the_others_are_judged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = own(RESOURCE.format(count=1, input='"x"'), "nothing = None", "assert nothing.text")
    shutil.copy("own/test_own.py", "own/test_other.py")
    Path("own/test_other.py").write_text(
        Path("own/test_other.py")
        .read_text(encoding="utf-8")
        .replace("OWN01", "OWN02")
        .replace("nothing.text", "resource"),
        encoding="utf-8",
    )

    assert main(["gate", str(root), "--checks", "own", "--json", "r.json"]) == ExitCode.INTERNAL_ERROR

    printed = capsys.readouterr().out
    assert "OWN01 at own/test_own.py:10: AttributeError: 'NoneType' object has no attribute 'text'" in printed
    assert "1 check broke" in printed
    findings = json.loads(Path("r.json").read_text(encoding="utf-8"))["findings"]
    own_ones = [(f["check"], f["verdict"]) for f in findings if f["check"].startswith("OWN")]
    assert own_ones == [("OWN01", "unverified"), ("OWN02", "agrees")]


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("test_bad.py", "import nowhere\n", "test_bad.py at own/test_bad.py:1: ModuleNotFoundError"),
        ("test_bad.py", "def f(:\n", "test_bad.py at own/test_bad.py:1: SyntaxError"),
        ("test_bad.py", "X = 1\nX / 0\n", "test_bad.py at own/test_bad.py:2: ZeroDivisionError"),
        ("conftest.py", "\nimport nowhere\n", "own at own/conftest.py:2: ModuleNotFoundError"),
        (
            "test_bad.py",
            OWN.format(fixtures="world", body="    assert resource").replace("OWN01", "INT12"),
            "test_bad.py at own/test_bad.py:6: another check has the id INT12",
        ),
        (
            "test_bad.py",
            OWN.format(fixtures="world", body="    assert resource").replace(', types=["terraform_data"]', ""),
            "test_bad.py at own/test_bad.py:6: a check of `resource` names the Terraform types",
        ),
    ],
)
def test_a_file_that_cannot_be_collected_takes_no_run_with_it(
    file: str, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root = own(RESOURCE.format(count=1, input='"x"'), "assert resource")
    (Path("own") / file).write_text(text, encoding="utf-8")

    code = main(["gate", str(root), "--checks", "own"])

    printed = capsys.readouterr().out
    assert said in " ".join(printed.split())
    assert code == ExitCode.INTERNAL_ERROR


def test_a_check_is_chosen_by_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    root = own(RESOURCE.format(count=1, input='"x"'), "assert resource")

    assert main(["gate", str(root), "--checks", "own", "-k", "OWN01"]) == ExitCode.AGREES
    assert "1 agrees" in capsys.readouterr().out


EMPTY = OWN.format(fixtures="world", body="    held = 1").replace("OWN01", "OWN02")
UNMARKED = "def test_nothing() -> None:\n    assert True\n"
MISNAMED = (
    OWN.format(fixtures="world", body="    assert resource")
    .replace("OWN01", "OWN02")
    .replace("def test_it", "def check_it")
)
IN_A_CLASS = (
    OWN.format(fixtures="world", body="    assert resource")
    .replace("OWN01", "OWN02")
    .replace("@pytest", "class Checks:\n    @pytest")
    .replace("def test_it(", "    def test_it(self, ")
    .replace('    """It holds."""\n    assert', '        """It holds."""\n        assert')
)
WITH_INIT = IN_A_CLASS.replace("class Checks:\n", "class TestIt:\n    def __init__(self) -> None:\n        pass\n\n")


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("test_more.py", IN_A_CLASS, "Checks.test_it at own/test_more.py:7: take it out of its class"),
        ("test_more.py", WITH_INIT, "TestIt.test_it at own/test_more.py:10: take it out of its class"),
        ("test_more.py", UNMARKED, "test_nothing at own/test_more.py:1: it is never asked: a check has the marker"),
        ("test_more.py", EMPTY, "test_it at own/test_more.py:6: it asserts nothing and calls nothing"),
        ("test_more.py", MISNAMED, "check_it at own/test_more.py:6: name it test_…: nothing else is collected"),
    ],
)
def test_what_a_run_would_pass_over_in_silence_is_told(
    file: str, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root = own(RESOURCE.format(count=1, input='"x"'), "assert resource")
    (Path("own") / file).write_text(text, encoding="utf-8")

    assert main(["gate", str(root), "--checks", "own"]) == ExitCode.INTERNAL_ERROR

    assert said in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("name", ["own_checks.py", "README.md"])
def test_a_folder_without_any_check_is_told_of(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    root = own(RESOURCE.format(count=1, input='"x"'), "assert resource")
    Path("own/test_own.py").rename(Path("own") / name)

    assert main(["gate", str(root), "--checks", "own"]) == ExitCode.INTERNAL_ERROR

    assert "own at own: there is no check in it: a run collects" in " ".join(capsys.readouterr().out.split())


def test_a_folder_whose_only_check_is_not_chosen_is_not_called_empty() -> None:
    root = own(RESOURCE.format(count=1, input='"x"'), "assert resource")

    assert main(["gate", str(root), "--checks", "own", "-k", "INT08"]) == ExitCode.AGREES


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("tls = timestamp() >\n", "main.tf:"),
        ("tls = var.nowhere\n", "main.tf:"),
    ],
)
def test_a_world_whose_source_is_broken_proves_nothing(line: str, said: str) -> None:
    main(["checks", "new", "min_tls"])
    world = Path("infra_checks/proofs/min_tls/unverified")
    (world / "main.tf").write_text(
        f'resource "azurerm_storage_account" "own" {{\n  min_tls_version = {line.removeprefix("tls = ")}}}\n', "utf-8"
    )

    with pytest.raises(AssertionError, match=said):
        verdicts("OWN01", world=world, checks=Path("infra_checks"))


@pytest.mark.parametrize("value", ["var.pw", "nonsensitive(var.pw)"])
def test_no_finding_quotes_the_default_that_a_secret_came_from(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    secret = 'variable "pw" {\n  default   = "hunter2"\n  sensitive = true\n}\n'
    root = own(
        secret + RESOURCE.format(count=1, input=f"substr({value}, 0, 3)"),
        "from verifier.words import intend",
        'intend(resource.text("input"))',
        'disagree("it is not x")',
    )

    finding = judged(root)["terraform_data.a[0]"]

    assert finding["verdict"] == "disagrees"
    assert "hunter2" not in json.dumps(finding) + capsys.readouterr().out


@pytest.mark.parametrize("returncode", ["", ", returncode=0"])
def test_a_check_that_stops_pytest_ends_no_run_well(returncode: str, capsys: pytest.CaptureFixture[str]) -> None:
    root = own(RESOURCE.format(count=1, input='"x"'), f'pytest.exit("enough"{returncode})')

    code = main(["gate", str(root), "--checks", "own"])

    printed = " ".join(capsys.readouterr().out.split())
    assert "stopped: Exit: enough; what comes after was not asked" in printed
    assert "own/test_own.py:" in printed
    assert code == ExitCode.INTERNAL_ERROR


def test_who_interrupts_a_check_interrupts_the_run() -> None:
    root = own(RESOURCE.format(count=1, input='"x"'), "raise KeyboardInterrupt")

    assert main(["gate", str(root), "--checks", "own"]) == ExitCode.INTERRUPTED


@pytest.mark.parametrize("mark", ['skip(reason="not now")', 'skipif(True, reason="not now")'])
def test_a_check_that_a_mark_skips_is_said_not_to_apply(mark: str) -> None:
    root = own(RESOURCE.format(count=1, input='"x"'), "raise AssertionError")
    file = Path("own/test_own.py")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("@pytest.mark.check", f"@pytest.mark.{mark}\n@pytest.mark.check"), encoding="utf-8")

    main(["gate", str(root), "--checks", "own", "--json", "r.json"])

    findings = json.loads(Path("r.json").read_text(encoding="utf-8"))["findings"]
    assert [(f["verdict"], f["what"]) for f in findings if f["check"] == "OWN01"] == [("not applicable", "not now")]


def test_what_a_check_returns_is_no_answer(capsys: pytest.CaptureFixture[str]) -> None:
    root = own(RESOURCE.format(count=1, input='"x"'), "return False")

    assert main(["gate", str(root), "--checks", "own", "--json", "r.json"]) == ExitCode.INTERNAL_ERROR

    assert "Did you mean to use `assert` instead of `return`?" in capsys.readouterr().out
    findings = json.loads(Path("r.json").read_text(encoding="utf-8"))["findings"]
    assert [f["verdict"] for f in findings if f["check"] == "OWN01"] == ["unverified"]
