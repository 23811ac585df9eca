"""From findings to a result: order, causes, what was read, the exit code."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from verifier.checking.causes import causes_of
from verifier.checking.chain import chains_of
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Severity, Verdict
from verifier.checking.result import Binding, BrokenCheck, ReadSummary, RunResult
from verifier.hcl.source import Diagnostic
from verifier.live.documents import Absent, Denied, Failed, Found

if TYPE_CHECKING:
    from verifier.checking.policy import Policy
    from verifier.world import World


def sum_up(
    world: World,
    findings: Iterable[Finding],
    *,
    root: str,
    live: str,
    broken: tuple[BrokenCheck, ...] = (),
    not_applicable: tuple[tuple[str, str], ...] = (),
    policy: Policy | None = None,
    asked: Collection[str] = (),
    there: Collection[str] = (),
) -> RunResult:
    """The result of a run over a world. `asked` are the ids of the checks that were asked in it, `there` of all."""
    ordered = sorted(findings, key=lambda f: (f.link, f.check, f.subject))
    return RunResult(
        root=root,
        live=live,
        findings=tuple(ordered),
        causes=causes_of(ordered),
        exit_code=exit_code(ordered, world.plan.diagnostics, policy=policy, broken=broken),
        diagnostics=world.plan.diagnostics,
        reads=tuple(reads_of(world)),
        bound=tuple(Binding(address=b.address, value=b.value, source=b.source) for b in world.bound),
        broken=broken,
        not_applicable=not_applicable,
        state=world.state_said,
        waiver_notes=policy.notes(ordered, asked, there) if policy else (),
        chains=chains_of(world, ordered),
        fail_on=policy.fail_on if policy else Severity.INFO,
    )


def exit_code(
    findings: Sequence[Finding],
    diagnostics: Iterable[Diagnostic],
    *,
    policy: Policy | None = None,
    broken: Sequence[BrokenCheck] = (),
) -> ExitCode:
    """A configuration that could not be read whole wins: what was judged is not all there is. Then 1, 3, 10.

    A check that broke verified nothing, whatever the others say. A disagreement that the policy does not let fail the
    run is still one.
    """
    verdicts = {f.verdict for f in findings}
    if any(d.severity == "error" for d in diagnostics):
        return ExitCode.UNREADABLE
    if any(f.verdict is Verdict.DISAGREES and (policy is None or policy.fails(f)) for f in findings):
        return ExitCode.DISAGREES
    if broken:
        return ExitCode.INTERNAL_ERROR
    if verdicts & {Verdict.UNVERIFIED, Verdict.PENDING}:
        return ExitCode.UNVERIFIED
    return ExitCode.AGREES if verdicts - {Verdict.NOT_APPLICABLE} else ExitCode.NOTHING_CHECKED


def reads_of(world: World) -> Iterator[ReadSummary]:
    """Every read, for people."""
    for request, outcome in world.documents:
        match outcome:
            case Found(documents=documents):
                detail = str(len(documents)) if request.operation == "list" else ""
                yield ReadSummary(request=str(request), outcome="found", detail=detail)
            case Absent(code=code):
                yield ReadSummary(request=str(request), outcome="absent", detail=code)
            case Denied(permission=permission):
                yield ReadSummary(request=str(request), outcome="denied", detail=permission)
            case Failed(because=because):
                yield ReadSummary(request=str(request), outcome="failed", detail=because)
