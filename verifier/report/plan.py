"""The static plan for a person at a terminal: what there will be, what will not be and why, what cannot be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from verifier.hcl.source import Place
from verifier.report.page import Page
from verifier.report.paper import Paper
from verifier.report.text import Text, cells
from verifier.report.why import decided
from verifier.report.words import plural, printable
from verifier.terraform.explaining import Explanation
from verifier.terraform.hops import without_secrets
from verifier.terraform.plan import Absent, Instance, Planned, StaticPlan, Undetermined

_WIDEST_COLUMN = 90
_MOST_REFERENCES = 4


def print_plan(plan: StaticPlan, explanations: Mapping[str, Explanation], paper: Paper) -> None:
    """Print the plan. `explanations` are those of absent and undetermined instances, by address."""
    page = Page(paper)
    planned = [i for i in plan.instances if isinstance(i.presence, Planned)]
    resources = [i for i in planned if i.mode == "managed"]
    data = [i for i in planned if i.mode != "managed"]
    _print_list(page, "Planned", resources)
    _print_list(page, "Read by Terraform", data)
    absent = [i for i in plan.instances if isinstance(i.presence, Absent)]
    undetermined = [i for i in plan.instances if isinstance(i.presence, Undetermined)]
    if absent:
        page.line("Absent", style="bold underline")
    for instance in absent:
        _print_absent(page, instance, explanations.get(instance.address))
    if absent:
        page.blank()
    if undetermined:
        page.line("Cannot be told before apply", style="bold underline")
    for instance in undetermined:
        _print_undetermined(page, instance, explanations.get(instance.address))
    if undetermined:
        page.blank()
    counts = [f"{len(resources)} planned", *([f"{len(data)} read"] if data else []), f"{len(absent)} absent"]
    page.line(", ".join([*counts, f"{len(undetermined)} cannot be told"]), style="bold")
    errors = sum(d.severity == "error" for d in plan.diagnostics)
    if errors:
        page.line(
            f"{plural(errors, 'error')} in the source: what it says is not known in full", style="bold red", hang=2
        )


def _print_list(page: Page, title: str, instances: Sequence[Instance]) -> None:
    if not instances:
        return
    page.line(title, style="bold underline")
    addresses = [printable(instance.address) for instance in instances]
    column = min(max(map(cells, addresses)), _WIDEST_COLUMN)
    for address, instance in zip(addresses, instances, strict=True):
        padding = " " * max(column - cells(address), 0)
        page.whole(Text.assemble(f"  {address}{padding}  ", (str(instance.place), "dim")))
    page.blank()


def _print_absent(page: Page, instance: Instance, explanation: Explanation | None) -> None:
    presence = instance.presence
    if not isinstance(presence, Absent):
        return
    _print_heading(page, instance)
    page.line(presence.because, indent=4, hang=2)
    _print_expression(page, presence.expression, presence.place)
    _print_decisions(page, explanation)


def _print_undetermined(page: Page, instance: Instance, explanation: Explanation | None) -> None:
    presence = instance.presence
    if not isinstance(presence, Undetermined):
        return
    _print_heading(page, instance)
    page.line(presence.because.because, indent=4, hang=2)
    _print_expression(page, presence.expression, presence.place)
    references = presence.because.references
    for reference in references[:_MOST_REFERENCES]:
        page.line(f"waits for {reference}", indent=4, hang=2)
    if len(references) > _MOST_REFERENCES:
        page.line(f"and for {plural(len(references) - _MOST_REFERENCES, 'more attribute')}", indent=4)
    if not references:
        _print_decisions(page, explanation)


def _print_heading(page: Page, instance: Instance) -> None:
    page.whole(Text.assemble("  ", (printable(instance.address), "bold"), "  ", (str(instance.place), "dim")))


def _print_expression(page: Page, expression: str, place: Place) -> None:
    if expression:
        text = Text.assemble(printable(without_secrets(expression)), "  ", (str(place), "dim"))
        page.line(text, indent=4, hang=2)


def _print_decisions(page: Page, explanation: Explanation | None) -> None:
    for decision in explanation.decisions if explanation is not None else ():
        page.line(decided(decision), indent=4, hang=2)
