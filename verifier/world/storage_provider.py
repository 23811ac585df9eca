"""How Terraform itself reaches a storage account: with a token, or with the account's key.

Source: the azurerm provider's documentation, `storage_use_azuread` (also ARM_STORAGE_USE_AZUREAD; false by default) and
`features.storage.data_plane_available`; azapi speaks to Azure Resource Manager only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from verifier.hcl.source import Place
from verifier.hcl.values import Unknown
from verifier.kinds.fact import Fact, NotKnown
from verifier.kinds.stated import Stated
from verifier.kinds.storage_account import StorageAccount
from verifier.terraform.plan import Absent, Instance, Undetermined
from verifier.world.joined import World
from verifier.world.subject import Subject

USES_ENTRA = "storage_use_azuread"
DATA_PLANE = "features.storage.data_plane_available"
_ACCOUNT_IN = re.compile(r"/storageAccounts/([^/]+)|^https://([^./]+)\.(?:file|table)\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyBound:
    """A resource inside an account that its provider reaches with the account's key and nothing else.

    `instead` says what to write so that it does not; empty where there is no way.
    """

    address: str
    place: str
    instead: str


def reaches_with_token(world: World, account: Subject[StorageAccount]) -> Fact[bool]:
    """What makes the provider of an account reach its data with a token, or not at all; true for azapi."""
    instance = _instance(world, account.address)
    if instance is None or instance.type != "azurerm_storage_account":
        return Fact(name="azapi", content=True, source=account.address)
    says = _provider(world, instance)
    if says is None:
        return Fact(name=USES_ENTRA, content=world.storage_token_in_environment, stated=False)
    available = says.flag(DATA_PLANE, "features", 0, "storage", 0, "data_plane_available", otherwise=True)
    if available.content is False:
        return replace(available, content=True)
    return says.flag(USES_ENTRA, USES_ENTRA, otherwise=world.storage_token_in_environment)


def provider_place(world: World, account: Subject[StorageAccount]) -> Place | None:
    """Where the provider of an account is configured; None where no block configures it."""
    instance = _instance(world, account.address)
    block = world.plan.providers.get(instance.provider) if instance is not None else None
    return block.origin.place if block is not None and block.origin is not None else None


def key_bound_in(world: World, account: Subject[StorageAccount]) -> Iterator[KeyBound]:
    """The planned resources inside an account that need its key. Raises NotKnown where one may be in this account."""
    for instance in world.plan.of_type(*_table()):
        if isinstance(instance.presence, Absent):
            continue
        row = _table()[instance.type]
        says = Stated(instance, world.plan.bound)
        if row["unless"] and says.text(row["unless"], row["unless"]).stated:
            continue
        if account_name_of(world, instance).casefold() == account.name.casefold():
            if isinstance(instance.presence, Undetermined):
                raise NotKnown(
                    f"whether {instance.address} is planned is not known: {instance.presence.because.because}"
                )
            yield KeyBound(address=instance.address, place=str(instance.place), instead=row["instead"])


def account_name_of(world: World, instance: Instance) -> str:
    """The name of the account that a resource stands in, from its own or from the share's. Raises NotKnown."""
    row = _table().get(instance.type, {"within": ""})
    says = Stated(instance, world.plan.bound)
    for attribute in row["within"].split():
        fact = says.text(attribute, attribute)
        if not fact.stated:
            continue
        if isinstance(fact.content, Unknown):
            owners = {reference.rpartition(".")[0] for reference in fact.references}
            owner = _instance(world, owners.pop()) if len(owners) == 1 else None
            if owner is not None:
                return account_name_of(world, owner)
            raise NotKnown(f"which account {instance.address} is in is not known before apply")
        found = _ACCOUNT_IN.search(fact.content)
        return (found[1] or found[2]) if found else fact.content
    raise NotKnown(f"which account {instance.address} is in is not said")


def _instance(world: World, address: str) -> Instance | None:
    return next((i for i in world.plan.instances if i.address == address), None)


def _provider(world: World, instance: Instance) -> Stated | None:
    """The provider block that an instance uses, read as a resource is."""
    block = world.plan.providers.get(instance.provider)
    if block is None:
        return None
    return Stated(replace(instance, address=f"provider {instance.provider}", values=block, reads=()))


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    """The resource types that need keys. Source and date stand in key_bound.json."""
    table = json.loads(files("verifier.world").joinpath("key_bound.json").read_text(encoding="utf-8"))
    types: Mapping[str, Mapping[str, str]] = table["types"]
    return types
