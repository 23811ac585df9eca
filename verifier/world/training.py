"""Training: how the jobs of a compute sign in, as verifier.toml says, as their live pods show, as it is documented."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from verifier.kinds.fact import NotKnown
from verifier.kinds.pod import USE_LABEL, Pod
from verifier.world.joined import World
from verifier.world.within_cluster import pods_in

DOCUMENTED = "training jobs use the compute's identity instead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """Whether training jobs become an identity through federation, and on what evidence that is said."""

    federated: bool
    evidence: str


class JobPods:
    """The live job pods of a namespace that run as one service account; `unread` says why they are not known."""

    def __init__(self, namespace: str, account: str, pods: Iterable[Pod], unread: NotKnown | None = None) -> None:
        self.namespace, self.account = namespace, account
        self.label = f"job pods {namespace}/{account}" if account else f"job pods (of namespace {namespace})"
        self.concerns = frozenset({f"service account {namespace}/{account}", self.label})
        self._pods, self._unread = tuple(pods), unread

    @property
    def pods(self) -> tuple[Pod, ...]:
        """The pods. Raises NotKnown."""
        if self._unread is not None:
            raise self._unread
        return self._pods


def job_pods(world: World) -> tuple[JobPods, ...]:
    """The job pods of every namespace in which a compute runs jobs, by service account."""
    found: list[JobPods] = []
    for namespace in (n.name for n in world.namespaces if not world.offline):
        try:
            jobs = [pod for pod in pods_in(world, namespace) if pod.is_job]
        except NotKnown as error:
            found.append(JobPods(namespace, "", (), error))
            continue
        for account, pods in groupby(sorted(jobs, key=_account), key=_account):
            found.append(JobPods(namespace, account, pods))
    return tuple(found)


def training(world: World) -> Training:
    """What is known of how training jobs sign in."""
    if world.jobs_use_workload_identity:
        return Training(federated=True, evidence="verifier.toml says that jobs use workload identity")
    seen: list[Pod] = []
    for jobs in job_pods(world):
        try:
            seen += jobs.pods
        except NotKnown:
            continue  # the documentation holds where no job could be looked at
    signed_in = next((pod for pod in seen if pod.asks_for_identity and pod.has_identity), None)
    if signed_in is not None:
        name = signed_in.name.value
        return Training(federated=True, evidence=f"job pod {name} is labelled {USE_LABEL} and was given an identity")
    if seen:
        pod = seen[0]
        shown = f"job pod {pod.name.value} runs as {_account(pod)}, and was given no identity by that"
        return Training(federated=False, evidence=f"{DOCUMENTED}: {shown}")
    return Training(federated=False, evidence=DOCUMENTED)


def _account(pod: Pod) -> str:
    return pod.service_account.value
