"""Addresses: how modules, instances and their attributes are named, written and taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from verifier.terraform.plan import Key

Step: TypeAlias = str | int
"""One step behind an address: an attribute name, or an index (int). A string index is a Quoted."""


class Quoted(str):
    """A string in brackets, `["a"]`, as opposed to an attribute name."""

    __slots__ = ()


_STEP = re.compile(r'\.?(?P<name>[^\W\d][\w-]*)|\[(?P<number>\d+)\]|\["(?P<quoted>(?:[^"\\]|\\.)*)"\]')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def quoted(text: str) -> str:
    """A string as an address quotes it: `"a"`, with escapes."""
    escaped = "".join(_ESCAPES.get(c, c) for c in text).replace("${", "$${").replace("%{", "%%{")
    return f'"{escaped}"'


def keyed(address: str, key: Key) -> str:
    """The address of one instance: `x.y[0]`, `x.y["a"]`, or `x.y` itself."""
    if key is None:
        return address
    return f"{address}[{key}]" if isinstance(key, int) else f"{address}[{quoted(key)}]"


def below(module: str, relative: str) -> str:
    """An address within a module: `module.sil.azurerm_x.y`; the root module's address is empty."""
    return f"{module}.{relative}" if module else relative


def with_steps(address: str, steps: Sequence[Step]) -> str:
    """An address deepened by attribute names and indexes."""
    parts = [address]
    for step in steps:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif isinstance(step, Quoted):
            parts.append(f"[{quoted(step)}]")
        else:
            parts.append(f".{step}")
    return "".join(parts)


def parse(address: str) -> tuple[Step, ...] | None:
    """The steps of an address, or None when it is not one."""
    steps: list[Step] = []
    position = 0
    while position < len(address):
        found = _STEP.match(address, position)
        if found is None or (position == 0 and found["name"] is None):
            return None
        steps.append(_step(found))
        position = found.end()
    return tuple(steps) if steps else None


def split_instance(address: str) -> tuple[str, tuple[Step, ...]] | None:
    """An attribute's address as (its resource instance's address, the steps behind); None when it is not one.

    `module.a[0].azurerm_x.y["k"].identity[0].id` is (`module.a[0].azurerm_x.y["k"]`, ("identity", 0, "id")).
    """
    steps = parse(address)
    if steps is None:
        return None
    at = 0
    while at + 1 < len(steps) and steps[at] == "module":
        at += 2
        at += _is_index(steps, at)
    if at < len(steps) and steps[at] == "data":
        at += 1
    at += 2
    at += _is_index(steps, at)
    if at >= len(steps):
        return None
    return with_steps(str(steps[0]), steps[1:at]), steps[at:]


def natural(address: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that counts: `x[2]` comes before `x[10]`."""
    return tuple(_chunks(address))


def _chunks(address: str) -> Iterator[tuple[int, int, str]]:
    for chunk in re.split(r"(?<=\[)(\d+)(?=\])", address):
        yield (0, int(chunk), "") if chunk.isdecimal() else (1, 0, chunk)


def _is_index(steps: Sequence[Step], at: int) -> bool:
    return at < len(steps) and (isinstance(steps[at], int | Quoted))


def _step(found: re.Match[str]) -> Step:
    if found["number"] is not None:
        return int(found["number"])
    if found["quoted"] is not None:
        text = re.sub(r"\\(.)", lambda m: _UNESCAPES.get(m[1], m[1]), found["quoted"])
        return Quoted(text.replace("$${", "${").replace("%%{", "%{"))
    return found["name"]
