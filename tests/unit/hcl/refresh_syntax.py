"""Ask the terraform on PATH what it makes of the texts in syntax_battery.json and template_values.json.

Run as a script after adding texts: it writes what Terraform answered beside each, and its version. A text is valid
when `terraform fmt` takes it; a value is what `terraform console` gives for it, with `local.x` being "X".
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    version = json.loads(_terraform("version", "-json").stdout)["terraform_version"]
    battery = json.loads((HERE / "syntax_battery.json").read_text(encoding="utf-8"))
    texts = [case["text"] for case in battery["cases"]]
    refused = texts_that_terraform_refuses(texts)
    cases = [{"text": text, "valid": index not in refused} for index, text in enumerate(texts)]
    _write("syntax_battery.json", version, cases)
    values = json.loads((HERE / "template_values.json").read_text(encoding="utf-8"))
    expressions = [case["expression"] for case in values["cases"]]
    answers = values_that_terraform_gives(expressions)
    pairs = [{"expression": text, "value": value} for text, value in zip(expressions, answers, strict=True)]
    _write("template_values.json", version, pairs)


def texts_that_terraform_refuses(texts: list[str]) -> set[int]:
    """The indexes of the texts in which `terraform fmt` finds an error."""
    with tempfile.TemporaryDirectory() as directory:
        for index, text in enumerate(texts):
            (Path(directory) / f"t{index:06}.tf").write_bytes(text.encode())
        said = _terraform("fmt", "-check", "-list=false", "-no-color", directory=directory).stderr
    return {int(number) for number in re.findall(r"\bt(\d{6})\.tf line", said)}


def values_that_terraform_gives(expressions: list[str]) -> list[object]:
    """What `terraform console` gives for each expression, as JSON has it."""
    lines = "".join(f"  v{index} = {text}\n" for index, text in enumerate(expressions))
    names = ", ".join(f"local.v{index}" for index in range(len(expressions)))
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "main.tf").write_bytes(f'locals {{\n  x = "X"\n{lines}}}\n'.encode())
        said = _terraform("console", directory=directory, given=f"jsonencode([{names}])\n").stdout
    values: list[object] = json.loads(json.loads(next(line for line in said.splitlines() if line.startswith('"'))))
    return values


def _terraform(
    *arguments: str, directory: str | None = None, given: str | None = None
) -> subprocess.CompletedProcess[str]:
    command = ["terraform", *arguments]
    return subprocess.run(command, cwd=directory, input=given, capture_output=True, text=True, check=False, timeout=300)


def _write(name: str, version: str, cases: list[dict[str, object]]) -> None:
    lines = ",\n".join("    " + json.dumps(case, ensure_ascii=True) for case in cases)
    content = f'{{\n  "terraform": {json.dumps(version)},\n  "cases": [\n{lines}\n  ]\n}}\n'
    (HERE / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
