"""How pytest is called from within: with our configuration, no output of its own, and no plug-in but ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIGURATION = Path(__file__).with_name("pytest.ini")


def arguments(root: Path, *, others: bool = False) -> list[str]:
    """How pytest is told to be nobody's but ours: our configuration, no output, no cache.

    With checks of `others` among those that run, what these may ask pytest for stays: the log of a check.
    """
    # Two collect garbage several times over for warnings that nobody sees here, half of pytest's time; to keep logs, in
    # which the bundled checks write nothing, is a tenth of the rest. faulthandler wants a standard error.
    off = ["terminal", "cacheprovider", "faulthandler", "unraisableexception", "threadexception"]
    off += [] if others else ["logging"]
    return ["-c", str(CONFIGURATION), f"--rootdir={root}", *(word for name in off for word in ("-p", f"no:{name}"))]


@contextmanager
def own_plugins_only() -> Iterator[None]:
    """Keep other pytest plug-ins, installed for other purposes, out of what runs within."""
    name = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
    before = {key: os.environ.get(key) for key in (name, "PYTEST_ADDOPTS", "PYTEST_PLUGINS")}
    os.environ[name] = "1"
    for key in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(key, None)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value
