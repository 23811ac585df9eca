"""The HTTP side: an ASGI application that turns requests into calls, lets faults strike, and delivers the answers."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
import time
import uuid
from dataclasses import replace
from typing import cast
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from verifier.simulator import arm_errors, blobs, entra, identity, kubernetes
from verifier.simulator.damage import damaged
from verifier.simulator.faults import Fault, FaultTable
from verifier.simulator.planes import REQUESTS_PATH, Credentials, Planes
from verifier.simulator.request_log import Seen
from verifier.simulator.wire import Answer, Call

TRANSPORT = "simulator.transport"
_HTML = "<html><head><title>Access denied</title></head><body>The proxy did not let this request pass.</body></html>"


class Application:
    """One server's ASGI application. `stopping` ends every wait, so that the server can end at once."""

    def __init__(self, planes: Planes, faults: FaultTable, *, endpoint: str) -> None:
        self._planes = planes
        self._faults = faults
        self._endpoint = endpoint
        self._ordinal = 0
        self._started = time.monotonic()
        self.stopping = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        began = time.monotonic()
        self._ordinal += 1
        ordinal = self._ordinal
        call = _call(request, self._endpoint)
        if call.method == "POST" and entra.is_entra(call.path):
            call = replace(call, form=tuple(parse_qsl((await request.body()).decode("ascii", "replace"))))
        latency, fault = (None, None) if call.path == REQUESTS_PATH else self._faults.due(_target(call))
        if latency is not None:
            await self._wait(latency.seconds)
        answer = self._answer(call, request.headers, fault)
        self._remember(call, request.headers, answer, fault, ordinal=ordinal, began=began)
        await self._deliver(answer, fault, scope, receive, send)

    def _answer(self, call: Call, headers: Headers, fault: Fault | None) -> Answer:
        if fault is not None and fault.kind in ("status", "bare"):
            return _refusal(call, fault)
        if fault is not None and fault.kind == "unwrapped":
            return _unwrapped(_refusal(call, fault))
        if fault is not None and fault.kind == "not-found":
            return _refusal(call, Fault(match=fault.match, kind="status", status=404, code="ResourceNotFound"))
        shown = Credentials(
            authorization=headers.get("authorization"),
            identity_header=headers.get(identity.HEADER.lower()),
            metadata=headers.get("metadata"),
            forwarded=headers.get("x-forwarded-for"),
        )
        answer = self._planes.answer(call, shown)
        return answer if fault is None else damaged(answer, call, fault.kind)

    def _remember(
        self, call: Call, headers: Headers, answer: Answer, fault: Fault | None, *, ordinal: int, began: float
    ) -> None:
        if call.path == REQUESTS_PATH:
            return
        status = answer.status
        if fault is not None and fault.kind in ("reset", "html"):
            status = 0 if fault.kind == "reset" else fault.status or 200
        self._planes.log.append(
            Seen(
                ordinal=ordinal,
                started=round(began - self._started, 6),
                milliseconds=round((time.monotonic() - began) * 1000, 3),
                method=call.method,
                path=call.path,
                query=urlencode(call.query),
                api_version=call.parameter("api-version") or "",
                status=status,
                user_agent=headers.get("user-agent", ""),
                client_request_id=headers.get("x-ms-client-request-id", ""),
            )
        )

    async def _deliver(self, answer: Answer, fault: Fault | None, scope: Scope, receive: Receive, send: Send) -> None:
        kind = "" if fault is None else fault.kind
        if kind == "reset":
            _reset(scope)
            await receive()
            return
        if fault is not None and kind == "html":
            page = Response(_HTML, status_code=fault.status or 200, media_type="text/html")
            await page(scope, receive, send)
            return
        response = Response(status_code=answer.status) if kind == "bare" else self._response(answer)
        if fault is not None and kind in ("truncated", "drip"):
            await self._deliver_in_pieces(response, fault, scope, receive, send)
            return
        await response(scope, receive, send)

    def _response(self, answer: Answer) -> Response:
        body = json.dumps(answer.body, ensure_ascii=False).encode()
        ordinary = {
            "content-type": "application/json; charset=utf-8",
            "cache-control": "no-cache",
            "x-ms-request-id": str(uuid.uuid4()),
            "x-ms-correlation-request-id": str(uuid.uuid4()),
        }
        return Response(body, status_code=answer.status, headers={**ordinary, **answer.headers})

    async def _deliver_in_pieces(
        self, response: Response, fault: Fault, scope: Scope, receive: Receive, send: Send
    ) -> None:
        body = bytes(response.body)
        await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
        if fault.kind == "truncated":
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            _transport(scope).close()
            await receive()
            return
        size = max(1, len(body) // 8)
        for start in range(0, len(body), size):
            await send({"type": "http.response.body", "body": body[start : start + size], "more_body": True})
            await self._wait(fault.seconds)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return


def _call(request: Request, endpoint: str) -> Call:
    path = re.sub("//+", "/", str(request.scope["path"]))
    return Call(
        method=request.method,
        path=path if path == "/" else path.rstrip("/"),
        endpoint=endpoint,
        query=tuple(request.query_params.multi_items()),
    )


def _target(call: Call) -> str:
    query = "&".join(f"{key}={value}" for key, value in call.query)
    return f"{call.path}?{query}" if query else call.path


_REASONS = {
    401: ("AuthenticationFailed", "Unauthorized"),
    403: ("AuthorizationFailed", "Forbidden"),
    404: ("ResourceNotFound", "NotFound"),
    429: ("SubscriptionRequestsThrottled", "TooManyRequests"),
    503: ("ServiceUnavailable", "ServiceUnavailable"),
    504: ("GatewayTimeout", "Timeout"),
}


def _refusal(call: Call, fault: Fault) -> Answer:
    status = fault.status or (404 if fault.kind == "bare" else 503)
    arm_code, reason = _REASONS.get(status, ("InternalServerError", "InternalError"))
    message = fault.message or "The request was refused by a fault of this simulator."
    if blobs.is_blob(call.path):
        answer = blobs.refusal(status, fault.code)
    elif kubernetes.is_kubernetes(call.path):
        answer = kubernetes.status(status, fault.code or reason, message)
    else:
        answer = arm_errors.error(status, fault.code or arm_code, message)
    if fault.retry_after is None:
        return answer
    return Answer(status=status, body=answer.body, headers={"Retry-After": f"{fault.retry_after:g}"})


def _unwrapped(refusal: Answer) -> Answer:
    error = refusal.body.get("error", refusal.body) if isinstance(refusal.body, dict) else refusal.body
    return Answer(status=refusal.status, body=error, headers=refusal.headers)


def _transport(scope: Scope) -> asyncio.Transport:
    return cast("asyncio.Transport", scope["state"][TRANSPORT])


def _reset(scope: Scope) -> None:
    """End the connection with RST: closing a socket that lingers for zero seconds sends one."""
    transport = _transport(scope)
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
