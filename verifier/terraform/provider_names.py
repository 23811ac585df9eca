"""Provider names: what a module's `required_providers` make of a local provider name.

Source: Terraform's documentation of provider requirements: a source address has a host, a namespace and a type, the
first two of which have defaults; `terraform` is built in.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.hcl.nodes import Argument, Expression, Literal, ObjectConstructor
from verifier.terraform.module import ModuleSource

_HOST = "registry.terraform.io"
_NAMESPACE = "hashicorp"
_BUILT_IN = "terraform.io/builtin/terraform"


def full_name(module: ModuleSource, local: str) -> str:
    """The source address of a provider, with every part: `registry.terraform.io/hashicorp/azurerm`."""
    if local == "terraform":
        return _BUILT_IN
    parts = (_stated(module, local, "source") or local).lower().split("/")
    return "/".join([_HOST, _NAMESPACE][: 3 - len(parts)] + parts)


def version_constraint(module: ModuleSource, local: str) -> str:
    """What the module asks of a provider's version, or nothing."""
    return _stated(module, local, "version")


def required(module: ModuleSource) -> tuple[str, ...]:
    """The local names that a module's `required_providers` give, sorted."""
    return tuple(sorted({argument.name for argument in _requirements(module)}))


def _stated(module: ModuleSource, local: str, key: str) -> str:
    for argument in _requirements(module):
        if argument.name != local:
            continue
        expression = argument.expression
        if isinstance(expression, ObjectConstructor):
            return next((_text(i.value) for i in expression.items if _text(i.key) == key), "")
        return _text(expression) if key == "version" else ""
    return ""


def _requirements(module: ModuleSource) -> Iterator[Argument]:
    for settings in module.declarations.settings():
        for _, block in settings.blocks():
            if block.type == "required_providers":
                yield from block.body.arguments


def _text(expression: Expression) -> str:
    value = expression.value if isinstance(expression, Literal) else None
    return value if isinstance(value, str) else ""
