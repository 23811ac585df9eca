"""What an intent names, as far as names alone tell where to look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from verifier.live.documents import Document

Otherwise = Callable[[Document], bool]
"""Whether what is live is otherwise than Terraform says, in a field that policies can keep as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The things to be read, by ARM id.

    `inside` are the clusters that Kubernetes reads can be of: usually one, none where that is not known by names alone.
    `namespaces` are Kubernetes namespaces whose service accounts and pods matter, `job_namespaces` those of them in
    which computes run jobs. `lists` are collections in resource groups (`…/providers/Microsoft.KeyVault/vaults`) in
    which something is looked for whose name is not known: what is found is read like a named one. `known_roles` are the
    GUIDs of role definitions whose contents are known already (the built-in ones), so that only others are read.
    `principals` are the object ids that Terraform's state has for identities: their role assignments need not wait for
    what is live.
    `trusting` are clusters of which the intent says that they let workspaces in by Trusted Access, or may have to.
    `governed` is what policies can keep as it is: where one is `Otherwise`, the policies are read that look at it.
    `submitters` are the object ids of those who submit jobs. `grant_scopes` are where roles are planned to be assigned.
    `role_lists` are collections of role definitions: a role is named that is not among the known ones, or made.
    `things` are what else is asked for by its own id alone: registries, vaults, private endpoints, DNS zone links,
    containers, shares, what is logged in.
    `account_namespaces` are Kubernetes namespaces of which the service accounts alone matter.
    """

    subscription: str
    lists: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    workspaces: tuple[str, ...] = ()
    storage_accounts: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    job_namespaces: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    trusting: tuple[str, ...] = ()
    known_roles: frozenset[str] = frozenset()
    governed: tuple[tuple[str, Otherwise], ...] = ()
    submitters: tuple[str, ...] = ()
    grant_scopes: tuple[str, ...] = ()
    role_lists: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    account_namespaces: tuple[str, ...] = ()
