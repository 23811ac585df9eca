"""What the source plans with nothing in place of what it cannot be without: Terraform refuses it, and so does a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Verdict

if TYPE_CHECKING:
    from conftest import Bench

ROLES, SIL, AZUREML = "modules/platform/roles.tf", "modules/sil/main.tf", "modules/sil/azureml.tf"
DATA = "module.platform.azurerm_role_assignment.data["
CREDENTIAL = 'module.sil.azurerm_federated_identity_credential.ml["pilot-runner-fic"]'


def refused(bench: Bench, *, offline: bool) -> list[Finding]:
    result = bench.run(offline=offline)
    assert result.exit_code is ExitCode.DISAGREES
    return [f for f in result.findings if f.check == "INT52" and f.verdict is Verdict.DISAGREES]


@pytest.mark.parametrize("offline", [True, False], ids=["gate", "run"])
@pytest.mark.parametrize(
    ("file", "said", "name", "subject"),
    [
        (ROLES, "  scope                = each.value.scope\n", "scope", DATA),
        (ROLES, "  role_definition_name = each.value.role\n", "role_definition_id or role_definition_name", DATA),
        (AZUREML, "  cluster_id        = azurerm_kubernetes_cluster.main.id\n", "cluster_id", "module.sil."),
    ],
)
@pytest.mark.parametrize("instead", ["{} = null\n", '{} = ""\n', ""])
def test_what_is_planned_without_what_it_needs_is_told_where_it_is(
    bench: Bench, offline: bool, file: str, said: str, name: str, subject: str, instead: str
) -> None:
    bench.edit(file, said, instead.format(said.split(maxsplit=1)[0]))

    found = refused(bench, offline=offline)

    assert found
    for finding in found:
        assert finding.subject.startswith(subject)
        assert f"is planned without {name}:" in finding.what
        assert finding.fix is not None
        assert finding.fix.place.startswith(f"{file}:")


def test_a_null_names_the_variable_that_it_comes_from(bench: Bench) -> None:
    bench.add("modules/platform/variables.tf", 'variable "scope" {\n  type    = string\n  default = null\n}\n')
    bench.edit(ROLES, "= each.value.scope\n", "= var.scope\n")

    (finding, *_) = refused(bench, offline=True)

    assert finding.reality is not None
    assert finding.reality.text == "scope says nothing: module.platform.var.scope is null"


def test_what_only_apply_gives_is_said(bench: Bench) -> None:
    bench.edit(
        AZUREML,
        "  cluster_id        = azurerm_kubernetes_cluster.main.id\n",
        "  cluster_id = terraform_data.later.id\n",
    )
    bench.add(AZUREML, 'resource "terraform_data" "later" {}\n')

    found = [f for f in bench.run(offline=True).findings if f.check == "INT52"]

    assert {f.verdict for f in found} == {Verdict.AGREES}
