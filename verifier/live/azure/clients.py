"""The SDK clients, all on one pipeline: one transport, one credential, one user agent.

The pipeline has none of the policies that the SDKs bring along: no registering of resource providers (a write), no
redirects (a token would follow them), no retries (the wire does those, within the deadline).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from verifier import __version__
from verifier.live.endpoints import Endpoints
from verifier.live.trace import Trace

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.mgmt.authorization import AuthorizationManagementClient
    from azure.mgmt.containerservice import ContainerServiceClient
    from azure.mgmt.core import ARMPipelineClient
    from azure.mgmt.kubernetesconfiguration import SourceControlConfigurationClient
    from azure.mgmt.msi import ManagedServiceIdentityClient
    from azure.mgmt.storage import StorageManagementClient

    from verifier.live.azure.credential import SharedCredential

Client = TypeVar("Client")


class Clients:
    """Each client is made when it is first needed, once for each subscription, and shared by all threads."""

    def __init__(self, endpoints: Endpoints, credential: SharedCredential, *, trace: Trace | None = None) -> None:
        # Two modules that import each other: threads that each begin with another of them would find it half made.
        import azure.core.pipeline.transport
        import azure.core.rest  # noqa: F401 - see above

        self._endpoints = endpoints
        self._credential: TokenCredential = credential
        self._trace = trace
        self._lock = Lock()
        self._made: dict[tuple[str, str], object] = {}
        self._shared_pipeline: Any = None

    @property
    def base_url(self) -> str:
        """Azure Resource Manager's URL, without a slash at its end."""
        return self._endpoints.resource_manager

    def arm(self) -> ARMPipelineClient[Any, Any]:
        """For what has no SDK that speaks a current api-version: Azure Machine Learning."""

        def make() -> ARMPipelineClient[Any, Any]:
            from azure.mgmt.core import ARMPipelineClient

            return ARMPipelineClient(base_url=self.base_url, policies=[], pipeline=self._pipeline())

        return self._once("arm", "", make)

    def clusters(self, subscription: str) -> ContainerServiceClient:
        """azure-mgmt-containerservice."""

        def make() -> ContainerServiceClient:
            from azure.mgmt.containerservice import ContainerServiceClient

            return ContainerServiceClient(self._credential, subscription, **self._settings())

        return self._once("clusters", subscription, make)

    def identities(self, subscription: str) -> ManagedServiceIdentityClient:
        """azure-mgmt-msi."""

        def make() -> ManagedServiceIdentityClient:
            from azure.mgmt.msi import ManagedServiceIdentityClient

            return ManagedServiceIdentityClient(self._credential, subscription, **self._settings())

        return self._once("identities", subscription, make)

    def extensions(self, subscription: str) -> SourceControlConfigurationClient:
        """azure-mgmt-kubernetesconfiguration, or its successor for extensions where that is installed.

        The successor sends a newer api-version, whose answers say more; the calls are the same.
        """

        def make() -> Any:
            try:
                successor = import_module("azure.mgmt.kubernetesconfiguration.extensions")
            except ImportError:
                from azure.mgmt.kubernetesconfiguration import SourceControlConfigurationClient

                return SourceControlConfigurationClient(self._credential, subscription, **self._settings())
            return successor.KubernetesConfigurationExtensionsMgmtClient(
                self._credential, subscription, **self._settings()
            )

        client: SourceControlConfigurationClient = self._once("extensions", subscription, make)
        return client

    def storage(self, subscription: str) -> StorageManagementClient:
        """azure-mgmt-storage."""

        def make() -> StorageManagementClient:
            from azure.mgmt.storage import StorageManagementClient

            return StorageManagementClient(self._credential, subscription, **self._settings())

        return self._once("storage", subscription, make)

    def authorization(self, subscription: str) -> AuthorizationManagementClient:
        """azure-mgmt-authorization."""

        def make() -> AuthorizationManagementClient:
            from azure.mgmt.authorization import AuthorizationManagementClient

            return AuthorizationManagementClient(self._credential, subscription, **self._settings())

        return self._once("authorization", subscription, make)

    def _once(self, name: str, subscription: str, make: Callable[[], Client]) -> Client:
        with self._lock:
            made = self._made.get((name, subscription))
            if made is None:
                made = self._made[name, subscription] = make()
            return made  # type: ignore[return-value]  # what make() gave for this name

    def _settings(self) -> dict[str, Any]:
        return {
            "base_url": self.base_url,
            "credential_scopes": [self._endpoints.scope],
            "pipeline": self._pipeline(),
        }

    def _pipeline(self) -> Any:
        if self._shared_pipeline is None:
            self._shared_pipeline = _pipeline(self._endpoints, self._credential, self._trace)
        return self._shared_pipeline


def _pipeline(endpoints: Endpoints, credential: TokenCredential, trace: Trace | None) -> Any:
    from azure.core.pipeline import Pipeline
    from azure.core.pipeline.policies import (
        ContentDecodePolicy,
        CustomHookPolicy,
        SansIOHTTPPolicy,
        UserAgentPolicy,
    )
    from azure.core.pipeline.transport import RequestsTransport
    from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

    from verifier.live.wire import session

    class NamedRequests(SansIOHTTPPolicy[Any, Any]):
        """A name of its own for each request, each page of a list too; azure-core would ask the system for one."""

        def on_request(self, request: Any) -> None:
            request.http_request.headers["x-ms-client-request-id"] = str(uuid4())

    class LoopbackOverHttp(SansIOHTTPPolicy[Any, Any]):
        """Lets the token go over plain http; the wire sees to it that this machine is where it goes."""

        def on_request(self, request: Any) -> None:
            request.context.options["enforce_https"] = False

    wire = session(endpoints.resource_manager, trace=trace)
    return Pipeline(
        transport=RequestsTransport(session=wire, session_owner=False),
        policies=[
            NamedRequests(),
            UserAgentPolicy(base_user_agent=f"verify-infra/{__version__}"),
            ContentDecodePolicy(),
            CustomHookPolicy(),
            *([LoopbackOverHttp()] if endpoints.resource_manager.startswith("http://") else []),
            ARMChallengeAuthenticationPolicy(credential, endpoints.scope),
        ],
    )
