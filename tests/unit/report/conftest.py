"""A run to report: S1 as a person would meet it, written by hand so that reports are tested without anything else."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Fix, Hop, Intent, Reality, Severity, Verdict
from verifier.checking.result import Binding, BrokenCheck, Cause, ReadSummary, RunResult
from verifier.hcl.source import Diagnostic, Place
from verifier.report.paper import Plain
from verifier.report.terminal import report

GROUP = "/subscriptions/8d1f0c2e-0b3a-4c59-8f60-9a1a2b3c4d5e/resourceGroups/rg-osmorobo-tst-001"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-ml-osmorobo-tst-001"
WORKSPACE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/mlw-osmorobo-tst-001"

FLAG = Finding(
    check="INT02",
    subject="module.sil.azurerm_kubernetes_cluster_extension.azureml",
    verdict=Verdict.DISAGREES,
    severity=Severity.CRITICAL,
    sentence="Every flag that leaves a resource out was chosen by a person",
    what="nobody chose should_install_extension = false, so the extension is not planned",
    intent=Intent(
        text="should_install_extension = false",
        chosen=False,
        origin=(
            Hop(text="filled in by optional(): optional(bool, false)", place="../../modules/sil/variables.tf:112"),
            Hop(text="module argument: azureml_config, without the attribute", place="main.tf:160"),
        ),
    ),
    reality=Reality(
        text="an extension of another name: azureml-aks-osmorobo-tst-001",
        source=f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks-osmorobo-tst-001/providers/"
        "Microsoft.KubernetesConfiguration/extensions/azureml-aks-osmorobo-tst-001",
    ),
    why="without the extension the cluster runs no Azure ML job, and whoever installs it by hand owns it from then on",
    fix=Fix(
        action="pass should_install_extension = var.should_integrate_aks_cluster",
        place="main.tf:160",
        command="terraform import 'module.sil.azurerm_kubernetes_cluster_extension.azureml[0]' "
        f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks-osmorobo-tst-001/providers/"
        "Microsoft.KubernetesConfiguration/extensions/azureml-aks-osmorobo-tst-001",
        reverted_by_apply=False,
    ),
    see=("https://learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension",),
    concerns=frozenset({"module.sil.var.azureml_config.should_install_extension"}),
    link=5,
)
EXTENSION = Finding(
    check="EXT01",
    subject="cluster aks-osmorobo-tst-001",
    verdict=Verdict.DISAGREES,
    severity=Severity.CRITICAL,
    sentence="The cluster has the extension that Terraform means it to have",
    what="the extension is live and nothing in Terraform means it: unmanaged",
    intent=Intent(text="no extension", chosen=False),
    reality=Reality(text="azureml-aks-osmorobo-tst-001, Succeeded"),
    why="the next apply neither sees nor keeps it",
    fix=Fix(action="plan the extension, then import this one"),
    after=("INT02",),
    link=5,
)
COMPUTE = Finding(
    check="INT16",
    subject="module.sil.azapi_resource.compute[0]",
    verdict=Verdict.DISAGREES,
    severity=Severity.CRITICAL,
    sentence="The Kubernetes compute declares an identity",
    what="the compute k8s-osmorobo has no identity",
    intent=Intent(
        text="identity = null",
        chosen=False,
        origin=(Hop(text="filled in by optional(): optional(object({id=string}))", place="variables.tf:120"),),
    ),
    reality=Reality(text="identity: none", source=f"{WORKSPACE}/computes/k8s-osmorobo"),
    why="a job without an identity of its own reads data as its compute; a compute without one reads nothing",
    fix=Fix(
        action="give the compute the ML identity: compute = { identity = { id = module.platform.ml_identity.id } }",
        place="main.tf:171",
    ),
    notes=("an attached compute takes an identity only when it is attached: detach it, then apply",),
    see=("https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace",),
    link=11,
)
DATASTORE = Finding(
    check="DST01",
    subject="datastore workspaceblobstore",
    verdict=Verdict.DISAGREES,
    severity=Severity.HIGH,
    sentence="No datastore keeps a credential that its account refuses",
    what="the datastore keeps an account key, and the account refuses keys",
    intent=Intent(
        text="shared_access_key_enabled = false",
        chosen=True,
        origin=(Hop(text="set in a var file: false", place="terraform.tfvars:9"),),
    ),
    reality=Reality(text="credentialsType AccountKey", source=f"{WORKSPACE}/datastores/workspaceblobstore"),
    why="a stored key is used before any identity is",
    fix=Fix(
        action="allow shared keys",
        command="az storage account update --name stosmorobotst001 --allow-shared-key-access true",
        reverted_by_apply=True,
        weakens_security=True,
    ),
    link=13,
)
FEDERATED = Finding(
    check="FIC03",
    subject="federated credential aml-default-fic",
    verdict=Verdict.INERT,
    severity=Severity.INFO,
    sentence="A federated credential's service account exists and is used",
    what=f"present on {IDENTITY}, but without effect for training jobs",
    why="training jobs do not get their data through a federated credential",
    link=30,
)
ROLE = Finding(
    check="RBA01",
    subject="identity id-ml-osmorobo-tst-001",
    verdict=Verdict.UNVERIFIED,
    severity=Severity.CRITICAL,
    sentence="The identity that jobs run as may read the storage account's blobs",
    what="the role assignments could not be read",
    missing=("Microsoft.Authorization/roleAssignments/read",),
    link=14,
)
STORAGE = Finding(
    check="STO01",
    subject="storage account stosmorobotst001",
    verdict=Verdict.AGREES,
    severity=Severity.HIGH,
    sentence="The account allows shared keys exactly when Terraform means it to",
    what="keys are refused, as meant",
    link=13,
)

INCIDENT = RunResult(
    root="terraform/examples/incident",
    live="the simulator, terraform/examples/incident/world.json",
    findings=(STORAGE, FLAG, EXTENSION, COMPUTE, DATASTORE, FEDERATED, ROLE),
    causes=(Cause(finding=FLAG, explains=(EXTENSION,)), Cause(finding=COMPUTE), Cause(finding=DATASTORE)),
    exit_code=ExitCode.DISAGREES,
    diagnostics=(
        Diagnostic(
            severity="warning",
            summary="module.sil.var.azureml_config: the type has no attribute should_federate",
            place=Place("main.tf", 163, 5),
            detail="Terraform drops it without a word",
            next_step="write should_federate_ml_identity",
        ),
    ),
    reads=(
        ReadSummary(request=f"get {IDENTITY}", outcome="found"),
        ReadSummary(
            request=f"list {GROUP}/providers/Microsoft.Storage/storageAccounts/stosmorobotst001/providers/"
            "Microsoft.Authorization/roleAssignments",
            outcome="denied",
            detail="Microsoft.Authorization/roleAssignments/read",
        ),
    ),
    bound=(
        Binding(
            address="module.platform.azurerm_user_assigned_identity.ml.client_id",
            value="afbecdd1-1eb2-4fed-8043-b88a15f25154",
            source=f"live, {IDENTITY}",
        ),
    ),
    not_applicable=(("K8S01", "A service account's annotation names the identity"),),
)
HEALTHY = replace(
    INCIDENT,
    root="terraform",
    live="AzureCloud",
    findings=(STORAGE,),
    causes=(),
    exit_code=ExitCode.AGREES,
    diagnostics=(),
    reads=INCIDENT.reads[:1],
)
UNREADABLE = replace(
    HEALTHY,
    exit_code=ExitCode.UNREADABLE,
    diagnostics=(
        Diagnostic(
            severity="error",
            summary="an argument or a block was expected",
            place=Place("network.tf", 14, 3),
            detail="found '='",
            next_step="name the argument that is set",
        ),
        Diagnostic(severity="error", summary="var.location has no value", place=Place("variables.tf", 1)),
    ),
    broken=(BrokenCheck(check="INT03", place="checks/intent/test_flags.py:40", message="KeyError: 'compute'"),),
)


@pytest.fixture
def incident() -> RunResult:
    return INCIDENT


@pytest.fixture
def healthy() -> RunResult:
    return HEALTHY


@pytest.fixture
def unreadable() -> RunResult:
    return UNREADABLE


@pytest.fixture
def printed() -> Callable[..., str]:
    """The terminal report of a run, as text that nobody watches."""
    stream = io.StringIO()

    def print_report(result: RunResult, **options: Any) -> str:
        report(result, Plain(stream), **options)
        return stream.getvalue()

    return print_report


@pytest.fixture
def golden() -> Callable[[str, str], str]:
    """What a golden file holds; with VERIFIER_REWRITE_GOLDENS set, what it is now made to hold."""

    def read(name: str, now: str) -> str:
        file = Path(__file__).parent / "goldens" / name
        if os.environ.get("VERIFIER_REWRITE_GOLDENS"):
            file.write_text(now, encoding="utf-8")
        return file.read_text(encoding="utf-8")

    return read
