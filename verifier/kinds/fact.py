"""Facts: one field of one thing, from one side, with where it was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from verifier.hcl.origin import Origin
from verifier.hcl.values import Unknown

T = TypeVar("T")


class NotKnown(Exception):
    """A fact was asked for that is not known. Whoever judges by it is unverified, never right and never wrong.

    `missing` names the permissions or reads that would have told.
    """

    def __init__(self, because: str, *, missing: tuple[str, ...] = ()) -> None:
        super().__init__(because)
        self.because = because
        self.missing = missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Generic[T]):  # noqa: PLW1641 - the dataclass writes it
    """One field: its name as that side says it, its content, and where it was said.

    `origin` is set for what Terraform says, `source` (an ARM id or object path) for what is live. `stated` is False
    when nobody said anything and `content` is what the provider or service then does; `unsaid_by` is then the address
    of the variable that the configuration reads there and that is null, if there is one. What nobody said is
    `set_anyway` where the provider then sets it back to its own default, whatever is live. What is `sensitive` compares
    like anything else and is never shown.
    """

    name: str
    content: T | Unknown
    origin: Origin | None = None
    source: str = ""
    stated: bool = True
    unsaid_by: str = ""
    set_anyway: bool = False
    sensitive: bool = False

    def __bool__(self) -> bool:
        """Refused: a fact is there whether what it says is true or false, so that asking it would always agree."""
        raise TypeError(f"{self.name} is a fact, not its value: ask .value")

    def __eq__(self, other: object) -> bool:
        """Whether two facts are the same in every field. Refused for a value, which no fact ever equals."""
        if other is None:
            return False
        if not isinstance(other, Fact):
            raise TypeError(f"{self.name} is a fact, not its value: compare .value with {type(other).__name__}")
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __repr__(self) -> str:
        """The fact for whoever debugs a check; what is sensitive is not shown here either."""
        shown = "(sensitive)" if self.sensitive and self.known else repr(self.content)
        return f"Fact({self.name} = {shown})"

    @property
    def known(self) -> bool:
        """Whether the content is known."""
        return not isinstance(self.content, Unknown)

    @property
    def value(self) -> T:
        """The content. Raises NotKnown where it is unknown."""
        if isinstance(self.content, Unknown):
            raise NotKnown(f"{self.name} is not known: {self.content.because}")
        return self.content

    @property
    def references(self) -> tuple[str, ...]:
        """The addresses an unknown content waits for; empty when known."""
        return self.content.references if isinstance(self.content, Unknown) else ()

    @property
    def derived(self) -> bool:
        """Whether an unknown content is computed from what it waits for, and not that itself."""
        return isinstance(self.content, Unknown) and self.content.derived
