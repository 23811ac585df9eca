from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.live.documents import Found
from verifier.live.kept import KEPT, kept
from verifier.live.redaction import redacted, redacted_outcome

SECRET = "a-run-token-that-nobody-may-see"
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "job", "namespace": "azureml", "annotations": {"note": SECRET}},
    "spec": {
        "serviceAccountName": "default",
        "containers": [
            {
                "name": "job",
                "image": "acr.azurecr.io/train:3",
                "command": ["sh", "-c", f"login {SECRET}"],
                "args": [SECRET],
                "env": [
                    {"name": "AZUREML_RUN_ID", "value": SECRET},
                    {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": SECRET, "key": "k"}}},
                ],
                "livenessProbe": {"exec": {"command": [SECRET]}},
            }
        ],
        "initContainers": [{"name": "prepare", "env": [{"name": "SEED", "value": SECRET}]}],
        "volumes": [{"name": "azure-identity-token", "csi": {"volumeAttributes": {"key": SECRET}}}],
    },
    "status": {"phase": "Pending", "containerStatuses": [{"name": "job", "state": {"waiting": {"reason": "x"}}}]},
}


def test_of_a_pods_environment_the_names_alone_are_kept() -> None:
    document = redacted(POD)

    assert SECRET not in json.dumps(document)
    [container] = document["spec"]["containers"]  # type: ignore[index,call-overload]
    assert container["env"] == [{"name": "AZUREML_RUN_ID"}, {"name": "TOKEN"}]  # type: ignore[index,call-overload]


def test_what_a_reader_hands_on_has_no_value_either() -> None:
    outcome = redacted_outcome(Found(documents=(POD,)))

    assert isinstance(outcome, Found)
    assert SECRET not in json.dumps(outcome.documents)


@pytest.mark.parametrize("kind", sorted(KEPT))
def test_what_nobody_asks_for_is_not_kept(kind: str) -> None:
    document = {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": "n", "annotations": {"a": SECRET}},
        "more": SECRET,
        "spec": {"more": SECRET},
        "status": {"more": SECRET},
        "webhooks": [{"name": "w", "clientConfig": {"caBundle": SECRET}}],
    }

    assert SECRET not in json.dumps(kept(document))
    assert kept(document)["metadata"] == {"name": "n"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["metadata", "spec", "env", "name", "containers", "status"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(st.sampled_from(sorted(KEPT)), st.dictionaries(st.sampled_from(["metadata", "spec", "status", "x"]), JSON))
def test_keeping_again_changes_nothing_whatever_was_sent(kind: str, members: dict) -> None:
    once = kept({"apiVersion": "v1", **members, "kind": kind})

    assert kept(once) == once
