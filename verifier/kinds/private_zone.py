"""Private DNS zones: in which of them the names of a private endpoint's sub-resource are looked up.

Names, source and date stand in private_zones.json. A zone group enters addresses in zones of these names alone
(Microsoft Learn, "Azure Private Endpoint private DNS zone values").
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files


def missing_zones(group: str, cloud: str, zones: Sequence[str]) -> tuple[str, ...]:
    """The names in which those of a sub-resource (`blob`, `amlworkspace`) are looked up, and that no zone here holds.

    Of a cloud that is not known by its name in `az cloud list`, those of the cloud that the zones suit best.
    """
    clouds = (cloud,) if cloud in _zones() else tuple(_zones())
    missing = [tuple(n for n in _zones()[c][group] if not any(_holds(z, n) for z in zones)) for c in clouds]
    return min(missing, key=len)


def is_for(group: str, zone: str) -> bool:
    """Whether a zone is one in which names of a sub-resource are looked up, in some cloud."""
    return any(_holds(zone, name) for of_cloud in _zones().values() for name in of_cloud[group])


def is_documented(zone: str) -> bool:
    """Whether a zone is one of those of any sub-resource here, in any cloud: what it is for is then known."""
    return any(is_for(group, zone) for of_cloud in _zones().values() for group in of_cloud)


def _holds(zone: str, name: str) -> bool:
    """Whether a zone of that name holds what is looked up in `name`: all of it, or a part.

    `westus3.data.privatelink.azurecr.io` is a part of `privatelink.azurecr.io`.
    """
    return f".{zone}".casefold().endswith(f".{name}".casefold())


@cache
def _zones() -> Mapping[str, Mapping[str, list[str]]]:
    table = json.loads(files("verifier.kinds").joinpath("private_zones.json").read_text(encoding="utf-8"))
    zones: Mapping[str, Mapping[str, list[str]]] = table["zones"]
    return zones
