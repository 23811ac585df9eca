"""From where to read to what reads: Azure and Kubernetes, with one credential for both."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from verifier.live.endpoints import Endpoints
from verifier.live.reader import ByPlane, Reader
from verifier.live.trace import Trace


def connect(
    endpoints: Endpoints,
    *,
    kube_context: str = "",
    kubeconfig: Path | None = None,
    kubernetes: bool = True,
    environment: Mapping[str, str] = os.environ,
    trace: Trace | None = None,
) -> Reader:
    """A reader of what is live. Nothing is sent and no credential is asked for before its first read.

    Kubernetes is read at `endpoints.kubernetes`, else through the kubeconfig context (a kubeconfig's current one, if
    none is named), else at the own server of the cluster that each request is of. Where `kubernetes` is False its reads
    fail and say so. `trace` is told of each request that is sent.
    """
    # Not from the threads that read: of two that import parts of the same packages, each could wait for the other.
    import verifier.live.wire  # noqa: F401 - see above
    from verifier.live.azure.blob import BlobReader
    from verifier.live.azure.credential import default_credential
    from verifier.live.azure.reader import AzureReader
    from verifier.live.kubernetes import endpoint
    from verifier.live.kubernetes import kubeconfig as contexts
    from verifier.live.kubernetes.own_server import OwnServers
    from verifier.live.kubernetes.reader import KubernetesReader

    credential = default_credential(endpoints.cloud, trace=trace)
    azure = AzureReader(endpoints, credential=credential, trace=trace)
    inside: Reader | None = None
    if not kubernetes:
        pass
    elif endpoints.kubernetes:
        inside = KubernetesReader(lambda: endpoint.connect(endpoints, credential), trace=trace)
    elif kube_context or kubeconfig:
        files = (kubeconfig,) if kubeconfig else contexts.files_of(environment, os.pathsep)
        inside = KubernetesReader(lambda: contexts.connect(kube_context, files), trace=trace)
    else:
        inside = OwnServers(azure, lambda: credential.get_token(endpoint.AKS_SCOPE).token, trace=trace)
    return ByPlane(
        azure=azure,
        kubernetes=inside,
        blobs=BlobReader(endpoints, credential, trace=trace).read,
    )
