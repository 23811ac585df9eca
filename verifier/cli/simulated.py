"""A simulator for the length of one run, and an environment in which only it can be reached."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from verifier.cli.speaking import complain
from verifier.config import Settings
from verifier.hcl.frozen import replace
from verifier.live.snapshot import moment

_CREDENTIALS = ("AZURE_", "IDENTITY_", "MSI_", "IMDS_", "ARM_CLIENT_", "ARM_OIDC_", "ARM_TENANT_")
_NOT_CREDENTIALS = frozenset({"AZURE_SUBSCRIPTION_ID"})


@contextmanager
def simulated(settings: Settings) -> Iterator[Settings]:
    """Serve `settings.simulated` if there is one, and yield the settings that read from it. Says so on stderr.

    What is recent is so by when the world was taken. The process's own credentials are out of reach meanwhile: no real
    token is asked for, and none can be sent.
    """
    if settings.simulated is None:
        yield settings
        return
    from verifier.simulator import Simulator

    with Simulator(settings.simulated) as simulator:
        complain(f"verify-infra: not Azure: a simulator serves {settings.simulated.as_posix()}")
        environment = {
            **without_credentials(settings.environment),
            **simulator.identity_environment(),
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }
        with _process_environment(environment):
            yield replace(
                settings,
                arm_endpoint=simulator.arm_endpoint,
                kubernetes_endpoint=simulator.kubernetes_endpoint,
                blob_endpoint=simulator.blob_endpoint,
                environment=environment,
                now=settings.now or moment(simulator.world.taken),
            )


def without_credentials(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment without what azure-identity or the Terraform provider take a credential from."""
    return {
        name: value
        for name, value in environment.items()
        if name in _NOT_CREDENTIALS or not name.startswith(_CREDENTIALS)
    }


@contextmanager
def _process_environment(environment: Mapping[str, str]) -> Iterator[None]:
    """Azure's libraries look nowhere but in the process's own environment."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
