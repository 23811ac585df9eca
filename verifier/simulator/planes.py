"""Which plane a call belongs to, who makes it, and what that plane answers when nothing goes wrong on the way."""

from __future__ import annotations

import time
from dataclasses import dataclass

from verifier.simulator import arm_errors, arm_path, blobs, entra, identity, kubernetes
from verifier.simulator.arm import ArmPlane
from verifier.simulator.blobs import BlobPlane
from verifier.simulator.kubernetes import KubernetesPlane
from verifier.simulator.request_log import RequestLog
from verifier.simulator.tokens import ARM_AUDIENCES, KUBERNETES_AUDIENCES, STORAGE_AUDIENCES, Flaw, Tokens
from verifier.simulator.wire import Answer, Call, Principal
from verifier.simulator.world import World

REQUESTS_PATH = "/_simulator/requests"
_ANONYMOUS = Principal(object_id="system:anonymous", client_id="", tenant_id="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a request showed: its Authorization header, and those that managed identity endpoints look at, or None."""

    authorization: str | None
    identity_header: str | None
    metadata: str | None = None
    forwarded: str | None = None


class Planes:
    """Everything that one server answers. Knows no HTTP."""

    def __init__(
        self,
        world: World,
        *,
        page_size: int,
        token_lifetime_seconds: int,
        kubernetes_requires_token: bool,
        read_budget: int | None = None,
    ) -> None:
        self.tokens = Tokens()
        self.token_lifetime_seconds = token_lifetime_seconds
        self.log = RequestLog()
        self.identity = identity.IdentityEndpoint(world, self.tokens, lifetime_seconds=token_lifetime_seconds)
        self.entra = entra.TokenEndpoint(world, self.tokens, lifetime_seconds=token_lifetime_seconds)
        self._tenant = world.caller.tenant_id
        self._arm = ArmPlane(world, page_size=page_size)
        self._kubernetes = KubernetesPlane(world)
        self._kubernetes_requires_token = kubernetes_requires_token
        self._blobs = BlobPlane(world)
        self._budget = ReadBudget(read_budget)

    def signed_by(self, authority: str) -> None:
        """Say who signed this server's certificate, in PEM form: its clusters' kubeconfigs name it."""
        self._arm.authority = authority

    def answer(self, call: Call, shown: Credentials) -> Answer:
        """The answer to any request."""
        if call.path == REQUESTS_PATH:
            return Answer(status=200, body=[seen.as_json() for seen in self.log.all()])
        if call.path == identity.PATH:
            return self.identity.answer(call, shown.identity_header)
        if call.path == identity.MACHINE_PATH:
            return self.identity.machine_answer(call, shown.metadata, shown.forwarded)
        if entra.is_entra(call.path):
            return self.entra.answer(call)
        if kubernetes.is_kubernetes(call.path):
            return self._answer_kubernetes(call, shown)
        if blobs.is_blob(call.path):
            return self._answer_blob(call, shown)
        return self._budget.counted(self._answer_arm(call, shown), arm_path.subscription_of(call.path))

    def _answer_arm(self, call: Call, shown: Credentials) -> Answer:
        text = _bearer(shown.authorization)
        if text is None:
            message = "Authentication failed. The 'Authorization' header is missing."
            return arm_errors.unauthenticated("AuthenticationFailed", message, tenant=self._tenant)
        token = self.tokens.judge(text, audiences=ARM_AUDIENCES)
        if isinstance(token, str):
            code, message = _ARM_FLAWS[token]
            return arm_errors.unauthenticated(code, message, tenant=self._tenant)
        return self._arm.answer(call, token.principal)

    def _answer_blob(self, call: Call, shown: Credentials) -> Answer:
        text = _bearer(shown.authorization)
        token = None if text is None else self.tokens.judge(text, audiences=STORAGE_AUDIENCES)
        if token is None:
            return blobs.refusal(401, "NoAuthenticationInformation")
        if isinstance(token, str):
            return blobs.refusal(401)
        return self._blobs.answer(call, token.principal)

    def _answer_kubernetes(self, call: Call, shown: Credentials) -> Answer:
        text = _bearer(shown.authorization)
        if text is None and not self._kubernetes_requires_token:
            return self._kubernetes.answer(call, _ANONYMOUS)
        token = None if text is None else self.tokens.judge(text, audiences=KUBERNETES_AUDIENCES)
        if token is None or isinstance(token, str):
            return kubernetes.status(401, "Unauthorized", "Unauthorized")
        return self._kubernetes.answer(call, token.principal)


def _bearer(header: str | None) -> str | None:
    scheme, _, text = (header or "").partition(" ")
    return text.strip() if scheme.casefold() == "bearer" and text.strip() else None


_ARM_FLAWS: dict[Flaw, tuple[str, str]] = {
    "unknown": ("InvalidAuthenticationToken", "The access token is invalid."),
    "expired": (
        "ExpiredAuthenticationToken",
        "The access token expiry UTC time is earlier than the current UTC time.",
    ),
    "audience": (
        "InvalidAuthenticationTokenAudience",
        f"The access token has the wrong audience. The allowed audiences are '{', '.join(ARM_AUDIENCES)}'.",
    ),
}


class ReadBudget:
    """How many reads each subscription has left: a bucket that refills at 25 a second, as ARM counts them.

    `size` None is a bucket of 250 that only says what is left; one of a given size refuses what is too much.
    """

    SIZE = 250
    PER_SECOND = 25.0

    def __init__(self, size: int | None = None) -> None:
        self._refuses = size is not None
        self._size = float(self.SIZE if size is None else size)
        self._left: dict[str, tuple[float, float]] = {}
        """By subscription: how many were left, and when."""

    def counted(self, answer: Answer, subscription: str) -> Answer:
        """The answer to one read of a subscription, with what is left after it; a refusal where nothing was."""
        now = time.monotonic()
        before, at = self._left.get(subscription.casefold(), (self._size, now))
        left = min(self._size, before + (now - at) * self.PER_SECOND) - 1
        self._left[subscription.casefold()] = max(0.0, left), now
        if left < 0 and self._refuses:
            answer = arm_errors.error(429, "SubscriptionRequestsThrottled", "Too many reads.", Retry_After="1")
        said = {"x-ms-ratelimit-remaining-subscription-reads": str(int(max(0.0, left)))}
        return Answer(status=answer.status, body=answer.body, headers={**answer.headers, **said})
