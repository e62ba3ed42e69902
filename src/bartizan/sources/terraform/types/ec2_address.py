# SPDX-License-Identifier: Apache-2.0
"""Addresses that AWS will choose: one is taken in place of it, and told where that could matter.

Inside a subnet one address is as good as another, unless a rule, a route or a list names a part of
the subnet's range. The same holds of the public addresses that AWS has.
"""

import hashlib
import ipaddress
from collections.abc import Iterator
from functools import cache
from typing import TypeAlias

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Draft
from bartizan.sources.terraform.types.ec2 import (
    INTERFACE,
    NETWORK_ACL,
    ROUTE_TABLE,
    SECURITY_GROUP,
    SUBNET,
    objects_of,
    peek,
    text_of,
)

_Block: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_RESERVED = 4
"""The first addresses of a subnet, which AWS keeps, as it does the last one.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
"""
_DOCUMENTATION = ipaddress.IPv4Network("198.51.100.0/24")
_NAMING = (
    (SECURITY_GROUP, ("CidrIp", "CidrIpv6")),
    (NETWORK_ACL, ("CidrBlock", "Ipv6CidrBlock")),
    (ROUTE_TABLE, ("DestinationCidrBlock", "DestinationIpv6CidrBlock")),
    ("AWS::EC2::PrefixListEntry", ("Cidr",)),
    ("AWS::EC2::TransitGatewayRoute", ("DestinationCidrBlock",)),
)
"""What names ranges of addresses, and in which members."""


def private(draft: Draft, subnet: str, interface: str) -> str:
    """Return an address of a subnet that no interface has; empty where the subnet has no range
    for IPv4 that is known.
    """
    try:
        block = ipaddress.IPv4Network(text_of(peek(draft, SUBNET, subnet), "CidrBlock"))
    except ValueError:
        return ""
    taken = {
        text_of(address, "PrivateIpAddress")
        for one in draft.held(INTERFACE)
        if (body := draft.peek(INTERFACE, one)).get("SubnetId") == subnet
        for address in (body, *objects_of(body, "PrivateIpAddresses"))
    }
    free = max(1, block.num_addresses - _RESERVED - 1)
    start = int(hashlib.sha256(interface.encode()).hexdigest()[:8], 16) % free
    for step in range(min(free, len(taken) + 1)):
        found = str(block[(start + step) % free + _RESERVED])
        if found not in taken:
            return found
    return ""


def public(interface: str) -> str:
    """Return a public address in place of the one that AWS will choose: one that nobody has."""
    digest = int(hashlib.sha256(interface.encode()).hexdigest()[:8], 16)
    return str(_DOCUMENTATION[1 + digest % (_DOCUMENTATION.num_addresses - 2)])


def doubtful(draft: Draft) -> frozenset[str]:
    """Return the interfaces whose assumed addresses something tells apart from others of their
    subnet.
    """
    if not draft.assumed:
        return frozenset()
    named = frozenset(_named(draft))
    found = set()
    for interface in draft.assumed:
        subnet = text_of(peek(draft, INTERFACE, interface), "SubnetId")
        block = _block(text_of(peek(draft, SUBNET, subnet), "CidrBlock"))
        if block is None or any(_part(one, block) for one in named):
            found.add(interface)
    return frozenset(found)


def _part(one: _Block, block: _Block) -> bool:
    """Tell whether a range is a part of a subnet's and not all of it."""
    return (
        isinstance(one, ipaddress.IPv4Network)
        and isinstance(block, ipaddress.IPv4Network)
        and one != block
        and one.subnet_of(block)
    )


def _named(draft: Draft) -> Iterator[_Block]:
    """Yield every range that is named anywhere."""
    for kind, members in _NAMING:
        for one in draft.held(kind):
            for text in _texts(draft.peek(kind, one), members):
                if (block := _block(text)) is not None:
                    yield block


def _texts(value: object, members: tuple[str, ...]) -> Iterator[str]:
    """Yield the strings that members of these names hold, at any depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in members and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner, members)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, members)


@cache
def _block(text: str) -> _Block | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def association(address: str, *, owner: str, allocation: str = "") -> dict[str, Json]:
    """Return how an interface tells that a public address stands for one of its own."""
    found: dict[str, Json] = {"PublicIp": address, "IpOwnerId": owner}
    return found | ({"AllocationId": allocation} if allocation else {})
