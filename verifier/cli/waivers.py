"""`verify-infra waivers`: what is accepted, through when, and which waivers are not right."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from verifier.checking.exit_code import ExitCode
from verifier.cli.declaring import flag
from verifier.cli.options import Output, source_options, verb
from verifier.cli.speaking import say
from verifier.config import Options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from verifier.checking.result import WaiverNote
    from verifier.waiver import Waiver


@verb(
    "waivers",
    "Say what is accepted, through when, and which waivers are not right.",
    *source_options,
    flag("--json", "as_json", help="Write the same as JSON on standard output."),
)
def waivers(options: Options, output: Output, *, as_json: bool) -> ExitCode:  # noqa: ARG001 - nothing is written
    """List the waivers of the Terraform root module ROOT: those of verifier.toml, and those in comments.

    Nothing is judged and nothing is read live. Exit code 1 says that one has ended, names no check, or is not right;
    which waivers are of nothing that disagrees only a run can say, and says.
    """
    from verifier.checking.bundled import checks_directory
    from verifier.checking.described import described
    from verifier.checking.policy import policy_of, today_of
    from verifier.cli.source import evaluated, tell
    from verifier.config import settings

    asked = settings(options, os.environ)
    plan = evaluated(options).plan
    policy = policy_of(asked, plan.comments)
    ids = {check.id for check in described([checks_directory(), *asked.checks])}
    wrong = policy.lint(ids)
    said = _as_json(policy.waivers, wrong) if as_json else _as_text(policy.waivers, wrong, today_of(asked.now))
    say(said)
    tell(plan.diagnostics)
    if not plan.complete:
        return ExitCode.UNREADABLE
    return ExitCode.DISAGREES if wrong else ExitCode.AGREES


def _as_text(waivers: tuple[Waiver, ...], wrong: tuple[WaiverNote, ...], today: date) -> str:
    lines = [line for waiver in waivers for line in _lines(waiver, today)]
    lines += [f"look at {n.place}: {f'{n.check}: ' if n.check else ''}{n.said}" for n in wrong]
    return "\n".join(
        [*lines, f"{len(waivers) or 'no'} waiver{'' if len(waivers) == 1 else 's'}, {len(wrong) or 'none'} to look at"]
    )


def _lines(waiver: Waiver, today: date) -> Iterator[str]:
    left = (waiver.until - today).days
    lasting = f"ended with {waiver.until}" if left < 0 else f"through {waiver.until}, {left} more days"
    yield f"{waiver.check}  {waiver.about}"
    yield f"       {lasting}{f', by {waiver.who}' if waiver.who else ''}  {waiver.place}"
    yield f"       {waiver.reason}{'; may be unverified, too' if waiver.unverified else ''}"


def _as_json(waivers: tuple[Waiver, ...], wrong: tuple[WaiverNote, ...]) -> str:
    return json.dumps(
        {
            "waivers": [
                {
                    "check": w.check,
                    "subject": w.subject,
                    "block": w.block,
                    "until": w.until.isoformat(),
                    "reason": w.reason,
                    "who": w.who,
                    "unverified": w.unverified,
                    "place": w.place,
                }
                for w in waivers
            ],
            "wrong": [{"place": n.place, "check": n.check, "said": n.said} for n in wrong],
        },
        indent=2,
        ensure_ascii=False,
    )
