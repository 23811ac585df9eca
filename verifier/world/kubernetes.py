"""The Kubernetes subjects: namespaces that computes need, service accounts that credentials and annotations name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from verifier.kinds.compute import Compute
from verifier.kinds.federated_credential import FederatedCredential, service_account_of
from verifier.kinds.served import Document, Served
from verifier.kinds.service_account import NAMESPACE, SERVICE_ACCOUNT, Namespace, ServiceAccount
from verifier.live.documents import Absent, Documents, Found, Outcome, kubernetes_path
from verifier.terraform.plan import Presence
from verifier.world.subject import Subject

NAMESPACES = "/api/v1/namespaces"


def namespaces_of(computes: Iterable[Subject[Compute]], documents: Documents) -> list[Subject[Namespace]]:
    """One subject for each namespace that a compute, planned or live, runs its jobs in."""
    presences: dict[str, Presence | None] = {}
    for compute in computes:
        for side in (compute.served, compute.stated):
            if side is not None and side.namespace.known and side.namespace.value:
                presences[side.namespace.value] = compute.presence or presences.get(side.namespace.value)
    listed = documents.list(NAMESPACES, plane="kubernetes")
    return [_namespace(name, presence, listed) for name, presence in sorted(presences.items())]


def service_accounts_of(
    credentials: Sequence[Subject[FederatedCredential]], computes: Sequence[Subject[Compute]], documents: Documents
) -> list[Subject[ServiceAccount]]:
    """The service accounts that credentials name, and those that carry a client id in the namespaces that were read."""
    named: dict[tuple[str, str], Presence | None] = {}
    for credential in credentials:
        for side in (credential.served, credential.stated):
            account = service_account_of(side.subject.value) if side is not None and side.subject.known else None
            if account is not None:
                named[account] = credential.presence or named.get(account)
    namespaces = {n for n, _ in named} | {
        s.namespace.value for c in computes for s in (c.stated, c.served) if s is not None and s.namespace.known
    }
    subjects = [_named(n, a, p, _listed(n, documents)) for (n, a), p in sorted(named.items())]
    for namespace in sorted(namespaces - {""}):
        subjects += _annotated(namespace, _listed(namespace, documents), known={a for n, a in named if n == namespace})
    return subjects


def _listed(namespace: str, documents: Documents) -> Outcome:
    return documents.list(f"{NAMESPACES}/{namespace}/serviceaccounts", plane="kubernetes")


def _namespace(name: str, presence: Presence | None, listed: Outcome) -> Subject[Namespace]:
    path = f"{NAMESPACES}/{name}"
    outcome, document = _among(listed, path)
    served = NAMESPACE.from_document(Document(document, path)) if document is not None else None
    return Subject(kind=NAMESPACE, name=name, presence=presence, outcome=outcome, served=served)


def _named(namespace: str, name: str, presence: Presence | None, listed: Outcome) -> Subject[ServiceAccount]:
    path = f"{NAMESPACES}/{namespace}/serviceaccounts/{name}"
    outcome, document = _among(listed, path)
    served = SERVICE_ACCOUNT.from_document(Document(document, path)) if document is not None else None
    return Subject(kind=SERVICE_ACCOUNT, name=f"{namespace}/{name}", presence=presence, outcome=outcome, served=served)


def _annotated(namespace: str, listed: Outcome, *, known: set[str]) -> list[Subject[ServiceAccount]]:
    if not isinstance(listed, Found):
        if known or isinstance(listed, Absent):
            return []
        return [Subject(kind=SERVICE_ACCOUNT, name=f"(service accounts of {namespace})", outcome=listed)]
    subjects = []
    for document in listed.documents:
        served = SERVICE_ACCOUNT.from_document(Document(document, kubernetes_path(document)))
        if served.client_id.value and served.name.value not in known:
            subjects.append(_named(namespace, served.name.value, None, listed))
    return subjects


def _among(listed: Outcome, path: str) -> tuple[Outcome, Served | None]:
    """What a whole list says of one object: found in it, or absent; else how the listing ended."""
    if not isinstance(listed, Found):
        return listed, None
    for document in listed.documents:
        if kubernetes_path(document) == path:
            return Found(documents=(document,), api_version=listed.api_version), document
    return Absent(code="NotFound"), None
