"""Declarations: the blocks of one module's files, sorted by what they declare, override files merged in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.hcl.frozen import field, frozen, replace, slotted
from verifier.hcl.nodes import Argument, Block, Expression, Literal, Parens
from verifier.hcl.source import Diagnostic, Place
from verifier.terraform.files import SourceFile
from verifier.terraform.oddities import oddities, override_oddities


@frozen(eq=False)
class Declared:
    """One block, and the blocks of override files that are merged over it."""

    file: SourceFile
    block: Block
    overrides: tuple[tuple[SourceFile, Block], ...] = ()

    @property
    def place(self) -> Place:
        """Where the block's header stands."""
        return self.file.place(self.block.span)

    def argument(self, name: str) -> tuple[SourceFile, Argument] | None:
        """The argument of that name that holds, with its file."""
        for file, block in reversed(self._layers()):
            found = block.body.argument(name)
            if found is not None:
                return file, found
        return None

    def arguments(self) -> Iterator[tuple[SourceFile, Argument]]:
        """The arguments that hold, each with its file, in source order."""
        if not self.overrides:
            return ((self.file, a) for a in self.block.body.arguments)
        held = {a.name: (file, a) for file, block in self._layers() for a in block.body.arguments}
        return iter(held.values())

    def blocks(self) -> Iterator[tuple[SourceFile, Block]]:
        """The nested blocks that hold: an override's blocks of a type replace all others of that type.

        Those that Terraform defines itself are laid over one another instead: conditions cannot be taken away.
        """
        if not self.overrides:
            return ((self.file, b) for b in self.block.body.blocks)
        held: list[tuple[SourceFile, Block]] = []
        for file, block in self._layers():
            replaced = {content_type(b) for b in block.body.blocks} - _KEPT
            held = [(f, b) for f, b in held if content_type(b) not in replaced]
            held.extend((file, b) for b in block.body.blocks)
        return iter(held)

    def _layers(self) -> tuple[tuple[SourceFile, Block], ...]:
        return ((self.file, self.block), *self.overrides)


@frozen(eq=False)
class DeclaredLocal:
    """One name of a `locals` block."""

    file: SourceFile
    argument: Argument

    @property
    def place(self) -> Place:
        """Where the name stands."""
        return self.file.place(self.argument.span)


@slotted(eq=False)
class Declarations:
    """What one module's files declare.

    `named` is by block type and labels: ("variable", "x"), ("resource", "azurerm_key_vault", "main"); a provider's is
    ("provider", "azurerm") or ("provider", "azurerm.alias"). `others` are blocks without a name of their own.
    """

    named: dict[tuple[str, ...], Declared] = field(default_factory=dict)
    locals: dict[str, DeclaredLocal] = field(default_factory=dict)
    others: list[Declared] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def of(self, block_type: str) -> Iterator[tuple[tuple[str, ...], Declared]]:
        """The blocks of that type with their labels, in source order."""
        return ((key[1:], declared) for key, declared in self.named.items() if key[0] == block_type)

    def settings(self) -> Iterator[Declared]:
        """The `terraform` blocks."""
        return (declared for declared in self.others if declared.block.type == "terraform")


_LABELS = {
    "terraform": 0,
    "locals": 0,
    "moved": 0,
    "import": 0,
    "removed": 0,
    "provider": 1,
    "variable": 1,
    "output": 1,
    "module": 1,
    "check": 1,
    "resource": 2,
    "data": 2,
    "ephemeral": 2,
}


_KEPT = frozenset({"lifecycle", "validation", "precondition", "assert"})


def declare(primary: Sequence[SourceFile], override: Sequence[SourceFile]) -> Declarations:
    """Sort the blocks of a module's files. What cannot be one is a diagnostic and left out."""
    declarations = Declarations()
    for file, block in _blocks(primary, declarations.diagnostics):
        declarations.diagnostics.extend(oddities(file, block))
        _add(declarations, file, block)
    _once_in_all(declarations)
    for file, block in _blocks(override, declarations.diagnostics):
        declarations.diagnostics.extend(override_oddities(file, block))
        _merge(declarations, file, block)
    for (name,), declared in declarations.of("output"):
        if declared.argument("value") is None:
            declarations.diagnostics.append(_error(f"output {name} has no value", declared.place))
    return declarations


def _blocks(files: Sequence[SourceFile], diagnostics: list[Diagnostic]) -> Iterator[tuple[SourceFile, Block]]:
    for file in files:
        for argument in file.body.arguments:
            summary = f"an argument named {argument.name!r} is not expected outside of a block"
            diagnostics.append(_error(summary, file.place(argument.span)))
        for block in file.body.blocks:
            wanted = _LABELS.get(block.type)
            if wanted is None:
                summary = f"blocks of type {block.type!r} are not expected here"
                diagnostics.append(_error(summary, file.place(block.span), "what it declares is not read"))
            elif len(block.labels) != wanted:
                summary = f"a {block.type} block has {wanted} labels, this one has {len(block.labels)}"
                diagnostics.append(_error(summary, file.place(block.span)))
            else:
                yield file, block


def _add(declarations: Declarations, file: SourceFile, block: Block) -> None:
    if block.type == "locals":
        for argument in block.body.arguments:
            _add_local(declarations, DeclaredLocal(file, argument))
        return
    declared = Declared(file, block)
    name = _name(block)
    first = declarations.named.setdefault(name, declared) if name else declared
    if not name:
        declarations.others.append(declared)
    elif first is not declared:
        summary = f"{_title(block)} is declared twice"
        declarations.diagnostics.append(_error(summary, declared.place, f"the first one is at {first.place}"))
    if block.type == "check":
        for inner in block.body.blocks_of("data"):
            if len(inner.labels) == _LABELS["data"]:
                _add(declarations, file, inner)


def _once_in_all(declarations: Declarations) -> None:
    """Say which settings of the `terraform` blocks stand there more than once."""
    met: dict[str, Place] = {}
    for declared in declarations.settings():
        for inner in declared.block.body.blocks:
            setting = "backend" if inner.type == "cloud" else inner.type
            place = declared.file.place(inner.span)
            if setting in {"backend", "required_providers"} and setting in met:
                summary = f"a module has one {setting} block, and this is another"
                declarations.diagnostics.append(_error(summary, place, f"the first one is at {met[setting]}"))
            met.setdefault(setting, place)


def _add_local(declarations: Declarations, local: DeclaredLocal) -> None:
    first = declarations.locals.setdefault(local.argument.name, local)
    if first is not local:
        summary = f"local.{local.argument.name} is declared twice"
        declarations.diagnostics.append(_error(summary, local.place, f"the first one is at {first.place}"))


def _merge(declarations: Declarations, file: SourceFile, block: Block) -> None:
    """Lay one block of an override file over the block that it names."""
    if block.type == "locals":
        for argument in block.body.arguments:
            if argument.name not in declarations.locals:
                summary = f"local.{argument.name} overrides nothing: no other file declares it"
                declarations.diagnostics.append(_error(summary, file.place(argument.span)))
            declarations.locals[argument.name] = DeclaredLocal(file, argument)
        return
    name = _name(block)
    if not name:
        declarations.others.append(Declared(file, block))
        return
    base = declarations.named.get(name)
    if base is None:
        summary = f"{_title(block)} overrides nothing: no other file declares it"
        declarations.diagnostics.append(_error(summary, file.place(block.span)))
        return
    declarations.named[name] = replace(base, overrides=(*base.overrides, (file, block)))


def _name(block: Block) -> tuple[str, ...]:
    """What a block is found under, or () for a block that nothing can name."""
    if not block.labels:
        return ()
    if block.type == "provider":
        return ("provider", _provider_name(block))
    return (block.type, *block.labels)


def _provider_name(block: Block) -> str:
    alias = block.body.argument("alias")
    if alias is not None and isinstance(alias.expression, Literal) and isinstance(alias.expression.value, str):
        return f"{block.labels[0]}.{alias.expression.value}"
    return block.labels[0]


def _title(block: Block) -> str:
    return " ".join([block.type, *(f'"{label}"' for label in block.labels)])


def content_type(block: Block) -> str:
    """The type of the blocks that a nested block stands for; `dynamic "x"` stands for blocks of type x."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def _error(summary: str, place: Place, detail: str = "") -> Diagnostic:
    return Diagnostic(severity="error", summary=summary, place=place, detail=detail)


def literal_text(argument: tuple[SourceFile, Argument] | None) -> str | None:
    """The text of an argument that is a plain string, or None."""
    if argument is None:
        return None
    expression: Expression = argument[1].expression
    while isinstance(expression, Parens):
        expression = expression.inner
    return expression.value if isinstance(expression, Literal) and isinstance(expression.value, str) else None


def literal_flag(argument: tuple[SourceFile, Argument] | None, *, otherwise: bool) -> bool:
    """The truth of an argument that is plainly true or false, else `otherwise`."""
    if argument is None:
        return otherwise
    expression = argument[1].expression
    return expression.value if isinstance(expression, Literal) and isinstance(expression.value, bool) else otherwise
