"""What the next apply would do that nobody can undo."""

from __future__ import annotations

import pytest

from verifier.words import Add, Fix, Foundation, concern, disagree, intend, moved_block, note, observe

MOVES = "moved.tf"
MOVED = "https://developer.hashicorp.com/terraform/language/modules/develop/refactoring"


@pytest.mark.check(
    id="INT41",
    severity="critical",
    asks="agreement",
    of="any",
    after=["TWS01"],
    why="A workspace, a cluster or an identity that is made again has another inside: models, issuer, principal id.",
    see=[MOVED, "https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#prevent_destroy"],
)
def test_the_next_apply_keeps_what_all_else_hangs_on(foundation: Foundation) -> None:
    """The next apply neither destroys nor replaces a workspace, a cluster or an identity."""
    existence = foundation.existence
    if not foundation.at_stake or existence.recorded is None:
        return
    recorded, thing = existence.recorded, existence.subject
    concern(recorded.address)
    observe(f"live, and in the state as {recorded.address}", source=thing.arm_id)
    if not existence.planned:
        if existence.let_go:
            note("the source has a removed block for it, which says whether it is destroyed or forgotten")
            return
        note(foundation.lost)
        disagree(
            f"the next apply destroys {foundation.label}: the state has it, and the source plans it no more",
            fix=Fix(
                action="plan it again; or say with a removed block that Terraform is to forget it, destroy = false"
            ),
        )
    if recorded.address != thing.address and not existence.moved:
        note(foundation.lost)
        disagree(
            f"the next apply destroys {foundation.label} at {recorded.address} and makes it again at {thing.address}",
            fix=Fix(
                action="say that it has moved",
                place=thing.place,
                hcl=moved_block(recorded.address, thing.address),
                edits=(Add(file=MOVES, block=moved_block(recorded.address, thing.address)),),
            ),
        )
    if recorded.tainted:
        note(foundation.lost)
        disagree(
            f"the next apply replaces {foundation.label}: the state has it as tainted",
            fix=Fix(
                action="if it is sound, take the mark away",
                command=f"terraform untaint '{recorded.address}'",
                reverted_by_apply=False,
            ),
        )
    changes = foundation.replaced
    if changes:
        first = changes[0]
        intend(f"{first.argument} = {first.meant}")
        note(foundation.lost)
        disagree(
            f"the next apply replaces {foundation.label}: {first.argument} cannot be changed from {first.recorded}",
            fix=Fix(
                action=f"keep {first.argument} = {first.recorded}, or plan for a new one",
                place=first.place,
                decide="whether a new one is wanted",
            ),
        )
