"""Where an environment is read: the clouds by name, another server by its URL, and which URLs a token may go to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from verifier.errors import AccessError, InsecureEndpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """One Azure cloud: its Resource Manager, the scope of a token for it, where such tokens are issued, its blobs."""

    arm: str
    scope: str
    authority: str
    blobs: str


CLOUDS: Mapping[str, Cloud] = {
    "AzureCloud": Cloud(
        arm="https://management.azure.com",
        scope="https://management.azure.com/.default",
        authority="login.microsoftonline.com",
        blobs="blob.core.windows.net",
    ),
    "AzureUSGovernment": Cloud(
        arm="https://management.usgovcloudapi.net",
        scope="https://management.core.usgovcloudapi.net/.default",
        authority="login.microsoftonline.us",
        blobs="blob.core.usgovcloudapi.net",
    ),
    "AzureChinaCloud": Cloud(
        arm="https://management.chinacloudapi.cn",
        scope="https://management.chinacloudapi.cn/.default",
        authority="login.chinacloudapi.cn",
        blobs="blob.core.chinacloudapi.cn",
    ),
}
"""By the names that `az cloud list` gives them; the same values as azure-mgmt-core's and azure-identity's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where to read. An empty `arm` is the cloud's own; an empty `kubernetes` is none.

    `blob` is a server that has the blobs of every account, below the account's name; empty is the cloud's own, unless
    `arm` leads elsewhere.

    `kubernetes_ca` is a file with the certificates that the Kubernetes server's is checked against: an AKS API
    server's certificate is signed by its cluster's own authority.

    Raises AccessError for a cloud without that name or a URL without a host, InsecureEndpoint for plain http to
    anything but loopback. Both before any token is asked for.
    """

    cloud: str = "AzureCloud"
    arm: str = ""
    kubernetes: str = ""
    kubernetes_ca: str = ""
    blob: str = ""

    def __post_init__(self) -> None:
        if self.cloud not in CLOUDS:
            raise AccessError(
                f"there is no cloud of the name {self.cloud!r}", where="--cloud", expected=" or ".join(CLOUDS)
            )
        named = {"--arm-endpoint": self.arm, "--kubernetes-endpoint": self.kubernetes, "--blob-endpoint": self.blob}
        for option, url in named.items():
            if url:
                secure(url, option=option)

    @property
    def resource_manager(self) -> str:
        """Azure Resource Manager's URL, without a slash at its end."""
        return (self.arm or CLOUDS[self.cloud].arm).rstrip("/")

    @property
    def scope(self) -> str:
        """What a token for Azure Resource Manager is asked for."""
        return CLOUDS[self.cloud].scope


def secure(url: str, *, option: str) -> None:
    """Raise unless a token may be sent to this URL: https anywhere, plain http to this machine only."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise AccessError(f"{url!r} is no address", where=option, expected="https://HOST[:PORT]")
    if parts.scheme == "http" and not is_loopback(url):
        raise InsecureEndpoint(
            f"{url} is plain http to a host that is not this machine; no token is sent there",
            where=option,
            expected="https, or http to a loopback address such as http://127.0.0.1:8080",
            next_step="use the https address of that server",
        )


def is_loopback(url: str) -> bool:
    """Whether a URL's host is this machine: `localhost` or a loopback address."""
    host = urlsplit(url).hostname or ""
    if host.casefold() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
