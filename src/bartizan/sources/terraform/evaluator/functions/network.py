# SPDX-License-Identifier: Apache-2.0
"""Functions of networks.

Each is described at https://developer.hashicorp.com/terraform/language/functions/NAME
"""

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TypeAlias

from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    list_datum,
    text,
    unknown,
)
from bartizan.sources.terraform.evaluator.functions.call import Parameter, function
from bartizan.sources.terraform.evaluator.functions.held import (
    fraction_of,
    string_of,
    whole_of,
)
from bartizan.sources.terraform.evaluator.functions.place import Function
from bartizan.sources.terraform.evaluator.kind import NUMBER, STRING, list_of

_TEXT, _NUMBER = Parameter(STRING), Parameter(NUMBER)
_Network: TypeAlias = IPv4Network | IPv6Network

_PREFIX = re.compile(r"([0-9a-fA-F:.]+)/([0-9]{1,3})")
_MAPPED = IPv6Network("::ffff:0:0/96")
_MOST_BITS = 32
_UNUSUAL = "a network of an unusual form"


def _network(prefix: Datum) -> _Network | None:
    """Return the network of a prefix; its bits for hosts need not be zero. None where
    Terraform may write it in another way.

    Raises:
        RefusedError: It is no prefix.
    """
    found = _PREFIX.fullmatch(string_of(prefix))
    if found is None:
        raise RefusedError("it is no network in the notation of CIDR")
    address, length = found[1], int(found[2])
    try:
        if ":" in address:
            network = IPv6Network((IPv6Address(address), length), strict=False)
            return None if network.overlaps(_MAPPED) or "." in address else network
        # Terraform takes zeros before the digits of a part, and they mean nothing.
        plain = ".".join(str(int(part)) if len(part) <= 3 else part for part in address.split("."))  # noqa: PLR2004
        return IPv4Network((IPv4Address(plain), length), strict=False)
    except ValueError:
        raise RefusedError("it is no network in the notation of CIDR") from None


def _at(network: _Network, address: int) -> str:
    return str(type(network.network_address)(address))


def _cidrhost(prefix: Datum, host: Datum) -> Datum:
    network, place = _network(prefix), fraction_of(host)
    if place.denominator != 1:
        raise RefusedError("a whole number is required")
    if network is None or abs(place) >= 2**63:
        return unknown(STRING, _UNUSUAL)
    count = network.num_addresses
    if not -count <= place < count:
        raise RefusedError("the network has fewer hosts")
    return text(_at(network, int(network.network_address) + int(place) % count))


def _cidrnetmask(prefix: Datum) -> Datum:
    network = _network(prefix)
    if network is None:
        return unknown(STRING, _UNUSUAL)
    if network.version != 4:  # noqa: PLR2004 - the version
        raise RefusedError("networks of IPv6 have no mask")
    return text(str(network.netmask))


def _cidrsubnet(prefix: Datum, newbits: Datum, netnum: Datum) -> Datum:
    bits, place, network = whole_of(newbits), fraction_of(netnum), _network(prefix)
    if place.denominator != 1:
        raise RefusedError("a whole number is required")
    if network is None or not 0 <= bits < 64 or not 0 <= place < 2**63:  # noqa: PLR2004 - 64 bits
        return unknown(STRING, _UNUSUAL)
    length = network.prefixlen + bits
    if length > network.max_prefixlen or place >= 2**bits:
        raise RefusedError("the network has no such subnet")
    start = int(network.network_address) + (int(place) << (network.max_prefixlen - length))
    return text(f"{_at(network, start)}/{length}")


def _cidrsubnets(prefix: Datum, *newbits: Datum) -> Datum:
    network = _network(prefix)
    if network is None:
        return unknown(list_of(STRING), _UNUSUAL)
    if newbits and not int(network.network_address):
        return unknown(list_of(STRING), _UNUSUAL)  # it has no network before it
    found, free = [], int(network.network_address)
    end = free + network.num_addresses
    for one in newbits:
        bits = whole_of(one)
        length = network.prefixlen + bits
        if not 1 <= bits <= _MOST_BITS or length > network.max_prefixlen:
            raise RefusedError("the network cannot be parted so")
        size = 1 << (network.max_prefixlen - length)
        start = -(-free // size) * size
        if start >= end:
            raise RefusedError("the network has not enough space")
        found.append(text(f"{_at(network, start)}/{length}"))
        free = start + size
    return list_datum(STRING, found)


FUNCTIONS: Mapping[str, Function] = {
    "cidrhost": function(_TEXT, _NUMBER, result=STRING)(_cidrhost),
    "cidrnetmask": function(_TEXT, result=STRING)(_cidrnetmask),
    "cidrsubnet": function(_TEXT, _NUMBER, _NUMBER, result=STRING)(_cidrsubnet),
    "cidrsubnets": function(_TEXT, rest=_NUMBER, result=list_of(STRING))(_cidrsubnets),
}
