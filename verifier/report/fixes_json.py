"""What to change, for programs: JSON, its shape published as docs/fix.schema.json."""

from __future__ import annotations

import json

from verifier.checking.fixing import Change, Mending, Tried
from verifier.checking.links import Chain
from verifier.report.json import JSON, fix_of

SCHEMA = "verify-infra/fix/1"


def render_fixes(mended: Mending, diff: str) -> str:
    """The steps in order, the diff that makes what of them can be made, and the ways out of each broken chain."""
    fixing = mended.fixing
    document: dict[str, JSON] = {
        "schema": SCHEMA,
        "steps": [
            {**_change(step.change), "along": [_change(c) for c in step.along], "explains": [*step.explains]}
            for step in fixing.steps
        ],
        "files": [{"path": f.path, "new": f.new, "shared": f.shared} for f in fixing.files],
        "beforehand": [*fixing.beforehand],
        "replaces": [*fixing.replaces],
        "diff": diff,
        "tried": None if mended.tried is None else _tried(mended.tried),
        "ways_out": [_ways_out(chain) for chain in mended.result.chains if chain.ways_out],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _tried(tried: Tried) -> JSON:
    return {
        "settled": [*tried.settled],
        "left": [{"finding": finding.id, "what": finding.what} for finding in tried.left],
        "new": [{"finding": finding.id, "what": finding.what} for finding in tried.new],
        "errors": [*tried.errors],
    }


def _ways_out(chain: Chain) -> JSON:
    return {
        "compute": chain.compute,
        "ways": [
            {
                "name": way.name,
                "works": way.works.value,
                "here": way.here,
                "security": way.security,
                "weakens_security": way.weakens_security,
                "work": way.work,
            }
            for way in chain.ways_out
        ],
    }


def _change(change: Change) -> dict[str, JSON]:
    finding = change.finding
    return {
        "finding": finding.id,
        "what": finding.what,
        "fix": None if finding.fix is None else fix_of(finding.fix),
        "files": [*change.files],
        "not_made": change.not_made,
    }
