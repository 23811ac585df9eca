"""Does the source do what it looks like: are its variables connected, its conditions conditions, its names names?"""

from __future__ import annotations

import pytest

from verifier.words import Fix, Named, Needing, Repeated, Setting, Unwatched, concern, disagree, intend, note, observe

OPTIONAL = (
    "https://developer.hashicorp.com/terraform/language/expressions/type-constraints#optional-object-type-attributes"
)
COUNT = "https://developer.hashicorp.com/terraform/language/meta-arguments/count"
NULL = "https://developer.hashicorp.com/terraform/language/expressions/types#null"
NAMES = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules"


@pytest.mark.check(
    id="INT06",
    severity="medium",
    asks="coherence",
    why="Who passes nothing gets the one default, who passes an object gets the other: callers differ without a word.",
    see=[OPTIONAL],
)
def test_a_variable_has_one_default_for_each_attribute(defaulted: Setting) -> None:
    """A variable's default and the optional() defaults of its type say the same of each attribute."""
    found = defaulted.divergences
    if not found:
        return
    first = found[0]
    names = ", ".join(d.path for d in found)
    observe(f"the default of {defaulted.label} and optional() differ in {names}", source=defaulted.place)
    disagree(
        f"{defaulted.label} has two defaults for {names}: its own, and another in the type at {first.optional_at}",
        fix=Fix(
            action=f"leave {first.path} out of the default, or say the same in optional() at {first.optional_at}",
            place=str(first.default_at or defaulted.place),
            decide="which of the two defaults is meant",
        ),
    )


@pytest.mark.check(
    id="INT07",
    severity="medium",
    asks="coherence",
    why="What a module decides by a default that no root variable reaches, no tfvars file can change.",
    see=["https://developer.hashicorp.com/terraform/language/modules/syntax#calling-a-child-module"],
)
def test_what_guards_access_can_be_set_from_the_root(guard: Setting) -> None:
    """A module's variable that decides who may reach something is passed by whoever calls the module."""
    if guard.passed or not guard.used:
        return
    wire = guard.wire
    observe(f"the module call at {wire.call} does not pass {guard.name}", source=guard.place)
    disagree(
        f"{guard.label} decides who has access, and is left to its default: nothing in the root can change it",
        fix=Fix(
            action=f"pass {guard.name} to {wire.module}, from a variable of the root",
            place=str(wire.call),
            decide="what the root's variable is called, and its default",
        ),
    )


@pytest.mark.check(
    id="INT09",
    severity="low",
    asks="coherence",
    why="A variable that nothing uses is a knob that turns nothing; whoever sets it believes that it does.",
    see=["https://developer.hashicorp.com/terraform/language/values/variables"],
)
def test_every_root_variable_is_used(setting: Setting) -> None:
    """Every variable of the root module reaches a resource, a provider, a check or an output."""
    if setting.used:
        return
    observe(f"nothing that Terraform acts on reads {setting.label}", source=setting.place)
    disagree(
        f"{setting.label} is declared and can be set, and nothing uses it",
        fix=Fix(
            action=f"connect {setting.name} to what it is meant for, or remove it",
            place=setting.place,
            decide="what it was meant for",
        ),
    )


@pytest.mark.check(
    id="INT10",
    severity="medium",
    asks="coherence",
    why="A condition that always comes out the same switches nothing: `flag != null` is true of a flag that is false.",
    see=[COUNT],
)
def test_a_condition_can_come_out_both_ways(repeated: Repeated) -> None:
    """What decides how often a resource exists can come out both ways."""
    found = repeated.certain
    if not found:
        return
    first = found[0]
    intend(f"{repeated.repetition.argument} = {repeated.repetition.text}")
    observe(f"{first.text} is always {'true' if first.result else 'false'}: {first.because}", source=str(first.place))
    disagree(
        f"{repeated.label} hangs on {first.text}, which is always {'true' if first.result else 'false'}",
        fix=Fix(
            action="ask for the value itself, or leave the condition away",
            place=str(first.place),
            decide="what the condition was to ask",
        ),
    )


@pytest.mark.check(
    id="INT42",
    severity="medium",
    asks="coherence",
    why="What Terraform is told to ignore may be anything live while every plan is clean: only a look at it can tell.",
    see=["https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#ignore_changes"],
)
def test_what_is_judged_is_not_ignored(unwatched: Unwatched) -> None:
    """Terraform looks at what a job's data access hangs on: no ignore_changes hides it."""
    found = unwatched.judged
    if not found:
        return
    ignored = found[0][0]
    names = ", ".join(dict.fromkeys(name for _, name in found))
    observe(f"ignore_changes of {unwatched.label} covers {names}", source=str(ignored.place))
    note("a run against what is live still compares it with the source; `terraform plan` does not")
    disagree(
        f"Terraform ignores changes of {names} in {unwatched.label}: a clean plan says nothing of it",
        fix=Fix(
            action="take it out of ignore_changes, if Terraform is to own it",
            place=str(ignored.place),
            decide="whether Terraform is to own it",
        ),
    )


@pytest.mark.check(
    id="INT48",
    severity="medium",
    asks="coherence",
    why="Terraform refuses to plan a count that it cannot tell: a first apply fails, and so does one after a loss.",
    see=[COUNT + "#using-expressions-in-count"],
)
def test_every_count_is_known_before_apply(repeated: Repeated) -> None:
    """Every count and for_each is known before anything is applied, or rests on what the state has."""
    waits = repeated.waits_for
    if not waits:
        return
    concern(*waits)
    repetition = repeated.repetition
    intend(f"{repetition.argument} = {repetition.text}")
    observe(f"known only after apply: {', '.join(waits)}", source=str(repetition.place))
    if not repeated.state_given:
        note("no state was looked at: it works for as long as the state has what it waits for, and not before")
    disagree(
        f"how often {repeated.label} exists rests on {waits[0]}, which is known only after apply",
        fix=Fix(
            action=f"decide {repetition.argument} by a variable or a name, not by what apply gives",
            place=str(repetition.place),
            decide="by what it is to be counted",
        ),
    )


@pytest.mark.check(
    id="INT49",
    severity="high",
    asks="coherence",
    why="A name that Azure refuses fails the apply halfway, after whatever came before it has been made.",
    see=[NAMES],
)
def test_azure_takes_the_name(named: Named) -> None:
    """The name, once everything in it is put together, is one that Azure takes."""
    intend(named.name)
    refusal = named.rule.refusal(named.name.value)
    if not refusal:
        return
    observe(f"names of {named.rule.arm_type} have {named.rule.shortest} to {named.rule.longest} characters")
    disagree(
        f"Azure refuses the name {named.name.value!r} of {named.label}: it {refusal}",
        fix=Fix(
            action=f"shorten or change what the name is made of: {named.rule.says}",
            place=named.decided_at,
            decide="the name",
        ),
    )


@pytest.mark.check(
    id="INT52",
    severity="high",
    asks="coherence",
    why="What a resource cannot be without is missing, so nothing of it can be judged, and its apply is refused.",
    see=[NULL],
)
def test_what_a_resource_cannot_be_without_is_said(needing: Needing) -> None:
    """Every argument without which the resource is refused says something."""
    found = needing.unsaid
    if not found:
        return
    first = found[0]
    names = ", ".join(unsaid.argument for unsaid in found)
    intend(f"{needing.label} with {first.argument}")
    because = f": {first.variable} is null" if first.variable else ""
    observe(f"{names} says nothing{because}", source=first.place)
    disagree(
        f"{needing.label} is planned without {names}: null, empty or not there, and the resource is refused",
        fix=Fix(
            action=f"say {first.argument}, or keep the resource out of the plan where there is none",
            place=first.place,
            decide=f"what {first.argument} is to be, or whether there is to be such a resource",
        ),
    )
