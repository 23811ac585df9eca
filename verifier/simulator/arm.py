"""The Azure plane: generic GET by id and list of children over the world's documents, refused in ARM's order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from verifier.simulator import api_versions, arm_errors, arm_path, authorization, kubeconfig, pages, permissions
from verifier.simulator.arm_path import ArmPath
from verifier.simulator.documents import ArmDocuments
from verifier.simulator.wire import Answer, Call, Document, Principal
from verifier.simulator.world import Ending, World

_RESOURCE_TYPE_FILTER = re.compile(r"\s*resourceType\s+eq\s+'(?P<type>[^']*)'\s*", re.IGNORECASE)


class ArmPlane:
    """Answers one world's ARM reads. Knows no HTTP and no tokens: the call names its caller.

    `authority` is in PEM form who signed this server's certificate.
    """

    def __init__(self, world: World, *, page_size: int) -> None:
        self.authority = kubeconfig.NO_AUTHORITY
        self._world = world
        self._page_size = page_size
        self._documents = ArmDocuments(world)
        self._authorization = authorization.Authorization(world, self._documents)

    def answer(self, call: Call, caller: Principal) -> Answer:
        """ARM's answer to an authenticated call."""
        where = arm_path.parse(call.path)
        queries = where is not None and where.type.casefold() in arm_path.POSTED and where.is_collection
        if call.method not in (("POST",) if queries else ("GET", "HEAD")):
            return arm_errors.method_not_allowed(call.method)
        if where is None:
            return arm_errors.error(404, "NotFound", f"There is no resource at '{call.path}'.")
        return self._refusal(call, where, caller) or self._read(call, where)

    def _refusal(self, call: Call, where: ArmPath, caller: Principal) -> Answer | None:
        """In ARM's order: api-version, subscription, permission, resource group, parent."""
        unversioned = api_versions.refusal(
            where.type,
            call.parameter("api-version"),
            held=self._documents.has_type(where.type),
            location=lambda: self._documents.location(where.text),
        )
        if unversioned is not None:
            return unversioned
        subscription = arm_path.subscription_of(where.text)
        if subscription and not self._documents.has_subscription(where.text):
            return arm_errors.subscription_not_found(subscription)
        return self._denial(where, caller) or self._recorded(call, where, caller) or self._missing_scope(where)

    def _denial(self, where: ArmPath, caller: Principal) -> Answer | None:
        action = permissions.arm_action(where)
        if not permissions.is_denied(self._world, path=where.text, permission=action, caller=caller):
            return None
        return arm_errors.authorization_failed(caller, action=action, scope=_scope_of(where))

    def _recorded(self, call: Call, where: ArmPath, caller: Principal) -> Answer | None:
        asked = authorization.read_filter(call.parameter("$filter"))
        recorded = permissions.ending(
            self._world,
            operation="list" if where.is_collection else "get",
            path=where.text,
            assigned_to=asked.assigned_to if asked else "",
        )
        return None if recorded is None else _as_recorded(recorded, where, caller)

    def _missing_scope(self, where: ArmPath) -> Answer | None:
        group = arm_path.resource_group_of(where.text)
        if group and not self._documents.has_resource_group(where.text):
            return arm_errors.resource_group_not_found(group)
        if where.type.casefold() == arm_path.USER_CREDENTIAL:
            return None  # which says itself that there is no such cluster
        if where.namespace.casefold() in (authorization.NAMESPACE, arm_path.RESOURCES.casefold()):
            return None
        return None if self._documents.exists(where.parent) else arm_errors.parent_not_found(where)

    def _read(self, call: Call, where: ArmPath) -> Answer:
        if where.type.casefold() == arm_path.USER_CREDENTIAL and where.is_collection:
            server = kubeconfig.ApiServer(url=call.endpoint, authority=self.authority)
            return self._user_credential(where.parent, call.parameter("format"), server)
        if not where.is_collection:
            return self._get(where)
        documents = self._listed(call, where)
        if isinstance(documents, Answer):
            return documents
        if where.type.casefold() == arm_path.POLICY_STATES:
            return pages.states_page(documents, call, size=self._page_size)
        return pages.arm_page(documents, call, namespace=where.namespace, size=self._page_size)

    def _user_credential(self, cluster: str, asked_format: str | None, server: kubeconfig.ApiServer) -> Answer:
        document, path = self._documents.get(cluster), arm_path.parse(cluster)
        if document is None and path is not None:
            return arm_errors.resource_not_found(path, group=arm_path.resource_group_of(cluster))
        return kubeconfig.answer(self._world, document or {"id": cluster}, asked_format, server)

    def _get(self, where: ArmPath) -> Answer:
        if where.type.casefold() == authorization.ROLE_DEFINITIONS:
            document = self._authorization.definition(where)
        else:
            document = self._documents.get(where.text)
        if document is None:
            return arm_errors.resource_not_found(where, group=arm_path.resource_group_of(where.text))
        return Answer(status=200, body=dict(document))

    def _listed(self, call: Call, where: ArmPath) -> Sequence[Document] | Answer:
        filter_text = call.parameter("$filter")
        if where.type.casefold() in (*authorization.ASSIGNMENTS, authorization.ROLE_DEFINITIONS):
            return self._authorization.listed(where, filter_text)
        documents = self._documents.listed(where)
        if filter_text is None:
            return documents
        found = _RESOURCE_TYPE_FILTER.fullmatch(filter_text) if where.types[-1].casefold() == "resources" else None
        if found is None:
            return arm_errors.error(400, "InvalidFilterInQueryString", f"Invalid $filter '{filter_text}' specified.")
        wanted = found["type"].casefold()
        return [document for document in documents if _type_of(document) == wanted]


def _as_recorded(recorded: Ending, where: ArmPath, caller: Principal) -> Answer:
    if recorded.outcome == "denied":
        action = recorded.permission or permissions.arm_action(where)
        return arm_errors.authorization_failed(caller, action=action, scope=_scope_of(where))
    if recorded.outcome == "absent":
        return arm_errors.error(404, recorded.code or "ResourceNotFound", f"'{where.text}' was not found.")
    return arm_errors.error(500, "InternalServerError", recorded.because or "The server could not answer this request.")


def _scope_of(where: ArmPath) -> str:
    """A refusal names the resource itself, or of a list what the list is of."""
    return where.parent if where.is_collection else where.text


def _type_of(document: Document) -> str:
    path = arm_path.parse(str(document["id"]))
    return path.type.casefold() if path else ""
