"""What scripts beside the configuration make, and Terraform makes too."""

from __future__ import annotations

import pytest

from verifier.words import Fix, Script, World, both_make, concern, disagree, intend, kind_of_script, observe


@pytest.mark.check(
    id="INT40",
    severity="high",
    asks="coherence",
    why="Whoever comes second fails, or makes a second one under another name; a script never heals what has drifted.",
    see=["https://developer.hashicorp.com/terraform/language/import"],
)
def test_a_thing_has_one_maker(script: Script, world: World) -> None:
    """What a script makes is not planned by Terraform too."""
    kind = kind_of_script(script)
    if kind in world.owned_elsewhere:
        return
    thing = both_make(script, world)
    if thing is None:
        return
    concern(*thing.concerns)
    intend(f"planned as {thing.address}")
    name = script.command.option("--name", "-n")
    observe(f"{' '.join(script.command.words)}{f' --name {name}' if name else ''}", source=script.place)
    disagree(
        f"{thing.label} is planned as {thing.address}, and made by a script at {script.place} too",
        fix=Fix(
            action=f'let one of the two make it: take it out of the script, or say owned_elsewhere = ["{kind}"] in '
            "verifier.toml and plan it no more",
            place=script.place,
            decide="which of the two is to make it",
        ),
    )
