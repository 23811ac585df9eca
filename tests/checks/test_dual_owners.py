"""Scripts that make what Terraform makes too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verifier.checking.finding import Finding, Verdict

if TYPE_CHECKING:
    from conftest import Bench

ATTACH = "az ml compute attach --type Kubernetes --name k8s --workspace-name {} --resource-id /x"
EXTENSION = "az k8s-extension create --extension-type Microsoft.AzureML.Kubernetes --name a --cluster-name {}"
CREDENTIAL = "az identity federated-credential create --name a --identity-name {} --subject {} --issuer $ISSUER"
SUBJECT = "system:serviceaccount:robotics:pilot-runner"


def judged(bench: Bench, command: str, file: str = "scripts/make.sh") -> Finding:
    (bench.root / file).parent.mkdir(exist_ok=True)
    bench.add(file, f"{command}\n")
    (found,) = [f for f in bench.run(offline=True).findings if f.check == "INT40"]
    return found


@pytest.mark.parametrize(
    ("command", "subject"),
    [
        (EXTENSION.format("AKS-armpilot-dev-001"), "extension azureml"),
        (ATTACH.format("mlw-armpilot-dev-001"), "compute k8s-dev-001"),
        (CREDENTIAL.format("id-ml-armpilot-dev-001", SUBJECT), "federated credential pilot-runner-fic"),
    ],
)
def test_what_terraform_plans_too_has_two_makers(bench: Bench, command: str, subject: str) -> None:
    found = judged(bench, command)

    assert found.verdict is Verdict.DISAGREES
    assert found.what.startswith(f"{subject} is planned as ")
    assert found.fix is not None
    assert found.fix.place == "scripts/make.sh:1"


@pytest.mark.parametrize(
    "command",
    [
        EXTENSION.format("aks-other"),
        EXTENSION.format("aks-armpilot-dev-001").replace("Microsoft.AzureML.Kubernetes", "microsoft.flux"),
        ATTACH.format("mlw-other"),
        ATTACH.format("mlw-armpilot-dev-001").replace("Kubernetes", "VirtualMachine"),
        CREDENTIAL.format("id-other", SUBJECT),
        CREDENTIAL.format("id-ml-armpilot-dev-001", "system:serviceaccount:other:app"),
    ],
)
def test_what_is_something_else_is_not(bench: Bench, command: str) -> None:
    assert judged(bench, command).verdict is Verdict.AGREES


@pytest.mark.parametrize("command", [EXTENSION.format("$1"), ATTACH.format("$WS"), CREDENTIAL.format("$ID", SUBJECT)])
def test_of_what_it_is_known_only_when_it_runs(bench: Bench, command: str) -> None:
    found = judged(bench, command)

    assert found.verdict is Verdict.UNVERIFIED
    assert "known only when it runs" in found.what


def test_what_is_declared_as_the_script_s_is_the_script_s(bench: Bench) -> None:
    bench.add("verifier.toml", 'owned_elsewhere = ["extension"]\n')

    assert judged(bench, EXTENSION.format("aks-armpilot-dev-001")).verdict is Verdict.AGREES


def test_what_terraform_does_not_plan_has_one_maker(bench: Bench) -> None:
    bench.edit("terraform.tfvars", "should_integrate_aks_cluster = true", "should_integrate_aks_cluster = false")

    assert judged(bench, EXTENSION.format("aks-armpilot-dev-001")).verdict is Verdict.AGREES


def test_a_local_exec_is_a_script_too(bench: Bench) -> None:
    command = EXTENSION.format("${module.sil.cluster.name}")
    text = f'resource "terraform_data" "x" {{\n  provisioner "local-exec" {{\n    command = "{command}"\n  }}\n}}'
    found = judged(bench, text, "exec.tf")

    assert (found.verdict, found.subject) == (Verdict.UNVERIFIED, "az k8s-extension create (exec.tf:3)")
