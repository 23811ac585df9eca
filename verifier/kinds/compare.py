"""How fields compare: by what they are, not by how they happen to be spelt.

Sources: ARM ids and enums are case-insensitive, federated credential issuers and subjects and Kubernetes names are
not (Microsoft Entra "workload identity federation considerations"); extension settings are strings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from verifier.hcl.values import Unknown
from verifier.kinds.fact import NotKnown

Same: TypeAlias = Callable[[object, object], bool]

REDACTED = "(redacted)"
"""What stands where a reader found a secret, which it does not keep."""
_BOOLEANS = {"true": True, "false": False}


def exactly(one: object, other: object) -> bool:
    """Byte for byte: issuers, subjects, Kubernetes names, booleans."""
    return type(one) is type(other) and one == other


def same_arm_id(one: object, other: object) -> bool:
    """ARM ids, segment by segment, without regard to case or a trailing slash."""
    return isinstance(one, str) and isinstance(other, str) and arm_key(one) == arm_key(other)


def same_word(one: object, other: object) -> bool:
    """Enums: without regard to case or spaces (`SystemAssigned, UserAssigned`)."""
    return isinstance(one, str) and isinstance(other, str) and _word(one) == _word(other)


def same_text(one: object, other: object) -> bool:
    """Texts in a language that does not care for blanks and line breaks: conditions."""
    return isinstance(one, str) and isinstance(other, str) and one.split() == other.split()


def same_setting(one: object, other: object) -> bool:
    """Extension settings: strings, with `True`, `true` and true the same, and ARM ids in any letters."""
    if isinstance(one, str) and one.casefold().startswith("/subscriptions/"):
        return same_arm_id(one, other)
    return _setting(one) == _setting(other)


def same_set(one: object, other: object) -> bool:
    """Collections whose order means nothing: audiences."""
    if not isinstance(one, list | tuple) or not isinstance(other, list | tuple):
        return False
    return sorted(map(str, one)) == sorted(map(str, other))


def same_words(one: object, other: object) -> bool:
    """Collections of enums, without regard to case or order."""
    if not isinstance(one, list | tuple) or not isinstance(other, list | tuple):
        return False
    return {_word(str(w)) for w in one} == {_word(str(w)) for w in other}


def same_addresses(one: object, other: object) -> bool:
    """Collections of IP addresses and ranges: a single address is a range of one."""
    if not isinstance(one, list | tuple) or not isinstance(other, list | tuple):
        return False
    return {str(a).removesuffix("/32") for a in one} == {str(a).removesuffix("/32") for a in other}


def same_arm_ids(one: object, other: object) -> bool:
    """Collections of ARM ids whose order means nothing."""
    if not isinstance(one, list | tuple) or not isinstance(other, list | tuple):
        return False
    return {arm_key(str(i)) for i in one} == {arm_key(str(i)) for i in other}


def settings_within(stated: object, served: object) -> bool:
    """Maps of settings of which the service may have more: each stated one is there, its key in the same letters.

    Raises NotKnown when it hangs on a setting that is not known before apply.
    """
    if not isinstance(stated, Mapping) or not isinstance(served, Mapping):
        return False
    real = {str(key): value for key, value in served.items()}
    known = {key: value for key, value in stated.items() if not isinstance(value, Unknown)}
    if not all(str(k) in real and same_setting(v, real[str(k)]) for k, v in known.items()):
        return False
    if len(known) < len(stated):
        raise NotKnown(f"the setting {min(stated.keys() - known.keys())} is not known before apply")
    return True


def labels_within(stated: object, served: object) -> bool:
    """Labels and annotations, of which others may give more: each stated one is there, to the letter.

    Raises NotKnown when it hangs on one that was taken for a secret, and not kept.
    """
    if not isinstance(stated, Mapping) or not isinstance(served, Mapping):
        return False
    kept = {key: value for key, value in stated.items() if served.get(key) != REDACTED}
    if not all(key in served and served[key] == value for key, value in kept.items()):
        return False
    if len(kept) < len(stated):
        raise NotKnown(f"what {min(stated.keys() - kept.keys())} is live looks like a secret, and was not kept")
    return True


def arm_key(arm_id: str) -> str:
    """An ARM id as a key: case-folded, without a trailing slash."""
    return arm_id.rstrip("/").casefold()


def within(scope: str, arm_id: str) -> bool:
    """Whether a resource lies at or below a scope, by whole segments (`…/rg-ml` does not hold `…/rg-ml2`).

    `/` holds everything; no scope at all holds nothing.
    """
    if not scope:
        return False
    outer, inner = arm_key(scope), arm_key(arm_id)
    return outer in ("", inner) or inner.startswith(outer + "/")


def subscription_in(arm_id: str) -> str:
    """The subscription that an ARM id is of, case-folded; empty for what is above subscriptions."""
    parts = arm_key(arm_id).split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "subscriptions" else ""


def name_of(arm_id: str) -> str:
    """The last segment of an ARM id: the resource's own name."""
    return arm_id.rstrip("/").rpartition("/")[2]


def group_of(arm_id: str) -> str:
    """The name of the resource group that an ARM id is in; empty for what is in none."""
    found = re.match(r"/subscriptions/[^/]+/resourceGroups/([^/]+)", arm_id, re.IGNORECASE)
    return found[1] if found else ""


def _word(text: str) -> str:
    return "".join(text.split()).casefold()


def _setting(value: object) -> object:
    text = value if isinstance(value, str) else str(value)
    return _BOOLEANS.get(text.strip().casefold(), text)
