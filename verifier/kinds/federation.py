"""What is documented of federation: how many credentials an identity takes, for which audiences, which annotations."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Federation:
    """What is documented. `audiences` has the public cloud's first; `annotations` are those that a service account may
    have. `source` was read on `date`.
    """

    most_credentials: int
    audiences: tuple[str, ...]
    annotations: tuple[str, ...]
    source: str
    date: str


@cache
def federation() -> Federation:
    """The limits that are part of the package."""
    text = files("verifier.kinds").joinpath("federation.json").read_text(encoding="utf-8")
    documented = json.loads(text)
    return Federation(
        most_credentials=int(documented["most_credentials_of_an_identity"]),
        audiences=tuple(map(str, documented["audiences"]["values"])),
        annotations=tuple(map(str, documented["annotations"]["values"])),
        source=str(documented["source"]),
        date=str(documented["date"]),
    )
