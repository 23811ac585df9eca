"""Where a value came from: a chain of steps, each with its place, back to whoever decided it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from verifier.hcl.frozen import frozen
from verifier.hcl.source import Place


class Step(Enum):
    """What kind of hop a value took. The value is the phrase people read."""

    LITERAL = "written"
    VAR_FILE = "set in a var file"
    ENVIRONMENT = "set by the environment"
    COMMAND_LINE = "set on the command line"
    VARIABLE_DEFAULT = "the variable's default"
    OPTIONAL_DEFAULT = "filled in by optional()"
    VARIABLE = "variable"
    MODULE_ARGUMENT = "module argument"
    LOCAL = "local value"
    OUTPUT = "output"
    EXPRESSION = "computed by an expression"
    REFERENCE = "attribute of a resource"
    EPHEMERAL = "kept in no plan"
    LIVE = "read live"


_DECIDED = frozenset({Step.LITERAL, Step.VAR_FILE, Step.ENVIRONMENT, Step.COMMAND_LINE})


@frozen()
class Origin:
    """One hop on the way of a value, linked to the hops before it.

    `text` is what stands at the place, as people say it: `var.azureml_config`, `optional(bool, false)`,
    `terraform.tfvars`. `parents` are the origins this hop drew from, the deciding one first: for an
    OPTIONAL_DEFAULT the first parent is the object literal that left the attribute out.
    """

    step: Step
    text: str
    place: Place | None = None
    parents: tuple[Origin, ...] = ()

    def chain(self) -> Iterator[Origin]:
        """This hop and the deciding ones before it, latest first. An OPTIONAL_DEFAULT or VARIABLE_DEFAULT ends it."""
        origin: Origin | None = self
        while origin is not None:
            yield origin
            if origin.step in (Step.OPTIONAL_DEFAULT, Step.VARIABLE_DEFAULT) or not origin.parents:
                return
            origin = origin.parents[0]

    @property
    def decider(self) -> Origin:
        """The hop at which the value was decided: the last of the chain."""
        *_, last = self.chain()
        return last

    @property
    def chosen(self) -> bool:
        """Whether a person decided the value: it was written, or set for this run, and not merely a default."""
        return self.decider.step in _DECIDED
