"""Both sides of a kind: what a small configuration states, and what a service serves."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from verifier.kinds.kind import Kind
from verifier.kinds.served import Document
from verifier.kinds.stated import Stated, Update
from verifier.terraform.configuration import load
from verifier.terraform.plan import Instance

Instances = Callable[..., Mapping[str, Instance]]
State = Callable[..., Any]
Serve = Callable[..., Any]


@pytest.fixture
def instances(tmp_path: Path) -> Instances:
    """The resource instances of a configuration, by address."""

    def planned(source: str, **variables: str) -> Mapping[str, Instance]:
        (tmp_path / "main.tf").write_text(textwrap.dedent(source), encoding="utf-8")
        plan = load(tmp_path, inputs=tuple(variables.items())).plan()
        return {i.address: i for i in plan.instances}

    return planned


@pytest.fixture
def state(instances: Instances) -> State:
    """The only resource of a configuration, as its kind; azapi_update_resources count as saying more of it."""

    def read(kind: Kind[Any], source: str, *, bound: Mapping[str, str] = {}, **variables: str) -> Any:
        found = instances(source, **variables)
        [instance] = [i for i in found.values() if kind.states(i)]
        updates = tuple(Update(i) for i in found.values() if kind.updates(i))
        return kind.from_terraform(Stated(instance, bound, updates))

    return read


@pytest.fixture
def serve() -> Serve:
    """A document that a service sent, as its kind."""

    def read(kind: Kind[Any], body: Mapping[str, Any], source: str = "/subscriptions/s/x/y") -> Any:
        return kind.from_document(Document(body, source))

    return read
