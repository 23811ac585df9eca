"""Quantities of a resource as Kubernetes writes them: `500m`, `2`, `16Gi`.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

_QUANTITY = re.compile(r"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))(?P<suffix>[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}


def quantity(text: str) -> Decimal | None:
    """The number that a quantity stands for; None for what is none.

    >>> quantity("500m"), quantity("2Ki")
    (Decimal('0.500'), Decimal('2048'))
    """
    parts = _QUANTITY.fullmatch(text.strip())
    if parts is None:
        return None
    number, suffix = Decimal(parts["number"]), parts["suffix"] or ""
    if suffix in _BINARY:
        return number * Decimal(1024 ** _BINARY[suffix])
    exponent = _DECIMAL.get(suffix, int(suffix[1:]) if len(suffix) > 1 else 0)
    return number.scaleb(exponent)


def same_quantities(one: object, other: object) -> bool:
    """Quantities by resource, by what they stand for: `1Gi` is `1024Mi`, and none of a resource is 0 of it."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return False
    return _amounts(one) == _amounts(other)


def _amounts(quantities: Mapping[str, object]) -> Mapping[str, Decimal | str]:
    """The number of each, or its text where that is no quantity."""
    amounts = {name: _amount(str(text)) for name, text in quantities.items()}
    return {name: amount for name, amount in amounts.items() if amount != 0}


def _amount(text: str) -> Decimal | str:
    amount = quantity(text)
    return text if amount is None else amount
