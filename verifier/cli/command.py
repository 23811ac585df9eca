"""The command as click has it: help, completion, and what is wrong with a command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from verifier import __version__
from verifier.checking.exit_code import ExitCode
from verifier.cli.declaring import Kind, Parameter, Verb
from verifier.cli.verbs import VERBS, begins, verb_named

EXIT_CODES = "\b\nExit codes:\n" + "\n".join(f"  {code.value:>2}  {code.meaning}" for code in ExitCode)


SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
"""Of each verb, too: click keeps the help option that it makes for the first context, with a parent or without."""


class Verbs(click.Group):
    """Lists its verbs in the order they were added: the main one first. A verb may have two words: `snapshot diff`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The verbs' names."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that the arguments begin with, and the arguments that are left for it."""
        name = begins(args)
        if name:
            return name, self.commands[name], args[len(name.split()) :]
        return super().resolve_command(ctx, args)


@click.group(
    name="verify-infra",
    cls=Verbs,
    epilog=EXIT_CODES,
    context_settings=SETTINGS,
)
@click.version_option(__version__, prog_name="verify-infra")
@click.option("--debug", is_flag=True, help="Show the traceback of an error that is the tool's own.")
def command(*, debug: bool) -> None:
    """Does what is live do what Terraform meant, and if not, which one thing do I change?

    For Azure Machine Learning on AKS. The intent is read from the Terraform source, without providers or
    credentials; what is live is read from Azure and Kubernetes, and never written.
    """


class _Called(click.Command):
    """A verb as click has it."""

    def __init__(self, verb: Verb) -> None:
        super().__init__(
            verb.name,
            params=[_clicked(parameter, _own_name(parameter, verb)) for parameter in verb.parameters],
            help=verb.function.__doc__,
            short_help=verb.short_help,
            context_settings=SETTINGS,
        )
        self._verb = verb

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The parameters' values; of those that are gathered together, in the order given."""
        given = list(args)
        rest = super().parse_args(ctx, args)
        _, _, order = self.make_parser(ctx).parse_args(given)
        for dest, names in _together(self._verb).items():
            values = {name: iter(ctx.params.pop(name)) for name in names}
            ctx.params[dest] = tuple(next(values[p.name]) for p in order if p.name in values)
        return rest

    def invoke(self, ctx: click.Context) -> object:
        """Call the verb."""
        values: Mapping[str, object] = ctx.params
        return self._verb.call(values)


def _together(verb: Verb) -> Mapping[str, list[str]]:
    """What click calls the parameters that are gathered under one name, by that name."""
    found: dict[str, list[str]] = {}
    for parameter in verb.parameters:
        found.setdefault(parameter.dest, []).append(_own_name(parameter, verb))
    return {dest: names for dest, names in found.items() if len(names) > 1}


def _own_name(parameter: Parameter, verb: Verb) -> str:
    """A name for click that no other parameter of the verb has."""
    shared = sum(other.dest == parameter.dest for other in verb.parameters) > 1
    return parameter.flags[0].lstrip("-").replace("-", "_") if shared else parameter.dest


def _clicked(parameter: Parameter, name: str) -> click.Parameter:
    names = [*parameter.flags, name]
    more: dict[str, Any] = {"metavar": parameter.metavar}
    if parameter.default is not None and not parameter.many:
        more["default"] = parameter.default
    if not parameter.flags:
        return click.Argument(names, type=_type(parameter.kind), **more)
    if parameter.flag_value is not None:
        return click.Option(names, is_flag=True, flag_value=parameter.flag_value, help=parameter.help, **more)
    more |= {"multiple": parameter.many, "show_default": parameter.show_default}
    return click.Option(names, type=_type(parameter.kind), help=parameter.help, **more)


def _type(kind: Kind) -> Any:  # what click takes for a type
    if isinstance(kind, range):
        return click.IntRange(kind.start, kind.stop - 1)
    return click.Path(path_type=Path) if kind is Path else kind


for name in VERBS:
    command.add_command(_Called(verb_named(name)))


def through_click(given: Sequence[str]) -> int:
    """Run the command as click understands the arguments; give its exit code."""
    try:
        code = command.main(list(given), prog_name="verify-infra", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE_ERROR
    except click.Abort:
        raise KeyboardInterrupt from None
    return int(code) if isinstance(code, int) else ExitCode.AGREES
