"""Governed: what policies can keep as it is, and where that is otherwise than Terraform says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.served import Document
from verifier.kinds.storage_account import STORAGE_ACCOUNT
from verifier.world.differing import both_sides, field_of

if TYPE_CHECKING:
    from verifier.hcl.values import JSON
    from verifier.world.subject import Subject
    from verifier.world.threeway import Existence

KEYS = "shared_key_access"
"""Whether an account takes keys: it counts whether anybody said it or not, for left out it is on."""


def is_otherwise(subject: Subject[object], document: Mapping[str, JSON]) -> bool:
    """Whether a live thing is, in a field that policies can keep as it is, otherwise than Terraform says.

    False also where that is not known: whoever judges the field asks again.
    """
    served = subject.kind.from_document(Document(document, subject.arm_id))
    return any(_differs(subject, served, field) for field in subject.kind.aliases)


def is_governed(existence: Existence) -> bool:
    """Whether Terraform plans a thing, and sets a field of it that policies can keep otherwise, or may set one."""
    subject = existence.subject
    if not subject.planned or not subject.kind.aliases:
        return False
    said = subject.stated
    return said is None or any(
        both_sides(field, said, said, existence.ignored) is not None and not _is_of_keys(subject, field)
        for field in subject.kind.aliases
    )


def governed_facts(existence: Existence) -> Mapping[str, tuple[Fact[object], Fact[object]]]:
    """The fields of a thing that Terraform sets and policies can keep otherwise, as both sides say them.

    An account's keys are not among them, which have a check of their own. Raises NotKnown, NotThere.
    """
    subject, kind = existence.subject, existence.subject.kind
    served = subject.live
    sides = {
        field: both_sides(field, subject.intent, served, existence.ignored)
        for field in kind.aliases
        if not _is_of_keys(subject, field)
    }
    return {field: pair for field, pair in sides.items() if pair is not None}


def _differs(subject: Subject[object], served: object, field: str) -> bool:
    meant, found = field_of(subject.stated, field), field_of(served, field)
    judged = both_sides(field, subject.stated, served) is not None or _is_of_keys(subject, field)
    if not judged or not isinstance(meant, Fact) or not isinstance(found, Fact):
        return False
    try:
        return not subject.kind.compares[field](meant.value, found.value)
    except NotKnown:
        return False


def _is_of_keys(subject: Subject[object], field: str) -> bool:
    return subject.kind is STORAGE_ACCOUNT and field == KEYS
