"""Explanations for programs, as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from verifier.hcl.console import represented
from verifier.hcl.representation import Tree
from verifier.hcl.source import Diagnostic, Place
from verifier.hcl.values import Value
from verifier.terraform.explaining import Decision, Explanation
from verifier.terraform.hops import Hop

SCHEMA = "verify-infra/why/1"


def why_document(asked: str, explanations: Iterable[Explanation], diagnostics: Iterable[Diagnostic]) -> dict[str, Tree]:
    """The answer to one question: everything that was explained, and what is wrong with the source."""
    return {
        "schema": SCHEMA,
        "asked": asked,
        "explanations": [_explanation(explanation) for explanation in explanations],
        "diagnostics": [diagnostic_tree(diagnostic) for diagnostic in diagnostics],
    }


def decision_tree(decision: Decision) -> dict[str, Tree]:
    """Who decided: `chosen` is true for a person, false for a default, null for nobody before apply."""
    return {
        "of": decision.of,
        "step": decision.step.value,
        "text": decision.text,
        "place": place_tree(decision.place),
        "chosen": decision.chosen,
    }


def place_tree(place: Place | None) -> Tree:
    """A place: `file` is relative to the root module's directory, `line` and `column` count from 1."""
    return None if place is None else {"file": place.file, "line": place.line, "column": place.column}


def diagnostic_tree(diagnostic: Diagnostic) -> dict[str, Tree]:
    """Something that is wrong with the source."""
    return {
        "severity": diagnostic.severity,
        "summary": diagnostic.summary,
        "detail": diagnostic.detail,
        "place": place_tree(diagnostic.place),
        "next_step": diagnostic.next_step,
    }


def _explanation(explanation: Explanation) -> dict[str, Tree]:
    return {
        "address": explanation.address,
        "presence": explanation.presence or None,
        "because": explanation.because,
        "is": _value(explanation.value),
        "place": place_tree(explanation.place),
        "hops": [_hop(hop) for hop in explanation.hops],
        "decided_by": [decision_tree(decision) for decision in explanation.decisions],
    }


def _hop(hop: Hop) -> dict[str, Tree]:
    return {
        "step": hop.step.value,
        "text": hop.text,
        "is": _value(hop.value),
        "place": place_tree(hop.place),
        "source": hop.source,
        "note": hop.note,
        "again": hop.again,
        "behind": [_hop(inner) for inner in hop.behind],
    }


def _value(value: Value | None) -> Tree:
    return None if value is None else represented(value)
