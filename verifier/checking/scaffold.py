"""A new check to begin with: the check, three worlds, and the proof that it judges each of them rightly."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from verifier.errors import ConfigurationError, UsageError

TEMPLATES = Path(__file__).with_name("templates")
SORTS = ("coherence", "agreement")
WORLDS = ("agrees", "disagrees", "unverified")

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
_ACCOUNT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-own/providers/Microsoft.Storage/storageAccounts/stown"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def scaffold(name: str, *, folder: Path, sort: str, taken: Collection[str]) -> dict[Path, str]:
    """The files of a new check in a folder, by path. `taken` are the ids that other checks have.

    Raises UsageError for a name that cannot be a Python function's or a question that no new check asks,
    ConfigurationError for a file that is there already.
    """
    name = name.replace("-", "_")
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot be a check's name: small letters, digits and underscores")
    if sort not in SORTS:
        raise UsageError(f"--asks: {sort!r} is not what a new check can ask: {' or '.join(SORTS)}")
    files = dict(_files(name, folder, sort, _free(taken)))
    there = sorted(file for file in files if file.exists())
    if there:
        raise ConfigurationError("is there already", where=there[0].as_posix(), next_step="choose another name")
    return files


def _files(name: str, folder: Path, sort: str, id_: str) -> Iterator[tuple[Path, str]]:
    proof = folder / "proofs" / f"prove_{name}.py"
    said = {"@ID@": id_, "@NAME@": name, "@PROOF@": proof.as_posix(), "@SENTENCE@": f"{name.replace('_', ' ')}."}
    said["@SENTENCE@"] = said["@SENTENCE@"].capitalize()
    yield folder / f"test_{name}.py", _filled(TEMPLATES / sort / "check.py.txt", said)
    yield proof, _filled(TEMPLATES / "prove.py.txt", said)
    for world in WORLDS:
        yield folder / "proofs" / name / world / "main.tf", _source(sort, world)
        if sort == "agreement":
            yield folder / "proofs" / name / world / "live.json", _live(world)


def _free(taken: Collection[str]) -> str:
    """The first id of the family OWN that nobody has."""
    free = next((f"OWN{n:02}" for n in range(1, 100) if f"OWN{n:02}" not in taken), None)
    if free is None:
        raise ConfigurationError("the ids OWN01 to OWN99 are all taken", where="checks new")
    return free


def _filled(template: Path, said: Mapping[str, str]) -> str:
    text = template.read_text(encoding="utf-8")
    for mark, value in said.items():
        text = text.replace(mark, value)
    return text


def _source(sort: str, world: str) -> str:
    version = {"agrees": '"TLS1_2"', "disagrees": '"TLS1_0"', "unverified": "terraform_data.tls.output"}[world]
    if sort == "agreement":
        version = '"TLS1_2"'
    waiting = 'resource "terraform_data" "tls" {\n  input = timestamp()\n}\n\n' if "terraform_data" in version else ""
    return (
        f'provider "azurerm" {{\n  subscription_id = "{SUBSCRIPTION}"\n  features {{}}\n}}\n\n{waiting}'
        'resource "azurerm_storage_account" "own" {\n'
        '  name                     = "stown"\n'
        '  resource_group_name      = "rg-own"\n'
        '  location                 = "westeurope"\n'
        '  account_tier             = "Standard"\n'
        '  account_replication_type = "LRS"\n'
        f"  min_tls_version          = {version}\n"
        "}\n"
    )


def _live(world: str) -> str:
    """A snapshot in which the account was read, or was not allowed to be."""
    found = {
        "id": _ACCOUNT,
        "name": "stown",
        "type": "Microsoft.Storage/storageAccounts",
        "properties": {"minimumTlsVersion": "TLS1_0" if world == "disagrees" else "TLS1_2"},
    }
    read = {"plane": "azure", "operation": "get", "path": _ACCOUNT}
    denied = {"outcome": "denied", "permission": "Microsoft.Storage/storageAccounts/read", "detail": "not allowed"}
    ended = denied if world == "unverified" else {"outcome": "found", "api_version": "2023-05-01", "ids": [_ACCOUNT]}
    snapshot = {
        "schema": "verify-infra/snapshot/1",
        "taken": "2026-01-01T00:00:00Z",
        "cloud": "AzureCloud",
        "subscription": SUBSCRIPTION,
        "resources": [] if world == "unverified" else [found],
        "objects": [],
        "reads": [{**read, **ended}],
    }
    return json.dumps(snapshot, indent=2) + "\n"
