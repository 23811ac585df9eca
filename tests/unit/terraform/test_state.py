"""Reading a Terraform state: three forms, and of each only what was asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.errors import ConfigurationError
from verifier.terraform.show_json import written
from verifier.terraform.state import Kept, Recorded, State, parse_state, read_state

KEPT: Kept = {
    "terraform_data": frozenset({"id", "input.name", "output.list[1]"}),
    "azurerm_user_assigned_identity": frozenset({"id", "name", "principal_id"}),
}


def file_state(*resources: dict[str, Any]) -> dict[str, Any]:
    """A state file as Terraform 1.11 writes it."""
    return {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": 6,
        "lineage": "24c11101-f88e-4b1c-8e3d-efa83e4532c9",
        "outputs": {"key": {"value": "a secret", "type": "string", "sensitive": True}},
        "resources": list(resources),
        "check_results": None,
    }


def resource(*instances: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "mode": "managed",
        "type": "terraform_data",
        "name": "a",
        "provider": 'provider["terraform.io/builtin/terraform"]',
        "instances": list(instances),
        **more,
    }


def instance(**attributes: Any) -> dict[str, Any]:
    return {"schema_version": 0, "attributes": attributes, "sensitive_attributes": []}


def parsed(document: object, kept: Kept = KEPT) -> State:
    return parse_state(json.dumps(document).encode(), kept, source="a.tfstate")


def attributes(state: State) -> dict[str, dict[str, str]]:
    return {recorded.address: dict(recorded.attributes) for recorded in state}


def test_a_file_names_each_instance_by_module_and_key() -> None:
    state = parsed(
        file_state(
            resource(instance(id="1") | {"index_key": 0}, instance(id="2") | {"index_key": 1}),
            resource(instance(id="3") | {"index_key": 't"wo'}, name="b", module="module.m[0]"),
            resource(instance(id="4"), name="c"),
        )
    )
    assert {r.address: r.id for r in state} == {
        "terraform_data.a[0]": "1",
        "terraform_data.a[1]": "2",
        'module.m[0].terraform_data.b["t\\"wo"]': "3",
        "terraform_data.c": "4",
    }


def test_a_value_stored_with_its_type_is_the_value() -> None:
    stored = {"value": {"name": "x"}, "type": ["object", {"name": "string"}]}
    state = parsed(file_state(resource(instance(id="1", input=stored))))
    assert attributes(state) == {"terraform_data.a": {"id": "1", "input.name": "x"}}


def test_a_path_may_lead_through_a_list() -> None:
    state = parsed(file_state(resource(instance(output={"list": ["a", "b"]}))))
    assert attributes(state) == {"terraform_data.a": {"output.list[1]": "b"}}


def test_data_sources_and_deposed_objects_are_no_instances() -> None:
    state = parsed(
        file_state(
            resource(instance(id="1"), mode="data"),
            resource(instance(id="old") | {"deposed": "1f0e3a52"}, instance(id="new"), name="b"),
        )
    )
    assert {r.address: r.id for r in state} == {"terraform_data.b": "new"}


def test_an_instance_whose_attributes_cannot_be_read_is_an_instance() -> None:
    garbled = [{"index_key": 0}, {"index_key": 1, "attributes": None}, {"index_key": 2, "attributes": [7]}, 7]
    state = parsed(file_state(resource(*garbled, instance(id=7) | {"index_key": 3}), resource(name="b")))  # type: ignore[arg-type]
    assert attributes(state) == {
        "terraform_data.a": {},
        **{f"terraform_data.a[{key}]": {} for key in range(4)},
    }


def test_a_tainted_instance_says_so() -> None:
    [recorded] = parsed(file_state(resource(instance(id="1") | {"status": "tainted"})))
    assert recorded.tainted


def shown(*resources: dict[str, Any], children: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {
        "format_version": "1.0",
        "terraform_version": "1.11.4",
        "values": {"root_module": {"resources": list(resources), "child_modules": list(children)}},
    }


def shown_resource(address: str, of_type: str = "terraform_data", **values: Any) -> dict[str, Any]:
    return {"address": address, "mode": "managed", "type": of_type, "name": "a", "values": values}


def test_a_shown_state_is_read_through_all_its_modules() -> None:
    deep = {"address": "module.m[0].module.n", "resources": [shown_resource("module.m[0].module.n.terraform_data.d")]}
    child = {
        "address": "module.m[0]",
        "resources": [shown_resource("module.m[0].terraform_data.c", id="3")],
        "child_modules": [deep],
    }
    state = parsed(shown(shown_resource("terraform_data.a[0]", id="1", input={"name": "x"}), children=(child,)))
    assert attributes(state) == {
        "module.m[0].module.n.terraform_data.d": {},
        "module.m[0].terraform_data.c": {"id": "3"},
        "terraform_data.a[0]": {"id": "1", "input.name": "x"},
    }


def test_a_shown_tainted_instance_says_so() -> None:
    [recorded] = parsed(shown(shown_resource("terraform_data.a") | {"tainted": True}))
    assert recorded.tainted


def test_a_plan_gives_the_state_that_it_was_made_from() -> None:
    plan = {
        "format_version": "1.2",
        "planned_values": shown(shown_resource("terraform_data.later"))["values"],
        "prior_state": shown(shown_resource("terraform_data.now", id="1")),
    }
    assert attributes(parsed(plan)) == {"terraform_data.now": {"id": "1"}}


@pytest.mark.parametrize(
    "document",
    [
        {"format_version": "1.0", "terraform_version": "1.11.4"},
        {"format_version": "1.2", "planned_values": {"root_module": {}}, "resource_changes": []},
        file_state(),
    ],
    ids=["shown before the first apply", "the plan of a first apply", "a file without resources"],
)
def test_nothing_applied_is_an_empty_state(document: dict[str, Any]) -> None:
    assert attributes(parsed(document)) == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_file_redirected_on_windows_is_read(encoding: str) -> None:
    text = json.dumps(shown(shown_resource("terraform_data.a", id="1"))).encode(encoding)
    assert attributes(parse_state(text, KEPT, source="a.json")) == {"terraform_data.a": {"id": "1"}}


NO_STATES = {
    "nothing": (b"", "not JSON"),
    "no JSON": (b"resource {}", "not JSON"),
    "bytes": (b'{"a": "\xff\xfe"}', "not JSON"),
    "a list": (b"[]", "not a Terraform state"),
    "another document": (b'{"format_version": "1.0", "provider_schemas": {}}', "not a Terraform state"),
    "a package file": (b'{"name": "x", "version": "1.0.0"}', "not a Terraform state"),
    "an old format": (b'{"version": 3, "lineage": "x", "modules": []}', "a state of format 3"),
    "a saved plan": (b"PK\x03\x04....", "a saved plan"),
    "an encrypted state": (b'{"encryption_version": "v0", "encrypted_data": "aaaa"}', "the state is encrypted"),
}


@pytest.mark.parametrize("name", NO_STATES)
def test_what_is_no_state_is_refused_with_what_would_be_one(name: str) -> None:
    content, what = NO_STATES[name]
    with pytest.raises(ConfigurationError) as refused:
        parse_state(content, KEPT, source="dir/file")
    assert what in refused.value.what
    assert refused.value.where == "dir/file"
    assert "terraform show -json" in refused.value.expected


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_state(tmp_path / "none.tfstate", KEPT)


def test_a_refusal_quotes_nothing_of_the_file() -> None:
    with pytest.raises(ConfigurationError) as refused:
        parse_state(b'{"primary_access_key": "hunter2" "x"}', KEPT, source="f")
    assert "hunter2" not in str(refused.value)
    assert "primary_access_key" not in str(refused.value)


secrets = st.text(alphabet="0123456789abcdef", min_size=12, max_size=20).map(lambda text: f"SECRET{text}")
odd_names = st.text(alphabet="abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12).filter(
    lambda name: name not in {"id", "name", "principal_id"}
)
nested = st.recursive(
    secrets, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_names, inner, max_size=3), max_leaves=8
)


@given(attributes=st.dictionaries(odd_names, nested, max_size=6), other=odd_names)
def test_no_attribute_that_was_not_asked_for_survives_the_reading(attributes: dict[str, Any], other: str) -> None:
    asked = {"id": "/subscriptions/s/id", "name": "id-ml", "principal_id": "p"}
    stated = {**attributes, **asked}
    identity = "azurerm_user_assigned_identity"
    forms = [
        file_state(
            resource(instance(**stated), type=identity), resource(instance(**attributes), type=other, name="other")
        ),
        shown(shown_resource(f"{identity}.a", identity, **stated), shown_resource(f"{other}.a", other, **attributes)),
    ]
    for document in forms:
        state = parsed(document)
        assert "SECRET" not in repr(state)
        assert dict(state.instances[f"{identity}.a"].attributes) == asked


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "resources",
                    "instances",
                    "mode",
                    "type",
                    "module",
                    "attributes",
                    "index_key",
                    "address",
                    "id",
                    "values",
                    "root_module",
                    "child_modules",
                    "deposed",
                    "status",
                ]
            ),
            inner | st.just("managed"),
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(body=anything)
def test_a_state_of_an_unexpected_shape_is_read_as_far_as_it_goes(body: Any) -> None:
    parsed({"version": 4, "lineage": "x", "resources": body})
    parsed({"version": 4, "lineage": "x", "resources": [body]})
    parsed({"format_version": "1.0", "values": body})
    parsed({"format_version": "1.0", "prior_state": {"values": {"root_module": body}}})


def test_what_was_kept_of_a_state_can_be_written_and_read_again(tmp_path: Path) -> None:
    kept = {"x_y": frozenset({"id", "identity[0].principal_id", "list[2]", "output.identity.principalId"})}
    attributes = {"id": "/a", "identity[0].principal_id": "p", "list[2]": "third", "output.identity.principalId": "q"}
    recorded = (
        Recorded(address='module.a["k"].x_y.z[0]', type="x_y", attributes=attributes, tainted=True),
        Recorded(address="x_y.z", type="x_y", attributes={}),
    )
    state = State(source="", instances={each.address: each for each in recorded})
    file = tmp_path / "kept.json"
    file.write_text(written(state), encoding="utf-8")

    assert list(read_state(file, kept)) == list(state)
