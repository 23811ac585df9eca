"""Whoever is signed in with a command line's tool is who reads: azure-identity asks the tool for the token."""

from __future__ import annotations

import sys

import pytest

from verifier.live.azure.reader import AzureReader
from verifier.live.documents import Found, Request
from verifier.live.endpoints import Endpoints

AZ = """#!{python}
import json, sys, time, urllib.parse, urllib.request
given = sys.argv[1:]
assert given[:2] == ["account", "get-access-token"], given
resource = given[given.index("--resource") + 1]
query = urllib.parse.urlencode({{"api-version": "2019-08-01", "resource": resource}})
asked = urllib.request.Request("{endpoint}?" + query, headers={{"X-IDENTITY-HEADER": "{header}"}})
with urllib.request.urlopen(asked) as answer:
    got = json.load(answer)
until = time.strftime("%Y-%m-%d %H:%M:%S.000000", time.localtime(int(got["expires_on"])))
print(json.dumps({{"accessToken": got["access_token"], "expiresOn": until, "expires_on": int(got["expires_on"]),
    "subscription": "s", "tenant": "t", "tokenType": "Bearer"}}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the tool is a script with a shebang")
def test_the_token_of_azs_login_reads(serve, world, ids, monkeypatch, tmp_path):
    simulator = serve(world)
    given = simulator.identity_environment()
    tool = tmp_path / "az"
    header, endpoint = given["IDENTITY_HEADER"], given["IDENTITY_ENDPOINT"]
    tool.write_text(AZ.format(python=sys.executable, endpoint=endpoint, header=header), encoding="utf-8")
    tool.chmod(0o700)
    for name in given:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "AzureCliCredential")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    outcome = AzureReader(Endpoints(arm=simulator.arm_endpoint)).read(
        Request(plane="azure", operation="get", path=ids["storage"])
    )

    assert isinstance(outcome, Found), outcome
    assert next(seen.path for seen in simulator.requests) == "/msi/token"
