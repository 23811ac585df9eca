"""What every check said in every world that the tests show it, kept, so that a mutant can be asked the same again.

Judging is pure: a check that says what it said before, of all subjects in all worlds of a test, cannot change how that
test ends. So the tests worth running for a mutant are those in whose worlds it says something else.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.mutation.mutants import REPOSITORY
from verifier.checking.finding import Finding
from verifier.checking.items import _TOLD, CheckItems, _subject
from verifier.checking.judging import judge
from verifier.checking.marker import Metadata
from verifier.checking.selection import Judged
from verifier.checking.verdicts import listening
from verifier.terraform.hops import Secrets

COMPARED = ("tests/checks/test_every_check.py::test_", "tests/checks/test_odd_worlds.py::test_")
"""Where a check says something else in one of these, the test fails: it need not be run to know."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ending:
    """How one check ended on one subject in one test. `given` is what it was called with; `file` as mutants have it."""

    test: str
    file: str
    function: Callable[..., object]
    check: Metadata
    subject: Judged
    given: Mapping[str, Any]
    secrets: Secrets
    finding: Finding

    @property
    def is_compared(self) -> bool:
        """Whether the test compares all that this check says of its subjects with a file, to the last word."""
        return self.test.startswith(COMPARED) and (
            f"[{self.check.id}]" in self.test or "healthy_world_every" in self.test or "odd_worlds" in self.test
        )

    def again(self, function: Callable[..., object]) -> Finding:
        """What another function, or the same, says of the same."""
        raised: BaseException | None = None
        with listening(self.secrets) as told:
            try:
                function(**self.given)
            except (Exception, pytest.skip.Exception) as ended:  # noqa: BLE001 - whatever it is, it is how the check ended
                raised = ended
        return judge(self.check, self.subject, told, raised)


class Listener:
    """Hears every check of every run that the tests make in this process. `test` is the one that runs."""

    def __init__(self) -> None:
        self.test = ""
        self.endings: list[Ending] = []

    @contextmanager
    def listening(self) -> Generator[None]:
        """Be a plug-in of all runs within."""
        usual = pytest.main

        def main(args: Any = None, plugins: Sequence[object] | None = None) -> int | pytest.ExitCode:
            hears = [_OneRun(self, p) for p in plugins or () if isinstance(p, CheckItems)]
            return usual(args, [*(plugins or ()), *hears])

        pytest.main = main  # type: ignore[assignment]
        try:
            yield
        finally:
            pytest.main = usual


class _OneRun:
    def __init__(self, listener: Listener, items: CheckItems) -> None:
        self._listener = listener
        self._items = items

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        check, subject = self._items._metadata(item), _subject(item)
        path = Path(item.path)
        if call.when != "call" or check is None or subject is None or not path.is_relative_to(REPOSITORY / "checks"):
            return
        told = item.stash[_TOLD]
        raised = call.excinfo.value if call.excinfo is not None else None
        names = item._fixtureinfo.argnames  # type: ignore[attr-defined]
        self._listener.endings.append(
            Ending(
                test=self._listener.test,
                file=path.relative_to(REPOSITORY).as_posix(),
                function=item.function,  # type: ignore[attr-defined]
                check=check,
                subject=subject,
                given={name: item.funcargs[name] for name in names},  # type: ignore[attr-defined]
                secrets=told.secrets,
                finding=judge(check, subject, told, raised),
            )
        )
