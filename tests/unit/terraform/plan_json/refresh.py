"""Ask the terraform on PATH for the JSON plans of the configurations beside this file.

Run as a script after changing one: it writes terraform.json into each. What changes from run to run, or says what a
state holds, is left out.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
LEFT_OUT = ("timestamp", "prior_state", "relevant_attributes", "applyable", "complete")


def main() -> None:
    for main_file in sorted(HERE.glob("*/main.tf")):
        _terraform("fmt", "-recursive", directory=main_file.parent)
        plan = json.loads(planned(main_file.parent))
        kept = {name: member for name, member in plan.items() if name not in LEFT_OUT}
        text = json.dumps(kept, indent=1, ensure_ascii=False)
        (main_file.parent / "terraform.json").write_text(f"{text}\n", encoding="utf-8")


def planned(configuration: Path) -> str:
    """What Terraform plans for a copy of the configuration."""
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(shutil.copytree(configuration, Path(directory) / "root"))
        _terraform("init", "-input=false", directory=copy)
        _terraform("plan", "-input=false", "-out=plan", directory=copy)
        return _terraform("show", "-json", "plan", directory=copy)


def _terraform(*arguments: str, directory: Path) -> str:
    command = ["terraform", *arguments]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
