"""`verify-infra fix` from the command line: what it prints, what it writes, and what it leaves alone."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest

from verifier.checking.exit_code import ExitCode
from verifier.checking.links import Works
from verifier.cli import main

STACK = Path(__file__).resolve().parents[3] / "terraform"
FIX, REPORT = (
    json.loads((STACK.parent / "docs" / f"{name}.schema.json").read_text("utf-8")) for name in ("fix", "report")
)
INCIDENT = "terraform/examples/incident"


@pytest.fixture(autouse=True)
def _stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the stack in the working directory."""
    shutil.copytree(STACK, tmp_path / "terraform", ignore=shutil.ignore_patterns(".terraform"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def sources() -> dict[str, bytes]:
    return {p.as_posix(): p.read_bytes() for p in Path("terraform").rglob("*.tf")}


def test_without_write_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    before = sources()
    assert main(["fix", INCIDENT, "--offline"]) == ExitCode.DISAGREES
    told = capsys.readouterr().out
    assert sources() == before
    assert "What to change, causes first" in told
    assert "Files that `--write` changes\n  main.tf\n" in told
    assert "terraform apply -replace='module.sil.azapi_resource.compute[0]'" in told


def test_the_diff_alone_is_on_standard_output_and_git_applies_it(capsys: pytest.CaptureFixture[str]) -> None:
    main(["fix", INCIDENT, "--offline", "--diff"])
    out, err = capsys.readouterr()
    assert out.startswith(f"--- a/{INCIDENT}/main.tf\n+++ b/{INCIDENT}/main.tf\n")
    assert "What to change" in err
    subprocess.run(["git", "apply", "-"], input=out.encode(), check=True)
    assert main(["gate", INCIDENT]) == ExitCode.AGREES


def test_what_is_written_gates_green(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fix", INCIDENT, "--simulate", f"{INCIDENT}/world.json", "--write"]) == ExitCode.DISAGREES
    assert "Files changed\n  imports.tf (new)\n  main.tf\n" in capsys.readouterr().out
    assert main(["gate", INCIDENT]) == ExitCode.AGREES


def test_a_file_beside_the_root_module_is_said_to_be_shared(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = Path("terraform/modules/platform/roles.tf")
    roles.write_text(roles.read_text("utf-8").replace('["blob-data", "file-data", "image-pull"]', "[]"), "utf-8")
    main_tf = Path(INCIDENT, "main.tf")
    text = main_tf.read_text("utf-8")
    main_tf.write_text(
        text.replace(
            "    compute = {\n", "    compute = {\n      identity = { id = module.platform.ml_identity.id }\n"
        ),
        "utf-8",
    )
    monkeypatch.chdir(INCIDENT)
    main(["fix", "--offline", "--diff"])
    out, err = capsys.readouterr()
    told = " ".join(err.split())
    assert "../../modules/platform/main.tf; it lies beside this root module: whatever else calls it" in told
    assert "+++ b/modules/platform/main.tf\n" in out
    assert "the paths in the diff are from " in err
    subprocess.run(["git", "apply", "-"], cwd="../..", input=out.encode(), check=True)


def test_the_healthy_stack_has_nothing_to_change(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fix", "terraform", "--offline", "--diff"]) == ExitCode.AGREES
    out, err = capsys.readouterr()
    assert out == ""
    assert "there is nothing to change" in err


def test_the_steps_are_written_as_json_for_programs() -> None:
    main(["fix", INCIDENT, "--offline", "--json", "fix.json"])
    document = json.loads(Path("fix.json").read_text("utf-8"))
    jsonschema.validate(document, FIX, cls=jsonschema.Draft202012Validator)
    assert [step["finding"].partition("[")[0] for step in document["steps"]] == ["INT01", "INT16", "INT12", "INT01"]
    assert document["replaces"] == ["module.sil.azapi_resource.compute[0]"]
    assert document["diff"].startswith("--- a/")


def test_the_published_schema_names_every_field_and_every_word() -> None:
    jsonschema.Draft202012Validator.check_schema(FIX)
    main(["fix", INCIDENT, "--simulate", f"{INCIDENT}/world.json", "--json", "fix.json"])
    document = json.loads(Path("fix.json").read_text("utf-8"))
    jsonschema.validate(document, FIX, cls=jsonschema.Draft202012Validator)
    assert set(FIX["properties"]) == set(FIX["required"]) == set(document)
    assert set(FIX["$defs"]["step"]["properties"]) == set(document["steps"][0])
    assert set(FIX["$defs"]["fix"]["properties"]) == {*document["steps"][0]["fix"]}
    assert set(FIX["$defs"]["way"]["properties"]) == set(document["ways_out"][0]["ways"][0])
    assert FIX["$defs"]["way"]["properties"]["works"]["enum"] == [word.value for word in Works]


def test_a_fix_is_the_same_in_the_schemas_of_reports_and_of_fixes() -> None:
    assert FIX["$defs"]["fix"] == REPORT["$defs"]["finding"]["properties"]["fix"]


def test_what_has_to_be_applied_before_the_rest_is_said_first(capsys: pytest.CaptureFixture[str]) -> None:
    world = json.loads(Path(INCIDENT, "world.json").read_text("utf-8"))
    [account] = [r for r in world["resources"] if r["type"] == "Microsoft.Storage/storageAccounts"]
    account["properties"]["allowSharedKeyAccess"] = True
    Path("keys-on.json").write_text(json.dumps(world), "utf-8")

    main(["fix", INCIDENT, "--simulate", "keys-on.json", "--json", "fix.json"])

    first = "with keys still on: terraform apply -var should_enable_storage_shared_access_key=true"
    assert json.loads(Path("fix.json").read_text("utf-8"))["beforehand"] == [first]
    then = " ".join(capsys.readouterr().out.partition("\nThen\n")[2].split())
    assert then.startswith(f"first in {INCIDENT}, {first} read what `terraform plan` says in {INCIDENT}")


def test_where_keys_are_off_already_no_order_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    main(["fix", INCIDENT, "--simulate", f"{INCIDENT}/world.json", "--json", "fix.json"])
    assert json.loads(Path("fix.json").read_text("utf-8"))["beforehand"] == []
    assert "turn keys off afterwards" not in " ".join(capsys.readouterr().out.split())


def test_what_the_command_line_gave_is_to_be_given_to_terraform_too(capsys: pytest.CaptureFixture[str]) -> None:
    main(["fix", INCIDENT, "--offline", "--var", "environment=tst"])
    assert "each time with the -var-file and -var of this run\n" in capsys.readouterr().out
    main(["fix", INCIDENT, "--offline"])
    assert "each time with" not in capsys.readouterr().out


def test_an_edit_is_shown_at_its_line_and_import_blocks_can_go_afterwards(capsys: pytest.CaptureFixture[str]) -> None:
    main(["fix", INCIDENT, "--simulate", f"{INCIDENT}/world.json"])
    told = capsys.readouterr().out
    assert '      edit       main.tf:20: pass system_datastores_auth_mode = "identity" to module.platform\n' in told
    assert "  once that is applied, what is in imports.tf can go\n" in told


def test_what_is_written_through_a_link_leaves_the_link() -> None:
    file = Path(INCIDENT, "main.tf")
    text = file.read_bytes()
    file.unlink()
    (Path(INCIDENT) / "real").mkdir()
    file.symlink_to("real/main.tf")
    Path(INCIDENT, "real/main.tf").write_bytes(text)
    assert main(["fix", INCIDENT, "--offline", "--write"]) == ExitCode.DISAGREES
    assert file.is_symlink(), "a link stays a link"
    assert b"system_datastores_auth_mode" in Path(INCIDENT, "real/main.tf").read_bytes()
