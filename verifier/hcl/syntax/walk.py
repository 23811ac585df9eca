"""The children of any node, and how deep nodes go."""

from __future__ import annotations

from typing import Any, Final

from verifier.hcl import nodes
from verifier.hcl.frozen import field_names
from verifier.hcl.nodes import Body
from verifier.hcl.syntax.state import MAX_DEPTH, too_deep
from verifier.hcl.syntax.tokens import SyntaxFault

NODE, MAYBE, MANY, PLAIN, WORDS = range(5)
SHAPES: Final[dict[type, tuple[int, ...]]] = {
    nodes.Template: (MANY,),
    nodes.TemplateWrap: (NODE,),
    nodes.TemplateIf: (NODE, NODE, NODE),
    nodes.TemplateFor: (PLAIN, PLAIN, NODE, NODE),
    nodes.Name: (PLAIN,),
    nodes.Attribute: (NODE, PLAIN),
    nodes.Index: (NODE, NODE),
    nodes.Splat: (NODE, NODE, PLAIN),
    nodes.SplatItem: (),
    nodes.Call: (PLAIN, MANY, PLAIN),
    nodes.Unary: (PLAIN, NODE),
    nodes.Binary: (PLAIN, NODE, NODE),
    nodes.Conditional: (NODE, NODE, NODE),
    nodes.TupleConstructor: (MANY,),
    nodes.ObjectItem: (NODE, NODE),
    nodes.ObjectConstructor: (MANY,),
    nodes.For: (PLAIN, PLAIN, NODE, MAYBE, NODE, MAYBE, PLAIN),
    nodes.Parens: (NODE,),
    nodes.Invalid: (PLAIN,),
    nodes.Argument: (PLAIN, NODE),
    nodes.Block: (PLAIN, WORDS, NODE),
    nodes.Body: (MANY, MANY),
}
"""What the fields of a node are, behind its span: a Literal, whose value may be a number, is written by itself."""
FIELDS: Final = {kind: field_names(kind)[1:] for kind in SHAPES}
"""The names of those fields."""


def children(node: Any) -> list[Any]:
    """The nodes right below a node that is not a Literal, in the order of its fields."""
    kind = type(node)
    below: list[Any] = []
    for name, shape in zip(FIELDS[kind], SHAPES[kind], strict=True):
        value = getattr(node, name)
        if shape == MANY:
            below.extend(value)
        elif shape == NODE or (shape == MAYBE and value is not None):
            below.append(value)
    return below


def depth_fault(body: Body, tokens: int) -> SyntaxFault | None:
    """The fault of nodes that nest too deep for whoever walks them by recursion; `tokens` is how many made the body."""
    if tokens <= MAX_DEPTH:  # a level takes at least one
        return None
    waiting: list[tuple[Any, int]] = [(body, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return too_deep(node.span.line, node.span.column)
        if type(node) in SHAPES:
            waiting.extend((child, depth + 1) for child in children(node))
    return None
