"""What azurerm sets back though nobody states it, and azapi leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verifier.kinds.cluster import CLUSTER
from verifier.kinds.fact import Fact
from verifier.kinds.key_vault import KEY_VAULT
from verifier.kinds.kind import Kind
from verifier.kinds.storage_account import STORAGE_ACCOUNT
from verifier.kinds.workspace import WORKSPACE
from verifier.world.differing import field_of

if TYPE_CHECKING:
    from conftest import State

# azurerm 4: each has a default in its schema, or is optional and not computed, so that a plan takes it back.
SET_ANYWAY = [
    (STORAGE_ACCOUNT, "shared_key_access", True),
    (STORAGE_ACCOUNT, "hierarchical", False),
    (STORAGE_ACCOUNT, "firewall.public_access", "Enabled"),
    (KEY_VAULT, "purge_protection", False),
    (KEY_VAULT, "firewall.public_access", "Enabled"),
    (WORKSPACE, "public_access", "Enabled"),
    (WORKSPACE, "high_impact", False),
    (WORKSPACE, "legacy", False),
    (CLUSTER, "local_accounts_disabled", False),
    (CLUSTER, "workload_identity_enabled", False),
    (CLUSTER, "private", False),
]
LEFT_ALONE = [
    (KEY_VAULT, "rbac_authorization"),  # computed, while it has two names
    (STORAGE_ACCOUNT, "firewall.default_action"),
    (CLUSTER, "oidc_issuer_enabled"),  # AKS switches it on by itself
]
IDS = [f"{kind.noun} {name}" for kind, name, _ in SET_ANYWAY]


def fact(state: State, kind: Kind[object], name: str, *, azapi: bool = False) -> Fact[object]:
    of_type = "azapi_resource" if azapi else kind.terraform_types[0]
    said = f'\n  type = "{kind.arm_type}@2025-01-01"' if azapi else ""
    found = field_of(state(kind, f'resource "{of_type}" "x" {{\n  name = "x"{said}\n}}\n'), name)
    assert isinstance(found, Fact)
    return found


@pytest.mark.parametrize(("kind", "name", "default"), SET_ANYWAY, ids=IDS)
def test_what_azurerm_sets_by_itself_counts_though_nobody_says_it(
    state: State, kind: Kind[object], name: str, default: object
) -> None:
    unsaid = fact(state, kind, name)
    assert (unsaid.stated, unsaid.set_anyway, unsaid.value) == (False, True, default)
    assert not fact(state, kind, name, azapi=True).set_anyway


@pytest.mark.parametrize(("kind", "name"), LEFT_ALONE)
def test_what_is_not_certain_to_be_set_back_is_left_alone(state: State, kind: Kind[object], name: str) -> None:
    assert not fact(state, kind, name).set_anyway
