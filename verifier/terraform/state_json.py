"""A state file, format 4: what Terraform 0.12 and later keep as terraform.tfstate and in every backend."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.hcl.values import JSON
from verifier.terraform.addresses import below, keyed
from verifier.terraform.plan import Key
from verifier.terraform.state import Kept, Recorded, wanted


def of_file(document: dict[str, JSON], kept: Kept) -> Iterator[Recorded]:
    """The managed instances that a state file records; objects deposed by an unfinished replacement are left out."""
    for resource in _objects(document.get("resources")):
        if resource.get("mode") != "managed":
            continue
        of_type, name = str(resource.get("type", "")), str(resource.get("name", ""))
        address = below(str(resource.get("module") or ""), f"{of_type}.{name}")
        instances = resource.get("instances")
        for each in instances if isinstance(instances, list) else ():
            # what is no object is still an instance: one of which nothing is known
            instance = each if isinstance(each, dict) else {}
            if "deposed" not in instance:
                yield Recorded(
                    address=keyed(address, _key(instance.get("index_key"))),
                    type=of_type,
                    attributes=wanted(
                        instance.get("attributes") or instance.get("attributes_flat"), kept.get(of_type, ())
                    ),
                    tainted=instance.get("status") == "tainted",
                )


def _key(value: JSON) -> Key:
    return value if isinstance(value, int | str) else None


def _objects(value: JSON) -> Iterator[dict[str, JSON]]:
    return (item for item in (value if isinstance(value, list) else ()) if isinstance(item, dict))
