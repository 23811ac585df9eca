"""Required: the arguments without which a resource is none, and its apply is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from verifier.hcl.values import Value
from verifier.kinds.fact import Fact
from verifier.kinds.kind import azapi_type
from verifier.kinds.stated import Stated, Step, at
from verifier.terraform.addresses import parse

if TYPE_CHECKING:
    from verifier.terraform.plan import Instance

AZAPI = "azapi_resource"


@dataclass(frozen=True, slots=True, kw_only=True)
class Required:
    """An argument that has to say something, or several of which one has to: each as a path, with its name."""

    ways: Mapping[str, tuple[Step, ...]]

    @property
    def name(self) -> str:
        """`scope`, `role_definition_id or role_definition_name`."""
        return " or ".join(self.ways)

    def facts(self, instance: Instance) -> tuple[Fact[bool], ...]:
        """Of each way whether it says anything but an empty text."""
        says = Stated(instance)
        return tuple(
            says.fact(name, *path, read=lambda value: value != "", otherwise=False) for name, path in self.ways.items()
        )

    def place(self, instance: Instance) -> str:
        """The file:line at which the instance says that it is null or empty, else the resource's."""
        for path in self.ways.values():
            said = at(instance.values, path, keep_null=True)
            if isinstance(said, Value) and said.origin is not None and said.origin.place is not None:
                return str(said.origin.place)
        return str(instance.place)


def required_of(instance: Instance) -> tuple[Required, ...]:
    """What a Terraform instance has to say; nothing of a type of which that is not known here."""
    if instance.type != AZAPI:
        entry = _table()["types"].get(instance.type, {})
        return tuple(_required(text) for text in entry.get("arguments", ()))
    of_azapi = _table()["azapi"]
    bodies = {arm_type.casefold(): entry for arm_type, entry in of_azapi["bodies"].items()}
    body = bodies.get(azapi_type(instance).casefold())
    if body is None:
        return ()
    inside = [*body["arguments"], *(_where(instance, body["where"]) if "where" in body else ())]
    return (
        *(_required(text) for text in of_azapi["arguments"]),
        *(_required(text, within="body.") for text in inside),
    )


def _where(instance: Instance, condition: Mapping[str, Any]) -> tuple[str, ...]:
    """What is required in addition where one of the arguments says something."""
    path = ("body", *condition["argument"].split("."))
    said = Stated(instance).text(condition["argument"], *path)
    return tuple(condition["arguments"]) if said.known and said.value == condition["is"] else ()


@cache
def _table() -> Mapping[str, Any]:
    """The table. Its sources stand in required.json."""
    table: Mapping[str, Any] = json.loads(files("verifier.kinds").joinpath("required.json").read_text(encoding="utf-8"))
    return table


def _required(text: str, *, within: str = "") -> Required:
    return Required(ways=dict(_ways(text, within)))


def _ways(text: str, within: str) -> Iterator[tuple[str, tuple[Step, ...]]]:
    for way in text.split("|"):
        path = parse(f"{within}{way}")
        if path is None:
            raise ValueError(f"required.json: {way} is no path")
        yield way.removesuffix("[0]"), path
