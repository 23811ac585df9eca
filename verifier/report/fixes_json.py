"""What to change, for programs: JSON."""

from __future__ import annotations

import json

from verifier.checking.fixing import Change, Fixing
from verifier.report.json import JSON, fix_of

SCHEMA = "verify-infra/fix/1"


def render_fixes(fixing: Fixing, diff: str) -> str:
    """The steps in order, the diff that makes what of them can be made, and what cannot be updated in place."""
    document: dict[str, JSON] = {
        "schema": SCHEMA,
        "steps": [
            {**_change(step.change), "along": [_change(c) for c in step.along], "explains": [*step.explains]}
            for step in fixing.steps
        ],
        "files": [{"path": f.path, "new": f.new, "shared": f.shared} for f in fixing.files],
        "replaces": [*fixing.replaces],
        "diff": diff,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _change(change: Change) -> dict[str, JSON]:
    finding = change.finding
    return {
        "finding": finding.id,
        "what": finding.what,
        "fix": None if finding.fix is None else fix_of(finding.fix),
        "files": [*change.files],
        "not_made": change.not_made,
    }
