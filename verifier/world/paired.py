"""Paired: what both sides have of everything whose live attributes the intent waits for, each side beside the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from verifier.kinds.cluster import CLUSTER, Cluster
from verifier.kinds.compare import arm_key, exactly
from verifier.kinds.compute import COMPUTE, Compute
from verifier.kinds.datastore import DATASTORE, Datastore
from verifier.kinds.extension import EXTENSION, Extension
from verifier.kinds.fact import Fact
from verifier.kinds.federated_credential import FEDERATED_CREDENTIAL
from verifier.kinds.identity import IDENTITY, Identity
from verifier.kinds.kind import Kind
from verifier.kinds.storage_account import STORAGE_ACCOUNT, StorageAccount
from verifier.kinds.workspace import WORKSPACE, Workspace
from verifier.live.documents import Documents, Found
from verifier.world.by_type import looked_for
from verifier.world.pairing import Intended, below
from verifier.world.sameness import COMPUTE_PARENT, EXTENSION_PARENT, SAME_COMPUTE, SAME_EXTENSION
from verifier.world.subject import Subject

K = TypeVar("K")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """The subjects of the kinds that others are found by, and that apply gives attributes to."""

    clusters: Sequence[Subject[Cluster]]
    identities: Sequence[Subject[Identity]]
    extensions: Sequence[Subject[Extension]]
    workspaces: Sequence[Subject[Workspace]]
    computes: Sequence[Subject[Compute]]
    datastores: Sequence[Subject[Datastore]]
    storage_accounts: Sequence[Subject[StorageAccount]]


def paired(intended: Intended, documents: Documents) -> Paired:
    """What is intended of these kinds and what was read of them, one with the other."""
    workspaces = looked_for(WORKSPACE, intended, documents, {*_found(documents, WORKSPACE), *_workspace_ids(intended)})
    extensions = _extensions(intended, documents)
    computes = _computes(intended, documents, workspaces)
    datastores = _datastores(intended, documents, workspaces)
    return Paired(
        clusters=looked_for(CLUSTER, intended, documents, _cluster_ids(extensions, computes)),
        identities=looked_for(IDENTITY, intended, documents, {*_identity_ids(computes), *federated_ids(intended)}),
        extensions=extensions,
        workspaces=workspaces,
        computes=computes,
        datastores=datastores,
        storage_accounts=looked_for(STORAGE_ACCOUNT, intended, documents, _account_ids(workspaces, datastores)),
    )


def federated_ids(intended: Intended) -> set[str]:
    """The identities that a credential is planned for, whoever makes them."""
    facts = [s.stated.identity_id for s in intended.of(FEDERATED_CREDENTIAL) if s.stated is not None]
    return {f.value for f in facts if f.known and f.value}


def listed_parents(documents: Documents, suffix: str) -> Iterator[str]:
    """The ids of what was listed for, by how its lists' paths end."""
    for request, _ in documents:
        if request.operation == "list" and request.path.casefold().endswith(suffix.casefold()):
            yield request.path[: -len(suffix)]


def keys_in(facts: Iterable[Fact[str]]) -> Iterator[str]:
    """The keys of the ids that are known."""
    return (arm_key(f.value) for f in facts if f.known and f.value)


def _extensions(intended: Intended, documents: Documents) -> list[Subject[Extension]]:
    stated = [s for s in intended.of(EXTENSION) if s.stated is None or _may_be_azureml(s.stated)]
    suffix = "/providers/Microsoft.KubernetesConfiguration/extensions"
    parents = {
        *keys_in(s.stated.cluster_id for s in stated if s.stated is not None),
        *(arm_key(c.arm_id) for c in intended.of(CLUSTER) if c.arm_id),
        *(arm_key(i) for i in listed_parents(documents, suffix)),
    }
    return below(
        EXTENSION,
        stated,
        documents,
        collections={p: p + suffix for p in parents},
        parent_of=EXTENSION_PARENT,
        matches=SAME_EXTENSION,
        keep=lambda e: e.is_azureml,
    )


def _may_be_azureml(extension: Extension) -> bool:
    return not extension.extension_type.known or extension.means_azureml


def _computes(
    intended: Intended, documents: Documents, workspaces: Sequence[Subject[Workspace]]
) -> list[Subject[Compute]]:
    stated = [s for s in intended.of(COMPUTE) if s.stated is None or _may_be_kubernetes(s.stated)]
    found = below(
        COMPUTE,
        stated,
        documents,
        collections={arm_key(w.arm_id): f"{w.arm_id}/computes" for w in workspaces if w.arm_id},
        parent_of=COMPUTE_PARENT,
        matches=SAME_COMPUTE,
        keep=lambda c: c.is_kubernetes,
    )
    return [*found, *_not_looked_for(COMPUTE, "computes", workspaces, found)]


def _may_be_kubernetes(compute: Compute) -> bool:
    return not compute.compute_type.known or compute.means_kubernetes


def _datastores(
    intended: Intended, documents: Documents, workspaces: Sequence[Subject[Workspace]]
) -> list[Subject[Datastore]]:
    found = below(
        DATASTORE,
        intended.of(DATASTORE),
        documents,
        collections={arm_key(w.arm_id): f"{w.arm_id}/datastores" for w in workspaces if w.arm_id},
        parent_of=lambda d: d.workspace_id,
        matches=[lambda one, other: exactly(one.name.value, other.name.value)],
    )
    return [*found, *_not_looked_for(DATASTORE, "datastores", workspaces, found)]


def _not_looked_for(
    kind: Kind[K], collection: str, workspaces: Sequence[Subject[Workspace]], found: Sequence[Subject[K]]
) -> Iterator[Subject[K]]:
    """What stands for all that may be below a workspace that was not found, where no planned thing does."""
    if any(subject.presence is not None and not subject.arm_id for subject in found):
        return
    for workspace in workspaces:
        if workspace.planned and not workspace.arm_id:
            yield Subject(kind=kind, name=f"({collection} of {workspace.name})", outcome=workspace.outcome)


def _cluster_ids(extensions: Iterable[Subject[Extension]], computes: Iterable[Subject[Compute]]) -> set[str]:
    facts = [
        *(side.cluster_id for e in extensions for side in (e.stated, e.served) if side is not None),
        *(side.cluster_id for c in computes for side in (c.stated, c.served) if side is not None),
    ]
    return {f.value for f in facts if f.known and f.value}


def _identity_ids(computes: Iterable[Subject[Compute]]) -> set[str]:
    facts = [side.identity_ids for c in computes for side in (c.stated, c.served) if side is not None]
    return {identifier for f in facts if f.known for identifier in f.value}


def _account_ids(workspaces: Iterable[Subject[Workspace]], datastores: Iterable[Subject[Datastore]]) -> set[str]:
    facts = [
        *(side.storage_account_id for w in workspaces for side in (w.stated, w.served) if side is not None),
        *(side.account_id for d in datastores for side in (d.stated, d.served) if side is not None),
    ]
    return {f.value for f in facts if f.known and f.value}


def _workspace_ids(intended: Intended) -> set[str]:
    """The workspaces that something below them is planned in, whoever makes them."""
    facts = [s.stated.workspace_id for s in intended.of(COMPUTE) if s.stated is not None]
    facts += [s.stated.workspace_id for s in intended.of(DATASTORE) if s.stated is not None]
    return {f.value for f in facts if f.known and f.value}


def _found(documents: Documents, kind: Kind[K]) -> Iterator[str]:
    """The ids of live resources of a kind, whoever asked for them."""
    wanted = kind.arm_type.casefold()
    for _, outcome in documents:
        if isinstance(outcome, Found):
            for document in outcome.documents:
                if str(document.get("type", "")).casefold() == wanted:
                    yield str(document.get("id", ""))
