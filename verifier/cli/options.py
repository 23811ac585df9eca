"""The options that verbs share, and what they become: verifier.config.Options and Output."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.cli.declaring import Parameter, Verb, argument, flag, option
from verifier.config import CLOUDS, DEFAULT_DEADLINE, Options
from verifier.hcl.frozen import frozen
from verifier.preferences import SEVERITIES

if TYPE_CHECKING:
    from verifier.checking.exit_code import ExitCode


@frozen(kw_only=True)
class Output:
    """Where a verb's results go. `compare` is the report of an earlier run, `history` the folder that keeps one."""

    file: Path | None = None
    json: Path | None = None
    compare: Path | None = None
    write_baseline: Path | None = None
    history: Path | None = None
    verbose: bool = False


def verb(name: str, short_help: str, *parameters: Parameter) -> Callable[[Callable[..., ExitCode]], Verb]:
    """A verb about Terraform source: its function takes Options and Output, and one by one what is its own."""
    return lambda function: Verb(
        name=name, short_help=short_help, parameters=parameters, gathered=(Options, Output), function=function
    )


def small_verb(name: str, short_help: str, *parameters: Parameter) -> Callable[[Callable[..., ExitCode]], Verb]:
    """A verb about something else: its function takes all its parameters one by one."""
    return lambda function: Verb(
        name=name, short_help=short_help, parameters=parameters, gathered=(), function=function
    )


source_options = (
    argument("root", kind=Path, default=Path()),
    option("--var-file", "inputs", kind=Path, many=True, metavar="FILE", help="As terraform's -var-file."),
    option(
        "--var", "inputs", many=True, metavar="NAME=VALUE", help="As terraform's -var. Of one variable the last wins."
    ),
    flag("--no-cache", "cache", gives=False, help="Parse every file again; leave the cache alone."),
)
"""Which Terraform source is meant, and with which values."""

check_options = (
    option(
        "--checks",
        kind=Path,
        many=True,
        metavar="DIR",
        help="A folder of your own checks, beside the bundled ones. May be given again.",
    ),
    option("-k", "select", default="", metavar="EXPR", help="Only the checks that match, as pytest's -k."),
)
"""Which checks are run."""

_where_options = (
    option("--subscription", default="", metavar="ID", help="Instead of the one the provider block names."),
    option("--cloud", default="", metavar="NAME", help=f"{', '.join(CLOUDS)}. Default: {CLOUDS[0]}."),
    option(
        "--arm-endpoint",
        default="",
        metavar="URL",
        help="Another Azure Resource Manager. Plain http for loopback only. Also VERIFIER_ARM_ENDPOINT.",
    ),
)

_within_options = (
    option(
        "--kubernetes-endpoint",
        default="",
        metavar="URL",
        help="Another Kubernetes API server. Plain http for loopback only. Also VERIFIER_KUBERNETES_ENDPOINT.",
    ),
    option(
        "--blob-endpoint",
        default="",
        metavar="URL",
        help="Another blob service, of which the azurerm backend's state is read. Plain http for loopback only. Also "
        "VERIFIER_BLOB_ENDPOINT.",
    ),
    option(
        "--kubernetes-ca",
        kind=Path,
        metavar="FILE",
        help="Certificates that the server at --kubernetes-endpoint is checked against. Also VERIFIER_KUBERNETES_CA.",
    ),
    option("--kubeconfig", kind=Path, metavar="FILE", help="Where --kube-context is looked up."),
    option(
        "--kube-context",
        default="",
        metavar="NAME",
        help="Read the cluster through this kubeconfig context. Default: at its own API server, where it is integrated "
        "with Entra.",
    ),
    flag("--no-kubernetes", "kubernetes", gives=False, help="Leave what is inside the cluster unread."),
)

_how_options = (
    option(
        "--deadline",
        "deadline_seconds",
        kind=float,
        metavar="SECONDS",
        help=f"What is not read by then is unverified. Default: {DEFAULT_DEADLINE:g}.",
    ),
    option(
        "--trace",
        kind=Path,
        metavar="FILE",
        help="Write a JSON line about each request: method, path, api_version, status, milliseconds, request_id.",
    ),
)

azure_options = (*_where_options, *_within_options, *_how_options)
"""Where what is live is read, and for how long."""

arm_options = (*_where_options, *_how_options)
"""The same for what Azure Resource Manager alone is asked."""

simulate_option = option(
    "--simulate",
    "simulated",
    kind=Path,
    metavar="FILE",
    help="Not Azure but this world, served by a simulator started for the purpose.",
)
snapshot_option = option(
    "--snapshot", kind=Path, metavar="FILE", help="Not Azure but what `verify-infra snapshot` wrote."
)

state_options = (
    option(
        "--state",
        kind=Path,
        metavar="FILE",
        help="Terraform's state: a terraform.tfstate, or `terraform show -json` of a state or a plan. "
        "Default: that of the local or the azurerm backend.",
    ),
    option(
        "--backend-config",
        many=True,
        metavar="FILE|NAME=VALUE",
        help="As terraform init's -backend-config, for an azurerm backend whose block does not say everything.",
    ),
)
"""What Terraform recorded at its last apply."""

judgement_options = (
    option(
        "--fail-on",
        default="",
        metavar="SEVERITY",
        help=f"The least severity whose disagreements fail the run: {', '.join(SEVERITIES)}. Default: all fail it.",
    ),
    option(
        "--baseline",
        kind=Path,
        metavar="FILE",
        help="What disagrees and is in this file, which --write-baseline wrote, does not fail the run.",
    ),
    option(
        "--write-baseline",
        kind=Path,
        metavar="FILE",
        help="Write what disagrees now into this file. The exit code is the run's own all the same.",
    ),
)
"""What fails a run."""

report_options = (
    option("--json", kind=Path, metavar="FILE", help="Write the report as JSON too (docs/report.schema.json)."),
    flag("-v", "--verbose", help="Say everything: of symptoms, of what agrees, of what was read."),
)
"""How a run is reported."""
