"""Reduce what Terraform planned to what stays the same from run to run.

Not part of the tests: a golden is refreshed by hand, after the stack has changed on purpose. Input is the JSON that
`terraform show -json PLANFILE` writes, of a plan that a real Terraform made with stub providers: nothing is reached
and nothing is signed in to. Instances, addresses and every known value are then Terraform's own work, and whatever a
provider would compute is unknown. Stubs know no defaults, so what the configuration does not mention is left out:

    python tests/goldens/refresh.py plan.json > tests/goldens/reference.plan.json

The answer holds, for each instance, its known `values` and the paths of its `unknown` ones (`identity[0].type`,
`tags["a.b"]`). Null arguments are left out, as Terraform does not tell them from ones that were not given; nulls
deeper inside a value are kept. A list holds null where an element is unknown. What a data source answered is unknown.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"

DATA_SOURCE_PLACEHOLDER = "__data__"
PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def reduced(plan: dict[str, JSON]) -> dict[str, JSON]:
    """The golden for one plan, as `terraform show -json` has it."""
    arguments = dict(_arguments(_at(plan, "configuration", "root_module"), ()))
    instances: dict[str, JSON] = {}
    for change in _list(plan["resource_changes"]):
        address = str(_at(change, "address"))
        configured = arguments[_without_keys(address)]
        instances[address] = _instance(_at(change, "change"), _object(configured))
    return {
        "made_with": {
            "terraform": plan["terraform_version"],
            "providers": "stubs, which compute nothing: what they would compute is unknown",
        },
        "instances": dict(sorted(instances.items())),
        "outputs": {name: _output(change) for name, change in sorted(_object(plan.get("output_changes", {})).items())},
    }


def _instance(change: JSON, configured: dict[str, JSON]) -> JSON:
    after, unknown = _object(_at(change, "after")), _object(_at(change, "after_unknown"))
    values: dict[str, JSON] = {}
    paths: list[str] = []
    for name in sorted({*after, *unknown}):
        value, hidden = after.get(name), unknown.get(name, False)
        if name not in configured and not _is_block(value):
            continue
        if _is_block(value) and not isinstance(configured.get(name), dict):
            value = [_given(block) for block in _list(value)]
        known, more = _split(value, hidden, name)
        paths += more
        if known is not None:
            values[name] = known
    return {"values": values, "unknown": [*sorted(paths)]}


def _output(change: JSON) -> JSON:
    known, paths = _split(_object(change).get("after"), _at(change, "after_unknown"), "")
    return {"value": known, "unknown": [*sorted(paths)]}


def _is_block(value: JSON) -> bool:
    """A dynamic block appears in no list of arguments, so that a block is told by its looks."""
    return isinstance(value, list) and bool(value) and all(isinstance(block, dict) for block in value)


def _given(block: JSON) -> JSON:
    return {name: value for name, value in _object(block).items() if value is not None}


def _split(value: JSON, unknown: JSON, path: str) -> tuple[JSON, list[str]]:
    """(the known part, the paths of the unknown parts)."""
    if unknown is True or (isinstance(value, str) and DATA_SOURCE_PLACEHOLDER in value):
        return None, [path]
    if isinstance(value, dict) or isinstance(unknown, dict):
        inside, hidden = _object(value or {}), _object(unknown or {})
        members: dict[str, JSON] = {}
        paths: list[str] = []
        for name in sorted({*inside, *hidden}):
            known, more = _split(inside.get(name), hidden.get(name, False), _step(path, name))
            paths += more
            if not more or known is not None:
                members[name] = known
        return members, paths
    if isinstance(value, list):
        flags = unknown if isinstance(unknown, list) else []
        parts = [
            _split(element, flags[index] if index < len(flags) else False, f"{path}[{index}]")
            for index, element in enumerate(value)
        ]
        return [known for known, _ in parts], [deeper for _, more in parts for deeper in more]
    return value, []


def _step(path: str, name: str) -> str:
    if not PLAIN_NAME.fullmatch(name):
        return f"{path}[{json.dumps(name)}]"
    return f"{path}.{name}" if path else name


def _arguments(module: JSON, prefix: tuple[str, ...]) -> Iterator[tuple[str, JSON]]:
    """(address without instance keys, argument names) of every managed resource below a module."""
    for resource in _list(_object(module).get("resources", [])):
        if _at(resource, "mode") == "managed":
            yield ".".join((*prefix, str(_at(resource, "address")))), _object(resource).get("expressions", {})
    for name, call in _object(_object(module).get("module_calls", {})).items():
        yield from _arguments(_at(call, "module"), (*prefix, "module", name))


def _without_keys(address: str) -> str:
    return re.sub(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]', "", address)


def _at(value: JSON, *keys: str) -> JSON:
    for key in keys:
        value = _object(value)[key]
    return value


def _object(value: JSON) -> dict[str, JSON]:
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, found {value!r}")
    return value


def _list(value: JSON) -> list[JSON]:
    if not isinstance(value, list):
        raise TypeError(f"expected a list, found {value!r}")
    return value


def main() -> None:
    """Read the plan JSON from the file named, or from standard input; write the golden to standard output."""
    text = Path(sys.argv[1]).read_text(encoding="utf-8") if len(sys.argv) > 1 else sys.stdin.read()
    json.dump(reduced(json.loads(text)), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
