"""How many reads Azure Resource Manager still allows, and how long to wait so that it never has to refuse one.

It counts the reads of a principal in a subscription: a bucket that refills at 25 a second. Every answer says how many
are left (`x-ms-ratelimit-remaining-subscription-reads`). Down to `LOW` nothing is slowed; below, the fewer are left
the longer each thread waits, until all of them together ask no faster than the bucket refills.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from urllib.parse import urlsplit

LOW = 50
LONGEST_PAUSE_SECONDS = 1.0
"""At zero: 24 threads that wait this long make 24 reads a second."""

_SAYS_LEFT = ("x-ms-ratelimit-remaining-subscription-reads", "x-ms-ratelimit-remaining-subscription-global-reads")


class Allowance:
    """What the last answer of each subscription said is left. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._left: dict[str, int] = {}

    def remember(self, url: str, headers: Mapping[str, str]) -> None:
        """Keep what an answer says; one that says nothing changes nothing."""
        said = [int(text) for name in _SAYS_LEFT if (text := headers.get(name, "")).isascii() and text.isdigit()]
        if said:
            with self._lock:
                self._left[_subscription(url)] = min(said)

    def pause(self, url: str) -> float:
        """Seconds to wait before the next read of this subscription; 0 where nothing is known."""
        with self._lock:
            left = self._left.get(_subscription(url), LOW)
        return LONGEST_PAUSE_SECONDS * max(0, LOW - left) / LOW


def _subscription(url: str) -> str:
    parts = urlsplit(url).path.casefold().split("/")
    return parts[2] if parts[1:2] == ["subscriptions"] and len(parts) > 2 else ""
