"""An expression as text again, on one line, for people: `optional(bool, false)`, `var.a ? 1 : 0`."""

from __future__ import annotations

from decimal import Decimal

from verifier.hcl import numbers
from verifier.hcl.nodes import (
    Attribute,
    Binary,
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
    Splat,
    SplatItem,
    Template,
    TemplateFor,
    TemplateIf,
    TemplatePart,
    TemplateWrap,
    TupleConstructor,
    Unary,
)

_LONGEST = 200
_SPECIAL = frozenset('\\"${%')


def written(node: Expression) -> str:
    """The expression's text, cut to a readable length."""
    text = _text(node)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _text(node: TemplatePart) -> str:  # noqa: C901 - one case a kind of node
    match node:
        case Literal(_, value):
            return literal(value)
        case Name(_, name):
            return name
        case Attribute(_, inner, name):
            return f"{_text(inner)}.{name}"
        case Index(_, inner, key):
            return f"{_text(inner)}[{_text(key)}]"
        case Splat(_, inner, each, full):
            return _text(inner) + ("[*]" if full else ".*") + _text(each)
        case SplatItem():
            return ""
        case Call(_, name, arguments, expand):
            return f"{name}({', '.join(map(_text, arguments))}{'...' if expand else ''})"
        case Unary(_, operator, operand):
            return operator + _text(operand)
        case Binary(_, operator, left, right):
            return f"{_text(left)} {operator} {_text(right)}"
        case Conditional(_, condition, then, otherwise):
            return f"{_text(condition)} ? {_text(then)} : {_text(otherwise)}"
        case Parens(_, inner):
            return f"({_text(inner)})"
        case TupleConstructor(_, items):
            return f"[{', '.join(map(_text, items))}]"
        case ObjectConstructor(_, items):
            return "{ " + ", ".join(map(_item, items)) + " }" if items else "{}"
        case For():
            return _for(node)
        case TemplateWrap(_, inner):
            return f'"${{{_text(inner)}}}"'
        case Template():
            return f'"{_inside(node)}"'
        case Invalid():
            return "…"
        case TemplateIf() | TemplateFor():
            return _inside_part(node)


def literal(value: str | Decimal | bool | None) -> str:  # noqa: FBT001 - it is the value
    """A literal as it is written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{_quoted(value)}"'
    return "null" if value is None else numbers.text(value)


def _quoted(text: str) -> str:
    if text.isprintable() and not _SPECIAL.intersection(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return escaped.replace("\t", "\\t").replace("${", "$${").replace("%{", "%%{")


def _item(item: ObjectItem) -> str:
    key = item.key
    name = key.value if isinstance(key, Literal) and isinstance(key.value, str) else None
    shown = name if name is not None and name.replace("-", "_").isidentifier() else _text(key)
    return f"{shown} = {_text(item.value)}"


def _for(node: For) -> str:
    names = f"{node.key_name}, {node.value_name}" if node.key_name else node.value_name
    body = _text(node.value)
    if node.key is not None:
        body = f"{_text(node.key)} => {body}{'...' if node.grouping else ''}"
    condition = f" if {_text(node.condition)}" if node.condition is not None else ""
    whole = f"for {names} in {_text(node.collection)} : {body}{condition}"
    return f"[{whole}]" if node.key is None else "{ " + whole + " }"


def _inside(node: Template) -> str:
    return "".join(map(_inside_part, node.parts))


def _inside_part(part: TemplatePart) -> str:
    match part:
        case Literal(_, str(text)):
            return _quoted(text)
        case TemplateIf(_, condition, then, otherwise):
            end = f"%{{ else }}{_inside(otherwise)}" if otherwise.parts else ""
            return f"%{{ if {_text(condition)} }}{_inside(then)}{end}%{{ endif }}"
        case TemplateFor(_, key_name, value_name, collection, body):
            names = f"{key_name}, {value_name}" if key_name else value_name
            return f"%{{ for {names} in {_text(collection)} }}{_inside(body)}%{{ endfor }}"
        case _:
            return f"${{{_text(part)}}}"
