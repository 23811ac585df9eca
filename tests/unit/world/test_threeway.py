"""One word for what source, state and live have of a thing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from verifier.hcl.source import Place
from verifier.hcl.values import Unknown
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.identity import IDENTITY
from verifier.kinds.served import Document
from verifier.kinds.storage_account import STORAGE_ACCOUNT, StorageAccount
from verifier.live.documents import Absent, Denied, Failed, Found, Outcome
from verifier.terraform.plan import Planned, Undetermined
from verifier.terraform.state import Recorded
from verifier.world.subject import Subject
from verifier.world.threeway import Existence, Maker, Word, import_block, moved_block

GROUP = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts"
ID = f"{GROUP}/st"
ADDRESS = "azurerm_storage_account.main"
NOWHERE = Absent(code="ResourceNotFound")
PLACE = Place("main.tf", 1, 1)


def found(name: str = "st", *, keys: bool = False) -> Found:
    return Found(documents=({"id": f"{GROUP}/{name}", "name": name, "properties": {"allowSharedKeyAccess": keys}},))


def stated(*, keys: bool | Unknown = False) -> StorageAccount:
    return StorageAccount(
        name=Fact(name="name", content="st"), shared_key_access=Fact(name="shared_access_key_enabled", content=keys)
    )


def thing(outcome: Outcome, says: StorageAccount | None = None) -> Subject[StorageAccount]:
    document = outcome.documents[0] if isinstance(outcome, Found) else None
    arm_id = str(document["id"]) if document is not None else ID
    return Subject(
        kind=STORAGE_ACCOUNT,
        name="st",
        address=ADDRESS if says is not None else "",
        arm_id=arm_id,
        presence=Planned() if says is not None else None,
        stated=says,
        outcome=outcome,
        served=STORAGE_ACCOUNT.from_document(Document(document, arm_id)) if document is not None else None,
    )


def recorded(name: str = "st", address: str = ADDRESS) -> Recorded:
    return Recorded(address=address, type="azurerm_storage_account", attributes={"id": f"{GROUP}/{name}"})


def existence(
    outcome: Outcome,
    *,
    says: StorageAccount | None = None,
    state: Recorded | str = "not given",
    planned_name: str = "st",
    **more: Any,
) -> Existence:
    return Existence(
        subject=thing(outcome, says),
        recorded=state if isinstance(state, Recorded) else None,
        state_given=state != "not given",
        planned_id=f"{GROUP}/{planned_name}" if says is not None else "",
        **more,
    )


PLANNED = stated()
LACKS = "lacks it"
MAKER = Maker(address=f"{ADDRESS}[0]", resource=ADDRESS, place="main.tf:1", name="st", id=ID)

WORDS = {
    "all three have it": (existence(found(), says=PLANNED, state=recorded()), Word.IN_SYNC),
    "ids differ in case alone": (
        existence(found("ST"), says=PLANNED, state=recorded("St"), planned_name="sT"),
        Word.IN_SYNC,
    ),
    "only the source has it": (existence(NOWHERE, says=PLANNED, state=LACKS), Word.NOT_APPLIED),
    "source and state have it": (existence(NOWHERE, says=PLANNED, state=recorded()), Word.GONE),
    "source and live have it": (existence(found(), says=PLANNED, state=LACKS), Word.UNMANAGED),
    "state and live have it": (existence(found(), state=recorded()), Word.NOT_APPLIED),
    "only the state has it": (existence(NOWHERE, state=recorded()), Word.GONE),
    "only live has it": (existence(found(), state=LACKS), Word.NEVER_PLANNED),
    "live has it, and what is switched off would make it": (
        existence(found(), state=LACKS, kept_out=(MAKER,)),
        Word.UNMANAGED,
    ),
    "live has it, and somebody else is declared to own it": (
        existence(found(), state=LACKS, kept_out=(MAKER,), owned_elsewhere=True),
        Word.OWNED_ELSEWHERE,
    ),
    "a field was changed by hand": (existence(found(keys=True), says=PLANNED, state=recorded()), Word.DRIFTED),
    "the state has it under another id": (existence(found(), says=PLANNED, state=recorded("other")), Word.DRIFTED),
    "the source gave it another name": (
        existence(found("old"), says=PLANNED, state=recorded("old"), planned_name="new"),
        Word.NOT_APPLIED,
    ),
    "the state has it at another address": (
        existence(found(), says=PLANNED, state=recorded(address="azurerm_storage_account.old")),
        Word.NOT_APPLIED,
    ),
    "a moved block leads from that address": (
        existence(found(), says=PLANNED, state=recorded(address="azurerm_storage_account.old"), moved=True),
        Word.IN_SYNC,
    ),
    "no state, live and planned": (existence(found(), says=PLANNED), Word.IN_SYNC),
    "no state, planned and not live": (existence(NOWHERE, says=PLANNED), Word.NOT_APPLIED),
    "no state, live under another name": (existence(found("by-hand"), says=PLANNED), Word.UNMANAGED),
    "no state, live and not planned": (existence(found()), Word.NEVER_PLANNED),
    "no state, live otherwise than planned": (existence(found(keys=True), says=PLANNED), Word.NOT_APPLIED),
}


@pytest.mark.parametrize("case", WORDS)
def test_the_word_follows_from_the_three(case: str) -> None:
    told, word = WORDS[case]
    assert told.word is word


def test_without_a_state_nothing_is_called_gone_or_drifted() -> None:
    words = {told.word for told, _ in WORDS.values() if not told.state_given}
    assert not words & {Word.GONE, Word.DRIFTED}


@pytest.mark.parametrize(
    "outcome", [Denied(permission="Microsoft.Storage/storageAccounts/read"), Failed(because="timed out")]
)
@pytest.mark.parametrize("says", [PLANNED, None], ids=["planned", "not planned"])
@pytest.mark.parametrize("state", [recorded(), LACKS, "not given"], ids=["recorded", "not recorded", "no state"])
def test_what_could_not_be_looked_at_has_no_word(
    outcome: Outcome, says: StorageAccount | None, state: Recorded | str
) -> None:
    with pytest.raises(NotKnown, match="could not be read"):
        _ = existence(outcome, says=says, state=state).word


def test_what_may_or_may_not_be_planned_has_no_word() -> None:
    told = existence(found(), says=PLANNED, state=recorded())
    waits = Undetermined(Unknown("count waits"), "", PLACE, ())
    with pytest.raises(NotKnown, match="whether Terraform plans"):
        _ = replace(told, subject=replace(told.subject, presence=waits)).word


def test_what_half_a_source_does_not_plan_has_no_word() -> None:
    with pytest.raises(NotKnown, match="not all of the source could be read"):
        _ = existence(found(), state=recorded(), source_whole=False).word


def test_a_field_that_is_not_known_before_apply_leaves_the_word_open() -> None:
    with pytest.raises(NotKnown):
        _ = existence(found(), says=stated(keys=Unknown("later")), state=recorded()).word


def test_a_field_that_the_source_leaves_unsaid_is_no_drift() -> None:
    unsaid = StorageAccount(
        name=Fact(name="name", content="st"),
        shared_key_access=Fact(name="shared_access_key_enabled", content=True, stated=False),
    )
    assert existence(found(), says=unsaid, state=recorded()).word is Word.IN_SYNC


def test_a_difference_names_the_field_and_both_values() -> None:
    told = existence(found(keys=True), says=PLANNED, state=recorded())
    assert told.differences == ("allowSharedKeyAccess is true, and the source says false",)


def test_what_is_known_to_differ_is_told_beside_what_is_not_known() -> None:
    unknown: Fact[bool] = Fact(name="is_hns_enabled", content=Unknown("later"))
    says = replace(PLANNED, hierarchical=unknown)
    assert existence(found(keys=True), says=says, state=recorded()).word is Word.DRIFTED
    with pytest.raises(NotKnown, match="is_hns_enabled is not known"):
        _ = existence(found(), says=says, state=recorded()).word


def test_a_sensitive_difference_shows_no_value() -> None:
    secret = StorageAccount(
        name=Fact(name="name", content="st"),
        shared_key_access=Fact(name="shared_access_key_enabled", content=False, sensitive=True),
    )
    told = existence(found(keys=True), says=secret, state=recorded())
    assert told.differences == ("allowSharedKeyAccess is not what the source says",)


def test_an_identity_that_was_made_again_under_its_name_has_drifted() -> None:
    arm_id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-ml"
    document = {"id": arm_id, "name": "id-ml", "properties": {"principalId": "new", "clientId": "c"}}
    subject = Subject(
        kind=IDENTITY,
        name="id-ml",
        address="azurerm_user_assigned_identity.ml",
        arm_id=arm_id,
        presence=Planned(),
        outcome=Found(documents=(document,)),
        served=IDENTITY.from_document(Document(document, arm_id)),
    )
    old = Recorded(
        address=subject.address, type="azurerm_user_assigned_identity", attributes={"id": arm_id, "principal_id": "old"}
    )
    told = Existence(subject=subject, recorded=old, state_given=True, planned_id=arm_id)
    assert told.word is Word.DRIFTED
    assert told.differences == ("principal_id is new, and the state has old",)


def test_the_import_id_is_spelt_as_terraforms_own() -> None:
    lower = Found(documents=({"id": ID.replace("resourceGroups", "resourcegroups"), "name": "st", "properties": {}},))
    assert existence(lower, says=PLANNED, state=LACKS).import_id == ID
    assert existence(found("by-hand"), says=PLANNED, state=LACKS).import_id == f"{GROUP}/by-hand"
    assert existence(lower, state=LACKS, kept_out=(MAKER,)).import_id == ID


def test_a_thing_concerns_what_the_state_and_the_switched_off_resource_call_it() -> None:
    told = existence(found(), state=recorded(address="old.address"), kept_out=(MAKER,))
    assert {"old.address", ADDRESS, f"{ADDRESS}[0]", "storage account st"} <= told.concerns


def test_the_blocks_are_hcl_that_can_be_read(tmp_path: Path) -> None:
    from verifier.terraform.configuration import load
    from verifier.terraform.refactoring import refactoring_of

    text = "\n".join((import_block('x_y.a["k"]', ID), moved_block("x_y.b", "x_y.c[0]")))
    (tmp_path / "main.tf").write_text(f"{text}\nlocals {{}}\n", encoding="utf-8")
    found_blocks = refactoring_of(load(tmp_path).module)
    assert found_blocks.imports('x_y.a["k"]')
    assert found_blocks.moves("x_y.c[0]")


def test_what_may_be_the_planned_one_has_no_word_of_its_own() -> None:
    with pytest.raises(NotKnown, match=r"is what .* plans is not known"):
        _ = existence(found(), perhaps=(ADDRESS,)).word
