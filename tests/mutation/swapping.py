"""Putting a mutant in the place of what is already imported, in this process alone."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

import pytest
from _pytest.assertion.rewrite import rewrite_asserts

from tests.mutation.mutants import REPOSITORY, Mutant


def module_of(mutant: Mutant, text: str, config: pytest.Config) -> ModuleType:
    """The mutant's module, beside the one that it is a mutant of. Raises whatever importing it does."""
    file = REPOSITORY / mutant.file
    old = _imported(mutant)
    new = ModuleType(old.__name__)
    new.__dict__.update({name: getattr(old, name) for name in ("__file__", "__spec__", "__package__", "__loader__")})
    tree = ast.parse(text)
    if mutant.file.startswith("checks/"):
        rewrite_asserts(tree, text.encode(), str(file), config)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `is` with a literal is a mutant as good as any
        exec(compile(tree, str(file), "exec", dont_inherit=True), new.__dict__)  # noqa: S102 - it is our own source
    return new


def take_the_place(mutant: Mutant, text: str, config: pytest.Config) -> ModuleType:
    """The mutant's module, in force from now on. Raises whatever importing it does.

    A file of checks is imported by pytest alone, from `sys.modules`: there a new module takes its place. What others
    imported names from keeps its functions and classes, and is given the mutant's code.
    """
    old, new = _imported(mutant), module_of(mutant, text, config)
    if mutant.file.startswith("checks/"):
        sys.modules[old.__name__] = new
        return new
    _give_code(old, new)
    return old


def is_imported(mutant: Mutant) -> bool:
    """Whether any test so far has imported what it is a mutant of: one that nobody imports is noticed by nobody."""
    return str(REPOSITORY / mutant.file) in {getattr(m, "__file__", None) for m in list(sys.modules.values())}


def _imported(mutant: Mutant) -> ModuleType:
    file = str(REPOSITORY / mutant.file)
    return next(m for m in list(sys.modules.values()) if getattr(m, "__file__", None) == file)


def _give_code(old: ModuleType, new: ModuleType) -> None:
    for name, made in vars(new).items():
        there = vars(old).get(name)
        if getattr(made, "__module__", old.__name__) != old.__name__:
            continue
        if isinstance(made, type):
            for member, of in vars(made).items():
                _replace(vars(there).get(member), of, lambda value, m=member, c=there: setattr(c, m, value))
        elif callable(made):
            _replace(there, made, lambda value, n=name, was=there: _bind(n, was, value))
        elif not name.startswith("__") and there != made:
            _bind(name, there, made)


def _replace(there: Any, made: Any, bind: Callable[[Any], None]) -> None:
    """Give a function, a property or a cached function another's code; bind anew what has become another thing."""
    if isinstance(there, FunctionType) and isinstance(made, FunctionType):
        there.__code__, there.__defaults__, there.__kwdefaults__ = (
            made.__code__,
            made.__defaults__,
            made.__kwdefaults__,
        )
    elif isinstance(there, property) and isinstance(made, property):
        _replace(there.fget, made.fget, bind)
    elif hasattr(there, "cache_clear") and hasattr(made, "cache_clear"):
        _replace(there.__wrapped__, made.__wrapped__, bind)
        there.cache_clear()
    elif isinstance(made, FunctionType | property):
        bind(made)


def _bind(name: str, there: Any, made: Any) -> None:
    """In every module that has the old value under this name."""
    for module in list(sys.modules.values()):
        if module.__name__.startswith(("verifier", "tests", "test_")) and vars(module).get(name) is there:
            setattr(module, name, made)
