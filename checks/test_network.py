"""The network: can what holds the data be reached from where jobs run?"""

from __future__ import annotations

import pytest

from verifier.words import (
    Fix,
    Reach,
    StorageAccount,
    Subject,
    World,
    agree,
    disagree,
    endpoints_to,
    intend,
    is_closed,
    let_in_by_rule,
    name_of,
    note,
    observe,
    planned_endpoint_to,
    public_access,
    refuse_unlisted_computes,
    same_addresses,
    same_arm_ids,
    same_word,
    same_words,
    unlinked_zone,
)

FIREWALL = "https://learn.microsoft.com/azure/storage/common/storage-network-security"
TROUBLESHOOT = "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-compute"


PRIVATE = "https://learn.microsoft.com/azure/machine-learning/how-to-secure-workspace-vnet"
DNS = "https://learn.microsoft.com/azure/private-link/private-endpoint-dns-integration"


@pytest.mark.check(
    id="INT47",
    severity="high",
    asks="coherence",
    link=18,
    why="What has neither a public network nor a private endpoint can be reached by nobody, whatever roles they hold.",
    see=[PRIVATE, DNS],
)
def test_what_is_closed_is_given_a_private_endpoint(reach: Reach, world: World) -> None:
    """What Terraform closes to the public network, it gives a private endpoint, here or elsewhere by declaration."""
    if not reach.subject.planned:
        pytest.skip("made elsewhere, and so may be its private endpoint")
    access = public_access(reach.subject.intent)
    intend(access)
    if access.value != "Disabled":
        return
    endpoint = planned_endpoint_to(world, reach)
    if endpoint is not None:
        observe(endpoint.address)
        return
    if "private_endpoint" in world.owned_elsewhere:
        note("private endpoints are declared as owned elsewhere (verifier.toml, owned_elsewhere)")
        return
    observe(f"no private endpoint for {reach.group} of {reach.label} is planned")
    disagree(
        f"{reach.label} is closed to the public network, and nothing planned leads to it",
        fix=Fix(
            action=f"add an azurerm_private_endpoint for its sub-resource {reach.group}; or say owned_elsewhere = "
            '["private_endpoint"] in verifier.toml',
            place=reach.subject.place,
            decide="in which subnet and which DNS zone, or who makes it",
        ),
    )


@pytest.mark.check(
    id="NET01",
    severity="high",
    asks="invariant",
    of="any",
    link=18,
    after=["INT47", "STO03"],
    why="Where the private way does not resolve, a pod is sent to the public address and refused there: the token "
    "service is not reached, or storage answers AuthorizationFailure.",
    see=[PRIVATE, DNS],
)
def test_what_is_closed_can_be_reached_privately(reach: Reach, world: World) -> None:
    """What is closed to the public network is reached privately from the clusters that run jobs."""
    thing = reach.subject
    if not thing.exists:
        pytest.skip(f"{reach.label} does not exist, and so has no network")
    found = thing.live
    observe(public_access(found))
    if not is_closed(found):
        return
    refuse_unlisted_computes(world)
    if not reach.clusters:
        pytest.skip(f"{reach.label} is closed to the public network, and no cluster runs jobs that need it")
    intend(f"a private way to {reach.group} of {reach.label} from the clusters that run jobs")
    if all(let_in_by_rule(cluster, found) for cluster in reach.clusters):
        return
    endpoints = endpoints_to(world, reach)
    approved = [endpoint for endpoint in endpoints if endpoint.approved]
    if not approved:
        waiting = f"the private endpoint {name_of(endpoints[0].id)} was not approved" if endpoints else "it has none"
        disagree(
            f"{reach.label} is closed to the public network, and no private endpoint for {reach.group} leads to it: "
            f"{waiting}",
            fix=Fix(
                action="approve the endpoint's connection" if endpoints else "add an azurerm_private_endpoint for it",
                place=thing.place,
                decide="" if endpoints else "in which subnet and which DNS zone",
            ),
        )
    for cluster in reach.clusters:
        zone = unlinked_zone(world, approved, cluster)
        if zone:
            observe(f"{name_of(zone)} is linked to other networks", source=zone)
            disagree(
                f"{cluster.label} does not find the private address of {reach.label}: {name_of(zone)} is not linked to "
                "its network",
                fix=Fix(
                    action="add an azurerm_private_dns_zone_virtual_network_link of that zone to the cluster's network",
                    place=cluster.place,
                    decide="who owns the zone, and so where the link is declared",
                ),
            )


@pytest.mark.check(
    id="STO03",
    severity="high",
    asks="agreement",
    link=18,
    why="Whom the account's firewall does not let in gets AuthorizationFailure, whatever roles it holds.",
    see=[FIREWALL, TROUBLESHOOT],
)
def test_the_accounts_firewall_is_as_intended(storage_account: Subject[StorageAccount]) -> None:
    """The account's firewall lets in whom Terraform says, as far as it says anything."""
    if not storage_account.exists:
        pytest.skip("the account does not exist, which STO01 says")
    meant, found = storage_account.intent.firewall, storage_account.live.firewall
    for intended, real in ((meant.public_access, found.public_access), (meant.default_action, found.default_action)):
        if intended.stated or intended.name == "public_network_access_enabled":
            opens = intended.known and intended.value in ("Enabled", "Allow")
            agree(intended, real, same=same_word, fix=_apply(storage_account, weakens_security=opens))
    if meant.bypass.stated:
        agree(meant.bypass, found.bypass, same=same_words, fix=_apply(storage_account))
    if meant.addresses.stated:
        agree(meant.addresses, found.addresses, same=same_addresses, fix=_apply(storage_account))
    for ids, real_ids in ((meant.subnets, found.subnets), (meant.resources, found.resources)):
        if ids.stated:
            agree(ids, real_ids, same=same_arm_ids, fix=_apply(storage_account))


def _apply(account: Subject[StorageAccount], *, weakens_security: bool = False) -> Fix:
    return Fix(
        action="apply the configuration: `terraform apply`", place=account.place, weakens_security=weakens_security
    )
