"""The read plan: what to read next, given what the intent names and what is known so far.

The first wave follows from names alone. The second needs what the first found: the storage account that a workspace
really uses, the identities and clusters of its computes, who holds which role where. A third is needed only for what
the second uncovers: a custom role, or the children of something found by its type.

Which principals are asked about at which scopes: every identity that a job can act as (each user-assigned identity
read, each compute's own) and whoever submits jobs, at each storage account; the computes' own at each registry that
asks for a role; a workspace's own at its account, where its datastores keep no key, and at the clusters attached to
it, where it acts as a user-assigned identity. What is denied there is read once for each. Where roles are planned to
be assigned, all assignments are read, whosever they are. What is known to be absent is no scope. Trusted Access
bindings matter where a cluster's local accounts are off or its API server lets in some addresses only, and are read
only then.

Kubernetes is read of one cluster. Which one that is the intent says, or else what the first wave finds: it then waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from verifier.live.arm_id import same, type_of
from verifier.live.documents import JSON, OPENID_CONFIGURATION, Absent, Document, Documents, Found, Request
from verifier.live.targets import Targets

CLUSTER = "Microsoft.ContainerService/managedClusters"
IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
COMPUTE = f"{WORKSPACE}/computes"
DATASTORE = f"{WORKSPACE}/datastores"
STORAGE_ACCOUNT = "Microsoft.Storage/storageAccounts"
ROLE_ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
DENY_ASSIGNMENT = "Microsoft.Authorization/denyAssignments"
POLICY_STATES = "Microsoft.PolicyInsights/policyStates/latest/queryResults"
POLICY_STATE = "Microsoft.PolicyInsights/policyStates/queryResults"
ACTING = frozenset({"append", "deny", "modify"})
"""The effects with which a policy keeps a property as it wants it; others only look, or make something beside it."""
REGISTRY = "Microsoft.ContainerRegistry/registries"
KEY_VAULT = "Microsoft.KeyVault/vaults"
WITHOUT_ROLES = ("adminUserEnabled", "anonymousPullEnabled")
"""How images are pulled from a registry by somebody who holds no role on it."""
OF_THEIR_OWN = ("hub", "project", "featurestore")
"""Kinds of workspaces with identities and grants of another sort."""
ZONE_GROUP = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"
FEDERATED_CREDENTIAL = f"{IDENTITY}/federatedIdentityCredentials"

GUARDED = (STORAGE_ACCOUNT, WORKSPACE, REGISTRY, KEY_VAULT)
"""What jobs have to reach, and what may be closed to the public network."""

NAMESPACES = "/api/v1/namespaces"
OF_A_CLUSTER = (
    NAMESPACES,
    "/api/v1/nodes",
    "/apis/amlarc.azureml.com/v1alpha1/instancetypes",
    "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
)
"""What is read once for a whole cluster."""


def wanted(targets: Targets, documents: Documents) -> tuple[Request, ...]:
    """Every read that is called for and not in `documents` yet, each once, in the order of the chain."""
    asked = (
        *(_list(path) for path in targets.lists),
        *_clusters(targets, documents),
        *_identities(targets, documents),
        *_workspaces(targets, documents),
        *(_get(account) for account in storage_accounts(targets, documents)),
        *(_get(thing) for thing in targets.things),
        *(_get(place) for place in places(documents)),
        *_deny_assignments(targets, documents),
        *_policies(targets, documents),
        *_network(documents),
        *_kubernetes(targets, documents),
        *_role_assignments(targets, documents),
        *_role_definitions(targets, documents),
    )
    new = {request.key: request for request in reversed(asked) if not _known(request, documents)}
    return tuple(reversed(new.values()))


def storage_accounts(targets: Targets, documents: Documents) -> tuple[str, ...]:
    """The accounts that the intent names, that are found by type, that workspaces use, that datastores point to."""
    used = [text(workspace, "properties", "storageAccount") for workspace in of_type(documents, WORKSPACE)]
    behind = [_datastore_account(datastore) for datastore in of_type(documents, DATASTORE)]
    return _distinct(*targets.storage_accounts, *_listed(targets, documents, STORAGE_ACCOUNT), *used, *behind)


def places(documents: Documents) -> tuple[str, ...]:
    """The containers and shares that datastores stand for."""
    return _distinct(*(_datastore_place(datastore, documents) for datastore in of_type(documents, DATASTORE)))


def principals(documents: Documents) -> tuple[str, ...]:
    """The object ids of every identity that a job can act as, as far as they are known."""
    own = [text(identity, "properties", "principalId") for identity in of_type(documents, IDENTITY)]
    for compute in of_type(documents, COMPUTE):
        own.append(text(compute, "identity", "principalId"))
        own += [text(assigned, "principalId") for assigned in _assigned(compute).values()]
    return _distinct(*own)


def job_principals(documents: Documents) -> tuple[str, ...]:
    """The object ids of the identities that computes have, as they are now."""
    computes = of_type(documents, COMPUTE)
    own = (text(compute, "identity", "principalId") for compute in computes)
    assigned = (documents.get(identity) for compute in computes for identity in _assigned(compute))
    found = (text(o.documents[0], "properties", "principalId") for o in assigned if isinstance(o, Found))
    return _distinct(*own, *found)


def workspace_grants(documents: Documents) -> Iterator[tuple[str, str]]:
    """Who is to hold roles where, so that workspaces work: their principals, and the account and clusters."""
    for workspace in _ordinary(documents):
        scopes = [] if _is_system_assigned(workspace) else _attached_to(workspace, documents)
        if text(workspace, "properties", "systemDatastoresAuthMode").casefold() not in ("", "accesskey"):
            scopes.append(text(workspace, "properties", "storageAccount"))
        for scope in _distinct(*scopes):
            if not isinstance(documents.get(scope), Absent):
                yield from ((principal, scope) for principal in _acting(workspace, documents))


def _acting(workspace: Document, documents: Documents) -> tuple[str, ...]:
    """The object ids that a workspace may act as: noted with it, or those of its identities as they are now."""
    assigned = _acting_as(workspace)
    noted = (text(told, "principalId") for told in assigned.values())
    outcomes = (documents.get(identity) for identity in assigned)
    now = (text(o.documents[0], "properties", "principalId") for o in outcomes if isinstance(o, Found))
    return _distinct(text(workspace, "identity", "principalId"), *noted, *now)


def _acting_as(workspace: Document) -> dict[str, JSON]:
    """The user-assigned identities that a workspace may act as, with what it notes of each."""
    primary = text(workspace, "properties", "primaryUserAssignedIdentity")
    assigned = _assigned(workspace)
    if primary:
        return {identity: told for identity, told in assigned.items() if same(identity, primary)}
    return {} if _is_system_assigned(workspace) else assigned


def _ordinary(documents: Documents) -> list[Document]:
    """The workspaces as such, that were read."""
    return [w for w in of_type(documents, WORKSPACE) if text(w, "kind").casefold() not in OF_THEIR_OWN]


def _is_system_assigned(workspace: Document) -> bool:
    return "systemassigned" in text(workspace, "identity", "type").casefold()


def _attached_to(workspace: Document, documents: Documents) -> list[str]:
    """The clusters that the live computes of a workspace are attached to."""
    computes = documents.list(f"{text(workspace, 'id')}/computes")
    attached = computes.documents if isinstance(computes, Found) else ()
    hosts = [text(compute, "properties", "resourceId") for compute in attached]
    return [host for host in hosts if type_of(host) == CLUSTER.casefold()]


def guarded_registries(documents: Documents) -> tuple[str, ...]:
    """The registries that were read and from which only whoever has a role may pull."""
    registries = of_type(documents, REGISTRY)
    return tuple(
        text(r, "id") for r in registries if not any(at(r, "properties", way) is True for way in WITHOUT_ROLES)
    )


def of_type(documents: Documents, arm_type: str) -> tuple[Document, ...]:
    """Every resource of an ARM type that was found, by whichever read."""
    return documents.of_type(arm_type)


def text(document: Document | JSON, first: str, *rest: str) -> str:
    """The string at a path; empty where there is none."""
    found = at(document, first, *rest) if isinstance(document, Mapping) else None
    return found if isinstance(found, str) else ""


def at(document: Document, first: str, *rest: str) -> JSON:
    """What stands at a path; None where nothing does."""
    found = document.get(first)
    if not rest:
        return found
    return at(found, *rest) if isinstance(found, dict) else None


def _clusters(targets: Targets, documents: Documents) -> Iterator[Request]:
    for cluster in _distinct(*targets.clusters, *_listed(targets, documents, CLUSTER), *_hosts(documents)):
        yield _get(cluster)
        yield _list(f"{cluster}/providers/Microsoft.KubernetesConfiguration/extensions")
    needing = [text(c, "id") for c in of_type(documents, CLUSTER) if _needs_trusted_access(c)]
    for cluster in _distinct(*targets.trusting, *needing):
        yield _list(f"{cluster}/trustedAccessRoleBindings")


def _hosts(documents: Documents) -> list[str]:
    """The clusters that live computes are attached to."""
    attached = [text(compute, "properties", "resourceId") for compute in of_type(documents, COMPUTE)]
    return [resource for resource in attached if type_of(resource) == CLUSTER.casefold()]


def _inside(targets: Targets, documents: Documents) -> tuple[str, ...] | None:
    """The clusters that Kubernetes reads can be of; None as long as what would tell is still to be read.

    Where the intent names none, it is the one that its group has, and that its workspaces' computes are attached to.
    """
    if targets.inside:
        return targets.inside
    telling = (*_lists_of(targets, CLUSTER), *(f"{w}/computes" for w in targets.workspaces))
    if not all(_known(_list(path), documents) for path in telling):
        return None
    return _distinct(*_listed(targets, documents, CLUSTER), *_hosts(documents))


def _needs_trusted_access(cluster: Document) -> bool:
    """Whether a workspace reaches a live cluster by a Trusted Access binding alone."""
    ranges = at(cluster, "properties", "apiServerAccessProfile", "authorizedIPRanges")
    return at(cluster, "properties", "disableLocalAccounts") is True or bool(ranges)


def _identities(targets: Targets, documents: Documents) -> Iterator[Request]:
    for identity in _distinct(*targets.identities, *_listed(targets, documents, IDENTITY)):
        yield _get(identity)
        yield _list(f"{identity}/federatedIdentityCredentials")
    for compute in of_type(documents, COMPUTE):
        for identity in _assigned(compute):
            yield _get(identity)
    for workspace in _ordinary(documents):
        for identity in _acting_as(workspace):
            yield _get(identity)


def _workspaces(targets: Targets, documents: Documents) -> Iterator[Request]:
    for workspace in _distinct(*targets.workspaces, *_listed(targets, documents, WORKSPACE)):
        yield _get(workspace)
        yield _list(f"{workspace}/computes")
        yield _list(f"{workspace}/datastores")


def _kubernetes(targets: Targets, documents: Documents) -> Iterator[Request]:
    inside = (*targets.namespaces, *targets.account_namespaces)
    if not (targets.clusters or inside or of_type(documents, CLUSTER)):
        return
    clusters = _inside(targets, documents)
    if clusters is None:
        return
    yield Request(plane="kubernetes", operation="get", path=OPENID_CONFIGURATION, clusters=clusters)
    for path in OF_A_CLUSTER:
        yield _list_inside(path, clusters)
    of_computes = [text(c, "properties", "properties", "namespace") for c in of_type(documents, COMPUTE)]
    of_subjects = [_namespace(text(c, "properties", "subject")) for c in of_type(documents, FEDERATED_CREDENTIAL)]
    for namespace in dict.fromkeys((*targets.namespaces, *of_computes, *of_subjects)):
        if namespace:
            yield _list_inside(f"{NAMESPACES}/{namespace}/serviceaccounts", clusters)
            yield _list_inside(f"{NAMESPACES}/{namespace}/pods", clusters)
    for namespace in targets.account_namespaces:
        yield _list_inside(f"{NAMESPACES}/{namespace}/serviceaccounts", clusters)
    for namespace in dict.fromkeys((*targets.job_namespaces, *of_computes)):
        if namespace:
            yield _list_inside(f"{NAMESPACES}/{namespace}/events", clusters)


def _role_assignments(targets: Targets, documents: Documents) -> Iterator[Request]:
    for account in storage_accounts(targets, documents):
        if isinstance(documents.get(account), Absent):
            continue
        for principal in _distinct(*principals(documents), *targets.principals, *targets.submitters):
            yield _assigned_to(principal, account)
    for registry in guarded_registries(documents):
        for principal in job_principals(documents):
            yield _assigned_to(principal, registry)
    for principal, scope in workspace_grants(documents):
        yield _assigned_to(principal, scope)
    for scope in _distinct(*targets.grant_scopes):
        if not isinstance(documents.get(scope), Absent):
            yield _list(f"{scope.rstrip('/')}/providers/{ROLE_ASSIGNMENT}")


def _assigned_to(principal: str, scope: str) -> Request:
    return Request(plane="azure", operation="list", path=f"{scope}/providers/{ROLE_ASSIGNMENT}", assigned_to=principal)


def _deny_assignments(targets: Targets, documents: Documents) -> Iterator[Request]:
    """What is taken away where rights are asked about, from whomever; who that is decides itself when it is judged."""
    for _, scope in workspace_grants(documents):
        if type_of(scope) == CLUSTER.casefold():
            yield _list(f"{scope}/providers/{DENY_ASSIGNMENT}")
    for registry in guarded_registries(documents):
        yield _list(f"{registry}/providers/{DENY_ASSIGNMENT}")
    for account in storage_accounts(targets, documents):
        if not isinstance(documents.get(account), Absent):
            yield _list(f"{account}/providers/{DENY_ASSIGNMENT}")


def _policies(targets: Targets, documents: Documents) -> Iterator[Request]:
    """What policies say of what is otherwise than it has to be, and the acting ones.

    It has to be as Terraform says, and an account's keys on where a datastore keeps one.
    """
    for identifier, otherwise in targets.governed:
        outcome = documents.get(identifier)
        if not isinstance(outcome, Found):
            continue
        document = outcome.documents[0]
        if otherwise(document) or (not _has_keys(document) and _is_used_by_key(identifier, documents)):
            yield _list(f"{identifier}/providers/{POLICY_STATES}")
    for state in of_type(documents, POLICY_STATE):
        if text(state, "policyDefinitionAction").casefold() in ACTING:
            yield _get(text(state, "policyAssignmentId"))
            yield _get(text(state, "policyDefinitionId"))


def _network(documents: Documents) -> Iterator[Request]:
    """Each workspace's registry and vault; of what is closed, its private endpoints, their zones, who asks those."""
    for workspace in of_type(documents, WORKSPACE):
        for used in ("containerRegistry", "keyVault"):
            if identifier := text(workspace, "properties", used):
                yield _get(identifier)
    closed = [resource for arm_type in GUARDED for resource in of_type(documents, arm_type) if _is_closed(resource)]
    for endpoint in _distinct(*(e for resource in closed for e in _endpoints(resource))):
        yield _get(endpoint)
        yield _list(f"{endpoint}/privateDnsZoneGroups")
    for group in of_type(documents, ZONE_GROUP):
        for config in _objects(at(group, "properties", "privateDnsZoneConfigs")):
            if zone := text(config, "properties", "privateDnsZoneId"):
                yield _list(f"{zone}/virtualNetworkLinks")
    for cluster in of_type(documents, CLUSTER) if closed else ():
        for pool in _objects(at(cluster, "properties", "agentPoolProfiles")):
            network, _, subnet = text(pool, "vnetSubnetID").rpartition("/subnets/")
            if network and subnet:
                yield _get(network)


def _is_closed(resource: Document) -> bool:
    """Whether the public network is shut out, or let in by rules alone; a registry calls its own networkRuleSet."""
    shut = text(resource, "properties", "publicNetworkAccess").casefold() == "disabled"
    shut = shut or bool(at(resource, "properties", "ipAllowlist"))
    rules = (text(resource, "properties", name, "defaultAction") for name in ("networkAcls", "networkRuleSet"))
    return shut or any(action.casefold() == "deny" for action in rules)


def _endpoints(resource: Document) -> Iterator[str]:
    for connection in _objects(at(resource, "properties", "privateEndpointConnections")):
        yield text(connection, "properties", "privateEndpoint", "id")


def _objects(value: JSON) -> list[Document]:
    return [member for member in value if isinstance(member, dict)] if isinstance(value, list) else []


def _is_used_by_key(account: str, documents: Documents) -> bool:
    """Whether a datastore keeps a credential for an account: a key, most likely, or what was made with one."""
    name = account.rpartition("/")[2].casefold()
    return any(
        text(store, "properties", "accountName").casefold() == name
        and text(store, "properties", "credentials", "credentialsType").casefold() not in ("", "none")
        for store in of_type(documents, DATASTORE)
    )


def _has_keys(account: Document) -> bool:
    return at(account, "properties", "allowSharedKeyAccess") is not False


def _role_definitions(targets: Targets, documents: Documents) -> Iterator[Request]:
    for collection in targets.role_lists:
        yield _list(collection)
    known = {guid.casefold() for guid in targets.known_roles}
    for assignment in of_type(documents, ROLE_ASSIGNMENT):
        definition = text(assignment, "properties", "roleDefinitionId")
        if definition and definition.rpartition("/")[2].casefold() not in known:
            yield _get(definition)


def _known(request: Request, documents: Documents) -> bool:
    if request.key in documents.outcomes:
        return True
    return request.operation == "get" and isinstance(documents.get(request.path), Found)


def _listed(targets: Targets, documents: Documents, arm_type: str) -> list[str]:
    outcomes = (documents.list(path) for path in _lists_of(targets, arm_type))
    return [text(d, "id") for outcome in outcomes if isinstance(outcome, Found) for d in outcome.documents]


def _lists_of(targets: Targets, arm_type: str) -> list[str]:
    return [path for path in targets.lists if path.casefold().endswith(f"/providers/{arm_type}".casefold())]


def _datastore_account(datastore: Document) -> str:
    """The account behind a datastore, where the datastore says in which group it is.

    A datastore of the workspace's own account may name the account alone; that one is read through the workspace.
    """
    subscription = text(datastore, "properties", "subscriptionId")
    group = text(datastore, "properties", "resourceGroup")
    name = text(datastore, "properties", "accountName")
    if not (subscription and group and name):
        return ""
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{STORAGE_ACCOUNT}/{name}"


PLACES = {
    "azureblob": ("blobServices/default/containers", "containerName"),
    "azuredatalakegen2": ("blobServices/default/containers", "filesystem"),
    "azurefile": ("fileServices/default/shares", "fileShareName"),
}
"""By a datastore's type, where its account lists the place it stands for, and where it names that."""


def _datastore_place(datastore: Document, documents: Documents) -> str:
    """The container or share that a datastore stands for; the account is the workspace's where it names no group."""
    collection, named = PLACES.get(text(datastore, "properties", "datastoreType").casefold(), ("", ""))
    name = text(datastore, "properties", named)
    account = _datastore_account(datastore) or _workspaces_account(datastore, documents)
    return f"{account}/{collection}/{name}" if collection and name and account else ""


def _workspaces_account(datastore: Document, documents: Documents) -> str:
    """The account of a datastore's workspace, if that is the one that the datastore names."""
    workspace = documents.get(text(datastore, "id").rpartition("/datastores/")[0])
    account = text(workspace.documents[0], "properties", "storageAccount") if isinstance(workspace, Found) else ""
    named = text(datastore, "properties", "accountName")
    return account if named and account.rpartition("/")[2].casefold() == named.casefold() else ""


def _assigned(bearer: Document) -> dict[str, JSON]:
    identities = at(bearer, "identity", "userAssignedIdentities")
    return identities if isinstance(identities, dict) else {}


def _namespace(subject: str) -> str:
    parts = subject.split(":")
    return parts[2] if len(parts) == 4 and parts[:2] == ["system", "serviceaccount"] else ""


def _list_inside(path: str, clusters: tuple[str, ...]) -> Request:
    return Request(plane="kubernetes", operation="list", path=path, clusters=clusters)


def _get(path: str) -> Request:
    return Request(plane="azure", operation="get", path=path)


def _list(path: str) -> Request:
    return Request(plane="azure", operation="list", path=path)


def _distinct(*paths: str) -> tuple[str, ...]:
    """Non-empty ids or object ids, each once, without regard to case."""
    seen: list[str] = []
    for path in paths:
        if path and not any(same(path, other) for other in seen):
            seen.append(path)
    return tuple(seen)
