"""Text on its way to a person: shortened where it is long, and made harmless where it comes from somewhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verifier.checking.finding import Finding

_ARM_ID = re.compile(r"(?<![\w.~/-])/(?:subscriptions|providers)/[A-Za-z0-9._()/-]*[A-Za-z0-9_)-]", re.IGNORECASE)
_PROVIDER = re.compile(r"/providers/[^/]+/", re.IGNORECASE)
_RESOURCE_GROUP = re.compile(r"/subscriptions/[^/]+/(?=resourceGroups/)", re.IGNORECASE)
# What a terminal obeys or draws out of order: C0 (but for the line break), DEL, C1, and Unicode's direction controls.
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def short(text: str) -> str:
    """The text with every ARM id in it cut to its last resource: `…/userAssignedIdentities/id-ml`.

    A child keeps its parent (`…/userAssignedIdentities/id-ml/federatedIdentityCredentials/aml`), and a collection what
    it hangs on (`…/storageAccounts/st/…/roleAssignments`). A subscription's own id stays whole.
    """
    return _ARM_ID.sub(lambda match: _short_id(match.group()), text)


def printable(text: str) -> str:
    """The text with every control character written out (`\\x1b`), but for line breaks."""
    return _UNPRINTABLE.sub(lambda match: match.group().encode("unicode_escape").decode("ascii"), text)


def name(finding: Finding) -> str:
    """What a finding is called in a report: its check and its subject."""
    return f"{finding.check} {short(finding.subject)}"


def plural(count: int, one: str) -> str:
    """`1 check`, `2 checks`."""
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def _short_id(id_: str) -> str:
    # The bracket that closes a sentence's own is not part of the id.
    tail = ")" if id_.endswith(")") and id_.count("(") < id_.count(")") else ""
    id_ = id_.removesuffix(tail)
    starts = [match.end() for match in _PROVIDER.finditer(id_)]
    if starts:
        last = id_[starts[-1] :]
        if "/" in last or len(starts) == 1:
            return f"…/{last}{tail}"
        owner = id_[starts[-2] : id_.lower().rindex("/providers/")]
        return f"…/{owner}/…/{last}{tail}"
    return _RESOURCE_GROUP.sub("…/", id_) + tail
