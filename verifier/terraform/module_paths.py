"""Module paths: a module instance's address taken apart, call by call."""

from __future__ import annotations

from verifier.terraform.addresses import Quoted, parse, with_steps


def call_names(address: str) -> tuple[str, ...]:
    """The names of the calls on the way, without keys: ("sil", "pool") for `module.sil.module.pool["a"]`."""
    return tuple(str(steps[1]) for steps in _calls(address))


def instances_on_the_way(address: str) -> tuple[str, ...]:
    """The addresses of the module instances on the way, the one itself last."""
    found: list[str] = []
    for steps in _calls(address):
        relative = with_steps("module", steps[1:])
        found.append(f"{found[-1]}.{relative}" if found else relative)
    return tuple(found)


def _calls(address: str) -> list[tuple[str | int, ...]]:
    """The steps of each call: `module`, its name, its key if it has one."""
    calls: list[tuple[str | int, ...]] = []
    steps = parse(address) or ()
    at = 0
    while at + 1 < len(steps) and steps[at] == "module":
        end = at + 3 if at + 2 < len(steps) and isinstance(steps[at + 2], int | Quoted) else at + 2
        calls.append(steps[at:end])
        at = end
    return calls
