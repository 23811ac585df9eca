"""Every fix that claims an edit of the source is made, and the finding is gone by it, and nothing new disagrees."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.checks.proofs.access import BLOB_ROLE
from tests.checks.proofs.breaking import ACCOUNT, CLUSTER, IDENTITY, WORKSPACE, edit, live
from tests.checks.proofs.federation_intent import ISSUER
from tests.checks.proofs.grants import workspace_as_the_ml_identity
from tests.checks.proofs.policies import SUBSCRIPTION
from tests.checks.proofs.roles import ML_GRANTS, ROLES, another, assigned, grants
from tests.checks.proofs.trusted_access import without_binding, without_local_accounts
from tests.checks.proofs.workspace import azurerm_workspace
from tests.checks.proofs.workspace_rights import READER, acting_as_ml, held, no_longer_held
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Finding, Verdict
from verifier.checking.fixing import Fixing, fixing
from verifier.checking.result import RunResult
from verifier.edits.diff import diff_of

if TYPE_CHECKING:
    from conftest import Bench

CHECKS = sorted((Path(__file__).parents[2] / "checks").glob("test_*.py"))
TERRAFORM = shutil.which("terraform")
STATE = Path(__file__).parents[1] / "stories/s1-flags-on/state.json"


class Mended(NamedTuple):
    """A way to break the reference stack's source, and what of the edit's text is then to be seen in which file.

    `offline` where what is live keeps the check from being sure; `added` are the checks that then say that what the
    edit adds is still to be applied.
    """

    breaks: Callable[[Bench], object]
    file: str
    text: str
    offline: bool = False
    added: tuple[str, ...] = ()


def several(*breaks: Callable[[Bench], object]) -> Callable[[Bench], object]:
    return lambda bench: [each(bench) for each in breaks]


def azurerm_beside_azapi(bench: Bench) -> None:
    azurerm_workspace(bench)
    bench.add(
        "modules/platform/main.tf",
        'resource "azapi_resource" "online" {\n'
        '  type      = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints@2025-12-01"\n'
        '  name      = "online"\n'
        "  parent_id = azurerm_machine_learning_workspace.workspace.id\n"
        "}\n",
    )


def azurerm_on_keys(bench: Bench) -> None:
    azurerm_workspace(bench)
    account = "  storage_account_id      = azurerm_storage_account.main.id\n"
    bench.edit("modules/platform/main.tf", account, account + '\n  storage_account_access_type = "AccessKey"\n')


def compute_without_a_variable(bench: Bench) -> None:
    path = bench.root / "modules/sil/azureml.tf"
    text = path.read_text(encoding="utf-8")
    start, end = text.index('  dynamic "identity" {'), text.index("  body = {\n    properties = {\n      computeType")
    path.write_text(text[:start] + text[end:], encoding="utf-8")


def provider_without_a_word(bench: Bench) -> None:
    """The provider's block says nothing but what it has to."""
    path = bench.root / PROVIDERS
    text = path.read_text(encoding="utf-8")
    azapi = text[text.index('provider "azapi"') :]
    path.write_text(f'provider "azurerm" {{\n  features {{}}\n}}\n\n{azapi}', "utf-8")
    bench.monkeypatch.setenv("ARM_SUBSCRIPTION_ID", SUBSCRIPTION.rpartition("/")[2])


def issuer_passed_from_the_root(bench: Bench) -> None:
    """The issuer is the root's to say, which writes it out."""
    bench.edit(AZUREML, ISSUER, "= var.issuer")
    bench.add("modules/sil/variables.tf", '\nvariable "issuer" {\n  type = string\n}\n')
    bench.edit(
        "main.tf", '  source = "./modules/sil"\n', f'  source = "./modules/sil"\n\n  issuer = "{WITHOUT_SLASH}"\n'
    )


def compute_as_itself(bench: Bench) -> None:
    """The compute has an identity of its own, which is granted the data and no images."""
    path = bench.root / AZUREML
    text = path.read_text(encoding="utf-8")
    start, end = text.index('  dynamic "identity" {'), text.index("  body = {\n    properties = {\n      computeType")
    own = '  identity {\n    type = "SystemAssigned"\n  }\n\n'
    path.write_text(text[:start] + own + text[end:], encoding="utf-8")
    bench.edit("main.tf", SAYS_IDENTITY, "")


SAYS_IDENTITY = "      identity              = { id = module.platform.ml_identity.id }\n"
SIL, AZUREML = "modules/sil/main.tf", "modules/sil/azureml.tf"
SAYS_WORKLOAD = "  workload_identity_enabled = true\n"
PROVIDERS, SAYS_TOKEN = "providers.tf", "  storage_use_azuread = true\n"
KUBELET = "= azurerm_kubernetes_cluster.main.kubelet_identity[0].object_id"
CLUSTER_ISSUER = "azurerm_kubernetes_cluster.main.oidc_issuer_url"
ML_IDENTITY = "id-ml-armpilot-dev-001"
WITHOUT_SLASH = "https://westus3.oic.prod-aks.azure.com/t/c"
SAYS_AUDIENCE = '["api://AzureADTokenExchange"]'
SAYS_TYPE = '  extension_type    = "Microsoft.AzureML.Kubernetes"\n'
NAMESPACE = "  release_namespace = var.azureml_config.extension.release_namespace\n"
SAYS_MODE = '  system_datastores_auth_mode             = "identity"\n'
WITHOUT_EXTENSION = edit("main.tf", "    should_install_extension    = var.should_integrate_aks_cluster\n", "")
MENDED = {
    "INT01": [
        Mended(WITHOUT_EXTENSION, "main.tf", "should_install_extension    = var.should_integrate_aks_cluster\n"),
    ],
    "INT03": [Mended(WITHOUT_EXTENSION, "main.tf", "should_install_extension    = var.should_integrate_aks_cluster\n")],
    "INT04": [
        Mended(edit(SIL, SAYS_WORKLOAD, ""), SIL, SAYS_WORKLOAD),
        Mended(edit(SIL, SAYS_WORKLOAD, SAYS_WORKLOAD.replace("true", "false")), SIL, SAYS_WORKLOAD),
    ],
    "INT05": [Mended(WITHOUT_EXTENSION, "main.tf", "should_install_extension    = var.should_integrate_aks_cluster\n")],
    "INT12": [
        Mended(edit("main.tf", SAYS_MODE, ""), "main.tf", SAYS_MODE),
        Mended(edit("main.tf", SAYS_MODE, SAYS_MODE.replace("identity", "accesskey")), "main.tf", SAYS_MODE),
        Mended(azurerm_on_keys, "modules/platform/main.tf", 'storage_account_access_type = "Identity"\n'),
    ],
    "INT13": [Mended(azurerm_beside_azapi, "modules/platform/main.tf", 'systemDatastoresAuthMode = "identity"\n')],
    "INT14": [
        Mended(edit(PROVIDERS, SAYS_TOKEN, ""), PROVIDERS, SAYS_TOKEN),
        Mended(edit(PROVIDERS, SAYS_TOKEN, SAYS_TOKEN.replace("true", "false")), PROVIDERS, SAYS_TOKEN),
        Mended(provider_without_a_word, PROVIDERS, SAYS_TOKEN),
    ],
    "INT16": [
        Mended(edit("main.tf", SAYS_IDENTITY, ""), "main.tf", SAYS_IDENTITY),
        Mended(compute_without_a_variable, "modules/sil/azureml.tf", "    identity_ids = [var.ml_identity.id]\n"),
    ],
    "INT18": [
        Mended(
            edit(
                "modules/platform/roles.tf",
                'grants         = ["blob-data", "file-data", "image-pull"]',
                'grants         = ["file-data", "image-pull"]',
            ),
            "modules/platform/main.tf",
            "  principal_id         = azurerm_user_assigned_identity.ml.principal_id\n",
        )
    ],
    "INT20": [
        Mended(
            another(assigned(principal="azurerm_user_assigned_identity.ml.client_id")),
            ROLES,
            "  principal_id         = azurerm_user_assigned_identity.ml.principal_id\n}",
        ),
        Mended(
            edit(SIL, KUBELET, KUBELET.replace("object_id", "client_id")),
            SIL,
            f"{KUBELET}\n",
        ),
        Mended(
            lambda bench: bench.add(
                SIL,
                assigned(principal="var.ml_identity.client_id").replace(
                    "azurerm_storage_account.main.id", "azurerm_kubernetes_cluster.main.id"
                ),
            ),
            SIL,
            "  principal_id         = var.ml_identity.principal_id\n",
        ),
        Mended(
            lambda bench: bench.add(
                ROLES, assigned(principal=f'"{bench.resource(IDENTITY, ML_IDENTITY)["properties"]["clientId"]}"')
            ),
            ROLES,
            "  principal_id         = azurerm_user_assigned_identity.ml.principal_id\n}",
        ),
    ],
    "INT21": [
        Mended(
            another(assigned(role='"Storage Blob Data Contributer"')),
            ROLES,
            '  role_definition_name = "Storage Blob Data Contributor"\n',
        ),
        Mended(
            edit(
                ROLES, '      role  = "Storage Blob Data Contributor"', '      role  = "StorageBlob Data Contributor"'
            ),
            ROLES,
            '      role  = "Storage Blob Data Contributor"',
        ),
    ],
    "INT22": [
        Mended(
            lambda bench: grants(bench, '"blob-data", "image-pull"', "Owner"),
            "modules/platform/main.tf",
            '  role_definition_name = "Storage Blob Data Contributor"\n',
        )
    ],
    "INT25": [
        Mended(edit(AZUREML, ISSUER, f'= "{WITHOUT_SLASH}"'), AZUREML, f"  issuer = {CLUSTER_ISSUER}\n"),
    ],
    "INT26": [
        Mended(edit(AZUREML, SAYS_AUDIENCE, '["api://pilots"]'), AZUREML, SAYS_AUDIENCE),
        Mended(edit(AZUREML, SAYS_AUDIENCE, "[]"), AZUREML, SAYS_AUDIENCE),
    ],
    "INT31": [
        Mended(edit(AZUREML, NAMESPACE, '  release_namespace = "ml"\n'), AZUREML, '  release_namespace = "azureml"\n'),
    ],
    "INT33": [
        Mended(
            several(without_local_accounts, without_binding),
            SIL,
            "  source_resource_id    = var.ml_workspace.id\n",
            added=("TWS01",),
        )
    ],
    "INT43": [
        Mended(
            edit(ROLES, '"file-data", "image-pull"]', '"file-data"]'),
            "modules/platform/main.tf",
            '  scope                = azurerm_container_registry.main.id\n  role_definition_name = "AcrPull"\n'
            "  principal_id         = azurerm_user_assigned_identity.ml.principal_id\n",
        ),
        Mended(
            compute_as_itself,
            AZUREML,
            '  role_definition_name = "AcrPull"\n'
            "  principal_id         = azapi_resource.compute[0].identity[0].principal_id\n",
            offline=True,
        ),
    ],
    "INT45": [
        Mended(
            lambda bench: workspace_as_the_ml_identity(bench, "Reader"),
            SIL,
            '  for_each = toset(["Kubernetes Extension Contributor", "Azure Kubernetes Service Cluster Admin Role"])\n',
            added=("RBA02", "TWS01"),
        )
    ],
    "INT32": [Mended(edit(AZUREML, SAYS_TYPE, SAYS_TYPE.replace("Kubernetes", "Kubernets")), AZUREML, SAYS_TYPE)],
}
ELSEWHERE = {
    "TWS01": "the tests below, which need a state",
    "INT41": "one of these",
    "RBA08": "the test below: what is live is mended by the next apply",
    "RBA09": "the test below: what is live is mended by the next apply",
}


def claims(file: Path) -> Iterator[str]:
    """The ids of a file's checks whose fix has edits, in the function itself or in one that it calls."""
    functions = {n.name: n for n in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(n, ast.FunctionDef)}
    for function in functions.values():
        ids = [k.value.value for d in function.decorator_list for k in getattr(d, "keywords", []) if k.arg == "id"]
        waiting, seen = [function.name], set()
        while waiting:
            name = waiting.pop()
            seen.add(name)
            called = {n.id for n in ast.walk(functions[name]) if isinstance(n, ast.Name)}
            waiting += [n for n in called if n in functions and n not in seen]
        edited = any(isinstance(n, ast.keyword) and n.arg == "edits" for s in seen for n in ast.walk(functions[s]))
        yield from (i for i in ids if edited)


def disagreeing(result: RunResult) -> set[str]:
    return {f.id for f in result.findings if f.verdict is Verdict.DISAGREES}


def with_only(result: RunResult, finding: Finding) -> Fixing:
    """What the fix of this finding alone changes."""
    from dataclasses import replace

    from verifier.checking.result import Cause

    return replace(result, causes=(Cause(finding=finding),))


def windows(words: list[str], like: str) -> list[list[str]]:
    """All runs of as many words as a text has: what is aligned with its neighbours is known by its words."""
    size = len(like.split())
    return [words[start : start + size] for start in range(len(words) - size + 1)]


def write(found: Fixing, root: Path) -> None:
    for file in found.files:
        (root / file.path).write_bytes(file.after.encode())


def test_every_fix_that_claims_an_edit_is_proven() -> None:
    claimed = {check for file in CHECKS for check in claims(file)}
    assert claimed == {*MENDED, *ELSEWHERE}


@pytest.mark.parametrize(
    ("check", "mended"), [pytest.param(c, m, id=f"{c}-{n}") for c, ms in MENDED.items() for n, m in enumerate(ms)]
)
def test_the_edit_mends_what_was_found(check: str, mended: Mended, bench: Bench) -> None:
    mended.breaks(bench)
    before = bench.run(offline=mended.offline)
    finding, *_ = (f for f in before.findings if f.check == check and f.verdict is Verdict.DISAGREES)

    found = fixing(with_only(before, finding), bench.root)
    assert found.steps[0].change.not_made == ""
    write(found, bench.root)

    assert mended.text.split() in windows((bench.root / mended.file).read_text(encoding="utf-8").split(), mended.text)
    assert {f.path for f in found.files} - {"imports.tf"} == {mended.file}
    after = bench.run(offline=mended.offline)
    assert finding.id not in disagreeing(after)
    assert {f for f in disagreeing(after) - disagreeing(before) if not f.startswith(mended.added or "-")} == set()
    assert disagreeing(bench.run(offline=True)) <= disagreeing(before) - {finding.id}


@pytest.mark.parametrize(
    ("check", "file", "text"),
    [
        ("RBA08", SIL, '["Kubernetes Extension Contributor", "Azure Kubernetes Service Cluster Admin Role"]'),
        ("RBA09", "modules/platform/main.tf", 'azurerm_role_assignment" "workspace_on_storage_account"'),
    ],
)
def test_once_the_source_grants_the_workspaces_identity_its_roles_they_are_to_be_applied(
    check: str, file: str, text: str, bench: Bench
) -> None:
    without_data_roles(bench)
    before = bench.run()
    [finding] = [f for f in before.findings if f.check == check]
    assert finding.verdict is Verdict.DISAGREES

    write(fixing(with_only(before, finding), bench.root), bench.root)

    assert text in (bench.root / file).read_text(encoding="utf-8")
    [after] = [f for f in bench.run().findings if f.check == check]
    assert after.fix is not None
    assert (after.fix.action, after.fix.edits) == ("apply the configuration: `terraform apply`", ())


def without_data_roles(bench: Bench) -> None:
    """The workspace acts as the ML identity, which nobody grants data, and of the cluster nothing but reading."""
    edit(ROLES, ML_GRANTS, ML_GRANTS.replace('"blob-data", ', ""))(bench)
    workspace_as_the_ml_identity(bench, "Reader")
    acting_as_ml(bench)
    held(bench, bench.resource(CLUSTER)["id"], READER)
    no_longer_held(bench, BLOB_ROLE)


@pytest.mark.skipif(TERRAFORM is None, reason="terraform is not installed")
@pytest.mark.parametrize(
    ("check", "mended"), [pytest.param(c, m, id=f"{c}-{n}") for c, ms in MENDED.items() for n, m in enumerate(ms)]
)
def test_terraform_fmt_has_nothing_to_say_of_the_edit(check: str, mended: Mended, bench: Bench) -> None:
    mended.breaks(bench)
    assert TERRAFORM is not None
    subprocess.run([TERRAFORM, "fmt", "-recursive", "."], cwd=bench.root, capture_output=True, check=True)
    before = bench.run(offline=True)
    if not any(id_.startswith(check) for id_ in disagreeing(before)):  # it takes what is live to see it
        before = bench.run()
    finding, *_ = (f for f in before.findings if f.check == check and f.verdict is Verdict.DISAGREES)
    write(fixing(with_only(before, finding), bench.root), bench.root)

    told = subprocess.run(
        [TERRAFORM, "fmt", "-check", "-diff", "-recursive", "."], cwd=bench.root, capture_output=True, text=True
    )
    assert told.stdout == ""


def test_the_incident_is_mended_by_what_its_causes_name(incident: Bench) -> None:
    before = incident.run()

    found = fixing(before, incident.root)
    write(found, incident.root)

    assert [step.change.finding.check for step in found.steps] == ["INT01", "INT16", "INT12", "INT01"]
    assert [step.change.not_made for step in found.steps] == [""] * 4
    assert [[c.finding.subject for c in step.along] for step in found.steps] == [
        ["extension azureml-aks-osmorobo-tst-001"],
        [],
        [],
        ["federated credential aml-default-fic", "federated credential aml-training-fic"],
    ]
    assert found.replaces == ("module.sil.azapi_resource.compute[0]",)
    gated = incident.run(offline=True)
    assert gated.exit_code is ExitCode.AGREES
    after = incident.run(state=STATE)
    assert "TWS01" not in {f.check for f in after.findings if f.verdict is Verdict.DISAGREES and "extension" in f.id}
    assert {c.finding.check for c in after.causes} == {"CMP02", "WKS01"}, "what is left is to be applied"


def test_git_applies_the_incidents_diff(incident: Bench) -> None:
    found = fixing(incident.run(), incident.root)
    diff = "".join(diff_of(f.path, f.before, f.after, new=f.new) for f in found.files)

    subprocess.run(["git", "apply", "-"], cwd=incident.root, input=diff.encode(), check=True)

    assert {f.path: (incident.root / f.path).read_text("utf-8") for f in found.files} == {
        f.path: f.after for f in found.files
    }


def test_a_fix_is_not_made_twice(incident: Bench) -> None:
    before = incident.run()
    write(fixing(before, incident.root), incident.root)
    again = fixing(incident.run(offline=True), incident.root)
    assert (again.steps, again.files) == ((), ())


def test_what_is_live_and_not_in_the_state_is_imported_under_its_own_name(incident: Bench) -> None:
    incident.edit(
        "main.tf",
        "    should_integrate_aks = var.should_integrate_aks_cluster\n",
        "    should_integrate_aks        = var.should_integrate_aks_cluster\n"
        "    should_install_extension    = var.should_integrate_aks_cluster\n"
        "    should_federate_ml_identity = var.should_integrate_aks_cluster\n",
    )
    before = incident.run(state=STATE)
    findings = [f for f in before.findings if f.check == "TWS01" and f.verdict is Verdict.DISAGREES]
    findings = [f for f in findings if f.fix is not None and f.fix.edits]
    assert len(findings) == 3

    for finding in findings:
        write(fixing(with_only(before, finding), incident.root), incident.root)

    after = incident.run(state=STATE)
    assert not {f.id for f in findings} & disagreeing(after)
    text = (incident.root / "main.tf").read_text(encoding="utf-8")
    assert '    extension                   = { name = "azureml-aks-osmorobo-tst-001" }\n' in text
    assert (incident.root / "imports.tf").read_text(encoding="utf-8").count("import {") == 3


def test_what_the_state_has_under_another_address_is_moved(incident: Bench, tmp_path: Path) -> None:
    state = json.loads(STATE.read_text(encoding="utf-8"))
    old = next(r for r in state["resources"] if r["type"] == "azurerm_storage_account" and r.get("mode") == "managed")
    old["name"] = "data"
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state), encoding="utf-8")
    before = incident.run(state=file)
    [finding] = [f for f in before.findings if f.check == "TWS01" and f.fix and "moved {" in f.fix.hcl]

    write(fixing(with_only(before, finding), incident.root), incident.root)

    assert (incident.root / "moved.tf").read_text(encoding="utf-8").startswith("moved {\n  from = module.platform.")
    assert finding.id not in disagreeing(incident.run(state=file))


def test_what_all_else_hangs_on_is_moved_rather_than_made_again(incident: Bench, tmp_path: Path) -> None:
    state = json.loads(STATE.read_text(encoding="utf-8"))
    old = next(r for r in state["resources"] if r["type"] == "azurerm_kubernetes_cluster" and r["mode"] == "managed")
    old["name"] = "before"
    file = tmp_path / "state.json"
    file.write_text(json.dumps(state), encoding="utf-8")
    before = incident.run(state=file)
    [finding] = [f for f in before.findings if f.check == "INT41" and f.verdict is Verdict.DISAGREES]

    write(fixing(with_only(before, finding), incident.root), incident.root)

    assert (incident.root / "moved.tf").read_text(encoding="utf-8").startswith("moved {\n  from = module.sil.")
    assert finding.id not in disagreeing(incident.run(state=file))


def test_an_edit_that_cannot_be_made_says_why_and_leaves_the_rest(bench: Bench) -> None:
    bench.edit("main.tf", SAYS_IDENTITY, "")
    bench.edit("main.tf", "    compute = {\n", "    compute = merge({}, {\n")
    bench.edit(
        "main.tf",
        "      instance_types        = var.instance_types\n    }\n",
        "      instance_types = var.instance_types\n    })\n",
    )
    bench.edit("main.tf", SAYS_MODE, "")

    found = fixing(bench.run(offline=True), bench.root)

    made = {step.change.finding.check: step.change.not_made for step in found.steps}
    assert made == {"INT16": "main.tf:42: it is computed there, not written as an object", "INT12": ""}
    assert [f.path for f in found.files] == ["main.tf"]


def test_which_identity_is_meant_is_not_guessed_where_two_are_granted(bench: Bench) -> None:
    bench.edit("main.tf", SAYS_IDENTITY, "")
    bench.add(
        "modules/platform/main.tf",
        'resource "azurerm_user_assigned_identity" "other" {\n'
        '  name                = "id-other"\n'
        "  resource_group_name = azurerm_resource_group.main.name\n"
        "  location            = azurerm_resource_group.main.location\n"
        "}\n"
        'resource "azurerm_role_assignment" "other" {\n'
        "  scope                = azurerm_storage_account.main.id\n"
        '  role_definition_name = "Storage Blob Data Contributor"\n'
        "  principal_id         = azurerm_user_assigned_identity.other.principal_id\n"
        "}\n",
    )

    [step] = [s for s in fixing(bench.run(offline=True), bench.root).steps if s.change.finding.check == "INT16"]

    assert step.change.finding.fix is not None
    assert step.change.finding.fix.edits == ()


def left_to_a_person(bench: Bench, check: str) -> str:
    """Why no edit is made for what a check finds, offline."""
    [step] = [s for s in fixing(bench.run(offline=True), bench.root).steps if s.change.finding.check == check]
    assert step.change.files == ()
    return step.change.not_made


def test_a_role_that_may_be_one_of_two_is_left_to_a_person(bench: Bench) -> None:
    bench.add(ROLES, assigned(role='"AcrPul"'))

    assert left_to_a_person(bench, "INT21") == 'a person decides which role is meant: "AcrPull" or "AcrPush"'


def test_a_client_id_that_is_handed_on_is_left_where_it_is(bench: Bench) -> None:
    bench.edit(
        ROLES,
        "        principal_id   = azurerm_user_assigned_identity.ml.principal_id\n",
        "        principal_id   = azurerm_user_assigned_identity.ml.client_id\n",
    )
    [first, *_] = [s for s in fixing(bench.run(offline=True), bench.root).steps if s.change.finding.check == "INT20"]

    assert first.change.not_made.endswith("principal_id is said there already: each.value.principal_id")


def test_whose_principal_an_applications_client_id_stands_for_is_not_guessed(bench: Bench) -> None:
    bench.add(ROLES, 'resource "azuread_application" "app" {\n  display_name = "app"\n}\n')
    bench.add(ROLES, assigned(principal="azuread_application.app.client_id"))

    assert left_to_a_person(bench, "INT20").startswith("a person decides whose principal_id it is")


def test_a_module_is_not_given_the_issuer_that_it_makes_itself(bench: Bench) -> None:
    issuer_passed_from_the_root(bench)

    assert left_to_a_person(bench, "INT25").startswith("a person decides how the cluster's issuer gets there")


def test_which_clusters_issuer_is_meant_is_not_guessed(bench: Bench) -> None:
    bench.edit(AZUREML, ISSUER, f'= "{WITHOUT_SLASH}"')
    path = bench.root / SIL
    text = path.read_text(encoding="utf-8")
    block = text[text.index('resource "azurerm_kubernetes_cluster" "main"') :]
    bench.add(SIL, block[: block.index("\n}\n") + 3].replace('"main"', '"other"'))

    assert left_to_a_person(bench, "INT25") == "a person decides which cluster is meant"


@pytest.mark.parametrize(
    ("environment", "audience"), [("usgovernment", "api://AzureADTokenExchangeUSGov"), ("german", "")]
)
def test_the_audience_is_that_of_the_providers_cloud(environment: str, audience: str, bench: Bench) -> None:
    from verifier.config import Options, settings
    from verifier.world.correcting import audience_meant
    from verifier.world.observe import observe

    bench.edit(PROVIDERS, SAYS_TOKEN, f'{SAYS_TOKEN}  environment = "{environment}"\n')

    def meant(cloud: str) -> str:
        return audience_meant(observe(settings(Options(root=bench.root, offline=True, cloud=cloud), {})))

    assert meant("AzureUSGovernment") == audience
    assert meant("AzureCloud") == ""


def test_a_grant_is_not_added_to_a_module_that_is_called_more_than_once(bench: Bench) -> None:
    bench.edit(ROLES, '"file-data", "image-pull"]', '"file-data"]')
    call = 'module "platform" {\n  source = "./modules/platform"\n'
    bench.edit("main.tf", call, f'{call}  for_each = toset(["", "-b"])\n')
    path = bench.root / "main.tf"
    path.write_text(path.read_text("utf-8").replace("= module.platform.", '= module.platform[""].'), "utf-8")

    assert left_to_a_person(bench, "INT43").startswith("a person decides where to add it")


def shared_keys(bench: Bench) -> Finding:
    [finding] = [f for f in bench.run().findings if f.check == "STO01"]
    return finding


def test_keys_are_not_turned_off_before_the_workspace_has_left_them(bench: Bench) -> None:
    live(ACCOUNT, lambda p: p.update(allowSharedKeyAccess=True))(bench)
    plain = shared_keys(bench)
    live(WORKSPACE, lambda p: p.update(systemDatastoresAuthMode="AccessKey"))(bench)
    ordered = shared_keys(bench)

    assert plain.fix is not None
    assert ordered.fix is not None
    assert plain.fix.action.startswith("apply the configuration")
    assert ordered.fix.action.startswith("let workspace mlw-armpilot-dev-001 leave its keys first")
    assert any("one apply turns keys off first" in note for note in ordered.notes)
