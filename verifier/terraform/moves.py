"""Moves: whether moved and removed blocks agree with one another and with what is still declared."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from verifier.hcl.frozen import frozen
from verifier.hcl.source import Diagnostic, Place
from verifier.terraform.addresses import Quoted, Step, below, parse, with_steps
from verifier.terraform.declarations import Declared
from verifier.terraform.module import Module
from verifier.terraform.reads import traversal_text

_NO_RESOURCE = frozenset({"var", "local", "path", "each", "count", "self", "terraform", "output", "check"})


@frozen()
class _Endpoint:
    """One end of a move: a module or a resource, or a single instance of one."""

    address: str
    steps: tuple[Step, ...]

    @property
    def names(self) -> tuple[Step, ...]:
        """The steps without instance keys."""
        return tuple(step for step in self.steps if not isinstance(step, int | Quoted))

    @property
    def mode(self) -> str:
        """`module`, `data` or `managed`."""
        rest = self._behind_modules()
        return "module" if not rest else "data" if rest[0] == "data" else "managed"

    @property
    def is_instance(self) -> bool:
        """Whether it names a single instance by its key."""
        return isinstance(self.steps[-1], int | Quoted)

    @property
    def is_sound(self) -> bool:
        """Whether such an address can be."""
        rest = self._behind_modules()
        wanted = 0 if self.mode == "module" else 3 if self.mode == "data" else 2
        return len(rest) == wanted and not (rest and rest[0] in _NO_RESOURCE)

    def _behind_modules(self) -> tuple[Step, ...]:
        rest = self.names
        while len(rest) > 1 and rest[0] == "module":
            rest = rest[2:]
        return rest


@frozen()
class _Move:
    place: Place
    source: _Endpoint
    target: _Endpoint


def refactoring_errors(root: Module, planned: Collection[str]) -> Iterator[Diagnostic]:
    """What is wrong with the moved and removed blocks of a configuration in which these instances are planned."""
    moves: list[_Move] = []
    for path, declared in _blocks(root, ""):
        if declared.block.type == "moved":
            source, target = _endpoint(path, declared, "from"), _endpoint(path, declared, "to")
            if source is None or target is None:
                yield _error("from and to of a moved block must be addresses of resources or modules", declared.place)
            elif (source.mode == "module") != (target.mode == "module"):
                yield _error(
                    "a moved block leads from a resource to a resource, or a module to a module", declared.place
                )
            else:
                moves.append(_Move(declared.place, source, target))
        elif declared.block.type == "removed" and declared.argument("from") is not None:
            yield from _removed(root, declared, _endpoint(path, declared, "from"))
    yield from _contradictions(moves)
    for move in moves:
        if _still_there(root, move, planned):
            summary = f"{move.source.address} is moved to {move.target.address}, and is still declared"
            yield _error(summary, move.place)


def _blocks(module: Module, path: str) -> Iterator[tuple[str, Declared]]:
    """The blocks without a name of a module and all that it calls, each with its module's address without keys."""
    for declared in module.content.declarations.others:
        yield path, declared
    for name, call in module.calls.items():
        if isinstance(call.target, Module):
            yield from _blocks(call.target, below(path, f"module.{name}"))


def _endpoint(path: str, declared: Declared, name: str) -> _Endpoint | None:
    found = declared.argument(name)
    text = traversal_text(found[1].expression) if found is not None else ""
    steps = parse(below(path, text)) if text else None
    if steps is None:
        return None
    endpoint = _Endpoint(with_steps(str(steps[0]), steps[1:]), steps)
    return endpoint if endpoint.is_sound else None


def _removed(root: Module, declared: Declared, source: _Endpoint | None) -> Iterator[Diagnostic]:
    if source is None or source.is_instance or source.mode == "data":
        yield _error("from of a removed block must be the address of a resource or a module", declared.place)
    elif _declared(root, source.names) is not None:
        yield _error(f"{source.address} is removed, and is still declared", declared.place)


def _contradictions(moves: list[_Move]) -> Iterator[Diagnostic]:
    to: dict[str, _Move] = {}
    of: dict[str, _Move] = {}
    for move in moves:
        source, target = move.source.address, move.target.address
        if source == target:
            yield _error(f"{source} is moved to itself", move.place)
            continue
        first = to.setdefault(target, move)
        if first.source.address != source:
            yield _error(f"{first.source.address} and {source} are both moved to {target}", move.place)
        first = of.setdefault(source, move)
        if first.target.address != target:
            yield _error(f"{source} is moved to both {first.target.address} and {target}", move.place)
    for start in moves:
        met: list[str] = []
        step: _Move | None = start
        while step is not None and step.source.address not in met:
            met.append(step.source.address)
            step = of.get(step.target.address)
        if step is start and len(met) > 1 and met[0] == min(met):
            yield _error(f"moved blocks go in a circle: {' → '.join([*met, met[0]])}", start.place)


def _still_there(root: Module, move: _Move, planned: Collection[str]) -> bool:
    """Whether what is moved away is declared under its old address too."""
    source = move.source
    if source.address == move.target.address:
        return False
    declared = _declared(root, source.names)
    if declared is None:
        return False
    if source.is_instance:
        inside = f"{source.address}."
        return any(address == source.address or address.startswith(inside) for address in planned)
    repeated = declared.argument("count") or declared.argument("for_each")
    return not (repeated and move.target.is_instance)


def _declared(module: Module, names: tuple[Step, ...]) -> Declared | None:
    """The block that declares an address, or None."""
    while len(names) > 1 and names[0] == "module":
        call = module.calls.get(str(names[1]))
        if call is None:
            return None
        if len(names) == 2:
            return call.declared
        if not isinstance(call.target, Module):
            return None
        module, names = call.target, names[2:]
    key = names if names[0] == "data" else ("resource", *names)
    return module.content.declarations.named.get(tuple(str(name) for name in key))


def _error(summary: str, place: Place) -> Diagnostic:
    return Diagnostic(severity="error", summary=summary, place=place)
