"""What Terraform says of the Azure ML extension: its type, its namespace, and settings that fit together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from verifier.words import (
    AZUREML,
    Extension,
    Fix,
    Subject,
    World,
    concern,
    disagree,
    edits_to_say,
    how_to_change,
    intend,
    known_settings,
    nearest_setting,
    note,
    observe,
    pools_of,
    same_word,
    setting_named,
)

DEPLOY = "https://learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension"
TROUBLE = "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-extension"
SPELT = "Microsoft.AzureML.Kubernetes"
NAMESPACE = "azureml"
NODES_FOR_HA = 3


@pytest.mark.check(
    id="INT29",
    severity="medium",
    asks="coherence",
    link=5,
    after=["INT32"],
    why="The service takes any setting and says nothing; one that the extension does not know has no effect.",
    see=[DEPLOY],
)
def test_every_setting_of_the_extension_is_known(extension: Subject[Extension]) -> None:
    """Every setting that Terraform gives the extension is one that the extension is known to take."""
    said = extension.intent
    intend(said.settings)
    unheard, undocumented = [], []
    for key in sorted(said.settings.value):
        known = setting_named(key)
        if known is None:
            unheard.append(key)
        elif not known.is_documented:
            undocumented.append(key)
    if undocumented:
        note(f"seen in public deployment scripts, and in no documentation of the extension: {', '.join(undocumented)}")
    if not unheard:
        return
    first, meant = unheard[0], nearest_setting(unheard[0])
    intend(said.setting(first))
    observe(f"{len(known_settings())} settings are known, and {', '.join(unheard)} is not among them")
    disagree(
        f"the extension knows no setting {', '.join(unheard)}" + (f"; {meant} is one" if meant else ""),
        fix=Fix(
            action=f"say {meant} instead of {first}" if meant else f"take {first} out of configuration_settings",
            place=extension.place,
            decide="what was meant by it",
        ),
    )


@pytest.mark.check(
    id="INT30",
    severity="high",
    asks="coherence",
    link=5,
    after=["INT32"],
    why="An extension with settings that do not fit is refused on installation, or refuses every job (E40002, E45004).",
    see=[DEPLOY, TROUBLE],
)
def test_the_settings_of_the_extension_fit_together(extension: Subject[Extension], world: World) -> None:
    """The extension is told to train or to infer, and for inference how it is reached and with what certificate."""
    said = extension.intent
    intend(said.settings)
    problems = [*_values(said), *_purpose(said), *_inference(said)]
    if not problems and _is_on(said, "enableInference") and _is_on(said, "inferenceRouterHA", otherwise=True):
        problems += _replicas(extension, world)
    if not problems:
        return
    first, *others = problems
    intend(said.setting(first.key))
    for key in sorted(said.settings.value):
        if setting_named(key) is None and nearest_setting(key) == first.key:
            note(f"{key} is set, which may be meant for it (INT29)")
    for other in others:
        note(f"also: {other.what}")
    disagree(
        first.what,
        fix=Fix(
            action=f"{first.action} in configuration_settings",
            place=extension.place,
            decide="what the extension is to be told: what it is to do, and who pays for it",
        ),
    )


class _Problem(NamedTuple):
    """What does not fit: the setting it is about, what is wrong, and what to do."""

    key: str
    what: str
    action: str


@pytest.mark.check(
    id="INT31",
    severity="medium",
    asks="coherence",
    link=5,
    after=["INT32"],
    why="The extension's parts, their certificates and their health report are looked for in the namespace azureml.",
    see=[TROUBLE, DEPLOY],
)
def test_the_extension_is_released_into_its_namespace(extension: Subject[Extension], world: World) -> None:
    """Where Terraform says a namespace for the extension, it is azureml, which the az CLI always takes."""
    namespace = extension.intent.release_namespace
    intend(namespace)
    if not namespace.stated or namespace.value == NAMESPACE:
        return
    action, place = how_to_change(world.plan, namespace, extension, f'"{NAMESPACE}"')
    disagree(
        f"the extension is released into the namespace {namespace.value or '(empty)'}, not {NAMESPACE}",
        fix=Fix(
            action=f"{action}; it cannot be moved, so the next apply installs it again",
            place=place,
            edits=edits_to_say(world.plan, namespace, extension, f'"{NAMESPACE}"'),
            decide="where it is to be said: no one place is known to decide it",
        ),
    )


@pytest.mark.check(
    id="INT32",
    severity="medium",
    asks="coherence",
    link=5,
    why="The service installs what the type names: a misspelt one is refused, or is another extension.",
    see=[DEPLOY],
)
def test_the_type_of_the_extension_is_azure_mls(extension: Subject[Extension], world: World) -> None:
    """The extension's type is Microsoft.AzureML.Kubernetes, in whatever letters."""
    extension_type = extension.intent.extension_type
    intend(extension_type)
    if extension_type.value.casefold() == AZUREML:
        return
    action, place = how_to_change(world.plan, extension_type, extension, f'"{SPELT}"')
    disagree(
        f"the extension's type is {extension_type.value}; Azure ML's is {SPELT}",
        fix=Fix(
            action=action,
            place=place,
            edits=edits_to_say(world.plan, extension_type, extension, f'"{SPELT}"'),
            decide="where it is to be said: no one place is known to decide it",
        ),
    )


def _values(said: Extension) -> Iterator[_Problem]:
    """Settings whose value is none of those that they may have."""
    for key in sorted(said.settings.value):
        known, fact = setting_named(key), said.setting(key)
        if known is not None and fact.known and not known.takes(fact.value):
            allowed = " or ".join(known.values)
            yield _Problem(
                key, f"the setting {key} is {fact.value or 'empty'}, and may be {allowed}", f"say {key} = {allowed}"
            )


def _purpose(said: Extension) -> Iterator[_Problem]:
    if not (_is_on(said, "enableTraining") or _is_on(said, "enableInference")):
        what = "the extension is told neither to train nor to infer, and refuses every job"
        yield _Problem("enableTraining", what, 'say enableTraining = "True"')


def _inference(said: Extension) -> Iterator[_Problem]:
    """What inference needs to be told, as the documentation and the az CLI demand it."""
    if not _is_on(said, "enableInference"):
        return
    router = said.setting("inferenceRouterServiceType").value
    if not router:
        yield _Problem(
            "inferenceRouterServiceType",
            "inference has no inferenceRouterServiceType",
            'say inferenceRouterServiceType = "LoadBalancer"',
        )
    if same_word(router, "nodePort") and said.setting("internalLoadBalancerProvider").value:
        yield _Problem(
            "internalLoadBalancerProvider",
            "inferenceRouterServiceType is nodePort, which takes no internalLoadBalancerProvider",
            "take internalLoadBalancerProvider out",
        )
    if _is_on(said, "allowInsecureConnections"):
        return
    if not said.setting("sslSecret").value and not _has_certificate(said):
        yield _Problem(
            "sslSecret",
            "inference has neither a certificate nor allowInsecureConnections",
            "say sslSecret, the name of the Kubernetes secret with certificate and key,",
        )
    elif not said.setting("sslCname").value:
        yield _Problem("sslCname", "inference has a certificate, and no sslCname to go with it", "say sslCname")


def _replicas(extension: Subject[Extension], world: World) -> list[_Problem]:
    """Three routers by default, each on a node of its own. Raises NotKnown where the nodes are not known."""
    cluster = world.cluster(extension.intent.cluster_id.value)
    if cluster is None or not cluster.planned:
        note("the cluster is made elsewhere: whether it has three nodes for the routers is not known from here")
        return []
    concern(*cluster.concerns)
    most = 0
    for pool in pools_of(world, cluster):
        most += pool.most_nodes.value
        if most >= NODES_FOR_HA:
            return []
    what = f"inferenceRouterHA is on, which takes {NODES_FOR_HA} nodes, and {cluster.label} has at most {most}"
    return [_Problem("inferenceRouterHA", what, 'say inferenceRouterHA = "False"')]


def _has_certificate(said: Extension) -> bool:
    """Whether certificate and key stand among the protected settings, by the names they have there."""
    keys = {key.casefold() for key in said.protected_keys.value}
    return any({cert, key} <= keys for cert, key in (("sslcertpemfile", "sslkeypemfile"), CHART_CERTIFICATE))


CHART_CERTIFICATE = ("scoringfe.sslcert", "scoringfe.sslkey")
"""As the az CLI hands them on."""


def _is_on(said: Extension, key: str, *, otherwise: bool = False) -> bool:
    """Whether a boolean setting is on. Raises NotKnown."""
    fact = said.setting(key)
    return same_word(fact.value, "true") if fact.stated else otherwise
