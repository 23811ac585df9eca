"""The JSON report: its published schema, what it must hold, and reading it again."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import jsonschema
import pytest

from verifier.checking.finding import Finding, Verdict
from verifier.checking.result import RunResult
from verifier.errors import AccessError, ConfigurationError
from verifier.history.comparison import compare
from verifier.report.json import SCHEMA, read_earlier, render, render_failure

PUBLISHED = json.loads((Path(__file__).parents[3] / "docs" / "report.schema.json").read_text(encoding="utf-8"))
FAILURE = AccessError("no credential", where="azure-identity", expected="a login", next_step="az login")


def test_the_incident_is_written_as_the_golden_file_has_it(incident: RunResult, golden) -> None:
    now = render(incident)
    assert now == golden("incident.json", now)


def test_the_published_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(PUBLISHED)


@pytest.mark.parametrize("name", ["incident", "healthy", "unreadable"])
def test_every_report_is_as_the_published_schema_says(name: str, request: pytest.FixtureRequest) -> None:
    result = request.getfixturevalue(name)
    since = compare({"X01[gone]": Verdict.DISAGREES}, result.findings)
    _validate(render(result))
    _validate(render(result, since=since))


def test_the_report_of_a_run_that_could_not_begin_is_as_the_schema_says_too() -> None:
    text = render_failure(FAILURE, root="terraform")
    _validate(text)
    assert json.loads(text)["exit"]["code"] == 11
    assert json.loads(text)["error"]["next_step"] == "az login"


def test_the_schema_names_every_field_of_a_report(incident: RunResult) -> None:
    document = json.loads(render(incident))
    assert set(PUBLISHED["properties"]) == set(PUBLISHED["required"]) == set(document)
    assert set(PUBLISHED["$defs"]["finding"]["properties"]) == set(document["findings"][0])


def test_a_finding_keeps_every_field(incident: RunResult) -> None:
    written = json.loads(render(incident))["findings"][0]
    assert {f.name for f in fields(Finding)} | {"id"} == set(written)


def test_ids_are_whole(incident: RunResult) -> None:
    assert "…" not in render(incident)


def test_causes_stay_in_their_order_and_findings_are_sorted(incident: RunResult) -> None:
    document = json.loads(render(incident))
    assert [c["finding"].partition("[")[0] for c in document["causes"]] == ["INT02", "INT16", "DST01"]
    ids = [f["id"] for f in document["findings"]]
    assert ids == sorted(ids)


def test_the_order_in_which_checks_ran_does_not_show(incident: RunResult) -> None:
    backwards = replace(incident, findings=tuple(reversed(incident.findings)))
    assert render(backwards) == render(incident)


def test_an_earlier_report_gives_its_verdicts_back(incident: RunResult, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(render(incident), encoding="utf-8")
    earlier = read_earlier(file)
    assert earlier.root == incident.root
    assert earlier.verdicts == {f.id: f.verdict for f in incident.findings}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "not a report of verify-infra"),
        ('{"schema": "verify-infra/report/2"}', "not a report of verify-infra"),
        (f'{{"schema": "{SCHEMA}"}}', "no root or no findings"),
        (
            f'{{"schema": "{SCHEMA}", "root": ".", "findings": [{{"id": "X[y]", "verdict": "fine"}}]}}',
            "no known verdict",
        ),
        (f'{{"schema": "{SCHEMA}", "root": ".", "findings": [7]}}', "no known verdict"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_not_a_report_is_refused_with_its_name(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "earlier.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=said) as refused:
        read_earlier(file)
    assert refused.value.where == file.as_posix()


def test_a_report_that_is_not_there_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        read_earlier(tmp_path / "none.json")


def test_the_report_of_a_run_that_could_not_begin_is_nothing_to_compare_with(tmp_path: Path) -> None:
    file = tmp_path / "earlier.json"
    file.write_text(render_failure(FAILURE, root="."), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="could not begin"):
        read_earlier(file)


def _validate(text: str) -> None:
    jsonschema.validate(json.loads(text), PUBLISHED, cls=jsonschema.Draft202012Validator)
