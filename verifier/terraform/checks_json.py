"""`checks` of a JSON plan: everything that states conditions, and how they went for each of its instances.

Source: Terraform's documentation of its JSON output format, and plans that Terraform 1.11 wrote. What has no instance
passes, as it does there.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.hcl.nodes import Block
from verifier.hcl.representation import Tree
from verifier.terraform.addresses import below, natural
from verifier.terraform.configuration import Evaluation
from verifier.terraform.declarations import Declared
from verifier.terraform.module import Module
from verifier.terraform.plan import Held, StaticPlan, Undetermined
from verifier.terraform.refactoring import without_keys


def checks(evaluation: Evaluation) -> list[Tree]:
    """The entries, sorted by address as Terraform sorts them."""
    by_block: dict[str, list[Held]] = {}
    for held in _all_held(evaluation.plan):
        by_block.setdefault(without_keys(held.address), []).append(held)
    waiting = {without_keys(i.address) for i in evaluation.plan.instances if isinstance(i.presence, Undetermined)}
    found = dict(_stating(evaluation.root.module, ""))
    return [
        _entry(address, found[address], by_block.get(address, []), waits=address in waiting)
        for address in sorted(found)
    ]


def _all_held(plan: StaticPlan) -> Iterator[Held]:
    yield from plan.held
    for check in plan.checks:
        yield Held(address=check.address, module=check.module, status=check.status, messages=check.messages)


def _entry(address: str, names: dict[str, Tree], instances: list[Held], *, waits: bool) -> Tree:
    statuses = {held.status for held in instances}
    status = next((s for s in ("fail", "unknown") if s in statuses), "unknown" if waits else "pass")
    entry: dict[str, Tree] = {"address": {**names, "to_display": address}, "status": status}
    if instances:
        entry["instances"] = [_instance(held) for held in sorted(instances, key=lambda h: natural(h.address))]
    return entry


def _instance(held: Held) -> Tree:
    module: dict[str, Tree] = {"module": held.module} if held.module else {}
    key: dict[str, Tree] = {} if held.key is None else {"instance_key": held.key}
    entry: dict[str, Tree] = {"address": {**key, **module, "to_display": held.address}, "status": held.status}
    if held.messages:
        entry["problems"] = [{"message": message} for message in held.messages]
    return entry


def _stating(module: Module, path: str) -> Iterator[tuple[str, dict[str, Tree]]]:
    """What in a module and below it states conditions: its address without keys, and its names."""
    at: dict[str, Tree] = {"module": path} if path else {}
    for key, declared in module.content.declarations.named.items():
        block_type, labels = key[0], key[1:]
        name: dict[str, Tree] = {"name": labels[-1]}
        if block_type == "check":
            yield below(path, f"check.{labels[0]}"), {"kind": "check", **at, **name}
        elif block_type == "variable" and _has(declared, "validation"):
            yield below(path, f"var.{labels[0]}"), {"kind": "var", **at, **name}
        elif block_type == "output" and _has(declared, "precondition"):
            yield below(path, f"output.{labels[0]}"), {"kind": "output_value", **at, **name}
        elif block_type in {"resource", "data"} and _has(declared, "precondition", "postcondition"):
            mode = "managed" if block_type == "resource" else "data"
            address = ".".join(labels if block_type == "resource" else key)
            names: dict[str, Tree] = {"kind": "resource", "mode": mode, **at, **name, "type": labels[0]}
            yield below(path, address), names
    for call_name, call in module.calls.items():
        if isinstance(call.target, Module):
            yield from _stating(call.target, below(path, f"module.{call_name}"))


def _has(declared: Declared, *block_types: str) -> bool:
    def within(block: Block) -> bool:
        if block.type == "lifecycle":
            return any(inner.type in block_types for inner in block.body.blocks)
        return block.type in block_types

    return any(within(block) for _, block in declared.blocks())
