"""What a cached parse depends on besides the text: python-hcl2's grammar, and this package."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from verifier.hcl import nodes
from verifier.hcl.digest import sha256


def grammar() -> str:
    """The text of python-hcl2's grammar. Found without importing hcl2, which would import what is not used here."""
    specs = (finder.find_spec("hcl2", None) for finder in sys.meta_path)
    spec = next(filter(None, specs), None)
    for place in (spec.submodule_search_locations if spec else None) or ():
        return (Path(place) / "hcl2.lark").read_text(encoding="utf-8")
    raise ModuleNotFoundError("python-hcl2 is not installed; it is a dependency of verify-infra")


@cache
def current() -> bytes:
    """A digest that changes when a text could be lowered to other nodes: by the grammar, or by any module here."""
    digest = sha256(grammar().encode())
    for module in (Path(nodes.__file__), *sorted(Path(__file__).parent.glob("*.py"))):
        digest.update(module.read_bytes())
    return digest.digest()
