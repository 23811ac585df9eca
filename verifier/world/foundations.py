"""Foundations: what everything else hangs on, and what the next apply would do to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from verifier.kinds.cluster import CLUSTER
from verifier.kinds.fact import NotKnown
from verifier.kinds.identity import IDENTITY
from verifier.kinds.kind import Kind
from verifier.kinds.replacing import replacing_arguments, same_argument
from verifier.kinds.stated import Stated
from verifier.kinds.workspace import WORKSPACE
from verifier.terraform.ignoring import Ignored
from verifier.terraform.plan import Instance
from verifier.terraform.refactoring import without_keys
from verifier.world.joined import World
from verifier.world.threeway import Existence

_LOST: Mapping[str, str] = {
    WORKSPACE.noun: "its models, data assets and job histories go with it",
    CLUSTER.noun: "its OIDC issuer changes with it, and every federated credential that trusts it is stale",
    IDENTITY.noun: "its principal id changes with it, and every role that it holds is gone",
}
FOUNDATIONS: tuple[Kind[object], ...] = (CLUSTER, IDENTITY, WORKSPACE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An argument that cannot be changed in place: what the state has, and what the source says."""

    argument: str
    recorded: str
    meant: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """A workspace, an identity or a cluster that the state has, with the instance that plans it by now."""

    existence: Existence
    instance: Instance | None = None
    ignored: tuple[Ignored, ...] = ()
    unread: str = ""
    """Why the state could not be looked at."""

    @property
    def label(self) -> str:
        """The thing's own."""
        return self.existence.label

    @property
    def concerns(self) -> frozenset[str]:
        """What the thing concerns."""
        return self.existence.concerns

    @property
    def lost(self) -> str:
        """What goes with it."""
        return _LOST[self.existence.subject.kind.noun]

    @property
    def at_stake(self) -> bool:
        """Whether there is something that the next apply could take away. Raises NotKnown."""
        if self.unread:
            raise NotKnown(f"the state could not be looked at: {self.unread}")
        return self.existence.recorded is not None and self.existence.subject.exists

    @property
    def replaced(self) -> tuple[Change, ...]:
        """The changes for which it would be made again.

        Raises NotKnown for an argument that is not known, and where no change is known of what the state does not tell.
        """
        recorded, instance = self.existence.recorded, self.instance
        if recorded is None or instance is None:
            return ()
        found = []
        for name in sorted(replacing_arguments().get(instance.type, ())):
            before = recorded.attributes.get(name, "")
            after = Stated(instance).text(name, name)
            if not before or (after.known and not after.value) or self._is_ignored(name):
                continue
            if not same_argument(name, before, after.value):
                origin = after.origin
                place = str(origin.place if origin is not None and origin.place is not None else instance.place)
                found.append(Change(argument=name, recorded=before, meant=after.value, place=place))
        if self.existence.unidentified and not found:
            raise NotKnown(f"what {self.label} was made with is not known: {self.existence.unidentified}")
        return tuple(found)

    def _is_ignored(self, name: str) -> bool:
        return any(not each.path or each.path[0] == name for each in self.ignored)


def foundations_of(world: World) -> tuple[Foundation, ...]:
    """What a state has of the kinds that everything else hangs on; what is planned, where it could not be read."""
    instances = {instance.address: instance for instance in world.plan.instances}
    return tuple(
        Foundation(
            existence=existence,
            instance=instances.get(existence.subject.address) if existence.subject.presence is not None else None,
            ignored=tuple(i for i in world.source.ignored if i.resource == without_keys(existence.subject.address)),
            unread=world.state_said if world.state_failed else "",
        )
        for existence in world.existences
        if any(existence.subject.kind is kind for kind in FOUNDATIONS)
        and (existence.recorded is not None or world.state_failed)
    )
