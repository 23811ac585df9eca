"""The attached compute, and the identity that its jobs run as."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from verifier.words import (
    Compute,
    Fix,
    Subject,
    World,
    agree,
    by_replacing,
    concern,
    disagree,
    edits_for_identity,
    how_to_change,
    intend,
    live_extensions_on,
    name_of,
    note,
    observe,
    same_arm_id,
    same_arm_ids,
    same_word,
    text_of,
    where_to_say,
    wrong_in_name,
)

ATTACH = "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace"
IDENTITY = "https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication"
TROUBLE = "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-compute"
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
            decide="as which identity jobs are to run: not just one that can be named there is granted the data",
            replace=compute.address,
        ),
    )


@pytest.mark.check(
    id="INT17",
    severity="medium",
    asks="coherence",
    link=11,
    after=["INT16"],
    why="Of several identities jobs run as the first alone, and which one is first is the service's to say.",
    see=[ATTACH],
)
def test_the_compute_declares_one_identity(compute: Subject[Compute], world: World) -> None:
    """The Kubernetes compute declares at most one identity: its own, or one that is user-assigned."""
    of_type, assigned = compute.intent.identity_type, compute.intent.identity_ids
    intend(assigned)
    if not assigned.value:
        intend(of_type)
    both = assigned.value and "systemassigned" in of_type.value.casefold()
    if len(assigned.value) + bool(both) < 2:
        return
    note(DETACH)
    named = [name_of(i) for i in assigned.value]
    listed = ", ".join(["its own identity", *named] if both else named)
    _, place = how_to_change(world.plan, assigned, compute, "[one]")
    disagree(
        f"{compute.label} declares {listed}, and its jobs run as one of them alone",
        fix=Fix(
            action=f"keep the identity that has the data roles; then apply with -replace={compute.address!r}",
            place=place,
            decide="as which of them jobs are to run",
        ),
    )


@pytest.mark.check(
    id="INT36",
    severity="high",
    asks="coherence",
    link=4,
    why="The service refuses other names, and says so only when the compute is attached.",
    see=["https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules"],
)
def test_the_name_of_the_compute_is_one_that_azure_takes(compute: Subject[Compute], world: World) -> None:
    """The compute's name has 2 to 16 letters, digits and hyphens."""
    name = compute.intent.name
    intend(name)
    wrong = wrong_in_name(name.value)
    if wrong:
        _, place = how_to_change(world.plan, name, compute, "another")
        disagree(
            f"the name {name.value or '(empty)'} of the compute {wrong}",
            fix=Fix(
                action="give it 2 to 16 letters, digits and hyphens; jobs that name it change too",
                place=place,
                decide="the name",
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


@pytest.mark.check(
    id="CMP04",
    severity="high",
    asks="invariant",
    of="any",
    link=4,
    after=["CMP01", "CMP06", "AKS03", "EXT01", "EXT03", "EXT08"],
    why="A compute that was not attached whole takes no job.",
    see=[ATTACH, TROUBLE],
)
def test_the_compute_is_attached(compute: Subject[Compute], world: World) -> None:
    """The compute's provisioning succeeded, and it reports no error."""
    found = compute.live
    if not world.there.meant(found.cluster_id):
        pytest.skip("the compute is on a cluster that Terraform does not use")
    concern(*_hosts(found, world))
    state = found.provisioning_state
    observe(state)
    again = f"apply with -replace={compute.address!r}" if compute.address else "detach it and attach it again"
    if not same_word(state.value, "Succeeded"):
        disagree(
            f"{compute.label} is {state.value or 'in no state'}, not Succeeded",
            fix=Fix(action=f"read in its provisioningErrors why, then {again}", place=compute.place),
        )
    if found.errors.value:
        disagree(
            f"{compute.label} reports: {found.errors.value[0]}",
            fix=Fix(action=f"mend what it reports, then {again}", place=compute.place),
        )


@pytest.mark.check(
    id="CMP05",
    severity="medium",
    asks="agreement",
    link=9,
    after=["CMP01"],
    why="Jobs run in the compute's namespace: elsewhere they find other service accounts, volumes and quotas.",
    see=[ATTACH],
)
def test_the_compute_is_attached_as_intended(compute: Subject[Compute]) -> None:
    """The live compute's namespace, and its local authentication where Terraform says it, are the intended ones."""
    meant, found = compute.intent, compute.live
    fix = Fix(action=f"apply with -replace={compute.address!r}: {DETACH}", place=compute.place)
    if meant.local_auth_disabled.stated:
        agree(meant.local_auth_disabled, found.local_auth_disabled, fix=fix)
    if meant.namespace.stated:
        agree(meant.namespace, found.namespace, fix=fix)


@pytest.mark.check(
    id="EXT06",
    severity="medium",
    asks="invariant",
    of="any",
    link=6,
    after=["EXT01", "EXT05", "EXT02", "EXT08", "CMP01"],
    why="Installed again, the extension has another identity, and computes attached before know the old one only.",
    see=[ATTACH, TROUBLE],
)
def test_the_compute_knows_the_extension(compute: Subject[Compute], world: World) -> None:
    """The extension's identity that the service noted for the compute is the one that the extension has."""
    found = compute.live
    if not world.there.meant(found.cluster_id):
        pytest.skip("the compute is on a cluster that Terraform does not use")
    noted = found.extension_principal
    observe(noted)
    if not noted.value:
        pytest.skip("the service notes no identity of the extension for this compute")
    extensions = live_extensions_on(world, found.cluster_id.value)
    concern(*(key for e in extensions for key in e.concerns))
    principals = [e.live.assigned_principal for e in extensions]
    real = [p.value for p in principals if p.value]
    if not real:
        pytest.skip("no extension on the cluster has an identity, which EXT05 and EXT08 say")
    intend(principals[0])
    if not any(same_word(noted.value, principal) for principal in real):
        disagree(
            f"{compute.label} was attached with the extension's identity {noted.value}, which is now {real[0]}",
            fix=Fix(
                action=f"attach the compute again, same name and namespace{by_replacing(compute)}",
                place=compute.place,
            ),
        )


def _hosts(found: Compute, world: World) -> Iterator[str]:
    """The keys of what a compute stands on: a stopped cluster or a failed extension explains one that failed."""
    for cluster in world.clusters:
        if found.cluster_id.known and same_arm_id(cluster.arm_id, found.cluster_id.value):
            yield from cluster.concerns
    for extension in world.extensions:
        if found.cluster_id.known and extension.arm_id.casefold().startswith(found.cluster_id.value.casefold() + "/"):
            yield from extension.concerns
