"""Placed: the containers and shares that Terraform plans, by the account that it puts them in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from verifier.kinds.container import CONTAINER, CONTAINERS, SHARES, Container
from verifier.kinds.served import at
from verifier.kinds.storage_account import StorageAccount
from verifier.world.joined import World
from verifier.world.sighted import Sighted
from verifier.world.subject import Subject


def placed(world: World) -> Iterator[Sighted]:
    """What is live of each container and share that Terraform plans, or might."""
    for container in world.containers:
        if container.presence is not None:
            yield Sighted(
                subject=container, planned_id=container.arm_id, import_as=_by_address(container, world.storage_accounts)
            )


def in_their_accounts(
    containers: Iterable[Subject[Container]], accounts: Iterable[Subject[StorageAccount]]
) -> Iterator[Subject[Container]]:
    """The planned ones, with the ARM id that follows from an account's name where they say no more of it."""
    known = {a.name.casefold(): a.arm_id for a in accounts if a.arm_id}
    for container in containers:
        # of one whose account is said by name, the state has an address in the account as its id
        account = known.get(_account(container), "") if not container.arm_id.startswith("/") else ""
        collection = CONTAINERS if container.kind is CONTAINER else SHARES
        yield replace(container, arm_id=f"{account}/{collection}/{container.name}") if account else container


def _account(container: Subject[Container]) -> str:
    stated = container.stated
    if stated is None or not (stated.account_name.known and stated.name.known):
        return ""
    return stated.account_name.value.casefold()


def _by_address(container: Subject[Container], accounts: Iterable[Subject[StorageAccount]]) -> str:
    """The address in its account that azurerm imports one by, of which the account's name is said; else empty."""
    name = _account(container)
    account = next((a for a in accounts if name and a.name.casefold() == name), None)
    service = "blob" if container.kind is CONTAINER else "file"
    endpoint = at(account.document, ("properties", "primaryEndpoints", service)) if account is not None else None
    return f"{endpoint.rstrip('/')}/{container.name}" if isinstance(endpoint, str) and endpoint else ""
