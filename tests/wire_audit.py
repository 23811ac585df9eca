"""What the whole suite sends: only reads, only of what is to be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from verifier.live.arm_id import type_of
from verifier.live.azure.reads import READINGS
from verifier.simulator import Seen
from verifier.simulator.request_log import RequestLog

OURS = "verify-infra/"
"""How the user agent of all that the verifier sends begins. Tests also send by hand, and azure-identity for tokens."""

KUBERNETES = re.compile(
    r"/\.well-known/openid-configuration|/api/v1/nodes|/api/v1/namespaces(/[^/]+/(serviceaccounts|pods|events))?(/[^/]+)?"
    r"|/apis/amlarc\.azureml\.com/v1alpha1/instancetypes"
    r"|/apis/admissionregistration\.k8s\.io/v1/mutatingwebhookconfigurations"
)
POLICY_STATES = re.compile(
    r"/subscriptions/[^/]+/resource[gG]roups/[^/]+/providers/Microsoft.Storage/storageAccounts/[^/]+"
    r"/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"
)
USER_CREDENTIAL = re.compile(
    r"/subscriptions/[^/]+/resource[gG]roups/[^/]+/providers/Microsoft.ContainerService/managedClusters/[^/]+"
    r"/listClusterUserCredential"
)
POSTS = (POLICY_STATES, USER_CREDENTIAL)
"""The two things that are read by a POST."""
BLOB = re.compile(r"/_blob/[^/]+/[^/]+/.+")
TOKENS = re.compile(r"/msi/token|/[^/]+/oauth2/v2\.0/token")


@dataclass(slots=True)
class WireAudit:
    """Sees every request that reaches any simulator of this process."""

    seen: list[Seen] = field(default_factory=list)

    def listen(self) -> None:
        """Hear of every request from now on."""
        remember = RequestLog.append

        def append(log: RequestLog, seen: Seen) -> None:
            self.seen.append(seen)
            remember(log, seen)

        RequestLog.append = append  # type: ignore[method-assign]  # for the whole session

    def take(self) -> list[Seen]:
        """What was sent by the verifier since this was asked the last time."""
        taken, self.seen = self.seen, []
        return [seen for seen in taken if seen.user_agent.startswith(OURS)]


def objection(seen: Seen) -> str:
    """What is wrong with a request that the verifier sent; empty when nothing is."""
    if seen.method == "POST" and any(path.fullmatch(seen.path) for path in POSTS) and seen.api_version:
        return ""
    if seen.method not in {"GET", "HEAD"}:
        return f"{seen.method} {seen.path} is not a read"
    if KUBERNETES.fullmatch(seen.path) or BLOB.fullmatch(seen.path) or TOKENS.fullmatch(seen.path):
        return ""
    if type_of(seen.path) in READINGS and seen.api_version and not USER_CREDENTIAL.fullmatch(seen.path):
        return ""
    return f"{seen.method} {seen.path} is not among what is to be read"
