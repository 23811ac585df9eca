"""Small configurations, written as text and evaluated."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from verifier.terraform.configuration import Configuration, load
from verifier.terraform.plan import StaticPlan

Write = Callable[..., Path]
Plan = Callable[..., StaticPlan]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files below a root module's directory: `write({"main.tf": …})`, or `write("…")` for main.tf alone."""

    def write_files(files: Mapping[str, str | bytes] | str) -> Path:
        root = tmp_path / "root"
        root.mkdir(exist_ok=True)
        for name, content in ({"main.tf": files} if isinstance(files, str) else files).items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else textwrap.dedent(content).encode())
        return root

    return write_files


@pytest.fixture
def configure(write: Write) -> Callable[..., Configuration]:
    """Write files and load them."""

    def configure_files(files: Mapping[str, str | bytes] | str, **options: object) -> Configuration:
        return load(write(files), **options)  # type: ignore[arg-type]

    return configure_files


@pytest.fixture
def plan(configure: Callable[..., Configuration]) -> Plan:
    """Write files, load them and evaluate them."""

    def plan_files(files: Mapping[str, str | bytes] | str, **options: object) -> StaticPlan:
        return configure(files, **options).plan()

    return plan_files
