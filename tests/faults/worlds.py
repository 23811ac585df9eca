"""The healthy world, and others as sound in which more is read: each as a change of the reference stack."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.checks.conftest import Bench
from tests.checks.proofs.breaking import ACCOUNT, ASSIGNMENT, nothing
from tests.checks.proofs.network import closed
from tests.checks.proofs.policies import local_accounts_off_by_hand, policy
from tests.checks.proofs.storage import keys_meant_on
from tests.checks.proofs.trusted_access import without_local_accounts
from tests.checks.test_with_a_state import RECORDED, attributes
from tests.faults.bench import HEALTHY, STACK
from tests.remote_backend import BACKEND, BLOB

SUBSCRIPTION = "/subscriptions/3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10"
BLOB_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
ROLE = "Data Of Jobs"
CONTAINERS = "Microsoft.Storage/storageAccounts/blobServices/containers"
LATER = 'resource "random_id" "later" {\n  byte_length = 2\n}\n'


def private(bench: Bench) -> None:
    """The account is reached through private endpoints, and the cluster by Trusted Access alone."""
    closed(bench)
    without_local_accounts(bench)


def a_role_by_its_name(bench: Bench) -> None:
    """Jobs read and write by a role of one's own, which the source assigns by its name."""
    _granted(bench, _role(bench))
    bench.edit("modules/platform/roles.tf", '"Storage Blob Data Contributor"', f'"{ROLE}"')


def a_role_by_its_id(bench: Bench) -> None:
    """The same, assigned by the id of its definition."""
    identifier = _role(bench)
    _granted(bench, identifier)
    bench.edit("modules/platform/roles.tf", '"Storage Blob Data Contributor"', f'"{identifier}"')
    bench.edit(
        "modules/platform/roles.tf",
        "  role_definition_name = each.value.role\n",
        """  role_definition_id   = startswith(each.value.role, "/") ? each.value.role : null
  role_definition_name = startswith(each.value.role, "/") ? null : each.value.role
""",
    )


def a_policy_that_is_not_enforced(bench: Bench) -> None:
    """Keys are off and are to come on; the policy that would keep them off is assigned, and does nothing.

    Local accounts are off, too, and are to come on; a policy reports them.
    """
    keys_meant_on(bench)
    policy(bench, effect="modify", compliant=True)
    bench.resource("Microsoft.Authorization/policyAssignments")["properties"]["enforcementMode"] = "DoNotEnforce"
    local_accounts_off_by_hand(bench)


def names_not_known(bench: Bench) -> None:
    """What everything hangs on has a name with a part that is random."""
    bench.add("modules/platform/main.tf", LATER)
    bench.add("modules/sil/main.tf", LATER)
    bench.edit("modules/platform/main.tf", '"st${local.compact}"', '"st${random_id.later.hex}"')
    bench.edit("modules/platform/main.tf", '"id-ml-${local.suffix}"', '"id-ml-${random_id.later.hex}"')
    bench.edit(
        "modules/platform/main.tf", 'name      = "mlw-${local.suffix}"', 'name      = "mlw-${random_id.later.hex}"'
    )
    bench.edit(
        "modules/sil/main.tf", ' name                = "aks-${local.suffix}"', ' name = "aks-${random_id.later.hex}"'
    )


def a_state_in_a_blob(bench: Bench) -> None:
    """All that is planned is recorded, in an azurerm backend's blob."""
    bench.add("backend.tf", BACKEND)
    recorded = [_recorded(address, attributes(bench, *wanted)) for address, wanted in RECORDED.items()]
    bench.world["blobs"] = {BLOB: {"version": 4, "lineage": "1", "resources": recorded}}


def _recorded(address: str, attributes: dict[str, Any]) -> dict[str, Any]:
    """A resource as a state file has it."""
    of_all, _, key = address.partition("[")
    module, of_type, name = of_all.rsplit(".", 2)
    instance = {"attributes": attributes} | ({"index_key": json.loads(key.removesuffix("]"))} if key else {})
    return {"module": module, "mode": "managed", "type": of_type, "name": name, "instances": [instance]}


def _role(bench: Bench) -> str:
    """A live role of one's own, by which blobs are read and written; its id."""
    guid = str(uuid.uuid5(uuid.NAMESPACE_URL, ROLE))
    identifier = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{guid}"
    permission = {"actions": [], "notActions": [], "dataActions": [f"{CONTAINERS}/blobs/*"], "notDataActions": []}
    properties = {
        "roleName": ROLE,
        "type": "CustomRole",
        "assignableScopes": [SUBSCRIPTION],
        "permissions": [permission],
    }
    bench.world["resources"].append(
        {"id": identifier, "name": guid, "type": "Microsoft.Authorization/roleDefinitions", "properties": properties}
    )
    return identifier


def _granted(bench: Bench, role: str) -> None:
    """Whoever could write the account's blobs by the built-in role can by this one."""
    account = bench.resource(ACCOUNT)["id"]
    for assignment in bench.world["resources"]:
        told = assignment["properties"]
        of_the_account = assignment["type"] == ASSIGNMENT and told["scope"] == account
        if of_the_account and told["roleDefinitionId"].endswith(BLOB_CONTRIBUTOR):
            told["roleDefinitionId"] = role


HEALTHY_WORLD = "healthy"
WORLDS: Mapping[str, Callable[[Bench], object]] = {
    HEALTHY_WORLD: nothing,
    "private": private,
    "a role by its name": a_role_by_its_name,
    "a role by its id": a_role_by_its_id,
    "a policy": a_policy_that_is_not_enforced,
    "names not known": names_not_known,
    "a state in a blob": a_state_in_a_blob,
}
"""In each, only those reads are struck that no earlier one has."""


def build(name: str, folder: Path) -> tuple[Path, Mapping[str, object]]:
    """A world's stack, made in a folder, and the world."""
    root = folder / "terraform"
    shutil.copytree(STACK, root, ignore=shutil.ignore_patterns("examples", ".terraform"))
    with pytest.MonkeyPatch.context() as unused:
        bench = Bench(root, json.loads(HEALTHY.read_text(encoding="utf-8")), unused)
    WORLDS[name](bench)
    return root, bench.world
