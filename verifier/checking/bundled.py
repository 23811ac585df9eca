"""Where the bundled checks lie: beside the package in a checkout, inside it when installed from a wheel."""

from __future__ import annotations

from pathlib import Path

import verifier
from verifier.errors import ConfigurationError


def checks_directory() -> Path:
    """The folder with the bundled checks. Raises ConfigurationError for an installation without any."""
    package = Path(verifier.__file__).resolve().parent
    for folder in (package / "bundled_checks", package.parent / "checks"):
        if any(folder.glob("test_*.py")):
            return folder
    raise ConfigurationError(
        "the bundled checks are missing", where=package.as_posix(), next_step="install verify-infra again"
    )
