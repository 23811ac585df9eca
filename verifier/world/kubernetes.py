"""The Kubernetes subjects: namespaces that computes need, service accounts that credentials and annotations name.

Kubernetes is read at one API server, and so of one cluster: the one that Terraform puts Azure ML on. What belongs to
another cluster is not looked for there. Where Terraform uses several, which one was read is not known. Where the API
server names another issuer than the cluster has, it is another cluster's, and nothing that it says is judged by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from verifier.hcl.values import Unknown
from verifier.kinds.cluster import Cluster
from verifier.kinds.compare import arm_key
from verifier.kinds.compute import Compute
from verifier.kinds.extension import Extension
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.federated_credential import FederatedCredential, service_account_of
from verifier.kinds.served import Document
from verifier.kinds.service_account import NAMESPACE, SERVICE_ACCOUNT, Namespace, ServiceAccount
from verifier.live.documents import (
    NOT_READ,
    OPENID_CONFIGURATION,
    Absent,
    Documents,
    Failed,
    Found,
    Outcome,
    kubernetes_path,
)
from verifier.terraform.plan import Presence
from verifier.world.subject import Subject
from verifier.world.trust import cluster_trusted

NAMESPACES = "/api/v1/namespaces"
SEVERAL = Failed(because="Terraform uses several clusters, and of which one Kubernetes was read is not known")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The clusters of which the Kubernetes reads can be, by key: usually one; none where Terraform names no cluster.

    `elsewhere` says why they are of another cluster than that; empty where nothing speaks for it. `doubt` says why it
    could not be found out; empty where it could, and where those who read may not ask.
    """

    keys: frozenset[str]
    elsewhere: str = ""
    doubt: str = ""

    def meant(self, cluster_id: Fact[str]) -> bool:
        """Whether something on a cluster is looked for there: unless that cluster is known to be another one."""
        return not cluster_id.known or not self.keys or arm_key(cluster_id.value) in self.keys

    def holds(self, cluster: Subject[Cluster]) -> bool:
        """Whether it can be this cluster that was read."""
        return not self.keys or arm_key(cluster.arm_id) in self.keys

    def outcome(self, read: Outcome) -> Outcome:
        """How a Kubernetes read ended; it says nothing where it is of another cluster, or can be of several."""
        if self.elsewhere:
            return Failed(because=self.elsewhere)
        if self.doubt and isinstance(read, Found | Absent):
            return Failed(because=self.doubt)
        return SEVERAL if len(self.keys) > 1 else read


NOWHERE = Reached(keys=frozenset())


def reached(
    clusters: Sequence[Subject[Cluster]],
    extensions: Iterable[Subject[Extension]],
    computes: Iterable[Subject[Compute]],
    credentials: Iterable[Subject[FederatedCredential]],
    documents: Documents,
) -> Reached:
    """The clusters that planned extensions, computes and credentials use; else all that are planned.

    Where the one that is planned has no name yet, it can only be one that computes are attached to.
    """
    unnamed = next((c for c in clusters if c.planned and not c.arm_id), None)
    computes = tuple(computes)
    facts = [e.stated.cluster_id for e in extensions if e.stated is not None]
    facts += [c.stated.cluster_id for c in computes if c.stated is not None]
    used = {arm_key(f.value) for f in facts if f.known and f.value}
    used |= {key for c in credentials if c.planned for key in _trusted(c, clusters)}
    keys = frozenset(used or {arm_key(c.arm_id) for c in clusters if c.planned and c.arm_id})
    if not keys and unnamed is not None:
        keys = frozenset(_hosts(computes))
    meant = [c for c in clusters if arm_key(c.arm_id) in keys]
    doubt = _doubt(meant, documents)
    if not keys and unnamed is not None:
        doubt = f"whether the Kubernetes that was read is that of {unnamed.label} is not known: neither is its name"
    return Reached(keys=keys, elsewhere=_elsewhere(meant, documents), doubt=doubt)


def _hosts(computes: Iterable[Subject[Compute]]) -> Iterator[str]:
    """The keys of the clusters that live computes are attached to."""
    facts = (compute.served.cluster_id for compute in computes if compute.served is not None)
    return (arm_key(fact.value) for fact in facts if fact.known and fact.value)


def _doubt(meant: Sequence[Subject[Cluster]], documents: Documents) -> str:
    """Why it is open whether what was read is a cluster that is meant: its API server did not get to say its name.

    One that refuses to say it is believed to be the one that was asked for: few callers may ask.
    """
    answer = documents.get(OPENID_CONFIGURATION, plane="kubernetes")
    named = [c for c in meant if c.served is not None and c.served.issuer.known and c.served.issuer.value]
    if answer is NOT_READ or not isinstance(answer, Failed) or not named:
        return ""
    return f"whether the Kubernetes that was read is that of {named[0].label} is not known: {answer.because}"


def _elsewhere(meant: Sequence[Subject[Cluster]], documents: Documents) -> str:
    """Why what was read is another cluster's: it issues its tokens by another name than any that is meant.

    Where the API server does not say its own, or the cluster has none, nothing speaks against the one that was asked.
    Where the cluster that is meant was not there to be compared with, whose answers they are is open.
    """
    answer = documents.get(OPENID_CONFIGURATION, plane="kubernetes")
    said = answer.documents[0].get("issuer") if isinstance(answer, Found) and answer.documents else None
    facts = [c.served.issuer for c in meant if c.served is not None]
    issuers = {f.value for f in facts if f.known and f.value}
    if len(facts) < len(meant):
        unread = next(c for c in meant if c.served is None)
        return (
            f"whether the Kubernetes that was read is that of {unread.label} is not known: its issuer could not be read"
        )
    if not isinstance(said, str) or not issuers:
        return ""
    if said.rstrip("/") in {issuer.rstrip("/") for issuer in issuers}:
        return ""
    return f"the Kubernetes that was read is another cluster's: its issuer is {said}, and not {min(issuers)}"


def namespaces_of(
    computes: Iterable[Subject[Compute]], documents: Documents, there: Reached
) -> list[Subject[Namespace]]:
    """One subject for each namespace that a compute, planned or live, runs its jobs in."""
    presences: dict[str, Presence | None] = {}
    for compute in computes:
        for side in (compute.served, compute.stated):
            if side is not None and side.namespace.known and side.namespace.value and there.meant(side.cluster_id):
                presences[side.namespace.value] = compute.presence or presences.get(side.namespace.value)
    listed = there.outcome(documents.list(NAMESPACES, plane="kubernetes"))
    return [_namespace(name, presence, listed) for name, presence in sorted(presences.items())]


def service_accounts_of(
    credentials: Sequence[Subject[FederatedCredential]],
    computes: Sequence[Subject[Compute]],
    documents: Documents,
    clusters: Sequence[Subject[Cluster]],
    there: Reached,
) -> list[Subject[ServiceAccount]]:
    """The service accounts that credentials name, and those that were read and are annotated for workload identity."""
    named: dict[tuple[str, str], Presence | None] = {}
    for credential in credentials:
        for side in (credential.served, credential.stated):
            account = service_account_of(side.subject.value) if side is not None and side.subject.known else None
            if account is not None and _is_for(credential, clusters, there):
                named[account] = credential.presence or named.get(account)
    namespaces = {n for n, _ in named} | {
        s.namespace.value
        for c in computes
        for s in (c.stated, c.served)
        if s is not None and s.namespace.known and there.meant(s.cluster_id)
    }
    listed = {n: there.outcome(_listed(n, documents)) for n in namespaces}
    subjects = [_named(n, a, p, listed[n]) for (n, a), p in sorted(named.items())]
    for namespace in sorted(namespaces - {""}):
        subjects += _annotated(namespace, listed[namespace], known={a for n, a in named if n == namespace})
    return subjects


def _is_for(credential: Subject[FederatedCredential], clusters: Sequence[Subject[Cluster]], there: Reached) -> bool:
    """Whether a credential is for service accounts of the cluster that was read, as far as is known."""
    try:
        return cluster_trusted(credential, [c for c in clusters if there.holds(c)]) is not None
    except NotKnown:
        return True


def _trusted(credential: Subject[FederatedCredential], clusters: Sequence[Subject[Cluster]]) -> Iterator[str]:
    try:
        trusted = cluster_trusted(credential, clusters)
    except NotKnown:
        return
    if trusted is not None and trusted.arm_id:
        yield arm_key(trusted.arm_id)


def _listed(namespace: str, documents: Documents) -> Outcome:
    return documents.list(f"{NAMESPACES}/{namespace}/serviceaccounts", plane="kubernetes")


def _namespace(name: str, presence: Presence | None, listed: Outcome) -> Subject[Namespace]:
    path = f"{NAMESPACES}/{name}"
    outcome = among(listed, path)
    served = NAMESPACE.from_document(Document(outcome.documents[0], path)) if isinstance(outcome, Found) else None
    return Subject(kind=NAMESPACE, name=name, presence=presence, outcome=outcome, served=served)


def _named(namespace: str, name: str, presence: Presence | None, listed: Outcome) -> Subject[ServiceAccount]:
    path = f"{NAMESPACES}/{namespace}/serviceaccounts/{name}"
    outcome = among(listed, path)
    served = SERVICE_ACCOUNT.from_document(Document(outcome.documents[0], path)) if isinstance(outcome, Found) else None
    return Subject(kind=SERVICE_ACCOUNT, name=f"{namespace}/{name}", presence=presence, outcome=outcome, served=served)


def _annotated(namespace: str, listed: Outcome, *, known: set[str]) -> list[Subject[ServiceAccount]]:
    if not isinstance(listed, Found):
        if known or isinstance(listed, Absent):
            return []
        return [Subject(kind=SERVICE_ACCOUNT, name=f"(service accounts of {namespace})", outcome=listed)]
    subjects = []
    for document in listed.documents:
        served = SERVICE_ACCOUNT.from_document(Document(document, kubernetes_path(document)))
        said = (served.client_id.content, served.misspelt.content)
        if any(isinstance(each, Unknown) or each for each in said) and served.name.value not in known:
            subjects.append(_named(namespace, served.name.value, None, listed))
    return subjects


def among(listed: Outcome, path: str) -> Outcome:
    """What a whole list says of one object: found in it, or absent; else how the listing ended."""
    if not isinstance(listed, Found):
        return listed
    for document in listed.documents:
        if kubernetes_path(document) == path:
            return Found(documents=(document,), api_version=listed.api_version)
    return Absent(code="NotFound")
