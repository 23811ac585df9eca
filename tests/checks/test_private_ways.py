"""What is closed to the public network, and the ways in that are none, are one, or cannot be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.checks.proofs.breaking import ACCOUNT, CLUSTER, COMPUTE, WORKSPACE
from tests.checks.proofs.network import LINK, VNET, closed
from verifier.checking.finding import Finding, Verdict

if TYPE_CHECKING:
    from conftest import Bench

REGISTRY = "Microsoft.ContainerRegistry/registries"
VAULT = "Microsoft.KeyVault/vaults"
NETWORK = "Microsoft.Network/virtualNetworks"


def judged(bench: Bench, thing: str = "storage account") -> Finding:
    return next(f for f in bench.run().findings if f.check == "NET01" and f.subject.startswith(thing))


def a_pending_connection(bench: Bench) -> None:
    [connection] = bench.resource(ACCOUNT)["properties"]["privateEndpointConnections"]
    connection["properties"]["privateLinkServiceConnectionState"]["status"] = "Pending"


def no_connection(bench: Bench) -> None:
    bench.resource(ACCOUNT)["properties"]["privateEndpointConnections"] = None


def an_endpoint_for_files(bench: Bench) -> None:
    [link] = bench.resource("Microsoft.Network/privateEndpoints")["properties"]["privateLinkServiceConnections"]
    link["properties"]["groupIds"] = ["file"]


def an_endpoint_that_is_gone(bench: Bench) -> None:
    bench.remove("Microsoft.Network/privateEndpoints")
    bench.remove("Microsoft.Network/privateEndpoints/privateDnsZoneGroups")


def a_zone_that_nobody_asks(bench: Bench) -> None:
    bench.remove(LINK)


def a_firewall_without_rules(bench: Bench) -> None:
    no_connection(bench)
    bench.resource(ACCOUNT)["properties"] |= {
        "publicNetworkAccess": "Enabled",
        "networkAcls": {"defaultAction": "Deny"},
    }


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (a_pending_connection, "was not approved"),
        (no_connection, "it has none"),
        (an_endpoint_for_files, "it has none"),
        (an_endpoint_that_is_gone, "it has none"),
        (a_zone_that_nobody_asks, "privatelink.blob.core.windows.net is not linked"),
        (a_firewall_without_rules, "it has none"),
    ],
)
def test_a_way_that_does_not_lead_there_is_none(bench: Bench, change: Callable[[Bench], None], says: str) -> None:
    closed(bench)
    change(bench)

    finding = judged(bench)

    assert finding.verdict is Verdict.DISAGREES
    assert says in finding.what


def let_in_by_subnet(bench: Bench) -> None:
    a_firewall_without_rules(bench)
    rules = [{"id": f"{VNET}/subnets/nodes".upper(), "action": "Allow"}]
    bench.resource(ACCOUNT)["properties"]["networkAcls"]["virtualNetworkRules"] = rules


def linked_in_other_letters(bench: Bench) -> None:
    bench.resource(LINK, "aks")["properties"]["virtualNetwork"]["id"] = VNET.upper()


def a_manual_connection(bench: Bench) -> None:
    said = bench.resource("Microsoft.Network/privateEndpoints")["properties"]
    said["manualPrivateLinkServiceConnections"] = said.pop("privateLinkServiceConnections")


@pytest.mark.parametrize("change", [let_in_by_subnet, linked_in_other_letters, a_manual_connection])
def test_a_way_that_leads_there_is_one(bench: Bench, change: Callable[[Bench], None]) -> None:
    closed(bench)
    change(bench)

    assert judged(bench).verdict is Verdict.AGREES


def let_in_by_address(bench: Bench) -> None:
    a_firewall_without_rules(bench)
    bench.resource(ACCOUNT)["properties"]["networkAcls"]["ipRules"] = [{"value": "203.0.113.7"}]


def servers_of_its_own(bench: Bench) -> None:
    bench.remove(LINK)
    bench.resource(NETWORK)["properties"]["dhcpOptions"] = {"dnsServers": ["10.0.0.4"]}


def a_link_in_the_making(bench: Bench) -> None:
    for name in ("aks", "hub"):
        bench.resource(LINK, name)["properties"]["virtualNetworkLinkState"] = "InProgress"


def no_zone_group(bench: Bench) -> None:
    bench.remove("Microsoft.Network/privateEndpoints/privateDnsZoneGroups")


def a_network_of_the_services_own(bench: Bench) -> None:
    for pool in bench.resource(CLUSTER)["properties"]["agentPoolProfiles"]:
        del pool["vnetSubnetID"]


@pytest.mark.parametrize(
    "change",
    [
        let_in_by_address,
        servers_of_its_own,
        no_zone_group,
        a_link_in_the_making,
        a_network_of_the_services_own,
        lambda bench: bench.deny("/privateEndpoints/[^/]+$"),
        lambda bench: bench.deny("/privateDnsZoneGroups$"),
        lambda bench: (bench.remove(LINK), bench.deny("/virtualNetworks/[^/]+$")),
        lambda bench: bench.deny("/computes$"),
        lambda bench: bench.deny("/managedClusters/[^/]+$"),
    ],
)
def test_a_way_that_cannot_be_followed_is_not_known(bench: Bench, change: Callable[[Bench], object]) -> None:
    closed(bench)
    change(bench)

    assert judged(bench).verdict is Verdict.UNVERIFIED


@pytest.mark.parametrize(
    ("arm_type", "thing"), [(WORKSPACE, "workspace"), (REGISTRY, "container registry"), (VAULT, "key vault")]
)
def test_workspaces_registries_and_vaults_are_judged_alike(bench: Bench, arm_type: str, thing: str) -> None:
    closed(bench)
    bench.resource(arm_type)["properties"]["publicNetworkAccess"] = "Disabled"

    assert judged(bench, thing).verdict is Verdict.DISAGREES


def test_a_registry_that_lets_in_by_rules_alone_is_closed(bench: Bench) -> None:
    closed(bench)
    properties = bench.resource(REGISTRY)["properties"]
    properties["networkRuleSet"] = {"defaultAction": "Deny", "ipRules": []}
    assert judged(bench, "container registry").verdict is Verdict.DISAGREES

    properties["networkRuleSet"]["ipRules"] = [{"action": "Allow", "value": "1.2.3.0/24"}]
    assert judged(bench, "container registry").verdict is Verdict.UNVERIFIED


def a_closed_vault(bench: Bench, **properties: object) -> None:
    """The account's network, endpoint and zone, and a vault that is closed."""
    closed(bench)
    bench.resource(VAULT)["properties"] |= {"networkAcls": {"defaultAction": "Deny", "bypass": "None"}} | properties


def test_a_vault_is_reached_through_an_endpoint_for_vaults(bench: Bench) -> None:
    a_closed_vault(bench)
    endpoint = bench.resource("Microsoft.Network/privateEndpoints")
    connection = {
        "privateEndpoint": {"id": endpoint["id"]},
        "privateLinkServiceConnectionState": {"status": "Approved"},
    }
    bench.resource(VAULT)["properties"]["privateEndpointConnections"] = [{"name": "c", "properties": connection}]
    assert judged(bench, "key vault").verdict is Verdict.DISAGREES

    [link] = endpoint["properties"]["privateLinkServiceConnections"]
    link["properties"]["groupIds"] = ["vault"]
    assert judged(bench, "key vault").verdict is Verdict.AGREES


def test_a_vaults_firewall_lets_a_subnet_in(bench: Bench) -> None:
    a_closed_vault(bench)
    rules = [{"id": f"{VNET}/subnets/nodes"}]
    bench.resource(VAULT)["properties"]["networkAcls"]["virtualNetworkRules"] = rules

    assert judged(bench, "key vault").verdict is Verdict.AGREES


def test_a_vault_that_could_not_be_read_is_not_taken_for_open(bench: Bench) -> None:
    closed(bench)
    bench.deny("/vaults/[^/]+$")

    finding = judged(bench, "key vault")

    assert finding.verdict is Verdict.UNVERIFIED
    assert finding.missing == ("Microsoft.KeyVault/vaults/read",)


def test_without_a_cluster_that_runs_jobs_nothing_has_to_be_reached(bench: Bench) -> None:
    closed(bench)
    no_connection(bench)
    bench.remove(COMPUTE)
    bench.edit("terraform.tfvars", "should_integrate_aks_cluster = true", "should_integrate_aks_cluster = false")

    assert judged(bench).verdict is Verdict.NOT_APPLICABLE


def test_what_is_open_needs_none_of_these_reads(bench: Bench) -> None:
    result = bench.run()

    assert not [read.request for read in result.reads if "Microsoft.Network" in read.request]


def test_a_closed_account_whose_endpoint_is_planned_passes_the_gate(bench: Bench) -> None:
    closed(bench)

    assert {f.verdict for f in bench.run(offline=True).findings if f.check == "INT47"} == {Verdict.AGREES}


def test_an_endpoint_of_another_owner_is_not_missed(bench: Bench) -> None:
    closed(bench)
    text = (bench.root / "modules/platform/main.tf").read_text("utf-8")
    start = text.index('\nresource "azurerm_private_endpoint"')
    (bench.root / "modules/platform/main.tf").write_text(text[:start], "utf-8")
    assert Verdict.DISAGREES in {f.verdict for f in bench.run(offline=True).findings if f.check == "INT47"}

    bench.add("verifier.toml", 'owned_elsewhere = ["private_endpoint"]\n')
    assert {f.verdict for f in bench.run(offline=True).findings if f.check == "INT47"} == {Verdict.AGREES}
