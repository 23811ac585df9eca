"""Trust: which cluster's pods a federated credential lets in.

A credential trusts an issuer. Which cluster that is follows from what Terraform refers to, else from the issuers that
the live clusters have; a credential for a CI system, or for a cluster of another configuration, trusts none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from verifier.hcl.values import Unknown
from verifier.kinds.cluster import Cluster
from verifier.kinds.fact import NotKnown
from verifier.kinds.federated_credential import SUBJECT_PREFIX, FederatedCredential
from verifier.live.documents import Absent
from verifier.world.subject import Subject

_ISSUER_OF_AKS = re.compile(r"https://[^/]*\.oic\.[^/]*aks[^/]*/", re.IGNORECASE)
"""`https://westus3.oic.prod-aks.azure.com/…`; other clouds end otherwise."""


def cluster_trusted(
    credential: Subject[FederatedCredential], clusters: Sequence[Subject[Cluster]]
) -> Subject[Cluster] | None:
    """The cluster among these whose service accounts a credential is for; None when it is for something else.

    An issuer counts as a cluster's also where only the slash at its end is missing. Raises NotKnown where a cluster
    that could not be read, or an issuer that is not known before apply, leaves it open.
    """
    issuers = tuple(_issuers(credential))
    for cluster in clusters:
        if any(_is_of(issuer, cluster) for issuer in issuers):
            return cluster
    subjects = tuple(_subjects(credential))
    if not any(isinstance(s, Unknown) or s.startswith(SUBJECT_PREFIX) for s in subjects):
        return None
    if any(isinstance(said, Unknown) for said in (*subjects, *issuers)):
        raise NotKnown(f"whose service account {credential.label} lets in is not known")
    unread = [c for c in clusters if not _has_known_issuer(c)]
    if unread:
        raise NotKnown(f"whether the issuer of {credential.label} is that of {unread[0].label} could not be read")
    return None


def is_aks_issuer(issuer: str) -> bool:
    """Whether an issuer is that of some AKS cluster."""
    return _ISSUER_OF_AKS.match(issuer) is not None


def may_be_outdated(
    credential: Subject[FederatedCredential],
    cluster: Subject[Cluster],
    credentials: Iterable[Subject[FederatedCredential]],
) -> bool:
    """Whether a credential that trusts no cluster is taken for one of this cluster, with an old or mistyped issuer.

    It is for a service account, its issuer is one of AKS, and no other credential lets that account of the cluster in.
    """
    of_aks = [i for i in _issuers(credential) if isinstance(i, str) and is_aks_issuer(i)]
    subjects = {s for s in _subjects(credential) if isinstance(s, str) and s.startswith(SUBJECT_PREFIX)}
    others = [c for c in credentials if c is not credential and not subjects.isdisjoint(_subjects(c))]
    return bool(of_aks and subjects) and not any(cluster_trusted(c, [cluster]) is not None for c in others)


def _issuers(credential: Subject[FederatedCredential]) -> Iterable[str | Unknown]:
    return (side.issuer.content for side in (credential.stated, credential.served) if side is not None)


def _subjects(credential: Subject[FederatedCredential]) -> Iterable[str | Unknown]:
    return (side.subject.content for side in (credential.stated, credential.served) if side is not None)


def _is_of(issuer: str | Unknown, cluster: Subject[Cluster]) -> bool:
    if isinstance(issuer, Unknown):
        refers = cluster.stated is not None and not issuer.derived
        return refers and not frozenset(issuer.references).isdisjoint(_references(cluster))
    served = cluster.served.issuer.content if cluster.served is not None else ""
    return isinstance(served, str) and bool(served) and issuer.rstrip("/") == served.rstrip("/")


def _has_known_issuer(cluster: Subject[Cluster]) -> bool:
    """Whether a cluster's issuer is known, or the cluster known not to exist."""
    return isinstance(cluster.outcome, Absent) if cluster.served is None else cluster.served.issuer.known


def _references(cluster: Subject[Cluster]) -> tuple[str, ...]:
    return cluster.stated.issuer.references if cluster.stated is not None else ()
