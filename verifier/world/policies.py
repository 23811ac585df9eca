"""Policies: which ones keep a property of a resource as it is, whatever anybody sets.

A policy state says that a policy looked at a resource, with which effect, and whether the resource was as the policy
wants it; the definition says at which properties it looks; the assignment, whether it is enforced (Azure Policy REST
reference: Policy States, Policy Definitions, Policy Assignments).
"""

from __future__ import annotations

from dataclasses import dataclass

from verifier.kinds.compare import name_of
from verifier.kinds.policy import COMPLIANT, EXEMPT, is_enforced, policy_definition, policy_state
from verifier.kinds.served import Document
from verifier.kinds.storage_account import StorageAccount
from verifier.live.read_plan import ACTING, POLICY_STATES
from verifier.world.answered import documents_of
from verifier.world.joined import World
from verifier.world.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy that keeps something as it is: its name, what it does (deny, modify, append), and its assignment."""

    name: str
    effect: str
    assignment_id: str


def policies_on(world: World, subject: Subject[object], field: str) -> tuple[Policy, ...]:
    """The enforced policies that keep a field of a thing as it is now, sorted by name. Raises NotKnown.

    `field` is one that the thing's kind has an alias for. Not among the policies: those that only report, and those
    that the thing does not comply with, which kept nothing.
    """
    return _acting(world, subject, field, COMPLIANT)


def exempted_from(world: World, subject: Subject[object], field: str) -> tuple[Policy, ...]:
    """The enforced policies on a field that an exemption lets a thing out of, sorted by name. Raises NotKnown."""
    return _acting(world, subject, field, EXEMPT)


def _acting(world: World, subject: Subject[object], field: str, compliance: str) -> tuple[Policy, ...]:
    """The enforced policies that act on a field of a thing and find it so."""
    found: dict[str, Policy] = {}
    listed = world.documents.list(f"{subject.arm_id}/providers/{POLICY_STATES}")
    for document in documents_of(listed, f"the policies on {subject.label}"):
        state = policy_state(Document(document, subject.arm_id))
        if state.effect not in ACTING or state.compliance != compliance:
            continue
        definition, assignment = state.definition_id, state.assignment_id
        [said] = documents_of(world.documents.get(definition), f"policy {name_of(definition)}")
        rule = policy_definition(Document(said, definition))
        if not rule.looks_at(subject.kind.aliases[field]):
            continue
        [assigned] = documents_of(world.documents.get(assignment), f"policy assignment {name_of(assignment)}")
        if is_enforced(Document(assigned, assignment)):
            found[assignment.casefold()] = Policy(name=rule.name, effect=state.effect, assignment_id=assignment)
    return tuple(sorted(found.values(), key=lambda p: (p.name, p.assignment_id)))


def may_have_keys(account: Subject[StorageAccount]) -> bool:
    """Whether Terraform lets the account have keys, so that their being off is what went wrong."""
    return account.stated is None or account.stated.shared_key_access.content is not False
