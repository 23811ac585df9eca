"""The cluster: OIDC issuer and workload identity."""

from __future__ import annotations

import pytest

from verifier.words import Cluster, Fix, Subject, agree


@pytest.mark.check(
    id="AKS01",
    severity="medium",
    asks="agreement",
    link=22,
    why="Without issuer and webhook no pod gets a token to exchange, and AADSTS90061 or AADSTS70021 is all it says.",
    see=["https://learn.microsoft.com/azure/aks/workload-identity-deploy-cluster"],
)
def test_oidc_and_workload_identity_are_as_intended(cluster: Subject[Cluster]) -> None:
    """The cluster's OIDC issuer and workload identity are on or off as Terraform says."""
    meant, found = cluster.intent, cluster.live
    fix = Fix(action="apply the configuration: `terraform apply`", place=cluster.place)
    if meant.oidc_issuer_enabled.stated:
        # left out, it is the service's to decide: on for clusters made with Kubernetes 1.34 or newer
        agree(meant.oidc_issuer_enabled, found.oidc_issuer_enabled, fix=fix)
    agree(meant.workload_identity_enabled, found.workload_identity_enabled, fix=fix)
