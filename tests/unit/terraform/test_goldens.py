"""The static plan of the reference stack, of the incident, and of nested and dynamic blocks, beside Terraform's own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from verifier.hcl.values import JSON, Unknown, Value
from verifier.terraform.blocks import Blocks
from verifier.terraform.configuration import evaluate_root
from verifier.terraform.plan import Planned, StaticPlan

ROOT = Path(__file__).parents[3]
STACKS = {
    "reference": ROOT / "terraform",
    "incident": ROOT / "terraform" / "examples" / "incident",
    "blocks": ROOT / "tests" / "goldens" / "blocks",
}


def golden(name: str) -> dict[str, dict[str, dict[str, JSON]]]:
    return json.loads((ROOT / "tests" / "goldens" / f"{name}.plan.json").read_text("utf-8"))


def without_empty_blocks(value: JSON, *, top: bool = False) -> JSON:
    """A value without the block types of which a block has none: only a provider's schema knows their names."""
    if isinstance(value, dict):
        return {name: without_empty_blocks(item) for name, item in value.items() if top or item != []}
    return [without_empty_blocks(item) for item in value] if isinstance(value, list) else value


def step(path: str, name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", name):
        return f"{path}[{json.dumps(name)}]"
    return f"{path}.{name}" if path else name


def split(value: Value, path: str) -> tuple[JSON, list[str]]:
    """The known part and the paths of the unknown parts, as a golden has them."""
    content = value.content
    if isinstance(content, Unknown):
        return None, [path]
    if isinstance(content, Mapping):
        members: dict[str, JSON] = {}
        paths: list[str] = []
        for name in sorted(content):
            known, more = split(content[name], step(path, name))
            paths += more
            if not more or known is not None:
                members[name] = known
        return members, paths
    if isinstance(content, tuple):
        items = [split(item, f"{path}[{i}]") for i, item in enumerate(content)]
        if isinstance(content, Blocks):
            items = [
                ({k: v for k, v in known.items() if v is not None}, p) for known, p in items if isinstance(known, dict)
            ]
        return [known for known, _ in items], [deeper for _, more in items for deeper in more]
    if content is None or isinstance(content, str | bool):
        return content, []
    return (int(content) if content == content.to_integral_value() else float(content)), []


def reduced(plan: StaticPlan) -> dict[str, dict[str, JSON]]:
    instances: dict[str, dict[str, JSON]] = {}
    for instance in plan.instances:
        if instance.mode != "managed" or not isinstance(instance.presence, Planned):
            continue
        values: dict[str, JSON] = {}
        unknown: list[str] = []
        assert isinstance(instance.values.content, Mapping)
        for name, value in instance.values.content.items():
            if isinstance(value.content, Blocks) and not value.content:
                continue
            known, paths = split(value, name)
            unknown += paths
            if known is not None:
                values[name] = known
        instances[instance.address] = {"values": values, "unknown": [*sorted(unknown)]}
    return instances


@pytest.fixture(scope="module", params=sorted(STACKS))
def both(request: pytest.FixtureRequest) -> tuple[StaticPlan, dict[str, dict[str, dict[str, JSON]]]]:
    return evaluate_root(STACKS[request.param]), golden(request.param)


def test_the_same_instances_are_planned(both: tuple[StaticPlan, dict[str, dict[str, dict[str, JSON]]]]) -> None:
    plan, wanted = both
    assert sorted(reduced(plan)) == sorted(wanted["instances"])


def test_every_instance_has_the_same_known_values_and_the_same_unknown_ones(
    both: tuple[StaticPlan, dict[str, dict[str, dict[str, JSON]]]],
) -> None:
    plan, wanted = both
    found = {address: without_empty_blocks(instance, top=True) for address, instance in reduced(plan).items()}
    assert found == {a: without_empty_blocks(instance, top=True) for a, instance in wanted["instances"].items()}


def test_every_output_is_known_as_far_as_terraform_knows_it(
    both: tuple[StaticPlan, dict[str, dict[str, dict[str, JSON]]]],
) -> None:
    plan, wanted = both
    outputs = {
        name: dict(zip(("value", "unknown"), split(value, ""), strict=True)) for name, value in plan.outputs.items()
    }
    assert outputs == wanted["outputs"]


def test_nothing_in_the_stack_is_in_error(both: tuple[StaticPlan, object]) -> None:
    assert both[0].diagnostics == ()
