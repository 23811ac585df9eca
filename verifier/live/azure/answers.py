"""From what the service answered to how the read ended. Pure: status and body in, outcome out.

An answer counts as found only if it is the resource that was asked for; as absent only if the service says that this
very thing does not exist. Everything else is denied or failed, with the service's own words.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from verifier.live.arm_id import ArmId, same, segments, type_of, under
from verifier.live.azure.kubeconfig import USER_CREDENTIAL, NotTaken, place_of
from verifier.live.documents import JSON, Absent, Denied, Document, Failed, Found, Outcome, Request

ABSENT_CODES = frozenset(
    {"resourcenotfound", "resourcegroupnotfound", "parentresourcenotfound"}
    | {"roledefinitiondoesnotexist", "roleassignmentnotfound"}
    | {"containernotfound", "sharenotfound"}
)
"""ARM's codes that prove absence: a resource, its parent, or the resource group it would be in does not exist.

A resource provider's own `NotFound` proves it of what is below another resource (a federated credential, say, whose
identity answered) and of nothing else: for a resource itself ARM has its own word.
Not among them: SubscriptionNotFound and InvalidSubscriptionId (the wrong place was asked), InvalidResourceType and
NoRegisteredProviderFound (the wrong question was), and an answer without a code (something between us and ARM).
"""

POLICY_STATES = "Microsoft.PolicyInsights/policyStates/queryResults"

_ACTION = re.compile(r"perform action '([^']+)'")
_DETAIL_LENGTH = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer as it came over the wire, after all retries."""

    status: int
    body: bytes
    api_version: str = ""
    retry_after: str = ""


class Unusable(Exception):
    """A body that is not what it should be; its text says why."""


def outcome(request: Request, answers: Sequence[Answer]) -> Outcome:
    """How a read ended: a get has one answer, a list one for each page, the last of which may be a refusal."""
    last = answers[-1]
    if last.status != 200:
        return _refusal(request, last)
    try:
        if request.operation == "get":
            return Found(documents=(_asked_for(request, last),), api_version=last.api_version)
        found = {str(item["id"]).casefold(): item for answer in answers for item in _items(request, answer)}
        if next_link(last):
            return Failed(because="the list broke off: its last page has a link to another")
        return Found(documents=tuple(found[key] for key in sorted(found)), api_version=last.api_version)
    except Unusable as error:
        return Failed(because=str(error))


def next_link(answer: Answer) -> str:
    """Where a page says that the next one is; empty on the last. Raises Unusable for a body that is not a page."""
    body = _object(answer)
    for name in ("nextLink", "@odata.nextLink"):
        link = body.get(name)
        if link is not None and not isinstance(link, str):
            raise Unusable("the answer's nextLink is not a link")
        if link:
            return link
    return ""


def permission(request: Request) -> str:
    """The action that a read of this path needs."""
    parsed = ArmId.parse(request.path)
    if parsed is not None and (parsed.is_a(POLICY_STATES) or parsed.is_a(USER_CREDENTIAL)):
        return f"{parsed.type}/action"
    return f"{parsed.type}/read" if parsed else request.path


def _asked_for(request: Request, answer: Answer) -> Document:
    body = _object(answer)
    identifier = body.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise Unusable("the answer is not the resource that was asked for: it has no id")
    if not (same(identifier, request.path) or _same_role_definition(identifier, request.path)):
        raise Unusable(f"the answer is not the resource that was asked for: it is {identifier}")
    return body


def _items(request: Request, answer: Answer) -> list[dict[str, JSON]]:
    body = _object(answer)
    if type_of(request.path) == USER_CREDENTIAL.casefold():
        return [_place(request, body)]
    items = body.get("value")
    if not isinstance(items, list):
        raise Unusable("the answer is not a list: it has no value")
    if type_of(request.path) == POLICY_STATES.casefold():
        return [_state(request, item) for item in items]
    return [_item(request, item) for item in items]


def _state(request: Request, item: JSON) -> dict[str, JSON]:
    """A policy state. It has no id, so it is given one: of the resource, by assignment, definition and reference."""
    scope = request.path.casefold().partition("/providers/microsoft.policyinsights/")[0]
    if not isinstance(item, dict) or not same(str(item.get("resourceId")), scope):
        raise Unusable("the list holds what is not a policy state of what was asked for")
    named = [item.get(k) for k in ("policyAssignmentId", "policyDefinitionId", "policyDefinitionReferenceId")]
    whose = hashlib.sha256(json.dumps(named).casefold().encode()).hexdigest()[:32]
    return {**item, "id": f"{request.path.rstrip('/')}/{whose}"}


def _place(request: Request, body: dict[str, JSON]) -> dict[str, JSON]:
    """Where a cluster's API server is, and who signs for it: the only things that leave this answer."""
    try:
        place = place_of(body)
    except NotTaken as error:
        raise Unusable(str(error)) from None
    identifier = f"{request.path.rstrip('/')}/apiServer"
    return {"id": identifier, "server": place.server, "certificateAuthority": place.authority}


def _item(request: Request, item: JSON) -> dict[str, JSON]:
    if not isinstance(item, dict) or not isinstance(item.get("id"), str):
        raise Unusable("the list holds something that has no id")
    identifier = str(item["id"])
    if type_of(identifier) != type_of(request.path):
        raise Unusable(f"the list holds another sort of thing: {identifier}")
    if not _inherited(request) and not under(identifier, request.path):
        raise Unusable(f"the list holds what is not in it: {identifier}")
    return item


def _inherited(request: Request) -> bool:
    """Whether a list also holds what scopes above have: all of Microsoft.Authorization's do."""
    return type_of(request.path).startswith("microsoft.authorization/")


def _object(answer: Answer) -> dict[str, JSON]:
    try:
        body = json.loads(answer.body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        start = answer.body.lstrip()[:1]
        looks = "HTML, as from a proxy or a sign-in page" if start == b"<" else "not JSON, or cut off"
        raise Unusable(f"the answer to HTTP {answer.status} is {looks}") from None
    if not isinstance(body, dict):
        raise Unusable("the answer is JSON, but not an object")
    return body


def _refusal(request: Request, answer: Answer) -> Outcome:
    code, message = _error(answer)
    said = f"HTTP {answer.status}" + (f" {code}" if code else "") + (f": {message}" if message else "")
    if answer.status == 403 and code:
        action = _ACTION.search(message)
        return Denied(permission=action[1] if action else permission(request), detail=f"{code}: {message}")
    if answer.status == 404 and (code.casefold() in ABSENT_CODES or (code == "NotFound" and _is_below(request))):
        return Absent(code=code)
    if answer.status == 429:
        asked = f"; it asks to wait {answer.retry_after} s" if answer.retry_after else ""
        return Failed(because=f"throttled{asked} ({said})")
    if answer.status in {403, 404} and not code:
        return Failed(because=f"{said or 'refused'}, not in Azure Resource Manager's words: a proxy or another server?")
    return Failed(because=said)


def _is_below(request: Request) -> bool:
    """Whether what is asked for is a child of another resource, or an extension of one."""
    parsed = ArmId.parse(request.path)
    return parsed is not None and (parsed.type.count("/") > 1 or "/providers/" in parsed.scope)


def _error(answer: Answer) -> tuple[str, str]:
    """ARM's code and message: `{"error": {"code": …, "message": …}}`; some providers leave the outer object out."""
    try:
        body = _object(answer)
    except Unusable:
        return "", ""
    error = body.get("error", body)
    if not isinstance(error, dict):
        return "", ""
    code, message = error.get("code"), error.get("message")
    return code if isinstance(code, str) else "", message[:_DETAIL_LENGTH] if isinstance(message, str) else ""


def _same_role_definition(left: str, right: str) -> bool:
    """A role definition is the same one under `/providers/…` and under `/subscriptions/…/providers/…`."""
    kind = "microsoft.authorization/roledefinitions"
    return type_of(left) == type_of(right) == kind and segments(left)[-1] == segments(right)[-1]


def _no_number(text: str) -> JSON:
    raise ValueError(f"{text} is not JSON")
