"""What Terraform states of a thing that nothing else here hangs on: compared, and judged for nothing more.

Defaults are azurerm 4's (its documentation of each resource); what the service means by leaving something out is the
REST reference's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from verifier.hcl.values import JSON, Unknown
from verifier.kinds.compare import Same, same_word
from verifier.kinds.fact import Fact
from verifier.kinds.served import PLAIN, Document
from verifier.kinds.stated import Stated, Step, as_text

Besides = Mapping[str, Fact[str]]
NO_BESIDES: Besides = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One field: where azurerm and where ARM have it, and how it compares.

    `otherwise` is what azurerm sets where nobody says anything, `left_out` what the service means by leaving it out:
    None where that is left to azurerm, or not documented. Azapi has what is `above` its body beside that, by the name
    of azurerm's argument.
    """

    argument: tuple[Step, ...]
    arm: tuple[str, ...]
    same: Same = same_word
    otherwise: str | None = None
    left_out: str | None = None
    read: Callable[[JSON], str] = as_text
    above: bool = False

    @property
    def name(self) -> str:
        """As ARM has it, without the `properties` that everything stands below."""
        return ".".join(step for step in self.arm if step != "properties")


LOCATION = Beside(argument=("location",), arm=("location",), above=True)
"""Terraform makes a thing again to move it; `West US 3` is westus3."""


def stated_besides(says: Stated, fields: Iterable[Beside], *block: Step) -> Besides:
    """What Terraform states of these fields, in the thing's own arguments or in a block of it."""
    return {field.name: _stated(says, field, block) for field in fields}


def served_besides(document: Document, fields: Iterable[Beside]) -> Besides:
    """What the service answers for these fields."""
    return {field.name: _served(document, field) for field in fields}


def _stated(says: Stated, field: Beside, block: tuple[Step, ...]) -> Fact[str]:
    path = (*block, *field.argument)
    found = says.fact(
        ".".join(step for step in field.argument if isinstance(step, str)),
        *path,
        read=field.read,
        otherwise=field.otherwise or "",
        arm=() if field.above or block else field.arm,
    )
    return found if field.otherwise is None else says.set_anyway(found)


def _served(document: Document, field: Beside) -> Fact[str]:
    left_out = Unknown(f"the service does not say {field.name}") if field.left_out is None else field.left_out
    return document.fact(field.name, *field.arm, of=PLAIN, read=field.read, otherwise=left_out)
