"""The pytest plug-in: checks are plain pytest functions, and this is all that makes them checks.

    pytest checks --infra-terraform DIR     judges DIR as `verify-infra run DIR` does

A test function with the marker `check` is one. The name of its argument says what it judges (selection.SUBJECTS);
each subject of the world becomes one pytest item, so that -k, -m, --lf, -n and JUnit files work as in any run.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from verifier.checking.marker import MARKER

if TYPE_CHECKING:
    from verifier.config import Settings


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options that say what to judge."""
    group = parser.getgroup("infra", "verify-infra")
    group.addoption("--infra-terraform", metavar="DIR", help="the Terraform root module to verify")
    inputs = {"dest": "infra_inputs", "action": "append", "default": []}
    group.addoption("--infra-var-file", metavar="FILE", type=_file_input, help="as terraform's -var-file", **inputs)
    group.addoption("--infra-var", metavar="NAME=VALUE", type=_text_input, help="as terraform's -var", **inputs)
    group.addoption("--infra-subscription", metavar="ID", default="", help="the subscription, if no provider names it")
    group.addoption("--infra-state", metavar="FILE", help="Terraform's state, as `verify-infra run --state` takes it")
    group.addoption("--infra-backend-config", metavar="FILE|NAME=VALUE", action="append", default=[], help="likewise")
    group.addoption("--infra-blob-endpoint", metavar="URL", default="", help="another blob service")
    group.addoption("--infra-snapshot", metavar="FILE", help="judge this snapshot instead of reading Azure")
    group.addoption("--infra-arm-endpoint", metavar="URL", default="", help="another server than Azure's own")
    group.addoption("--infra-kubernetes-endpoint", metavar="URL", default="", help="the cluster's API server")
    group.addoption("--infra-deadline", metavar="SECONDS", type=float, help="how long reading may take")
    group.addoption("--infra-baseline", metavar="FILE", help="as `verify-infra run --baseline`")
    group.addoption("--infra-fail-on", metavar="SEVERITY", default="", help="as `verify-infra run --fail-on`")
    group.addoption("--infra-offline", action="store_true", help="coherence only: no credentials, nothing is read live")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; with --infra-terraform, read everything once and judge by it."""
    config.addinivalue_line("markers", MARKER)
    root = config.getoption("--infra-terraform")
    if root and not config.option.help:
        from verifier.checking.items import CheckItems
        from verifier.checking.policy import policy_of
        from verifier.errors import VerifyInfraError
        from verifier.world.observe import observe

        try:
            asked = _settings(config, Path(root))
            world = observe(asked)
            policy = policy_of(asked, world.plan.comments)
        except VerifyInfraError as error:
            pytest.exit(f"verify-infra: {error}", returncode=error.exit_code)
        config.pluginmanager.register(CheckItems(world, policy), "verify-infra-checks")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse to run checks without anything to judge: they would all be vacuous."""
    if config.pluginmanager.has_plugin("verify-infra-checks"):
        return
    if any(item.get_closest_marker("check") for item in items):
        raise pytest.UsageError("these are infrastructure checks: say what to judge with --infra-terraform DIR")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Without anything to judge, a check still has to be collectable for the message above."""
    plugins = metafunc.config.pluginmanager
    if plugins.has_plugin("verify-infra-checks") or metafunc.definition.get_closest_marker("check") is None:
        return
    from verifier.checking.selection import SUBJECTS

    for name in metafunc.fixturenames:
        if name in SUBJECTS:
            metafunc.parametrize(name, [None], ids=["nothing to judge"])


def _file_input(text: str) -> tuple[bool, str]:
    """A var file, among what is given in order. Plain data, as pytest-xdist hands options to its workers."""
    return True, text


def _text_input(text: str) -> tuple[bool, str]:
    """A variable's name and text, likewise."""
    return False, text


def _settings(config: pytest.Config, root: Path) -> Settings:
    from verifier.config import Options, settings

    handed = getattr(config, "workerinput", {})
    snapshot = handed.get("infra_snapshot") or config.getoption("--infra-snapshot")
    state = config.getoption("--infra-state")
    options = Options(
        root=root,
        inputs=tuple(Path(text) if is_file else text for is_file, text in config.getoption("infra_inputs")),
        subscription=config.getoption("--infra-subscription"),
        snapshot=Path(snapshot) if snapshot else None,
        state=Path(state) if state else None,
        backend_config=tuple(config.getoption("--infra-backend-config")),
        blob_endpoint=config.getoption("--infra-blob-endpoint"),
        arm_endpoint="" if snapshot else config.getoption("--infra-arm-endpoint"),
        kubernetes_endpoint=config.getoption("--infra-kubernetes-endpoint"),
        deadline_seconds=config.getoption("--infra-deadline"),
        offline=config.getoption("--infra-offline"),
        baseline=Path(baseline) if (baseline := config.getoption("--infra-baseline")) else None,
        fail_on=config.getoption("--infra-fail-on"),
    )
    return settings(options, os.environ)
