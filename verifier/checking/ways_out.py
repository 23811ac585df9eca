"""Ways out of a broken chain, ranked: each with its price, and what it would do in this very world.

Sources: Microsoft Learn, "Set up authentication between Azure Machine Learning and other services" (a job's code on a
Kubernetes compute gets a token by ManagedIdentityCredential of the compute's identity) and "Disable shared key access
for your workspace's storage account".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from verifier.checking.finding import Finding, Verdict
from verifier.checking.links import Chain, State, WayOut, Works
from verifier.hcl.frozen import frozen, replace
from verifier.kinds.compare import same_arm_id
from verifier.kinds.compute import Compute
from verifier.kinds.fact import NotKnown
from verifier.kinds.storage_account import StorageAccount
from verifier.kinds.workspace import Workspace
from verifier.world import NotThere, Subject
from verifier.world.governed import KEYS
from verifier.world.policies import Policy, exempted_from, policies_on

if TYPE_CHECKING:
    from verifier.world import World

_ORDER = tuple(Works)
KEPT_BY_POLICY = "STO04"
"""The check that says that a policy keeps the account's keys otherwise than Terraform says."""


@frozen(kw_only=True)
class _Facts:
    """What the ways out hang on. None is not known.

    Of an account that accepts no keys: the policies that keep it so, and those that an exemption lets it out of;
    `accepted` says that and where somebody accepts the former; `policies_unread`, why neither is known.
    """

    has_identity: bool | None
    has_role: bool | None
    keeps_keys: bool | None = None
    keys_accepted: bool | None = None
    keys_meant: bool | None = None
    kept_off: tuple[Policy, ...] = ()
    exempted: tuple[Policy, ...] = ()
    accepted: str = ""
    policies_unread: str = ""


def ways_out(world: World, chain: Chain, compute: Subject[Compute], findings: Sequence[Finding]) -> tuple[WayOut, ...]:
    """The ways out, the best first: what works here before what may, without a price in security before with one."""
    facts = _facts(world, chain, compute, findings)
    others = [_download(facts), _managed_compute(facts), _keys_on(facts), _SUPPORT]
    ranked = sorted(others, key=lambda way: (_ORDER.index(way.works), way.weakens_security))
    return (_mend(chain), *ranked)


_MEND = WayOut(
    name="mend the chain: what the causes name",
    works=Works.YES,
    security="none: no key is used, and who may do what stands in role assignments",
    work="one change of the source and an apply; a compute without its identity is made again",
)
_DOWNLOAD = WayOut(
    name="download through the SDK inside the job",
    works=Works.NOT_KNOWN,
    security="none: the job's code uses the compute's identity",
    work="every job's code; outputs and logs still go through the datastores",
)
_MANAGED = WayOut(
    name="managed compute instead of the cluster",
    works=Works.NOT_KNOWN,
    security="none, if its identity is granted no more than the data",
    work="a new compute with an identity, its grants, quota for its nodes; the cluster is left aside",
)
_KEYS_ON = WayOut(
    name="turn the account's keys on",
    works=Works.NOT_KNOWN,
    security="whoever gets hold of a key reads and writes everything in the account, whatever the roles say",
    work="one setting in the source",
    weakens_security=True,
)
_SUPPORT = WayOut(
    name="a support ticket",
    works=Works.NO,
    here="the service does as it is configured: what is broken is on this side",
    security="none",
    work="little, and days of waiting",
)


def _mend(chain: Chain) -> WayOut:
    broken = ", ".join(dict.fromkeys(link.name for link in chain.links if link.state is State.BROKEN))
    unknown = ", ".join(dict.fromkeys(link.name for link in chain.unknown))
    if not unknown:
        return replace(_MEND, here=f"it mends what is broken: {broken}")
    return replace(_MEND, works=Works.NOT_KNOWN, here=f"it mends what is broken: {broken}; not known is: {unknown}")


def _download(facts: _Facts) -> WayOut:
    if facts.has_identity is False:
        return replace(
            _DOWNLOAD, works=Works.NO, here="its code has nothing to sign in with either: the compute has no identity"
        )
    if facts.has_role is False:
        return replace(_DOWNLOAD, works=Works.NO, here="the compute's identity may not read the data, whoever asks")
    if facts.has_identity and facts.has_role:
        return replace(
            _DOWNLOAD, works=Works.YES, here="the compute's identity may read the data without the datastore"
        )
    return replace(_DOWNLOAD, here="whether the compute has an identity that may read the data is not known")


def _managed_compute(facts: _Facts) -> WayOut:
    if facts.keeps_keys and facts.keys_accepted is False:
        return replace(
            _MANAGED,
            works=Works.NO,
            here="its jobs go through the same datastores, whose keys the account refuses",
        )
    if facts.keeps_keys is None or facts.keys_accepted is None:
        return replace(_MANAGED, here="whether its jobs could use the datastores is not known")
    return replace(_MANAGED, here="the datastores would serve it; its identity and its grants are still to be made")


def _keys_on(facts: _Facts) -> WayOut:
    work = "an apply: the source says so already" if facts.keys_meant else "one setting in the source"
    way = replace(_KEYS_ON, work=work)
    if facts.keys_accepted:
        return replace(way, works=Works.NO, here="they are on already")
    if facts.keeps_keys is False:
        return replace(way, works=Works.NO, here="no datastore keeps a key, so none would be used")
    if facts.keeps_keys is None or facts.keys_accepted is None:
        return replace(way, here="whether the datastores keep keys, and the account takes them, is not known")
    reverted = ""
    if facts.keys_meant is False:
        reverted = "; set by hand, the next apply turns them off again, as the source says so"
    if facts.kept_off:
        return replace(
            way,
            works=Works.NO,
            here=f"{_keeping(facts.kept_off)} them off, whoever turns them on{facts.accepted}{reverted}",
            work=f"an exemption from the policy first, by whoever owns it; then {work}",
        )
    here = "the keys that the datastores keep would be accepted"
    if facts.policies_unread:
        return replace(way, here=f"{here}, unless a policy sets it back ({facts.policies_unread}){reverted}")
    if facts.exempted:
        here += f" for as long as the account is exempt: else {_keeping(facts.exempted)} them off"
    else:
        here += ", and no policy keeps them off"
    return replace(way, works=Works.YES, here=f"{here}{reverted}")


def _keeping(policies: Sequence[Policy]) -> str:
    named = " and ".join(f"the policy {policy.name} ({policy.effect})" for policy in policies)
    return f"{named} {'keeps' if len(policies) == 1 else 'keep'}"


def _facts(world: World, chain: Chain, compute: Subject[Compute], findings: Sequence[Finding]) -> _Facts:
    roles = chain.states("data roles")
    known = _Facts(
        has_identity=_has_identity(world, compute),
        has_role=False if State.BROKEN in roles else True if roles == {State.HOLDS} else None,
    )
    try:
        workspace = world.workspace((compute.intent if world.offline else compute.live).workspace_id.value)
        if workspace is None:
            return known
        if world.offline:
            return _with_stated_keys(known, world, workspace)
        return _with_live_keys(known, world, workspace, findings)
    except (NotKnown, NotThere):
        return known


def _has_identity(world: World, compute: Subject[Compute]) -> bool | None:
    try:
        return bool((compute.intent if world.offline else compute.live).identity_type.value)
    except (NotKnown, NotThere):
        return None


def _with_stated_keys(known: _Facts, world: World, workspace: Subject[Workspace]) -> _Facts:
    account = world.storage_account(workspace.intent.storage_account_id.value)
    if account is None:
        return known
    return replace(
        known,
        keeps_keys=not workspace.intent.keyless,
        keys_accepted=account.intent.shared_key_access.value,
        policies_unread="nothing live was looked at",
    )


def _with_live_keys(known: _Facts, world: World, workspace: Subject[Workspace], findings: Sequence[Finding]) -> _Facts:
    account = world.live_account_of(workspace)
    accepted = account.live.shared_key_access.value
    meant = account.stated.shared_key_access.content if account.stated is not None else None
    kept = [
        d.live.keeps_keys
        for d in world.datastores
        if d.served is not None and same_arm_id(d.served.workspace_id.value, workspace.arm_id)
    ]
    known = replace(
        known,
        keeps_keys=any(kept) if kept else None,
        keys_accepted=accepted,
        keys_meant=meant if isinstance(meant, bool) else None,
    )
    if accepted:
        return known
    try:
        return replace(
            known,
            kept_off=policies_on(world, account, KEYS),
            exempted=exempted_from(world, account, KEYS),
            accepted=_accepted(account, findings),
        )
    except NotKnown as unread:
        return replace(known, policies_unread=unread.because)


def _accepted(account: Subject[StorageAccount], findings: Sequence[Finding]) -> str:
    """That somebody accepts that a policy keeps the account's keys off, and where it says so."""
    for finding in findings:
        waived = finding.check == KEPT_BY_POLICY and finding.verdict is Verdict.WAIVED
        if waived and finding.waiver is not None and finding.concerns & account.concerns:
            return f", which {finding.waiver.place} accepts: {finding.waiver.reason}"
    return ""
