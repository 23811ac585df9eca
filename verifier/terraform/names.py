"""Names: what `var`, `local`, `module`, `data`, `path`, `terraform` and resource types stand for in a module instance.

The errors raised here carry no place: the evaluator knows where the name was used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from verifier.hcl import disk
from verifier.hcl.errors import EvaluationError
from verifier.hcl.scope import Resolved
from verifier.hcl.values import string

if TYPE_CHECKING:
    from verifier.terraform.instance import ModuleInstance


def resolve(instance: ModuleInstance, root: str, steps: Sequence[str]) -> Resolved:
    """What `root.steps…` names, and how many steps that used. Raises EvaluationError for what does not exist."""
    resolver = _ROOTS.get(root)
    if resolver is not None:
        return resolver(instance, steps)
    if root in _MISPLACED:
        raise EvaluationError(_MISPLACED[root])
    return _resource(instance, root, steps)


def _variable(instance: ModuleInstance, steps: Sequence[str]) -> Resolved:
    name = _first("var", steps)
    value = instance.variable(name)
    return _missing(instance, f"var.{name}", 1) if value is None else Resolved(value, 1)


def _local(instance: ModuleInstance, steps: Sequence[str]) -> Resolved:
    name = _first("local", steps)
    value = instance.local(name)
    return _missing(instance, f"local.{name}", 1) if value is None else Resolved(value, 1)


def _module(instance: ModuleInstance, steps: Sequence[str]) -> Resolved:
    name = _first("module", steps)
    expansion = instance.call(name)
    if expansion is None:
        return _missing(instance, f"module.{name}", 1)
    if len(steps) < 2 or expansion.only is None:
        return Resolved(expansion.value, 1)
    child = expansion.only
    output = child.output(steps[1])
    if output is not None:
        return Resolved(output, 2)
    if child.content.unsound:
        return Resolved(child.unread(f"module.{name}.{steps[1]}"), 2)
    raise EvaluationError(f"module.{name} has no output named {steps[1]}")


def _resource(instance: ModuleInstance, of_type: str, steps: Sequence[str]) -> Resolved:
    if not steps:
        raise EvaluationError(f"{of_type} is not a name that is known here; a resource is {of_type}.NAME")
    value = instance.resource_value(("managed", of_type, steps[0]))
    return _missing(instance, f"{of_type}.{steps[0]}", 1) if value is None else Resolved(value, 1)


def _data(instance: ModuleInstance, steps: Sequence[str]) -> Resolved:
    return _of_mode("data", instance, steps)


def _ephemeral(instance: ModuleInstance, steps: Sequence[str]) -> Resolved:
    return _of_mode("ephemeral", instance, steps)


def _of_mode(mode: str, instance: ModuleInstance, steps: Sequence[str]) -> Resolved:
    if len(steps) < 2:
        raise EvaluationError(f"{mode} must be followed by a type and a name")
    value = instance.resource_value((mode, steps[0], steps[1]))
    return _missing(instance, f"{mode}.{steps[0]}.{steps[1]}", 2) if value is None else Resolved(value, 2)


def _path(instance: ModuleInstance, steps: Sequence[str]) -> Resolved:
    name = _first("path", steps)
    if name == "module":
        return Resolved(string(instance.content.path), 1)
    if name == "root":
        return Resolved(string("."), 1)
    if name == "cwd":
        return Resolved(string(str(disk.real(instance.run.root))), 1)
    raise EvaluationError(f"there is no path.{name}; path has module, root and cwd")


def _terraform(instance: ModuleInstance, steps: Sequence[str]) -> Resolved:
    name = _first("terraform", steps)
    if name == "workspace":
        return Resolved(string(instance.run.workspace), 1)
    raise EvaluationError(f"there is no terraform.{name}; terraform has workspace")


def _first(root: str, steps: Sequence[str]) -> str:
    if not steps:
        raise EvaluationError(f"{root} must be followed by a name")
    return steps[0]


def _missing(instance: ModuleInstance, address: str, used: int) -> Resolved:
    """A name that nothing declares: unknown when a file that might declare it could not be read."""
    if instance.content.unsound:
        return Resolved(instance.unread(address), used)
    raise EvaluationError(f"{address} is not declared in {instance.title}")


_ROOTS: Mapping[str, Callable[[ModuleInstance, Sequence[str]], Resolved]] = {
    "var": _variable,
    "local": _local,
    "module": _module,
    "data": _data,
    "ephemeral": _ephemeral,
    "path": _path,
    "terraform": _terraform,
}
_MISPLACED = {
    "each": "each can be used only where for_each is set",
    "count": "count can be used only where count is set",
    "self": "self can be used only in provisioners, connections and postconditions",
}
