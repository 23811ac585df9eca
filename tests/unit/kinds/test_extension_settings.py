from __future__ import annotations

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.kinds.extension_settings import known_settings, nearest_setting, setting_named


@pytest.mark.parametrize(
    ("key", "where"),
    [
        ("enableTraining", "documented"),
        ("ENABLETRAINING", None),
        ("enabletraining", None),
        ("IDENTITYTYPE", "undocumented"),
        ("nodeSelector.kubernetes.io/os", "documented"),
        ("amloperator.skipResourceValidation", "troubleshooting"),
        ("relayserver.enabled", "installer"),
        ("prometheus.prometheusSpec.externalLabels.cluster_name", "installer"),
        ("identityType", "undocumented"),
        ("workLoadToleration[0].key", "undocumented"),
        ("workLoadToleration[12].effect", "undocumented"),
        ("workLoadToleration0.key", None),
        ("nodeSelector", None),
        ("enableTraning", None),
        ("", None),
    ],
)
def test_a_setting_is_known_by_its_name(key: str, where: str | None) -> None:
    found = setting_named(key)

    assert (found.where if found is not None else None) == where


@pytest.mark.parametrize(
    ("key", "value", "taken"),
    [
        ("enableTraining", "True", True),
        ("enableTraining", "false", True),
        ("enableTraining", "yes", False),
        ("enableTraining", "", False),
        ("inferenceRouterServiceType", "LoadBalancer", True),
        ("inferenceRouterServiceType", "ingress", False),
        ("sslCname", "anything", True),
    ],
)
def test_a_setting_takes_the_values_that_are_documented(key: str, value: str, taken: bool) -> None:
    found = setting_named(key)

    assert found is not None
    assert found.takes(value) is taken


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("enableTraning", "enableTraining"),
        ("EnableInferrence", "enableInference"),
        ("enabletraining", "enableTraining"),
        ("sslCName2", "sslCname"),
        ("colour", ""),
    ],
)
def test_a_mistyped_setting_is_like_the_one_that_was_meant(key: str, meant: str) -> None:
    assert nearest_setting(key) == meant


@given(st.sampled_from([s for s in known_settings() if "*" not in s.key]))
def test_every_setting_is_found_by_its_own_name(setting: object) -> None:
    assert setting_named(setting.key) is setting  # type: ignore[attr-defined]


def test_every_group_of_settings_says_its_source_and_date() -> None:
    groups = json.loads(files("verifier.kinds").joinpath("azureml_settings.json").read_text(encoding="utf-8"))

    assert all(group["source"] and len(group["date"]) == len("2026-01-01") for group in groups.values())
    keys = [key.casefold() for group in groups.values() for key in group["keys"]]
    assert len(keys) == len(set(keys))
