"""Amending: many edits in many files, each made in the text as the ones before have left it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from verifier import ordinary
from verifier.edits.edit import Add, CannotEdit, Edit, Say
from verifier.edits.finding import Way, body_of, way_to
from verifier.edits.writing import with_block, with_said
from verifier.hcl.frozen import field, slotted
from verifier.hcl.nodes import Literal
from verifier.hcl.syntax import parse_expression

_MARK = "\ufeff"


@slotted()
class Amending:
    """The files below and beside a root module's directory, as edits leave them. Nothing is written."""

    root: Path
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)

    def make(self, edits: Iterable[Edit]) -> None:
        """Make edits that belong together: all of them, or none. Raises CannotEdit with the first reason."""
        kept = dict(self.after)
        try:
            for edit in edits:
                self._make(edit)
        except CannotEdit:
            self.after = kept
            raise

    @property
    def changed(self) -> tuple[str, ...]:
        """The files that are not as they were, sorted."""
        return tuple(sorted(file for file, text in self.after.items() if text != self.before[file]))

    def is_new(self, file: str) -> bool:
        """Whether a file was not there before."""
        return not (self.root / file).exists()

    def _make(self, edit: Edit) -> None:
        _refuse_file(edit.file)
        _refuse_reference(edit)
        if edit.file not in self.after:
            self.before[edit.file] = self.after[edit.file] = self._read(edit)
        text = self.after[edit.file]
        mark, text = (_MARK, text[1:]) if text.startswith(_MARK) else ("", text)
        way = self._way(edit)
        if isinstance(edit, Add):
            made = with_block(text, edit.file, way, edit.block)
        else:
            made = with_said(text, edit.file, way, edit)
        body_of(made, edit.file)
        self.after[edit.file] = mark + made

    def _way(self, edit: Edit) -> Way:
        """The way to what an edit is about, found where it stood before any edit."""
        original = self.before[edit.file].removeprefix(_MARK)
        return way_to(body_of(original, edit.file), edit.line, edit.column)

    def _read(self, edit: Edit) -> str:
        file = self.root / edit.file
        try:
            return ordinary.contents(file).decode("utf-8")
        except FileNotFoundError:
            if isinstance(edit, Add) and not edit.line:
                return ""
            raise CannotEdit("the file is not there") from None
        except (OSError, UnicodeDecodeError) as error:
            raise CannotEdit(f"the file cannot be read: {error}") from None


def _refuse_reference(edit: Edit) -> None:
    if isinstance(edit, Say) and edit.file.endswith(".tfvars") and edit.value:
        expression, _ = parse_expression(edit.value, edit.file)
        if not isinstance(expression, Literal):
            raise CannotEdit(f"a var file cannot refer to {edit.value}")


def _refuse_file(file: str) -> None:
    if file.endswith(".json"):
        raise CannotEdit("JSON is not edited here: most of it is written by a program")
    if ".terraform" in PurePosixPath(file).parts:
        raise CannotEdit("it is a copy that `terraform init` fetched: change the module where it is kept")
    if not file.endswith((".tf", ".tfvars", ".tofu")):
        raise CannotEdit("it is no file of Terraform's")
