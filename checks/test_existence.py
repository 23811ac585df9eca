"""Do source, state and live agree on what there is?"""

from __future__ import annotations

import pytest

from verifier.words import (
    Add,
    Existence,
    Fix,
    LookedUp,
    Metadata,
    NotKnown,
    Word,
    World,
    disagree,
    edits_to_import,
    import_block,
    inert,
    intend,
    moved_block,
    note,
    observe,
)

IMPORT = "https://developer.hashicorp.com/terraform/language/import"
MOVES = "moved.tf"
STATE = "https://developer.hashicorp.com/terraform/language/state/purpose"
DATA = "https://developer.hashicorp.com/terraform/language/data-sources"


@pytest.mark.check(
    id="TWS01",
    severity="high",
    asks="agreement",
    after=[
        "AKS01",
        "CMP01",
        "CMP02",
        "EXT01",
        "EXT04",
        "FIC01",
        "FIC02",
        "INT11",
        "INT50",
        "INT51",
        "INT52",
        "K8S06",
        "POL01",
        "RBA02",
        "RBA03",
        "STO01",
        "WKS01",
        "WKS02",
        "WKS03",
    ],
    why="Terraform makes, keeps and destroys by its state: what the state and Azure do not agree on, the next apply "
    "stumbles over, makes twice or destroys.",
    see=[STATE, IMPORT],
)
def test_source_state_and_live_agree(existence: Existence, world: World) -> None:
    """Source, state (where one was given) and live agree on what there is."""
    word = existence.word
    _show(existence, word, world)
    match word:
        case Word.IN_SYNC | Word.NEVER_PLANNED if world.state_failed:
            raise NotKnown(f"the state could not be looked at: {world.state_said}")
        case Word.GONE | Word.NOT_APPLIED if existence.needs:
            _nothing_to_write_on(existence)
        case Word.GONE:
            _gone(existence)
        case Word.UNMANAGED:
            _unmanaged(existence, world)
        case Word.NOT_APPLIED:
            _not_applied(existence)
        case Word.DRIFTED:
            _changed(existence, "drifted: ")
        case Word.IN_SYNC:
            _remarks(existence)
        case Word.NEVER_PLANNED | Word.OWNED_ELSEWHERE:
            pass


@pytest.mark.check(
    id="TWS02",
    severity="high",
    asks="agreement",
    why="A data source that finds nothing fails the next plan, and what hangs on the thing has nothing to stand on.",
    see=[DATA],
)
def test_what_is_looked_up_is_there(looked_up: LookedUp) -> None:
    """What a data source looks up exists."""
    thing = looked_up.thing
    intend(f"{thing.address} looks up {thing.label}")
    if thing.exists:
        observe("it is there", source=thing.arm_id)
        return
    observe("it is not there", source=thing.arm_id)
    disagree(
        f"{thing.label}, which {thing.address} looks up, does not exist: the next plan fails",
        fix=Fix(
            action="correct the name or the group that it looks in, or have the thing made again where it is made",
            place=thing.place,
        ),
    )


def _show(existence: Existence, word: Word, world: World) -> None:
    thing, recorded = existence.subject, existence.recorded
    intend(f"planned as {thing.address}" if existence.planned else "nothing: Terraform does not plan it")
    if recorded is not None:
        state = f"the state has it as {recorded.address}"
    else:
        without = "the state was not read" if world.state_failed else "no state was given"
        state = "the state does not have it" if existence.state_given else without
    observe(f"{word.value}: {'live' if thing.exists else 'not live'}, {state}", source=thing.arm_id)
    if existence.supposed:
        note(f"that it is this one follows from its type alone: {existence.supposed.removeprefix('live, ')}")


def _gone(existence: Existence) -> None:
    if not existence.planned:
        inert(f"the state still has {existence.label}, which is neither planned nor live: the next apply forgets it")
    if isinstance(existence.subject.stated, Metadata):
        note("its provider only warns of it: the apply after the one that makes the object writes on it again")
    disagree(
        f"{existence.label} is gone: Terraform made it, and somebody or something deleted it",
        fix=Fix(action="apply the configuration: `terraform apply` makes it again", place=existence.subject.place),
    )


def _nothing_to_write_on(existence: Existence) -> None:
    """What somebody else makes is not there; the provider only warns of one that it has written on before."""
    disagree(
        f"{existence.needs} does not exist, and {existence.subject.address} only writes on what is there: its apply "
        "fails until something makes it",
        fix=Fix(
            action="have it made before this is applied, or correct kind, name or namespace",
            place=existence.subject.place,
            decide="which object is meant, and who makes it",
        ),
    )


def _unmanaged(existence: Existence, world: World) -> None:
    if not existence.planned:
        _in_the_way(existence, world)
    name, block = existence.live_name, import_block(existence.subject.address, existence.import_id)
    if existence.other_name:
        disagree(
            f"{existence.label} is live as {name}, and not Terraform's own: the next apply tries to make a second one",
            fix=Fix(
                action=f"name it {name}, import it with a block in the root module, and apply",
                place=existence.named_at,
                hcl=block,
                edits=edits_to_import(world, existence),
            ),
        )
    if existence.imported or existence.adopts:
        how = "the source has an import block for it" if existence.imported else "its provider takes over what it finds"
        note(f"{how}: the next apply takes it into the state")
        if existence.differences:
            _changed(existence, "")
        return
    if existence.beside:
        note(existence.beside)
    disagree(
        f"{existence.label} is live, but not in the state: the next apply fails, as it already exists",
        fix=Fix(
            action="import it with a block in the root module, and apply",
            hcl=block,
            edits=edits_to_import(world, existence),
        ),
    )


def _in_the_way(existence: Existence, world: World) -> None:
    """Nothing plans it by now, and something would that is switched off."""
    maker = existence.kept_out[0]
    note(f"once {maker.resource} is planned, its apply fails until this is imported")
    called_otherwise = bool(maker.name) and maker.name != existence.live_name
    own = f" as {maker.name}" if called_otherwise else " under that very name" if maker.name else ""
    kept = f", and give it the name {existence.live_name} there" if called_otherwise else ""
    if not existence.state_given:
        note("no state was given: should Terraform have made it, the next apply destroys it")
    inert(
        f"{existence.label} is live and not planned; Terraform makes its own{own} once it is told to",
        fix=Fix(
            action=f"import it in the change that plans {maker.resource}{kept}",
            hcl=import_block(maker.address, existence.import_id),
            edits=edits_to_import(world, existence),
        ),
    )


def _not_applied(existence: Existence) -> None:
    thing, recorded = existence.subject, existence.recorded
    if not thing.exists:
        disagree(
            f"{existence.label} is planned, and not live: the source has not been applied",
            fix=Fix(action="apply the configuration: `terraform apply`", place=thing.place),
        )
    if recorded is None:
        _changed(existence, "")
        return
    if not existence.planned:
        _to_be_destroyed(existence, recorded.address)
        return
    if recorded.address != thing.address:
        moved = moved_block(recorded.address, thing.address)
        disagree(
            f"the state has {existence.label} as {recorded.address}: the next apply destroys it and makes it again",
            fix=Fix(
                action="say that it has moved", place=thing.place, hcl=moved, edits=(Add(file=MOVES, block=moved),)
            ),
        )
    disagree(
        f"the source has another name for {existence.label} than state and Azure: the next apply makes it again",
        fix=Fix(action=f"keep the name {existence.live_name}, or apply to make it again", place=thing.place),
    )


def _to_be_destroyed(existence: Existence, address: str) -> None:
    if existence.let_go:
        note("the source has a removed block for it, which says whether the next apply destroys it or forgets it")
        return
    disagree(
        f"{existence.label} is Terraform's and live, and the source plans it no more: the next apply destroys it",
        fix=Fix(
            action="apply, if it is to go; if it is to stay, plan it again, or let Terraform forget it first",
            command=f"terraform state rm '{address}'",
            reverted_by_apply=False,
        ),
    )


def _changed(existence: Existence, word: str) -> None:
    differences = existence.differences
    if len(differences) > 1:
        note(f"also: {'; '.join(differences[1:])}")
    stated = existence.subject.stated
    if isinstance(stated, Metadata) and not (stated.forced.known and stated.forced.value):
        note("if another client set what is live, that apply fails with a conflict until it says force = true")
    if existence.made_again_by_hand and not isinstance(stated, Metadata):
        _made_again(existence)
    if not existence.state_given:
        note("no state was given: whether it drifted, or the source was not applied, is not known")
    disagree(
        f"{existence.label}: {word}{differences[0]}",
        fix=Fix(
            action="apply the configuration, `terraform apply`, or say in the source what is live",
            place=existence.subject.place,
        ),
    )


def _made_again(existence: Existence) -> None:
    """Another one has taken its place: Terraform's own is gone, and is not made while that one is there."""
    if existence.beside:
        note(existence.beside)
    disagree(
        f"{existence.label}: drifted: {existence.differences[0]}",
        fix=Fix(
            action="let Terraform forget the one that the state has, import the live one with a block in the root "
            "module, and apply",
            place=existence.subject.place,
            hcl=import_block(existence.subject.address, existence.import_id),
            command=f"terraform state rm '{existence.subject.address}'",
            reverted_by_apply=False,
        ),
    )


def _remarks(existence: Existence) -> None:
    recorded = existence.recorded
    if recorded is not None and recorded.tainted:
        note("it is tainted: the next apply destroys it and makes it again")
    if recorded is None and not existence.adopts and not existence.supposed:
        note(
            "no state was given: if Terraform's does not have it, the next apply fails until it is imported: "
            f"terraform import '{existence.subject.address}' '{existence.import_id}'"
        )
