"""What several resources write on one Kubernetes object, judged by the source alone: does each leave the others be?"""

from __future__ import annotations

import pytest

from verifier.words import (
    Fix,
    Metadata,
    Subject,
    World,
    clashes,
    concern,
    disagree,
    intend,
    where_said,
    writing_as_one,
)

WRITTEN = "https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/annotations"
TOGETHER = "https://github.com/hashicorp/terraform-provider-kubernetes/issues/1791"
APPLIED = "https://kubernetes.io/docs/reference/using-api/server-side-apply/"


@pytest.mark.check(
    id="INT50",
    severity="high",
    asks="coherence",
    why="Of two values for one key the last that is applied stays: each apply changes it, or fails with a conflict.",
    see=[WRITTEN, APPLIED],
)
def test_a_key_has_one_value(metadata: Subject[Metadata], world: World) -> None:
    """Every annotation and label that is written on an object has one value in all of the source."""
    stated = metadata.intent
    for said in (stated.annotations, stated.labels):
        if said.stated:
            intend(said)
    found = clashes(world, metadata)
    if not found:
        return
    first, keys = found[0], ", ".join(dict.fromkeys(clash.key for clash in found))
    concern(*first.by.concerns)
    disagree(
        f"{metadata.address} and {first.by.address} give different values to {keys} of one object",
        fix=Fix(
            action=f"say it in one of the two only; the other says it at {where_said(first.other, first.by)}",
            place=where_said(first.own, metadata),
            decide="which of the two values is meant",
        ),
    )


@pytest.mark.check(
    id="INT51",
    severity="high",
    asks="coherence",
    why="An apply takes off what its field manager wrote before and does not state now: two resources that write under "
    "one name take each other's keys away.",
    see=[TOGETHER, APPLIED],
)
def test_each_writes_under_a_name_of_its_own(metadata: Subject[Metadata], world: World) -> None:
    """No two resources write on one object under the name of one field manager."""
    manager = metadata.intent.manager
    intend(manager)
    found = writing_as_one(world, metadata)
    if not found:
        return
    for other in found:
        concern(*other.concerns)
    names = ", ".join(other.address for other in found)
    disagree(
        f"{metadata.address} and {names} write on one object as field manager {manager.value}: each takes off what the "
        "other wrote",
        fix=Fix(
            action="give each a field_manager of its own",
            place=where_said(manager, metadata),
            decide="what each is called",
        ),
    )
