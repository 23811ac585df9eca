"""The extension is read alike through both SDKs that have it, each at its own api-version."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from verifier.live.documents import Found, Request

PAYLOADS = Path(__file__).parents[2] / "kinds/payloads"
EXTENSIONS = "/providers/Microsoft.KubernetesConfiguration/extensions"
SUCCESSOR = "azure.mgmt.kubernetesconfiguration.extensions"


def published(name: str) -> dict[str, Any]:
    """The last document of a payload: an extension that is installed, or failed."""
    [*_, document] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))["documents"]
    found: dict[str, Any] = document
    return found


@pytest.mark.parametrize("name", ["extension-2023-05-01", "extension-2025-03-01"])
@pytest.mark.parametrize("successor", [False, True], ids=["the SDK before", "its successor"])
def test_every_field_of_a_published_extension_is_kept(serve, world, reader_of, ids, monkeypatch, name, successor):
    if successor:
        pytest.importorskip(SUCCESSOR, reason="azure-mgmt-kubernetesconfiguration-extensions is not installed")
    else:
        monkeypatch.setitem(sys.modules, SUCCESSOR, None)
    sent = {**published(name), "id": f"{ids['cluster']}{EXTENSIONS}/arm", "name": "arm"}
    world["resources"].append(sent)

    one = reader_of(serve(world)).read(Request(plane="azure", operation="get", path=sent["id"]))
    all_of_them = reader_of(serve(world)).read(
        Request(plane="azure", operation="list", path=ids["cluster"] + EXTENSIONS)
    )

    assert isinstance(one, Found)
    assert isinstance(all_of_them, Found)
    assert one.documents == (sent,)
    assert sent in all_of_them.documents
    assert one.api_version == ("2025-03-01" if successor else "2023-05-01")
