"""The pod: as which service account it runs, and whether workload identity reached it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from verifier.hcl.values import JSON
from verifier.kinds.fact import Fact
from verifier.kinds.kind import Kind
from verifier.kinds.manifest import MANIFESTS, inside
from verifier.kinds.served import OBJECTS, SETTINGS, Document
from verifier.kinds.stated import Stated, as_labels, as_text

USE_LABEL = "azure.workload.identity/use"
CLIENT_VARIABLE = "AZURE_CLIENT_ID"
RUN_VARIABLE = "AZUREML_RUN_ID"
"""Every Azure ML job has it in its environment, wherever it runs."""

NOT_STARTED = "Pending"

OF_THE_EXTENSION = ("aml-operator", "amlarc-", "gateway-", "relayserver-", "volcano-")
"""What the names of those pods of the extension begin with that take jobs and run them (Microsoft Learn, "Deploy Azure
Machine Learning extension", its components)."""

FAILING = frozenset(
    {
        "CrashLoopBackOff",
        "CreateContainerConfigError",
        "CreateContainerError",
        "ErrImagePull",
        "ImagePullBackOff",
        "RunContainerError",
    }
)
"""Why a container waits that was tried and failed, in Kubernetes' own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """Terraform: kubernetes_pod(_v1), a manifest. Live: core/v1 Pod.

    `variables` are the names of its containers' environment variables; their values are never looked at. `waiting`
    says why containers have not started, in Kubernetes' own words.
    """

    namespace: Fact[str]
    name: Fact[str]
    service_account: Fact[str]
    labels: Fact[Mapping[str, str]]
    variables: Fact[tuple[str, ...]]
    phase: Fact[str]
    waiting: Fact[tuple[str, ...]]

    @property
    def is_job(self) -> bool:
        """Whether it is the pod of an Azure ML job."""
        return RUN_VARIABLE in self.variables.value

    @property
    def is_extensions(self) -> bool:
        """Whether it is by its name one of the pods with which the extension takes and runs jobs."""
        return not self.is_job and self.name.value.startswith(OF_THE_EXTENSION)

    @property
    def failing(self) -> str:
        """Why it does not run, though it was tried; empty where it runs, or waits for its first try."""
        return next((reason for reason in self.waiting.value if reason in FAILING), "")

    @property
    def asks_for_identity(self) -> bool:
        """Whether it is labelled so that the webhook gives it workload identity: the label says `true`, as a text."""
        return self.labels.value.get(USE_LABEL) == "true"

    @property
    def has_identity(self) -> bool:
        """Whether the webhook gave it what it takes to become an identity."""
        return CLIENT_VARIABLE in self.variables.value


def _stated(says: Stated) -> Pod:
    whole = says.instance.type in MANIFESTS
    return Pod(
        namespace=says.text("metadata.namespace", *inside(says, "metadata", 0, "namespace")),
        name=says.text("metadata.name", *inside(says, "metadata", 0, "name")),
        service_account=says.text(
            "spec.serviceAccountName",
            *inside(says, "spec", 0, "serviceAccountName" if whole else "service_account_name"),
        ),
        labels=says.fact("metadata.labels", *inside(says, "metadata", 0, "labels"), read=as_labels, otherwise={}),
        variables=Fact(name="env", content=(), stated=False),
        phase=Fact(name="status.phase", content="", stated=False),
        waiting=Fact(name="status.containerStatuses", content=(), stated=False),
    )


def _served(document: Document) -> Pod:
    return Pod(
        namespace=document.text("metadata.namespace", "metadata", "namespace"),
        name=document.text("metadata.name", "metadata", "name"),
        service_account=document.text("spec.serviceAccountName", "spec", "serviceAccountName", otherwise="default"),
        labels=document.fact("metadata.labels", "metadata", "labels", of=SETTINGS, read=as_labels, otherwise={}),
        variables=document.fact("env", "spec", "containers", of=OBJECTS, read=_variables, otherwise=()),
        phase=document.text("status.phase", "status", "phase"),
        waiting=document.fact(
            "status.containerStatuses", "status", "containerStatuses", of=OBJECTS, read=_waiting, otherwise=()
        ),
    )


def _variables(containers: JSON) -> tuple[str, ...]:
    named = {as_text(v.get("name")) for c in _objects(containers) for v in _objects(c.get("env"))}
    return tuple(sorted(named))


def _waiting(statuses: JSON) -> tuple[str, ...]:
    states = (status.get("state") for status in _objects(statuses))
    waiting = (state.get("waiting") for state in states if isinstance(state, dict))
    return tuple(as_text(w.get("reason")) for w in waiting if isinstance(w, dict) and w.get("reason"))


def _objects(value: JSON) -> Iterator[dict[str, JSON]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


POD = Kind(
    noun="pod",
    manifest="Pod",
    terraform_types=("kubernetes_pod", "kubernetes_pod_v1"),
    from_terraform=_stated,
    from_document=_served,
)
