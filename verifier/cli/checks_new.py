"""`verify-infra checks new`: a check of your own to begin with, and its proof."""

from __future__ import annotations

from pathlib import Path

from verifier.checking.exit_code import ExitCode
from verifier.cli.declaring import argument, option
from verifier.cli.options import small_verb
from verifier.cli.speaking import complain, say


@small_verb(
    "checks new",
    "Write a check of your own to begin with, and its proof.",
    argument("name", metavar="NAME"),
    option(
        "--into",
        kind=Path,
        default=Path("infra_checks"),
        metavar="DIR",
        show_default=True,
        help="The folder to write to.",
    ),
    option(
        "--asks",
        default="coherence",
        metavar="QUESTION",
        show_default=True,
        help="coherence judges the source alone, agreement what is live as well.",
    ),
)
def checks_new(*, name: str, into: Path, asks: str) -> ExitCode:
    """Write a check called NAME, with three worlds: one it agrees in, one it disagrees in, one it cannot verify.

    Its proof passes as it stands. Then change what it judges, and the worlds with it; docs/adding-a-check.md says how.
    """
    from verifier.checking.bundled import checks_directory
    from verifier.checking.described import described
    from verifier.checking.scaffold import scaffold
    from verifier.cli.files import write

    taken = {check.id for check in described([checks_directory(), *([into] if into.is_dir() else [])])}
    files = scaffold(name, folder=into, sort=asks, taken=taken)
    for file, text in files.items():
        write(file, text)
        say(file.as_posix())
    proof = next(file for file in files if file.parent.name == "proofs")
    complain(f"verify-infra: prove it with: pytest {proof.as_posix()}")
    verb = "gate" if asks == "coherence" else "run"
    complain(f"verify-infra: run it with: verify-infra {verb} ROOT --checks {into.as_posix()}")
    return ExitCode.AGREES
