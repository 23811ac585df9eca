"""From python-hcl2's parse tree to our own nodes, while the parser reduces.

Each method has the name of a rule of python-hcl2's grammar and gets that rule's children: Tokens and what the
methods made of the rules below. Nothing recurses, so depth costs nothing here.
"""

from __future__ import annotations

from typing import Any, Final, NoReturn, TypeAlias

from verifier.hcl.frozen import frozen, replace
from verifier.hcl.nodes import (
    Argument,
    Attribute,
    Binary,
    Block,
    Body,
    Call,
    Conditional,
    Expression,
    For,
    Index,
    Invalid,
    Literal,
    Name,
    ObjectConstructor,
    ObjectItem,
    Parens,
    TupleConstructor,
    Unary,
)
from verifier.hcl.source import Span
from verifier.hcl.syntax.literals import normalised, number
from verifier.hcl.syntax.steps import Step, between, is_reference, splat, stepped
from verifier.hcl.syntax.template import Piece, Sequence, Text, assemble
from verifier.hcl.syntax.tokens import PrefixRun, SyntaxFault, Token

Children: TypeAlias = "list[Any]"
"""What Lark hands to a callback; its types are the grammar's, which no annotation can say."""


@frozen()
class _Operation:
    """`operator right`, waiting for its left side."""

    operator: str
    right: Expression


@frozen()
class _ForIntro:
    key_name: str | None
    value_name: str
    collection: Expression


@frozen()
class _Arguments:
    items: tuple[Expression, ...]
    expand: bool


_WORDS: Final = {"TRUE": True, "FALSE": False, "NULL": None}


def _nodes(children: Children) -> tuple[Any, ...]:
    """The children that are not punctuation."""
    return tuple(child for child in children if not isinstance(child, Token))


def _word(child: Name | Literal) -> str:
    """A name as it is written, also where it spells a literal value (`null = 1`, `a.true`)."""
    if isinstance(child, Name):
        return child.name
    return "null" if child.value is None else str(child.value).lower()


class Lowering:
    """The callbacks, by the names of python-hcl2's rules. `faults` gathers what does not end the parse."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forget what an earlier text left behind."""
        self.faults: list[SyntaxFault] = []
        self._references: list[tuple[Invalid, Expression, SyntaxFault]] = []

    # -- bodies -------------------------------------------------------------------------------------------------

    def start(self, children: Children) -> Body:
        """The file."""
        body: Body = children[0]
        return body

    def body(self, children: Children) -> Body:
        """Arguments and blocks, in source order."""
        arguments: list[Argument] = []
        seen: dict[str, int] = {}
        for child in children:
            if not isinstance(child, Argument):
                continue
            if child.name in seen:
                arguments[seen[child.name]] = self._set_twice(arguments[seen[child.name]], child)
                continue
            seen[child.name] = len(arguments)
            arguments.append(child)
        blocks = tuple(child for child in children if isinstance(child, Block))
        span = between(children[0], children[-1]) if children else Span(1, 1, 1, 1)
        return Body(span, tuple(arguments), blocks)

    def _set_twice(self, first: Argument, again: Argument) -> Argument:
        line, column = again.span.line, again.span.column
        summary = f"{again.name} is set twice"
        self.faults.append(
            SyntaxFault(
                summary, line, column, detail=f"first on line {first.span.line}", next_step="keep one of the two"
            )
        )
        return replace(first, expression=Invalid(again.span, summary))

    def attribute(self, children: Children) -> Argument:
        """`name = expression`."""
        name, _, value = children
        word = _word(name)
        if word == "providers" and isinstance(value, ObjectConstructor):
            value = self._with_references(value)
        return Argument(between(name, value), word, value)

    def _with_references(self, passed: ObjectConstructor) -> ObjectConstructor:
        """What a module call passes of providers: never evaluated, its keys are references (`azurerm.hub`)."""
        found = {id(refused): (key, fault) for refused, key, fault in self._references}
        meant = [(item, found.get(id(item.key))) for item in passed.items]
        self.faults = [f for f in self.faults if not any(pair and pair[1] is f for _, pair in meant)]
        items = (ObjectItem(item.span, pair[0], item.value) if pair else item for item, pair in meant)
        return ObjectConstructor(passed.span, tuple(items))

    def block(self, children: Children) -> Block:
        """`type labels { body }`."""
        type_, *labels, opened, body, closed = children
        inner = replace(body, span=between(opened, closed))
        return Block(between(type_, closed), _word(type_), tuple(_word(label) for label in labels), inner)

    # -- terms --------------------------------------------------------------------------------------------------

    def identifier(self, children: Children) -> Name:
        """A name."""
        token = children[0]
        return Name(token.span, normalised(token.value))

    def literal_value(self, children: Children) -> Literal:
        """true, false, null."""
        token = children[0]
        return Literal(token.span, _WORDS[token.type])

    def keyword(self, children: Children) -> NoReturn:
        """`for` as the first key of an object. The scanner gives no other keyword where the grammar takes a name."""
        token = children[0]
        hint = 'an object whose first key is for has it in quotes: "for"'
        raise SyntaxFault("expected a name after for", token.line, token.column, next_step=hint)

    def int_lit(self, children: Children) -> Literal:
        """A number; the sign is an operator."""
        token = children[0]
        return Literal(token.span, number(token.value, token.line, token.column))

    float_lit = int_lit

    def template_string(self, children: Children) -> Literal:
        """A quoted string, or a heredoc, without interpolation: the scanner has decoded it."""
        token = children[0]
        return Literal(token.span, normalised(token.value))

    heredoc_template = template_string

    def expr_term(self, children: Children) -> Expression:
        """A term, in parentheses or not."""
        if len(children) == 1:
            term: Expression = children[0]
            return term
        return Parens(between(children[0], children[2]), children[1])

    def tuple(self, children: Children) -> TupleConstructor:
        """`[a, b]`."""
        return TupleConstructor(between(children[0], children[-1]), _nodes(children))

    def object(self, children: Children) -> ObjectConstructor:
        """`{ a = 1 }`."""
        return ObjectConstructor(between(children[0], children[-1]), _nodes(children))

    def object_elem(self, children: Children) -> ObjectItem:
        """`key = value` or `key : value`."""
        key, _, value = children
        return ObjectItem(between(key, value), key, value)

    def object_elem_key(self, children: Children) -> Expression:
        """A bare word is a string; a reference needs parentheses."""
        key: Expression = children[0]
        if isinstance(key, Name) or (isinstance(key, Literal) and (key.value is None or isinstance(key.value, bool))):
            return Literal(key.span, _word(key))
        if isinstance(key, Attribute | Index) and is_reference(key):
            summary = "a reference as an object's key stands in parentheses"
            fault = SyntaxFault(summary, key.span.line, key.span.column, next_step="write (key) = value")
            refused = Invalid(key.span, summary)
            self.faults.append(fault)
            self._references.append((refused, key, fault))
            return refused
        return key

    def arguments(self, children: Children) -> _Arguments:
        """What stands between the parentheses of a call."""
        last = children[-1]
        return _Arguments(_nodes(children), isinstance(last, Token) and last.type == "ELLIPSIS")

    def function_call(self, children: Children) -> Call:
        """`name(arguments)`."""
        name, closed = children[0], children[-1]
        given = children[2]
        if isinstance(given, _Arguments):
            return Call(between(name, closed), name.name, given.items, given.expand)
        return Call(between(name, closed), name.name, (), expand=False)

    # -- operators ----------------------------------------------------------------------------------------------

    def unary_op(self, children: Children) -> Expression:
        """A run of `!` and `-`, the last of which is the innermost."""
        run, operand = children
        node: Expression = operand
        for operator, line, column in reversed(run.operators if isinstance(run, PrefixRun) else []):
            node = Unary(Span(line, column, operand.span.end_line, operand.span.end_column), operator, node)
        return node

    def binary_operator(self, children: Children) -> str:
        """One operator."""
        text: str = children[0].value
        return text

    def binary_term(self, children: Children) -> _Operation:
        """`operator right`."""
        operator, right = children
        return _Operation(operator, right)

    def binary_op(self, children: Children) -> Binary:
        """`left operator right`."""
        left, operation = children
        return Binary(between(left, operation.right), operation.operator, left, operation.right)

    def conditional(self, children: Children) -> Conditional:
        """`condition ? then : otherwise`."""
        condition, _, then, _, otherwise = children
        return Conditional(between(condition, otherwise), condition, then, otherwise)

    # -- traversals ---------------------------------------------------------------------------------------------

    def get_attr(self, children: Children) -> Step:
        """`.name`."""
        dot, name = children
        return Step(between(dot, name), _word(name), None)

    def short_index(self, children: Children) -> Step:
        """The legacy `.0`."""
        dot, index = children
        return Step(between(dot, index), None, self.int_lit([index]))

    def braces_index(self, children: Children) -> Step:
        """`[key]`."""
        opened, key, closed = children
        return Step(between(opened, closed), "", key)

    def get_attr_expr_term(self, children: Children) -> Expression:
        """One step on a term."""
        term, step = children
        return stepped(term, step)

    index_expr_term = get_attr_expr_term

    def attr_splat(self, children: Children) -> Children:
        """`.*` and the steps behind it."""
        return children

    full_splat = attr_splat

    def attr_splat_expr_term(self, children: Children) -> Expression:
        """`term.*.name`: the first index in brackets ends what is done for each element."""
        term, (star, *steps) = children
        brackets = next((at for at, step in enumerate(steps) if step.name == ""), len(steps))
        node = splat(term, star, steps[:brackets], full=False)
        for step in steps[brackets:]:
            node = stepped(node, step)
        return node

    def full_splat_expr_term(self, children: Children) -> Expression:
        """`term[*]`: all that follows is done for each element."""
        term, (star, *steps) = children
        return splat(term, star, steps, full=True)

    # -- for ----------------------------------------------------------------------------------------------------

    def for_intro(self, children: Children) -> _ForIntro:
        """`for k, v in collection :`."""
        *names, collection = _nodes(children)
        return _ForIntro(names[0].name if len(names) > 1 else None, names[-1].name, collection)

    def for_cond(self, children: Children) -> Expression:
        """`if condition`."""
        condition: Expression = children[1]
        return condition

    def for_tuple_expr(self, children: Children) -> For:
        """`[for v in collection : value if condition]`."""
        intro, value, *rest = _nodes(children)
        return self._for(children, intro, None, value, rest)

    def for_object_expr(self, children: Children) -> For:
        """`{for k, v in collection : key => value... if condition}`."""
        intro, key, value, *rest = _nodes(children)
        return self._for(children, intro, key, value, rest)

    def _for(
        self, children: Children, intro: _ForIntro, key: Expression | None, value: Expression, rest: list[Expression]
    ) -> For:
        return For(
            span=between(children[0], children[-1]),
            key_name=intro.key_name,
            value_name=intro.value_name,
            collection=intro.collection,
            key=key,
            value=value,
            condition=rest[0] if rest else None,
            grouping=any(isinstance(child, Token) and child.type == "ELLIPSIS" for child in children),
        )

    # -- templates ----------------------------------------------------------------------------------------------

    def string(self, children: Children) -> Expression:
        """A quoted string or a heredoc, of literal text and sequences."""
        opened, *pieces, closed = children
        heredoc = opened.value.startswith("<<")
        indented = opened.value.startswith("<<-")
        return assemble(pieces, between(opened, closed), heredoc=heredoc, indented=indented)

    def string_part(self, children: Children) -> Piece:
        """Literal text, or the sequence below."""
        part = children[0]
        return Text(part.span, part.value) if isinstance(part, Token) else part

    def interpolation(self, children: Children) -> Sequence:
        """`${expression}`."""
        return _sequence(children, expression=children[1])

    def template_if_start(self, children: Children) -> Sequence:
        """`%{ if condition }`."""
        return _sequence(children, word="if", expression=children[2])

    def template_for_start(self, children: Children) -> Sequence:
        """`%{ for k, v in collection }`."""
        *names, collection = _nodes(children)
        key_name = names[0].name if len(names) > 1 else None
        return _sequence(children, word="for", expression=collection, key_name=key_name, value_name=names[-1].name)

    def template_else(self, children: Children) -> Sequence:
        """`%{ else }`, and likewise `%{ endif }` and `%{ endfor }`."""
        return _sequence(children, word=children[1].value)

    template_endif = template_else
    template_endfor = template_else


def _sequence(
    children: Children,
    *,
    word: str = "",
    expression: Expression | None = None,
    key_name: str | None = None,
    value_name: str = "",
) -> Sequence:
    opened, closed = children[0], children[-1]
    return Sequence(
        span=between(opened, closed),
        word=word,
        expression=expression,
        key_name=key_name,
        value_name=value_name,
        strips_before=opened.value.endswith("~"),
        strips_after=closed.value.startswith("~"),
    )
