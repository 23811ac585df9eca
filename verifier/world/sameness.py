"""Sameness: what makes a live thing the one that Terraform means, in the order in which it is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from verifier.kinds.compare import exactly, same_arm_id, same_word
from verifier.kinds.compute import Compute
from verifier.kinds.extension import Extension
from verifier.kinds.fact import Fact
from verifier.kinds.federated_credential import FederatedCredential
from verifier.kinds.trusted_access import TrustedAccess

K = TypeVar("K")
Matches: TypeAlias = tuple[Callable[[K, K], bool], ...]
ParentOf: TypeAlias = Callable[[K], Fact[str]]


def _same_type(one: Extension, other: Extension) -> bool:
    return same_word(one.extension_type.value, other.extension_type.value)


def _same_cluster(one: Compute, other: Compute) -> bool:
    return same_arm_id(one.cluster_id.value, other.cluster_id.value)


def _same_compute_name(one: Compute, other: Compute) -> bool:
    return same_word(one.name.value, other.name.value)


def _same_cluster_and_name(one: Compute, other: Compute) -> bool:
    return _same_cluster(one, other) and _same_compute_name(one, other)


def _same_trust(one: FederatedCredential, other: FederatedCredential) -> bool:
    return exactly(one.subject.value, other.subject.value) and exactly(one.issuer.value, other.issuer.value)


def _same_credential_name(one: FederatedCredential, other: FederatedCredential) -> bool:
    return exactly(one.name.value, other.name.value)


def _cluster_of(extension: Extension) -> Fact[str]:
    return extension.cluster_id


def _workspace_of(compute: Compute) -> Fact[str]:
    return compute.workspace_id


def _identity_of(credential: FederatedCredential) -> Fact[str]:
    return credential.identity_id


def _same_binding(one: TrustedAccess, other: TrustedAccess) -> bool:
    return same_word(one.name.value, other.name.value)


def _trusting_cluster(binding: TrustedAccess) -> Fact[str]:
    return binding.cluster_id


EXTENSION_PARENT: ParentOf[Extension] = _cluster_of
SAME_EXTENSION: Matches[Extension] = (_same_type,)
"""A cluster takes one extension of a type, whatever it is called."""

COMPUTE_PARENT: ParentOf[Compute] = _workspace_of
SAME_COMPUTE: Matches[Compute] = (_same_cluster_and_name, _same_cluster, _same_compute_name)

CREDENTIAL_PARENT: ParentOf[FederatedCredential] = _identity_of
SAME_CREDENTIAL: Matches[FederatedCredential] = (_same_trust, _same_credential_name)
"""Entra takes issuer and subject once for each identity, and a name once."""

BINDING_PARENT: ParentOf[TrustedAccess] = _trusting_cluster
SAME_BINDING: Matches[TrustedAccess] = (_same_binding,)
"""A cluster has a binding of a name once; two of them may let the same workspace in."""
