# SPDX-License-Identifier: Apache-2.0
"""Addresses that AWS will choose: one is taken in place of it, and told where that could matter.

Inside a subnet one address is as good as another, unless a rule, a route or a list names a part of
the subnet's range. The same holds of the public addresses that AWS has.
"""

import hashlib
import ipaddress
from collections.abc import Iterator, Mapping
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
    taken = taken_in(draft, subnet)
    free = max(1, block.num_addresses - _RESERVED - 1)
    start = int(hashlib.sha256(interface.encode()).hexdigest()[:8], 16) % free
    for step in range(min(free, len(taken) + 1)):
        found = str(block[(start + step) % free + _RESERVED])
        if found not in taken:
            return found
    return ""


def taken_in(draft: Draft, subnet: str) -> set[str]:
    """Return the private addresses that interfaces in a subnet have, to be added to."""
    if subnet not in draft.taken:
        draft.taken[subnet] = {
            text_of(address, "PrivateIpAddress")
            for one in draft.matching(INTERFACE, subnet, "SubnetId")
            for body in (draft.peek(INTERFACE, one),)
            for address in (body, *objects_of(body, "PrivateIpAddresses"))
        }
    return draft.taken[subnet]


def public(interface: str) -> str:
    """Return a public address in place of the one that AWS will choose: one that nobody has."""
    digest = int(hashlib.sha256(interface.encode()).hexdigest()[:8], 16)
    return str(_DOCUMENTATION[1 + digest % (_DOCUMENTATION.num_addresses - 2)])


def doubtful(draft: Draft) -> frozenset[str]:
    """Return the interfaces whose assumed addresses something tells apart from others of their
    subnet, or from those of another subnet that AWS may choose.
    """
    if not draft.assumed:
        return frozenset()
    named = frozenset(_named(draft))
    held = _held(draft)
    return frozenset(one for one in draft.assumed if _doubtful(draft, one, named, held))


def _doubtful(
    draft: Draft, interface: str, named: frozenset[_Block], held: Mapping[str, frozenset[str]]
) -> bool:
    own = text_of(peek(draft, INTERFACE, interface), "SubnetId")
    subnets = draft.elsewhere.get(interface, (own,))
    blocks = [_block(text_of(peek(draft, SUBNET, one), "CidrBlock")) for one in subnets]
    known = [one for one in blocks if one is not None]
    if len(known) < len(blocks) or len({held.get(one) for one in subnets}) > 1:
        return True
    for one in named:
        within = [_within(block, one) for block in known]
        if any(_part(one, block) for block in known) or (any(within) and not all(within)):
            return True
    return False


def _held(draft: Draft) -> Mapping[str, frozenset[str]]:
    """Return the table and the list that each subnet is associated with."""
    found: dict[str, set[str]] = {}
    for kind in (ROUTE_TABLE, NETWORK_ACL):
        for one in draft.held(kind):
            for association in objects_of(draft.peek(kind, one), "Associations"):
                found.setdefault(text_of(association, "SubnetId"), set()).add(one)
    return {subnet: frozenset(ones) for subnet, ones in found.items()}


def _within(block: _Block, other: _Block) -> bool:
    """Tell whether all of a range lies in another one."""
    if isinstance(block, ipaddress.IPv4Network) and isinstance(other, ipaddress.IPv4Network):
        return block.subnet_of(other)
    return False


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
