"""`verify-infra roles refresh`: the built-in roles as a subscription has them today."""

from __future__ import annotations

import os

from verifier.checking.exit_code import ExitCode
from verifier.cli.options import Output, arm_options, simulate_option, source_options, verb
from verifier.cli.speaking import say
from verifier.config import Options, settings


@verb(
    "roles refresh",
    "Read the built-in roles from Azure, for later runs.",
    *source_options,
    *arm_options,
    simulate_option,
)
def roles_refresh(options: Options, output: Output) -> ExitCode:  # noqa: ARG001 - every verb is given both
    """Read every built-in role from the subscription, and write verifier.roles.json beside ROOT.

    Runs of ROOT judge by that file from then on, and by the roles that come with verify-infra where it has none.
    Whoever may read role definitions may do it; nothing else is read.
    """
    from verifier.access.table import FILE, table_text
    from verifier.cli.files import write
    from verifier.cli.simulated import simulated
    from verifier.errors import AccessError

    with simulated(settings(options, os.environ)) as asked:
        from verifier.world.observe import listed_roles

        definitions, day = listed_roles(asked)
    text, count = table_text(definitions, source=asked.live, day=day)
    if not count:
        raise AccessError(
            "Azure named no built-in role",
            expected="some hundred of them",
            next_step="see that the subscription is the right one: --subscription",
        )
    file = options.root / FILE
    write(file, text)
    say(f"{count} built-in roles, {file.as_posix()}")
    return ExitCode.AGREES
