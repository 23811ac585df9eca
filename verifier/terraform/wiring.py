"""Wiring: which variables reach something that Terraform acts on, through locals and modules, without evaluating.

What counts as the end of a wire: a resource, a data source, a provider, a check, a module that is not on disk, an
output of the root module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from verifier.hcl.evaluate import static_traversals
from verifier.hcl.frozen import frozen
from verifier.hcl.nodes import Body, Expression
from verifier.hcl.source import Place
from verifier.hcl.traversals import Traversal
from verifier.terraform.addresses import below
from verifier.terraform.blocks import META_ARGUMENTS
from verifier.terraform.declarations import Declared
from verifier.terraform.module import Call, Module
from verifier.terraform.sources import is_local
from verifier.terraform.variables import VariableDeclaration

_CALL_META = META_ARGUMENTS | {"source", "version"}
_Node = tuple[str, str]
"""A module's path and, within it, `var.x`, `local.x` or `output.x`."""


@frozen(kw_only=True, eq=False)
class Wire:
    """A variable of one module in the tree of calls, and how it is connected.

    `address` has no instance keys. `call` is where its module is called, None in the root; `local` says that the module
    is of this repository, not brought from elsewhere. `passed` says whether the call gives it a value, `used` whether
    anything that Terraform acts on reads it. `unread` are files that could not be understood: more may stand in them.
    """

    address: str
    module: str
    declaration: VariableDeclaration
    call: Place | None = None
    local: bool = True
    passed: bool = False
    used: bool = False
    unread: tuple[str, ...] = ()


def wires_of(root: Module) -> tuple[Wire, ...]:
    """The variables of a root module and of all that it calls, sorted by address."""
    graph = _Graph()
    graph.add(root, "")
    used = graph.reached()
    unread = tuple(sorted({name for module in root.tree() for name in module.content.unsound}))
    wires = _wires(root, "", None, used, unread, local=True)
    return tuple(sorted(wires, key=lambda wire: wire.address))


def _wires(
    module: Module, path: str, call: Call | None, used: frozenset[_Node], unread: tuple[str, ...], *, local: bool
) -> Iterator[Wire]:
    for name, declaration in module.content.variables.items():
        yield Wire(
            address=below(path, f"var.{name}"),
            module=path,
            declaration=declaration,
            call=None if call is None else call.declared.place,
            local=local,
            passed=call is not None and call.declared.argument(name) is not None,
            used=(path, f"var.{name}") in used,
            unread=unread,
        )
    for name, called in module.calls.items():
        if isinstance(called.target, Module):
            inner = below(path, f"module.{name}")
            yield from _wires(called.target, inner, called, used, unread, local=local and is_local(called.source))


class _Graph:
    """What each named value is made of, and the values that something is made of which Terraform acts on."""

    def __init__(self) -> None:
        self.made_of: dict[_Node, list[_Node]] = {}
        self.ends: list[_Node] = []

    def reached(self) -> frozenset[_Node]:
        """The values that an end is made of, however far away."""
        found: set[_Node] = set()
        pending = list(self.ends)
        while pending:
            node = pending.pop()
            if node not in found:
                found.add(node)
                pending.extend(self.made_of.get(node, ()))
        return frozenset(found)

    def add(self, module: Module, path: str) -> None:
        """All that a module declares, and the modules that it calls."""
        declarations = module.content.declarations
        for name, local in declarations.locals.items():
            self.made_of[path, f"local.{name}"] = self._within(module, path, [local.argument.expression])
        for key, declared in declarations.named.items():
            if key[0] == "variable":
                own = (path, f"var.{key[1]}")
                self.ends += [node for node in self._of_block(module, path, declared) if node != own]
            elif key[0] == "output":
                self._output(module, path, key[1], declared)
            elif key[0] != "module":
                self.ends += self._of_block(module, path, declared)
        for declared in declarations.others:
            self.ends += self._of_block(module, path, declared)
        for name, call in module.calls.items():
            self._call(module, path, name, call)

    def _output(self, module: Module, path: str, name: str, declared: Declared) -> None:
        value = declared.argument("value")
        made_of = self._within(module, path, [value[1].expression]) if value is not None else []
        self.made_of[path, f"output.{name}"] = made_of
        self.ends += self._within(module, path, (e for _, block in declared.blocks() for e in _expressions(block.body)))
        if not path:
            self.ends += made_of

    def _call(self, module: Module, path: str, name: str, call: Call) -> None:
        inner = below(path, f"module.{name}")
        for _, argument in call.declared.arguments():
            made_of = self._within(module, path, [argument.expression])
            if argument.name in _CALL_META or not isinstance(call.target, Module):
                self.ends += made_of
            else:
                self.made_of[inner, f"var.{argument.name}"] = made_of
        if isinstance(call.target, Module):
            self.add(call.target, inner)

    def _of_block(self, module: Module, path: str, declared: Declared) -> list[_Node]:
        own = (argument.expression for _, argument in declared.arguments())
        nested = (e for _, block in declared.blocks() for e in _expressions(block.body))
        return self._within(module, path, [*own, *nested])

    def _within(self, module: Module, path: str, expressions: Iterable[Expression]) -> list[_Node]:
        found = (t for expression in expressions for t in static_traversals(expression))
        return [node for traversal in found for node in _nodes(module, path, traversal)]


def _nodes(module: Module, path: str, traversal: Traversal) -> Iterator[_Node]:
    root, steps = traversal.root, traversal.steps
    if root in {"var", "local"} and steps:
        yield path, f"{root}.{steps[0]}"
    elif root == "module" and steps:
        call = module.calls.get(str(steps[0]))
        if call is None or not isinstance(call.target, Module):
            return
        outputs = [labels[0] for labels, _ in call.target.content.declarations.of("output")]
        named = next((step for step in steps[1:] if step in outputs), None)
        for name in outputs if named is None else [named]:
            yield below(path, f"module.{steps[0]}"), f"output.{name}"


def _expressions(body: Body) -> Iterator[Expression]:
    for argument in body.arguments:
        yield argument.expression
    for block in body.blocks:
        yield from _expressions(block.body)
