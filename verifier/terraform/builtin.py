"""Built in: the one resource type whose attributes Terraform itself defines."""

from __future__ import annotations

from collections.abc import Mapping

from verifier.hcl.origin import Origin, Step
from verifier.hcl.types import STRING, Type
from verifier.hcl.values import AFTER_APPLY, ANYTHING, NOT_NULL, Bounds, Value, null, object_, unknown


def terraform_data(configured: Value, address: str, origin: Origin, imported: Value | None = None) -> Value:
    """What a reference to a `terraform_data` sees when it is to be created: unlike a provider's, all of it is certain.

    Its id is known beforehand only where it is `imported` under one.

    `output` becomes what `input` is, after apply. Source: Terraform's documentation of terraform_data.
    """
    given: Mapping[str, Value] = configured.content if isinstance(configured.content, Mapping) else {}
    stored = given.get("input", null(origin=origin))
    return object_(
        {
            "id": _after_apply(f"{address}.id", STRING, NOT_NULL) if imported is None else imported,
            "input": stored,
            "output": stored if stored.is_null else _after_apply(f"{address}.output", stored.type),
            "triggers_replace": given.get("triggers_replace", null(origin=origin)),
        },
        origin,
    )


def _after_apply(address: str, of: Type, bounds: Bounds = ANYTHING) -> Value:
    return unknown(of, AFTER_APPLY, (address,), Origin(Step.REFERENCE, address), bounds=bounds)
