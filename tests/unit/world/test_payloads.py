"""What has no kind, in the shapes of its published examples, as the room that judges by it reads it.

Each file in payloads/ says the api-version and the document that shows the shape; ids and names are our own.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from verifier.access.denial import Denial
from verifier.access.roles import Permission
from verifier.kinds.fact import NotKnown
from verifier.kinds.served import Document
from verifier.kinds.storage_account import STORAGE_ACCOUNT
from verifier.live.azure.answers import Answer, outcome
from verifier.live.documents import Documents, Found, Request
from verifier.terraform.plan import StaticPlan
from verifier.world import World
from verifier.world.pairing import live_subject
from verifier.world.policies import Policy, policies_on
from verifier.world.private_way import _unlinked
from verifier.world.rights import _denial

PAYLOADS = Path(__file__).parent / "payloads"
SUBSCRIPTION = "/subscriptions/11111111-2222-4333-8444-555555555555"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-arm"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/starm"
NETWORKS = f"{GROUP}/providers/Microsoft.Network/virtualNetworks"
ZONE = f"{GROUP}/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net"
KEYS = "Microsoft.Storage/storageAccounts/allowSharedKeyAccess"


def documents(name: str) -> list[dict[str, Any]]:
    served = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", served["api_version"])
    assert name.endswith(served["api_version"])
    assert served["see"].startswith("https://")
    found: list[dict[str, Any]] = served["documents"]
    return found


def world(read: dict[Request, Found]) -> World:
    return World(plan=StaticPlan(root=Path()), subscription="s", documents=Documents().with_more(read))


def get(path: str) -> Request:
    return Request(plane="azure", operation="get", path=path)


def listed(path: str) -> Request:
    return Request(plane="azure", operation="list", path=path)


def test_a_deny_assignment_says_whom_it_denies_what() -> None:
    [document] = documents("deny-assignment-2022-04-01")

    assert _denial(Document(document, document["id"])) == Denial(
        name="Of the stack that made it",
        scope=GROUP,
        for_children=True,
        principals=(("00000000-0000-0000-0000-000000000000", "SystemDefined"),),
        excluded=(("cdcdcdcd-0505-4606-8707-808080808080", "ServicePrincipal"),),
        permissions=(
            Permission(
                actions=("*/delete",),
                not_actions=(),
                data_actions=("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write",),
                not_data_actions=(),
            ),
        ),
    )


def test_a_zone_is_asked_by_the_networks_that_its_links_name_once_they_are_made() -> None:
    networks = {name: {"id": f"{NETWORKS}/{name}", "properties": {}} for name in ("vnet-arm", "vnet-hub", "vnet-other")}
    read = {get(network["id"]): Found(documents=(network,)) for network in networks.values()}
    links = Found(documents=tuple(documents("zone-links-2020-06-01")))
    seen = world({**read, listed(f"{ZONE}/virtualNetworkLinks"): links})

    assert not _unlinked(seen, ZONE, [f"{NETWORKS}/vnet-arm"])
    assert _unlinked(seen, ZONE, [f"{NETWORKS}/vnet-other"])
    with pytest.raises(NotKnown, match="hub is still InProgress"):
        _unlinked(seen, ZONE, [f"{NETWORKS}/vnet-hub"])


def test_policy_states_say_which_policy_keeps_the_keys() -> None:
    asked = listed(f"{ACCOUNT}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults")
    sent = documents("policy-states-2019-10-01")
    states = outcome(asked, [Answer(status=200, body=json.dumps({"value": sent}).encode())])
    assert isinstance(states, Found)
    definition, assignment = sent[0]["policyDefinitionId"], sent[0]["policyAssignmentId"]
    rule = {"if": {"field": KEYS, "notEquals": False}, "then": {"effect": "[parameters('effect')]"}}
    seen = world(
        {
            asked: states,
            get(definition): Found(documents=({"id": definition, "properties": {"policyRule": rule}},)),
            get(assignment): Found(documents=({"id": assignment, "properties": {"enforcementMode": "Default"}},)),
        }
    )
    account = live_subject(STORAGE_ACCOUNT, {"id": ACCOUNT, "name": "starm", "properties": {}})

    assert len({state["id"] for state in states.documents}) == 2
    assert policies_on(seen, account, "shared_key_access") == (
        Policy(name=definition.rpartition("/")[2], effect="modify", assignment_id=assignment),
    )


def test_every_payload_is_read_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [file.stem for file in PAYLOADS.glob("*.json") if f'documents("{file.stem}")' not in text] == []
