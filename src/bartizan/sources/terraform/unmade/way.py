# SPDX-License-Identifier: Apache-2.0
"""What security groups let in, and whether that is more than before.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
"""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from bartizan.model.record import Json

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_PRIVATE = (
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"),
    *("fc00::/7", "fe80::/10"),
)
"""Ranges from which nothing comes over the Internet.

Source: https://www.iana.org/assignments/iana-ipv4-special-registry/
"""


class Way(Struct, frozen=True):
    """One thing that a group lets in."""

    protocol: str
    first: int
    last: int
    peer: str

    def covers(self, other: "Way") -> bool:
        """Tell whether it lets in all that another one does."""
        if self.protocol != "-1":
            if self.protocol != other.protocol:
                return False
            if (self.first, self.last) != (-1, -1) and not (
                self.first <= other.first and other.last <= self.last
            ):
                return False
        return self.peer == other.peer or _within(other.peer, self.peer)


def covered(way: Way, ways: Iterable[Way]) -> bool:
    """Tell whether one of some ways lets in all that another one does."""
    return any(one.covers(way) for one in ways)


def ways(permissions: Json) -> Iterator[Way]:
    """Yield what the permissions of a group let in."""
    for one in dicts(permissions):
        first, last = one.get("FromPort"), one.get("ToPort")
        for member, name in (
            ("IpRanges", "CidrIp"),
            ("Ipv6Ranges", "CidrIpv6"),
            ("UserIdGroupPairs", "GroupId"),
            ("PrefixListIds", "PrefixListId"),
        ):
            for peer in dicts(one.get(member)):
                yield Way(
                    protocol=str(one.get("IpProtocol")),
                    first=first if isinstance(first, int) else -1,
                    last=last if isinstance(last, int) else -1,
                    peer=str(peer.get(name)),
                )


def network(text: str) -> Network | None:
    """Return a range of addresses; None for what is none."""
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        return None


def overlap(one: str, other: str) -> bool:
    """Tell whether two ranges have an address in common; what is no range may."""
    first, second = network(one), network(other)
    if first is None or second is None:
        return True
    return first.version == second.version and first.overlaps(second)


def is_private(text: str) -> bool:
    """Tell whether nobody on the Internet has an address of a range."""
    return any(_within(text, one) for one in _PRIVATE)


def dicts(value: Json) -> list[Mapping[str, Json]]:
    """Return the objects of a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _within(inner: str, outer: str) -> bool:
    one, other = network(inner), network(outer)
    if isinstance(one, ipaddress.IPv4Network) and isinstance(other, ipaddress.IPv4Network):
        return one.subnet_of(other)
    if isinstance(one, ipaddress.IPv6Network) and isinstance(other, ipaddress.IPv6Network):
        return one.subnet_of(other)
    return False
