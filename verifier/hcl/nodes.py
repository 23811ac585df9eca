"""The nodes that source text is lowered to: slotted, immutable, with positions, and without file names.

A file's nodes depend on its content alone, so that they can be cached by content hash; whoever evaluates a
node knows which file it came from.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

from verifier.hcl.frozen import frozen
from verifier.hcl.source import Diagnostic, Span


@frozen(eq=False)
class Literal:
    """A string without interpolation (escapes decoded), a number, true, false or null."""

    span: Span
    value: str | Decimal | bool | None


@frozen(eq=False)
class Template:
    """A string with interpolations or directives. `parts` are string Literals, expressions, TemplateIf, TemplateFor."""

    span: Span
    parts: tuple[TemplatePart, ...]


@frozen(eq=False)
class TemplateWrap:
    """A template that is one interpolation and nothing else: `"${x}"` is x itself, with x's type."""

    span: Span
    inner: Expression


@frozen(eq=False)
class TemplateIf:
    """`%{ if … }…%{ else }…%{ endif }`; a missing else is an empty Template."""

    span: Span
    condition: Expression
    then: Template
    otherwise: Template


@frozen(eq=False)
class TemplateFor:
    """`%{ for k, v in … }…%{ endfor }`."""

    span: Span
    key_name: str | None
    value_name: str
    collection: Expression
    body: Template


@frozen(eq=False)
class Name:
    """The root of a traversal: `var`, `local`, `each`, `azurerm_storage_account`, or a for expression's variable."""

    span: Span
    name: str


@frozen(eq=False)
class Attribute:
    """`object.name`."""

    span: Span
    object: Expression
    name: str


@frozen(eq=False)
class Index:
    """`object[key]`, and the legacy `object.0` with a number Literal as key."""

    span: Span
    object: Expression
    key: Expression


@frozen(eq=False)
class Splat:
    """`object[*]…` or `object.*…`. `each` is evaluated for every element, which SplatItem stands for.

    For the attribute-only form (`.*`), only attribute steps belong to `each`; a following index applies to the result.
    """

    span: Span
    object: Expression
    each: Expression
    full: bool


@frozen(eq=False)
class SplatItem:
    """The element at hand within Splat.each."""

    span: Span


@frozen(eq=False)
class Call:
    """`name(arguments)`. `expand` is true when the last argument is followed by `...`. `name` keeps its `::`."""

    span: Span
    name: str
    arguments: tuple[Expression, ...]
    expand: bool


@frozen(eq=False)
class Unary:
    """`!x` or `-x`."""

    span: Span
    operator: str
    operand: Expression


@frozen(eq=False)
class Binary:
    """`left operator right`; the operator is one of || && == != < > <= >= + - * / %."""

    span: Span
    operator: str
    left: Expression
    right: Expression


@frozen(eq=False)
class Conditional:
    """`condition ? then : otherwise`."""

    span: Span
    condition: Expression
    then: Expression
    otherwise: Expression


@frozen(eq=False)
class TupleConstructor:
    """`[a, b]`."""

    span: Span
    items: tuple[Expression, ...]


@frozen(eq=False)
class ObjectItem:
    """One `key = value` of an object constructor. A bare identifier as key is a string Literal; `(expr)` is Parens."""

    span: Span
    key: Expression
    value: Expression


@frozen(eq=False)
class ObjectConstructor:
    """`{ a = 1, (b) = 2 }`."""

    span: Span
    items: tuple[ObjectItem, ...]


@frozen(eq=False)
class For:
    """`[for k, v in c : value if condition]` (key is None) or `{for k, v in c : key => value... if condition}`."""

    span: Span
    key_name: str | None
    value_name: str
    collection: Expression
    key: Expression | None
    value: Expression
    condition: Expression | None
    grouping: bool


@frozen(eq=False)
class Parens:
    """`(inner)`."""

    span: Span
    inner: Expression


@frozen(eq=False)
class Invalid:
    """An expression that could not be understood. Evaluates to an unknown whose reason is `message`."""

    span: Span
    message: str


Expression: TypeAlias = (
    Literal
    | Template
    | TemplateWrap
    | Name
    | Attribute
    | Index
    | Splat
    | SplatItem
    | Call
    | Unary
    | Binary
    | Conditional
    | TupleConstructor
    | ObjectConstructor
    | For
    | Parens
    | Invalid
)
TemplatePart: TypeAlias = Expression | TemplateIf | TemplateFor


@frozen(eq=False)
class Argument:
    """`name = expression` in a body."""

    span: Span
    name: str
    expression: Expression


@frozen(eq=False)
class Block:
    """`type "label" … { body }`. `span` covers the whole block, its start is the header's."""

    span: Span
    type: str
    labels: tuple[str, ...]
    body: Body


@frozen(eq=False)
class Body:
    """The content of a file or block, in source order."""

    span: Span
    arguments: tuple[Argument, ...]
    blocks: tuple[Block, ...]

    def argument(self, name: str) -> Argument | None:
        """The argument of that name, or None."""
        return next((a for a in self.arguments if a.name == name), None)

    def blocks_of(self, block_type: str) -> tuple[Block, ...]:
        """The nested blocks of that type, in source order."""
        return tuple(b for b in self.blocks if b.type == block_type)


@frozen(eq=False)
class Comment:
    """A line of a comment that speaks to verify-infra: the text, and the span, begin with its mark, `verify-infra:`."""

    span: Span
    text: str


@frozen(eq=False)
class ParsedFile:
    """One file's body and what was wrong with it. With an error the body may be empty or partial.

    The places of the diagnostics carry the file name that was given to the parser. Of the comments, those are kept
    that speak to verify-infra, in source order.
    """

    body: Body
    diagnostics: tuple[Diagnostic, ...]
    comments: tuple[Comment, ...] = ()
