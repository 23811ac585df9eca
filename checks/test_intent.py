"""Does the intent make sense by itself, and did somebody decide it?"""

from __future__ import annotations

import pytest

from verifier.words import (
    Fix,
    Flag,
    Gated,
    Integration,
    NotKnown,
    Passed,
    Root,
    World,
    concern,
    disagree,
    intend,
    note,
    observe,
)

OPTIONAL = (
    "https://developer.hashicorp.com/terraform/language/expressions/type-constraints#optional-object-type-attributes"
)


@pytest.mark.check(
    id="INT01",
    severity="high",
    asks="coherence",
    why="An optional() default is nobody's decision: the plan looks clean while a part of it is silently switched off.",
    see=[OPTIONAL],
)
def test_somebody_chose_what_is_switched_off(flag: Flag) -> None:
    """A flag that keeps something out of the plan was set by somebody."""
    intend(flag.fact)
    if flag.fact.value or not flag.left_out or not flag.gated:
        return
    on = flag.siblings_on
    if not on:
        return
    left_out = flag.left_out_at
    kept_out = ", ".join(i.address for i in flag.gated)
    observe(f"not planned: {kept_out}")
    disagree(
        f"nobody chose {flag.name} = false, and {' and '.join(on)} is on",
        fix=Fix(
            action=f"pass {flag.name} in {flag.variable.name}, with the value of {on[0]}; or false, if that is meant",
            place=left_out,
            edits=flag.edits_to_pass,
            decide="where it is to be passed",
        ),
    )


@pytest.mark.check(
    id="INT02",
    severity="high",
    asks="coherence",
    why="Terraform drops an attribute that the object type does not name, at any depth and without a word.",
    see=[OPTIONAL],
)
def test_every_attribute_passed_is_taken(passed: Passed) -> None:
    """Every attribute that is passed exists in the type that takes it."""
    variable = passed.variable
    if passed.unknown:
        raise NotKnown(f"{variable.address} is not known: {passed.unknown}")
    if not variable.dropped:
        return
    first = variable.dropped[0]
    names = ", ".join(d.path for d in variable.dropped)
    intend(f"{names} is passed" + (f" at {first.passed_at}" if first.passed_at else ""))
    observe(f"the type of {variable.address} has no {names}", source=str(first.type_at or variable.place))
    disagree(
        f"{names} is passed, and dropped: the type of {variable.address} does not name it",
        fix=Fix(
            action=f"correct the name, or add {first.path} to the type at {first.type_at or variable.place}",
            place=str(first.passed_at or variable.given or variable.place),
            decide="whether the name is wrong, or the type lacks it",
        ),
    )


@pytest.mark.check(
    id="INT03",
    severity="critical",
    asks="coherence",
    link=5,
    after=["INT01"],
    why="Without the Azure ML extension nothing on the cluster can run a job, however well the rest is integrated.",
    see=["https://learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension"],
)
def test_an_integrated_cluster_gets_its_extension(integration: Integration, world: World) -> None:
    """A cluster that is integrated with Azure ML gets the extension, here or elsewhere by declaration."""
    install = integration.install
    intend(install.fact)
    if not integration.integrate.fact.value or install.fact.value:
        return
    if "extension" in world.owned_elsewhere:
        note("the extension is declared as owned elsewhere (verifier.toml, owned_elsewhere)")
        return
    observe(f"should_integrate_aks = true, {install.name} = false")
    disagree(
        "the cluster is integrated with Azure ML, but the extension is not installed",
        fix=Fix(
            action=f'pass {install.name} = true; or say owned_elsewhere = ["extension"] in verifier.toml',
            place=install.left_out_at,
            edits=install.edits_to_pass,
            decide=f"whether {install.name} is to be on, or something else installs it",
        ),
    )


@pytest.mark.check(
    id="INT05",
    severity="high",
    asks="coherence",
    after=["INT01"],
    why="A resource with count = 0 leaves no trace in the plan or the state: nobody sees that it is missing.",
    see=["https://developer.hashicorp.com/terraform/language/meta-arguments/count"],
)
def test_what_a_flag_keeps_out_was_meant_to_be_out(gated: Gated, world: World) -> None:
    """A resource that flags gate is planned, or somebody said that it is not."""
    if gated.undetermined:
        raise NotKnown(f"whether {gated.label} is planned is not known: {gated.undetermined}")
    off = gated.off
    if not off or not all(flag.left_out for flag in off):
        return
    on = off[0].siblings_on
    if not on:
        return
    intend(off[0].fact)
    observe(f"{gated.label} is not planned: {gated.expression}")
    in_the_way = [e.label for e in world.existences if any(m.resource == gated.label for m in e.kept_out)]
    if in_the_way:
        note(f"live already, and to be imported in the same change (TWS01): {', '.join(in_the_way)}")
    disagree(
        f"{gated.label} is not planned because {off[0].name} is false, which nobody chose; {' and '.join(on)} is on",
        fix=Fix(
            action=f"pass {off[0].name} in {off[0].variable.name}",
            place=off[0].left_out_at,
            edits=off[0].edits_to_pass if len(off) == 1 else (),
            decide=f"which of {', '.join(flag.name for flag in off)} is to be on",
        ),
    )


@pytest.mark.check(
    id="INT08",
    severity="high",
    asks="coherence",
    why="Terraform only warns about a value for a variable that is not declared; the setting has no effect.",
    see=["https://developer.hashicorp.com/terraform/language/values/variables#values-for-undeclared-variables"],
)
def test_every_setting_is_a_declared_variable(root: Root, world: World) -> None:
    """Every key of the var files is a declared root variable."""
    if not world.plan.complete:
        raise NotKnown("the configuration could not be read whole, so not every declared variable is known")
    if not world.plan.undeclared:
        return
    first = world.plan.undeclared[0]
    names = ", ".join(u.name for u in world.plan.undeclared)
    concern(root.label)
    intend(f"{names} is set at {', '.join(str(u.place) for u in world.plan.undeclared)}")
    observe("no variable of that name is declared in the root module")
    disagree(
        f"{names} is set, but the root module declares no such variable",
        fix=Fix(
            action=f"declare variable {first.name!r} and pass it on, or correct the name",
            place=str(first.place),
            decide="whether the name is wrong, or the variable is missing",
        ),
    )
