"""What a chain is made of: plain data, for reports."""

from __future__ import annotations

from enum import Enum

from verifier.hcl.frozen import frozen, replace

JOB = "job identity"


class State(Enum):
    """What is known of a link. `assumed` is what no source or service tells, and a job decides for itself."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNKNOWN = "not known"
    ASSUMED = "assumed"


class Works(Enum):
    """Whether a way out would lead out of this very world."""

    YES = "would lead out"
    NOT_KNOWN = "not known to lead out"
    NO = "would not lead out"


@frozen(kw_only=True)
class ChainLink:
    """One link: the thing that it is about, both sides of it, and the ids of the findings that its state rests on."""

    name: str
    state: State
    about: str = ""
    meant: str = ""
    real: str = ""
    because: str = ""
    findings: tuple[str, ...] = ()


@frozen(kw_only=True)
class WayOut:
    """A way to get at the data: what it costs in security and in work, and what it would do here, and why."""

    name: str
    works: Works
    security: str
    work: str
    here: str = ""
    weakens_security: bool = False


@frozen(kw_only=True)
class Chain:
    """One compute's chain, in order. `ways_out` are ranked, where it is broken at data access.

    `source_only` when nothing live was looked at: what holds then holds as far as the source says.
    """

    compute: str
    address: str
    links: tuple[ChainLink, ...]
    ways_out: tuple[WayOut, ...] = ()
    source_only: bool = False

    @property
    def broken(self) -> ChainLink | None:
        """The first link that is broken."""
        return next((link for link in self.links if link.state is State.BROKEN), None)

    @property
    def unknown(self) -> tuple[ChainLink, ...]:
        """The links of which nothing is known."""
        return tuple(link for link in self.links if link.state is State.UNKNOWN)

    def states(self, name: str) -> frozenset[State]:
        """What is known of all links of a name."""
        return frozenset(link.state for link in self.links if link.name == name)

    def with_ways_out(self, ways: tuple[WayOut, ...]) -> Chain:
        """The chain, and the ways out of it."""
        return replace(self, ways_out=ways)
