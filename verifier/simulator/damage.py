"""Answers that are well-formed and wrong: what a reader must not take for what it asked for."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from verifier.simulator import pages
from verifier.simulator.wire import JSON, Answer, Call

_OTHER_ID = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/other/providers/Microsoft.Other/others/other"
)


def damaged(answer: Answer, call: Call, kind: str) -> Answer:
    """The answer as that kind of fault leaves it; only a 200 is worth damaging."""
    if answer.status != 200:
        return answer
    if kind == "empty-body":
        return Answer(status=200, body={})
    if kind == "not-an-object":
        return Answer(status=200, body=[])
    if kind == "wrong-resource":
        return Answer(status=200, body=_another(answer.body))
    if kind == "next-link-loop":
        return Answer(status=200, body=_looping(answer.body, call))
    return answer


def _another(body: JSON) -> JSON:
    if isinstance(body, dict) and isinstance(body.get("value"), list):
        return {"value": [_other_resource()]}
    if isinstance(body, dict) and isinstance(body.get("items"), list):
        return {**body, "kind": "OtherList", "items": [_other_object()]}
    if isinstance(body, dict) and "metadata" in body:
        return _other_object()
    return _other_resource()


def _other_resource() -> JSON:
    return {"id": _OTHER_ID, "name": "other", "type": "Microsoft.Other/others", "properties": {}}


def _other_object() -> JSON:
    return {"apiVersion": "v1", "kind": "Other", "metadata": {"name": "other"}}


def _looping(body: JSON, call: Call) -> JSON:
    if isinstance(body, dict) and isinstance(body.get("value"), list):
        return {**body, "nextLink": f"{call.endpoint}{quote(call.path)}?{urlencode(call.query)}"}
    if isinstance(body, dict) and isinstance(body.get("items"), list):
        metadata = body.get("metadata")
        known = metadata if isinstance(metadata, dict) else {}
        return {**body, "metadata": {**known, "continue": pages.encode(0, of=call.path)}}
    return body
