"""What lies in a folder of checks and would never be asked: a run that passes it over in silence looks green."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Sequence
from pathlib import Path
from types import CodeType

import pytest

from verifier.checking.result import BrokenCheck
from verifier.checking.trouble import named

_MARK_IT = "a check has the marker @pytest.mark.check(id=…, severity=…, asks=…, why=…)"
_ASKS_NOTHING = "it asserts nothing and calls nothing: whatever it judges agrees; say what must hold"
_TAKE_IT_OUT = "take it out of its class: only classes that are named Test… and have no __init__ are collected"


class Overlooked:
    """The plug-in that finds it, beside the one that judges: every function of these folders is a check, or is told of.

    `found` are the functions without the marker, those with it that pytest does not collect for their name or their
    class, those that would agree with anything, and the folders without any check.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.found: list[BrokenCheck] = []
        self._empty = {folder.resolve(): folder for folder in folders}
        self._told: set[CodeType] = set()

    def pytest_pycollect_makeitem(self, collector: pytest.Collector, name: str, obj: object) -> None:
        """Notice a check whose function's name is not that of a test, or whose class is none that pytest collects."""
        if inspect.isclass(obj):
            for member, function in () if _is_collected(name, obj) else vars(obj).items():
                if inspect.isfunction(function) and _is_marked(function):
                    self._tell(f"{name}.{member}", collector.path, function.__code__.co_firstlineno, _TAKE_IT_OUT)
        elif inspect.isfunction(obj) and not name.startswith("test") and _is_marked(obj):
            self._tell(name, collector.path, obj.__code__.co_firstlineno, "name it test_…: nothing else is collected")

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Notice a test that is no check."""
        for folder in [f for f in self._empty if item.path.resolve().is_relative_to(f)]:
            del self._empty[folder]
        if item.get_closest_marker("check") is None:
            self._tell(item.name, item.path, (item.location[1] or 0) + 1, f"it is never asked: {_MARK_IT}")
        elif isinstance(item, pytest.Function) and _cannot_fail(code := _code_of(item)) and code not in self._told:
            self._told.add(code)
            self._tell(item.originalname, item.path, (item.location[1] or 0) + 1, _ASKS_NOTHING)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Notice the folders in which nothing was; a file that could not be collected is told of by who judges."""
        for folder in () if session.testsfailed else self._empty.values():
            said = "there is no check in it: a run collects functions named test_… of files named test_*.py"
            self.found.append(BrokenCheck(check=folder.as_posix(), place=folder.as_posix(), message=said))

    def _tell(self, name: str, file: Path, line: int, message: str) -> None:
        self.found.append(BrokenCheck(check=name, place=f"{named(file)}:{line}", message=message))


def _is_marked(function: object) -> bool:
    marks = getattr(function, "pytestmark", None)
    return isinstance(marks, list) and any(mark.name == "check" for mark in marks)


def _code_of(item: pytest.Function) -> CodeType:
    function = inspect.unwrap(item.function)
    code: CodeType = function.__code__
    return code


def _cannot_fail(code: CodeType) -> bool:
    """Whether a function does nothing that could end it otherwise: it raises nothing and calls nothing.

    An assert raises, and pytest makes calls of it.
    """
    return not any(op.opname.startswith(("RAISE", "CALL")) for op in dis.get_instructions(code))


def _is_collected(name: str, found: type) -> bool:
    """Whether pytest looks for tests in a class."""
    made = any({"__init__", "__new__"} & vars(base).keys() for base in found.__mro__ if base is not object)
    return name.startswith("Test") and not made
