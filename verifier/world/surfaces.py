"""What a check can ask besides its subject: the source, the state, what is live, and who may do what.

Four small views of the world, for checks of things that have no kind of their own. Each answers in facts, or raises:
NotKnown where nobody could look, NotThere where the service says that there is no such thing. A check that lets both
through is unverified or disagrees by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from verifier.access.effective import BLOB_DATA, Right
from verifier.hcl.values import JSON, Value, contains_sensitive
from verifier.kinds.compare import arm_key, name_of
from verifier.kinds.compute import Compute
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.served import Document, Served
from verifier.kinds.stated import Stated, Step, as_text, at, first_unknown, plain
from verifier.kinds.storage_account import StorageAccount
from verifier.live.documents import Absent, Denied, Failed, Found, Outcome
from verifier.terraform.plan import Instance, Planned, Undetermined
from verifier.terraform.state import Recorded as Instanced
from verifier.world.joined import World
from verifier.world.rights import data_right_holders, live_right
from verifier.world.subject import NotThere, Subject


class Resource:
    """One resource of any type that Terraform plans, or might: its count may be known only after apply.

        resource.text("min_tls_version")                      an argument
        resource.flag("network_rules", 0, "enabled", otherwise=False)   one in a nested block, the first of its name

    Nothing said is `otherwise`, what the provider then does: "" or () where it is not given. What is not known before
    apply is a fact that raises NotKnown when it is asked for its value.
    """

    def __init__(self, instance: Instance, arm_id: str) -> None:
        self.address = instance.address
        self.type = instance.type
        self.name = instance.name
        self.place = str(instance.place)
        self.arm_id = arm_id
        self._instance = instance

    @property
    def label(self) -> str:
        """Its address: the same in every run."""
        return self.address

    @property
    def concerns(self) -> frozenset[str]:
        """The keys under which findings about it belong together."""
        return frozenset(key for key in (self.address, arm_key(self.arm_id)) if key)

    @property
    def planned(self) -> bool:
        """Whether it is certain that Terraform plans it."""
        return isinstance(self._instance.presence, Planned)

    def text(self, argument: str, *path: Step, otherwise: str = "") -> Fact[str]:
        """A string; numbers and booleans as Terraform writes them."""
        name = _named(argument, path)
        return self._stated.fact(name, argument, *path, read=lambda v: _text_only(v, name), otherwise=otherwise)

    def flag(self, argument: str, *path: Step, otherwise: bool) -> Fact[bool]:
        """A boolean."""
        return self._stated.flag(_named(argument, path), argument, *path, otherwise=otherwise)

    def texts(self, argument: str, *path: Step) -> Fact[tuple[str, ...]]:
        """A list of strings."""
        return self._stated.texts(_named(argument, path), argument, *path)

    @property
    def _stated(self) -> Stated:
        presence = self._instance.presence
        if isinstance(presence, Undetermined):
            raise NotKnown(f"whether Terraform plans {self.address} is not known: {presence.because.because}")
        return Stated(self._instance)


class Intent:
    """What the Terraform source says."""

    def __init__(self, world: World) -> None:
        self._world = world

    def resources(self, *types: str) -> tuple[Resource, ...]:
        """The resources of these types (`azurerm_key_vault`) that are planned or might be, by address."""
        return tuple(resources_of(self._world, types))

    def resource(self, address: str) -> Resource:
        """The resource at an address. Raises NotKnown where nothing of that address is planned."""
        found = next((r for r in resources_of(self._world) if r.address == address), None)
        if found is None:
            raise NotKnown(f"Terraform plans no {address}")
        return found

    def variable(self, address: str, *path: Step) -> Fact[str]:
        """A variable as text, or what is in it: `variable("var.location")`, `variable("module.sil.var.x", "name")`.

        Raises NotKnown where there is no such variable, or what stands there is no text.
        """
        found = next((v for v in self._world.plan.variables if v.address == address), None)
        if found is None:
            raise NotKnown(f"there is no variable {address}")
        name, value = _named(address, path), at(found.value, path)
        if not isinstance(value, Value):
            raise NotKnown(f"{name} says nothing")
        unknown = first_unknown(value)
        content = _text_only(plain(value), name) if unknown is None else unknown
        return Fact(
            name=name, content=content, origin=value.origin, sensitive=found.sensitive or contains_sensitive(value)
        )


class Recorded:
    """What Terraform's state has. Of a state, ids and names are kept, and nothing else."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def given(self) -> bool:
        """Whether the run was given a state, or found a local backend's."""
        return self._world.state is not None

    def has(self, address: str) -> bool:
        """Whether the state has an instance of that address. Raises NotKnown without a state."""
        return address in self._instances

    def id_of(self, address: str) -> Fact[str]:
        """The id that the state has of an address. Raises NotKnown without a state, or where it has none."""
        recorded = self._instances.get(address)
        if recorded is None or not recorded.id:
            raise NotKnown(f"the state has no id of {address}")
        return Fact(name="id", content=recorded.id, source=address)

    @property
    def _instances(self) -> Mapping[str, Instanced]:
        if self._world.state is None:
            raise NotKnown("no Terraform state was given")
        return self._world.state.instances


class Live:
    """What Azure and Kubernetes say, as far as this run read it. What was not read is not known, and never absent."""

    def __init__(self, world: World) -> None:
        self._world = world

    def resource(self, arm_id: str) -> Document:
        """One ARM resource. Raises NotKnown where it could not be read, or was not; NotThere where there is none."""
        if not arm_id:
            raise NotKnown("the id of what to look for is not known")
        return Document(_one(self._world.documents.get(arm_id), arm_id), arm_id)

    def resources(self, collection: str) -> tuple[Document, ...]:
        """What is in a collection (`{workspace id}/computes`). Raises as `resource`."""
        found = _all(self._world.documents.list(collection), collection)
        return tuple(Document(body, str(body.get("id", collection))) for body in found)

    def object(self, path: str) -> Document:
        """One Kubernetes object by its API path, `/api/v1/namespaces/azureml`. Raises as `resource`."""
        return Document(_one(self._world.documents.get(path, plane="kubernetes"), path), path)

    def objects(self, path: str) -> tuple[Document, ...]:
        """The Kubernetes objects of a collection, `/api/v1/namespaces`. Raises as `resource`."""
        found = _all(self._world.documents.list(path, plane="kubernetes"), path)
        return tuple(Document(body, path) for body in found)


class Access:
    """Who may do what with an account's data: live role assignments, groups, conditions and denials considered."""

    def __init__(self, world: World) -> None:
        self._world = world

    def right(self, principal_id: str, account: Subject[StorageAccount], actions: Sequence[str] = BLOB_DATA) -> Right:
        """What a principal may do: Granted, Missing, Conditional, Undecided or Barred. Raises NotKnown, NotThere."""
        return live_right(self._world, principal_id, account, actions)

    def right_of_jobs(self, compute: Subject[Compute], account: Subject[StorageAccount]) -> Right:
        """What the jobs of a compute may do, by the identity that they run as. Raises NotKnown, NotThere."""
        return self.right(self._world.principal_of(compute).object_id, account)

    def holders(self, account: Subject[StorageAccount]) -> tuple[str, ...]:
        """The user-assigned identities that may read and write its blobs, as far as could be read."""
        return tuple(data_right_holders(self._world, account))


def resources_of(world: World, types: Sequence[str] = ()) -> Iterator[Resource]:
    """The managed resources, of these types or of any, that are planned or might be."""
    for instance in world.plan.instances:
        there = instance.mode == "managed" and isinstance(instance.presence, Planned | Undetermined)
        if there and (not types or instance.type in types):
            yield Resource(instance, as_text(world.plan.bound.get(f"{instance.address}.id", "")))


def _named(argument: str, path: Sequence[Step]) -> str:
    return ".".join([argument, *(step for step in path if isinstance(step, str))])


def _text_only(value: JSON, name: str) -> str:
    if not isinstance(value, str | int | float):
        raise NotKnown(f"{name} is no text")
    return as_text(value)


def _one(outcome: Outcome, what: str) -> Served:
    found = _all(outcome, what)
    if not found:
        raise NotKnown(f"{name_of(what)} was read, but nothing in the answer is it")
    return found[0]


def _all(outcome: Outcome, what: str) -> Sequence[Served]:
    match outcome:
        case Found(documents=documents):
            return documents
        case Absent(code=code):
            raise NotThere(name_of(what), code)
        case Denied(permission=permission, detail=detail):
            raise NotKnown(f"{name_of(what)} could not be read: {detail or 'denied'}", missing=(permission,))
        case Failed(because=because):
            raise NotKnown(f"{name_of(what)} could not be read: {because}")
