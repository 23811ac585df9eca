"""One run: observe once, let pytest run the checks in this process, sum up."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.checking.bundled import checks_directory
from verifier.checking.exit_code import ExitCode
from verifier.checking.invocation import arguments, own_plugins_only
from verifier.checking.items import CheckItems
from verifier.checking.overlooked import Overlooked
from verifier.checking.policy import policy_of
from verifier.checking.result import ReadSummary, RunResult
from verifier.checking.summing_up import reads_of
from verifier.checking.trouble import broken_folder, cut_short
from verifier.errors import ConfigurationError
from verifier.world.observe import observe

if TYPE_CHECKING:
    import pytest

    from verifier.config import Settings
    from verifier.hcl.source import Diagnostic
    from verifier.world import World


def run(settings: Settings) -> RunResult:
    """Verify what the settings ask for.

    Raises VerifyInfraError when the run cannot begin. A check that breaks is a finding, not an exception.
    """
    return judge(settings, observe(settings))


def judge(settings: Settings, world: World) -> RunResult:
    """Let the checks that the settings ask for judge a world. Raises ConfigurationError where they cannot be run."""
    for folder in settings.checks:
        if not folder.exists():
            raise ConfigurationError("there is no such folder of checks", where=folder.as_posix())
    policy = policy_of(settings, world.plan.comments)
    items = CheckItems(world, policy)
    said = _pytest(settings, items, settings.checks)
    if said is not None and settings.checks:
        # Something in the own folders stops pytest as a whole, a conftest.py for example: what is bundled still judges.
        items = CheckItems(world, policy)
        items.broken.append(broken_folder(settings.checks, said))
        said = _pytest(settings, items, ())
    if said is not None:
        raise ConfigurationError(said or "the checks could not be collected", where="pytest")
    return items.result(root=settings.root.as_posix(), live=settings.live)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A snapshot's text, and what it may lack: how each read ended, and what of the source could not be understood.

    `stateless` is why the state could not be looked at; empty where it was, or where there is none.
    """

    text: str
    reads: tuple[ReadSummary, ...]
    stateless: str
    errors: tuple[Diagnostic, ...]


def take_snapshot(settings: Settings, *, mask: bool = False) -> Taken:
    """Read what a run would read. What the source names where it could not be understood is not among it."""
    from verifier.live.masking import masked
    from verifier.live.snapshot import Snapshot, stamp, text_of
    from verifier.world.recording import kept

    world = observe(settings)
    snapshot = Snapshot(
        taken=stamp(world.now) if world.now else "",
        cloud=settings.cloud,
        subscription=world.subscription,
        resources=(),
        objects=(),
        documents=world.documents,
        state=kept(world),
    )
    return Taken(
        text=text_of(masked(snapshot) if mask else snapshot),
        reads=tuple(reads_of(world)),
        stateless=world.state_said if world.state_failed else "",
        errors=tuple(d for d in world.plan.diagnostics if d.severity == "error"),
    )


def _pytest(settings: Settings, items: CheckItems, own: Sequence[Path]) -> str | None:
    """Let pytest run the bundled checks and the own ones; what it said, if it could not begin."""
    import pytest

    folders = [checks_directory(), *own]
    # A file that cannot be collected is told of, and takes no other with it.
    asked = [*map(str, folders), *arguments(folders[0], others=bool(own)), "--continue-on-collection-errors"]
    if settings.select:
        asked += ["-k", settings.select]
    said = io.StringIO()
    overlooked, stopping = Overlooked(own), _Stopping()
    with own_plugins_only(), redirect_stderr(said):
        ended = int(pytest.main(asked, plugins=[items, overlooked, stopping]))
    if type(stopping.by) is KeyboardInterrupt:
        raise KeyboardInterrupt
    items.broken += overlooked.found
    if stopping.by is not None and items.findings:
        # What was judged by then is told, and never taken for all there is.
        items.broken.append(cut_short(stopping.by))
    if ended in (ExitCode.AGREES, ExitCode.DISAGREES, ExitCode.NOTHING_CHECKED) or items.findings or items.broken:
        print(said.getvalue(), end="", file=sys.stderr)
        return None
    return said.getvalue()


class _Stopping:
    """The plug-in that hears when pytest stops before all is judged: a check may tell it to, whatever it ends with."""

    def __init__(self) -> None:
        self.by: BaseException | None = None

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep what stopped it."""
        self.by = excinfo.value

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep what pytest, or a plug-in of it, stumbled over."""
        self.by = excinfo.value
