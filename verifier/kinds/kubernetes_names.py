"""What Kubernetes takes as a name (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/)."""

from __future__ import annotations

import re

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LONGEST_SUBDOMAIN = 253


def can_name_a_namespace(name: str) -> bool:
    """Whether a namespace can be called so: lower-case letters, digits and hyphens, at most 63."""
    return _LABEL.fullmatch(name) is not None


def can_name_an_account(name: str) -> bool:
    """Whether a service account can be called so: dots are taken, too, and 253 characters."""
    return len(name) <= LONGEST_SUBDOMAIN and _SUBDOMAIN.fullmatch(name) is not None
