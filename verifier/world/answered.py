"""Answered: what a read that something else led to gave, where without it nothing can be said."""

from __future__ import annotations

from verifier.kinds.fact import NotKnown
from verifier.live.documents import Absent, Denied, Document, Failed, Found, Outcome


def documents_of(outcome: Outcome, what: str) -> tuple[Document, ...]:
    """The documents that a read found. Raises NotKnown for any other ending, in which `what` was not read."""
    match outcome:
        case Found(documents=documents):
            return documents
        case Denied(permission=permission, detail=detail):
            raise NotKnown(f"{what} could not be read: {detail or 'denied'}", missing=(permission,))
        case Failed(because=because):
            raise NotKnown(f"{what} could not be read: {because}")
        case Absent(code=code):
            raise NotKnown(f"{what} could not be read: the service says that it does not exist ({code})")
