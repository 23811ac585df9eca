"""What `terraform show -json` writes: a state's values, or a plan with the state that it was made from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from verifier.hcl.values import JSON
from verifier.terraform.addresses import parse
from verifier.terraform.state import Kept, Recorded, State, wanted


def of_state(document: dict[str, JSON], kept: Kept) -> Iterator[Recorded]:
    """The managed instances of a state; none where nothing has been applied, which has no `values`."""
    values = document.get("values")
    root = values.get("root_module") if isinstance(values, dict) else None
    return _module(root, kept)


def written(state: State) -> str:
    """A state, or what was kept of it, in the form that `of_state` reads: `read_state` of it gives the same again."""
    resources: list[JSON] = [
        {
            "address": recorded.address,
            "mode": "managed",
            "type": recorded.type,
            "values": _nested(recorded.attributes),
            "tainted": recorded.tainted,
        }
        for recorded in state
    ]
    return json.dumps({"format_version": "1.0", "values": {"root_module": {"resources": resources}}})


def _nested(attributes: Mapping[str, str]) -> JSON:
    """The object that has each attribute at its path. A list is as long as its last index needs."""
    found: dict[str, JSON] = {}
    for path, text in attributes.items():
        at: JSON = found
        steps = parse(path) or ()
        for step, following in zip(steps, (*steps[1:], None), strict=True):
            inner: JSON = text if following is None else [] if isinstance(following, int) else {}
            if isinstance(at, dict):
                at = at.setdefault(str(step), inner)
            elif isinstance(at, list) and isinstance(step, int):
                at.extend([{} for _ in range(step - len(at))])
                at.extend([inner] if len(at) == step else [])
                at = at[step]
    return found


def of_plan(document: dict[str, JSON], kept: Kept) -> Iterator[Recorded]:
    """The managed instances of the state that a plan was made from; none for the plan of a first apply."""
    prior = document.get("prior_state")
    return of_state(prior, kept) if isinstance(prior, dict) else iter(())


def _module(module: JSON, kept: Kept) -> Iterator[Recorded]:
    """A module's instances and those of the modules below it, at any depth."""
    left = [module]
    while left:
        current = left.pop()
        if not isinstance(current, dict):
            continue
        for resource in _objects(current.get("resources")):
            if resource.get("mode") == "managed" and "deposed_key" not in resource:
                of_type = str(resource.get("type", ""))
                yield Recorded(
                    address=str(resource.get("address", "")),
                    type=of_type,
                    attributes=wanted(resource.get("values"), kept.get(of_type, ())),
                    tainted=resource.get("tainted") is True,
                )
        left.extend(_objects(current.get("child_modules")))


def _objects(value: JSON) -> Iterator[dict[str, JSON]]:
    return (item for item in (value if isinstance(value, list) else ()) if isinstance(item, dict))
