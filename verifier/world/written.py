"""Written: what several resources of one source state of one object's annotations and labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from verifier.hcl.values import Unknown
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.metadata import METADATA, Metadata
from verifier.kinds.service_account import NAMESPACE, SERVICE_ACCOUNT, Namespace, ServiceAccount
from verifier.world.joined import World
from verifier.world.naming import instance_at
from verifier.world.subject import Subject

Saying: TypeAlias = "Metadata | Namespace | ServiceAccount"
Settings: TypeAlias = "Fact[Mapping[str, str | Unknown]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A key to which two resources give different values: all that each states, and which the other one is."""

    key: str
    own: Settings
    other: Settings
    by: Subject[object]


def clashes(world: World, metadata: Subject[Metadata]) -> tuple[Clash, ...]:
    """The keys to which another resource of the source gives another value.

    Of two that only write on the object, one is told. Raises NotKnown where no key is known to clash, and one may.
    """
    own = metadata.intent
    found: list[Clash] = []
    unknown = ""
    for other, said in _others(world, metadata):
        if said is None:
            unknown = unknown or f"whether {other.address} is planned is not known"
            continue
        same = _same_object(own, said)
        for mine, theirs in ((own.annotations, said.annotations), (own.labels, said.labels)):
            for key, differs in _shared(mine, theirs) if same is not False else ():
                if same and differs:
                    found.append(Clash(key=key, own=mine, other=theirs, by=other))
                elif differs is not False:
                    unknown = unknown or f"whether {other.address} gives {key} another value is not known before apply"
    if unknown and not found:
        raise NotKnown(unknown)
    return tuple(found)


def writing_as_one(world: World, metadata: Subject[Metadata]) -> tuple[Subject[object], ...]:
    """The other resources that write on its object as the same field manager; of two, one is told.

    Raises NotKnown where none is known to, and one may.
    """
    own = metadata.intent
    found: list[Subject[object]] = []
    unknown = ""
    for other, said in _others(world, metadata):
        if said is None and other.kind is METADATA:
            unknown = unknown or f"whether {other.address} is planned is not known"
        if not isinstance(said, Metadata):
            continue
        both_known = own.manager.known and said.manager.known
        same = _all((_same_object(own, said), own.manager.value == said.manager.value if both_known else None))
        if same:
            found.append(other)
        elif same is None:
            unknown = unknown or f"whether {other.address} writes on the same object is not known before apply"
    if unknown and not found:
        raise NotKnown(unknown)
    return tuple(found)


def _others(world: World, metadata: Subject[Metadata]) -> Iterator[tuple[Subject[object], Saying | None]]:
    """What else says something of objects, in a cluster that may be the same; of what only writes, what is before.

    None where it is not known whether it does.
    """
    written = [(m, m.stated) for m in world.stated_metadata if m.address < metadata.address]
    namespaces = [(n, n.stated) for n in world.stated_namespaces if n.planned]
    accounts = [(a, a.stated) for a in world.stated_service_accounts]
    sides: tuple[tuple[Subject[object], Saying | None], ...] = (*accounts, *namespaces, *written)
    return (side for side in sides if _one_cluster(world, side[0], metadata))


def _one_cluster(world: World, one: Subject[object], other: Subject[object]) -> bool:
    """Whether two can be in one cluster: they are not where a provider is configured twice, and each takes its own."""
    providers = {i.provider for s in (one, other) if (i := instance_at(world.plan, s.address)) is not None}
    return len(providers) == len({provider.partition(".")[0] for provider in providers})


def _same_object(one: Saying, other: Saying) -> bool | None:
    """Whether both say something of one object; None where that is known only after apply."""
    kinds, names = (_kind(one), _kind(other)), (one.name, other.name)
    whether = [a.value == b.value if a.known and b.known else None for a, b in (kinds, names)]
    spaces = [_namespace(said) for said in (one, other)]
    if any(isinstance(space, Unknown) for space in spaces):
        return _all((*whether, None))
    return _all((*whether, spaces[0] == spaces[1]))


def _all(parts: tuple[bool | None, ...]) -> bool | None:
    """Whether all are so; None where no part is not, and one is not known."""
    return False if False in parts else None if None in parts else True


def _kind(said: Saying) -> Fact[str]:
    if isinstance(said, Metadata):
        return said.object_kind
    return Fact(name="kind", content=(SERVICE_ACCOUNT if isinstance(said, ServiceAccount) else NAMESPACE).manifest)


def _namespace(said: Saying) -> str | Unknown:
    """The namespace that an object is in; empty for one of the whole cluster."""
    kind = _kind(said)
    if isinstance(said, Namespace) or (kind.known and kind.value == NAMESPACE.manifest):
        return ""
    return said.namespace.content or "default" if said.namespace.known else said.namespace.content


def _shared(one: Settings, other: Settings) -> Iterator[tuple[str, bool | None]]:
    """The keys of both, each with whether its values differ; None where that is not known."""
    if not (one.stated and other.stated):
        return
    if not (one.known and other.known):
        yield "some key", None
        return
    for key in sorted(one.value.keys() & other.value.keys()):
        mine, theirs = one.value[key], other.value[key]
        if isinstance(mine, str) and isinstance(theirs, str):
            yield key, mine != theirs
        else:
            yield key, None if _reference(mine) == "" or _reference(mine) != _reference(theirs) else False


def _reference(value: str | Unknown) -> str:
    """The attribute that a value not known before apply is, unchanged; empty for anything else."""
    if isinstance(value, Unknown) and not value.derived and len(value.references) == 1:
        return value.references[0]
    return ""
