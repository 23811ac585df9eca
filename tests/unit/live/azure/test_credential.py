from __future__ import annotations

import threading
import time

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from verifier.errors import AccessError
from verifier.live.azure.credential import SharedCredential


class Counting:
    """Stands where azure-identity would: counts how often it is asked."""

    def __init__(self, *, lasts: float = 3600, fails: bool = False) -> None:
        self.asked: list[str] = []
        self._lasts = lasts
        self._fails = fails

    def get_token(self, *scopes, **_):
        self.asked.append(scopes[0])
        time.sleep(0.01)
        if self._fails:
            raise ClientAuthenticationError("nobody is signed in\nmore lines")
        return AccessToken(f"token-{len(self.asked)}", int(time.time() + self._lasts))


def test_many_threads_ask_for_one_token_once():
    behind = Counting()
    credential = SharedCredential(lambda: behind)
    threads = [threading.Thread(target=credential.get_token, args=("arm",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert behind.asked == ["arm"]


def test_each_scope_has_a_token_of_its_own():
    behind = Counting()
    credential = SharedCredential(lambda: behind)
    assert credential.get_token("arm").token != credential.get_token("aks").token


def test_a_token_that_is_about_to_expire_is_renewed():
    behind = Counting(lasts=60)
    credential = SharedCredential(lambda: behind)
    assert [credential.get_token("arm").token for _ in range(2)] == ["token-1", "token-2"]


def test_a_failure_is_asked_for_once_and_said_in_one_line():
    behind = Counting(fails=True)
    credential = SharedCredential(lambda: behind)
    for _ in range(3):
        with pytest.raises(AccessError, match="no credential for Azure: nobody is signed in") as error:
            credential.get_token("arm")
        assert "more lines" not in str(error.value)
    assert behind.asked == ["arm"]


def test_a_chain_that_finds_nothing_says_what_it_tried():
    def find():
        raise ClientAuthenticationError("No luck.\nAttempted credentials:\n\tOneCredential: no\n\tTwoCredential: none")

    with pytest.raises(AccessError, match="no credential for Azure: none found by OneCredential, TwoCredential"):
        SharedCredential(find).get_token("arm")


REFUSED = "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent is the value."


@pytest.mark.parametrize(
    ("said", "who"),
    [
        (f"DefaultAzureCredential failed.\nAttempted credentials:\n\tOneCredential: {REFUSED}\nTo mitigate", " to One"),
        (f"Attempted credentials:\n\tNone: not there\n\tTwoCredential: Authentication failed: {REFUSED}", " to Two"),
        (f"Authentication failed: {REFUSED}\nTrace ID: 1", ":"),
    ],
)
def test_what_entra_refused_is_not_said_to_be_missing(said, who):
    def find():
        raise ClientAuthenticationError(said)

    with pytest.raises(AccessError) as refused:
        SharedCredential(find).get_token("scope")

    told = str(refused.value)
    assert told.startswith(f"Entra refused a token{who}")
    assert "AADSTS7000215: Invalid client secret provided.\n" in told
    assert "error?code=7000215" in told
    assert "Trace ID" not in told
