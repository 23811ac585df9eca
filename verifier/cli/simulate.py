"""`verify-infra simulate`: a world to try things on."""

from __future__ import annotations

from pathlib import Path

import click

from verifier.checking.result import ExitCode


@click.command(short_help="Serve a world or snapshot on 127.0.0.1.")
@click.argument("world", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Default: any free one.")
def simulate(world: Path, port: int) -> ExitCode:
    """Serve the world or snapshot FILE as Azure and Kubernetes on 127.0.0.1, until interrupted."""
    from verifier.simulator import serve

    serve(world, port=port)
    return ExitCode.AGREES
