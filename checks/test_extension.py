"""The Azure ML extension on the cluster."""

from __future__ import annotations

import pytest

from verifier.words import (
    Cluster,
    Compute,
    Extension,
    Fix,
    NotKnown,
    Subject,
    World,
    agree,
    arm_key,
    concern,
    disagree,
    extensions_kept_out,
    extensions_meant,
    group_of,
    inert,
    intend,
    live_extensions_on,
    name_of,
    note,
    observe,
    same_arm_id,
    same_setting,
    same_word,
    text_of,
)

DEPLOY = "https://learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension"
TROUBLE = "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-extension"
SPELT = "Microsoft.AzureML.Kubernetes"
ATTACH = "https://learn.microsoft.com/azure/machine-learning/how-to-attach-kubernetes-to-workspace"


@pytest.mark.check(
    id="EXT01",
    severity="critical",
    asks="agreement",
    link=5,
    after=["INT03", "INT05", "INT32"],
    why="The extension is what runs jobs on the cluster; without it nothing does.",
    see=[DEPLOY],
)
def test_the_intended_extension_exists(extension: Subject[Extension]) -> None:
    """The Azure ML extension that Terraform plans is installed on its cluster, under any name."""
    intend(extension.intent.extension_type)
    found = extension.live
    observe(found.extension_type)
    meant_name, real_name = extension.intent.name, found.name
    if meant_name.known and not same_word(meant_name.value, real_name.value):
        note(
            f"it is installed as {real_name.value}, not {meant_name.value}: until it is imported, "
            "the next apply tries to install a second one"
        )


@pytest.mark.check(
    id="EXT02",
    severity="high",
    asks="invariant",
    of="any",
    link=5,
    why="Two extensions bring the same resources: the second ends with invalid ownership metadata.",
    see=[TROUBLE],
)
def test_the_cluster_has_one_extension(cluster: Subject[Cluster], world: World) -> None:
    """At most one Azure ML extension is installed on the cluster."""
    if not world.there.holds(cluster):
        pytest.skip("Terraform uses another cluster")
    if not cluster.arm_id:
        raise NotKnown(f"the id of {cluster.label} is not known before apply")
    found = live_extensions_on(world, cluster.arm_id)
    names = sorted(e.live.name.value for e in found)
    observe(", ".join(names) or "no Azure ML extension")
    if len(found) < 2:
        return
    concern(*(key for e in found for key in e.concerns))
    spare = [e for e in found if not e.planned] or list(found[1:])
    disagree(
        f"{len(found)} Azure ML extensions are on {cluster.label}: {', '.join(names)}",
        fix=Fix(
            action=f"remove {spare[0].live.name.value}",
            command=f"az k8s-extension delete --cluster-type managedClusters --name {spare[0].live.name.value} "
            f"--cluster-name {cluster.name} --resource-group …",
            reverted_by_apply=False,
        ),
    )


@pytest.mark.check(
    id="EXT03",
    severity="critical",
    asks="invariant",
    of="any",
    link=5,
    after=["EXT01", "EXT02", "INT30", "INT31"],
    why="A failed extension takes jobs and leaves them queued.",
    see=[TROUBLE],
)
def test_the_extension_is_installed_without_errors(extension: Subject[Extension]) -> None:
    """The extension's provisioning succeeded, and it reports no error."""
    found = extension.live
    observe(found.provisioning_state)
    name = found.name.value
    look = Fix(
        action="read what the extension reports, then install it again",
        command=f"az k8s-extension show --cluster-type managedClusters --name {name} --cluster-name … -g …",
        reverted_by_apply=False,
    )
    if not same_word(found.provisioning_state.value, "Succeeded"):
        disagree(f"the extension {name} is {found.provisioning_state.value or 'in no state'}, not Succeeded", fix=look)
    if found.errors.value:
        disagree(f"the extension {name} reports: {found.errors.value[0]}", fix=look)


@pytest.mark.check(
    id="EXT04",
    severity="medium",
    asks="agreement",
    link=5,
    after=["EXT01"],
    why="What the extension was told decides what it can do: without enableTraining it refuses every job (E45004).",
    see=[DEPLOY],
)
def test_the_extension_has_the_intended_settings(extension: Subject[Extension]) -> None:
    """Every setting that Terraform gives the extension, protected ones aside, is the live one."""
    meant, found = extension.intent.settings, extension.live.settings
    intend(meant)
    observe(found)
    unknown = []
    for key in sorted(meant.value):
        stated, real = extension.intent.setting(key), extension.live.setting(key)
        if not (stated.known and real.known):
            unknown.append(key)
        elif not real.stated or not same_setting(stated.value, real.value):
            disagree(
                f"the setting {key} is {text_of(real)}, not {text_of(stated)}",
                fix=Fix(action="apply the configuration: `terraform apply`", place=extension.place),
            )
    if unknown:
        raise NotKnown(f"the setting {unknown[0]} is not known before apply, or is a secret that was not kept")


@pytest.mark.check(
    id="EXT05",
    severity="high",
    asks="invariant",
    of="any",
    link=6,
    after=["EXT01"],
    why="Azure gives the extension an identity of its own; without it, it cannot reach the workspace.",
    see=[TROUBLE],
)
def test_the_extension_has_an_identity_of_its_own(extension: Subject[Extension]) -> None:
    """Azure has assigned the extension its own identity."""
    principal = extension.live.assigned_principal
    observe(principal)
    if not principal.value:
        disagree(
            "the extension has no identity of its own (RefreshExtensionIdentityNotSet)",
            fix=Fix(
                action="install the extension again: Azure assigns the identity on installation, Terraform cannot",
                command=f"terraform apply -replace={extension.address!r}" if extension.address else "",
                reverted_by_apply=False if extension.address else None,
            ),
        )


@pytest.mark.check(
    id="EXT08",
    severity="critical",
    asks="invariant",
    of="any",
    link=5,
    after=["AKS01", "EXT01", "INT03", "INT05", "TWS02"],
    why="The extension is what runs jobs on the cluster: a compute whose cluster has none takes no job.",
    see=[DEPLOY, ATTACH],
)
def test_the_computes_cluster_has_the_extension(compute: Subject[Compute], world: World) -> None:
    """The cluster that a live compute attaches has an Azure ML extension, whoever installs it."""
    if not compute.exists:
        pytest.skip("the compute does not exist, which CMP01 says")
    cluster_id = compute.live.cluster_id
    if not world.there.meant(cluster_id):
        pytest.skip("the compute is on a cluster that Terraform does not use")
    cluster = name_of(cluster_id.value)
    intend(f"an extension of the type {SPELT} on cluster {cluster}")
    found = live_extensions_on(world, cluster_id.value)
    observe(", ".join(sorted(e.live.name.value for e in found)) or "no Azure ML extension", source=cluster_id.value)
    if found:
        return
    meant = extensions_meant(world, cluster_id.value)
    concern(arm_key(cluster_id.value), *(key for e in meant for key in e.concerns), *extensions_kept_out(world))
    install = Fix(
        action="install the extension: plan an azurerm_kubernetes_cluster_extension, or have it done where it is owned",
        command=f"az k8s-extension create --name azureml --extension-type {SPELT} --scope cluster "
        f"{_on(cluster_id.value)} --configuration-settings enableTraining=True",
        reverted_by_apply=False,
    )
    disagree(
        f"cluster {cluster}, which {compute.label} attaches, has no Azure ML extension",
        fix=Fix(action="apply the configuration: `terraform apply`", place=meant[0].place) if meant else install,
    )


@pytest.mark.check(
    id="EXT09",
    severity="critical",
    asks="invariant",
    of="any",
    link=5,
    after=["EXT01", "EXT04", "INT29", "INT30"],
    why="An extension without enableTraining refuses every job (E45004), whoever installed it.",
    see=[DEPLOY, TROUBLE],
)
def test_the_extension_takes_training_jobs(extension: Subject[Extension], world: World) -> None:
    """The live extension that a compute relies on has training switched on, unless it serves inference alone."""
    if not extension.exists:
        pytest.skip("the extension does not exist, which EXT01 says")
    found = extension.live
    if not any(same_arm_id(c.live.cluster_id.value, found.cluster_id.value) for c in world.computes if c.exists):
        pytest.skip("no compute is attached to its cluster")
    training = found.setting("enableTraining")
    observe(training)
    if same_word(training.value, "true"):
        return
    if same_word(found.setting("enableInference").value, "true"):
        pytest.skip("it is told to serve inference, and not to train")
    for key in sorted(found.settings.value):
        if key != training.name and same_word(key, training.name):
            note(f"{key} is set, which the extension overlooks: its settings are known by their exact letters")
    say = Fix(action='say enableTraining = "True" in configuration_settings, and apply', place=extension.place)
    told = Fix(
        action='set enableTraining = "True" where the extension is made',
        command=f"az k8s-extension update --name {found.name.value} {_on(found.cluster_id.value)} "
        "--configuration-settings enableTraining=True",
        reverted_by_apply=False,
    )
    disagree(
        f"{extension.label} is not told to train (enableTraining is {text_of(training)}), and refuses every job",
        fix=say if extension.planned else told,
    )


@pytest.mark.check(
    id="EXT07",
    severity="low",
    asks="agreement",
    of="any",
    link=90,
    after=["EXT01"],
    why="identityType is no documented setting of this extension; training takes the compute's identity instead.",
    see=[ATTACH, DEPLOY],
)
def test_the_identity_type_setting_is_as_intended(extension: Subject[Extension], world: World) -> None:
    """The extension's identityType setting is what Terraform says, or what its flags imply."""
    found = extension.live.setting("identityType")
    note("identityType is an undocumented setting: it does not decide which identity a training job has")
    meant = extension.intent.setting("identityType") if extension.planned else None
    fix = Fix(action="apply the configuration: `terraform apply`", place=extension.place)
    if meant is None or not meant.stated:
        meant = world.implied_identity_type(extension) if extension.planned else None
        fix = Fix(action="say identityType in configuration_settings, as the flag implies it", place=extension.place)
    observe(found)
    if meant is not None and meant.stated:
        agree(meant, found, same=same_word, fix=fix)
    elif found.value:
        intend("nothing: Terraform says no identityType")
        inert(f"identityType = {found.value} is set on the extension, and no training job uses it")


def _on(cluster_id: str) -> str:
    """The options by which the az CLI names a cluster."""
    group = group_of(cluster_id)
    return f"--cluster-type managedClusters --cluster-name {name_of(cluster_id)} --resource-group {group}"
