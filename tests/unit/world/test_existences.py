"""Which sides belong to one thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from verifier.kinds.storage_account import STORAGE_ACCOUNT
from verifier.live.documents import Absent, Documents, Found, Request
from verifier.terraform.configuration import load
from verifier.terraform.plan import StaticPlan
from verifier.terraform.refactoring import refactoring_of
from verifier.terraform.state import Recorded, State
from verifier.world.binding import with_ids
from verifier.world.existences import Ledger, existences_of
from verifier.world.pairing import Intended, by_id
from verifier.world.threeway import Existence, Word

GROUP = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts"


def account(label: str, name: str, more: str = "") -> str:
    return (
        f'resource "azurerm_storage_account" "{label}" {{\n  name = "{name}"\n  resource_group_name = "rg"\n{more}}}\n'
    )


def recorded(address: str, name: str) -> Recorded:
    return Recorded(address=address, type="azurerm_storage_account", attributes={"id": f"{GROUP}/{name}"})


def judged(
    root: Path, source: str, state: Iterable[Recorded], live: Iterable[str], *, others: Sequence[str] = ()
) -> dict[str, Existence]:
    """The existences by label; what is not in `live` was looked for and is absent. `others` are live and pointed to."""
    (root / "main.tf").write_text(source, encoding="utf-8")
    configuration = load(root)
    plan: StaticPlan = with_ids(configuration.plan, "s")
    found = State(source="state.json", instances={r.address: r for r in state})
    names = {*live, *others}
    properties = {"allowSharedKeyAccess": True, "minimumTlsVersion": "TLS1_2"}
    asked = names | {r.id.rpartition("/")[2] for r in found} | {"st"}
    documents = Documents().with_more(
        {
            Request(plane="azure", operation="get", path=f"{GROUP}/{name}"): Found(
                documents=({"id": f"{GROUP}/{name}", "name": name, "kind": "StorageV2", "properties": properties},)
            )
            if name in names
            else Absent(code="ResourceNotFound")
            for name in asked
        }
    )
    pointed_to = [f"{GROUP}/{name}" for name in others]
    subjects = by_id(STORAGE_ACCOUNT, Intended(plan=plan, subscription="s").of(STORAGE_ACCOUNT), documents, pointed_to)
    ledger = Ledger(
        plan=plan,
        documents=documents,
        state=found,
        refactoring=refactoring_of(configuration.module),
        owned_elsewhere=frozenset(),
    )
    return {existence.label: existence for existence in existences_of(subjects, ledger, [])}


def test_count_on_a_block_that_had_none_moves_its_instance_by_itself(tmp_path: Path) -> None:
    found = judged(
        tmp_path,
        account("main", "st", "  count = 1\n"),
        [recorded("azurerm_storage_account.main", "st")],
        ["st"],
    )
    assert found["storage account st"].word is Word.IN_SYNC


def test_another_label_without_a_moved_block_makes_it_again(tmp_path: Path) -> None:
    state = [recorded("azurerm_storage_account.old", "st")]
    without = judged(tmp_path, account("main", "st"), state, ["st"])
    assert without["storage account st"].word is Word.NOT_APPLIED
    moved = "moved {\n  from = azurerm_storage_account.old\n  to = azurerm_storage_account.main\n}\n"
    told = judged(tmp_path, account("main", "st") + moved, state, ["st"])
    assert told["storage account st"].word is Word.IN_SYNC


def test_what_only_the_state_has_is_a_thing_of_its_own(tmp_path: Path) -> None:
    found = judged(tmp_path, account("main", "st"), [recorded("azurerm_storage_account.gone", "old")], ["st", "old"])
    assert {label: existence.word for label, existence in found.items()} == {
        "storage account old": Word.NOT_APPLIED,
        "storage account st": Word.UNMANAGED,
    }


def test_an_instance_whose_keys_are_not_known_is_not_taken_for_removed(tmp_path: Path) -> None:
    source = 'resource "azurerm_x" "x" {}\n' + account("main", "st", "  count = azurerm_x.x.size\n")
    found = judged(tmp_path, source, [recorded("azurerm_storage_account.main[0]", "st")], ["st"])
    assert [existence.subject.presence is None for existence in found.values()] == [False]


def test_two_of_one_name_are_told_apart(tmp_path: Path) -> None:
    source = account("main", "st") + account("other", "st")
    found = judged(tmp_path, source, [], ["st"])
    assert set(found) == {
        "storage account st (azurerm_storage_account.main)",
        "storage account st (azurerm_storage_account.other)",
    }


def test_while_a_planned_ones_name_is_not_known_no_other_is_taken_for_never_planned(tmp_path: Path) -> None:
    source = 'resource "azurerm_x" "x" {}\n' + account("main", "st${azurerm_x.x.id}")
    found = judged(tmp_path, source, [], [], others=["st1"])
    assert found["storage account st1"].perhaps == ("azurerm_storage_account.main",)
