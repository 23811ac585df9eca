"""Policies: what they keep otherwise than Terraform says, so that no apply changes it."""

from __future__ import annotations

import pytest

from verifier.words import (
    Existence,
    Fix,
    World,
    disagree,
    governed_facts,
    intend,
    note,
    observe,
    policies_on,
    text_of,
    where_said,
)

EXEMPTION = "https://learn.microsoft.com/azure/governance/policy/concepts/exemption-structure"
EFFECTS = "https://learn.microsoft.com/azure/governance/policy/concepts/effect-basics"


@pytest.mark.check(
    id="POL01",
    severity="high",
    asks="agreement",
    link=18,
    why="What a policy denies or sets by itself springs back, however often it is set or applied.",
    see=[EXEMPTION, EFFECTS],
)
def test_no_policy_keeps_it_otherwise(governed_thing: Existence, world: World) -> None:
    """No policy keeps who may reach it, or how, otherwise than Terraform says."""
    subject = governed_thing.subject
    if not subject.exists:
        pytest.skip(f"{subject.label} does not exist, which TWS01 says")
    kept = []
    for field, (meant, found) in governed_facts(governed_thing).items():
        intend(meant)
        observe(found)
        if not subject.kind.compares[field](meant.value, found.value):
            kept += [(policy, meant, found) for policy in policies_on(world, subject, field)]
    if not kept:
        return
    policy, meant, found = kept[0]
    intend(meant)
    observe(found)
    for other, _, fact in kept[1:]:
        note(f"{other.name} ({other.effect}) keeps {fact.name}, assigned as {other.assignment_id}")
    note(f"another apply, or another az command, ends the same way: {policy.effect} is the policy's own doing")
    scope = f"--scope {subject.arm_id} --policy-assignment {policy.assignment_id}"
    disagree(
        f"the policy {policy.name} ({policy.effect}) keeps {found.name} of {subject.label} at {text_of(found)}",
        fix=Fix(
            action=f"have the policy's owners exempt {subject.label}, or say in the source what is live",
            place=where_said(meant, subject),
            command=f"az policy exemption create --name verified --exemption-category Waiver {scope}",
            reverted_by_apply=False,
            weakens_security=True,
        ),
    )
