"""Checks as pytest items: one for each subject, judged when run, gathered into a result."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from verifier.checking.asserted import asserted
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Verdict
from verifier.checking.judging import is_verdict, judge
from verifier.checking.marker import MARKER, MarkerError, Metadata, Question, read_marker, refuse_clashes
from verifier.checking.policy import Policy
from verifier.checking.result import BrokenCheck, RunResult
from verifier.checking.selection import SUBJECTS, Judged, chosen
from verifier.checking.summing_up import exit_code, sum_up
from verifier.checking.text import plain_text
from verifier.checking.trouble import named, place_of, trouble_of
from verifier.checking.verdicts import Told, listening
from verifier.checking.wire import from_wire, to_wire
from verifier.kinds.fact import NotKnown
from verifier.terraform.hops import Secrets
from verifier.world.surfaces import Access, Intent, Live, Recorded

if TYPE_CHECKING:
    from verifier.world import World

_TOLD = pytest.StashKey[Told]()


class FixtureBroke(Exception):
    """A fixture of a check raised something: the check was never asked."""


class CheckItems:
    """The plug-in of one run: it has the world, makes the items, and collects their findings."""

    def __init__(self, world: World, policy: Policy) -> None:
        self.world = world
        self.policy = policy
        self._secrets = Secrets(variable.value for variable in world.plan.variables)
        self.findings: list[Finding] = []
        self.broken: list[BrokenCheck] = []
        self.checks: dict[str, Metadata] = {}
        self._read: dict[tuple[object, int], Metadata] = {}
        """What each function's marker says; the marker by its identity, which lives as long as the function."""
        self.not_applicable: list[tuple[str, str]] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the marker, and let no check answer by what it returns: pytest would take any answer for a yes."""
        config.addinivalue_line("markers", MARKER)
        config.addinivalue_line("filterwarnings", "error::pytest.PytestReturnNotNoneWarning")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why a file of checks could not be collected."""
        if report.failed:
            place, message = trouble_of(report)
            self.broken.append(BrokenCheck(check=report.nodeid.rpartition("/")[2], place=place, message=message))

    @pytest.fixture(name="world")
    def world_fixture(self) -> World:
        """Intent and reality, joined."""
        return self.world

    @pytest.fixture(name="intent")
    def intent_fixture(self) -> Intent:
        """What the Terraform source says."""
        return Intent(self.world)

    @pytest.fixture(name="state")
    def state_fixture(self) -> Recorded:
        """What Terraform's state has."""
        return Recorded(self.world)

    @pytest.fixture(name="live")
    def live_fixture(self) -> Live:
        """What Azure and Kubernetes say, as far as it was read."""
        return Live(self.world)

    @pytest.fixture(name="access")
    def access_fixture(self) -> Access:
        """Who may do what with an account's data."""
        return Access(self.world)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One item for each subject."""
        check = self._metadata(metafunc.definition)
        if check is None:
            return
        names = [n for n in metafunc.fixturenames if n in SUBJECTS]
        if len(names) != 1:
            raise pytest.UsageError(
                f"{_where(metafunc.definition)}: a check judges one subject at a time; name one argument of "
                f"{', '.join(sorted(SUBJECTS))}"
            )
        if (names[0] == "resource") != bool(check.types):
            raise pytest.UsageError(
                f"{_where(metafunc.definition)}: a check of `resource` names the Terraform types that it judges: "
                'types=["azurerm_key_vault"]; other checks name none'
            )
        subjects = chosen(names[0], check.of, self.world, types=check.types)
        if not subjects and self._judged_here(check):
            self.not_applicable.append((check.id, check.sentence))
        metafunc.parametrize(names[0], subjects, ids=[s.label for s in subjects])

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Let -k choose a check by its id, too; have no traceback of it written, whose place a finding takes."""
        check = self._metadata(item)
        if check is not None:
            item.extra_keyword_matches.add(check.id)
            # A traceback shows what its frames were called with: whole worlds, half a second's work each time.
            item.__dict__["repr_failure"] = _untold

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Refuse clashing metadata; offline, leave out what needs live facts."""
        try:
            refuse_clashes(list(self.checks.values()))
        except MarkerError as error:
            raise pytest.UsageError(str(error)) from None
        left_out = [i for i in items if (c := self._metadata(i)) is not None and not self._judged_here(c)]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [i for i in items if i not in left_out]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Listen to what the check says."""
        with listening(self._secrets) as told:
            item.stash[_TOLD] = told
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Judge, and let pytest's own report say the same in its words."""
        report = yield
        check, subject = self._metadata(item), _subject(item)
        raised = call.excinfo.value if call.excinfo is not None else None
        if call.when == "setup" and raised is not None and not (report.skipped or isinstance(raised, NotKnown)):
            said = asserted(raised) if isinstance(raised, AssertionError) else raised
            raised = FixtureBroke(f"{type(raised).__name__}: {said}").with_traceback(raised.__traceback__)
        if check is None or subject is None or call.when == "teardown" or (call.when == "setup" and raised is None):
            return report
        if report.skipped:
            # By a mark or a fixture, too, before it is called: what nobody asked is not passed over in silence.
            _speak(report, judge(check, subject, item.stash.get(_TOLD, Told()), raised))
            return report
        finding = judge(check, subject, item.stash.get(_TOLD, Told()), raised)
        broken = raised if raised is not None and not is_verdict(raised) else None
        # That a check broke is nothing that anybody accepted.
        _speak(report, finding if broken else self.policy.settle(finding, subject.concerns))
        if broken is not None:
            place = place_of(broken, item)
            report.__dict__["infra_broken"] = [check.id, place, f"{type(broken).__name__}: {broken}"]
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather findings, wherever they were judged."""
        finding = getattr(report, "infra_finding", None)
        if finding is not None:
            self.findings.append(finding)
        broken = getattr(report, "infra_broken", None)
        if broken is not None:
            self.broken.append(BrokenCheck(check=broken[0], place=broken[1], message=broken[2]))

    @pytest.hookimpl(wrapper=True)
    def pytest_report_to_serializable(self) -> Generator[None, dict[str, Any] | None, dict[str, Any] | None]:
        """Put what pytest-xdist sends to another process in plain data."""
        plain = yield
        if plain is not None and "infra_finding" in plain:
            plain["infra_finding"] = to_wire(plain["infra_finding"])
        return plain

    @pytest.hookimpl(wrapper=True)
    def pytest_report_from_serializable(
        self, data: dict[str, Any]
    ) -> Generator[
        None, pytest.CollectReport | pytest.TestReport | None, pytest.CollectReport | pytest.TestReport | None
    ]:
        """Take it from there."""
        if "infra_finding" in data:
            data["infra_finding"] = from_wire(data["infra_finding"])
        return (yield)

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """A verdict's own word where pytest has none."""
        finding = getattr(report, "infra_finding", None)
        if finding is None or report.when == "teardown":
            return None
        match finding.verdict:
            case Verdict.UNVERIFIED:
                return "unverified", "U", "UNVERIFIED"
            case Verdict.PENDING:
                return "pending", "P", "PENDING"
            case Verdict.INERT:
                return "inert", "i", "INERT"
            case Verdict.WAIVED:
                return "waived", "w", "WAIVED"
        return None

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """pytest's exit code in the verifier's terms: 1 is a disagreement, 10 and 11 are ours."""
        if exitstatus in (ExitCode.AGREES, ExitCode.DISAGREES, ExitCode.NOTHING_CHECKED):
            session.exitstatus = exit_code(
                self.findings, self.world.plan.diagnostics, policy=self.policy, broken=self.broken
            )

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Where to start, in bare pytest."""
        for word in ("unverified", "pending"):
            for report in terminalreporter.stats.get(word, []):
                terminalreporter.write_line(str(report.longrepr))
        result = self.result(root="")
        if result.causes:
            terminalreporter.section("where to start")
        for number, cause in enumerate(result.causes, start=1):
            waived = " (waived; what follows from it is not)" if cause.finding.verdict is Verdict.WAIVED else ""
            terminalreporter.write_line(f"{number}. {cause.finding.id}: {cause.finding.what}{waived}")
            for explained in cause.explains:
                terminalreporter.write_line(f"   explains {explained.id}: {explained.what}")

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand what was read to a worker of pytest-xdist, so that live is read once."""
        from verifier.live.snapshot import dump, stamp
        from verifier.world.recording import kept

        with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False, encoding="utf-8") as file:
            file.write(
                dump(
                    self.world.documents,
                    taken=stamp(self.world.now) if self.world.now else "",
                    cloud=self.world.cloud,
                    subscription=self.world.subscription,
                    state=kept(self.world),
                )
            )
        self._handed = Path(file.name)
        node.workerinput["infra_snapshot"] = file.name
        node.config.add_cleanup(lambda: Path(file.name).unlink(missing_ok=True))

    def result(self, *, root: str, live: str = "") -> RunResult:
        """Everything the run found."""
        return sum_up(
            self.world,
            self.findings,
            root=root,
            live=live,
            broken=tuple(self.broken),
            not_applicable=tuple(sorted(set(self.not_applicable))),
            policy=self.policy,
            asked={f.check for f in self.findings} | {check for check, _ in self.not_applicable},
            there=self.checks.keys(),
        )

    def _metadata(self, node: pytest.Item | pytest.Function) -> Metadata | None:
        marker = node.get_closest_marker("check")
        function = getattr(node, "function", None)
        if marker is None or function is None:
            return None
        asked = (function, id(marker))
        if asked in self._read:
            return self._read[asked]
        try:
            check = read_marker(marker.kwargs, function.__doc__)
        except MarkerError as error:
            raise pytest.UsageError(f"{_where(node)}: {error}") from None
        known = self.checks.get(check.id)
        if known is not None and known != check:
            raise pytest.UsageError(f"{_where(node)}: another check has the id {check.id}")
        self.checks[check.id] = self._read[asked] = check
        return check

    def _judged_here(self, check: Metadata) -> bool:
        return not self.world.offline or check.asks is Question.COHERENCE


def _subject(item: pytest.Item) -> Judged | None:
    callspec = getattr(item, "callspec", None)
    if callspec is None:
        return None
    # Without any subject there is an item all the same, with pytest's own mark for nothing in its place.
    subjects = (v for n, v in callspec.params.items() if n in SUBJECTS and hasattr(v, "label"))
    subject: Judged | None = next(subjects, None)
    return subject


def _untold(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    return excinfo.typename


def _speak(report: pytest.TestReport, finding: Finding) -> None:
    report.__dict__["infra_finding"] = finding
    if finding.verdict in (Verdict.INERT, Verdict.WAIVED):
        report.outcome = "passed"
        report.longrepr = None
    elif report.failed:
        report.longrepr = plain_text(finding)


def _where(node: pytest.Item | pytest.Function) -> str:
    return f"{named(node.path)}:{(node.location[1] or 0) + 1}"
