"""What the whole suite sends: only reads, only of what is to be read.

Every request to a simulator of this process is held to that, whoever sends it and whenever: also while fixtures are set
up or taken down. Tests of the simulator itself ask it for more, on purpose: such a request says so, by its user agent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from verifier.live.arm_id import type_of
from verifier.live.azure.reads import READINGS
from verifier.simulator import Seen
from verifier.simulator.request_log import RequestLog

BY_HAND = {"User-Agent": "by-hand"}
"""What a test sends with a request that the verifier would not make."""

KUBERNETES = re.compile(
    r"/\.well-known/openid-configuration|/api/v1/nodes|/api/v1/namespaces(/[^/]+/(serviceaccounts|pods|events))?(/[^/]+)?"
    r"|/apis/amlarc\.azureml\.com/v1alpha1/instancetypes"
    r"|/apis/admissionregistration\.k8s\.io/v1/mutatingwebhookconfigurations"
)
POLICY_STATES = re.compile(
    r"/subscriptions/[^/]+/resource[gG]roups/[^/]+/providers/(Microsoft.Storage/storageAccounts"
    r"|Microsoft.ContainerService/managedClusters|Microsoft.MachineLearningServices/workspaces"
    r"|Microsoft.ContainerRegistry/registries|Microsoft.KeyVault/vaults)/[^/]+"
    r"/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"
)
USER_CREDENTIAL = re.compile(
    r"/subscriptions/[^/]+/resource[gG]roups/[^/]+/providers/Microsoft.ContainerService/managedClusters/[^/]+"
    r"/listClusterUserCredential"
)
POSTS = (POLICY_STATES, USER_CREDENTIAL)
"""The two things that are read by a POST."""
BLOB = re.compile(r"/_blob/[^/]+/[^/]+/.+")
TOKENS = re.compile(r"/msi/token|/metadata/identity/oauth2/token|/[^/]+/v2\.0/\.well-known/openid-configuration")
ENTRA = re.compile(r"/[^/]+/oauth2/v2\.0/token")
"""Where azure-identity asks for tokens: of a managed identity, and where Entra gives them; and there, by a POST."""


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
        """What was sent since this was asked the last time."""
        taken = self.seen[:]
        del self.seen[: len(taken)]  # a server's thread may be adding to it
        return taken

    def objections(self) -> list[str]:
        """What is wrong with what was sent since anybody asked the last time."""
        return [said for seen in self.take() if (said := objection(seen))]


def objection(seen: Seen) -> str:
    """What is wrong with a request; empty when nothing is."""
    if seen.user_agent == BY_HAND["User-Agent"]:
        return ""
    if seen.method == "POST" and ENTRA.fullmatch(seen.path):
        return ""
    if seen.method == "POST" and any(path.fullmatch(seen.path) for path in POSTS) and seen.api_version:
        return ""
    if seen.method not in {"GET", "HEAD"}:
        return f"{seen.method} {seen.path} is not a read"
    if KUBERNETES.fullmatch(seen.path) or BLOB.fullmatch(seen.path) or TOKENS.fullmatch(seen.path):
        return ""
    if type_of(seen.path) in READINGS and seen.api_version and not USER_CREDENTIAL.fullmatch(seen.path):
        return ""
    return f"{seen.method} {seen.path} is not among what is to be read"
