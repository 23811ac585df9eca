"""The chain that a job's access to its data hangs on, for a person: whole for the verb, in a line for the report."""

from __future__ import annotations

from verifier import __version__
from verifier.checking.links import Chain, ChainLink, State, WayOut, Works
from verifier.checking.result import RunResult
from verifier.report.page import Page
from verifier.report.paper import Paper
from verifier.report.text import Text
from verifier.report.unread import is_whole, print_unsettled
from verifier.report.words import plural, short

_STYLES = {State.HOLDS: "green", State.BROKEN: "bold red", State.UNKNOWN: "bold yellow", State.ASSUMED: "dim"}
_WORKS = {Works.YES: "green", Works.NOT_KNOWN: "yellow", Works.NO: "red"}


def report_chains(result: RunResult, chains: tuple[Chain, ...], paper: Paper) -> None:
    """Print each compute's chain, link by link with both sides, and where it breaks first."""
    page = Page(paper)
    page.line(Text.assemble(("verify-infra", "bold"), f" {__version__}"))
    page.row("intent", result.root, indent=2)
    page.row("live", result.live, indent=2)
    page.blank()
    if not chains:
        page.line("No compute is planned, and none was found: there is no chain to show", indent=2)
    for chain in chains:
        _print_chain(page, chain, whole=is_whole(result))
    print_unsettled(page, result)
    style = "bold green" if not result.exit_code else "bold red"
    page.line(f"exit {result.exit_code.value}: {result.meaning}", style=style)


def print_broken_chains(page: Page, chains: tuple[Chain, ...]) -> None:
    """Print in a line where each chain that is broken breaks first."""
    broken = [(chain, link) for chain in chains if (link := chain.broken) is not None]
    if not broken:
        return
    page.line("Where the way to the data breaks", style="bold underline")
    for chain, link in broken:
        page.line(f"{chain.compute}: first at the {_place(chain, link)}{_more(chain)}", indent=2, hang=2)
    page.line("`verify-infra chain` shows it link by link", style="dim", indent=2)
    page.blank()


def print_ways_out(page: Page, chain: Chain) -> None:
    """Print the ways out of a broken chain, ranked."""
    page.line(f"Ways out for {chain.compute}, the best first", style="bold underline")
    for number, way in enumerate(chain.ways_out, start=1):
        _print_way(page, number, way)
    page.blank()


def _print_chain(page: Page, chain: Chain, *, whole: bool) -> None:
    page.line(f"{chain.compute}{f' · {chain.address}' if chain.address else ''}", style="bold underline")
    for number, link in enumerate(chain.links, start=1):
        _print_link(page, number, link)
    page.blank()
    if (first := chain.broken) is not None:
        page.line(f"breaks first at the {_place(chain, first)}{_more(chain)}", style="bold red", indent=2)
    elif chain.unknown:
        names = ", ".join(dict.fromkeys(link.name for link in chain.unknown))
        page.line(f"nothing is known to be broken; not known: {names}", style="bold yellow", indent=2)
    elif not whole:
        page.line("as far as it could be judged, every link holds", style="bold yellow", indent=2)
    elif chain.source_only:
        page.line("as far as the source says, every link holds; nothing live was looked at", style="bold", indent=2)
    else:
        page.line("every link holds", style="bold green", indent=2)
    page.blank()


def _print_link(page: Page, number: int, link: ChainLink) -> None:
    about = f" · {short(link.about)}" if link.about else ""
    heading = Text.assemble(
        (f"{number:>3}. {link.name}", "bold"), about, " · ", (link.state.value, _STYLES[link.state])
    )
    page.line(heading, indent=0, hang=5)
    if link.meant:
        page.row("meant", short(link.meant), indent=5)
    if link.real:
        page.row("real", short(link.real), indent=5)
    if link.because:
        page.row("because", short(link.because), indent=5)
    if link.findings:
        page.row("found by", short(", ".join(link.findings)), style="dim", indent=5)


def _print_way(page: Page, number: int, way: WayOut) -> None:
    page.blank()
    page.line(Text.assemble(f"{number}. {way.name} · ", (way.works.value, _WORKS[way.works])), indent=2, hang=4)
    page.row("here", short(way.here), indent=6)
    if way.weakens_security:
        page.row("security", f"weakens it: {way.security}", style="bold red", indent=6)
    else:
        page.row("security", way.security, indent=6)
    page.row("work", way.work, indent=6)


def _place(chain: Chain, link: ChainLink) -> str:
    found = f" ({', '.join(dict.fromkeys(f.partition('[')[0] for f in link.findings))})" if link.findings else ""
    about = f", {short(link.about)}" if link.about not in ("", chain.compute) else ""
    return f"{link.name}{about}{found}"


def _more(chain: Chain) -> str:
    others = sum(link.state is State.BROKEN for link in chain.links) - 1
    return f", and at {plural(others, 'more link')}" if others else ""
