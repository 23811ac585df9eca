"""Where the bundled checks lie: beside the package in a checkout, inside it when installed from a wheel."""

from __future__ import annotations

from pathlib import Path

import verifier
from verifier.errors import ConfigurationError


def example_of(check: str) -> str:
    """A finding of a bundled check, as the report of a story printed it; empty where there is none."""
    import re

    package = Path(verifier.__file__).resolve().parent
    for folder in (package / "bundled_pages", package.parent / "docs" / "checks"):
        page = folder / f"{check}.md"
        if page.is_file():
            shown = re.search(r"```text\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
            return shown[1] if shown else ""
    return ""


def checks_directory() -> Path:
    """The folder with the bundled checks. Raises ConfigurationError for an installation without any."""
    package = Path(verifier.__file__).resolve().parent
    for folder in (package / "bundled_checks", package.parent / "checks"):
        if any(folder.glob("test_*.py")):
            return folder
    raise ConfigurationError(
        "the bundled checks are missing", where=package.as_posix(), next_step="install verify-infra again"
    )
