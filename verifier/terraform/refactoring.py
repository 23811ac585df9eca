"""What a configuration says of addresses that the state knows otherwise: its moved, import and removed blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from verifier.hcl.frozen import frozen
from verifier.terraform.addresses import below
from verifier.terraform.module import Module
from verifier.terraform.reads import traversal_text

_KEY = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')


@frozen()
class Refactoring:
    """The addresses that such blocks name, without instance keys: where things move to, what is taken in or let go."""

    moved: frozenset[str] = frozenset()
    imported: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()

    def moves(self, address: str) -> bool:
        """Whether a moved block leads to an address, or to a module above it."""
        return _named(address, self.moved)

    def imports(self, address: str) -> bool:
        """Whether an import block takes something in under an address."""
        return without_keys(address) in self.imported

    def removes(self, address: str) -> bool:
        """Whether a removed block says what becomes of an address, or of a module above it."""
        return _named(address, self.removed)


def refactoring_of(root: Module) -> Refactoring:
    """The blocks of a root module and of all modules that it calls."""
    return Refactoring(
        moved=frozenset(_addresses(root, "", "moved", "to")),
        imported=frozenset(_addresses(root, "", "import", "to")),
        removed=frozenset(_addresses(root, "", "removed", "from")),
    )


def without_keys(address: str) -> str:
    """`module.a[0].azurerm_x.y["k"]` as its block is declared: `module.a.azurerm_x.y`."""
    return _KEY.sub("", address)


def _addresses(module: Module, path: str, block_type: str, argument: str) -> Iterator[str]:
    for declared in module.content.declarations.others:
        found = declared.argument(argument) if declared.block.type == block_type else None
        if found is not None:
            # an import over for_each has a key that is no constant; its block is named all the same
            expression = found[1].expression
            text = traversal_text(expression) or traversal_text(getattr(expression, "object", expression))
            if text:
                yield below(path, without_keys(text))
    for name, call in module.calls.items():
        if isinstance(call.target, Module):
            yield from _addresses(call.target, below(path, f"module.{name}"), block_type, argument)


def _named(address: str, declared: frozenset[str]) -> bool:
    plain = without_keys(address)
    return any(plain == other or plain.startswith(f"{other}.") for other in declared)
