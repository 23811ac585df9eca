"""Quantities of a resource as Kubernetes writes them: `500m`, `2`, `16Gi`.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from __future__ import annotations

import re
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
