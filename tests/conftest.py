from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wire_audit import WireAudit, objection

AUDIT = WireAudit()
AUDIT.listen()


@pytest.fixture
def wire_audit() -> WireAudit:
    """What the verifier has sent to simulators in this test."""
    return AUDIT


@pytest.fixture(autouse=True)
def _only_reads_are_sent() -> Iterator[None]:
    """Over the whole suite: no simulator sees anything of the verifier but reads of what is to be read."""
    AUDIT.take()
    yield
    sent = AUDIT.take()
    assert [said for seen in sent if (said := objection(seen))] == []
