"""What a workspace is logged in: there or not, as it was meant or not, and never printed with what opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verifier.checking.finding import Finding, Verdict
from verifier.report.json import render

if TYPE_CHECKING:
    from conftest import Bench

COMPONENT, LOGS = "Microsoft.Insights/components", "Microsoft.OperationalInsights/workspaces"
NAMES = {COMPONENT: "application insights appi-armpilot-dev-001", LOGS: "log analytics workspace log-armpilot-dev-001"}
KEY = "0d1e2f30-4152-4637-8495-a6b7c8d9e0f1"


def existence(bench: Bench, arm_type: str) -> Finding:
    [finding] = [f for f in bench.run().findings if f.id == f"TWS01[{NAMES[arm_type]}]"]
    return finding


@pytest.mark.parametrize("arm_type", NAMES)
def test_what_is_there_as_it_was_meant_agrees(bench: Bench, arm_type: str) -> None:
    assert existence(bench, arm_type).verdict is Verdict.AGREES


@pytest.mark.parametrize("arm_type", NAMES)
def test_what_is_gone_is_said(bench: Bench, arm_type: str) -> None:
    bench.remove(arm_type)

    finding = existence(bench, arm_type)

    assert finding.verdict is Verdict.DISAGREES
    assert "is planned, and not live" in finding.what


@pytest.mark.parametrize("arm_type", NAMES)
def test_what_may_not_be_read_is_not_known(bench: Bench, arm_type: str) -> None:
    bench.deny(f"/{arm_type}/[^/]+$")

    finding = existence(bench, arm_type)

    assert finding.verdict is Verdict.UNVERIFIED
    assert finding.missing == (f"{arm_type}/read",)


def test_what_logs_somewhere_else_is_told(bench: Bench) -> None:
    properties = bench.resource(COMPONENT)["properties"]
    properties["WorkspaceResourceId"] = properties["WorkspaceResourceId"].replace("log-armpilot", "log-other")

    finding = existence(bench, COMPONENT)

    assert finding.verdict is Verdict.DISAGREES
    assert "WorkspaceResourceId is" in finding.what


def test_what_keeps_for_fewer_days_is_told(bench: Bench) -> None:
    bench.resource(LOGS)["properties"]["retentionInDays"] = 7

    assert "retentionInDays is 7, and the source says 30" in existence(bench, LOGS).what


def test_what_opens_it_is_in_no_report(bench: Bench) -> None:
    bench.resource(COMPONENT)["properties"] |= {
        "InstrumentationKey": KEY,
        "ConnectionString": f"InstrumentationKey={KEY};IngestionEndpoint=https://westus3.in.applicationinsights.example/",
        "Application_Type": "other",
    }

    result = bench.run()

    assert any("Application_Type" in f.what for f in result.findings)
    assert KEY not in render(result)
