"""The network: can what holds the data be reached from where jobs run?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

import pytest

from verifier.words import (
    Cluster,
    Fact,
    Fix,
    Gap,
    NotKnown,
    Reach,
    StorageAccount,
    Subject,
    World,
    agree,
    default_action,
    disagree,
    gap_between,
    intend,
    is_closed,
    name_of,
    note,
    observe,
    planned_endpoint_to,
    pools_left_out,
    public_access,
    refuse_unlisted_computes,
    refused_by_rules,
    same_addresses,
    same_arm_ids,
    same_word,
    same_words,
    states_rules,
    zones_left_out,
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
    """What Terraform closes to the public network, it gives a way in, here or elsewhere by declaration."""
    if not reach.subject.planned:
        pytest.skip("made elsewhere, and so may be its private endpoint")
    stated = reach.subject.intent
    access = public_access(stated)
    intend(access)
    if not is_closed(stated):
        return
    left_out: tuple[str, ...] = ()
    if access.value != "Disabled":
        intend(default_action(stated))
    if access.value != "Disabled" and states_rules(stated):
        left_out = tuple(pool for cluster in reach.clusters for pool in pools_left_out(world, cluster, stated))
        if not left_out:
            return
    endpoint = planned_endpoint_to(world, reach)
    if endpoint is not None:
        observe(endpoint.address)
        for zone in zones_left_out(world, reach, endpoint):
            disagree(
                f"{endpoint.label} is for {reach.group}, and its private_dns_zone_group does not name {zone}",
                fix=Fix(
                    action=f"name the zone {zone} in the endpoint's private_dns_zone_group",
                    place=endpoint.place,
                    decide="who owns the zone, and so how it is named here",
                ),
            )
        return
    if "private_endpoint" in world.owned_elsewhere:
        note("private endpoints are declared as owned elsewhere (verifier.toml, owned_elsewhere)")
        return
    without = f"no private endpoint for {reach.group} of {reach.subject.label} is planned"
    unnamed = f"no rule names the subnet of node pool {', '.join(left_out)}, and " if left_out else ""
    observe(unnamed + without)
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
    """What is closed to the public network can be reached from the clusters that run jobs."""
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
    intend(f"a private way to {reach.group} of {thing.label} from the clusters that run jobs")
    for cluster in reach.clusters:
        refused, unknown = None, None
        try:
            refused = refused_by_rules(world, cluster, found)
        except NotKnown as error:
            unknown = error
        gap = gap_between(world, reach, cluster) if refused or unknown else None
        if gap is None:
            continue
        if unknown is not None:
            raise unknown
        _disagree(reach, cluster, refused, gap)


def _disagree(reach: Reach, cluster: Subject[Cluster], refused: Gap | None, gap: Gap) -> NoReturn:
    """Say what both ways lack. Where there is an endpoint, it is the way that was meant, and the one to mend."""
    by_rule = refused if refused is not None and refused.what else None
    lacking = f"{by_rule.what}, and {gap.what}" if by_rule is not None else gap.what
    observe(lacking, source=gap.source)
    action = by_rule.action if by_rule is not None and not gap.source else ""
    disagree(
        f"{reach.label} is closed to the public network, and {lacking}",
        fix=Fix(
            action=action or gap.action,
            place=cluster.place if gap.of_cluster else reach.subject.place,
            decide="who owns the network, the zone or the endpoint, and so where that is declared",
        ),
    )


@pytest.mark.check(
    id="STO03",
    severity="high",
    asks="agreement",
    link=18,
    after=["POL01"],
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
    if meant.subnets.stated:
        _refuse_lapsed(storage_account, found.states)


def _refuse_lapsed(account: Subject[StorageAccount], states: Fact[Mapping[str, str]]) -> None:
    """A rule for a subnet that is stated, and there, and lets nobody in. One that is being made may do so yet."""
    for subnet, state in sorted(states.value.items()):
        observe(f"the rule for subnet {name_of(subnet)} is {state}", source=account.arm_id)
        if same_word(state, "Provisioning"):
            raise NotKnown(f"the rule for subnet {name_of(subnet)} is still {state}")
        disagree(
            f"the rule for subnet {name_of(subnet)} lets nobody in: it is {state}",
            fix=Fix(
                action="take the rule away and make it again, for a subnet that is there and has the service endpoint "
                "Microsoft.Storage",
                place=account.place,
            ),
        )


def _apply(account: Subject[StorageAccount], *, weakens_security: bool = False) -> Fix:
    return Fix(
        action="apply the configuration: `terraform apply`", place=account.place, weakens_security=weakens_security
    )
