from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wire_audit import WireAudit

AUDIT = WireAudit()
AUDIT.listen()


@pytest.fixture
def wire_audit() -> WireAudit:
    """What has been sent to simulators in this test."""
    return AUDIT


@pytest.fixture(autouse=True, scope="session")
def _only_reads_have_been_sent() -> Iterator[None]:
    """After the last test, and after all that was set up for several: set up first, and so taken down last."""
    yield
    assert AUDIT.objections() == []


@pytest.fixture(autouse=True)
def _only_reads_are_sent() -> Iterator[None]:
    """Over the whole suite: no simulator sees anything but reads of what is to be read, and what is sent by hand.

    Before the test, this is of fixtures that are for several: they have just been set up for it, or taken down.
    """
    assert AUDIT.objections() == []
    yield
    assert AUDIT.objections() == []
