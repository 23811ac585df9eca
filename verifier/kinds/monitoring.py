"""Monitoring: what a workspace and its jobs are logged in. A workspace without its component takes no jobs' metrics."""

from __future__ import annotations

from dataclasses import dataclass

from verifier.kinds.besides import LOCATION, Beside, Besides, served_besides, stated_besides
from verifier.kinds.compare import same_arm_id
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated

OF_A_COMPONENT = (LOCATION, Beside(argument=("application_type",), arm=("properties", "Application_Type")))
OF_LOGS = (
    LOCATION,
    Beside(argument=("sku",), arm=("properties", "sku", "name")),
    Beside(argument=("retention_in_days",), arm=("properties", "retentionInDays")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationInsights:
    """Terraform: azurerm_application_insights, azapi_resource. Live: Microsoft.Insights/components.

    `logs_id` is the ARM id of the Log Analytics workspace in which it keeps what it is told. Its instrumentation key
    and connection string are redacted as they are read.
    """

    name: Fact[str]
    logs_id: Fact[str]
    besides: Besides


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAnalytics:
    """Terraform: azurerm_log_analytics_workspace, azapi_resource. Live: Microsoft.OperationalInsights/workspaces."""

    name: Fact[str]
    besides: Besides


def _stated(says: Stated) -> ApplicationInsights:
    return ApplicationInsights(
        name=says.text("name", "name"),
        logs_id=says.text("workspace_id", "workspace_id", arm=("properties", "WorkspaceResourceId")),
        besides=stated_besides(says, OF_A_COMPONENT),
    )


def _served(document: Document) -> ApplicationInsights:
    return ApplicationInsights(
        name=document.text("name", "name"),
        logs_id=document.text("WorkspaceResourceId", "properties", "WorkspaceResourceId"),
        besides=served_besides(document, OF_A_COMPONENT),
    )


def _stated_logs(says: Stated) -> LogAnalytics:
    return LogAnalytics(name=says.text("name", "name"), besides=stated_besides(says, OF_LOGS))


def _served_logs(document: Document) -> LogAnalytics:
    return LogAnalytics(name=document.text("name", "name"), besides=served_besides(document, OF_LOGS))


APPLICATION_INSIGHTS = Kind(
    noun="application insights",
    arm_type="Microsoft.Insights/components",
    terraform_types=("azurerm_application_insights",),
    from_terraform=_stated,
    from_document=_served,
    compares={"logs_id": same_arm_id},
    besides=OF_A_COMPONENT,
)
LOG_ANALYTICS = Kind(
    noun="log analytics workspace",
    arm_type="Microsoft.OperationalInsights/workspaces",
    terraform_types=("azurerm_log_analytics_workspace",),
    from_terraform=_stated_logs,
    from_document=_served_logs,
    besides=OF_LOGS,
)
