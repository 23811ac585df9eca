"""verifier.toml beside a root module, or [tool.verifier] of a pyproject.toml there: an environment's own defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from verifier.errors import ConfigurationError
from verifier.hcl import disk
from verifier.hcl.frozen import field, field_names, frozen
from verifier.waiver import Waiver, waivers_of

SEVERITIES = ("critical", "high", "medium", "low", "info")
"""How bad a disagreement can be, the worst first."""
OWNABLE = ("extension", "compute", "federated_credential", "datastore", "private_endpoint", "trusted_access_binding")
"""What verifier.toml can say is made by something other than Terraform, a script for example."""


@frozen(kw_only=True)
class Preferences:
    """What verifier.toml says, its paths already relative to the working directory."""

    var_files: tuple[Path, ...] = ()
    subscription: str = ""
    cloud: str = ""
    kube_context: str = ""
    kubernetes: bool = True
    deadline: float | None = None
    checks: tuple[Path, ...] = ()
    state: Path | None = None
    owned_elsewhere: tuple[str, ...] = ()
    baseline: Path | None = None
    fail_on: str = ""
    severity: Mapping[str, str] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    jobs_use_workload_identity: bool = False
    submitters: tuple[str, ...] = ()


KEYS = tuple(sorted(field_names(Preferences)))


def read_preferences(root: Path) -> Preferences:
    """What verifier.toml or [tool.verifier] beside a root module says; nothing when neither is there."""
    own, shared = root / "verifier.toml", root / "pyproject.toml"
    table = _table(own)
    text = own if disk.is_file(own) else shared
    tool = _table(shared).get("tool")
    in_pyproject = tool.get("verifier") if isinstance(tool, dict) else None
    if in_pyproject is not None and disk.is_file(own):
        raise ConfigurationError(
            "settings stand in two places, verifier.toml and [tool.verifier] of pyproject.toml",
            where=root.as_posix(),
            next_step="keep one of the two",
        )
    if in_pyproject is None:
        return _preferences(table, own.as_posix(), root, text)
    where = f"{shared.as_posix()}, [tool.verifier]"
    if not isinstance(in_pyproject, dict):
        raise ConfigurationError("tool.verifier is not a table", where=where, expected="[tool.verifier]")
    return _preferences(in_pyproject, where, root, text)


def _table(file: Path) -> dict[str, object]:
    if not disk.exists(file):
        return {}
    import tomllib  # most root modules have no such file, and a run's start should not wait for the parser

    try:
        return tomllib.loads(disk.text(file))
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise ConfigurationError(f"cannot be read: {reason}", where=file.as_posix()) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"not valid TOML: {error}", where=file.as_posix()) from None
    except RecursionError:
        raise ConfigurationError("nested too deeply", where=file.as_posix()) from None


def _preferences(table: Mapping[str, object], where: str, root: Path, file: Path) -> Preferences:
    for key in table:
        if key not in KEYS:
            import difflib

            near = difflib.get_close_matches(key, KEYS, n=1)
            raise ConfigurationError(
                f"unknown key {key!r}",
                where=where,
                expected=f"one of {', '.join(KEYS)}",
                next_step=f"write {near[0]}" if near else "",
            )
    deadline = table.get("deadline")
    if deadline is not None and (isinstance(deadline, bool) or not isinstance(deadline, int | float)):
        raise ConfigurationError("deadline is not a number", where=where, expected="seconds, such as 90")
    return Preferences(
        var_files=_paths(table, "var_files", where, root),
        subscription=_text(table, "subscription", where),
        cloud=_text(table, "cloud", where),
        kube_context=_text(table, "kube_context", where),
        kubernetes=_flag(table, "kubernetes", where, otherwise=True),
        deadline=None if deadline is None else float(deadline),
        checks=_paths(table, "checks", where, root),
        state=_path(table, "state", where, root),
        owned_elsewhere=_owned(table, where),
        baseline=_path(table, "baseline", where, root),
        fail_on=_text(table, "fail_on", where),
        severity=_severities(table, where),
        waivers=_waivers(table, where, file),
        jobs_use_workload_identity=_flag(table, "jobs_use_workload_identity", where),
        submitters=_object_ids(table, "submitters", where),
    )


def _text(table: Mapping[str, object], key: str, where: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise ConfigurationError(f"{key} is not a string", where=where, expected=f'{key} = "…"')
    return value


def _flag(table: Mapping[str, object], key: str, where: str, *, otherwise: bool = False) -> bool:
    value = table.get(key, otherwise)
    if not isinstance(value, bool):
        raise ConfigurationError(f"{key} is not a boolean", where=where, expected=f"{key} = true or false")
    return value


def _path(table: Mapping[str, object], key: str, where: str, root: Path) -> Path | None:
    text = _text(table, key, where)
    return root / text if text else None


def _severities(table: Mapping[str, object], where: str) -> Mapping[str, str]:
    value = table.get("severity", {})
    if not isinstance(value, dict):
        raise ConfigurationError("severity is not a table", where=where, expected='[severity] with INT01 = "medium"')
    for check, word in value.items():
        if word not in SEVERITIES:
            raise ConfigurationError(
                f"severity.{check} is {word!r}", where=where, expected=f"one of {', '.join(SEVERITIES)}"
            )
    return dict(value)


def _waivers(table: Mapping[str, object], where: str, file: Path) -> tuple[Waiver, ...]:
    return waivers_of(table["waivers"], disk.text(file), where) if "waivers" in table else ()


def _object_ids(table: Mapping[str, object], key: str, where: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and _GUID.fullmatch(item) for item in value):
        raise ConfigurationError(
            f"{key} is {value!r}",
            where=where,
            expected="a list of object ids of users or service principals",
            next_step="az ad signed-in-user show --query id",
        )
    return tuple(dict.fromkeys(str(item).lower() for item in value))


_GUID = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _owned(table: Mapping[str, object], where: str) -> tuple[str, ...]:
    value = table.get("owned_elsewhere", [])
    if not isinstance(value, list) or not set(map(str, value)) <= set(OWNABLE):
        raise ConfigurationError(
            f"owned_elsewhere is {value!r}", where=where, expected=f"a list of some of {', '.join(OWNABLE)}"
        )
    return tuple(map(str, value))


def _paths(table: Mapping[str, object], key: str, where: str, root: Path) -> tuple[Path, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigurationError(f"{key} is not a list of strings", where=where, expected=f'{key} = ["…"]')
    return tuple(root / str(item) for item in value)
