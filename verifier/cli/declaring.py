"""Declaring a verb and its parameters, once: for click, and for the plain reading that does without click."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from verifier.hcl.frozen import field_names, frozen

if TYPE_CHECKING:
    from verifier.checking.exit_code import ExitCode

Kind: TypeAlias = "type[str | Path | float] | range"
"""What a parameter's text stands for; a range, for a whole number within it."""


@frozen(kw_only=True, eq=False)
class Parameter:
    """An option, or an argument where there are no `flags`. `dest` is what the verb's function calls it.

    A flag gives `flag_value` and takes no text; it is None for what does. Without a `default` an argument has to be
    given, and an option that is not is None, or an empty tuple where it may be given again (`many`). Options that may
    be given again and have one `dest` are gathered there together, in the order given.
    """

    dest: str
    flags: tuple[str, ...] = ()
    kind: Kind = str
    many: bool = False
    default: object = None
    flag_value: bool | None = None
    metavar: str | None = None
    help: str = ""
    show_default: bool = False

    def of_text(self, text: str) -> object:
        """What the text stands for. Raises ValueError where it is nothing of the kind."""
        if not isinstance(self.kind, range):
            return self.kind(text)
        if int(text) not in self.kind:
            raise ValueError(f"{text} is not in {self.kind}")
        return int(text)


def argument(dest: str, *, kind: Kind = str, default: object = None, metavar: str | None = None) -> Parameter:
    """An argument."""
    return Parameter(dest=dest, kind=kind, default=default, metavar=metavar)


def option(
    *names: str,
    kind: Kind = str,
    many: bool = False,
    default: object = None,
    metavar: str | None = None,
    help: str,  # noqa: A002 - as everybody calls it
    show_default: bool = False,
) -> Parameter:
    """An option that takes text. A name without dashes is what the function calls it, else the first, `_` for `-`."""
    dest, flags = _named(names)
    return Parameter(
        dest=dest,
        flags=flags,
        kind=kind,
        many=many,
        default=() if many else default,
        metavar=metavar,
        help=help,
        show_default=show_default,
    )


def flag(*names: str, gives: bool = True, help: str) -> Parameter:  # noqa: A002 - as everybody calls it
    """An option that takes no text: given, it is `gives`, else the opposite."""
    dest, flags = _named(names)
    return Parameter(dest=dest, flags=flags, default=not gives, flag_value=gives, help=help)


def _named(names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    flags = tuple(name for name in names if name.startswith("-"))
    own = [name for name in names if not name.startswith("-")]
    return own[0] if own else max(flags, key=len).lstrip("-").replace("-", "_"), flags


@frozen(kw_only=True, eq=False)
class Verb:
    """A verb. Its function takes what `gathered` makes of some parameters, and the others by their names."""

    name: str
    short_help: str
    parameters: tuple[Parameter, ...]
    gathered: tuple[type[Any], ...]
    function: Callable[..., ExitCode]

    def call(self, values: Mapping[str, object]) -> ExitCode:
        """Do it, with each parameter's value by its `dest`."""
        gathered = [(made, field_names(made)) for made in self.gathered]
        taken = {name for _, names in gathered for name in names}
        own = {name: value for name, value in values.items() if name not in taken}
        return self.function(*(made(**{n: values[n] for n in names if n in values}) for made, names in gathered), **own)
