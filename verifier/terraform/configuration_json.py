"""The configuration as a JSON plan has it: for each expression its constant value, or what it refers to.

Without providers nobody knows their defaults or schema versions: neither is there. An expression that gives a
sensitive variable or output its value is left empty, where Terraform would write a literal out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from verifier.hcl.errors import EvaluationError
from verifier.hcl.nodes import Argument, Block, Expression, TupleConstructor
from verifier.hcl.representation import Tree, known_part
from verifier.terraform.addresses import with_steps
from verifier.terraform.blocks import META_ARGUMENTS, META_BLOCKS
from verifier.terraform.calls import META as CALL_META
from verifier.terraform.constants import ConstantScope
from verifier.terraform.declarations import Declared, literal_flag, literal_text
from verifier.terraform.drawing import Reference, drawn_on
from verifier.terraform.ends import key_of
from verifier.terraform.module import Call, Module, ModuleSource
from verifier.terraform.provider_names import full_name, required, version_constraint
from verifier.terraform.reads import traversal_text
from verifier.terraform.sight import Unseeing

if TYPE_CHECKING:
    from verifier.terraform.files import SourceFile

Keys = Mapping[tuple[str, ...], str]
"""The key of each resource's provider configuration, by the names of its module's calls, its mode, type and name."""


def configuration(root: Module, keys: Keys) -> dict[str, Tree]:
    """The `configuration` of a plan."""
    providers = _providers(root, ())
    for key in sorted({*keys.values()} - providers.keys()):
        providers[key] = {"name": key, "full_name": full_name(root.content, key)}
    return {"provider_config": dict(sorted(providers.items())), "root_module": _module(root, (), keys)}


def _providers(module: Module, path: tuple[str, ...]) -> dict[str, Tree]:
    content = module.content
    found: dict[str, Tree] = {}
    blocks = {name: declared for (name,), declared in content.declarations.of("provider")}
    for name in sorted({*blocks, *(required(content) if not path else ())}):
        local, _, alias = name.partition(".")
        entry: dict[str, Tree] = {"name": local, "full_name": full_name(content, local)}
        if alias:
            entry["alias"] = alias
        if version_constraint(content, local):
            entry["version_constraint"] = version_constraint(content, local)
        if path:
            entry["module_address"] = _module_address(path)
        expressions = _body(blocks[name], frozenset({"alias", "version"})) if name in blocks else {}
        if expressions:
            entry["expressions"] = expressions
        found[provider_key(path, name)] = entry
    for name, call in sorted(module.calls.items()):
        if isinstance(call.target, Module):
            found |= _providers(call.target, (*path, name))
    return found


def provider_key(path: Sequence[str], name: str) -> str:
    """The key of a provider configuration: `azurerm`, `azurerm.alias`, `module.sil:azurerm`."""
    return f"{_module_address(path)}:{name}" if path else name


def _module_address(path: Sequence[str]) -> str:
    return ".".join(f"module.{name}" for name in path)


def _module(module: Module, path: tuple[str, ...], keys: Keys) -> dict[str, Tree]:
    content = module.content
    outputs: dict[str, Tree] = {name: _output(declared) for (name,), declared in _sorted(content, "output")}
    resources = [*_resources(content, "managed", path, keys), *_resources(content, "data", path, keys)]
    calls: dict[str, Tree] = {n: _call(call, (*path, n), keys) for n, call in sorted(module.calls.items())}
    tree: dict[str, Tree] = {}
    if outputs:
        tree["outputs"] = outputs
    if resources:
        tree["resources"] = resources
    if calls:
        tree["module_calls"] = calls
    if content.variables:
        tree["variables"] = {name: _variable(content, name) for name in sorted(content.variables)}
    return tree


def _sorted(content: ModuleSource, block_type: str) -> list[tuple[tuple[str, ...], Declared]]:
    return sorted(content.declarations.of(block_type), key=lambda found: found[0])


def _output(declared: Declared) -> dict[str, Tree]:
    secret = literal_flag(declared.argument("sensitive"), otherwise=False)
    tree: dict[str, Tree] = {"sensitive": True} if secret else {}
    found = declared.argument("value")
    tree["expression"] = _expression(*found, secret=secret) if found is not None else {}
    return tree | _depends_on(declared) | _description(declared)


def _variable(content: ModuleSource, name: str) -> dict[str, Tree]:
    declaration = content.variables[name]
    tree: dict[str, Tree] = {}
    if declaration.default is not None and not declaration.sensitive:
        tree["default"] = known_part(declaration.default)
    tree |= _description(declaration.declared)
    return tree | ({"sensitive": True} if declaration.sensitive else {})


def _resources(content: ModuleSource, mode: str, path: tuple[str, ...], keys: Keys) -> Iterator[Tree]:
    for (of_type, name), declared in _sorted(content, "resource" if mode == "managed" else mode):
        address = f"{of_type}.{name}"
        tree: dict[str, Tree] = {
            "address": address if mode == "managed" else f"{mode}.{address}",
            "mode": mode,
            "type": of_type,
            "name": name,
            "provider_config_key": keys.get((*path, mode, of_type, name), of_type.partition("_")[0]),
        }
        expressions = _body(declared, META_ARGUMENTS)
        if expressions:
            tree["expressions"] = expressions
        yield tree | _repetition(declared) | _depends_on(declared)


def _call(call: Call, path: tuple[str, ...], keys: Keys) -> dict[str, Tree]:
    target = call.target if isinstance(call.target, Module) else None
    variables = target.content.variables if target is not None else {}
    tree: dict[str, Tree] = {"source": call.source}
    given = sorted(call.declared.arguments(), key=lambda found: found[1].name)
    expressions: dict[str, Tree] = {
        argument.name: _expression(file, argument, secret=name_is_secret)
        for file, argument in given
        if argument.name not in CALL_META
        for name_is_secret in [argument.name in variables and variables[argument.name].sensitive]
    }
    if expressions:
        tree["expressions"] = expressions
    tree |= _repetition(call.declared)
    if target is not None:
        tree["module"] = _module(target, path, keys)
    version = literal_text(call.declared.argument("version"))
    if version is not None:
        tree["version_constraint"] = version
    return tree | _depends_on(call.declared)


def _repetition(declared: Declared) -> dict[str, Tree]:
    found = {name: declared.argument(name) for name in ("count", "for_each")}
    expressions = {f"{name}_expression": _expression(*at) for name, at in found.items() if at is not None}
    return {name: expression for name, expression in expressions.items() if expression}


def _depends_on(declared: Declared) -> dict[str, Tree]:
    found = declared.argument("depends_on")
    if found is None or not isinstance(found[1].expression, TupleConstructor):
        return {}
    return {"depends_on": [traversal_text(item) for item in found[1].expression.items]}


def _description(declared: Declared) -> dict[str, Tree]:
    text = literal_text(declared.argument("description"))
    return {} if text is None else {"description": text}


def _body(declared: Declared, leave_out: frozenset[str]) -> dict[str, Tree]:
    return _expressions(declared.arguments(), declared.blocks(), leave_out)


def _expressions(
    arguments: Iterable[tuple[SourceFile, Argument]],
    blocks: Iterable[tuple[SourceFile, Block]],
    leave_out: frozenset[str] = frozenset(),
) -> dict[str, Tree]:
    """Arguments by name, nested blocks as lists by type; dynamic blocks are in no list, as in Terraform's plans."""
    found: dict[str, Tree] = {a.name: _expression(file, a) for file, a in arguments if a.name not in leave_out}
    nested: dict[str, list[Tree]] = {}
    for file, block in blocks:
        if block.type not in META_BLOCKS and block.type != "dynamic":
            inner = _expressions(((file, a) for a in block.body.arguments), ((file, b) for b in block.body.blocks))
            nested.setdefault(block.type, []).append(inner)
    return dict(sorted((found | nested).items()))


def _expression(file: SourceFile, argument: Argument, *, secret: bool = False) -> dict[str, Tree]:
    """The constant value of an expression that refers to nothing and calls no function, else its references."""
    references = _references(file, argument.expression)
    if references:
        return {"references": [*references]}
    try:
        value = ConstantScope(file.name, "an expression").evaluate(argument.expression)
    except EvaluationError:
        return {}
    return {} if secret else {"constant_value": known_part(value)}


def _references(file: SourceFile, expression: Expression) -> tuple[str, ...]:
    """Each reference from its last step to its subject, as Terraform lists them, each once."""
    found = (text for reference in drawn_on(Unseeing(), file, expression) for text in _subjects(reference))
    return tuple(dict.fromkeys(found))


def _subjects(reference: Reference) -> Iterator[str]:
    root, steps = reference.root, reference.steps
    least = 2 if root == "data" or (root == "module" and key_of(steps[1:]) is not None) else 1
    for length in range(max(len(steps), least), least - 1, -1):
        yield with_steps(root, steps[:length])
