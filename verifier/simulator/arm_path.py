"""The grammar of ARM paths: scope, namespace, types and names, and which scope stands above which."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

RESOURCES = "Microsoft.Resources"
POLICY_STATES = "microsoft.policyinsights/policystates/queryresults"
USER_CREDENTIAL = "microsoft.containerservice/managedclusters/listclusterusercredential"
POSTED = (POLICY_STATES, USER_CREDENTIAL)
"""What is asked for with a POST, and nothing else is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmPath:
    """One ARM path taken apart.

    `scope` is what stands before the last `/providers/`: empty for the root, a subscription, a resource group, or a
    whole resource id for an extension. Types and names alternate; a collection has one type more than names.
    Subscriptions and resource groups count as types of Microsoft.Resources.
    """

    text: str
    scope: str
    namespace: str
    types: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def is_collection(self) -> bool:
        """Whether this names a list of resources and not one of them."""
        return len(self.types) > len(self.names)

    @property
    def type(self) -> str:
        """The resource type, `Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials`."""
        return "/".join((self.namespace, *self.types))

    @property
    def collection(self) -> str:
        """The path of the list that holds this resource; of a collection, itself."""
        return self.text if self.is_collection else self.text.rsplit("/", 1)[0]

    @property
    def parent(self) -> str:
        """The id of the resource this is nested in or attached to; else the scope."""
        return self.collection.rsplit("/", 1)[0] if len(self.types) > 1 else self.scope


@lru_cache(maxsize=65536)
def parse(path: str) -> ArmPath | None:
    """Take a path apart; None when it has no type at all (`/subscriptions/x/providers/Microsoft.Storage`)."""
    segments = tuple(segment for segment in path.split("/") if segment)
    text = "/" + "/".join(segments)
    last = max((i for i, segment in enumerate(segments) if segment.casefold() == "providers"), default=None)
    if last is None:
        scope, namespace, rest = "", RESOURCES, segments
    elif last + 1 < len(segments):
        scope, namespace, rest = "/".join(("", *segments[:last])), segments[last + 1], segments[last + 2 :]
    else:
        return None
    if not rest:
        return None
    return ArmPath(text=text, scope=scope, namespace=namespace, types=rest[::2], names=rest[1::2])


@lru_cache(maxsize=65536)
def same(path: str) -> str:
    """The form in which two paths to the same thing are equal: one case, one slash, none at the end."""
    return "".join(f"/{segment}" for segment in path.casefold().split("/") if segment)


def is_at_or_below(path: str, scope: str) -> bool:
    """Whether `path` is `scope` or within it, by whole segments: `…/rg-ml2` is not within `…/rg-ml`."""
    inner, outer = same(path), same(scope)
    return inner == outer or inner.startswith(outer + "/")


def subscription_of(path: str) -> str:
    """The subscription id that a path starts with, as written; empty when it starts with none."""
    segments = [segment for segment in path.split("/") if segment]
    return segments[1] if len(segments) > 1 and segments[0].casefold() == "subscriptions" else ""


def resource_group_of(path: str) -> str:
    """The resource group's name within a path, as written; empty when there is none."""
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) > 3 and segments[2].casefold() == "resourcegroups" and subscription_of(path):
        return segments[3]
    return ""
