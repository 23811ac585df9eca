"""ARM ids: comparing and taking apart `/subscriptions/…/providers/Namespace/type/name`.

Services answer with ids in other letters than they were asked with (`resourcegroups`, `ManagedClusters`), so ids
are compared segment by segment and without regard to case, and never by prefix of characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@lru_cache(maxsize=4096)
def segments(path: str) -> tuple[str, ...]:
    """The parts of an id, folded for comparison."""
    return tuple(path.casefold().strip("/").split("/"))


def same(left: str, right: str) -> bool:
    """Whether two ids name the same thing."""
    return segments(left) == segments(right)


def under(path: str, collection: str) -> bool:
    """Whether an id is below a collection or parent."""
    inner, outer = segments(path), segments(collection)
    return len(inner) > len(outer) and inner[: len(outer)] == outer


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmId:
    """An id taken apart. In the id of a collection (`…/id-ml/federatedIdentityCredentials`) the last name is empty.

    >>> ArmId.parse("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/st").type
    'Microsoft.Storage/storageAccounts'

    `names` belong to the segments of `type` after the namespace, outermost first. `scope` is what stands before the
    last `/providers/`: a subscription, a resource group, or the resource that an extension resource belongs to.
    """

    scope: str
    type: str
    names: tuple[str, ...]

    @classmethod
    def parse(cls, path: str) -> ArmId | None:
        """None for what has no `/providers/Namespace/type` in it, or a segment that a URL would not keep."""
        parts = path.strip("/").split("/")
        if any(part in {"", ".", ".."} for part in parts):
            return None
        folded = [part.casefold() for part in parts]
        if "providers" not in folded:
            return None
        at = len(folded) - 1 - folded[::-1].index("providers")
        namespace, *rest = parts[at + 1 :] or [""]
        if not rest:
            return None
        types, names = rest[0::2], rest[1::2]
        names = [*names, ""] if len(names) < len(types) else names
        scope = "".join(f"/{part}" for part in parts[:at])
        return cls(scope=scope, type="/".join([namespace, *types]), names=tuple(names))

    @property
    def subscription(self) -> str:
        """The subscription's id; empty for what is above subscriptions."""
        return _after(self.scope, "subscriptions")

    @property
    def resource_group(self) -> str:
        """The resource group's name; empty for what is above resource groups."""
        return _after(self.scope, "resourcegroups")

    @property
    def name(self) -> str:
        """The last name; empty for a collection."""
        return self.names[-1]

    def is_a(self, arm_type: str) -> bool:
        """Whether this is of an ARM type."""
        return self.type.casefold() == arm_type.casefold()


@lru_cache(maxsize=4096)
@lru_cache(maxsize=4096)
def type_of(path: str) -> str:
    """The ARM type that an id ends in, folded for comparison; empty for what is not an id."""
    parsed = ArmId.parse(path)
    return parsed.type.casefold() if parsed else ""


def _after(scope: str, word: str) -> str:
    parts = scope.strip("/").split("/")
    folded = [part.casefold() for part in parts]
    at = folded.index(word) + 1 if word in folded else len(parts)
    return parts[at] if at < len(parts) else ""
