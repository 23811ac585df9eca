"""What settings the Azure ML extension is known to take, and what values they may have."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

BOOLEANS = ("true", "false")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting, or a family of them: `*` in `key` stands for anything.

    `values` are those it may have, case-folded; empty where any will do. `where` is the group it is listed in
    (documented, protected, troubleshooting, installer, undocumented) and `source` the document that says so.
    """

    key: str
    values: tuple[str, ...]
    where: str
    source: str

    def names(self, key: str) -> bool:
        """Whether a key is this setting.

        Settings become values of a Helm chart, which overlooks a key in other letters (MicrosoftDocs/azure-ai-docs,
        pull request 458). Of what nobody documents, the right letters are not known.
        """
        pattern = self.key.replace("[", "[[]")
        if self.is_documented:
            return fnmatchcase(key, pattern)
        return fnmatchcase(key.casefold(), pattern.casefold())

    def takes(self, value: str) -> bool:
        """Whether it may have this value."""
        return not self.values or value.strip().casefold() in self.values

    @property
    def is_documented(self) -> bool:
        """Whether Azure says what it does."""
        return self.where != "undocumented"


@cache
def known_settings() -> tuple[Setting, ...]:
    """All settings that are known. Sources and dates stand in azureml_settings.json."""
    text = files("verifier.kinds").joinpath("azureml_settings.json").read_text(encoding="utf-8")
    groups: Mapping[str, Mapping[str, Mapping[str, str]]] = json.loads(text)
    return tuple(
        Setting(key=key, values=_values(kind), where=where, source=str(group["source"]))
        for where, group in groups.items()
        for key, kind in group["keys"].items()
    )


def setting_named(key: str) -> Setting | None:
    """The setting that a key is; None for one that nobody has heard of."""
    return next((setting for setting in known_settings() if setting.names(key)), None)


def nearest_setting(key: str) -> str:
    """The known setting that a mistyped key is most like; empty where none is."""
    from difflib import get_close_matches

    spelt: Mapping[str, str] = {s.key.casefold(): s.key for s in _writable(known_settings())}
    [found] = get_close_matches(key.casefold(), spelt, n=1, cutoff=0.8) or [""]
    return spelt.get(found, "")


def _writable(settings: Iterable[Setting]) -> Iterable[Setting]:
    return (s for s in settings if s.is_documented and "*" not in s.key)


def _values(kind: str) -> tuple[str, ...]:
    if kind == "boolean":
        return BOOLEANS
    among = kind.removeprefix("one of ")
    return tuple(v.strip().casefold() for v in among.split(",")) if among != kind else ()
