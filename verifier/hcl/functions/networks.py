"""cidrhost, cidrnetmask, cidrsubnet and cidrsubnets."""

from __future__ import annotations

import ipaddress
from decimal import Decimal
from typing import TypeAlias

from verifier.hcl import numbers
from verifier.hcl.errors import EvaluationError, NotModelled
from verifier.hcl.functions.signature import amount, of_contents, text
from verifier.hcl.types import STRING, ListOf

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_MOST_NEW_BITS = 32
_WORD = 64


def _network(prefix: str) -> Network:
    address, slash, length = prefix.partition("/")
    try:
        if not slash or not (length.isascii() and length.isdecimal()) or "%" in address:
            raise ValueError(prefix)  # noqa: TRY301 - one message for every way of being none
        # Terraform keeps an old reading of IPv4 in which a part may have leading zeros.
        if ":" not in address:
            address = ".".join(
                str(int(part)) if part.isascii() and part.isdecimal() else part for part in address.split(".")
            )
        network = ipaddress.ip_network(f"{address}/{int(length)}", strict=False)
    except ValueError:
        raise EvaluationError(f"{prefix!r} is not a network prefix such as 10.0.0.0/16") from None
    if isinstance(network, ipaddress.IPv6Network) and network.network_address.ipv4_mapped is not None:
        raise NotModelled("IPv4 addresses written as IPv6 are not modelled")
    return network


def _whole(number: Decimal, what: str) -> int:
    if not numbers.is_integer(number):
        raise EvaluationError(f"{what} must be a whole number")
    return int(number)


def _cidrhost(prefix: str, host: Decimal) -> str:
    network, number = _network(prefix), _whole(host, "the host number")
    # -1 is the last address, so there are as many negative numbers as positive ones.
    if number >= network.num_addresses or -number > network.num_addresses:
        raise EvaluationError(f"the prefix {prefix!r} has no host number {number}")
    return str(network[number])


def _cidrnetmask(prefix: str) -> str:
    network = _network(prefix)
    if isinstance(network, ipaddress.IPv6Network):
        raise EvaluationError("an IPv6 prefix has no netmask")
    return str(network.netmask)


def _cidrsubnet(prefix: str, new_bits: Decimal, number: Decimal) -> str:
    network = _network(prefix)
    bits, which = _whole(new_bits, "newbits"), _whole(number, "netnum")
    _fits(network, bits)
    length = network.prefixlen + bits
    if length < 0:
        raise EvaluationError("the prefix cannot become shorter than nothing")
    # Terraform takes negative numbers too, and makes the same odd use of them.
    if which > (2**bits - 1 if 0 <= bits < _WORD else 2**_WORD - 1):
        raise EvaluationError(f"{bits} additional bits do not hold the subnet number {which}")
    first = abs(int(network.network_address) | (which << (network.max_prefixlen - length)))
    return f"{type(network.network_address)(first)}/{length}"


def _fits(network: Network, bits: int) -> None:
    if network.prefixlen + bits > network.max_prefixlen:
        raise EvaluationError(f"a prefix of {network.prefixlen} bits cannot be extended by {bits}")


def _cidrsubnets(prefix: str, *new_bits: Decimal) -> list[str]:
    network = _network(prefix)
    found: list[str] = []
    at, end = int(network.network_address), int(network.broadcast_address)
    if new_bits and at == 0:
        # Terraform begins with the subnet before the first, and there is none before zero.
        raise EvaluationError("not enough addresses are left in the prefix")
    for number in new_bits:
        bits = _whole(number, "newbits")
        if bits < 1:
            raise EvaluationError("the prefix must be extended by at least one bit")
        if bits > _MOST_NEW_BITS:
            raise EvaluationError(f"the prefix may not be extended by more than {_MOST_NEW_BITS} bits")
        _fits(network, bits)
        length = network.prefixlen + bits
        size = 1 << (network.max_prefixlen - length)
        start = -(-at // size) * size
        if start + size - 1 > end:
            raise EvaluationError("not enough addresses are left in the prefix")
        found.append(f"{type(network.network_address)(start)}/{length}")
        at = start + size
    return found


FUNCTIONS = (
    of_contents("cidrhost", _cidrhost, STRING, text("prefix"), amount("hostnum")),
    of_contents("cidrnetmask", _cidrnetmask, STRING, text("prefix")),
    of_contents("cidrsubnet", _cidrsubnet, STRING, text("prefix"), amount("newbits"), amount("netnum")),
    of_contents("cidrsubnets", _cidrsubnets, ListOf(STRING), text("prefix"), variadic=amount("newbits")),
)
