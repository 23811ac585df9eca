"""A console session: with a person at a terminal, with the lines of a pipe, or with a program that speaks JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from verifier.checking.exit_code import ExitCode
from verifier.cli.prompt import Prompt
from verifier.cli.speaking import complain, say
from verifier.hcl.console import INPUT, answer, failed, is_open, represented, shown
from verifier.hcl.errors import EvaluationError
from verifier.hcl.representation import json_text
from verifier.hcl.source import Place
from verifier.hcl.values import Unknown, Value, first_unknown
from verifier.terraform.depth import with_deep_stack
from verifier.terraform.scope import NO_NAMES, ModuleScope
from verifier.terraform.undeclared import misnamed

if TYPE_CHECKING:
    from verifier.hcl.cache import Cache
    from verifier.hcl.nodes import Expression
    from verifier.terraform.instance import ModuleInstance

HELP = """\
Type an expression, and see its value: 1 + 1, var.location, local.tags, module.sil.cluster, length("abc").
type(…) around an expression gives its type. What is known only after apply is said to be so.
An open bracket continues on the next line; Ctrl-C drops what is typed. To end: exit, or Ctrl-D.
"""


class Session:
    """Answers expressions in the scope of one module instance."""

    def __init__(self, instance: ModuleInstance, cache: Cache | None) -> None:
        self._content = instance.content
        self._scope = ModuleScope(instance, INPUT, NO_NAMES)
        self._cache = cache

    def programs(self, requests: Iterable[bytes]) -> ExitCode:
        """Answer one JSON object a line, whatever the line holds."""
        for request in requests:
            say(with_deep_stack(partial(self._reply, request)))
        return ExitCode.AGREES

    def lines(self, lines: Iterable[bytes]) -> ExitCode:
        """Answer each line that says something. A usage error when one had no value."""
        code = ExitCode.AGREES
        for number, line in enumerate(lines, start=1):
            text = line.decode("utf-8", "replace").strip()
            if text == "exit":
                break
            try:
                if _says_something(text):
                    say(with_deep_stack(partial(self._printed, text))[0])
            except EvaluationError as error:
                complain(f"error: line {number}: {error.summary}")
                code = ExitCode.USAGE_ERROR
        return code

    def person(self) -> ExitCode:
        """Ask and answer until the person leaves."""
        with Prompt() as prompt:
            while (text := prompt.ask(goes_on=is_open)) is not None:
                if text.strip() == "exit":
                    break
                if text.strip() == "help":
                    say(HELP, end="")
                elif _says_something(text):
                    self._tell(text)
        return ExitCode.AGREES

    def _tell(self, text: str) -> None:
        try:
            printed, waits = with_deep_stack(lambda: self._printed(text))
        except EvaluationError as error:
            complain(f"error: {_where(error)}{error.summary}")
            return
        say(printed)
        if waits is not None:
            because = f"waits for {', '.join(waits.references)}" if waits.references else waits.because
            complain(f"  {because}")

    def _printed(self, text: str) -> tuple[str, Unknown | None]:
        """The value as it is printed, and what is not known of it yet."""
        found = answer(text, self._scope, self._cache, refuse=self._refuse)
        return shown(found), first_unknown([found]) if isinstance(found, Value) else None

    def _refuse(self, expression: Expression) -> None:
        """Raise for a name that nothing declares: no `try` stands in for it, as for a value that is not there."""
        if not self._content.unsound:
            for wrong, span in misnamed(self._content.declarations, expression):
                raise EvaluationError(wrong, Place(INPUT, span.line, span.column))

    def _reply(self, request: bytes) -> str:
        try:
            return json_text(
                represented(answer(_expression_in(request), self._scope, self._cache, refuse=self._refuse))
            )
        except EvaluationError as error:
            return json_text(failed(error))


def _expression_in(request: bytes) -> str:
    """The `expr` of a request. Raises EvaluationError for what is none."""
    try:
        found = json.loads(request)
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f'the line is not JSON ({error}); expected {{"expr": "…"}}') from None
    text = found.get("expr") if isinstance(found, dict) else None
    if not isinstance(text, str):
        raise EvaluationError('the line is not a request; expected {"expr": "…"}')
    return text


def _says_something(text: str) -> bool:
    """Whether there is more than blanks and a comment."""
    return bool(text.strip()) and not text.lstrip().startswith(("#", "//"))


def _where(error: EvaluationError) -> str:
    """The place of an error within what was typed."""
    at = error.place
    return f"line {at.line}, column {at.column}: " if at is not None and at.file == INPUT else ""
