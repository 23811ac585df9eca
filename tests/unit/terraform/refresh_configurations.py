"""Ask a real Terraform again what the small configurations in configurations.json mean.

Not part of the tests: run by hand after a configuration was added (with `files` alone) or changed. Needs a terraform
binary on PATH and nothing else: the configurations use no provider but the one that is built in.

    python tests/unit/terraform/refresh_configurations.py [NAME…]

For each configuration the answer is either `refused`, or what was planned: the `outputs`, and the `instances` with
their known values. {"unknown": true} stands for a value that is known after apply. A null attribute is left out. Where
there are any, `sensitive` tells what of them is, `checks` how each check block went and what it said, and `imports` the
ids that import blocks give. `different` names the configurations that are known to come out otherwise here, and why.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TypeAlias

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"

TABLE = Path(__file__).with_name("configurations.json")
UNKNOWN: JSON = {"unknown": True}


def answer(files: dict[str, list[str]]) -> dict[str, JSON]:
    """What Terraform says to one configuration."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        for name, lines in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        for arguments in (["init", "-backend=false"], ["plan", "-refresh=false", "-lock=false", "-out=plan"]):
            if terraform(root, *arguments, "-input=false", "-no-color").returncode:
                return {"refused": True}
        plan = json.loads(terraform(root, "show", "-json", "plan").stdout)
    outputs = {name: merged(c.get("after"), c["after_unknown"]) for name, c in plan.get("output_changes", {}).items()}
    changes = {c["address"]: c["change"] for c in plan.get("resource_changes", [])}
    found: dict[str, JSON] = {"outputs": outputs, "instances": {a: given(c) for a, c in changes.items()}}
    found["sensitive"] = {
        **{
            f"output.{n}": c["after_sensitive"]
            for n, c in plan.get("output_changes", {}).items()
            if c["after_sensitive"]
        },
        **{a: marks for a, c in changes.items() if (marks := sensitive(c["after_sensitive"]))},
    }
    found["checks"] = {
        instance["address"]["to_display"]: [
            instance["status"],
            *sorted(p["message"] for p in instance.get("problems", [])),
        ]
        for check in plan.get("checks", [])
        if check["address"]["kind"] == "check"
        for instance in check.get("instances", [])
    }
    found["imports"] = {a: c["importing"]["id"] for a, c in changes.items() if "importing" in c}
    return {name: part for name, part in found.items() if part or name in {"outputs", "instances"}}


def sensitive(marks: JSON) -> JSON:
    """The marks of a value without the parts that are open, None when all of it is."""
    if isinstance(marks, dict):
        return {name: inner for name, item in marks.items() if (inner := sensitive(item))} or None
    if isinstance(marks, list):
        inner = [sensitive(item) for item in marks]
        return inner if any(inner) else None
    return marks or None


def given(change: dict[str, JSON]) -> JSON:
    """The values of an instance that are not null."""
    whole = merged(change.get("after"), change["after_unknown"])
    return {k: v for k, v in whole.items() if v is not None} if isinstance(whole, dict) else whole


def merged(after: JSON, unknown: JSON) -> JSON:
    """A planned value with its unknown parts in their places."""
    if unknown is True:
        return UNKNOWN
    if isinstance(after, dict) or isinstance(unknown, dict):
        known = after if isinstance(after, dict) else {}
        hidden = unknown if isinstance(unknown, dict) else {}
        return {name: merged(known.get(name), hidden.get(name)) for name in sorted({*known, *hidden})}
    if isinstance(after, list):
        flags = unknown if isinstance(unknown, list) else []
        return [merged(item, flags[i] if i < len(flags) else None) for i, item in enumerate(after)]
    return after


def terraform(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Terraform in a directory, without any setting from outside."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    environment["CHECKPOINT_DISABLE"] = "1"
    return subprocess.run(
        ["terraform", *arguments], cwd=root, env=environment, capture_output=True, text=True, check=False
    )


def main() -> None:
    """Refresh the named configurations, or all."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    wanted = set(sys.argv[1:]) or set(table["configurations"])
    for name, configuration in table["configurations"].items():
        if name in wanted:
            configuration["terraform"] = answer(configuration["files"])
    version = json.loads(terraform(Path(), "version", "-json").stdout)["terraform_version"]
    table["made_with"] = {"terraform": version}
    TABLE.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
