"""One worker: runs its share of the tests once, and is then asked about mutants.

First it asks the mutant's checks again, in the worlds of the tests that compare all that a check says with a file. For
a mutant that says there what it should it forks: the fork, which has everything imported and collected already, puts
the mutant in the place of what it is a mutant of, asks the checks in the worlds of all tests, and runs those tests in
whose worlds they say something else, until one fails. What a fork does ends with it; no file is written.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.queues import Queue
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.checks.saying import is_odd, said
from tests.mutation.endings import Ending, Listener
from tests.mutation.mutants import REPOSITORY, Mutant, changed
from tests.mutation.swapping import is_imported, module_of, take_the_place
from verifier.checking.catalogue import read_catalogue
from verifier.checking.finding import Finding, Verdict

NEAR = (
    "tests/unit/access",
    "tests/unit/world",
    "tests/checks/test_every_check.py",
    "tests/checks/test_odd_worlds.py",
    "tests/checks/test_catalogue.py",
    "tests/docs/test_generated.py",
)
WIDER = ("tests/stories", "tests/checks", "tests/unit/cli/test_whole_runs.py", "tests/unit/cli/test_roles.py")
"""The tests that are asked: the near ones for every mutant, the wider ones for what those did not notice."""
ELSEWHERE = ("tests/checks/test_bare_pytest.py", "tests/checks/test_errors.py", "tests/checks/test_knowing_less.py")
"""Not asked: they run the verifier as another process, ask no check anything, or import the checks for themselves."""

METADATA = (
    "tests/checks/test_every_check.py::test_in_the_healthy_world_every_check_agrees",
    "tests/checks/test_catalogue.py",
    "tests/docs/test_generated.py",
    "tests/stories",
    "tests/checks/test_chain.py",
)
"""What is said above a check is read by these, whatever it says of a world."""
CATALOGUED = "tests/checks/test_catalogue.py::test_every_number_of_a_family_is_a_check_or_has_a_reason_and_never_both"
PAGES = "tests/docs/test_generated.py::test_every_check_has_its_page_and_every_page_is_current"
ROLES = ("tests/unit/cli/test_roles.py", "tests/checks/test_role_checks.py")
"""Roles are read while a world is observed, which asking again does not do."""

TRIES = 10
"""How many tests are run for a mutant because checks say something else in their worlds."""
SECONDS = 600
SECONDS_TO_SAY = 120


class Late(BaseException):
    """A mutant says nothing any more. No exception that a check is asked to end with."""


class Worker:
    """The plug-in of a worker's pytest session: its share is every `of`-th test, from `number` on."""

    def __init__(self, number: int, of: int, asked: Queue[Any], told: Queue[Any]) -> None:
        self._number = number
        self._of = of
        self._asked = asked
        self._told = told
        self._items: dict[str, pytest.Item] = {}
        self._seconds: dict[str, float] = {}
        self._endings: dict[str, list[Ending]] = {}
        self._failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hear of a failed test."""
        self._failed = self._failed or report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests that are named, or try the mutant that is asked for, until nothing more is."""
        while (asked := self._asked.get()) is not None:
            if isinstance(asked, tuple):
                mutant, runs = asked
                by = self._forked(mutant, session.config) if runs else self._said_otherwise(mutant, session.config)
                self._told.put((self._number, mutant, by))
            else:
                near = [i for i in session.items if i.nodeid.startswith(NEAR)]
                self._record(near if asked == "near" else [i for i in session.items if i not in near])
        return True

    def _record(self, tests: list[pytest.Item]) -> None:
        """Run this worker's share of the tests, and keep what is said in them."""
        gc.unfreeze()
        gc.set_threshold(100_000, 50, 1000)  # what is kept grows, and there is nothing in it to collect
        share = tests[self._number :: self._of]
        self._items, self._seconds, listener = {}, {}, Listener()
        with listener.listening():
            for item, following in zip(share, (*share[1:], None), strict=False):
                listener.test = item.nodeid
                began = time.monotonic()
                if self._passes(item, following):
                    self._items[item.nodeid] = item
                    self._seconds[item.nodeid] = time.monotonic() - began
                else:
                    self._say(f"left aside, since it fails as it is: {item.nodeid}")
                if len(self._items) % 50 == 0:
                    self._say(f"{len(self._items)} of {len(share)}")
        self._endings = defaultdict(list)
        for ending in listener.endings:
            if ending.test in self._items:
                self._endings[ending.file].append(ending)
        self._say(f"{len(self._items)} tests, {sum(map(len, self._endings.values()))} endings")
        gc.collect()
        gc.freeze()

    def _say(self, what: str) -> None:
        print(f"worker {self._number}: {what}", file=sys.stderr, flush=True)

    def _passes(self, item: pytest.Item, following: pytest.Item | None = None) -> bool:
        self._failed = False
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        return not self._failed

    def _said_otherwise(self, mutant: Mutant, config: pytest.Config) -> str:
        """The test that fails for what a check says, if there is one of which that is known without running it."""
        if not mutant.file.startswith("checks/") or not is_imported(mutant):
            return ""
        try:
            module = module_of(mutant, changed(mutant), config)
        except Exception as broken:  # noqa: BLE001 - a module that cannot be imported is noticed by all
            return f"import: {type(broken).__name__}"
        if mutant.above:
            return _marked_otherwise(getattr(module, mutant.within), self._endings[mutant.file], mutant.within)
        compared = [e for e in self._endings[mutant.file] if e.is_compared]
        signal.signal(signal.SIGALRM, _late)
        signal.alarm(SECONDS_TO_SAY)
        try:
            return next((test for test, surely in self._changed(compared, mutant, module) if surely), "")
        except Late:
            return "time"
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def _forked(self, mutant: Mutant, config: pytest.Config) -> str:
        """What noticed the mutant; empty when nothing did."""
        here, there = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(here)
            signal.alarm(SECONDS)
            gc.disable()
            try:
                by = self._noticed(mutant, config)
            except BaseException as broken:  # noqa: BLE001 - whatever it is, it ends the fork, and is told
                by = f"! {type(broken).__name__}: {broken}"
            os.write(there, json.dumps(by).encode())
            os._exit(0)
        os.close(there)
        with os.fdopen(here, "rb") as told:
            by = told.read()
        os.waitpid(child, 0)
        return str(json.loads(by)) if by else "time"

    def _noticed(self, mutant: Mutant, config: pytest.Config) -> str:
        if not is_imported(mutant):
            return ""
        try:
            module = take_the_place(mutant, changed(mutant), config)
        except Exception as broken:  # noqa: BLE001 - a module that cannot be imported is noticed by all
            return f"import: {type(broken).__name__}"
        tried: set[str] = set()
        for test, surely in self._worth_running(mutant, module):
            if surely:
                return test
            if test not in tried:
                tried.add(test)
                if not self._passes(self._items[test]):
                    return test
        return ""

    def _worth_running(self, mutant: Mutant, module: ModuleType) -> Iterator[tuple[str, bool]]:
        """Tests, and whether one is known to fail without being run."""
        if mutant.file.startswith("checks/"):
            if mutant.above:
                yield from self._under(METADATA)
            yield from self._changed(self._endings[mutant.file], mutant, module)
            return
        yield from self._under(("tests/unit/access",))
        yield from self._under(("tests/unit/world",))
        yield from self._under(ROLES)
        yield from self._changed([e for of in self._endings.values() for e in of], mutant, module)

    def _under(self, paths: tuple[str, ...]) -> Iterable[tuple[str, bool]]:
        there = sorted((t for t in self._items if t.startswith(paths)), key=self._seconds.__getitem__)
        return ((test, False) for test in there)

    def _changed(self, endings: list[Ending], mutant: Mutant, module: ModuleType) -> Iterator[tuple[str, bool]]:
        """Tests in whose worlds something else is said than before, the nearest first, no more than TRIES."""
        checks = {e.function.__name__ for e in endings}
        asked = [e for e in endings if mutant.within not in checks or e.function.__name__ == mutant.within]
        found: set[str] = set()
        for ending in sorted(asked, key=self._rank):
            if ending.test in found:
                continue
            function = getattr(module, ending.function.__name__, ending.function)
            if mutant.file != ending.file:
                function = ending.function
            now = ending.again(function)
            if now != ending.finding and self._is_steady(ending, mutant):
                found.add(ending.test)
                yield ending.test, ending.is_compared and _told(now, ending) != _told(ending.finding, ending)
                if len(found) == TRIES:
                    return

    def _is_steady(self, ending: Ending, mutant: Mutant) -> bool:
        return mutant.file != ending.file or ending.again(ending.function) == ending.finding

    def _rank(self, ending: Ending) -> tuple[int, float]:
        if ending.is_compared:
            near = 0
        elif ending.test.startswith("tests/stories"):
            near = 1
        else:
            near = 3 if "test_every_check" in ending.test else 2
        return near, self._seconds[ending.test]


def _marked_otherwise(function: Callable[..., object], endings: list[Ending], name: str) -> str:
    """The test that fails for what stands above a check: without a marker it is none, and its page tells its link."""
    mark = next((m for m in getattr(function, "pytestmark", []) if m.name == "check"), None)
    if mark is None:
        return CATALOGUED
    before = next((e.check.link for e in endings if e.function.__name__ == name), None)
    chain = read_catalogue(REPOSITORY / "checks" / "catalogue.toml").chain
    return PAGES if before is not None and chain.get(before) != chain.get(mark.kwargs.get("link", 99)) else ""


def _late(*_: object) -> None:
    raise Late


def _told(finding: Finding, ending: Ending) -> str:
    """What the test's file has of a finding, at the least."""
    shown = is_odd(finding) if "odd_worlds" in ending.test else finding.verdict is not Verdict.NOT_APPLICABLE
    return said([finding] if shown else [], Path("/"))


def work(number: int, of: int, asked: Queue[Any], told: Queue[Any], only: tuple[str, ...]) -> None:
    """A worker's whole life, in a process of its own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    ignored = [f"--ignore={path}" for path in ELSEWHERE]
    options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", *ignored]
    pytest.main([*options, *(only or (*NEAR, *WIDER))], plugins=[Worker(number, of, asked, told)])
    told.put((number, None, ""))
