"""What the service answered to one read, as it came over the wire, whatever the SDK makes of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from verifier.live.azure.answers import Answer, Unusable, next_link
from verifier.live.documents import Request

MOST_PAGES = 1000


class Heard(Exception):
    """All that was asked for has come: what the SDK would make of the last answer is of no use to anybody."""


class Tape:
    """Keeps every answer to a request.

    The hook ends the SDK's call by raising Heard with the last answer, so that no model is made of it. A refusal is
    left to the SDK. A list that goes in circles or does not end is stopped by raising Unusable.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._links: set[str] = set()
        self.answers: list[Answer] = []

    def hook(self, response: Any) -> None:
        """To be called with each answer, once."""
        answer = answer_of(response)
        self.answers.append(answer)
        if answer.status != 200:
            return
        link = next_link(answer) if self._request.operation == "list" else ""
        if not link:
            raise Heard
        if link in self._links:
            raise Unusable("the list goes in circles: two of its pages have the same link to the next")
        if len(self.answers) >= MOST_PAGES:
            raise Unusable(f"the list has more than {MOST_PAGES} pages")
        self._links.add(link)


def answer_of(response: Any) -> Answer:
    """An answer from azure-core's pipeline response, of either generation."""
    http = response.http_response
    query = parse_qs(urlsplit(http.request.url).query)
    return Answer(
        status=http.status_code,
        body=http.body() if hasattr(http, "body") else http.content,
        api_version=query.get("api-version", [""])[0],
        retry_after=http.headers.get("Retry-After", ""),
    )
