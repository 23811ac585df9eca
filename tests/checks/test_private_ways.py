"""What is closed to the public network, and the ways in that are none, are one, or cannot be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks.proofs.breaking import ACCOUNT, CLUSTER, COMPUTE, DATASTORE, WORKSPACE
from tests.checks.proofs.network import ENDPOINTS, LINK, NETWORK, VNET, closed, endpoint, planned, zone_of
from verifier.checking.finding import Finding, Verdict

if TYPE_CHECKING:
    from conftest import Bench

REGISTRY = "Microsoft.ContainerRegistry/registries"
VAULT = "Microsoft.KeyVault/vaults"
NETWORKS = "Microsoft.Network/virtualNetworks"
GROUPS = f"{ENDPOINTS}/privateDnsZoneGroups"
NODES = f"{VNET}/subnets/nodes"
MAIN = "modules/platform/main.tf"


def judged(bench: Bench, thing: str = "storage account", check: str = "NET01", *, offline: bool = False) -> Finding:
    return next(f for f in bench.run(offline=offline).findings if f.check == check and f.subject.startswith(thing))


def a_pending_connection(bench: Bench) -> None:
    for connection in bench.resource(ACCOUNT)["properties"]["privateEndpointConnections"]:
        connection["properties"]["privateLinkServiceConnectionState"]["status"] = "Pending"


def no_connection(bench: Bench) -> None:
    bench.resource(ACCOUNT)["properties"]["privateEndpointConnections"] = None


def an_endpoint_for_files(bench: Bench) -> None:
    [link] = bench.resource(ENDPOINTS, "pe-blob")["properties"]["privateLinkServiceConnections"]
    link["properties"]["groupIds"] = ["file"]


def an_endpoint_that_is_gone(bench: Bench) -> None:
    bench.remove(ENDPOINTS)
    bench.remove(GROUPS)


def a_zone_that_nobody_asks(bench: Bench) -> None:
    bench.remove(LINK)


def a_firewall(bench: Bench, **rules: object) -> None:
    no_connection(bench)
    acls = {"defaultAction": "Deny", **rules}
    bench.resource(ACCOUNT)["properties"] |= {"publicNetworkAccess": "Enabled", "networkAcls": acls}


def names_zones(bench: Bench, *zones: str, group: str = "blob") -> None:
    """The zone group of an endpoint names these zones, all of which the cluster's network asks."""
    [of_blobs] = [r for r in bench.world["resources"] if r["type"] == GROUPS and f"/pe-{group}/" in r["id"]]
    configs = [{"name": "z", "properties": {"privateDnsZoneId": zone}} for zone in zones]
    of_blobs["properties"]["privateDnsZoneConfigs"] = configs


def for_subnets(*subnets: tuple[str, str]) -> list[dict[str, str]]:
    return [{"id": subnet, "action": "Allow", "state": state} for subnet, state in subnets]


def a_subnet_of_one_pool(bench: Bench) -> None:
    a_firewall(bench, virtualNetworkRules=for_subnets((NODES, "Succeeded")))
    pools = bench.resource(CLUSTER)["properties"]["agentPoolProfiles"]
    pools[-1] |= {"vnetSubnetID": f"{VNET}/subnets/gpu", "nodeTaints": []}


def a_rule_for_what_is_gone(bench: Bench) -> None:
    a_firewall(bench, virtualNetworkRules=for_subnets((NODES, "NetworkSourceDeleted")))


def a_pending_connection_of_who_knows_whom(bench: Bench) -> None:
    """What was not let in leads nowhere, whatever it is."""
    a_pending_connection(bench)
    bench.deny("/privateEndpoints/[^/]+$")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (a_pending_connection, "was not approved"),
        (a_pending_connection_of_who_knows_whom, "it has none"),
        (no_connection, "it has none"),
        (an_endpoint_for_files, "it has none"),
        (an_endpoint_that_is_gone, "it has none"),
        (a_zone_that_nobody_asks, "privatelink.blob.core.windows.net is not linked"),
        (a_firewall, "no rule lets its jobs in, and no private endpoint for blob leads to it: it has none"),
        (a_subnet_of_one_pool, "lets in node pool"),
        (a_rule_for_what_is_gone, "the rule for subnet nodes is NetworkSourceDeleted"),
        (lambda bench: names_zones(bench, zone_of("file")), "looked up in privatelink.blob.core.windows.net, and"),
        (lambda bench: names_zones(bench, zone_of("blob").replace("windows.net", "usgovcloudapi.net")), "looked up in"),
    ],
)
def test_a_way_that_does_not_lead_there_is_none(bench: Bench, change: Callable[[Bench], None], says: str) -> None:
    closed(bench)
    change(bench)

    finding = judged(bench)

    assert finding.verdict is Verdict.DISAGREES
    assert says in finding.what


def let_in_by_subnet(bench: Bench) -> None:
    a_firewall(bench, virtualNetworkRules=[{"id": NODES.upper(), "action": "Allow"}])


def let_in_where_jobs_run(bench: Bench) -> None:
    """The pool that the rule leaves out is one whose taint nothing tolerates."""
    a_subnet_of_one_pool(bench)
    bench.resource(CLUSTER)["properties"]["agentPoolProfiles"][-1]["nodeTaints"] = ["team=other:NoSchedule"]


def linked_in_other_letters(bench: Bench) -> None:
    for link in bench.world["resources"]:
        if link["type"] == LINK and link["name"] == "aks":
            link["properties"]["virtualNetwork"]["id"] = VNET.upper()


def a_manual_connection(bench: Bench) -> None:
    said = bench.resource(ENDPOINTS, "pe-blob")["properties"]
    said["manualPrivateLinkServiceConnections"] = said.pop("privateLinkServiceConnections")


def a_rule_for_an_address_beside_it(bench: Bench) -> None:
    acls = {"defaultAction": "Deny", "ipRules": [{"value": "203.0.113.7"}]}
    bench.resource(ACCOUNT)["properties"] |= {"publicNetworkAccess": "Enabled", "networkAcls": acls}


def an_endpoint_of_a_managed_network_before_it(bench: Bench) -> None:
    """What a workspace's managed network reaches the account by is in a subscription of Microsoft's own."""
    theirs = f"/subscriptions/00000000-0000-4000-8000-000000000009/resourceGroups/r/providers/{ENDPOINTS}/pe-managed"
    properties = {"privateEndpoint": {"id": theirs}, "privateLinkServiceConnectionState": {"status": "Approved"}}
    bench.resource(ACCOUNT)["properties"]["privateEndpointConnections"].insert(0, {"properties": properties})
    bench.deny("/pe-managed")


def moved(bench: Bench) -> None:
    """The endpoint is in the hub's network."""
    bench.resource(ENDPOINTS, "pe-blob")["properties"]["subnet"]["id"] = f"{VNET}-hub/subnets/endpoints"


def peered(bench: Bench, **said: object) -> None:
    moved(bench)
    peering = {"remoteVirtualNetwork": {"id": f"{VNET}-HUB"}, "peeringState": "Connected", **said}
    bench.resource(NETWORKS)["properties"]["virtualNetworkPeerings"] = [
        {"properties": {"remoteVirtualNetwork": {"id": f"{VNET}-other"}, "peeringState": "Connected"}},
        {"properties": peering},
    ]


@pytest.mark.parametrize(
    "change",
    [
        let_in_by_subnet,
        let_in_where_jobs_run,
        linked_in_other_letters,
        a_manual_connection,
        a_rule_for_an_address_beside_it,
        an_endpoint_of_a_managed_network_before_it,
        peered,
        lambda bench: peered(bench, allowVirtualNetworkAccess=True, peerCompleteVnets=True),
        lambda bench: names_zones(bench, zone_of("blob"), f"{NETWORK}/privateDnsZones/blob.example.com"),
    ],
)
def test_a_way_that_leads_there_is_one(bench: Bench, change: Callable[[Bench], None]) -> None:
    closed(bench)
    change(bench)

    assert judged(bench).verdict is Verdict.AGREES


def servers_of_its_own(bench: Bench) -> None:
    bench.resource(NETWORKS)["properties"]["dhcpOptions"] = {"dnsServers": ["10.0.0.4"]}


def a_link_in_the_making(bench: Bench) -> None:
    for link in bench.world["resources"]:
        if link["type"] == LINK:
            link["properties"]["virtualNetworkLinkState"] = "InProgress"


def no_record_yet(bench: Bench) -> None:
    for group in bench.world["resources"]:
        if group["type"] == GROUPS:
            group["properties"]["privateDnsZoneConfigs"][0]["properties"]["recordSets"] = []


def a_network_of_the_services_own(bench: Bench) -> None:
    for pool in bench.resource(CLUSTER)["properties"]["agentPoolProfiles"]:
        del pool["vnetSubnetID"]


def a_zone_of_its_own(bench: Bench) -> None:
    bench.resource(ACCOUNT)["properties"]["dnsEndpointType"] = "AzureDnsZone"


def a_taint_that_something_may_tolerate(bench: Bench) -> None:
    let_in_where_jobs_run(bench)
    bench.deny("/extensions$")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda bench: a_firewall(bench, ipRules=[{"value": "203.0.113.7"}]), "NAT gateway"),
        (lambda bench: a_firewall(bench, virtualNetworkRules=for_subnets((NODES, "Provisioning"))), "is still"),
        (a_taint_that_something_may_tolerate, "could not be listed"),
        (servers_of_its_own, "DNS servers of its own"),
        (lambda bench: (servers_of_its_own(bench), bench.remove(LINK)), "DNS servers of its own"),
        (lambda bench: bench.remove(GROUPS), "names no DNS zone"),
        (lambda bench: names_zones(bench, f"{NETWORK}/privateDnsZones/blob.example.com"), "nslookup in a pod tells"),
        (no_record_yet, "has no record in"),
        (a_zone_of_its_own, "a DNS zone of its own"),
        (a_link_in_the_making, "is still InProgress"),
        (a_network_of_the_services_own, "the service made for it"),
        (moved, "is not peered with it: whether another route leads there"),
        (lambda bench: peered(bench, peeringState="Disconnected"), "the peering is Disconnected"),
        (lambda bench: peered(bench, allowVirtualNetworkAccess=False), "without access"),
        (lambda bench: peered(bench, peerCompleteVnets=False), "some of its subnets alone"),
        (lambda bench: bench.resource(ENDPOINTS, "pe-blob")["properties"].pop("subnet"), "has no subnet.id"),
        (lambda bench: (moved(bench), bench.deny("/virtualNetworks/[^/]+$")), "could not be read"),
        (lambda bench: bench.deny("/privateEndpoints/[^/]+$"), "could not be read"),
        (lambda bench: bench.deny("/privateDnsZoneGroups$"), "could not be read"),
        (lambda bench: (bench.remove(LINK), bench.deny("/virtualNetworks/[^/]+$")), "could not be read"),
        (lambda bench: bench.deny("/computes$"), "could not be"),
        (lambda bench: bench.deny("/managedClusters/[^/]+$"), "could not be read"),
        (
            lambda bench: bench.resource(ACCOUNT)["properties"].update(publicNetworkAccess="SecuredByPerimeter"),
            "a network security perimeter, which is not read",
        ),
    ],
)
def test_a_way_that_cannot_be_followed_is_not_known(bench: Bench, change: Callable[[Bench], object], says: str) -> None:
    closed(bench)
    change(bench)

    finding = judged(bench)

    assert finding.verdict is Verdict.UNVERIFIED
    assert says in finding.what


@pytest.mark.parametrize(
    ("arm_type", "thing"), [(WORKSPACE, "workspace"), (REGISTRY, "container registry"), (VAULT, "key vault")]
)
def test_workspaces_registries_and_vaults_are_judged_alike(bench: Bench, arm_type: str, thing: str) -> None:
    closed(bench)
    bench.resource(arm_type)["properties"]["publicNetworkAccess"] = "Disabled"

    assert judged(bench, thing).verdict is Verdict.DISAGREES


@pytest.mark.parametrize(
    ("without", "verdict"),
    [("", Verdict.AGREES), ("privatelink.api.azureml.ms", Verdict.DISAGREES), ("notebooks", Verdict.DISAGREES)],
)
def test_a_workspace_is_looked_up_in_two_zones(bench: Bench, without: str, verdict: Verdict) -> None:
    closed(bench)
    bench.resource(WORKSPACE)["properties"]["publicNetworkAccess"] = "Disabled"
    names = ("privatelink.api.azureml.ms", "privatelink.notebooks.azure.net")
    zones = [f"{NETWORK}/privateDnsZones/{name}" for name in names if not without or without not in name]
    endpoint(bench, WORKSPACE, "amlworkspace", *zones)

    assert judged(bench, "workspace").verdict is verdict


@pytest.mark.parametrize("said", [{"ipAllowlist": ["203.0.113.0/24"]}, {"networkAcls": {"defaultAction": "Deny"}}])
def test_a_workspace_that_lets_in_some_addresses_alone_is_closed(bench: Bench, said: dict[str, object]) -> None:
    closed(bench)
    bench.resource(WORKSPACE)["properties"] |= said
    assert judged(bench, "workspace").verdict in (Verdict.UNVERIFIED, Verdict.DISAGREES)

    names = ("privatelink.api.azureml.ms", "privatelink.notebooks.azure.net")
    endpoint(bench, WORKSPACE, "amlworkspace", *(f"{NETWORK}/privateDnsZones/{name}" for name in names))
    assert judged(bench, "workspace").verdict is Verdict.AGREES


def test_an_accounts_files_have_an_endpoint_of_their_own(bench: Bench) -> None:
    closed(bench)
    [of_files] = bench.resource(ENDPOINTS, "pe-file")["properties"]["privateLinkServiceConnections"]
    of_files["properties"]["groupIds"] = ["blob"]

    assert judged(bench, "storage account starmpilotdev001 (file)").verdict is Verdict.DISAGREES
    assert judged(bench).verdict is Verdict.AGREES


def test_a_data_lake_is_reached_by_an_endpoint_of_its_own(bench: Bench) -> None:
    closed(bench)
    bench.resource(DATASTORE, "workspaceblobstore")["properties"] |= {
        "datastoreType": "AzureDataLakeGen2",
        "filesystem": "azureml",
    }
    assert judged(bench, "storage account starmpilotdev001 (dfs)").verdict is Verdict.DISAGREES

    endpoint(bench, ACCOUNT, "dfs", zone_of("dfs"))
    assert judged(bench, "storage account starmpilotdev001 (dfs)").verdict is Verdict.AGREES


def test_a_rule_for_a_subnet_that_is_gone_is_not_as_intended(bench: Bench) -> None:
    rules = f'  network_rules {{\n    default_action = "Deny"\n    virtual_network_subnet_ids = ["{NODES}"]\n  }}\n'
    closed(bench)
    bench.edit(MAIN, "  public_network_access_enabled = false\n", rules)
    a_firewall(bench, virtualNetworkRules=for_subnets((NODES, "Succeeded")), bypass="AzureServices")
    assert judged(bench, check="STO03").verdict is Verdict.AGREES

    a_firewall(bench, virtualNetworkRules=for_subnets((NODES, "Failed")), bypass="AzureServices")
    assert judged(bench, check="STO03").verdict is Verdict.DISAGREES


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
    assert judged(bench, "key vault").verdict is Verdict.DISAGREES

    endpoint(bench, VAULT, "vault", f"{NETWORK}/privateDnsZones/privatelink.vaultcore.azure.net")
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


ZONE_GROUP = """
  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = ["%s"]
  }

  private_service_connection {"""


@pytest.mark.parametrize(
    ("zone", "verdict"),
    [
        (zone_of("blob"), Verdict.AGREES),
        (zone_of("blob").replace("windows.net", "chinacloudapi.cn"), Verdict.AGREES),
        (zone_of("file"), Verdict.DISAGREES),
        (f"{NETWORK}/privateDnsZones/blob.example.com", Verdict.UNVERIFIED),
        ("${azurerm_resource_group.main.id}/${timestamp()}", Verdict.AGREES),
    ],
)
def test_a_planned_endpoint_names_the_zone_of_its_sub_resource(bench: Bench, zone: str, verdict: Verdict) -> None:
    closed(bench)
    text = (bench.root / MAIN).read_text("utf-8")
    group = ZONE_GROUP % zone
    (bench.root / MAIN).write_text(text.replace("\n  private_service_connection {", group, 1), "utf-8")

    assert judged(bench, check="INT47", offline=True).verdict is verdict


RULES = """  network_rules {
    default_action             = "Deny"
    %s
  }
"""


@pytest.mark.parametrize(
    ("rule", "pool", "verdict"),
    [
        ("", "", Verdict.DISAGREES),
        (f'virtual_network_subnet_ids = ["{NODES}"]', "", Verdict.AGREES),
        (f'virtual_network_subnet_ids = ["{NODES}"]', NODES.upper(), Verdict.AGREES),
        (f'virtual_network_subnet_ids = ["{NODES}"]', NODES + "2", Verdict.DISAGREES),
        (f'virtual_network_subnet_ids = ["{VNET}/${{timestamp()}}"]', NODES, Verdict.AGREES),
        ('ip_rules = ["203.0.113.7"]', NODES, Verdict.AGREES),
    ],
)
def test_rules_that_terraform_states_are_a_way_in_for_whom_they_name(
    bench: Bench, rule: str, pool: str, verdict: Verdict
) -> None:
    bench.edit(MAIN, "  default_to_oauth_authentication = true\n", RULES % rule)
    if pool:
        bench.edit(
            "modules/sil/main.tf", "  default_node_pool {\n", f'  default_node_pool {{\n    vnet_subnet_id = "{pool}"\n'
        )
    assert judged(bench, check="INT47", offline=True).verdict is verdict

    bench.add(MAIN, planned("blob"))
    assert judged(bench, check="INT47", offline=True).verdict is Verdict.AGREES


def test_who_a_perimeter_lets_in_is_not_known_before_apply(bench: Bench) -> None:
    bench.edit(MAIN, 'publicNetworkAccess = "Enabled"\n', 'publicNetworkAccess = "SecuredByPerimeter"\n')

    assert judged(bench, "workspace", "INT47", offline=True).verdict is Verdict.UNVERIFIED


LINKED = f"""
resource "azurerm_private_dns_zone_virtual_network_link" "aks" {{
  name                  = "aks"
  resource_group_name   = "rg-net"
  private_dns_zone_name = "{zone_of("blob").rpartition("/")[2]}"
  virtual_network_id    = "{VNET}"
}}
"""


def of_blobs(bench: Bench) -> dict[str, Any]:
    """The live link of the zone for blobs that lets the cluster's network ask it."""
    [link] = [r for r in bench.world["resources"] if r["id"] == f"{zone_of('blob')}/virtualNetworkLinks/aks"]
    return link


@pytest.mark.parametrize(
    ("changed", "verdict", "says"),
    [
        (lambda _: None, Verdict.AGREES, ""),
        (
            lambda b: of_blobs(b)["properties"]["virtualNetwork"].update(id=VNET + "-hub"),
            Verdict.DISAGREES,
            "virtualNetwork.id is",
        ),
        (lambda b: b.world["resources"].remove(of_blobs(b)), Verdict.DISAGREES, "is planned, and not live"),
        (lambda b: b.deny("/virtualNetworkLinks/aks$"), Verdict.UNVERIFIED, "could not be read"),
    ],
)
def test_a_planned_link_of_a_zone_has_its_word(
    bench: Bench, changed: Callable[[Bench], object], verdict: Verdict, says: str
) -> None:
    closed(bench)
    bench.add(MAIN, LINKED)
    changed(bench)

    finding = judged(bench, "DNS zone link aks", "TWS01")

    assert finding.verdict is verdict
    assert says in finding.what
