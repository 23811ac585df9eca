"""Findings between processes: as plain data, for pytest-xdist's workers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from verifier.checking.finding import Acceptance, Finding, Fix, Hop, Intent, Reality, Severity, Verdict
from verifier.edits.edit import edit_from


def to_wire(finding: Finding) -> dict[str, Any]:
    """A finding as dicts, lists and strings."""
    plain = asdict(finding)
    plain["verdict"] = finding.verdict.value
    plain["severity"] = finding.severity.value
    plain["concerns"] = sorted(finding.concerns)
    return plain


def from_wire(plain: Mapping[str, Any]) -> Finding:
    """The finding that to_wire was given."""
    fields = dict(plain)
    intent, reality, fix, waiver = (fields.pop(name) for name in ("intent", "reality", "fix", "waiver"))
    fields["verdict"] = Verdict(fields["verdict"])
    fields["severity"] = Severity(fields["severity"])
    fields["concerns"] = frozenset(fields["concerns"])
    for name in ("see", "notes", "missing", "after"):
        fields[name] = tuple(fields[name])
    return Finding(
        **fields,
        intent=intent and Intent(**{**intent, "origin": tuple(Hop(**h) for h in intent["origin"])}),
        reality=reality and Reality(**reality),
        waiver=waiver and Acceptance(**waiver),
        fix=fix and Fix(**{**fix, "edits": tuple(map(edit_from, fix["edits"]))}),
    )
