"""Knowing less may only make a check unverified.

A world is broken in some ways, and read twice: whole, and with some reads denied, failed, or answered without their
properties. What a check says of the second must be what it says of the first, or that it could not look.
"""

from __future__ import annotations

import copy
import importlib.util
import inspect
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.checking.finding import Verdict
from verifier.checking.judging import judge
from verifier.checking.marker import Metadata, Question, read_marker
from verifier.checking.selection import SUBJECTS, chosen
from verifier.checking.verdicts import Disagreement, Inertness, listening
from verifier.hcl.values import JSON
from verifier.kinds.fact import NotKnown
from verifier.live.documents import Absent, Denied, Documents, Failed, Found, Outcome, Request, kubernetes_path
from verifier.live.reader import Reader
from verifier.live.snapshot import moment
from verifier.live.waves import read_environment
from verifier.terraform.configuration import Configuration, load
from verifier.terraform.plan import StaticPlan
from verifier.world import NotThere, World
from verifier.world.binding import live_bindings, with_ids, with_live
from verifier.world.join import join
from verifier.world.pairing import Intended
from verifier.world.targets import targets_of

REPOSITORY = Path(__file__).parents[2]
SUBSCRIPTION = "3f0c5c5e-52c1-4d39-9d0b-6f1e2a7d9c10"
ASSIGNMENTS = "/providers/microsoft.authorization/roleassignments"
DENIALS = "/providers/microsoft.authorization/denyassignments"
SKIPPED = "skipped"

Live = dict[str, Any]
Said = Mapping[tuple[str, str], str]
"""What each check says of each subject: a verdict's word, or that it does not apply."""


# --- reading -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cloud:
    """A world file as a reader. What is `withheld` ends as it says there, None: the answer has no properties."""

    live: Live
    withheld: Mapping[tuple[str, str, str, str], Outcome | None] = field(default_factory=dict)

    def read(self, request: Request, /) -> Outcome:
        whole = self._found(request)
        if request.key not in self.withheld:
            return whole
        ending = self.withheld[request.key]
        if ending is not None:
            return ending
        if not isinstance(whole, Found) or request.plane == "kubernetes":
            return Failed(because="the answer was cut off")
        return replace(whole, documents=tuple({**d, "properties": None} for d in whole.documents))

    def _found(self, request: Request) -> Outcome:
        path = request.path.casefold()
        if request.plane == "kubernetes":
            return _all(o for o in self.live["objects"] if kubernetes_path(o).rpartition("/")[0] == request.path)
        if request.operation == "get":
            found = [r for r in self.live["resources"] if r["id"].casefold() == path]
            return _all(found) if found else Absent(code="ResourceNotFound")
        if path.endswith(ASSIGNMENTS):
            held = self._reaching(path.removesuffix(ASSIGNMENTS), "roleAssignments")
            asked = request.assigned_to
            return _all(r for r in held if not asked or r["properties"]["principalId"] == asked)
        if path.endswith(DENIALS):
            return _all(self._reaching(path.removesuffix(DENIALS), "denyAssignments"))
        below = [r for r in self.live["resources"] if r["id"].casefold().rpartition("/")[0] == path]
        if path.endswith("/policystates/latest/queryresults"):
            return _all(below)
        owner = path.rpartition("/")[0].partition("/providers/microsoft.kubernetesconfiguration")[0]
        there = below or any(r["id"].casefold() == owner for r in self.live["resources"])
        return _all(below) if there else Absent(code="ParentResourceNotFound")

    def _reaching(self, scope: str, collection: str) -> Iterable[Mapping[str, Any]]:
        for resource in self.live["resources"]:
            at, _, name = (
                resource["id"].casefold().partition(f"/providers/microsoft.authorization/{collection}/".casefold())
            )
            if name and (scope + "/").startswith(at + "/"):
                yield resource


def _all(documents: Iterable[Mapping[str, Any]]) -> Found:
    return Found(documents=tuple(documents))


class Served(Reader, Protocol):
    """A world file, and a reader of what is live in it, or of what has become of that."""

    @property
    def live(self) -> Mapping[str, Any]: ...


class Stack:
    """The reference stack, evaluated once for each set of values that is bound into it."""

    def __init__(self, root: Path, variables: Mapping[str, str] | None = None) -> None:
        self._configuration: Configuration = load(root, inputs=tuple((variables or {}).items()))
        self._plans: dict[frozenset[tuple[str, JSON]], StaticPlan] = {}
        self.plan = with_ids(self._configuration.plan, SUBSCRIPTION)
        self._intended = Intended(plan=self.plan, subscription=SUBSCRIPTION)
        self._targets = targets_of(self._intended)

    def _replan(self, bound: Mapping[str, JSON]) -> StaticPlan:
        key = frozenset(bound.items())
        if key not in self._plans:
            self._plans[key] = self._configuration.plan(bound)
        return self._plans[key]

    def world(self, cloud: Served) -> tuple[World, Documents]:
        documents = read_environment(self._targets, cloud)
        live = tuple(live_bindings(self._intended, documents))
        plan = with_live(self.plan, self._replan, live)
        world = join(plan, documents, SUBSCRIPTION)
        return replace(world, now=moment(str(cloud.live["taken"]))), documents

    def offline(self) -> World:
        return join(self.plan, Documents(), SUBSCRIPTION, offline=True)


# --- judging -------------------------------------------------------------------------------------------------------


VERDICTS = (Disagreement, Inertness, NotKnown, NotThere, AssertionError)
"""What a check may raise; anything else is a defect of it, and ends the test."""


class Check(NamedTuple):
    metadata: Metadata
    subject: str
    takes_world: bool
    function: Callable[..., None]


@cache
def checks() -> tuple[Check, ...]:
    """Every bundled check, as its file says it."""
    found = []
    for file in sorted((REPOSITORY / "checks").glob("test_*.py")):
        spec = importlib.util.spec_from_file_location(f"bundled_{file.stem}", file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for function in vars(module).values():
            for mark in getattr(function, "pytestmark", []):
                names = list(inspect.signature(function).parameters)
                [subject] = [n for n in names if n in SUBJECTS]
                found.append(Check(read_marker(mark.kwargs, function.__doc__), subject, "world" in names, function))
    return tuple(found)


def verdicts(world: World) -> Said:
    """What every check says of this world."""
    said: dict[tuple[str, str], str] = {}
    for check in checks():
        if world.offline and check.metadata.asks is not Question.COHERENCE:
            continue
        for subject in chosen(check.subject, check.metadata.of, world):
            raised: BaseException | None = None
            with listening() as told:
                try:
                    check.function(**{check.subject: subject}, **({"world": world} if check.takes_world else {}))
                except pytest.skip.Exception as skipped:
                    raised = skipped
                except VERDICTS as verdict:
                    raised = verdict
            key = (check.metadata.id, subject.label)
            skipped_here = isinstance(raised, pytest.skip.Exception)
            said[key] = SKIPPED if skipped_here else judge(check.metadata, subject, told, raised).verdict.value
    return said


LOUD = {Verdict.DISAGREES.value, Verdict.UNVERIFIED.value}
SETTLED = {Verdict.AGREES.value, Verdict.DISAGREES.value, Verdict.INERT.value, SKIPPED}


def compare(whole: Said, partial: Said) -> None:
    """Demand that knowing less changed no answer but to `unverified`, and silenced nothing.

    Where the very subject of a disagreement is not seen any more, something else says that not all could be seen.
    """
    for key, word in partial.items():
        if word in SETTLED and (word, key in whole) != (SKIPPED, False):
            assert whole.get(key) == word, f"{key}: {word} with less known, {whole.get(key)} with all"
    for key, word in whole.items():
        if word == Verdict.DISAGREES.value:
            heard = {partial[key]} if key in partial else set(partial.values())
            assert heard & LOUD, f"{key} disagrees, and with less known nothing does"


# --- what can be wrong with a world ----------------------------------------------------------------------------------


def _of(live: Live, kind: str, name: str = "") -> list[dict[str, Any]]:
    ends = kind.casefold()
    return [r for r in live["resources"] if r["type"].casefold().endswith(ends) and (not name or r["name"] == name)]


def setting(kind: str, name: str = "", **properties: Any) -> Callable[[Live], None]:
    def change(live: Live) -> None:
        for resource in _of(live, kind, name):
            resource["properties"] |= copy.deepcopy(properties)

    return change


def top(kind: str, **members: Any) -> Callable[[Live], None]:
    def change(live: Live) -> None:
        for resource in _of(live, kind):
            resource.update(copy.deepcopy(members))

    return change


def gone(kind: str, name: str = "") -> Callable[[Live], None]:
    def change(live: Live) -> None:
        below = tuple(r["id"].casefold() + "/" for r in _of(live, kind, name))
        live["resources"] = [r for r in live["resources"] if not (r["id"].casefold() + "/").startswith(below)]

    return change


def object_gone(kind: str, name: str) -> Callable[[Live], None]:
    def change(live: Live) -> None:
        live["objects"] = [o for o in live["objects"] if (o["kind"], o["metadata"]["name"]) != (kind, name)]

    return change


def annotated(client: str) -> Callable[[Live], None]:
    def change(live: Live) -> None:
        for found in live["objects"]:
            if found["metadata"]["name"] == "pilot-runner":
                found["metadata"]["annotations"] = {"azure.workload.identity/client-id": client}

    return change


def another(kind: str, name: str, new: str, **properties: Any) -> Callable[[Live], None]:
    def change(live: Live) -> None:
        for resource in _of(live, kind, name)[:1]:
            made = json.loads(json.dumps(resource).replace(resource["name"], new))
            made["properties"] |= copy.deepcopy(properties)
            live["resources"].append(made)

    return change


GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-armpilot-dev-001"
ML = "id-ml-armpilot-dev-001"
ML_ID = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{ML}"
WORKSPACE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/mlw-armpilot-dev-001"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/starmpilotdev001"
EVERYBODY = [{"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}]


def denied_to_everybody(live: Live) -> None:
    live["resources"].append(
        {
            "id": f"{ACCOUNT}/providers/Microsoft.Authorization/denyAssignments/d",
            "name": "d",
            "type": "Microsoft.Authorization/denyAssignments",
            "properties": {"scope": ACCOUNT, "permissions": [{"dataActions": ["*"]}], "principals": EVERYBODY},
        }
    )


def kept_by_a_policy(live: Live) -> None:
    """Keys are on, and a policy sees to that."""
    rule, assigned = "/providers/Microsoft.Authorization/policyDefinitions/d", f"{GROUP}{POLICY_ASSIGNMENT}"
    setting("/storageAccounts", allowSharedKeyAccess=True)(live)
    live["resources"] += [
        {
            "id": f"{ACCOUNT}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults/s",
            "type": "Microsoft.PolicyInsights/policyStates/queryResults",
            "name": "s",
            "policyDefinitionAction": "modify",
            "complianceState": "Compliant",
            "policyDefinitionId": rule,
            "policyAssignmentId": assigned,
        },
        {
            "id": rule,
            "type": "Microsoft.Authorization/policyDefinitions",
            "name": "d",
            "properties": {"policyRule": {"field": "Microsoft.Storage/storageAccounts/allowSharedKeyAccess"}},
        },
        {
            "id": assigned,
            "type": "Microsoft.Authorization/policyAssignments",
            "name": "a",
            "properties": {"enforcementMode": "Default"},
        },
    ]


def trusted_access(live: Live) -> None:
    for cluster in _of(live, "/managedClusters"):
        live["resources"].append(
            {
                "id": f"{cluster['id']}/trustedAccessRoleBindings/mlw",
                "name": "mlw",
                "type": "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings",
                "properties": {
                    "sourceResourceId": WORKSPACE,
                    "roles": ["Microsoft.MachineLearningServices/workspaces/mlworkload"],
                },
            }
        )


def namespace_ending(live: Live) -> None:
    for found in live["objects"]:
        if found["kind"] == "Namespace":
            found["status"] = {"phase": "Terminating"}


def nodes_not_ready(live: Live) -> None:
    for found in live["objects"]:
        if found["kind"] == "Node":
            found["status"] |= {"conditions": [{"type": "Ready", "status": "Unknown"}]}


def pools_stopped(live: Live) -> None:
    for cluster in _of(live, "/managedClusters"):
        for pool in cluster["properties"]["agentPoolProfiles"]:
            pool["powerState"] = {"code": "Stopped"}


def operator_failing(live: Live) -> None:
    waiting = {"waiting": {"reason": "CrashLoopBackOff"}}
    live["objects"].append(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "aml-operator-7c9d8b6f5-x2x7q", "namespace": "azureml", "labels": {}},
            "spec": {"containers": [{"name": "manager"}]},
            "status": {"containerStatuses": [{"name": "manager", "state": waiting}]},
        }
    )


POLICY_ASSIGNMENT = "/providers/Microsoft.Authorization/policyAssignments/a"
STALE_ISSUER = "https://westus3.oic.prod-aks.azure.com/9b1f7c1e-2d54-4f0b-8a3c-4e6d5b7f2a18/an-older-cluster/"
AZUREML_SUBJECT = "system:serviceaccount:azureml:default"
TROUBLES: dict[str, Callable[[Live], None]] = {
    "keys are on": setting("/storageAccounts", allowSharedKeyAccess=None),
    "a datastore keeps a key": setting(
        "/datastores", "workspaceblobstore", credentials={"credentialsType": "AccountKey"}
    ),
    "a datastore of another account": another(
        "/datastores", "workspaceblobstore", "mine", accountName="stmine", credentials={"credentialsType": "Sas"}
    ),
    "a policy keeps keys on": kept_by_a_policy,
    "blobs are closed to keys": setting(
        "/storageAccounts", allowSharedKeyAccess=True, allowSharedKeyAccessForServices={"blob": {"enabled": False}}
    ),
    "blobs are open to keys": setting("/storageAccounts", allowSharedKeyAccessForServices={"blob": {"enabled": True}}),
    "the account is closed": setting("/storageAccounts", publicNetworkAccess="Disabled"),
    "the registry is closed": setting("/registries", publicNetworkAccess="Disabled"),
    "the workspace is closed": setting("/workspaces", publicNetworkAccess="Disabled"),
    "the account has directories": setting("/storageAccounts", isHnsEnabled=True),
    "a datastore of another group": setting("/datastores", "workspaceblobstore", resourceGroup="rg-of-yore"),
    "a datastore of no account": setting("/datastores", "workspaceblobstore", datastoreType="OneLake"),
    "a default datastore is gone": gone("/datastores", "workspacefilestore"),
    "a container is gone": gone("/blobServices/containers", "azureml"),
    "a share is gone": gone("/fileServices/shares", "code-391ff5ac-6576-460f-ba4d-7e03433c68b6"),
    "the workspace is in legacy mode": setting("/workspaces", v1LegacyMode=True, hbiWorkspace=True),
    "the workspace has another identity": top("/workspaces", identity={"type": "UserAssigned", "principalId": "p"}),
    "the workspace keeps keys": setting("/workspaces", systemDatastoresAuthMode="AccessKey"),
    "the workspace uses another account": setting("/workspaces", storageAccount=ACCOUNT + "x"),
    "the compute has no identity": top("/computes", identity=None),
    "the compute has its own identity": top("/computes", identity={"type": "SystemAssigned", "principalId": "p"}),
    "the compute has two identities": top(
        "/computes", identity={"type": "UserAssigned", "userAssignedIdentities": {ML_ID: {}, ML_ID + "2": {}}}
    ),
    "the identity was made again": setting("/userAssignedIdentities", ML, principalId="another", clientId="another"),
    "the compute is on another cluster": setting("/computes", resourceId=f"{GROUP}/providers/x/y/aks-other"),
    "there is no compute": gone("/computes"),
    "another compute": another("/computes", "", "k8s-other", resourceId=f"{GROUP}/providers/x/y/aks-other"),
    "there is no extension": gone("/extensions"),
    "the extension infers alone": setting("/extensions", configurationSettings={"enableInference": "True"}),
    "the extension's agent failed": setting("/extensions", errorInfo={"message": "timed out"}),
    "the extension's pods fail": operator_failing,
    "the extension failed": setting("/extensions", provisioningState="Failed"),
    "the extension has no identity": setting("/extensions", aksAssignedIdentity=None),
    "the extension has other settings": setting("/extensions", configurationSettings={"enableTraining": "False"}),
    "the compute reports an error": setting("/computes", provisioningErrors=[{"error": {"code": "Unreachable"}}]),
    "the workspace failed": setting("/workspaces", provisioningState="Failed"),
    "the workspace is at work": setting("/workspaces", provisioningState="Updating"),
    "the API server is closed": setting(
        "/managedClusters", apiServerAccessProfile={"authorizedIPRanges": ["10.1.0.0/16"]}
    ),
    "nodes are provisioned": setting("/managedClusters", nodeProvisioningProfile={"mode": "Auto"}),
    "no node is ready": nodes_not_ready,
    "the pools are stopped": pools_stopped,
    "the namespaces are being deleted": namespace_ending,
    "the compute failed": setting("/computes", provisioningState="Failed"),
    "the compute is in another namespace": setting(
        "/computes", properties={"namespace": "default", "extensionPrincipalId": "an-older-one"}
    ),
    "the cluster is stopped": setting("/managedClusters", powerState={"code": "Stopped"}),
    "the cluster has no local accounts": setting("/managedClusters", disableLocalAccounts=True),
    "the cluster lets the workspace in": trusted_access,
    "the extension has another name": another("/extensions", "", "by-hand"),
    "the cluster has no issuer": setting("/managedClusters", oidcIssuerProfile={"enabled": False}),
    "the cluster has another issuer": setting(
        "/managedClusters", oidcIssuerProfile={"enabled": True, "issuerURL": STALE_ISSUER + "new/"}
    ),
    "there is no credential": gone("/federatedIdentityCredentials"),
    "the issuer has no slash": setting("/federatedIdentityCredentials", issuer=STALE_ISSUER.rstrip("/")),
    "the audience is another": setting("/federatedIdentityCredentials", audiences=["api://other"]),
    "the subject is another": setting("/federatedIdentityCredentials", subject="system:serviceaccount:robotics:Pilot"),
    "a credential by hand": another("/federatedIdentityCredentials", "", "by-hand", subject=AZUREML_SUBJECT),
    "a stale credential by hand": another("/federatedIdentityCredentials", "", "stale", issuer=STALE_ISSUER),
    "a credential of another identity": another("/userAssignedIdentities", ML, "id-other", clientId="c2"),
    "no grant at all": gone("/roleAssignments"),
    "a condition on every grant": setting("/roleAssignments", condition="@Resource[x]"),
    "everybody is denied": denied_to_everybody,
    "no service account": object_gone("ServiceAccount", "pilot-runner"),
    "no namespace": object_gone("Namespace", "azureml"),
    "another client is annotated": annotated("00000000-0000-4000-8000-000000000000"),
    "the account is gone": gone("/storageAccounts"),
    "the workspace is gone": gone("/workspaces"),
    "the cluster is gone": gone("/managedClusters"),
    "the identity is gone": gone("/userAssignedIdentities", ML),
}


@cache
def healthy() -> Live:
    """The healthy world. Whoever changes it takes a copy."""
    live: Live = json.loads((REPOSITORY / "terraform/examples/healthy.world.json").read_text("utf-8"))
    return live


@cache
def stack() -> Stack:
    return Stack(REPOSITORY / "terraform")


def test_with_everything_known_every_check_agrees() -> None:
    world, _ = stack().world(Cloud(healthy()))

    assert set(verdicts(world).values()) == {Verdict.AGREES.value}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_each_trouble_is_one(trouble: str) -> None:
    """Else the property below would prove nothing by it."""
    live = copy.deepcopy(healthy())
    TROUBLES[trouble](live)

    assert live != healthy()
    stack().world(Cloud(live))


ENDINGS: st.SearchStrategy[Outcome | None] = st.sampled_from(
    [Denied(permission="x/read"), Failed(because="timed out"), None]
)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(
    troubles=st.sets(st.sampled_from(sorted(TROUBLES)), max_size=3),
    choice=st.lists(st.tuples(st.integers(0, 60), ENDINGS), min_size=1, max_size=6),
)
def test_knowing_less_of_what_is_live_changes_no_answer(
    troubles: set[str], choice: list[tuple[int, Outcome | None]]
) -> None:
    live = copy.deepcopy(healthy())
    for trouble in sorted(troubles):
        TROUBLES[trouble](live)
    world, documents = stack().world(Cloud(live))
    requests = [request for request, _ in documents]
    withheld = {requests[at % len(requests)].key: ending for at, ending in choice}

    less, _ = stack().world(Cloud(live, withheld))

    compare(verdicts(world), verdicts(less))


def short(request: Request) -> str:
    """`roleassignments of acrarmpilotdev001 for 866df6cb`."""
    owner, _, what = request.path.casefold().rpartition("/")
    owned = owner.removesuffix("/providers/microsoft.authorization").rpartition("/")[2]
    return f"{what} of {owned} for {request.assigned_to[:8]}"


NOTHING_TO_CUT = {
    "denyassignments of acrarmpilotdev001 for ",
    "denyassignments of starmpilotdev001 for ",
    "azureml of containers for ",
    "azureml-blobstore-f02bf2e6-ac1e-5c02-b935-fe34b2870af1 of containers for ",
    "azureml-filestore-f02bf2e6-ac1e-5c02-b935-fe34b2870af1 of shares for ",
    "code-391ff5ac-6576-460f-ba4d-7e03433c68b6 of shares for ",
}
"""Reads that tell by being answered at all: an empty list, and whether a container is there."""

BELIEVED = {"openid-configuration of .well-known for "}
"""A read that most callers are refused: where it is, the API server that was asked for is taken for the one meant."""


@pytest.mark.parametrize("ending", [Denied(permission="x/read"), Failed(because="timed out"), None], ids=str)
def test_each_read_that_is_withheld_is_missed(ending: Outcome | None) -> None:
    _, documents = stack().world(Cloud(healthy()))
    unmissed = set()
    for request, _ in documents:
        world, _ = stack().world(Cloud(healthy(), {request.key: ending}))
        said = set(verdicts(world).values())
        assert said <= {Verdict.AGREES.value, Verdict.UNVERIFIED.value}, short(request)
        if Verdict.UNVERIFIED.value not in said:
            unmissed.add(short(request))

    believed = BELIEVED if isinstance(ending, Denied) else set()
    assert unmissed == believed | (NOTHING_TO_CUT if ending is None else set())


# --- knowing less of the source ---------------------------------------------------------------------------------------

CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "integrate": ("bool", ("true", "false")),
    "install": ("bool", ("true", "false")),
    "federate": ("bool", ("true", "false")),
    "keys": ("bool", ("true", "false")),
    "mode": ("any", ('"identity"', '"accesskey"', "null")),
    "identity": ("object({ id = string })", (f'{{ id = "{ML_ID}" }}', "null")),
    "role": ("string", ("Storage Blob Data Contributor", "Storage Blob Data Reader", "Owner")),
    "namespace": ("string", ("robotics", "azureml")),
    "accounts_off": ("bool", ("true", "false")),
    "train": ("string", ("True", "False")),
}
"""What the source leaves to variables here: their types, and what they may be given."""

MORE = '  source = "./modules/sil"\n\n  accounts_off = var.accounts_off\n  train        = var.train\n'
WIRED = (
    (
        "main.tf",
        "should_integrate_aks        = var.should_integrate_aks_cluster",
        "should_integrate_aks = var.integrate",
    ),
    (
        "main.tf",
        "should_install_extension    = var.should_integrate_aks_cluster",
        "should_install_extension = var.install",
    ),
    (
        "main.tf",
        "should_federate_ml_identity = var.should_integrate_aks_cluster",
        "should_federate_ml_identity = var.federate",
    ),
    ("main.tf", "access_key = var.should_enable_storage_shared_access_key", "access_key = var.keys"),
    ("main.tf", 'system_datastores_auth_mode             = "identity"', "system_datastores_auth_mode = var.mode"),
    ("main.tf", "{ id = module.platform.ml_identity.id }", "var.identity"),
    ("main.tf", '  source = "./modules/sil"\n', MORE),
    ("modules/sil/main.tf", "local_account_disabled = false", "local_account_disabled = var.accounts_off"),
    ("modules/sil/azureml.tf", 'enableTraining  = "True"', "enableTraining  = var.train"),
    ("main.tf", "namespace       = workload.namespace", "namespace = var.namespace"),
    ("main.tf", '  source = "./modules/platform"\n', '  source = "./modules/platform"\n\n  role = var.role\n'),
    ("modules/platform/roles.tf", 'role  = "Storage Blob Data Contributor"', "role  = var.role"),
)


@cache
def wired() -> Path:
    """The reference stack, its decisions left to variables."""
    root = Path(tempfile.mkdtemp(prefix="knowing-less-")) / "terraform"
    shutil.copytree(REPOSITORY / "terraform", root, ignore=shutil.ignore_patterns("examples", ".terraform"))
    for file, old, new in WIRED:
        text = (root / file).read_text("utf-8")
        assert text.count(old) == 1, old
        (root / file).write_text(text.replace(old, new), "utf-8")
    declared = "".join(f'variable "{n}" {{\n  type = {t}\n}}\n' for n, (t, _) in CHOICES.items())
    (root / "choices.tf").write_text(declared, "utf-8")
    more = 'variable "accounts_off" {\n  type = bool\n}\nvariable "train" {\n  type = string\n}\n'
    (root / "modules/sil/more.tf").write_text(more, "utf-8")
    (root / "modules/platform/role.tf").write_text('variable "role" {\n  type = string\n}\n', "utf-8")
    return root


@cache
def stack_given(*given: tuple[str, str]) -> Stack:
    return Stack(wired(), dict(given))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    st.fixed_dictionaries({n: st.sampled_from(v) for n, (_, v) in CHOICES.items()}),
    st.sets(st.sampled_from(sorted(CHOICES)), min_size=1, max_size=3),
)
def test_knowing_less_of_the_source_changes_no_answer(choice: dict[str, str], withheld: set[str]) -> None:
    whole = stack_given(*sorted(choice.items()))
    less = stack_given(*sorted((n, v) for n, v in choice.items() if n not in withheld))

    compare(verdicts(whole.offline()), verdicts(less.offline()))
    cloud = Cloud(healthy())
    compare(verdicts(whole.world(cloud)[0]), verdicts(less.world(cloud)[0]))
