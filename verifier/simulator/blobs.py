"""The blob service, as far as a GET of one blob goes: `/_blob/{account}/{container}/{name}`.

Its refusals name themselves in a header, as the service's do; their bodies are JSON here, where the service's are XML.
"""

from __future__ import annotations

from verifier.simulator import arm_path, permissions
from verifier.simulator.wire import Answer, Call, Principal
from verifier.simulator.world import World

PREFIX = "/_blob/"
READ = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
_MESSAGES = {
    "AuthorizationPermissionMismatch": (
        "This request is not authorized to perform this operation using this permission."
    ),
    "BlobNotFound": "The specified blob does not exist.",
    "ContainerNotFound": "The specified container does not exist.",
    "NoAuthenticationInformation": "Server failed to authenticate the request.",
    "InvalidAuthenticationInfo": "Server failed to authenticate the request.",
    "UnsupportedHttpVerb": "The resource doesn't support specified Http Verb.",
}
_CODES = {
    401: "InvalidAuthenticationInfo",
    403: "AuthorizationPermissionMismatch",
    404: "BlobNotFound",
    500: "InternalError",
    503: "ServerBusy",
}


def is_blob(path: str) -> bool:
    """Whether a path belongs to this plane."""
    return path.startswith(PREFIX)


def refusal(status: int, code: str = "") -> Answer:
    """A refusal as the service words it."""
    code = code or _CODES.get(status, "InternalError")
    message = _MESSAGES.get(code, "The request was refused.")
    return Answer(status=status, body={"error": {"code": code, "message": message}}, headers={"x-ms-error-code": code})


class BlobPlane:
    """The blobs of a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, call: Call, caller: Principal) -> Answer:
        """The blob, or why there is none."""
        if call.method not in {"GET", "HEAD"}:
            return refusal(405, "UnsupportedHttpVerb")
        name = call.path.removeprefix(PREFIX)
        account, _, rest = name.partition("/")
        container = rest.partition("/")[0]
        if self._denied(account, container, caller):
            return refusal(403)
        if name in self._world.blobs:
            return Answer(status=200, body=self._world.blobs[name])
        known = any(other.startswith(f"{account}/{container}/") for other in self._world.blobs)
        return refusal(404, "BlobNotFound" if known else "ContainerNotFound")

    def _denied(self, account: str, container: str, caller: Principal) -> bool:
        """Whether the caller may not read it: said of its path here, or of the container as a resource of Azure."""
        places = [f"{PREFIX}{account}/{container}"]
        for resource in self._world.resources:
            path = arm_path.parse(str(resource["id"]))
            if path is not None and path.type.casefold() == _ACCOUNT and path.text.rpartition("/")[2] == account:
                places.append(f"{path.text}/blobServices/default/containers/{container}")
        return any(permissions.is_denied(self._world, path=p, permission=READ, caller=caller) for p in places)


_ACCOUNT = "microsoft.storage/storageaccounts"
