"""Replacing: which arguments cannot be changed without making a resource again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def replacing_arguments() -> Mapping[str, frozenset[str]]:
    """By Terraform type, the arguments whose change forces a new resource. Their sources stand in replacing.json."""
    table = json.loads(files("verifier.kinds").joinpath("replacing.json").read_text(encoding="utf-8"))
    return {of_type: frozenset(entry["arguments"]) for of_type, entry in table["types"].items()}


def same_argument(name: str, one: str, other: str) -> bool:
    """Whether two values of such an argument mean the same: `West US 3` is westus3, and ids have no case."""
    if name == "location":
        return one.replace(" ", "").casefold() == other.replace(" ", "").casefold()
    if name == "resource_group_name" or name.endswith("_id"):
        return one.rstrip("/").casefold() == other.rstrip("/").casefold()
    return one == other
