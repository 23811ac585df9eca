"""Which fields are live otherwise than stated, told by names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from verifier.hcl.values import Unknown
from verifier.kinds.cluster import CLUSTER, Cluster
from verifier.kinds.compare import REDACTED
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.node_pool import NODE_POOL, NodePool
from verifier.kinds.served import Document
from verifier.terraform.addresses import Step
from verifier.world.differing import differing


def pool(name: str, **properties: Any) -> NodePool:
    return NODE_POOL.from_document(Document({"name": name, "properties": properties}, f"/c/agentPools/{name}"))


def cluster(*pools: NodePool) -> Cluster:
    document = Document({"name": "c", "properties": {}}, "/c")
    return replace(CLUSTER.from_document(document), pools=Fact(name="agentPoolProfiles", content=pools))


def test_pools_are_compared_by_their_names_whatever_their_order() -> None:
    small, large = pool("a", vmSize="small"), pool("b", vmSize="large")
    assert differing(CLUSTER, cluster(small, large), cluster(large, small)) == ()
    assert differing(CLUSTER, cluster(small, large), cluster(large, pool("A", vmSize="tiny"))) == (
        "node pool a: vmSize is tiny, and the source says small",
    )


def test_a_stated_pool_that_is_not_live_is_told_and_one_that_only_live_has_is_not() -> None:
    one, other = pool("a", vmSize="small"), pool("b", vmSize="large")
    assert differing(CLUSTER, cluster(one, other), cluster(one)) == ("node pool b: it is not there",)
    assert differing(CLUSTER, cluster(one), cluster(one, other)) == ()


def test_pools_that_are_not_known_are_not_the_same() -> None:
    waiting = replace(cluster(), pools=Fact(name="agentPoolProfiles", content=Unknown("it waits")))
    with pytest.raises(NotKnown, match="agentPoolProfiles is not known: it waits"):
        differing(CLUSTER, waiting, cluster(pool("a", vmSize="small")))


@pytest.mark.parametrize(
    ("ignored", "told"),
    [
        ((), 2),
        (("body",), 0),
        (("body", "properties", "nodeLabels"), 1),
        (("body", "properties", "nodeLabels", "x"), 1),
        (("body", "properties", "nodeLabels", "y"), 2),
        (("body", "properties", "count"), 2),
    ],
)
def test_a_member_that_is_ignored_is_left_out_of_a_mapping(ignored: tuple[Step, ...], told: int) -> None:
    stated, served = (
        pool("a", nodeLabels={"x": "1", "y": "2"}, vmSize="b"),
        pool("a", nodeLabels={"y": "2"}, vmSize="c"),
    )
    assert len(differing(NODE_POOL, stated, served, (ignored,) if ignored else ())) == told


def test_only_the_members_that_differ_are_named_and_never_what_they_hold() -> None:
    stated, served = pool("a", nodeLabels={"x": "1", "y": "2", "z": "3"}), pool("a", nodeLabels={"y": "2", "z": "4"})
    assert differing(NODE_POOL, stated, served) == ("nodeLabels is not what the source says of x, z",)


WAITS = Unknown("it waits")


@pytest.mark.parametrize(
    ("stated", "served", "told"),
    [
        ({"x": WAITS, "y": "2"}, {"x": "1", "y": "3"}, "y"),
        ({"x": "1", "y": "2"}, {"x": WAITS, "y": "3"}, "y"),
        ({"x": WAITS, "y": "2", "z": "3"}, {"x": "1"}, "y, z"),
        ({"x": "secret", "y": "2"}, {"x": REDACTED, "y": "3"}, "y"),
        ({"x": WAITS, "y": "2"}, {"x": "1", "y": "2"}, None),
        ({"x": WAITS}, {}, None),
        ({"x": "secret", "y": "2"}, {"x": REDACTED, "y": "2"}, None),
    ],
)
def test_one_member_that_is_not_known_hides_no_other_that_differs(
    stated: dict[str, Any], served: dict[str, Any], told: str | None
) -> None:
    meant, found = (replace(pool("a"), labels=Fact(name="nodeLabels", content=side)) for side in (stated, served))
    if told is None:
        with pytest.raises(NotKnown, match=r"it waits|looks like a secret"):
            differing(NODE_POOL, meant, found)
        return
    assert differing(NODE_POOL, meant, found) == (f"nodeLabels is not what the source says of {told}",)


def test_of_a_sensitive_mapping_no_member_is_named() -> None:
    content = {"x": WAITS, "y": "2"}
    meant = replace(pool("a"), labels=Fact(name="nodeLabels", content=content, sensitive=True))
    assert differing(NODE_POOL, meant, pool("a", nodeLabels={"y": "3"})) == ("nodeLabels is not what the source says",)
