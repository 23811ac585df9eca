"""The Terraform source as `plan`, `why` and `console` look at it: evaluated, nothing else read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from verifier.cli.speaking import complain
from verifier.config import Options, settings
from verifier.hcl.source import Diagnostic

if TYPE_CHECKING:
    from verifier.hcl.cache import Cache
    from verifier.terraform.configuration import Evaluation


def evaluated(options: Options, *, may_be_empty: bool = False) -> Evaluation:
    """The root module that the options name, with its values.

    Raises ConfigurationError when there is none, unless it `may_be_empty`, or a var file cannot be understood.
    """
    from verifier.terraform.configuration import load

    asked = settings(options, os.environ)
    configuration = load(
        asked.root,
        inputs=asked.inputs,
        environment=asked.environment,
        cache=cache_of(options),
        may_be_empty=may_be_empty,
    )
    return configuration.evaluated()


def cache_of(options: Options) -> Cache | None:
    """The user's cache, unless it is not to be used."""
    from verifier.hcl.cache import Cache

    return Cache.of_user() if options.cache else None


def tell(diagnostics: Iterable[Diagnostic]) -> None:
    """Say on standard error what is wrong with the source."""
    for diagnostic in diagnostics:
        complain(f"{diagnostic.severity}: {diagnostic}")
        if diagnostic.next_step:
            complain(f"  next: {diagnostic.next_step}")
