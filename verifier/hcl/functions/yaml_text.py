"""yamlencode and yamldecode."""

from __future__ import annotations

from verifier.hcl.functions.signature import Parameter, of_values, text
from verifier.hcl.operators import unknown_from
from verifier.hcl.types import ANY, STRING
from verifier.hcl.values import Value, string


def _yamlencode(value: Value) -> Value:
    from verifier.hcl.functions.yaml_writing import written

    return string(written(value)) if value.is_wholly_known else unknown_from(STRING, value)


def _yamldecode(source: Value) -> Value:
    from verifier.hcl.functions.yaml_reading import read

    return read(str(source.content))


_ANYTHING = Parameter(name="value", null=True, unknown=True, dynamic=True, partial=True)

FUNCTIONS = (
    of_values("yamlencode", _yamlencode, STRING, _ANYTHING),
    of_values("yamldecode", _yamldecode, lambda _: ANY, text("src"), not_null=False),
)
