"""The world: every subject with both sides, and the ways from one to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from verifier.access.roles import Role, builtin_roles
from verifier.hcl.types import ListOf, MapOf, ObjectOf, SetOf, TupleOf, Type
from verifier.kinds.cluster import Cluster
from verifier.kinds.compare import arm_key, name_of, same_arm_id
from verifier.kinds.compute import Compute
from verifier.kinds.container import Container
from verifier.kinds.container_registry import ContainerRegistry
from verifier.kinds.datastore import Datastore
from verifier.kinds.extension import Extension
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.federated_credential import SUBJECT_PREFIX, FederatedCredential
from verifier.kinds.identity import Identity
from verifier.kinds.installed_type import InstalledType
from verifier.kinds.key_vault import KeyVault
from verifier.kinds.metadata import Metadata
from verifier.kinds.node_pool import NodePool
from verifier.kinds.private_endpoint import PrivateEndpoint
from verifier.kinds.role_assignment import RoleAssignment
from verifier.kinds.role_definition import RoleDefinition
from verifier.kinds.service_account import Namespace, ServiceAccount
from verifier.kinds.storage_account import StorageAccount
from verifier.kinds.trusted_access import TrustedAccess
from verifier.kinds.workspace import Workspace
from verifier.live.documents import Denied, Documents, Failed, Found, kubernetes_path
from verifier.terraform.plan import StaticPlan, Variable
from verifier.terraform.state import State
from verifier.world.bound import Bound
from verifier.world.flags import Flag, Gated
from verifier.world.inside import place_of
from verifier.world.kubernetes import NOWHERE, Reached
from verifier.world.source import NO_SOURCE, Source
from verifier.world.subject import Subject
from verifier.world.threeway import Existence
from verifier.world.trust import cluster_trusted, may_be_outdated

K = TypeVar("K")

AZUREML_NAMESPACE = "azureml"
"""Where `az k8s-extension create` always puts the extension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a check sees. Sequences are sorted by address, then name.

    `cloud` is as the az CLI names it: the one that was read, a snapshot's own, or offline the one that the settings
    name. `roles` are the built-in ones by GUID, as far as they are known. `now` is when what is live was so; None
    offline, and where a snapshot does not say when it was taken. `submitters` are those whom the settings declare.
    """

    plan: StaticPlan
    subscription: str
    documents: Documents = field(default_factory=Documents)
    offline: bool = False
    cloud: str = "AzureCloud"
    now: datetime | None = None
    bound: tuple[Bound, ...] = ()
    owned_elsewhere: frozenset[str] = frozenset()
    flags: tuple[Flag, ...] = ()
    gated: tuple[Gated, ...] = ()
    there: Reached = NOWHERE
    clusters: tuple[Subject[Cluster], ...] = ()
    identities: tuple[Subject[Identity], ...] = ()
    federated_credentials: tuple[Subject[FederatedCredential], ...] = ()
    extensions: tuple[Subject[Extension], ...] = ()
    workspaces: tuple[Subject[Workspace], ...] = ()
    computes: tuple[Subject[Compute], ...] = ()
    datastores: tuple[Subject[Datastore], ...] = ()
    storage_accounts: tuple[Subject[StorageAccount], ...] = ()
    containers: tuple[Subject[Container], ...] = ()
    registries: tuple[Subject[ContainerRegistry], ...] = ()
    key_vaults: tuple[Subject[KeyVault], ...] = ()
    private_endpoints: tuple[Subject[PrivateEndpoint], ...] = ()
    node_pools: tuple[Subject[NodePool], ...] = ()
    trusted_access: tuple[Subject[TrustedAccess], ...] = ()
    role_assignments: tuple[Subject[RoleAssignment], ...] = ()
    role_definitions: tuple[Subject[RoleDefinition], ...] = ()
    roles: Mapping[str, Role] = field(default_factory=builtin_roles)
    submitters: tuple[Submitter, ...] = ()
    namespaces: tuple[Subject[Namespace], ...] = ()
    service_accounts: tuple[Subject[ServiceAccount], ...] = ()
    stated_namespaces: tuple[Subject[Namespace], ...] = ()
    stated_service_accounts: tuple[Subject[ServiceAccount], ...] = ()
    stated_metadata: tuple[Subject[Metadata], ...] = ()
    stated_instance_types: tuple[Subject[InstalledType], ...] = ()
    jobs_use_workload_identity: bool = False
    state: State | None = None
    state_said: str = ""
    state_failed: bool = False
    """Whether there is a state that could not be looked at; `state_said` has the reason."""
    state_remote: bool = False
    """Whether the state is, or was looked for, where only the run that read it could look: in a blob."""
    existences: tuple[Existence, ...] = ()
    storage_token_in_environment: bool = False
    """Whether ARM_STORAGE_USE_AZUREAD is on where this runs: what the azurerm provider would take, left unsaid."""
    source: Source = NO_SOURCE

    @property
    def passed_objects(self) -> tuple[Variable, ...]:
        """The variables that were given a value and whose type names attributes."""
        return tuple(v for v in self.plan.variables if v.given is not None and _names_attributes(v.type))

    def cluster(self, arm_id: str) -> Subject[Cluster] | None:
        """The cluster with that id."""
        return _with_id(self.clusters, arm_id)

    def identity(self, arm_id: str) -> Subject[Identity] | None:
        """The user-assigned identity with that id."""
        return _with_id(self.identities, arm_id)

    def workspace(self, arm_id: str) -> Subject[Workspace] | None:
        """The workspace with that id."""
        return _with_id(self.workspaces, arm_id)

    def storage_account(self, arm_id: str) -> Subject[StorageAccount] | None:
        """The storage account with that id."""
        return _with_id(self.storage_accounts, arm_id)

    def container_registry(self, arm_id: str) -> Subject[ContainerRegistry] | None:
        """The registry with that id, that Terraform makes or a workspace uses."""
        return _with_id(self.registries, arm_id)

    def key_vault(self, arm_id: str) -> Subject[KeyVault] | None:
        """The key vault with that id."""
        return _with_id(self.key_vaults, arm_id)

    @property
    def identity_blocks(self) -> tuple[tuple[str, str, Fact[str]], ...]:
        """Of what Terraform plans with an identity of its own: label, address, and which type of identity it states."""
        computes = tuple((c.label, c.address, c.stated.identity_type) for c in self.computes if c.stated is not None)
        workspaces = ((w.label, w.address, w.stated.identity_type) for w in self.workspaces if w.stated is not None)
        return (*computes, *workspaces)

    def workspaces_on(self, account: Subject[StorageAccount]) -> tuple[Subject[Workspace], ...]:
        """The workspaces that Terraform puts on this account. Raises NotKnown when one's account is not known."""
        return tuple(
            w for w in self.workspaces if w.planned and same_arm_id(w.intent.storage_account_id.value, account.arm_id)
        )

    def live_account_of(self, workspace: Subject[Workspace]) -> Subject[StorageAccount]:
        """The account that the workspace really uses. Raises NotKnown, NotThere."""
        arm_id = workspace.live.storage_account_id.value
        if not arm_id:
            raise NotKnown(f"the service names no storage account of {workspace.label}")
        account = self.storage_account(arm_id)
        if account is None:
            raise NotKnown(f"storage account {name_of(arm_id)}, which {workspace.label} uses, was not read")
        return account

    def is_azuremls(self, namespace: str, name: str) -> bool:
        """Whether a service account is Azure ML's own.

        Those are all in the extension's namespace. In a compute's, which an application may share, it is `default`,
        as which job pods run.
        """
        if namespace in self._extension_namespaces:
            return True
        sides = (side for c in self.computes for side in (c.stated, c.served) if side is not None)
        shared = {s.namespace.value for s in sides if s.namespace.known and self.there.meant(s.cluster_id)}
        return name == "default" and namespace in shared

    @property
    def _extension_namespaces(self) -> frozenset[str]:
        sides = (side for e in self.extensions for side in (e.stated, e.served) if side is not None)
        here = [s.release_namespace for s in sides if self.there.meant(s.cluster_id)]
        return frozenset({AZUREML_NAMESPACE, *(n.value for n in here if n.known and n.value)})

    def datastores_on(self, account: Subject[StorageAccount]) -> tuple[Subject[Datastore], ...]:
        """The datastores that Terraform makes for containers of this account.

        Raises NotKnown when one keeps keys, or might, and its account is not known.
        """
        found = []
        for datastore in self.datastores:
            if not datastore.planned:
                continue
            stated = datastore.intent
            keyless = stated.credentials.known and not stated.keeps_keys
            if keyless and not stated.account_name.known:
                continue
            if stated.account_name.value.casefold() == account.name.casefold():
                found.append(datastore)
        return tuple(found)

    def datastores_in(self, workspace: Subject[Workspace]) -> tuple[Subject[Datastore], ...]:
        """The live datastores of a workspace. Raises NotKnown when they could not be listed."""
        match self.documents.list(f"{workspace.arm_id}/datastores"):
            case Denied(permission=permission, detail=detail):
                raise NotKnown(
                    f"the datastores of {workspace.label} could not be listed: {detail}", missing=(permission,)
                )
            case Failed(because=because):
                raise NotKnown(f"the datastores of {workspace.label} could not be listed: {because}")
        return tuple(d for d in self.datastores if d.served is not None and _below(d, workspace))

    def container_behind(self, datastore: Subject[Datastore]) -> Subject[Container]:
        """The live container or share that a datastore stands for. Raises NotKnown when it was not read."""
        place = place_of(datastore, self.workspaces)
        found = _with_id(self.containers, place) if place else None
        if found is None:
            named = datastore.live.container.value or "(unnamed)"
            raise NotKnown(f"which account {named}, which {datastore.label} stands for, is in is not known")
        return found

    def account_behind(self, datastore: Subject[Datastore]) -> Subject[StorageAccount]:
        """The live account that a datastore stands for. Raises NotKnown when it was not read, NotThere."""
        name = datastore.live.account_name.value
        named = [a for a in self.storage_accounts if name and a.name.casefold() == name.casefold()]
        if named:
            return named[0]
        workspace = self.workspace(datastore.live.workspace_id.value)
        if name or workspace is None:
            raise NotKnown(f"storage account {name or '(unnamed)'}, which {datastore.label} stands for, was not read")
        return self.live_account_of(workspace)

    def intended_account_of(self, compute: Subject[Compute]) -> Subject[StorageAccount] | None:
        """The account of the workspace that Terraform attaches a compute to; None where that is made elsewhere.

        Raises NotKnown.
        """
        workspace = self.workspace(compute.intent.workspace_id.value)
        if workspace is None or not workspace.planned:
            return None
        arm_id = workspace.intent.storage_account_id.value
        return self.storage_account(arm_id)

    def cluster_meant(self, credential: Subject[FederatedCredential]) -> Subject[Cluster] | None:
        """The cluster whose service account a credential is for, or once was; None for another's. Raises NotKnown.

        What trusts no cluster may be outdated, where this configuration has but one. That nobody else's cluster is
        meant is known only where all that is attached to the workspaces could be seen.
        """
        trusted = cluster_trusted(credential, self.clusters)
        own = [c for c in self.clusters if c.planned or arm_key(c.arm_id) in self.there.keys]
        if trusted is not None or len(own) != 1:
            return trusted
        if not may_be_outdated(credential, own[0], self.federated_credentials):
            return None
        for compute in self.computes:
            compute.exists  # noqa: B018 - it raises
        return own[0]

    def is_for_the_read_cluster(self, credential: Subject[FederatedCredential]) -> bool:
        """Whether a credential trusts the cluster of which Kubernetes was read. Raises NotKnown."""
        read = [c for c in self.clusters if self.there.holds(c)]
        return cluster_trusted(credential, read) is not None

    def service_account(self, namespace: str, name: str) -> Subject[ServiceAccount] | None:
        """The service account of exactly that name."""
        return next((s for s in self.service_accounts if s.name == f"{namespace}/{name}"), None)

    def service_account_but_for_case(self, namespace: str, name: str) -> str:
        """A live service account whose name differs from this by case alone; empty when there is none."""
        wanted = f"{namespace}/{name}"
        for _, outcome in self.documents:
            for document in outcome.documents if isinstance(outcome, Found) else ():
                path = kubernetes_path(document).split("/")
                found = f"{path[-3]}/{path[-1]}" if path[-2:-1] == ["serviceaccounts"] else ""
                if found != wanted and found.casefold() == wanted.casefold():
                    return found
        return ""

    def identities_trusting(self, namespace: str, name: str) -> tuple[Subject[Identity], ...]:
        """The identities whose live federated credentials name a service account; planned ones, where none is live.

        Raises NotKnown when a credential that is planned to name it could not be read.
        """
        subject = f"{SUBJECT_PREFIX}{namespace}:{name}"
        found: dict[str, Subject[Identity]] = {}
        for credential in self.federated_credentials:
            named = credential.served or credential.stated
            if named is None or named.subject.value != subject or not self.is_for_the_read_cluster(credential):
                continue
            side = credential.live if credential.exists else credential.stated
            if side is not None and side.identity_id.known:
                identity = self.identity(side.identity_id.value)
                if identity is not None:
                    found[identity.arm_id] = identity
        return tuple(found.values())

    def refuse_unread_credentials(self) -> None:
        """Raise NotKnown when some identity's credentials could not be listed: there may be more than are known."""
        for credential in self.federated_credentials:
            if credential.stated is None:
                credential.exists  # noqa: B018 - it raises

    def implied_identity_type(self, extension: Subject[Extension]) -> Fact[str] | None:
        """The identityType that the flags of an extension's module imply: UserAssigned where it federates."""
        module = next((i.module for i in self.plan.instances if i.address == extension.address), "")
        for flag in self.flags:
            if flag.name == "should_federate_ml_identity" and flag.variable.module == module and flag.fact.value:
                return Fact(name="identityType", content="UserAssigned", origin=flag.fact.origin)
        return None

    def principal_of(self, compute: Subject[Compute]) -> Principal:
        """Whom the jobs of a live compute run as. Raises NotKnown, NotThere.

        With several identities only the first is used (Microsoft Learn, "Attach a Kubernetes cluster"), and the
        service does not say which one that is.
        """
        found = compute.live
        assigned = found.identity_ids.value
        if len(assigned) + bool(found.principal_id.value) > 1:
            raise NotKnown(f"{compute.label} has several identities, and which of them its jobs run as is not known")
        if not assigned:
            if not found.principal_id.value:
                raise NotKnown(f"{compute.label} has an identity, but the service names no principal")
            return Principal(
                name=f"the system-assigned identity of {compute.label}", object_id=found.principal_id.value
            )
        identity = self.identity(assigned[0])
        if identity is None:
            raise NotKnown(f"identity {name_of(assigned[0])}, which {compute.label} runs as, was not read")
        object_id = identity.live.principal_id.value
        if not object_id:
            raise NotKnown(f"the service names no principal of {identity.label}, which {compute.label} runs as")
        noted = found.principals.value.get(arm_key(assigned[0]), "")
        outdated = noted.casefold() != object_id.casefold() if noted else None
        return Principal(name=identity.label, object_id=object_id, outdated=outdated)


@dataclass(frozen=True, slots=True)
class Submitter:
    """Whoever submits jobs, by object id: a user or a service principal, as verifier.toml declares."""

    object_id: str

    @property
    def label(self) -> str:
        """`submitter 0c4b…`: the same in every run."""
        return f"submitter {self.object_id}"

    @property
    def concerns(self) -> frozenset[str]:
        """Its object id."""
        return frozenset({self.object_id.casefold()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Whom jobs run as: a name for people and an object id.

    `outdated` when the compute was given the identity before that was made again: it then has another principal. None
    where the service noted no principal of it for the compute: what the identity may do as it is now can be judged, but
    not whether the compute still runs as that principal.
    """

    name: str
    object_id: str
    outdated: bool | None = False

    def refuse_unnoted(self) -> None:
        """Raise NotKnown where nobody knows whether jobs still run as this principal."""
        if self.outdated is None:
            raise NotKnown(
                f"which principal of {self.name} the compute was given is not said: it is {self.object_id} now, and "
                "was another one if the identity was made again since"
            )


def _names_attributes(asked: Type) -> bool:
    match asked:
        case ObjectOf():
            return True
        case ListOf(element=element) | SetOf(element=element) | MapOf(element=element):
            return _names_attributes(element)
        case TupleOf(elements=elements):
            return any(_names_attributes(e) for e in elements)
    return False


def _below(datastore: Subject[Datastore], workspace: Subject[Workspace]) -> bool:
    sides = (side for side in (datastore.stated, datastore.served) if side is not None)
    return any(s.workspace_id.known and same_arm_id(s.workspace_id.value, workspace.arm_id) for s in sides)


def _with_id(subjects: Iterable[Subject[K]], arm_id: str) -> Subject[K] | None:
    return next((s for s in subjects if s.arm_id and arm_key(s.arm_id) == arm_key(arm_id)), None)
