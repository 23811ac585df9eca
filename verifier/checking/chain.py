"""The chain that a job's access to its data hangs on, link by link: what was meant, what is real, and what was judged.

    job identity → compute identity → principal → data roles on the account behind each datastore
    → datastore credential → key policy → network

A link has the verdict of the checks that judge it, and is broken only where one of them disagrees: so no run ends well
with a broken chain. What is shown beside the verdicts is read from the world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from verifier.checking.finding import Finding, Verdict
from verifier.checking.links import JOB, Chain, ChainLink, State
from verifier.checking.verdicts import text_of
from verifier.checking.ways_out import ways_out
from verifier.kinds.compare import arm_key, same_arm_id
from verifier.kinds.compute import Compute
from verifier.kinds.datastore import Datastore
from verifier.kinds.fact import NotKnown
from verifier.kinds.storage_account import StorageAccount
from verifier.kinds.workspace import Workspace
from verifier.world import NotThere, Subject

if TYPE_CHECKING:
    from verifier.world import World

NOT_LOOKED = "not looked at"


def chains_of(world: World, findings: Sequence[Finding]) -> tuple[Chain, ...]:
    """The chain of each compute that Terraform plans or live has, sorted as the computes are."""
    there = (c for c in world.computes if c.planned or c.maybe_live)
    return tuple(_Builder(world, findings, compute).chain() for compute in there)


class _Builder:
    """One compute's chain."""

    def __init__(self, world: World, findings: Sequence[Finding], compute: Subject[Compute]) -> None:
        self.world = world
        self.findings = findings
        self.compute = compute

    def chain(self) -> Chain:
        workspace = self._workspace()
        links = [
            ChainLink(
                name=JOB, state=State.ASSUMED, because="a job that says no identity, or managed, runs as its compute"
            ),
            self._identity(),
            self._principal(),
            *self._data(workspace),
        ]
        found = Chain(
            compute=self.compute.label, address=self.compute.address, links=tuple(links), source_only=self.world.offline
        )
        return (
            found
            if found.broken is None
            else found.with_ways_out(ways_out(self.world, found, self.compute, self.findings))
        )

    def _identity(self) -> ChainLink:
        return self._judged(
            "compute identity",
            self.compute.label,
            (f for f in self._about(self.compute) if f.link in (4, 11)),
            meant=lambda: _identity_of(self.compute.intent),
            real=lambda: _identity_of(self.compute.live),
        )

    def _principal(self) -> ChainLink:
        name, about = "principal", self.compute.label
        if self.world.offline:
            meant = _told(self._declared)
            known = meant.startswith("identity ")
            return ChainLink(
                name=name, about=about, meant=meant, real=NOT_LOOKED, state=State.HOLDS if known else State.UNKNOWN
            )
        meant = _told(self._declared) if self.compute.planned else "nothing: Terraform does not plan it"
        try:
            if not self.compute.live.identity_type.value:
                return self._nobody(meant, "nobody: it has no identity")
            principal = self.world.principal_of(self.compute)
            real = f"{principal.name}, principal {principal.object_id}"
            if principal.outdated:
                return self._nobody(meant, f"{real}, which is not the one that it was given")
            principal.refuse_unnoted()
        except (NotKnown, NotThere) as reason:
            return ChainLink(name=name, about=about, meant=meant, real=str(reason), state=State.UNKNOWN)
        return ChainLink(name=name, about=about, meant=meant, real=real, state=State.HOLDS)

    def _nobody(self, meant: str, real: str) -> ChainLink:
        """The principal's link where there is none: broken, if what judges the compute's identity says so, too."""
        telling = [f.id for f in self._about(self.compute) if f.link == 11 and f.verdict in _TELLING[State.BROKEN]]
        return ChainLink(
            name="principal",
            about=self.compute.label,
            meant=meant,
            real=real,
            state=State.BROKEN if telling else State.UNKNOWN,
            because="" if telling else "no check judged it",
            findings=tuple(telling),
        )

    def _declared(self) -> str:
        stated = self.compute.intent
        if not stated.identity_type.value:
            return "nobody: it declares no identity"
        if not stated.identity_ids.value:
            return f"identity of its own, {stated.identity_type.value}"
        identity = self.world.identity(stated.identity_ids.value[0])
        return identity.label if identity is not None else "an identity that is made elsewhere"

    def _data(self, workspace: Subject[Workspace] | None) -> Iterator[ChainLink]:
        if workspace is None:
            yield ChainLink(
                name="data roles", about="its workspace", state=State.UNKNOWN, because="its workspace is not known"
            )
            return
        behind = [(datastore, self._account(datastore)) for datastore in self._datastores(workspace)]
        accounts: dict[str, Subject[StorageAccount]] = {}
        default = self._default_account(workspace)
        for account in (default, *(account for _, account in behind)):
            if account is not None:
                accounts.setdefault(arm_key(account.arm_id) or account.label, account)
        if not accounts:
            yield ChainLink(
                name="data roles", about=workspace.label, state=State.UNKNOWN, because="its account is not known"
            )
        for key, account in accounts.items():
            is_default = default is not None and same_arm_id(default.arm_id, account.arm_id)
            yield self._roles(account, [a for k, a in accounts.items() if k != key], own=is_default)
            own = [d for d, its in behind if its is not None and (arm_key(its.arm_id) or its.label) == key]
            for datastore in own:
                yield self._credential(datastore, workspace)
            if not own and is_default:
                yield self._auth_mode(workspace)
            yield self._keys(account)
            yield self._network(account, workspace)
        for datastore in (d for d, account in behind if account is None):
            yield ChainLink(
                name="data roles", about=datastore.label, state=State.UNKNOWN, because="its account was not read"
            )

    def _roles(
        self, account: Subject[StorageAccount], others: Sequence[Subject[StorageAccount]], *, own: bool
    ) -> ChainLink:
        """What was judged of the roles on one account: of the workspace's own, also what names no account."""
        about = [f for f in self._about(self.compute) if f.link == 14]
        elsewhere = frozenset().union(*(a.concerns for a in others))
        about = [f for f in about if f.concerns & account.concerns or (own and not f.concerns & elsewhere)]
        meant = f"{'read and write' if own else 'read'} blobs of {account.label}"
        real = next((f.reality.text for f in reversed(about) if f.reality is not None), "")
        return self._judged("data roles", account.label, about, meant=lambda: meant, real=lambda: real)

    def _credential(self, datastore: Subject[Datastore], workspace: Subject[Workspace]) -> ChainLink:
        about = [f for f in self._about(datastore) if f.link == 13]
        about += [f for f in self._of_mode(workspace) if f not in about]
        return self._judged(
            "datastore credential",
            datastore.label,
            about,
            meant=lambda: text_of(datastore.intent.credentials) if datastore.planned else _mode(workspace.intent),
            real=lambda: text_of(datastore.live.credentials),
        )

    def _auth_mode(self, workspace: Subject[Workspace]) -> ChainLink:
        return self._judged(
            "datastore credential",
            f"the datastores of {workspace.label}",
            self._of_mode(workspace),
            meant=lambda: _mode(workspace.intent),
            real=lambda: _mode(workspace.live),
        )

    def _of_mode(self, workspace: Subject[Workspace]) -> list[Finding]:
        """What was judged of how the workspace's own datastores authenticate."""
        return [f for f in self._about(workspace) if f.link == 13 and not f.subject.startswith("datastore ")]

    def _keys(self, account: Subject[StorageAccount]) -> ChainLink:
        about = [f for f in self._about(account) if f.link == 13 and f.subject == account.label]
        about = [f for f in about if not any(key.startswith("workspace ") for key in f.concerns)]
        return self._judged(
            "key policy",
            account.label,
            about,
            meant=lambda: _keys_of(account.intent),
            real=lambda: _keys_of(account.live),
        )

    def _network(self, account: Subject[StorageAccount], workspace: Subject[Workspace]) -> ChainLink:
        about = [f for s in (account, workspace) for f in self._about(s) if f.link == 18]
        if not about:
            because = "whether the nodes reach the account is not judged"
            return ChainLink(name="network", about=account.label, state=State.UNKNOWN, because=because)
        real = next((f.reality.text for f in about if f.reality is not None), "")
        return self._judged(
            "network", account.label, dict.fromkeys(about), meant=lambda: "within reach of the nodes", real=lambda: real
        )

    def _judged(
        self,
        name: str,
        about: str,
        findings: Iterable[Finding],
        *,
        meant: Callable[[], str],
        real: Callable[[], str],
    ) -> ChainLink:
        """A link with what was found of it."""
        found = tuple(findings)
        state = _state(found, offline=self.world.offline)
        telling = [f for f in found if f.verdict in _TELLING[state]]
        because = telling[0].what if telling and state is not State.HOLDS else ""
        if state is State.UNKNOWN and not telling:
            because = "no check judged it" if not found else "no check judged what is live"
        return ChainLink(
            name=name,
            about=about,
            meant=_told(meant),
            real=NOT_LOOKED if self.world.offline else _told(real),
            state=state,
            because=because,
            findings=tuple(f.id for f in telling),
        )

    def _about(self, subject: Subject[object]) -> list[Finding]:
        return [f for f in self.findings if f.concerns & subject.concerns]

    def _workspace(self) -> Subject[Workspace] | None:
        for side in (self.compute.served, self.compute.stated):
            if side is not None and side.workspace_id.known:
                return self.world.workspace(side.workspace_id.value)
        return None

    def _datastores(self, workspace: Subject[Workspace]) -> list[Subject[Datastore]]:
        return [
            d
            for d in self.world.datastores
            if (d.planned or d.maybe_live)
            and any(
                side is not None and side.workspace_id.known and same_arm_id(side.workspace_id.value, workspace.arm_id)
                for side in (d.served, d.stated)
            )
        ]

    def _default_account(self, workspace: Subject[Workspace]) -> Subject[StorageAccount] | None:
        try:
            if self.world.offline:
                return self.world.storage_account(workspace.intent.storage_account_id.value)
            return self.world.live_account_of(workspace)
        except (NotKnown, NotThere):
            return None

    def _account(self, datastore: Subject[Datastore]) -> Subject[StorageAccount] | None:
        try:
            if not self.world.offline:
                return self.world.account_behind(datastore)
            name = datastore.intent.account_name.value
        except (NotKnown, NotThere):
            return None
        named = [a for a in self.world.storage_accounts if name and a.name.casefold() == name.casefold()]
        return named[0] if named else None


_TELLING = {
    State.BROKEN: (Verdict.DISAGREES, Verdict.WAIVED),
    State.UNKNOWN: (Verdict.UNVERIFIED, Verdict.PENDING),
    State.HOLDS: (Verdict.AGREES,),
}


def _state(findings: Sequence[Finding], *, offline: bool) -> State:
    """What the verdicts on a link come to. What the source says holds alone is not known to hold live."""
    verdicts = {f.verdict for f in findings}
    if verdicts & {Verdict.DISAGREES, Verdict.WAIVED}:
        return State.BROKEN
    if verdicts & {Verdict.UNVERIFIED, Verdict.PENDING}:
        return State.UNKNOWN
    agreeing = [f for f in findings if f.verdict is Verdict.AGREES and (offline or f.asks != "coherence")]
    return State.HOLDS if agreeing else State.UNKNOWN


def _told(read: Callable[[], str]) -> str:
    try:
        return read()
    except (NotKnown, NotThere) as reason:
        return str(reason)


def _identity_of(compute: Compute) -> str:
    kind, ids = compute.identity_type, compute.identity_ids
    if kind.known and kind.value and ids.known and ids.value:
        return f"{kind.value}: {text_of(ids)}"
    return f"{kind.name} = {text_of(kind)}"


def _mode(workspace: Workspace) -> str:
    return f"{workspace.auth_mode.name} = {text_of(workspace.auth_mode)}"


def _keys_of(account: StorageAccount) -> str:
    return f"{account.shared_key_access.name} = {text_of(account.shared_key_access)}"
