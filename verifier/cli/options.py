"""The options that verbs share, and what they become: verifier.config.Options and Output."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import click

from verifier.config import CLOUDS, DEFAULT_DEADLINE, Options
from verifier.preferences import SEVERITIES
from verifier.hcl.frozen import field_names, frozen

Decorator: TypeAlias = "Callable[[Callable[..., Any]], Callable[..., Any]]"

_FILE = click.Path(path_type=Path)


@frozen(kw_only=True)
class Output:
    """Where a verb's results go. `compare` is the report of an earlier run, `history` the folder that keeps one."""

    file: Path | None = None
    json: Path | None = None
    compare: Path | None = None
    write_baseline: Path | None = None
    history: Path | None = None
    verbose: bool = False


class Verb(click.Command):
    """A command whose function takes its parameters as Options and Output, and one by one what is the verb's own."""

    def invoke(self, ctx: click.Context) -> object:
        """Call the verb's function."""
        if self.callback is None:
            raise TypeError(f"{self.name} has no function")
        own = {name: value for name, value in ctx.params.items() if name not in _OPTIONS | _OUTPUT}
        return ctx.invoke(self.callback, _asked(ctx), _output(ctx), **own)


_OPTIONS = frozenset(field_names(Options))
_OUTPUT = frozenset(field_names(Output))


def _asked(context: click.Context) -> Options:
    return Options(**{name: value for name, value in context.params.items() if name in _OPTIONS})


def _output(context: click.Context) -> Output:
    return Output(**{name: value for name, value in context.params.items() if name in _OUTPUT})


def _all(*decorators: Decorator) -> Decorator:
    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


source_options = _all(
    click.argument("root", type=_FILE, default=Path()),
    click.option(
        "--var-file", "var_files", type=_FILE, multiple=True, metavar="FILE", help="As terraform's -var-file."
    ),
    click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="As terraform's -var."),
    click.option(
        "--no-cache", "cache", flag_value=False, default=True, help="Parse every file again; leave the cache alone."
    ),
)
"""Which Terraform source is meant, and with which values."""

check_options = _all(
    click.option(
        "--checks",
        type=_FILE,
        multiple=True,
        metavar="DIR",
        help="A folder of your own checks, beside the bundled ones. May be given again.",
    ),
    click.option("-k", "select", default="", metavar="EXPR", help="Only the checks that match, as pytest's -k."),
)
"""Which checks are run."""

azure_options = _all(
    click.option("--subscription", default="", metavar="ID", help="Instead of the one the provider block names."),
    click.option("--cloud", default="", metavar="NAME", help=f"{', '.join(CLOUDS)}. Default: {CLOUDS[0]}."),
    click.option(
        "--arm-endpoint",
        default="",
        metavar="URL",
        help="Another Azure Resource Manager. Plain http for loopback only. Also VERIFIER_ARM_ENDPOINT.",
    ),
    click.option(
        "--kubernetes-endpoint",
        default="",
        metavar="URL",
        help="Another Kubernetes API server. Plain http for loopback only. Also VERIFIER_KUBERNETES_ENDPOINT.",
    ),
    click.option(
        "--kubernetes-ca",
        type=_FILE,
        metavar="FILE",
        help="Certificates that the server at --kubernetes-endpoint is checked against. Also VERIFIER_KUBERNETES_CA.",
    ),
    click.option("--kubeconfig", type=_FILE, metavar="FILE", help="Where --kube-context is looked up."),
    click.option(
        "--kube-context", default="", metavar="NAME", help="Read the cluster through this kubeconfig context."
    ),
    click.option(
        "--deadline",
        "deadline_seconds",
        type=float,
        metavar="SECONDS",
        help=f"What is not read by then is unverified. Default: {DEFAULT_DEADLINE:g}.",
    ),
    click.option(
        "--trace",
        type=_FILE,
        metavar="FILE",
        help="Write a JSON line about each request: method, path, api_version, status, milliseconds, request_id.",
    ),
)
"""Where what is live is read, and for how long."""

simulate_option: Decorator = click.option(
    "--simulate",
    "simulated",
    type=_FILE,
    metavar="FILE",
    help="Not Azure but this world, served by a simulator started for the purpose.",
)
snapshot_option: Decorator = click.option(
    "--snapshot", type=_FILE, metavar="FILE", help="Not Azure but what `verify-infra snapshot` wrote."
)

state_option: Decorator = click.option(
    "--state",
    type=_FILE,
    metavar="FILE",
    help="Terraform's state: a terraform.tfstate, or `terraform show -json` of a state or a plan. "
    "Default: the local backend's, where there is one.",
)
"""What Terraform recorded at its last apply."""

judgement_options = _all(
    click.option(
        "--fail-on",
        default="",
        metavar="SEVERITY",
        help=f"The least severity whose disagreements fail the run: {', '.join(SEVERITIES)}. Default: all fail it.",
    ),
    click.option(
        "--baseline",
        type=_FILE,
        metavar="FILE",
        help="What disagrees and is in this file, which --write-baseline wrote, does not fail the run.",
    ),
    click.option(
        "--write-baseline",
        type=_FILE,
        metavar="FILE",
        help="Write what disagrees now into this file. The exit code is the run's own all the same.",
    ),
)
"""What fails a run."""

report_options = _all(
    click.option("--json", type=_FILE, metavar="FILE", help="Write the report as JSON too (docs/report.schema.json)."),
    click.option(
        "-v", "--verbose", is_flag=True, help="Say everything: of symptoms, of what agrees, of what was read."
    ),
)
"""How a run is reported."""
