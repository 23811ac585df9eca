"""Every check passes in the healthy world, fails in a broken one, and is unverified when its facts are denied.

What it says in each of them, to the last word, stands in the folder `said`.
"""

from __future__ import annotations

import importlib
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.chains import unfounded
from tests.checks.proofs.breaking import ACCOUNT, Proof, nothing
from tests.checks.saying import expected, said
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Verdict

if TYPE_CHECKING:
    from conftest import Bench

FAMILIES = [
    importlib.import_module(f"tests.checks.proofs.{file.stem}").PROOFS
    for file in sorted((Path(__file__).parent / "proofs").glob("*.py"))
    if file.stem != "breaking"
]
PROOFS: dict[str, Proof] = {check: proof for family in FAMILIES for check, proof in family.items()}
PREPARED = sorted(check for check, proof in PROOFS.items() if proof.stands is not nothing)


def says_what_to_do(finding: Finding) -> bool:
    """Whether a fix edits, commands, says what a person has to decide first, or needs no change of the source."""
    fix = finding.fix
    if fix is None:
        return False
    beside_the_source = not fix.place or re.search(r"\b(apply|again|attach|approve)\b", fix.action)
    return bool(fix.edits or fix.command or fix.decide or beside_the_source)


@pytest.fixture(scope="module")
def collected() -> set[str]:
    """The ids of all bundled checks, as their files say them."""
    folder = Path(__file__).parents[2] / "checks"
    return {i for f in folder.glob("test_*.py") for i in re.findall(r'^    id="(\w+)"', f.read_text("utf-8"), re.M)}


def test_every_check_has_its_proofs(collected: set[str]) -> None:
    assert collected == set(PROOFS)
    assert [check for check, times in Counter(c for f in FAMILIES for c in f).items() if times > 1] == []


def test_in_the_healthy_world_every_check_agrees(bench: Bench, collected: set[str]) -> None:
    result = bench.run()

    assert [(f.id, f.what) for f in result.findings if f.verdict is not Verdict.AGREES] == []
    assert {f.check for f in result.findings} | set(PREPARED) == collected
    assert result.exit_code is ExitCode.AGREES
    told = said(result.findings, bench.root)
    assert told == expected("healthy", told)


@pytest.mark.parametrize("check", PREPARED)
def test_in_the_healthy_world_that_has_its_subject_the_check_agrees(bench: Bench, check: str) -> None:
    PROOFS[check].stands(bench)

    findings = [f for f in bench.run().findings if f.check == check]

    assert {f.verdict for f in findings} == {Verdict.AGREES}
    told = said(findings, bench.root)
    assert told == expected(f"agrees/{check}", told)


@pytest.mark.parametrize("check", sorted(PROOFS))
def test_in_its_broken_world_the_check_disagrees(bench: Bench, check: str) -> None:
    PROOFS[check].stands(bench)
    PROOFS[check].breaks(bench)

    result = bench.run()
    found = [f for f in result.findings if f.check == check]

    assert PROOFS[check].verdict in {f.verdict for f in found}
    assert [f.what for f in found if f.verdict is Verdict.DISAGREES and not says_what_to_do(f)] == []
    assert list(unfounded(result)) == []
    told = said(found, bench.root)
    assert told == expected(f"disagrees/{check}", told)


@pytest.mark.parametrize("check", sorted(PROOFS))
def test_without_its_facts_the_check_is_unverified(bench: Bench, check: str) -> None:
    PROOFS[check].stands(bench)
    PROOFS[check].hides(bench)

    result = bench.run()

    findings = [f for f in result.findings if f.check == check]
    verdicts = {f.verdict for f in findings}
    assert Verdict.UNVERIFIED in verdicts
    assert Verdict.AGREES not in verdicts or check.startswith("INT")
    told = said(findings, bench.root)
    assert told == expected(f"unverified/{check}", told)
    assert result.exit_code in {ExitCode.DISAGREES, ExitCode.UNVERIFIED, ExitCode.UNREADABLE}


def test_a_deny_assignment_takes_a_granted_role_away(bench: Bench) -> None:
    account = bench.resource(ACCOUNT)["id"]
    bench.world["resources"].append(
        {
            "id": f"{account}/providers/Microsoft.Authorization/denyAssignments/5f1e7f0c-2b0c-4b0e-9a55-0c8a4c2f7a11",
            "type": "Microsoft.Authorization/denyAssignments",
            "name": "5f1e7f0c-2b0c-4b0e-9a55-0c8a4c2f7a11",
            "properties": {
                "denyAssignmentName": "stack armpilot",
                "scope": account,
                "doNotApplyToChildScopes": False,
                "permissions": [{"dataActions": ["Microsoft.Storage/storageAccounts/blobServices/*"]}],
                "principals": [{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}],
                "excludePrincipals": [],
            },
        }
    )

    findings = [f for f in bench.run().findings if f.verdict is Verdict.DISAGREES]

    assert [f.check for f in findings] == ["RBA01", "RBA09"]
    assert all("the deny assignment stack armpilot takes it away" in f.what for f in findings)


def test_deny_assignments_that_could_not_be_read_leave_a_grant_unverified(bench: Bench) -> None:
    bench.deny("/denyAssignments$")

    findings = [f for f in bench.run().findings if f.verdict is not Verdict.AGREES]

    assert {(f.check, f.verdict) for f in findings} == {(c, Verdict.UNVERIFIED) for c in ("RBA01", "RBA06", "RBA09")}
    assert {f.missing for f in findings} == {("Microsoft.Authorization/denyAssignments/read",)}
