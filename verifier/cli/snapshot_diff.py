"""`verify-infra snapshot diff`: what changed between two snapshots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from verifier.checking.exit_code import ExitCode
from verifier.cli.declaring import argument
from verifier.cli.options import small_verb
from verifier.cli.speaking import complain, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verifier.live.difference import Change

_SAID = {
    "appeared": "appeared   {what}",
    "went": "went       {what}",
    "changed": "changed    {what}",
    "seen": "seen now   {what} (before, it could not be looked for)",
    "not seen": "not seen   {what} (now, it could not be looked for)",
}


@small_verb(
    "snapshot diff",
    "Say what changed between two snapshots.",
    argument("before", kind=Path),
    argument("after", kind=Path),
)
def snapshot_diff(before: Path, after: Path) -> ExitCode:
    """Say what appeared, went or changed between the snapshots BEFORE and AFTER, by resource and property.

    Exit code 0 says that they are equal, 1 that they differ. Where one snapshot could not look, nothing is said to
    have appeared or gone.
    """
    from verifier.live.difference import difference
    from verifier.live.snapshot import load

    changes = difference(load(before), load(after))
    for change in changes:
        for line in lines_of(change):
            say(line)
    complain(f"verify-infra: {len(changes) or 'no'} difference{'' if len(changes) == 1 else 's'}")
    return ExitCode.DISAGREES if changes else ExitCode.AGREES


def lines_of(change: Change) -> Iterator[str]:
    """A change for people: what it is, and below it each property with its value before and after."""
    yield _SAID[change.word].format(what=change.what)
    for each in change.properties:
        yield f"           {each.path}: {each.before or '(nothing)'} -> {each.after or '(nothing)'}"
