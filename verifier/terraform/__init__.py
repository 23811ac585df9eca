"""The tool: which files, which variables, which modules, which instances. Knows hcl; nothing of Azure.

    from verifier.terraform import evaluate_root, load

    plan = evaluate_root(Path("terraform"))          # a StaticPlan
    configuration = load(Path("terraform"))          # read once …
    plan = configuration.plan({"azurerm_x.y.id": "…"})  # … evaluated again with what is known live

The evaluator is imported when it is first asked for: whoever only needs the plan's types does not pay for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verifier.terraform.configuration import Configuration, evaluate_root, load

__all__ = ["Configuration", "evaluate_root", "load"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from verifier.terraform import configuration

        return getattr(configuration, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
