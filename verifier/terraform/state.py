"""Terraform's state: what it recorded at its last apply, of which only what somebody asked for is kept.

A state holds secrets (keys, connection strings, passwords). Whoever reads one says which attributes of which
resource types are wanted; nothing else outlives the reading.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Never, TypeAlias

from verifier import ordinary
from verifier.errors import ConfigurationError
from verifier.hcl.frozen import field, frozen
from verifier.hcl.values import JSON
from verifier.terraform.addresses import Step, parse

Kept: TypeAlias = Mapping[str, frozenset[str]]
"""By resource type, the attributes that are wanted, as addresses have them: `id`, `identity[0].principal_id`."""

EXPECTED = "a terraform.tfstate (format 4), or what `terraform show -json` writes of a state or a plan"


@frozen(kw_only=True)
class Recorded:
    """One managed resource instance as the state has it. `attributes` are the strings that were wanted and are there.

    `tainted` says that the next apply makes it again.
    """

    address: str
    type: str
    attributes: Mapping[str, str]
    tainted: bool = False

    @property
    def id(self) -> str:
        """Its id; empty where none was recorded or wanted."""
        return self.attributes.get("id", "")


@frozen(kw_only=True)
class State:
    """The managed instances that a state records, by address, and the file that says so."""

    source: str
    instances: Mapping[str, Recorded] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Recorded]:
        """The instances, sorted by address."""
        return (self.instances[address] for address in sorted(self.instances))


def read_state(file: Path, kept: Kept, *, given: bool = True) -> State:
    """The state in a file, whichever of the three forms it has; where a person gave it, also what a pipe gives.

    Raises ConfigurationError for a file that is none. The message holds nothing of the file's content.
    """
    try:
        content = ordinary.given(file) if given else ordinary.contents(file)
    except OSError as error:
        raise ConfigurationError(
            f"cannot be read: {error.strerror or error}",
            where=file.as_posix(),
            expected=EXPECTED,
            next_step=ordinary.advice(error),
        ) from None
    return parse_state(content, kept, source=file.as_posix())


def parse_state(content: bytes, kept: Kept, *, source: str) -> State:
    """The state in a file's bytes: UTF-8, or UTF-16 as a redirection on Windows writes it. Raises as read_state."""
    if content.startswith(b"PK"):
        raise ConfigurationError(
            "a saved plan, which only Terraform can read",
            where=source,
            expected=EXPECTED,
            next_step="terraform show -json PLANFILE > FILE, and name that",
        )
    try:
        document: JSON = json.loads(content)
    except (ValueError, RecursionError) as error:
        # of a decoding error the message is left out: it can quote the file
        reason = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "not text"
        raise ConfigurationError(f"not JSON: {reason}", where=source, expected=EXPECTED) from None
    recorded = _form(document, source)(document, kept) if isinstance(document, dict) else _refuse(source)
    return State(source=source, instances={r.address: r for r in recorded})


_Read: TypeAlias = "Callable[[dict[str, JSON], Kept], Iterable[Recorded]]"


def _form(document: dict[str, JSON], source: str) -> _Read:
    from verifier.terraform.show_json import of_plan, of_state
    from verifier.terraform.state_json import of_file

    if "encrypted_data" in document:
        raise ConfigurationError(
            "the state is encrypted",
            where=source,
            expected=EXPECTED,
            next_step="tofu show -json > FILE, where the key is known, and name that",
        )
    if isinstance(document.get("format_version"), str):
        if document.keys() & {"planned_values", "resource_changes", "prior_state"}:
            return of_plan
        # a state in which nothing has been applied has no values, and nothing else either
        if "values" in document or document.keys() <= {"format_version", "terraform_version", "checks"}:
            return of_state
    version = document.get("version")
    if isinstance(version, int) and document.keys() & {"lineage", "resources"}:
        if version == 4:
            return of_file
        raise ConfigurationError(
            f"a state of format {version}",
            where=source,
            expected=EXPECTED,
            next_step="terraform show -json > FILE, and name that",
        )
    return _refuse(source)


def _refuse(source: str) -> Never:
    raise ConfigurationError(
        "not a Terraform state",
        where=source,
        expected=EXPECTED,
        next_step="terraform show -json > FILE, where `terraform apply` is run, and name that",
    )


def wanted(attributes: JSON, paths: Iterable[str]) -> dict[str, str]:
    """The strings that stand at these paths, by path; what is empty or no string is left out."""
    found = {path: _at(attributes, parse(path) or ()) for path in sorted(paths)}
    return {path: value for path, value in found.items() if isinstance(value, str) and value}


def _at(value: JSON, steps: tuple[Step, ...]) -> JSON:
    for step in steps:
        value = _plain(value)
        match value, step:
            case dict(), str() if step in value:
                value = value[step]
            case list(), int() if step < len(value):
                value = value[step]
            case _:
                return None
    return _plain(value)


def _plain(value: JSON) -> JSON:
    """A value whose type the schema leaves open is stored with it, as {"value": …, "type": …}."""
    if isinstance(value, dict) and value.keys() == {"value", "type"}:
        return value["value"]
    return value
