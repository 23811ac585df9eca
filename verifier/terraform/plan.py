"""The static plan: what the configuration means, every resource instance planned, absent or undetermined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from verifier.hcl.frozen import field, frozen
from verifier.hcl.source import Diagnostic, Place
from verifier.hcl.types import ANY, Type
from verifier.hcl.values import JSON, Unknown, Value

Key: TypeAlias = str | int | None


@frozen()
class Read:
    """A named value that an expression read: `module.sil.var.azureml_config.should_install_extension` and its value.

    The address goes as deep as the expression's own attribute steps do; locals are followed to what they read.
    """

    address: str
    value: Value


@frozen()
class Planned:
    """The instance exists once the configuration is applied. `reads` are what its count or for_each read."""

    reads: tuple[Read, ...] = ()


@frozen()
class Absent:
    """The resource is not planned: the `count` or `for_each` that says so, its value, and what it read."""

    because: str
    expression: str
    place: Place
    value: Value
    reads: tuple[Read, ...]


@frozen()
class Undetermined:
    """Whether, or how often, the resource exists is not knowable before apply."""

    because: Unknown
    expression: str
    place: Place
    reads: tuple[Read, ...]


Presence: TypeAlias = Planned | Absent | Undetermined


@frozen(kw_only=True)
class Instance:
    """One resource or data source instance; for an absent or undetermined one, the resource as a whole (key None).

    `values` is an object Value of the arguments and nested blocks that the configuration gives. A nested block type
    is a list of objects under its name, dynamic ones expanded. Attributes that nothing gives are not in it.
    `reads` are what the expressions of its block look at: where an argument or a nested block is left out, they tell
    what it hangs on. `would_be` has, by address, what the instances of an absent resource would be given if the
    condition of its count or for_each came out the other way, as far as that can be told.
    """

    address: str
    module: str
    mode: Literal["managed", "data"]
    type: str
    name: str
    key: Key
    provider: str
    place: Place
    presence: Presence
    values: Value
    depends_on: tuple[str, ...] = ()
    reads: tuple[Read, ...] = ()
    would_be: Mapping[str, Value] = field(default_factory=dict)


@frozen(kw_only=True)
class Dropped:
    """An attribute that a type conversion left out without a word: it was passed, and the type has no such name."""

    path: str
    passed_at: Place | None
    type_at: Place | None


@frozen(kw_only=True)
class Variable:
    """A variable of one module instance. `address` is `var.x` in the root, `module.sil.var.x` below it.

    `value` is after conversion, defaults and nullability. `given` is where a value was passed (module argument,
    var file, …), None when the default stands. `dropped` lists what the conversion to `type` left out.
    """

    address: str
    module: str
    name: str
    type: Type = ANY
    value: Value
    place: Place
    given: Place | None = None
    dropped: tuple[Dropped, ...] = ()
    sensitive: bool = False


@frozen(kw_only=True)
class UndeclaredSetting:
    """A key of a var file (or `-var`) that no root variable declares."""

    name: str
    place: Place


@frozen(kw_only=True)
class ModuleCall:
    """A module call. `resolved` is False for a source that is not on disk: its contents are unknown.

    `outputs` are what the call can be asked for, by name, where it has one instance and no key.
    """

    address: str
    source: str
    place: Place
    resolved: bool
    presence: Presence
    outputs: Mapping[str, Value] = field(default_factory=dict)


CheckStatus: TypeAlias = Literal["pass", "fail", "unknown"]


@frozen(kw_only=True)
class Check:
    """A check block of one module instance, and how it went: `messages` are those of the assertions that fail.

    One assertion that fails makes the whole fail; short of that, one that waits for apply makes it unknown.
    """

    address: str
    module: str
    name: str
    place: Place
    status: CheckStatus
    messages: tuple[str, ...] = ()


@frozen(kw_only=True)
class Held:
    """How the validations, pre- and postconditions of one variable, output or instance went.

    `messages` are those of the conditions that fail; short of that, one that waits for apply makes it unknown.
    """

    address: str
    module: str
    key: Key = None
    status: CheckStatus
    messages: tuple[str, ...] = ()


@frozen(kw_only=True)
class Import:
    """What an import block takes in: the instance's address, and the id by which its provider finds it."""

    address: str
    id: Value
    place: Place


@frozen(kw_only=True)
class Comment:
    """A comment that speaks to verify-infra: its text from that mark on, and the block that it stands in or above.

    `block` is that block's address without keys, `module.sil.azurerm_x.y` or `var.x`; empty beside no block.
    """

    text: str
    place: Place
    block: str


@frozen(kw_only=True)
class StaticPlan:
    """The evaluated configuration of one root module. Sequences are sorted by address."""

    root: Path
    instances: tuple[Instance, ...] = ()
    variables: tuple[Variable, ...] = ()
    outputs: Mapping[str, Value] = field(default_factory=dict)
    providers: Mapping[str, Value] = field(default_factory=dict)
    modules: tuple[ModuleCall, ...] = ()
    undeclared: tuple[UndeclaredSetting, ...] = ()
    checks: tuple[Check, ...] = ()
    held: tuple[Held, ...] = ()
    imports: tuple[Import, ...] = ()
    comments: tuple[Comment, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    bound: Mapping[str, JSON] = field(default_factory=dict)

    def of_type(self, *types: str) -> Iterator[Instance]:
        """The managed instances (planned, absent or undetermined) of these resource types."""
        return (i for i in self.instances if i.mode == "managed" and i.type in types)

    @property
    def complete(self) -> bool:
        """Whether every file, variable and module could be read: no diagnostic is an error."""
        return not any(d.severity == "error" for d in self.diagnostics)
