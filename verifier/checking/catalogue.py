"""The catalogue: which families of checks there are, the links of the chain, and what is not built and why."""

from __future__ import annotations

import tomllib
from pathlib import Path

from verifier.checking.bundled import checks_directory
from verifier.errors import ConfigurationError
from verifier.hcl.frozen import frozen


@frozen(kw_only=True)
class Family:
    """Checks that judge one sort of thing; their ids begin with `prefix` and are numbered from 1 to `ids`."""

    prefix: str
    title: str
    about: str
    ids: int

    @property
    def numbered(self) -> tuple[str, ...]:
        """Every id that the family means to have: STO01, STO02, …"""
        return tuple(f"{self.prefix}{number:02}" for number in range(1, self.ids + 1))


@frozen(kw_only=True)
class NotBuilt:
    """A check that is meant to be and is not: what it would assert, and why it is not there."""

    id: str
    asserts: str
    reason: str


@frozen(kw_only=True)
class Catalogue:
    """`chain` gives each link's number the condition that it stands for."""

    families: tuple[Family, ...]
    chain: dict[int, str]
    not_built: dict[str, NotBuilt]


def read_catalogue(file: Path | None = None) -> Catalogue:
    """The catalogue of the bundled checks, or of another file. Raises ConfigurationError for one that is not right."""
    file = file or checks_directory() / "catalogue.toml"
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        return Catalogue(
            families=tuple(Family(prefix=prefix, **said) for prefix, said in table["families"].items()),
            chain={int(number): text for number, text in table["chain"].items()},
            not_built={id_: NotBuilt(id=id_, **said) for id_, said in table["not_built"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"not a catalogue of checks: {error}", where=file.as_posix(), next_step="install verify-infra again"
        ) from None
