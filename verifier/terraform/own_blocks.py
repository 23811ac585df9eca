"""Own blocks: what may stand in the blocks that Terraform itself defines, whatever the providers are.

Source: what Terraform 1.11 accepts and refuses (tests/unit/terraform/configurations.json).
"""

from __future__ import annotations

from collections.abc import Mapping

from verifier.hcl.frozen import field, frozen
from verifier.hcl.nodes import Block


@frozen()
class Shape:
    """What one block type takes.

    `arguments` are the names it knows, None for any. `constant` ones may refer to nothing and call nothing. `blocks`
    are the nested block types with the name of their own shape, "" for one that is not looked into; `others` says
    that any further type may stand there. `once` may stand there a single time.
    """

    arguments: frozenset[str] | None = None
    required: tuple[str, ...] = ()
    constant: frozenset[str] = frozenset()
    blocks: Mapping[str, str] = field(default_factory=dict)
    others: bool = False
    once: frozenset[str] = frozenset()


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_META = _names("count for_each depends_on provider")
_IN_RESOURCE = {"lifecycle": "lifecycle", "connection": "", "provisioner": "provisioner"}
_CONDITIONS = {"precondition": "condition", "postcondition": "condition"}

_SHAPES: Mapping[str, Shape] = {
    "variable": Shape(
        _names("description type default sensitive nullable ephemeral deprecated"),
        constant=_names("description sensitive nullable ephemeral"),
        blocks={"validation": "condition"},
    ),
    "output": Shape(
        _names("description value sensitive depends_on ephemeral deprecated"),
        constant=_names("description sensitive ephemeral"),
        blocks={"precondition": "condition"},
    ),
    "condition": Shape(_names("condition error_message"), required=("condition", "error_message")),
    "check": Shape(frozenset(), blocks={"assert": "condition", "data": "data"}, once=_names("data")),
    "moved": Shape(_names("from to"), required=("from", "to")),
    "removed": Shape(
        _names("from"),
        required=("from",),
        blocks={"lifecycle": "removed lifecycle", "connection": "", "provisioner": "provisioner"},
        once=_names("lifecycle connection"),
    ),
    "removed lifecycle": Shape(_names("destroy"), constant=_names("destroy")),
    "import": Shape(_names("to id for_each provider identity"), required=("to",)),
    "terraform": Shape(
        _names("required_version"),
        constant=_names("required_version"),
        blocks=dict.fromkeys(("backend", "cloud", "required_providers", "provider_meta"), ""),
    ),
    "module": Shape(),
    "locals": Shape(),
    "resource": Shape(blocks=_IN_RESOURCE, others=True, once=_names("lifecycle connection")),
    "data": Shape(blocks={"lifecycle": "data lifecycle"}, others=True, once=_names("lifecycle")),
    "lifecycle": Shape(
        _names("create_before_destroy prevent_destroy ignore_changes replace_triggered_by"),
        constant=_names("create_before_destroy prevent_destroy"),
        blocks=_CONDITIONS,
    ),
    "data lifecycle": Shape(frozenset(), blocks=_CONDITIONS),
    "provisioner local-exec": Shape(
        _names("command working_dir interpreter environment quiet when on_failure"),
        required=("command",),
        blocks={"connection": ""},
    ),
    # The provider that is built into Terraform: the one provider whose arguments are known here.
    "resource terraform_data": Shape(
        _META | _names("input triggers_replace"), blocks=_IN_RESOURCE, once=_names("lifecycle connection")
    ),
    "data terraform_remote_state": Shape(
        _META | _names("backend config defaults workspace"),
        required=("backend",),
        blocks={"lifecycle": "data lifecycle"},
    ),
}


def shape_of(block: Block, named: str) -> Shape | None:
    """The shape of a block, by its first label where that tells more; None for one that is not looked into."""
    if block.labels:
        found = _SHAPES.get(f"{named} {block.labels[0]}")
        if found is not None:
            return found
    return _SHAPES.get(named)
