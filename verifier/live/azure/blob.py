"""A blob, read with the same credential as everything else: where a remote state is. Never with a key or a SAS.

Source: https://learn.microsoft.com/rest/api/storageservices/get-blob, and for the token
https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from verifier import __version__
from verifier.errors import AccessError
from verifier.live.blob import Blob, BlobOutcome, Content
from verifier.live.documents import Absent, Denied, Failed
from verifier.live.endpoints import CLOUDS, Endpoints
from verifier.live.trace import Trace

if TYPE_CHECKING:
    import requests

    from verifier.live.azure.credential import SharedCredential

SCOPE = "https://storage.azure.com/.default"
"""What a token for any storage account of any cloud is asked for."""

SERVICE_VERSION = "2021-12-02"
READ = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
ROLE = "Storage Blob Data Reader"
_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_CONTAINER = re.compile(r"\$?[a-z0-9][a-z0-9-]{1,62}")


class BlobReader:
    """Reads blobs of the cloud's storage accounts."""

    def __init__(self, endpoints: Endpoints, credential: SharedCredential, *, trace: Trace | None = None) -> None:
        self._endpoints = endpoints
        self._credential = credential
        self._trace = trace

    def read(self, blob: Blob) -> BlobOutcome:
        """How reading this ended. Never raises for what the service, the network or the credential does."""
        import requests

        from verifier.live.wire import reason, session

        if _ACCOUNT.fullmatch(blob.account) is None or _CONTAINER.fullmatch(blob.container) is None:
            return Failed(because=f"{blob.account}/{blob.container} is not the name of an account and a container")
        place = self._place(blob)
        if isinstance(place, Failed):
            return place
        endpoint, path = place
        try:
            token = self._credential.get_token(SCOPE).token
        except AccessError as error:
            return Failed(because=error.what)
        headers = {
            "Authorization": f"Bearer {token}",
            "User-Agent": f"verify-infra/{__version__}",
            "x-ms-version": SERVICE_VERSION,
        }
        try:
            with session(endpoint, trace=self._trace) as wire:
                answer = wire.get(endpoint + path, headers=headers, allow_redirects=False)
        except requests.RequestException as error:
            return Failed(because=f"no answer from {endpoint}: {reason(error)}")
        return _outcome(blob, answer)

    def _place(self, blob: Blob) -> tuple[str, str] | Failed:
        """The server that has it, and its path there."""
        path = f"/{quote(blob.container)}/{quote(blob.name, safe='/:')}"
        if self._endpoints.blob:
            return self._endpoints.blob.rstrip("/"), f"/{blob.account}{path}"
        if self._endpoints.arm:
            return Failed(because="--arm-endpoint leads away from Azure, and no --blob-endpoint says where blobs are")
        return f"https://{blob.account}.{CLOUDS[self._endpoints.cloud].blobs}", path


def _outcome(blob: Blob, answer: requests.Response) -> BlobOutcome:
    code = answer.headers.get("x-ms-error-code", "")
    said = f"HTTP {answer.status_code}" + (f" {code}" if code else "")
    if answer.status_code == 200:
        return Content(bytes=answer.content)
    if answer.status_code == 404 and code == "BlobNotFound":
        return Absent(code=code)
    if answer.status_code == 404 and code == "ContainerNotFound":
        return Failed(because=f"{blob.account} has no container {blob.container} ({said})")
    if answer.status_code == 403 and code == "AuthorizationPermissionMismatch":
        return Denied(permission=READ, detail=f"{code}: {ROLE} is missing on {blob.account}/{blob.container}")
    if answer.status_code == 403 and code:
        return Denied(permission=READ, detail=f"{code}: a firewall, or no right to {blob.account}/{blob.container}")
    if answer.status_code == 401:
        return Failed(because=f"the token is refused ({said})")
    return Failed(because=said if code else f"{said}, not in the blob service's words: a proxy or another server?")
