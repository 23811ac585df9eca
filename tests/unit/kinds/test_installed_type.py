from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from verifier.kinds.installed_type import gpus_of, installed_type, is_named_for_gpus, overdrawn, unlike
from verifier.kinds.served import Document


def size_of(limits: dict[str, Any], requests: dict[str, Any] | None = None) -> Any:
    body = {"metadata": {"name": "gpu"}, "spec": {"resources": {"limits": limits, "requests": requests or {}}}}
    return installed_type(Document(body, "/x"))[1]


@pytest.mark.parametrize(
    ("limits", "gpus"),
    [
        ({"nvidia.com/gpu": 1}, 1),
        ({"nvidia.com/gpu": "4"}, 4),
        ({"nvidia.com/gpu": None}, 0),
        ({"nvidia.com/gpu": "0"}, 0),
        ({"cpu": "2"}, 0),
        ({}, 0),
    ],
)
def test_a_size_has_the_gpus_of_its_limits(limits: dict[str, Any], gpus: int) -> None:
    assert gpus_of(size_of(limits)) == Decimal(gpus)


@pytest.mark.parametrize(
    ("limits", "requests", "over"),
    [
        ({"cpu": "2", "memory": "4Gi"}, {"cpu": "2", "memory": "4Gi"}, ()),
        ({"cpu": "2"}, {"cpu": "2500m"}, ("cpu",)),
        ({"memory": "1Gi"}, {"memory": "1025Mi"}, ("memory",)),
        ({"memory": "1G"}, {"memory": "1Gi"}, ("memory",)),
        ({}, {"cpu": "64"}, ()),
        ({"cpu": "many"}, {"cpu": "2"}, ()),
    ],
)
def test_nothing_may_be_requested_beyond_its_limit(
    limits: dict[str, str], requests: dict[str, str], over: tuple[str, ...]
) -> None:
    assert overdrawn(size_of(limits, requests)) == over


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("gpu", True),
        ("GPU-large", True),
        ("a100-4gpu", True),
        ("cpu", False),
        ("no-gpu", False),
        ("non_gpu_small", False),
        ("defaultinstancetype", False),
    ],
)
def test_a_name_promises_gpus_or_does_not(name: str, named: bool) -> None:
    assert is_named_for_gpus(name) is named


@pytest.mark.parametrize(
    ("limits", "requests", "differ"),
    [
        ({"cpu": "2", "memory": "4Gi"}, {"cpu": "1"}, ()),
        ({"cpu": "2000m", "memory": "4096Mi", "nvidia.com/gpu": "0"}, {"cpu": "1"}, ()),
        ({"cpu": "2", "memory": "4Gi"}, {"cpu": "1", "memory": "4Gi"}, ()),
        ({"cpu": "2", "memory": "4Gi"}, {"cpu": "1", "memory": "2Gi"}, ("requests",)),
        ({"cpu": "2", "memory": "4Gi"}, {}, ("requests",)),
        ({"cpu": "2"}, {"cpu": "1", "memory": "4Gi"}, ("limits",)),
        ({"cpu": "2", "memory": "8Gi"}, {"cpu": "1", "memory": "4Gi"}, ("limits",)),
        ({"cpu": "2", "memory": "4Gi", "nvidia.com/gpu": "1"}, {"cpu": "1"}, ("limits", "requests")),
    ],
)
def test_two_sizes_are_one_where_jobs_get_the_same(
    limits: dict[str, Any], requests: dict[str, Any], differ: tuple[str, ...]
) -> None:
    assert unlike(size_of({"cpu": "2", "memory": "4Gi"}, {"cpu": "1"}), size_of(limits, requests)) == differ
