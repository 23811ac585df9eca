"""`verify-infra simulate`: a world to try things on."""

from __future__ import annotations

from pathlib import Path

from verifier.checking.exit_code import ExitCode
from verifier.cli.declaring import argument, option
from verifier.cli.options import small_verb


@small_verb(
    "simulate",
    "Serve a world or snapshot on 127.0.0.1.",
    argument("world", kind=Path, metavar="FILE"),
    option("--port", kind=range(65536), default=0, help="Default: any free one."),
    option(
        "--write-ca",
        kind=Path,
        metavar="FILE",
        help="Serve over TLS, and write the certificate of the authority to trust for it into this file.",
    ),
)
def simulate(world: Path, port: int, write_ca: Path | None) -> ExitCode:
    """Serve the world or snapshot FILE as Azure and Kubernetes on 127.0.0.1, until interrupted."""
    from verifier.simulator import serve

    serve(world, port=port, authority_file=write_ca)
    return ExitCode.AGREES
