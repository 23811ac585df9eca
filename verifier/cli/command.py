"""The command and its verbs, and what every way of failing looks like from outside."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

import click

from verifier import __version__
from verifier.checking.result import ExitCode
from verifier.cli.console import console
from verifier.cli.drift import drift
from verifier.cli.gate import gate
from verifier.cli.plan import plan
from verifier.cli.run import run
from verifier.cli.simulate import simulate
from verifier.cli.snapshot import snapshot
from verifier.cli.snapshot_diff import snapshot_diff
from verifier.cli.waivers import waivers
from verifier.cli.why import why
from verifier.errors import VerifyInfraError

EXIT_CODES = "\b\nExit codes:\n" + "\n".join(f"  {code.value:>2}  {code.meaning}" for code in ExitCode)


class Verbs(click.Group):
    """Lists its verbs in the order they were added: the main one first. A verb may have two words: `snapshot diff`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The verbs' names."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that the arguments begin with, and the arguments that are left for it."""
        two_words = " ".join(args[:2])
        if two_words in self.commands:
            return two_words, self.commands[two_words], args[2:]
        return super().resolve_command(ctx, args)


@click.group(
    name="verify-infra",
    cls=Verbs,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="verify-infra")
@click.option("--debug", is_flag=True, help="Show the traceback of an error that is the tool's own.")
def command(*, debug: bool) -> None:
    """Does what is live do what Terraform meant, and if not, which one thing do I change?

    For Azure Machine Learning on AKS. The intent is read from the Terraform source, without providers or
    credentials; what is live is read from Azure and Kubernetes, and never written.
    """


for verb in (run, gate, drift, waivers, plan, why, console, snapshot, snapshot_diff, simulate):
    command.add_command(verb)


def call(arguments: Sequence[str] | None = None) -> int:
    """Run the command; give an exit code, whatever happens."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = command.main(given, prog_name="verify-infra", standalone_mode=False)
        sys.stdout.flush()
    except VerifyInfraError as error:
        click.echo(f"verify-infra: {error}", err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE_ERROR
    except (click.Abort, KeyboardInterrupt):
        click.echo("verify-infra: interrupted", err=True)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (head, a pager) went away: nobody is left to tell. Give the interpreter's own
        # flush at exit somewhere to write to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the outermost border: whatever is left is a defect of ours
        return _defect(error, given)
    return int(code) if isinstance(code, int) else ExitCode.AGREES


def _defect(error: Exception, given: Sequence[str]) -> int:
    """Say that the tool broke, which proves nothing of the infrastructure."""
    if "--debug" in given:
        traceback.print_exception(error, file=sys.stderr)
    else:
        first_line = (str(error).splitlines() or [""])[0]
        click.echo(
            f"verify-infra: a defect of verify-infra itself: {type(error).__name__}: {first_line}\n"
            "  expected: a report; nothing is proved of the infrastructure\n"
            f"  next: please report it with what this prints: verify-infra --debug {' '.join(given)}",
            err=True,
        )
    return ExitCode.INTERNAL_ERROR
