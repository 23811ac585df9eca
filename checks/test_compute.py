"""The attached compute, and the identity that its jobs run as."""

from __future__ import annotations

import pytest

from verifier.words import (
    Compute,
    Fix,
    Subject,
    World,
    agree,
    disagree,
    edits_for_identity,
    intend,
    note,
    observe,
    same_arm_id,
    same_arm_ids,
    same_word,
    text_of,
    where_to_say,
)

ATTACH = "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace"
IDENTITY = "https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication"
DETACH = "a Kubernetes compute cannot be updated in place: detach it and attach it again, same name and namespace"


@pytest.mark.check(
    id="INT16",
    severity="critical",
    asks="coherence",
    link=11,
    why="Training jobs read data as the identity of the compute; without one they have no credential at all.",
    see=[ATTACH, IDENTITY],
)
def test_the_compute_declares_an_identity(compute: Subject[Compute], world: World) -> None:
    """The Kubernetes compute declares the identity that its jobs run as."""
    identity = compute.intent.identity_type
    intend(identity)
    if identity.value:
        return
    observe(f"{compute.address} has no identity block")
    note(DETACH)
    action, place = where_to_say(world.plan, identity, compute)
    disagree(
        f"{compute.label} declares no identity: its jobs have nothing to read data with",
        fix=Fix(
            action=f"{action}: the identity that jobs are to run as; then apply with -replace={compute.address!r}",
            place=place,
            edits=edits_for_identity(world, compute),
            replace=compute.address,
        ),
    )


@pytest.mark.check(
    id="CMP01",
    severity="critical",
    asks="agreement",
    link=4,
    after=["INT05"],
    why="A job names its compute; if that is not this cluster, it runs elsewhere or nowhere.",
    see=[ATTACH],
)
def test_the_compute_is_this_cluster(compute: Subject[Compute]) -> None:
    """The compute that Terraform plans exists, and is attached to the intended cluster."""
    meant, found = compute.intent, compute.live
    agree(
        meant.cluster_id,
        found.cluster_id,
        same=same_arm_id,
        fix=Fix(action="detach the compute, then apply the configuration", place=compute.place),
    )
    if meant.name.known and not same_word(meant.name.value, found.name.value):
        note(f"it is attached as {found.name.value}, not {meant.name.value}: jobs must name it so")


@pytest.mark.check(
    id="CMP02",
    severity="critical",
    asks="agreement",
    of="any",
    link=11,
    after=["INT16", "CMP01"],
    why="Training jobs read data as the identity of the compute; without one they have no credential at all.",
    see=[ATTACH, IDENTITY],
)
def test_the_compute_has_its_identity(compute: Subject[Compute]) -> None:
    """The live compute has an identity, the one that Terraform says."""
    found = compute.live
    observe(found.identity_type)
    if compute.planned:
        intend(compute.intent.identity_type)
    again = f"apply with -replace={compute.address!r}" if compute.address else "detach the compute and attach it again"
    fix = Fix(action=again, place=compute.place, replace=compute.address)
    if not found.identity_type.value:
        note(DETACH)
        disagree(f"{compute.label} has no identity: its jobs have nothing to read data with", fix=fix)
    if not compute.planned:
        note("made outside Terraform")
        return
    agree(compute.intent.identity_type, found.identity_type, same=same_word, fix=fix)
    meant, real = compute.intent.identity_ids, found.identity_ids
    if not (meant.value or real.value):
        return
    intend(meant)
    observe(real)
    if not same_arm_ids(meant.value, real.value):
        if len(real.value) > 1:
            note("only the first user-assigned identity of a Kubernetes compute is used")
        disagree(f"{compute.label} has the identity {text_of(real)}, not {text_of(meant)}", fix=fix)
