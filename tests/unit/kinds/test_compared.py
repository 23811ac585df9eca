"""Whatever both sides say of a thing is compared: a field that is not has its reason here.

Pods come and go by themselves: none is said to be in sync.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from verifier.kinds.every import KINDS
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.served import Document

WHICH = "it says which one of its kind this is: another one would be another thing"
LIVE = "the service alone says it"
COMPUTED = "apply gives it: what the state has of it is compared, by `computed`"
TERRAFORM = "Terraform alone says it"
COUNTED = "whether it may change by itself hangs on the autoscaler: compared as fixed_count, fewest and most"
BY_THE_WAY = "a part of what is compared whole"

NOT_COMPARED = {
    "application insights": {"name": WHICH},
    "log analytics workspace": {"name": WHICH},
    "cluster": {
        "name": WHICH,
        "issuer": COMPUTED,
        "kubelet_principal": COMPUTED,
        "makes_nodes": LIVE,
        "power_state": LIVE,
        "provisioning_state": LIVE,
    },
    "compute": {
        "name": WHICH,
        "workspace_id": WHICH,
        "principal_id": COMPUTED,
        "created_on": LIVE,
        "errors": LIVE,
        "extension_principal": LIVE,
        "principals": LIVE,
        "provisioning_state": LIVE,
    },
    "container": {"name": WHICH, "account_name": TERRAFORM},
    "container registry": {"name": WHICH},
    "datastore": {
        "name": WHICH,
        "workspace_id": WHICH,
        "account_id": "account_name is unique in all of Azure, and the service may leave out the account's group",
    },
    "extension": {
        "name": WHICH,
        "cluster_id": WHICH,
        "assigned_principal": COMPUTED,
        "errors": LIVE,
        "protected_keys": "the service never returns them",
        "provisioning_state": LIVE,
    },
    "federated credential": {"name": WHICH, "identity_id": WHICH},
    "identity": {"name": WHICH, "client_id": COMPUTED, "principal_id": COMPUTED},
    "instance type": {"name": WHICH},
    "key vault": {
        "name": WHICH,
        "firewall.resources": "a vault has no such rules",
        "firewall.states": LIVE,
    },
    "metadata": {
        "object_kind": WHICH,
        "namespace": WHICH,
        "name": WHICH,
        "forced": TERRAFORM,
        "manager": TERRAFORM,
    },
    "namespace": {"name": WHICH, "ending": LIVE},
    "node pool": {
        "name": WHICH,
        "cluster_id": WHICH,
        "count": COUNTED,
        "min_count": COUNTED,
        "max_count": COUNTED,
        "power_state": LIVE,
        "provisioning_state": LIVE,
    },
    "private endpoint": {"name": WHICH, "zones": "a zone group of its own has them live"},
    "role assignment": {
        "role_definition_id": WHICH,
        "role_name": WHICH,
        "scope": WHICH,
        "changed_on": LIVE,
    },
    "role definition": {"scope": TERRAFORM},
    "service account": {"name": WHICH, "namespace": WHICH, "client_id": BY_THE_WAY, "misspelt": BY_THE_WAY},
    "share": {"name": WHICH, "account_name": TERRAFORM},
    "storage account": {"name": WHICH, "firewall.states": LIVE},
    "trusted access binding": {"name": WHICH, "cluster_id": WHICH, "created_at": LIVE},
    "DNS zone link": {"name": WHICH, "state": LIVE},
    "workspace": {"name": WHICH, "principal_id": COMPUTED, "principals": LIVE, "provisioning_state": LIVE},
}


def facts(side: object, within: str = "") -> Iterator[str]:
    """The fields that are facts, and those of a field."""
    assert dataclasses.is_dataclass(side)
    for field in dataclasses.fields(side):
        value = getattr(side, field.name)
        if isinstance(value, Fact):
            yield within + field.name
        elif dataclasses.is_dataclass(value):
            yield from facts(value, f"{within}{field.name}.")


@pytest.mark.parametrize("kind", [k for k in KINDS if k.noun != "pod"], ids=lambda kind: kind.noun)
def test_every_field_is_compared_or_has_its_reason(kind: Kind[object]) -> None:
    served = kind.from_document(Document({"id": "/x", "properties": {}}, "/x"))
    compared = {*kind.compares, *kind.holds}

    assert set(facts(served)) - compared == set(NOT_COMPARED[kind.noun])
