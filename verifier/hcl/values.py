"""Values as Terraform has them: typed, null, unknown, sensitive, and each with its origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn, TypeAlias

if TYPE_CHECKING:
    from verifier.hcl.origin import Origin
    from verifier.hcl.types import Type


@dataclass(frozen=True, slots=True)
class Unknown:
    """What cannot be known before apply, or could not be evaluated.

    `because` says what it waits for, for people. `references` are the absolute addresses of the resource
    attributes it stands for (`module.platform.azurerm_user_assigned_identity.ml.principal_id`), so that state or
    live can fill them in later; empty when nothing could.
    """

    because: str
    references: tuple[str, ...] = ()

    def __bool__(self) -> NoReturn:
        raise TypeError(f"an unknown is neither true nor false ({self.because})")


Content: TypeAlias = "str | Decimal | bool | Unknown | tuple[Value, ...] | Mapping[str, Value] | None"
JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """One value.

    `content` by type: str, Decimal or bool for primitives; a tuple of Values for list, set and tuple; a mapping
    for map and object; None is null; Unknown is unknown. Truth and Python equality are refused on purpose:
    Terraform's `==` lives in evaluate, and an unknown is not false.

    `reference` is set on a resource's own object: the address of the instance. An attribute that its
    configuration does not give is known only after apply, and reading it gives an Unknown with that reference.
    """

    type: Type
    content: Content
    origin: Origin | None = None
    sensitive: bool = False
    reference: str | None = None

    def __bool__(self) -> NoReturn:
        raise TypeError("a Value has no truth; ask is_known, is_null, or its content")

    @property
    def is_null(self) -> bool:
        """Whether this is null."""
        return self.content is None

    @property
    def is_known(self) -> bool:
        """Whether the value itself is known; what is inside it may not be."""
        return not isinstance(self.content, Unknown)

    @property
    def is_wholly_known(self) -> bool:
        """Whether nothing in the value, at any depth, is unknown."""
        if isinstance(self.content, Unknown) or self.reference is not None:
            return False
        if isinstance(self.content, tuple):
            return all(item.is_wholly_known for item in self.content)
        if isinstance(self.content, Mapping):
            return all(item.is_wholly_known for item in self.content.values())
        return True

    def from_origin(self, origin: Origin | None) -> Value:
        """The same value with another origin."""
        return replace(self, origin=origin)
