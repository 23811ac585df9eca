"""One run: observe once, let pytest run the checks in this process, sum up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier.checking.bundled import checks_directory
from verifier.checking.invocation import arguments, own_plugins_only
from verifier.checking.items import CheckItems
from verifier.checking.policy import policy_of
from verifier.checking.result import ExitCode, ReadSummary, RunResult
from verifier.checking.summing_up import reads_of
from verifier.errors import ConfigurationError
from verifier.world.observe import observe

if TYPE_CHECKING:
    from verifier.config import Settings
    from verifier.world import World


def run(settings: Settings) -> RunResult:
    """Verify what the settings ask for.

    Raises VerifyInfraError when the run cannot begin. A check that breaks is a finding, not an exception.
    """
    return judge(settings, observe(settings))


def judge(settings: Settings, world: World) -> RunResult:
    """Let the checks that the settings ask for judge a world. Raises ConfigurationError where they cannot be run."""
    items = CheckItems(world, policy_of(settings, world.plan.comments))
    ended = _pytest(settings, items)
    if ended not in (ExitCode.AGREES, ExitCode.DISAGREES, ExitCode.NOTHING_CHECKED) and not items.findings:
        raise ConfigurationError(
            items.trouble or "the checks could not be collected",
            where=", ".join(p.as_posix() for p in settings.checks),
            next_step="run `pytest --collect-only` on the folder to see why",
        )
    return items.result(root=settings.root.as_posix(), live=settings.live)


def take_snapshot(settings: Settings, *, mask: bool = False) -> tuple[str, tuple[ReadSummary, ...]]:
    """Read what a run would read; the snapshot's text, masked where that is asked for, and how each read ended."""
    from verifier.live.masking import masked
    from verifier.live.snapshot import Snapshot, stamp, text_of

    world = observe(settings)
    snapshot = Snapshot(
        taken=stamp(world.now) if world.now else "",
        cloud=settings.cloud,
        subscription=world.subscription,
        resources=(),
        objects=(),
        documents=world.documents,
    )
    return text_of(masked(snapshot) if mask else snapshot), tuple(reads_of(world))


def _pytest(settings: Settings, items: CheckItems) -> int:
    import pytest

    folders = [checks_directory(), *settings.checks]
    for folder in settings.checks:
        if not folder.exists():
            raise ConfigurationError("there is no such folder of checks", where=folder.as_posix())
    asked = [*(str(folder) for folder in folders), *arguments(folders[0])]
    if settings.select:
        asked += ["-k", settings.select]
    with own_plugins_only():
        return int(pytest.main(asked, plugins=[items]))
