"""The Kubernetes plane: namespaces, service accounts and the other objects of a world, as an API server returns them.

A list's items carry no `kind` and no `apiVersion`; a list in a namespace that does not exist is empty, not a 404.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verifier.simulator import pages, permissions
from verifier.simulator.wire import JSON, Answer, Call, Document, Principal
from verifier.simulator.world import World

VERSION_WHEN_UNSAID = "1.32.4"
OPENID_CONFIGURATION = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One sort of object that is served."""

    api_version: str
    plural: str
    kind: str
    namespaced: bool

    @property
    def group(self) -> str:
        """The API group; empty for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def root(self) -> tuple[str, ...]:
        """The first path segments: `api/v1` or `apis/group/version`."""
        return ("apis", *self.api_version.split("/")) if self.group else ("api", self.api_version)


COLLECTIONS = (
    Collection(api_version="v1", plural="namespaces", kind="Namespace", namespaced=False),
    Collection(api_version="v1", plural="serviceaccounts", kind="ServiceAccount", namespaced=True),
    Collection(api_version="v1", plural="pods", kind="Pod", namespaced=True),
    Collection(api_version="v1", plural="events", kind="Event", namespaced=True),
    Collection(api_version="v1", plural="nodes", kind="Node", namespaced=False),
    Collection(
        api_version="amlarc.azureml.com/v1alpha1", plural="instancetypes", kind="InstanceType", namespaced=False
    ),
    Collection(
        api_version="admissionregistration.k8s.io/v1",
        plural="mutatingwebhookconfigurations",
        kind="MutatingWebhookConfiguration",
        namespaced=False,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    collection: Collection
    namespace: str
    name: str

    @property
    def verb(self) -> str:
        return "get" if self.name else "list"


def is_kubernetes(path: str) -> bool:
    """Whether a path belongs to this plane and not to ARM."""
    return path in ("/version", OPENID_CONFIGURATION) or path.split("/")[1:2] in (["api"], ["apis"])


class KubernetesPlane:
    """Answers one world's Kubernetes reads. Knows no HTTP and no tokens: the call names its caller."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, call: Call, caller: Principal) -> Answer:
        """The API server's answer to an authenticated (or, behind a proxy, anonymous) call."""
        if call.method not in ("GET", "HEAD"):
            message = "the server does not allow this method on the requested resource"
            return status(405, "MethodNotAllowed", message)
        if call.path == "/version":
            return Answer(status=200, body=self._version())
        if call.path == OPENID_CONFIGURATION:
            return self._issuer(call, caller)
        target = _target(call.path)
        if target is None:
            return status(404, "NotFound", "the server could not find the requested resource")
        return self._refusal(call, target, caller) or (self._get(target) if target.name else self._list(call, target))

    def _issuer(self, call: Call, caller: Principal) -> Answer:
        """Who issues this cluster's tokens; refused to most callers by default, and here where it is not settled."""
        found = _one_issuer(self._world)
        denied = permissions.is_denied(self._world, path=call.path, permission=f"get {call.path}", caller=caller)
        recorded = permissions.ending(self._world, operation="get", path=call.path)
        if denied or recorded is not None or not found:
            return status(403, "Forbidden", f'User "{caller.object_id}" cannot get path "{call.path}"')
        return Answer(status=200, body={"issuer": found, "jwks_uri": f"{found.rstrip('/')}/openid/v1/jwks"})

    def _refusal(self, call: Call, target: _Target, caller: Principal) -> Answer | None:
        permission = permissions.kubernetes_permission(target.verb, target.collection.plural, target.namespace)
        if permissions.is_denied(self._world, path=call.path, permission=permission, caller=caller):
            return forbidden(target.collection, target.verb, target.namespace, target.name, caller)
        recorded = permissions.ending(self._world, operation=target.verb, path=call.path)
        if recorded is None:
            return None
        if recorded.outcome == "denied":
            return forbidden(target.collection, target.verb, target.namespace, target.name, caller)
        if recorded.outcome == "absent":
            return _not_found(target)
        return status(500, "InternalError", recorded.because or "an error on the server")

    def _get(self, target: _Target) -> Answer:
        for document in self._of(target.collection):
            if _metadata_text(document, "name") == target.name and _in(document, target.namespace):
                return Answer(status=200, body=_with_version(document))
        return _not_found(target)

    def _list(self, call: Call, target: _Target) -> Answer:
        for selector in ("labelSelector", "fieldSelector"):
            if call.parameter(selector):
                return status(400, "BadRequest", f"this server has no {selector}")
        held = [document for document in self._of(target.collection) if _in(document, target.namespace)]
        asked = call.parameter("limit") or "0"
        limit = pages.whole_number(asked)
        if limit is None:
            return status(400, "BadRequest", f'limit: strconv.ParseInt: parsing "{asked}": invalid syntax')
        token = call.parameter("continue")
        start = pages.decode(token, of=call.path) if token else 0
        if start is None:
            return status(
                410, "Expired", "The provided continue parameter is too old to display a consistent list result."
            )
        return Answer(status=200, body=_list_body(call, target.collection, held, start, limit or len(held)))

    def _of(self, collection: Collection) -> Sequence[Document]:
        return [
            document
            for document in self._world.objects
            if document.get("kind") == collection.kind and document.get("apiVersion") == collection.api_version
        ]

    def _version(self) -> JSON:
        said = (_current_version(resource) for resource in self._world.resources)
        version = next((text for text in said if text), VERSION_WHEN_UNSAID)
        major, minor = version.split(".")[:2]
        return {"major": major, "minor": minor, "gitVersion": f"v{version}", "platform": "linux/amd64"}


def status(code: int, reason: str, message: str, details: Mapping[str, JSON] | None = None) -> Answer:
    """A refusal in Kubernetes' shape: a `Status` object."""
    body: dict[str, JSON] = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
    }
    if details is not None:
        body["details"] = dict(details)
    return Answer(status=code, body={**body, "code": code})


def forbidden(collection: Collection, verb: str, namespace: str, name: str, caller: Principal) -> Answer:
    """403, naming who may not do what and where."""
    named = f' "{name}"' if name else ""
    where = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
    message = (
        f'{collection.plural}{named} is forbidden: User "{caller.object_id}" cannot {verb} resource '
        f'"{collection.plural}" in API group "{collection.group}" {where}'
    )
    return status(
        403, "Forbidden", message, {"name": name, "kind": collection.plural} if name else {"kind": collection.plural}
    )


def _target(path: str) -> _Target | None:
    segments = tuple(segment for segment in path.split("/") if segment)
    for collection in COLLECTIONS:
        length = len(collection.root)
        if segments[:length] != collection.root:
            continue
        rest, namespace = segments[length:], ""
        if collection.namespaced and len(rest) > 2 and rest[0] == "namespaces":
            rest, namespace = rest[2:], rest[1]
        if rest[:1] != (collection.plural,) or len(rest) > 2:
            continue
        if len(rest) == 2 and collection.namespaced and not namespace:
            return None
        return _Target(collection=collection, namespace=namespace, name=rest[1] if len(rest) == 2 else "")
    return None


def _list_body(call: Call, collection: Collection, held: Sequence[Document], start: int, length: int) -> JSON:
    metadata: dict[str, JSON] = {"resourceVersion": "4711"}
    left = len(held) - start - length
    if left > 0:
        metadata |= {"continue": pages.encode(start + length, of=call.path), "remainingItemCount": left}
    items: list[JSON] = []
    for document in held[start : start + length]:
        item = _with_version(document)
        items.append({key: value for key, value in item.items() if key not in ("kind", "apiVersion")})
    return {
        "kind": f"{collection.kind}List",
        "apiVersion": collection.api_version,
        "metadata": metadata,
        "items": items,
    }


def _not_found(target: _Target) -> Answer:
    plural = target.collection.plural
    message = f'{plural} "{target.name}" not found'
    return status(404, "NotFound", message, {"name": target.name, "kind": plural})


def _in(document: Document, namespace: str) -> bool:
    return not namespace or _metadata_text(document, "namespace") == namespace


def _metadata_text(document: Document, key: str) -> str:
    metadata = document.get("metadata")
    value = metadata.get(key) if isinstance(metadata, Mapping) else None
    return value if isinstance(value, str) else ""


def _with_version(document: Document) -> dict[str, JSON]:
    metadata = document.get("metadata")
    known: Mapping[str, JSON] = metadata if isinstance(metadata, Mapping) else {}
    return {**document, "metadata": {"resourceVersion": "4711", **known}}


def _one_issuer(world: World) -> str:
    """The issuer that the world says the API server has, else that of its only cluster."""
    said = [d.get("issuer") for d in world.objects if d.get("kind") == "OpenIDConfiguration"]
    if not said:
        said = [found for resource in world.resources if (found := _cluster_issuer(resource))]
    return said[0] if len(said) == 1 and isinstance(said[0], str) else ""


def _cluster_issuer(resource: Document) -> str:
    properties = resource.get("properties")
    profile = properties.get("oidcIssuerProfile") if isinstance(properties, Mapping) else None
    issuer = profile.get("issuerURL") if isinstance(profile, Mapping) else None
    return issuer if isinstance(issuer, str) else ""


def _current_version(resource: Document) -> str:
    properties = resource.get("properties")
    if not isinstance(properties, Mapping):
        return ""
    version = properties.get("currentKubernetesVersion")
    return version if isinstance(version, str) and version.count(".") == 2 else ""
