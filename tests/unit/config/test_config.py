"""Settings: which source wins, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier.config import Options, Settings, settings
from verifier.errors import ConfigurationError, UsageError, VerifyInfraError
from verifier.preferences import KEYS, read_preferences


def test_options_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    _write(tmp_path, 'subscription = "file"\ncloud = "AzureChinaCloud"\nkube_context = "file"\ndeadline = 10')
    environment = {"VERIFIER_SUBSCRIPTION": "environment", "VERIFIER_DEADLINE": "20", "VERIFIER_KUBE_CONTEXT": "e"}
    asked = settings(Options(root=tmp_path, subscription="option"), environment)
    assert (asked.subscription, asked.deadline_seconds, asked.kube_context, asked.cloud) == (
        "option",
        20,
        "e",
        "AzureChinaCloud",
    )


def test_without_a_word_from_anywhere_defaults_stand(tmp_path: Path) -> None:
    assert settings(Options(root=tmp_path), {}) == Settings(root=tmp_path)


def test_an_empty_environment_variable_says_nothing(tmp_path: Path) -> None:
    _write(tmp_path, 'subscription = "file"')
    assert settings(Options(root=tmp_path), {"VERIFIER_SUBSCRIPTION": ""}).subscription == "file"


def test_endpoints_come_from_the_environment(tmp_path: Path) -> None:
    environment = {"VERIFIER_ARM_ENDPOINT": "http://127.0.0.1:1", "VERIFIER_KUBERNETES_ENDPOINT": "http://127.0.0.1:2"}
    asked = settings(Options(root=tmp_path), environment)
    assert (asked.arm_endpoint, asked.kubernetes_endpoint) == ("http://127.0.0.1:1", "http://127.0.0.1:2")


def test_a_file_cannot_say_where_tokens_are_sent() -> None:
    assert not [key for key in KEYS if "endpoint" in key]


def test_paths_in_the_file_are_relative_to_the_file(tmp_path: Path) -> None:
    _write(tmp_path, 'var_files = ["dev.tfvars", "../all.tfvars"]\nchecks = ["../checks"]')
    asked = settings(Options(root=tmp_path), {})
    assert asked.inputs == (tmp_path / "dev.tfvars", tmp_path / "../all.tfvars")
    assert asked.checks == (tmp_path / "../checks",)


def test_a_state_in_the_file_is_relative_to_it_and_the_command_line_s_wins(tmp_path: Path) -> None:
    _write(tmp_path, 'state = "now/state.json"')
    assert settings(Options(root=tmp_path), {}).state == tmp_path / "now/state.json"
    assert settings(Options(root=tmp_path, state=Path("other.json")), {}).state == Path("other.json")


def test_var_files_of_the_command_line_replace_those_of_the_file(tmp_path: Path) -> None:
    _write(tmp_path, 'var_files = ["dev.tfvars"]')
    assert settings(Options(root=tmp_path, inputs=(Path("x.tfvars"),)), {}).inputs == (Path("x.tfvars"),)


def test_pyproject_toml_beside_the_root_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.verifier]\nsubscription = "abc"\n')
    assert read_preferences(tmp_path).subscription == "abc"


def test_a_pyproject_toml_that_says_nothing_of_the_verifier_is_nothing_to_it(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n')
    _write(tmp_path, 'subscription = "abc"')
    assert read_preferences(tmp_path).subscription == "abc"


def test_settings_in_two_places_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.verifier]\n")
    _write(tmp_path, "")
    with pytest.raises(ConfigurationError, match="two places"):
        read_preferences(tmp_path)


def test_an_unknown_key_is_named_with_its_file_and_the_known_ones(tmp_path: Path) -> None:
    _write(tmp_path, 'var_file = ["dev.tfvars"]')
    with pytest.raises(ConfigurationError, match="unknown key 'var_file'") as refused:
        read_preferences(tmp_path)
    assert refused.value.where == (tmp_path / "verifier.toml").as_posix()
    assert all(key in refused.value.expected for key in KEYS)
    assert refused.value.next_step == "write var_files"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("subscription = 7", "subscription is not a string"),
        ('var_files = "dev.tfvars"', "var_files is not a list of strings"),
        ("checks = [1]", "checks is not a list of strings"),
        ('deadline = "soon"', "deadline is not a number"),
        ("deadline = true", "deadline is not a number"),
        ('owned_elsewhere = ["cluster"]', "owned_elsewhere is"),
        ('submitters = ["me@example.com"]', "submitters is"),
        ('submitters = "0a6c1d0e-7a51-4c57-9d0f-2f1b7c3d9e44"', "submitters is"),
        ('jobs_use_workload_identity = "yes"', "jobs_use_workload_identity is not a boolean"),
        ("deadline = 0", "0 is no deadline"),
        ("deadline = nan", "nan is no deadline"),
        ('cloud = "Azure"', "'Azure' is not a cloud"),
        ("subscription =", "not valid TOML"),
        ("subscription = " + "[" * 5_000, "nested too deeply"),
    ],
    ids=lambda text: text[:40],
)
def test_a_wrong_value_in_the_file_is_said(text: str, said: str, tmp_path: Path) -> None:
    _write(tmp_path, text)
    with pytest.raises(ConfigurationError, match=said) as refused:
        settings(Options(root=tmp_path), {})
    assert "verifier.toml" in refused.value.where


def test_a_file_that_is_not_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "verifier.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="not valid TOML"):
        read_preferences(tmp_path)


@pytest.mark.parametrize(
    ("options", "environment", "where"),
    [
        ({"cloud": "Azure"}, {}, "--cloud"),
        ({}, {"VERIFIER_CLOUD": "Azure"}, "VERIFIER_CLOUD"),
        ({"deadline_seconds": -1.0}, {}, "--deadline"),
        ({"deadline_seconds": float("inf")}, {}, "--deadline"),
        ({}, {"VERIFIER_DEADLINE": "soon"}, "VERIFIER_DEADLINE"),
        ({"inputs": ("location",)}, {}, "--var"),
        ({"inputs": ("=x",)}, {}, "--var"),
        ({"snapshot": Path("s"), "simulated": Path("w")}, {}, "--snapshot and --simulate"),
        ({"arm_endpoint": "http://127.0.0.1", "simulated": Path("w")}, {}, "--simulate and --arm-endpoint"),
    ],
)
def test_a_wrong_option_is_named(options: dict, environment: dict, where: str, tmp_path: Path) -> None:
    with pytest.raises(VerifyInfraError) as refused:
        settings(Options(root=tmp_path, **options), environment)
    assert refused.value.where == where
    assert refused.value.exit_code == (4 if where.startswith("--") else 11)


def test_a_variable_keeps_the_equal_signs_of_its_value(tmp_path: Path) -> None:
    asked = settings(Options(root=tmp_path, inputs=('tags={a="b"}', "empty=")), {})
    assert asked.inputs == (("tags", '{a="b"}'), ("empty", ""))


def test_var_files_of_verifier_toml_come_before_what_the_command_line_sets(tmp_path: Path) -> None:
    _write(tmp_path, 'var_files = ["dev.tfvars"]')
    asked = settings(Options(root=tmp_path, inputs=("a=1",)), {})
    assert asked.inputs == (tmp_path / "dev.tfvars", ("a", "1"))


def test_var_files_and_variables_keep_the_order_in_which_they_are_given(tmp_path: Path) -> None:
    given = ("a=1", Path("x.tfvars"), "a=2")
    assert settings(Options(root=tmp_path, inputs=given), {}).inputs == (("a", "1"), Path("x.tfvars"), ("a", "2"))


def test_a_cloud_is_known_in_any_case(tmp_path: Path) -> None:
    assert settings(Options(root=tmp_path, cloud="azureusgovernment"), {}).cloud == "AzureUSGovernment"


def test_a_root_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such directory"):
        settings(Options(root=tmp_path / "none"), {})


def test_a_root_that_is_a_file_is_told_its_directory(tmp_path: Path) -> None:
    (tmp_path / "main.tf").touch()
    with pytest.raises(ConfigurationError, match="this is a file") as refused:
        settings(Options(root=tmp_path / "main.tf"), {})
    assert tmp_path.as_posix() in refused.value.next_step


@pytest.mark.parametrize(
    ("options", "live"),
    [
        ({}, "AzureCloud"),
        ({"arm_endpoint": "http://127.0.0.1:8080"}, "AzureCloud at http://127.0.0.1:8080"),
        ({"snapshot": Path("live.json")}, "the snapshot live.json"),
        ({"simulated": Path("world.json"), "arm_endpoint": "http://127.0.0.1:8080"}, "the simulator, world.json"),
        ({"offline": True}, "nothing (offline)"),
    ],
)
def test_what_is_read_as_reality_is_said_in_words(options: dict, live: str) -> None:
    assert Settings(root=Path(), **options).live == live


def test_the_environment_is_not_shown_with_the_settings(tmp_path: Path) -> None:
    assert "hunter2" not in repr(settings(Options(root=tmp_path), {"ARM_CLIENT_SECRET": "hunter2"}))


def _write(root: Path, text: str) -> None:
    (root / "verifier.toml").write_text(text, encoding="utf-8")


def test_submitters_are_object_ids_each_once(tmp_path: Path) -> None:
    me = "0A6C1D0E-7A51-4C57-9D0F-2F1B7C3D9E44"
    (tmp_path / "verifier.toml").write_text(f'submitters = ["{me}", "{me.lower()}"]', encoding="utf-8")

    assert settings(Options(root=tmp_path), {}).submitters == (me.lower(),)


def test_the_file_can_leave_kubernetes_unread_and_whoever_says_where_it_is_wins(tmp_path: Path) -> None:
    assert settings(Options(root=tmp_path), {}).kubernetes
    assert not settings(Options(root=tmp_path, kubernetes=False), {}).kubernetes
    _write(tmp_path, "kubernetes = false")
    assert not settings(Options(root=tmp_path), {}).kubernetes
    assert settings(Options(root=tmp_path, kube_context="aks"), {}).kubernetes
    assert settings(Options(root=tmp_path, kubeconfig=Path("config")), {}).kubernetes
    assert settings(Options(root=tmp_path, simulated=Path("world.json")), {}).kubernetes
    assert settings(Options(root=tmp_path), {"VERIFIER_KUBERNETES_ENDPOINT": "https://aks"}).kubernetes
    assert not settings(Options(root=tmp_path, kubernetes=False), {"VERIFIER_KUBE_CONTEXT": "aks"}).kubernetes


@pytest.mark.parametrize(
    ("options", "other"),
    [
        (Options(kubernetes=False, kubernetes_endpoint="https://aks"), "--kubernetes-endpoint"),
        (Options(kubernetes=False, kube_context="aks"), "--kube-context"),
        (Options(kubernetes=False, kubeconfig=Path("config")), "--kubeconfig"),
        (Options(kubernetes=False, snapshot=Path("live.json")), "--snapshot"),
    ],
)
def test_not_to_read_the_cluster_and_where_to_is_a_contradiction(options: Options, other: str) -> None:
    with pytest.raises(UsageError) as raised:
        settings(options, {})
    assert raised.value.where == f"--no-kubernetes and {other}"
