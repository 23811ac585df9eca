"""Small configurations beside what a real Terraform said to them (refresh_configurations.py asked it)."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from verifier.errors import ConfigurationError
from verifier.hcl.values import JSON, Unknown, Value
from verifier.terraform.plan import Planned, StaticPlan, Undetermined

Plan = Callable[..., StaticPlan]

HERE = Path(__file__).parent
TABLE = json.loads((HERE / "configurations.json").read_text("utf-8"))
CONFIGURATIONS = TABLE["configurations"]
DIFFERENT = TABLE["different"]
OF_DATA = re.compile(r"(module\.[^.]+\.)*data\.")


def shown(value: Value) -> JSON:
    content = value.content
    if isinstance(content, Unknown):
        return {"unknown": True}
    if isinstance(content, tuple):
        return [shown(item) for item in content]
    if isinstance(content, Mapping):
        return {name: shown(content[name]) for name in sorted(content)}
    if content is None or isinstance(content, str | bool):
        return content
    return int(content) if content == content.to_integral_value() else float(content)


def marks(value: Value) -> JSON:
    """What of a value is sensitive, as Terraform's plan says it; None when nothing is."""
    if value.sensitive:
        return True
    if isinstance(value.content, tuple):
        items = [marks(item) for item in value.content]
        return items if any(items) else None
    if isinstance(value.content, Mapping):
        return {name: inner for name, item in sorted(value.content.items()) if (inner := marks(item))} or None
    return None


def written(configuration: dict[str, dict[str, list[str]]]) -> dict[str, str]:
    return {name: "\n".join(lines) + "\n" for name, lines in configuration["files"].items()}


def refused(plan: Plan, files: dict[str, str]) -> bool:
    """Whether the configuration is in error. What Terraform refuses to count before apply is undetermined here."""
    try:
        found = plan(files)
    except ConfigurationError:
        return True
    return not found.complete or any(isinstance(i.presence, Undetermined) for i in (*found.instances, *found.modules))


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_the_plan_is_terraforms(request: pytest.FixtureRequest, plan: Plan, name: str) -> None:
    wanted = CONFIGURATIONS[name]["terraform"]
    if name in DIFFERENT:
        request.applymarker(pytest.mark.xfail(reason=DIFFERENT[name]))
    if wanted.get("refused"):
        assert refused(plan, written(CONFIGURATIONS[name]))
        return
    found = plan(written(CONFIGURATIONS[name]))
    assert [str(d) for d in found.diagnostics if d.severity == "error"] == []
    assert {name: shown(value) for name, value in found.outputs.items()} == wanted["outputs"]
    planned = [i for i in found.instances if isinstance(i.presence, Planned) and i.mode == "managed"]
    instances = {address: v for address, v in wanted["instances"].items() if not OF_DATA.match(address)}
    assert sorted(i.address for i in planned) == sorted(instances)
    for instance in planned:
        values = shown(instance.values)
        assert isinstance(values, dict)
        for attribute, value in values.items():
            if value is not None:
                assert instances[instance.address][attribute] == value
    sensitive = {f"output.{name}": marked for name, value in found.outputs.items() if (marked := marks(value))}
    sensitive |= {i.address: marked for i in planned if (marked := marks(i.values))}
    assert sensitive == wanted.get("sensitive", {})
    assert {c.address: [c.status, *sorted(c.messages)] for c in found.checks} == wanted.get("checks", {})
    assert {i.address: i.id.content for i in found.imports} == wanted.get("imports", {})


@pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform on PATH to ask again")
@pytest.mark.parametrize("name", list(CONFIGURATIONS)[::64])
def test_terraform_still_says_the_same(name: str) -> None:
    found = importlib.util.spec_from_file_location("refresh", HERE / "refresh_configurations.py")
    assert found is not None
    assert found.loader is not None
    refresh = importlib.util.module_from_spec(found)
    found.loader.exec_module(refresh)
    version = json.loads(refresh.terraform(HERE, "version", "-json").stdout)["terraform_version"]
    if version != TABLE["made_with"]["terraform"]:
        pytest.skip(f"the answers are those of Terraform {TABLE['made_with']['terraform']}, this is {version}")
    assert refresh.answer(CONFIGURATIONS[name]["files"]) == CONFIGURATIONS[name]["terraform"]


def test_every_known_difference_is_documented() -> None:
    page = (HERE.parents[2] / "docs" / "differences.md").read_text("utf-8")
    assert [reason for reason in DIFFERENT.values() if reason not in page] == []
