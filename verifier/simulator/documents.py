"""The world's ARM documents, indexed the way that ARM looks them up, and as oddly cased as the services return them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from verifier.simulator import arm_path
from verifier.simulator.arm_path import ArmPath
from verifier.simulator.wire import JSON, Document
from verifier.simulator.world import MANAGEMENT_GROUPS, World

SUBSCRIPTION = "microsoft.resources/subscriptions"
RESOURCE_GROUP = "microsoft.resources/subscriptions/resourcegroups"
_GENERIC_LISTS = (f"{SUBSCRIPTION}/resources", f"{RESOURCE_GROUP}/resources")
# What always exists when its parent does, written in the world or not.
_SINGLETONS = {
    "microsoft.storage/storageaccounts/blobservices",
    "microsoft.storage/storageaccounts/fileservices",
    "microsoft.policyinsights/policystates",
}
# These services return their own ids with a lower-case `resourcegroups`.
_LOWER_CASE_GROUP = {"microsoft.managedidentity/userassignedidentities/federatedidentitycredentials"}
_RESOURCE_GROUPS = re.compile("/resourceGroups/", re.IGNORECASE)


class ArmDocuments:
    """Every ARM resource of a world, by id, by collection and by type."""

    def __init__(self, world: World) -> None:
        self._by_id: dict[str, Document] = {}
        self._paths: dict[str, ArmPath] = {}
        self._by_type: dict[str, list[str]] = {}
        self._groups: dict[str, str] = {}
        self._subscriptions = {world.subscription.casefold(): world.subscription} if world.subscription else {}
        for document in world.resources:
            path = arm_path.parse(str(document["id"]))
            if path is None:
                continue
            key = arm_path.same(path.text)
            self._by_id[key] = document
            self._paths[key] = path
            self._by_type.setdefault(path.type.casefold(), []).append(key)
            if subscription := arm_path.subscription_of(path.text):
                self._subscriptions.setdefault(subscription.casefold(), subscription)
            if group := arm_path.resource_group_of(path.text):
                self._groups.setdefault(_group_key(path.text), f"/subscriptions/{subscription}/resourceGroups/{group}")
        self._management_groups = {arm_path.same(group) for group in world.management_groups}

    def get(self, path: str) -> Document | None:
        """The resource with that id; subscriptions and resource groups exist by what is in them."""
        key = arm_path.same(path)
        if key in self._by_id:
            return as_returned(self._by_id[key], self._paths[key])
        where = arm_path.parse(path)
        if where is None or where.is_collection:
            return None
        if where.type.casefold() == SUBSCRIPTION and where.names[0].casefold() in self._subscriptions:
            return _subscription(self._subscriptions[where.names[0].casefold()])
        if where.type.casefold() == RESOURCE_GROUP and _group_key(path) in self._groups:
            return self._group(self._groups[_group_key(path)])
        return None

    def exists(self, path: str) -> bool:
        """Whether there is such a scope or parent: the root, a known group, or a resource that is held."""
        where = arm_path.parse(path)
        if where is None:
            return True
        if arm_path.same(path) in self._management_groups:
            return True
        if where.type.casefold() in _SINGLETONS:
            return self.exists(where.parent)
        return self.get(path) is not None

    def has_subscription(self, path: str) -> bool:
        """Whether the subscription that a path is in is one of this world's."""
        return arm_path.subscription_of(path).casefold() in self._subscriptions

    def has_resource_group(self, path: str) -> bool:
        """Whether anything of this world is in the resource group that a path is in."""
        return _group_key(path) in self._groups

    def has_type(self, resource_type: str) -> bool:
        """Whether this world holds a resource of that type, or of one nested in it."""
        wanted = resource_type.casefold()
        return any(held == wanted or held.startswith(wanted + "/") for held in self._by_type)

    def location(self, path: str) -> str:
        """The location of the resource group that a path is in, as far as the world says it; else global."""
        key = _group_key(path)
        found = (d.get("location") for k, d in self._by_id.items() if _group_key(k) == key)
        return next((location for location in found if isinstance(location, str)), "global")

    def listed(self, where: ArmPath) -> Sequence[Document]:
        """What a list of this collection holds, in the world's order.

        A top-level type is listed in a resource group or in the whole subscription; a nested type and an extension
        only where it stands.
        """
        if where.type.casefold() == SUBSCRIPTION:
            return [_subscription(name) for name in self._subscriptions.values()]
        if where.type.casefold() == RESOURCE_GROUP:
            return [self._group(name) for name in self._groups.values() if arm_path.is_at_or_below(name, where.parent)]
        if where.type.casefold() in _GENERIC_LISTS:
            return [self.returned(key) for key in self._by_id if self._is_top_level_in(key, where.parent)]
        wanted = arm_path.same(where.text)
        across = len(where.types) == 1 and _is_subscription(where.scope)
        return [
            self.returned(key)
            for key in self._by_type.get(where.type.casefold(), ())
            if arm_path.same(self._paths[key].collection) == wanted
            or (across and self._is_top_level_in(key, where.scope))
        ]

    def of_type(self, resource_type: str) -> Sequence[Document]:
        """Every resource of one type, wherever it is."""
        return [self.returned(key) for key in self._by_type.get(resource_type.casefold(), ())]

    def returned(self, key: str) -> Document:
        """A held document as its service returns it."""
        return as_returned(self._by_id[key], self._paths[key])

    def _is_top_level_in(self, key: str, scope: str) -> bool:
        path = self._paths[key]
        in_a_group = bool(arm_path.resource_group_of(path.scope)) and path.scope.count("/") == 4
        tracked = path.namespace.casefold() != "microsoft.authorization"
        return in_a_group and tracked and len(path.types) == 1 and arm_path.is_at_or_below(path.scope, scope)

    def _group(self, identifier: str) -> Document:
        return {
            "id": identifier,
            "name": identifier.rpartition("/")[2],
            "type": "Microsoft.Resources/resourceGroups",
            "location": self.location(identifier),
            "properties": {"provisioningState": "Succeeded"},
        }


def as_returned(document: Document, path: ArmPath) -> Document:
    """A document with its id cased as the service of its type returns it."""
    if path.type.casefold() not in _LOWER_CASE_GROUP:
        return document
    returned: dict[str, JSON] = {**document, "id": _RESOURCE_GROUPS.sub("/resourcegroups/", str(document["id"]))}
    return returned


def is_management_group(scope: str) -> bool:
    """Whether a scope is a management group's."""
    return arm_path.is_at_or_below(scope, MANAGEMENT_GROUPS)


def _subscription(identifier: str) -> Document:
    return {
        "id": f"/subscriptions/{identifier}",
        "subscriptionId": identifier,
        "displayName": identifier,
        "state": "Enabled",
    }


def _is_subscription(scope: str) -> bool:
    return scope.count("/") == 2 and bool(arm_path.subscription_of(scope))


def _group_key(path: str) -> str:
    return f"{arm_path.subscription_of(path)}/{arm_path.resource_group_of(path)}".casefold()
