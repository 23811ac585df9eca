"""Ask the terraform on PATH how its console prints the expressions in console_lines.json.

Run as a script after adding expressions: it writes what Terraform printed beside each, and its version.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    file = HERE / "console_lines.json"
    lines = [case["line"] for case in json.loads(file.read_text(encoding="utf-8"))["cases"]]
    version = json.loads(_terraform(["version", "-json"], "."))["terraform_version"]
    with tempfile.TemporaryDirectory() as directory:
        cases = [{"line": line, "printed": _terraform(["console"], directory, f"{line}\n")} for line in lines]
    text = json.dumps({"made_with": {"terraform": version}, "cases": cases}, indent=1, ensure_ascii=False)
    file.write_text(f"{text}\n", encoding="utf-8")


def _terraform(arguments: list[str], directory: str, given: str = "") -> str:
    command = ["terraform", *arguments]
    ended = subprocess.run(command, input=given, cwd=directory, capture_output=True, text=True, check=True)
    return ended.stdout


if __name__ == "__main__":
    main()
