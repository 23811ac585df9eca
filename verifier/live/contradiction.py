"""Answers that cannot both be true: a list that is said to be of nothing, while what it is of was read."""

from __future__ import annotations

from verifier.live.arm_id import ArmId
from verifier.live.documents import Absent, Documents, Failed, Found, Outcome, Request


def settled(documents: Documents) -> Documents:
    """The documents, their contradictions settled: of the two answers the one that proves less is not believed.

    A 404 to a list says that its parent does not exist. Where the parent was read, the list has failed: taken as
    absent, all that is in it would silently be judged as not there.
    """
    return documents.with_more(
        {request: _disbelieved(request, outcome) for request, outcome in documents if _contradicted(request, documents)}
    )


def _contradicted(request: Request, documents: Documents) -> bool:
    listed = documents.outcome(request)
    if request.plane != "azure" or request.operation != "list" or not isinstance(listed, Absent):
        return False
    return isinstance(documents.get(parent_of(request.path)), Found)


def _disbelieved(request: Request, outcome: Outcome) -> Outcome:
    code = outcome.code if isinstance(outcome, Absent) else ""
    parent = parent_of(request.path).rpartition("/")[2]
    return Failed(
        because=f"the service says that it does not exist ({code}), though {parent}, which it is of, was read"
    )


def parent_of(collection: str) -> str:
    """The id of what a collection is of: `…/workspaces/mlw` of `…/workspaces/mlw/computes`, the scope of others."""
    parsed = ArmId.parse(collection)
    if parsed is None:
        return ""
    return collection.rstrip("/").rpartition("/")[0] if len(parsed.names) > 1 else parsed.scope
