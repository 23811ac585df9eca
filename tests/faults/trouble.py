"""What can go wrong with one read, and how the read then ends. docs/faults.md shows it as a table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from verifier.live.documents import Request
from verifier.simulator import Fault

Word = Literal["found", "absent", "denied", "failed"]

PATIENCE_SECONDS = 30.0
"""The deadline of a read that is answered, however badly: it never comes to it."""

IMPATIENCE_SECONDS = 0.4
"""The deadline of a read that is not answered in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that goes wrong, and how an Azure get, an Azure list and a Kubernetes list end; None: it cannot be.

    `fault` are the simulator's own settings of it. `below` limits it to what is, or is not, below another resource. A
    list that ends as absent is not believed, and has failed, where
    what it is of was read.
    """

    name: str
    get: Word | None
    list: Word | None
    kubernetes: Word | None = None
    below: bool | None = None
    fault: dict[str, Any] = field(default_factory=dict)

    def ends(self, request: Request) -> Word | None:
        """How a read of that sort is to end."""
        if request.plane == "kubernetes":
            return None if request.operation == "get" and self.get is None else self.kubernetes
        if self.below is not None and self.below != _is_below(request.path):
            return None
        return self.get if request.operation == "get" else self.list

    @property
    def inside(self) -> Word | None:
        """How a Kubernetes read ends where Azure was so struck when it was asked where the cluster's API server is."""
        if self.fault["kind"] == "next-link-loop":
            return None
        return "failed" if self.list == "absent" else self.list

    @property
    def blob(self) -> Word | None:
        """How reading a state from a blob ends: whose service has one code alone for what is not there, its own."""
        if self.fault["kind"] == "next-link-loop":
            return None
        return "failed" if self.get == "absent" and self.fault.get("code") else self.get

    def striking(self, request: Request) -> Fault:
        """The fault that strikes this read, on each of its pages, and no other."""
        asked = rf".*assignedTo\('{request.assigned_to}'\)" if request.assigned_to else ""
        return Fault(match=rf"^{re.escape(request.path)}(\?|$){asked}", **self.fault)

    @property
    def deadline_seconds(self) -> float:
        """How long the reading may take."""
        return IMPATIENCE_SECONDS if self.fault["kind"] in {"latency", "drip"} else PATIENCE_SECONDS


def _is_below(path: str) -> bool:
    """Whether there is another resource's name before the last type: `…/workspaces/w/computes`."""
    _, _, named = path.partition("/resourceGroups/")[2].partition("/providers/")
    return named.count("/") > 2


def _status(status: int, code: str = "", **more: Any) -> dict[str, Any]:
    return {"kind": "status", "status": status, "code": code, **more}


TROUBLES = (
    Trouble(name="403 AuthorizationFailed", get="denied", list="denied", kubernetes="denied", fault=_status(403)),
    Trouble(
        name="403, a proxy's page",
        get="failed",
        list="failed",
        kubernetes="failed",
        fault={"kind": "html", "status": 403},
    ),
    Trouble(
        name="403 without a body",
        get="failed",
        list="failed",
        kubernetes="failed",
        fault={"kind": "bare", "status": 403},
    ),
    Trouble(name="401 of this read alone", get="failed", list="failed", kubernetes="failed", fault=_status(401)),
    Trouble(name="404 ResourceNotFound", get="absent", list="absent", fault=_status(404)),
    Trouble(name="404 ResourceGroupNotFound", get="absent", list="absent", fault=_status(404, "ResourceGroupNotFound")),
    Trouble(
        name="404 ParentResourceNotFound", get="absent", list="absent", fault=_status(404, "ParentResourceNotFound")
    ),
    Trouble(
        name="404 NotFound, of what is below another resource",
        get="absent",
        list="absent",
        kubernetes="failed",
        below=True,
        fault=_status(404, "NotFound"),
    ),
    Trouble(
        name="404 NotFound, of a resource itself",
        get="failed",
        list="failed",
        below=False,
        fault=_status(404, "NotFound"),
    ),
    Trouble(
        name="404 ResourceNotFound, unwrapped",
        get="absent",
        list="absent",
        fault={"kind": "unwrapped", "status": 404},
    ),
    Trouble(name="404 SubscriptionNotFound", get="failed", list="failed", fault=_status(404, "SubscriptionNotFound")),
    Trouble(name="404 InvalidResourceType", get="failed", list="failed", fault=_status(404, "InvalidResourceType")),
    Trouble(name="404 of an unknown code", get="failed", list="failed", fault=_status(404, "UserError")),
    Trouble(
        name="404, a proxy's page",
        get="failed",
        list="failed",
        kubernetes="failed",
        fault={"kind": "html", "status": 404},
    ),
    Trouble(name="404 without a body", get="failed", list="failed", kubernetes="failed", fault={"kind": "bare"}),
    Trouble(
        name="400 NoRegisteredProviderFound",
        get="failed",
        list="failed",
        fault=_status(400, "NoRegisteredProviderFound"),
    ),
    Trouble(name="302 to elsewhere", get="failed", list="failed", kubernetes="failed", fault=_status(302, "Found")),
    Trouble(
        name="429, again and again",
        get="failed",
        list="failed",
        kubernetes="failed",
        fault=_status(429, retry_after=0.02),
    ),
    Trouble(
        name="429, longer than the deadline",
        get="failed",
        list="failed",
        kubernetes="failed",
        fault=_status(429, retry_after=3600),
    ),
    Trouble(name="500, again and again", get="failed", list="failed", kubernetes="failed", fault=_status(500)),
    Trouble(name="500, once", get="found", list="found", kubernetes="found", fault=_status(500, times=1)),
    Trouble(
        name="no answer in time",
        get="failed",
        list="failed",
        kubernetes="failed",
        fault={"kind": "latency", "seconds": 3.0},
    ),
    Trouble(
        name="an answer drop by drop",
        get="failed",
        list="failed",
        kubernetes="failed",
        fault={"kind": "drip", "seconds": 0.3},
    ),
    Trouble(name="connection reset", get="failed", list="failed", kubernetes="failed", fault={"kind": "reset"}),
    Trouble(
        name="connection reset, once",
        get="found",
        list="found",
        kubernetes="found",
        fault={"kind": "reset", "times": 1},
    ),
    Trouble(name="half a body", get="failed", list="failed", kubernetes="failed", fault={"kind": "truncated"}),
    Trouble(name="200, a proxy's page", get="failed", list="failed", kubernetes="failed", fault={"kind": "html"}),
    Trouble(name="200 {}", get="failed", list="failed", kubernetes="failed", fault={"kind": "empty-body"}),
    Trouble(name="200 []", get="failed", list="failed", kubernetes="failed", fault={"kind": "not-an-object"}),
    Trouble(
        name="200, another resource", get="failed", list="failed", kubernetes="failed", fault={"kind": "wrong-resource"}
    ),
    Trouble(
        name="a list that goes in circles",
        get=None,
        list="failed",
        kubernetes="failed",
        fault={"kind": "next-link-loop"},
    ),
)

AT_ITS_SCOPE = "rights are read at the account's scope, and the service lists them only of an account that exists"
OF_ASSIGNMENTS = "TWS01[role assignment"
STANDS_WITHOUT = {
    ("Microsoft.Storage/storageAccounts", "RBA01"): AT_ITS_SCOPE,
    ("Microsoft.Storage/storageAccounts", "RBA02"): AT_ITS_SCOPE,
    ("Microsoft.Storage/storageAccounts", "RBA03"): AT_ITS_SCOPE,
    ("Microsoft.Storage/storageAccounts", "RBA04"): AT_ITS_SCOPE,
    ("Microsoft.Storage/storageAccounts", OF_ASSIGNMENTS): AT_ITS_SCOPE,
    ("Microsoft.ContainerService/managedClusters", "INT25"): "the source takes the issuer from the cluster it makes",
    **dict.fromkeys(
        [("Microsoft.ContainerRegistry/registries", check) for check in ("RBA02", "RBA03", OF_ASSIGNMENTS)],
        "grants are read at the registry's scope, and the service lists them only of a registry that exists",
    ),
}
"""A type whose get may be refused, and the findings that agree all the same, by how they begin: their facts are from
elsewhere."""
