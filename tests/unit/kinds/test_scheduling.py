from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.hcl.values import Unknown
from verifier.kinds.extension import EXTENSION, Extension
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.node_pool import NODE_POOL, NodePool
from verifier.kinds.scheduling import (
    Toleration,
    keeping_out,
    missing_labels,
    parts,
    selector_of,
    tolerations_of,
)
from verifier.kinds.served import Document

ONLY_SYSTEM = "ml.azure.com/amlarc-system=true:NoSchedule"


def pool(**properties: Any) -> NodePool:
    return NODE_POOL.from_document(Document({"name": "gpu", "properties": properties}, "/c/agentPools/gpu"))


def extension(settings: dict[str, Any]) -> Extension:
    document = {"name": "azureml", "properties": {"extensionType": "x", "configurationSettings": settings}}
    return EXTENSION.from_document(Document(document, "/e"))


@pytest.mark.parametrize(
    ("toleration", "taint", "covered"),
    [
        (Toleration(key="sku", value="gpu"), "sku=gpu:NoSchedule", True),
        (Toleration(key="sku", value="gpu", effect="NoSchedule"), "sku=gpu:NoSchedule", True),
        (Toleration(key="sku", value="gpu", effect="NoExecute"), "sku=gpu:NoSchedule", False),
        (Toleration(key="sku", value="cpu"), "sku=gpu:NoSchedule", False),
        (Toleration(key="SKU", value="gpu"), "sku=gpu:NoSchedule", False),
        (Toleration(key="sku"), "sku:NoSchedule", True),
        (Toleration(key="sku"), "sku=gpu:NoSchedule", False),
        (Toleration(key="sku", operator="Exists"), "sku=gpu:NoSchedule", True),
        (Toleration(key="sku", operator="exists"), "sku=gpu:noschedule", True),
        (Toleration(key="other", operator="Exists"), "sku=gpu:NoSchedule", False),
        (Toleration(operator="Exists"), "sku=gpu:NoExecute", True),
        (Toleration(operator="Exists", effect="NoSchedule"), "sku=gpu:NoExecute", False),
    ],
)
def test_a_toleration_covers_a_taint(toleration: Toleration, taint: str, covered: bool) -> None:
    assert toleration.covers(taint) is covered


def test_settings_give_tolerations_by_their_number() -> None:
    settings = {
        "workLoadToleration[1].key": "spot",
        "workLoadToleration[1].operator": "Exists",
        "workloadtoleration[0].key": "sku",
        "workLoadToleration[0].value": "gpu",
        "workLoadToleration[0].effect": "NoSchedule",
        "enableTraining": "True",
    }

    assert tolerations_of(extension(settings)) == (
        Toleration(key="sku", value="gpu", effect="NoSchedule"),
        Toleration(key="spot", operator="Exists"),
    )


def test_settings_select_nodes_by_the_rest_of_their_name() -> None:
    said = {"nodeSelector.kubernetes.io/os": "linux", "nodeSelector.pool": "a", "NodeSelector.x": "y"}
    found = selector_of(extension(said))

    assert found == {"kubernetes.io/os": "linux", "pool": "a"}


@pytest.mark.parametrize("read", [tolerations_of, selector_of])
def test_a_setting_that_is_not_known_leaves_it_open(read: Any) -> None:
    unknown = Fact(
        name="settings",
        content={"workLoadToleration[0].key": Unknown("later"), "nodeSelector.x": Unknown("later")},
    )

    with pytest.raises(NotKnown, match="later"):
        read(replace(extension({}), settings=unknown))


@pytest.mark.parametrize(
    ("selector", "missing"),
    [
        ({}, ()),
        ({"gpu": "t4"}, ()),
        ({"gpu": "a100"}, ("gpu=a100",)),
        ({"accelerator": "nvidia"}, ("accelerator=nvidia",)),
        ({"team": "arm"}, ("team=arm",)),
        ({"pool": "a", "team": "arm"}, ("pool=a", "team=arm")),
        ({"kubernetes.io/os": "linux", "topology.kubernetes.io/zone": "1"}, ()),
        ({"kubernetes.azure.com/mode": "user"}, ()),
        ({"agentpool": "gpu"}, ()),
        ({"agentpool": "cpu"}, ("agentpool=cpu",)),
        ({"kubernetes.azure.com/agentpool": "cpu"}, ("kubernetes.azure.com/agentpool=cpu",)),
        ({"notkubernetes.io/os": "linux"}, ("notkubernetes.io/os=linux",)),
    ],
)
def test_labels_that_nobody_gives_are_missing(selector: dict[str, str], missing: tuple[str, ...]) -> None:
    assert missing_labels(pool(nodeLabels={"gpu": "t4"}), selector) == missing


@pytest.mark.parametrize("label", ["accelerator", "kubernetes.azure.com/accelerator"])
def test_nodes_with_a_gpu_may_have_its_label_from_the_service(label: str) -> None:
    assert missing_labels(pool(vmSize="Standard_NC4as_T4_v3"), {label: "nvidia"}) == ()
    assert missing_labels(pool(vmSize="Standard_D8s_v5"), {label: "nvidia"}) == (f"{label}=nvidia",)


def test_a_label_with_another_value_is_missing_even_where_the_service_gives_it() -> None:
    assert missing_labels(pool(nodeLabels={"accelerator": "amd"}), {"accelerator": "nvidia"}) == ("accelerator=nvidia",)


def test_a_label_that_is_not_known_leaves_it_open() -> None:
    labels: Fact[Any] = Fact(name="node_labels", content={"team": Unknown("later")})

    with pytest.raises(NotKnown, match="later"):
        missing_labels(replace(pool(), labels=labels), {"team": "arm"})


@pytest.mark.parametrize(
    ("properties", "tolerations", "left"),
    [
        ({}, (), ()),
        ({"nodeTaints": ["sku=gpu:NoSchedule"]}, (), ("sku=gpu:NoSchedule",)),
        ({"nodeTaints": ["sku=gpu:PreferNoSchedule"]}, (), ()),
        ({"nodeTaints": ["sku=gpu:NoSchedule"]}, (Toleration(key="sku", operator="Exists"),), ()),
        ({"nodeTaints": ["ml.azure.com/amlarc=true:NoSchedule"]}, (), ()),
        ({"nodeTaints": [ONLY_SYSTEM]}, (), (ONLY_SYSTEM,)),
        ({"scaleSetPriority": "spot"}, (), ("kubernetes.azure.com/scalesetpriority=spot:NoSchedule",)),
        ({"scaleSetPriority": "Spot"}, (Toleration(key="kubernetes.azure.com/scalesetpriority", value="spot"),), ()),
    ],
)
def test_taints_keep_out_what_does_not_tolerate_them(
    properties: dict[str, Any], tolerations: tuple[Toleration, ...], left: tuple[str, ...]
) -> None:
    assert keeping_out(pool(**properties), tolerations) == left


WORDS = st.text(alphabet="abcz-./", min_size=1, max_size=8)
EFFECTS = st.sampled_from(["NoSchedule", "NoExecute"])


@given(WORDS, WORDS, EFFECTS)
def test_a_taint_is_covered_by_the_toleration_made_of_its_parts(key: str, value: str, effect: str) -> None:
    taint = f"{key}={value}:{effect}"

    assert Toleration(key=key, value=value, effect=effect).covers(taint)
    assert Toleration(key=parts(taint)[0], operator="Exists").covers(taint)


@given(st.lists(st.tuples(WORDS, WORDS, EFFECTS), max_size=4), st.data())
def test_more_tolerations_never_keep_more_out(taints: list[tuple[str, str, str]], data: st.DataObject) -> None:
    tainted = pool(nodeTaints=[f"{k}={v}:{e}" for k, v, e in taints])
    few = [Toleration(key=k, value=v) for k, v, _ in taints if data.draw(st.booleans())]
    more = [*few, Toleration(key=data.draw(WORDS), operator="Exists")]

    assert set(keeping_out(tainted, more)) <= set(keeping_out(tainted, few))
