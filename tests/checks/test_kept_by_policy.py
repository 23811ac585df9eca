"""What policies keep otherwise than Terraform says: on every kind that they can, and where they cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks.proofs.breaking import ACCOUNT, CLUSTER, WORKSPACE
from tests.checks.proofs.policies import LOCAL_ACCOUNTS_ALIAS, local_accounts_off_by_hand, policy
from verifier.checking.finding import Finding, Verdict
from verifier.kinds.every import KINDS
from verifier.live.wire import READING_POSTS

if TYPE_CHECKING:
    from conftest import Bench

REGISTRY = "Microsoft.ContainerRegistry/registries"
VAULT = "Microsoft.KeyVault/vaults"
MAIN = "modules/platform/main.tf"
STATED = (MAIN, '  account_kind                    = "StorageV2"\n')

KEPT = {
    f"{REGISTRY}/adminUserEnabled": True,
    f"{REGISTRY}/publicNetworkAccess": "Disabled",
    f"{REGISTRY}/networkRuleSet.defaultAction": "Deny",
    f"{VAULT}/enableRbacAuthorization": False,
    f"{VAULT}/enablePurgeProtection": True,
    f"{WORKSPACE}/publicNetworkAccess": "Disabled",
    f"{CLUSTER}/disableLocalAccounts": True,
    f"{CLUSTER}/aadProfile.enableAzureRBAC": False,
    f"{ACCOUNT}/publicNetworkAccess": "Disabled",
    f"{ACCOUNT}/networkAcls.defaultAction": "Deny",
}
"""What is live otherwise than the reference stack says, or is made to say, by the alias of it."""


def judged(bench: Bench, check: str = "POL01") -> list[Finding]:
    return [f for f in bench.run().findings if f.check == check and f.verdict is not Verdict.AGREES]


def change(bench: Bench, alias: str, value: object) -> None:
    """Set what an alias stands for, as somebody would by hand."""
    arm_type, _, path = alias.rpartition("/")
    place = bench.resource(arm_type)["properties"]
    *above, last = path.split(".")
    for step in above:
        place = place.setdefault(step, {})
    place[last] = value


def say_more(bench: Bench) -> None:
    """Terraform says of the account and the registry what it leaves unsaid in the reference stack."""
    rules = '  network_rules {\n    default_action = "Allow"\n  }\n'
    bench.edit(*STATED, STATED[1] + f"  public_network_access_enabled = true\n{rules}")
    bench.edit(
        MAIN,
        "  admin_enabled       = false\n",
        '  admin_enabled       = false\n  network_rule_set {\n    default_action = "Allow"\n  }\n',
    )


@pytest.mark.parametrize("alias", sorted(KEPT))
def test_a_policy_that_keeps_a_property_is_named_with_it(bench: Bench, alias: str) -> None:
    say_more(bench)
    change(bench, alias, KEPT[alias])
    policy(bench, effect="modify", compliant=True, alias=alias)

    [finding] = judged(bench)

    assert finding.verdict is Verdict.DISAGREES
    assert "(modify) keeps " in finding.what
    assert f"keeps {alias.rpartition('/')[2]} of " in finding.what
    assert finding.missing == ()


UNSAID = {
    f"{ACCOUNT}/publicNetworkAccess": (MAIN, "", "Disabled"),
    f"{VAULT}/enablePurgeProtection": (MAIN, '  purge_protection_enabled   = var.environment == "prd"\n', True),
    f"{CLUSTER}/disableLocalAccounts": ("modules/sil/main.tf", "  local_account_disabled = false\n", True),
}
"""What azurerm sets by itself where nobody says it, with the line that says it in the reference stack, if one does."""


@pytest.mark.parametrize("alias", sorted(UNSAID))
def test_what_azurerm_sets_by_itself_is_kept_otherwise_though_nobody_says_it(bench: Bench, alias: str) -> None:
    file, line, value = UNSAID[alias]
    if line:
        bench.edit(file, line, "")
    change(bench, alias, value)
    policy(bench, effect="modify", compliant=True, alias=alias)

    [finding] = judged(bench)
    [differs] = [f for f in judged(bench, "TWS01") if alias.rpartition("/")[2] in f.what]

    assert f"keeps {alias.rpartition('/')[2]} of " in finding.what
    assert "and the source says nothing, which means " in differs.what


@pytest.mark.parametrize("alias", sorted(KEPT))
def test_without_a_policy_a_property_that_differs_is_nobodys_doing(bench: Bench, alias: str) -> None:
    say_more(bench)
    change(bench, alias, KEPT[alias])

    assert judged(bench) == []
    assert judged(bench, "TWS01") != []


@pytest.mark.parametrize("alias", sorted(KEPT))
def test_whether_a_policy_keeps_it_is_not_known_where_policies_could_not_be_read(bench: Bench, alias: str) -> None:
    say_more(bench)
    change(bench, alias, KEPT[alias])
    policy(bench, effect="deny", compliant=True, alias=alias)
    bench.deny("/policyAssignments/[^/]+$")

    [finding] = judged(bench)

    assert finding.verdict is Verdict.UNVERIFIED


def test_the_policy_is_the_cause_and_what_it_keeps_the_effect(bench: Bench) -> None:
    local_accounts_off_by_hand(bench)
    policy(bench, effect="deny", compliant=True, alias=LOCAL_ACCOUNTS_ALIAS)

    [cause] = [c for c in bench.run().causes if c.finding.check == "POL01"]

    assert {finding.check for finding in cause.explains} >= {"AKS02", "TWS01"}


@pytest.mark.parametrize("compliance", ["NonCompliant", "Exempt"])
def test_a_policy_that_kept_nothing_is_not_the_cause(bench: Bench, compliance: str) -> None:
    local_accounts_off_by_hand(bench)
    policy(bench, effect="deny", compliant=True, alias=LOCAL_ACCOUNTS_ALIAS)
    [denying] = [r for r in bench.world["resources"] if r.get("policyDefinitionAction") == "deny"]
    denying["complianceState"] = compliance

    assert judged(bench) == []


def test_a_policy_on_another_property_is_not_the_cause(bench: Bench) -> None:
    local_accounts_off_by_hand(bench)
    policy(bench, effect="deny", compliant=True, alias=f"{CLUSTER}/enableRBAC")

    assert judged(bench) == []


def test_what_terraform_is_told_to_ignore_is_left_to_the_policy(bench: Bench) -> None:
    local_accounts_off_by_hand(bench)
    policy(bench, effect="deny", compliant=True, alias=LOCAL_ACCOUNTS_ALIAS)
    line = "  local_account_disabled = false\n"
    bench.edit(
        "modules/sil/main.tf", line, line + "  lifecycle {\n    ignore_changes = [local_account_disabled]\n  }\n"
    )

    assert judged(bench) == []


def test_every_alias_is_of_its_own_kind_and_of_a_field_that_is_compared() -> None:
    for kind in KINDS:
        assert kind.aliases.keys() <= kind.compares.keys(), kind.noun
        assert all(alias.startswith(f"{kind.arm_type}/") for alias in kind.aliases.values()), kind.noun


def test_the_policies_of_every_kind_with_an_alias_may_be_asked_for() -> None:
    for arm_type in (kind.arm_type for kind in KINDS if kind.aliases):
        path = f"/subscriptions/s/resourceGroups/g/providers/{arm_type}/x"
        assert READING_POSTS.fullmatch(f"{path}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults")
