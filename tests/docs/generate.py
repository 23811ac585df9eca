"""Writes what is generated in the documents. `make docs` runs it; test_generated.py checks that it has been run.

docs/cli.md     whole, from the help of every verb
docs/faults.md  whole, from what tests/faults strikes every read with
docs/unseen.md  whole, from what tests/faults says that a run does not look at
docs/catalogue.md, docs/checks/  whole, from what the checks say of themselves and what stories printed (check_pages.py)
docs/adding-a-check.md  the files under `<!-- file: PATH -->`
README.md       the blocks under `<!-- output: COMMAND -->`, which hold what the command prints (`| from: LINE` leaves
                out what is above that line), the exit codes, and the permissions of terraform/modules/verifier-access
"""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from verifier.checking.exit_code import ExitCode
from verifier.cli.command import command

REPOSITORY = Path(__file__).resolve().parents[2]
WIDTH = 100

_OUTPUT = re.compile(
    r"(?P<mark><!-- output: verify-infra (?P<arguments>.*?)(?: \| from: (?P<start>.*?))? -->\n)```text\n.*?```\n",
    re.DOTALL,
)


def cli_reference() -> str:
    """docs/cli.md."""
    top = click.Context(command, info_name="verify-infra", terminal_width=WIDTH, **command.context_settings)
    contexts = [top] + [click.Context(verb, info_name=name, parent=top) for name, verb in command.commands.items()]
    return (
        "# The command line\n\n"
        "Generated from `--help` of every verb by `make docs`. The exit codes are those of\n"
        "`pytest checks --infra-terraform DIR`, too.\n\n" + "\n".join(_section(context) for context in contexts)
    )


def readme() -> str:
    """README.md, with what is generated in it written again."""
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    text = _OUTPUT.sub(_output, text)
    codes = "".join(f"| {code.value} | {code.meaning} |\n" for code in ExitCode)
    text = _table(text, "exit codes", f"| code | meaning |\n|---|---|\n{codes}")
    return _table(text, "permissions", "".join(f"- `{action}`\n" for action in permissions()))


def permissions() -> list[str]:
    """The actions of the verifier's own role: those for reading Azure, then the one for looking into a cluster."""
    source = (REPOSITORY / "terraform/modules/verifier-access/main.tf").read_text(encoding="utf-8")
    return re.findall(r'^ +"([^"]+/(?:read|action))",$', source.partition('resource "')[0], re.MULTILINE)


def faults() -> str:
    """docs/faults.md."""
    known = runpy.run_path(str(REPOSITORY / "tests/faults/trouble.py"))
    reads = json.loads((REPOSITORY / "tests/faults/reads.json").read_text(encoding="utf-8"))
    ends = "".join(
        f"| {each.name} | {each.get or '–'} | {each.list or '–'} | {each.kubernetes or '–'} | {each.inside or '–'} "
        f"| {each.blob or '–'} |\n"
        for each in known["TROUBLES"]
    )
    rests = "".join(
        f"| {read} | {world} | {', '.join(checks)} |\n" for world, new in reads.items() for read, checks in new.items()
    )
    without = "".join(
        f"- {begins.replace('[', ' of a ')} agrees though {arm_type} could not be read: {why}.\n"
        for (arm_type, begins), why in known["STANDS_WITHOUT"].items()
    )
    return f"# When a read goes wrong\n\n{_HOW_READS_END}{ends}\n{_WHAT_RESTS}{rests}\n{without}"


def unseen() -> str:
    """docs/unseen.md."""
    told = runpy.run_path(str(REPOSITORY / "tests/faults/unseen.py"))
    changed = {"every document": told["COMMON"], **told["UNSEEN"]}
    not_read = "".join(f"- `{kind}`: {why}\n" for kind, why in told["NOT_READ"].items())
    return (
        f"{_UNSEEN}{_by_reason(changed)}\n{_LEFT_OUT}{_by_reason(told['LEFT_OUT'])}\n"
        f"## Not read at all\n\nOf the example's documents a run asks for none of these.\n\n{not_read}"
    )


def _by_reason(told: Mapping[str, Mapping[str, str]]) -> str:
    """Whose leaves have a reason, reason by reason."""
    lines: dict[str, list[str]] = {}
    for kind, reasons in told.items():
        for reason, several in reasons.items():
            named = ", ".join("all of it" if leaf == "-" else f"`{leaf}`" for leaf in several.split())
            of = kind if " " in kind else f"`{kind}`"
            lines.setdefault(reason, []).append(f"- {of}: {named}\n")
    return "\n".join(f"**{reason[0].upper()}{reason[1:]}.**\n\n{''.join(of)}" for reason, of in lines.items())


def adding_a_check() -> str:
    """docs/adding-a-check.md, with what is generated in it written again."""
    text = (REPOSITORY / "docs/adding-a-check.md").read_text(encoding="utf-8")
    return re.sub(r"(<!-- file: (.*?) -->\n)```python\n.*?```\n", _shown_file, text, flags=re.DOTALL)


def _shown_file(block: re.Match[str]) -> str:
    source = (REPOSITORY / block[2]).read_text(encoding="utf-8")
    for mark, said in {"@ID@": "OWN01", "@NAME@": "min_tls", "@SENTENCE@": "Min tls."}.items():
        source = source.replace(mark, said)
    return f"{block[1]}```python\n{source}```\n"


def _section(context: click.Context) -> str:
    return f"## {context.command_path}\n\n```text\n{context.command.get_help(context)}\n```\n"


def _output(block: re.Match[str]) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "verifier.cli", *block["arguments"].split()],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )
    start = block["start"] or ""
    shown = run.stdout[run.stdout.index(start) :] if start in run.stdout else run.stdout + run.stderr
    return f"{block['mark']}```text\n{shown}```\n"


def _table(text: str, mark: str, table: str) -> str:
    """The text with the list or table under a mark replaced."""
    return re.sub(rf"(<!-- {mark} -->\n)\n(?:[|-].*\n)*\n*", lambda found: f"{found[1]}\n{table}\n", text)


_HOW_READS_END = """\
Generated by `make docs`. `tests/faults` holds every read to both tables: it strikes each read with each trouble, and
demands that the reading ends in time, that the read ends as the first table says, and that no check agrees that rests
on it.

## How a read ends

*found* is what was asked for, whole. *absent* is the service's own word that this very thing does not exist. *denied*
is its word that a permission is missing, which is then named. *failed* is everything else: could not look.

| trouble | Azure, one resource | Azure, a list | Kubernetes, a list | Kubernetes, its server asked for | state's blob |
|---|---|---|---|---|---|
"""
_WHAT_RESTS = """\
A list that is said not to exist while the resource that it is of was read has failed, too: both cannot be true.

The last column but one is how every read of Kubernetes ends in a run that is told no endpoint and no kubeconfig, when
the trouble strikes `listClusterUserCredential`, by which Azure is asked where the cluster's own API server is. The last
is how reading the state of an azurerm backend ends. INT41 and TWS01 rest on that: where it is denied or has failed,
they end unverified; an absent blob is the state of what was never applied.

## What rests on a read

Where a read is denied or has failed, the checks that rest on it end unverified, and the run with exit code 10 at least.
Where it is absent, they disagree, or there is nothing left to judge and another check says so. One read is asked of
callers of whom few may make it: where `/.well-known/openid-configuration` is denied or absent, the API server that was
asked is believed to be the one of the cluster that is meant; where it has failed, that is open.

What of the documents is looked at, once they were read, is another question: [unseen.md](unseen.md) says what is not.

Not every world is read alike: a read stands with the first of the worlds in `tests/faults/worlds.py` that has it.

| read | world | checks that rest on it |
|---|---|---|
"""

_UNSEEN = """\
# What a run does not look at

Generated by `make docs`. `tests/faults/test_every_leaf.py` holds a run to it: it takes every document that a run of
`terraform/` against `terraform/examples/healthy.world.json` reads, gives every value in it another value, leaves it
out, and puts something of another sort in its place, one at a time. Each time the run has to end with 1 or 10, but for
what stands here. What is noticed and stands here fails the test as well.

The list is of the example's documents, and of what the example's source states. What Azure says beside, in properties
that the example does not have, a run looks at where a check or a field that is compared is made of it, and nowhere
else. What another source states of the fields here is compared, where [architecture.md](architecture.md) says so. A
`*` stands for whatever is in a list or below.

## Another value is not noticed

"""
_LEFT_OUT = """\
## Left out, it is agreed with

Another value of these is noticed. Without any, the run agrees.

"""

GENERATED: dict[str, Callable[[], str]] = {
    "docs/cli.md": cli_reference,
    "docs/faults.md": faults,
    "docs/unseen.md": unseen,
    "docs/adding-a-check.md": adding_a_check,
    "README.md": readme,
}


CHECK_PAGES = runpy.run_path(str(Path(__file__).with_name("check_pages.py")))


def main() -> None:
    """Write them all; take away the pages of checks that no longer are."""
    for path, text in GENERATED.items():
        (REPOSITORY / path).write_text(text(), encoding="utf-8")
    (REPOSITORY / "docs/checks").mkdir(exist_ok=True)
    for path, page in CHECK_PAGES["pages"]().items():
        (REPOSITORY / path).write_text(page, encoding="utf-8")
    for page in CHECK_PAGES["stray"]():
        page.unlink()


if __name__ == "__main__":
    main()
