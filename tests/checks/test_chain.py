"""The chain of a compute: where it breaks first, what is not known of it, and what the ways out would do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks.proofs.breaking import ACCOUNT, ASSIGNMENT, COMPUTE, DATASTORE, WORKSPACE, edit, live
from tests.checks.proofs.policies import policy
from tests.checks.proofs.storage import keys_meant_on
from verifier.checking.exit_code import ExitCode
from verifier.checking.finding import Verdict
from verifier.checking.links import Chain, State, WayOut, Works

if TYPE_CHECKING:
    from conftest import Bench

Break = Callable[["Bench"], object]


def only(bench: Bench, **options: Any) -> Chain:
    [chain] = bench.run(**options).chains
    return chain


def broken_at(chain: Chain) -> tuple[str, str]:
    assert chain.broken is not None
    return chain.broken.name, chain.broken.about.partition(" ")[0]


def without_identity(bench: Bench) -> None:
    bench.resource(COMPUTE)["identity"] = None


def made_again(bench: Bench) -> None:
    [assigned] = bench.resource(COMPUTE)["identity"]["userAssignedIdentities"].values()
    assigned["principalId"] = "00000000-0000-4000-8000-000000000001"


def without_roles(bench: Bench) -> None:
    bench.remove(ASSIGNMENT)


def elsewhere(bench: Bench) -> None:
    """A datastore more, of another account, on which nobody is granted anything."""
    account = bench.resource(ACCOUNT)
    other = {**account, "id": account["id"][: -len(account["name"])] + "stother", "name": "stother"}
    bench.world["resources"].append(other)
    store = next(r for r in bench.world["resources"] if r["type"] == DATASTORE and r["name"] == "workspaceblobstore")
    group = account["id"].split("/")
    bench.world["resources"].append(
        {
            **store,
            "id": store["id"].rpartition("/")[0] + "/other",
            "name": "other",
            "properties": {
                **store["properties"],
                "accountName": "stother",
                "subscriptionId": group[2],
                "resourceGroup": group[4],
                "isDefault": False,
            },
        }
    )


def test_in_the_healthy_world_every_link_holds(bench: Bench) -> None:
    chain = only(bench)

    assert {link.state for link in chain.links[1:]} == {State.HOLDS}
    assert chain.links[0].state is State.ASSUMED
    assert [link.name for link in chain.links[:4]] == ["job identity", "compute identity", "principal", "data roles"]
    assert [link.name for link in chain.links[-2:]] == ["key policy", "network"]
    assert (chain.broken, chain.unknown, chain.ways_out) == (None, (), ())


@pytest.mark.parametrize(
    ("breaks", "first", "findings"),
    [
        pytest.param(without_identity, ("compute identity", "compute"), ("CMP02",), id="no identity"),
        pytest.param(made_again, ("compute identity", "compute"), ("CMP03",), id="an identity that was made again"),
        pytest.param(without_roles, ("data roles", "storage"), ("RBA01",), id="no role"),
        pytest.param(
            live(DATASTORE, lambda p: p.update(credentials={"credentialsType": "AccountKey"}), "workspaceblobstore"),
            ("datastore credential", "datastore"),
            ("DST01",),
            id="a datastore with a key",
        ),
        pytest.param(
            live(ACCOUNT, lambda p: p.update(allowSharedKeyAccess=True)),
            ("key policy", "storage"),
            ("STO01",),
            id="keys",
        ),
        pytest.param(elsewhere, ("data roles", "storage"), ("RBA01",), id="a datastore of an account without grants"),
    ],
)
def test_it_breaks_first_where_something_is_wrong(
    bench: Bench, breaks: Break, first: tuple[str, str], findings: tuple[str, ...]
) -> None:
    breaks(bench)

    chain = only(bench)

    assert broken_at(chain) == first
    assert chain.broken is not None
    assert {f.partition("[")[0] for f in chain.broken.findings} >= set(findings)


@pytest.mark.parametrize(
    ("denied", "names"),
    [
        ("/computes", {"compute identity", "principal", "data roles"}),
        ("/userAssignedIdentities/[^/]+$", {"principal", "data roles"}),
        ("/roleAssignments", {"data roles"}),
        ("/datastores$", {"datastore credential"}),
        ("/storageAccounts/[^/]+$", {"key policy", "network"}),
        ("/workspaces/mlw-[^/]+$", {"datastore credential"}),
    ],
)
def test_what_could_not_be_read_is_not_known_and_never_holds(bench: Bench, denied: str, names: set[str]) -> None:
    bench.deny(denied)

    chain = only(bench)

    assert chain.broken is None
    for name in names:
        assert State.HOLDS not in chain.states(name), name
        assert State.UNKNOWN in chain.states(name), name


def test_whom_jobs_run_as_is_broken_only_where_a_check_says_so(bench: Bench) -> None:
    from verifier.checking.chain import chains_of
    from verifier.config import Options, settings
    from verifier.simulator import Simulator
    from verifier.world.observe import observe

    without_identity(bench)
    with Simulator(bench.world) as simulator, pytest.MonkeyPatch.context() as patch:
        for name, value in simulator.identity_environment().items():
            patch.setenv(name, value)
        options = Options(
            root=bench.root, arm_endpoint=simulator.arm_endpoint, kubernetes_endpoint=simulator.kubernetes_endpoint
        )
        [chain] = chains_of(observe(settings(options, {})), ())

    assert (chain.broken, chain.states("principal")) == (None, {State.UNKNOWN})


def test_a_principal_that_was_not_noted_is_not_known(bench: Bench) -> None:
    identities = bench.resource(COMPUTE)["identity"]["userAssignedIdentities"]
    identities.update({key: {} for key in identities})

    result = bench.run()

    assert [f.check for f in result.findings if f.verdict is not Verdict.AGREES] == ["CMP03"]
    assert result.chains[0].states("principal") == {State.UNKNOWN}
    assert result.exit_code is ExitCode.UNVERIFIED


def test_what_no_check_was_asked_of_is_not_known(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from verifier.checking.chain import chains_of
    from verifier.config import Options, settings
    from verifier.world.observe import observe

    world = observe(settings(Options(root=bench.root, offline=True), {}))

    [chain] = chains_of(world, ())

    assert {link.name for link in chain.links if link.state is State.HOLDS} == {"principal"}


def test_what_the_source_alone_says_does_not_hold_live(bench: Bench) -> None:
    result = bench.run()
    coherent = [f for f in result.findings if f.check.startswith("INT")]
    from verifier.checking.chain import _state

    about = [f for f in coherent if f.link == 11]
    assert about
    assert _state(about, offline=False) is State.UNKNOWN
    assert _state(about, offline=True) is State.HOLDS


def test_offline_it_says_what_the_source_says_and_looks_at_nothing(bench: Bench) -> None:
    chain = only(bench, offline=True)

    assert {link.real for link in chain.links[1:] if link.real} == {"not looked at"}
    assert chain.broken is None
    assert {link.name for link in chain.unknown} <= {"key policy", "network", "datastore credential"}


def test_offline_it_breaks_where_the_source_is_incoherent(incident: Bench) -> None:
    chain = only(incident, offline=True)

    assert broken_at(chain) == ("compute identity", "compute")
    assert {link.name for link in chain.links if link.state is State.BROKEN} >= {"data roles", "datastore credential"}


def test_a_compute_that_only_live_has_gets_its_chain(bench: Bench) -> None:
    bench.edit("main.tf", "    should_integrate_aks        = var.should_integrate_aks_cluster\n", "")
    without_identity(bench)

    chain = only(bench)

    assert chain.address == ""
    assert broken_at(chain) == ("compute identity", "compute")
    assert chain.links[1].meant.startswith("Terraform says nothing of")


def ways(chain: Chain) -> dict[str, tuple[Works, str]]:
    return {way.name.partition(" ")[0]: (way.works, way.here) for way in chain.ways_out}


def test_the_incidents_ways_out_are_judged_by_its_own_world(incident: Bench) -> None:
    chain = only(incident)
    found = ways(chain)

    assert list(found) == ["mend", "turn", "download", "managed", "a"]
    assert found["mend"][0] is Works.YES
    assert found["download"] == (
        Works.NO,
        "its code has nothing to sign in with either: the compute has no identity",
    )
    assert found["managed"] == (Works.NO, "its jobs go through the same datastores, whose keys the account refuses")
    works, here = found["turn"]
    assert works is Works.YES
    assert here.startswith("the keys that the datastores keep would be accepted, and no policy keeps them off; ")
    assert here.endswith("set by hand, the next apply turns them off again, as the source says so")
    assert [way.weakens_security for way in chain.ways_out] == [False, True, False, False, False]


@pytest.mark.parametrize(
    ("breaks", "expected"),
    [
        pytest.param(
            [live(DATASTORE, lambda p: p.update(credentials={"credentialsType": "AccountKey"}), "workspaceblobstore")],
            {"download": Works.YES, "managed": Works.NO, "turn": Works.YES},
            id="only a datastore's key is in the way",
        ),
        pytest.param(
            [without_roles],
            {"download": Works.NO, "managed": Works.NOT_KNOWN, "turn": Works.NO},
            id="only a role is missing",
        ),
        pytest.param(
            [without_identity, live(ACCOUNT, lambda p: p.update(allowSharedKeyAccess=True))],
            {"download": Works.NO, "turn": Works.NO},
            id="keys are on already",
        ),
        pytest.param(
            [without_identity, lambda b: b.deny("/datastores$")],
            {"managed": Works.NOT_KNOWN, "turn": Works.NOT_KNOWN, "mend": Works.NOT_KNOWN},
            id="the datastores could not be read",
        ),
        pytest.param(
            [
                edit("main.tf", '  system_datastores_auth_mode             = "identity"\n', ""),
                live(WORKSPACE, lambda p: p.update(systemDatastoresAuthMode="AccessKey")),
                lambda b: b.deny("/storageAccounts/[^/]+$"),
            ],
            {"turn": Works.NOT_KNOWN, "managed": Works.NOT_KNOWN},
            id="the account could not be read",
        ),
    ],
)
def test_a_way_out_is_judged_by_what_is_known(bench: Bench, breaks: list[Break], expected: dict[str, Works]) -> None:
    for each in breaks:
        each(bench)

    found = ways(only(bench))

    assert {name: found[name][0] for name in expected} == expected


NO_KEYS = "Storage accounts should prevent shared key access"


def keys_on(bench: Bench, **options: Any) -> WayOut:
    """What turning the keys on would do, in a world where a datastore keeps one and the account takes none."""
    live(DATASTORE, lambda p: p.update(credentials={"credentialsType": "AccountKey"}), "workspaceblobstore")(bench)
    [way] = [way for way in only(bench, **options).ways_out if way.weakens_security]
    return way


@pytest.mark.parametrize("effect", ["deny", "modify", "append"])
def test_keys_do_not_come_on_against_a_policy_without_an_exemption(bench: Bench, effect: str) -> None:
    policy(bench, effect=effect, compliant=True)

    way = keys_on(bench)

    assert way.works is Works.NO
    assert way.here.startswith(f"the policy {NO_KEYS} ({effect}) keeps them off, whoever turns them on; set by hand")
    assert way.work == "an exemption from the policy first, by whoever owns it; then one setting in the source"


def test_an_exemption_that_is_there_lets_keys_come_on_while_it_lasts(bench: Bench) -> None:
    policy(bench, effect="deny", compliant=True)
    next(r for r in bench.world["resources"] if r["type"].endswith("/queryResults"))["complianceState"] = "Exempt"

    way = keys_on(bench)

    assert way.works is Works.YES
    assert f"for as long as the account is exempt: else the policy {NO_KEYS} (deny) keeps them off" in way.here
    assert way.work == "one setting in the source"


def test_a_policy_that_only_reports_does_not_keep_keys_off(bench: Bench) -> None:
    policy(bench, effect="audit", compliant=True)

    assert keys_on(bench).works is Works.YES


def test_policies_that_could_not_be_read_leave_it_open_whether_keys_can_come_on(bench: Bench) -> None:
    bench.deny("/policyStates/latest/queryResults$")

    way = keys_on(bench)

    assert way.works is Works.NOT_KNOWN
    assert "unless a policy sets it back (the policies on storage account" in way.here


def test_a_policy_that_somebody_accepts_is_said_with_who_accepts_it(bench: Bench) -> None:
    keys_meant_on(bench)
    policy(bench, effect="deny", compliant=True)
    bench.add(
        "verifier.toml",
        '[[waivers]]\ncheck = "STO04"\nsubject = "*"\nreason = "keys stay off"\nuntil = 2099-12-31\n',
    )

    way = keys_on(bench)

    assert way.works is Works.NO
    assert "keeps them off, whoever turns them on, which " in way.here
    assert way.here.endswith("verifier.toml:1 accepts: keys stay off")
    assert way.work.endswith("by whoever owns it; then an apply: the source says so already")


def test_offline_no_policy_is_known(bench: Bench) -> None:
    bench.edit("main.tf", '  system_datastores_auth_mode             = "identity"\n', "")

    [way] = [way for way in only(bench, offline=True).ways_out if way.weakens_security]

    assert way.works is Works.NOT_KNOWN
    assert way.here.endswith("unless a policy sets it back (nothing live was looked at)")
