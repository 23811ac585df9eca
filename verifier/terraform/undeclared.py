"""Undeclared: names that an expression uses and that nothing declares, found without evaluating it.

Evaluating would miss them where it does not look: in a resource that is absent, in the arm of a conditional that is
not taken. And `try(var.misspelt, false)` is no quiet `false`: Terraform refuses it before it evaluates anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from verifier.hcl.evaluate import static_traversals
from verifier.hcl.nodes import Argument, Block, Body, Expression, Literal, Name, ObjectConstructor, TupleConstructor
from verifier.hcl.source import Diagnostic, Span
from verifier.hcl.traversals import Traversal
from verifier.terraform.declarations import Declarations, Declared, literal_text
from verifier.terraform.files import SourceFile

_NO_REFERENCES = frozenset(
    {"type", "provider", "providers", "ignore_changes", "iterator", "from", "to", "when", "on_failure"}
)
"""Arguments of Terraform's own blocks that hold names of another sort."""

_OF_TERRAFORM = (("workspace",), ("applying",))
_PATHS = frozenset({"module", "root", "cwd"})
_BUILT_IN = frozenset({"id", "input", "output", "triggers_replace"})
_WITH_SELF = frozenset({"postcondition", "provisioner", "connection"})
_REPEATING = ("count", "for_each")
_ALIASES = "configuration_aliases"


def undeclared(declarations: Declarations) -> Iterator[Diagnostic]:
    """Each reference in a module's files to something that they do not declare, as an error where it stands."""
    look = _Look(declarations)
    for local in declarations.locals.values():
        yield from look.argument(local.file, local.argument, frozenset())
    for declared in (*declarations.named.values(), *declarations.others):
        yield from look.block(declared)


def misnamed(declarations: Declarations, expression: Expression) -> Iterator[tuple[str, Span]]:
    """What is wrong with the references of an expression that stands in no block, and where in it."""
    look = _Look(declarations)
    for found in static_traversals(expression):
        wrong = look.wrong(found, frozenset())
        if found.root == "terraform" and found.steps[:1] not in _OF_TERRAFORM:
            wrong = "terraform has workspace, and nothing else"
        if wrong:
            yield wrong, found.span


class _Look:
    """A module's declarations, against which names are held."""

    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations

    def block(self, declared: Declared) -> Iterator[Diagnostic]:
        """The references of a block at the top of a file, and of the override blocks over it."""
        known = {"each"} if declared.argument("for_each") else set()
        known |= {"count"} if declared.argument("count") else set()
        names = frozenset(known)
        own = _NO_REFERENCES if declared.block.type in _OWN else frozenset({"provider", "providers"})
        for file, argument in declared.arguments():
            if argument.name == "depends_on":
                yield from self._depends_on(file, argument)
            elif argument.name not in own:
                yield from self.argument(file, argument, names)
        for file, block in declared.blocks():
            if not (declared.block.type == "check" and block.type == "data"):
                yield from self._nested(file, block, names)

    def argument(self, file: SourceFile, argument: Argument, names: frozenset[str]) -> Iterator[Diagnostic]:
        """The references of one argument, where further `names` hold."""
        for found in static_traversals(argument.expression):
            wrong = self.wrong(found, names)
            if wrong:
                yield Diagnostic(severity="error", summary=wrong, place=file.place(found.span))

    def _nested(self, file: SourceFile, block: Block, names: frozenset[str]) -> Iterator[Diagnostic]:
        if block.type in _WITH_SELF:
            names |= {"self"}
        inner: Body = block.body
        if block.type == "dynamic":
            iterator = block.body.argument("iterator")
            named = iterator.expression if iterator is not None else None
            below = names | ({named.name} if isinstance(named, Name) else set(block.labels))
        else:
            below = names
        for argument in inner.arguments:
            if argument.name == "replace_triggered_by":
                yield from self._triggers(file, argument, names)
            elif block.type == "required_providers":
                yield from self.argument(file, _without_aliases(argument), names)
            elif argument.name not in _NO_REFERENCES:
                yield from self.argument(file, argument, below if argument.name == "labels" else names)
        for deeper in inner.blocks:
            yield from self._nested(file, deeper, below)

    def _triggers(self, file: SourceFile, argument: Argument, names: frozenset[str]) -> Iterator[Diagnostic]:
        yield from self.argument(file, argument, names)
        for found in static_traversals(argument.expression):
            if found.root in {*_BY_NAME, "data", "path", "terraform"}:
                summary = f"replace_triggered_by takes resources and their attributes, and {found.root} is none"
                yield Diagnostic(severity="error", summary=summary, place=file.place(found.span))

    def _depends_on(self, file: SourceFile, argument: Argument) -> Iterator[Diagnostic]:
        place = file.place(argument.expression.span)
        if not isinstance(argument.expression, TupleConstructor):
            yield Diagnostic(severity="error", summary="depends_on must be a list of references", place=place)
            return
        for item in argument.expression.items:
            found = static_traversals(item)
            text = literal_text((file, Argument(item.span, "", item)))
            if len(found) != 1 and text is None:
                summary = "depends_on must be a list of references"
                yield Diagnostic(severity="error", summary=summary, place=file.place(item.span))
            for one in found:
                wrong = self.wrong(one, frozenset()) or _too_deep(one)
                if wrong:
                    yield Diagnostic(severity="error", summary=wrong, place=file.place(item.span))

    def wrong(self, found: Traversal, names: frozenset[str]) -> str:
        """What is wrong with a reference where further `names` hold; empty for one that is right."""
        root, steps, _ = found
        if root in names:
            return ""
        special = _SPECIAL.get(root)
        if special is not None:
            return special
        first = str(steps[0]) if steps else ""
        if root in _BY_NAME:
            return self._without_declaration(root, first)
        if root == "path":
            return "" if first in _PATHS else f"there is no path.{first}; path has module, root and cwd"
        if root == "terraform":
            return ""
        return self._wrong_resource(found)

    def _without_declaration(self, root: str, name: str) -> str:
        if not name:
            return f"{root} must be followed by a name"
        if root == "local":
            declared = name in self.declarations.locals
        else:
            declared = (_BY_NAME[root], name) in self.declarations.named
        return "" if declared else f"{root}.{name} is not declared in this module"

    def _wrong_resource(self, found: Traversal) -> str:
        root, steps, _ = found
        key: tuple[str | int, ...]
        if root in {"data", "ephemeral"}:
            key, behind, named = (root, *steps[:2]), steps[2:], (root, *steps[:2])
        else:
            key, behind, named = ("resource", root, *steps[:1]), steps[1:], (root, *steps[:1])
        address = ".".join(map(str, named))
        if len(key) < 3:
            return f"{address} is not a name that is known here; a resource is TYPE.NAME"
        declared = self.declarations.named.get(tuple(str(step) for step in key))
        if declared is None:
            return f"{address} is not declared in this module"
        return _wrong_key(address, declared, behind) or _wrong_attribute(address, declared, behind)


_OWN = frozenset({"variable", "moved", "removed", "import", "terraform"})
_BY_NAME: Mapping[str, str] = {"var": "variable", "local": "local", "module": "module"}
_SPECIAL = {
    "each": "each can be used only where for_each is set",
    "count": "count can be used only where count is set",
    "self": "self can be used only in provisioners, connections and postconditions",
}


def _wrong_key(address: str, declared: Declared, behind: tuple[str | int, ...]) -> str:
    """A single resource that is indexed, or a counted one that is not."""
    if not behind:
        return ""
    if isinstance(behind[0], int):
        repeated = any(declared.argument(name) for name in _REPEATING)
        return "" if repeated else f"{address} has neither count nor for_each, and may not be indexed"
    return f"{address} has count, and must be indexed" if declared.argument("count") else ""


def _wrong_attribute(address: str, declared: Declared, behind: tuple[str | int, ...]) -> str:
    """An attribute that the one resource type which Terraform defines itself does not have."""
    if declared.block.labels[0] != "terraform_data" or declared.argument("for_each"):
        return ""
    names = [step for step in behind if isinstance(step, str)]
    return f"{address} has no attribute {names[0]}" if names and names[0] not in _BUILT_IN else ""


def _without_aliases(argument: Argument) -> Argument:
    """A provider's requirement without its `configuration_aliases`, which hold names of providers."""
    required = argument.expression
    if not isinstance(required, ObjectConstructor):
        return argument
    others = tuple(i for i in required.items if not (isinstance(i.key, Literal) and i.key.value == _ALIASES))
    return Argument(argument.span, argument.name, ObjectConstructor(required.span, others))


def _too_deep(found: Traversal) -> str:
    """A dependency on less than a whole resource."""
    whole = {"data": 2, "ephemeral": 2, "module": 1, "var": 1, "local": 1}.get(found.root, 1)
    deeper = [step for step in found.steps[whole:] if isinstance(step, str)]
    return "depends_on takes whole resources and modules, not attributes of them" if deeper else ""
