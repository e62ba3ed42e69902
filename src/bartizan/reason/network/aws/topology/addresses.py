# SPDX-License-Identifier: Apache-2.0
"""Addresses and ranges as integers, and which of them are public."""

import functools
import ipaddress
from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

IPV4, IPV6 = 4, 6
BITS = {IPV4: 32, IPV6: 128}


class Range(NamedTuple):
    """All addresses from `first` to `last` of one version of the protocol."""

    version: int
    first: int
    last: int

    @property
    def length(self) -> int:
        """Length of its prefix, where it is a CIDR block."""
        return BITS[self.version] - (self.last - self.first).bit_length()

    def holds(self, address: "Address") -> bool:
        """Tell whether `address` lies in it."""
        return address.version == self.version and self.first <= address.value <= self.last

    def meets(self, other: "Range") -> bool:
        """Tell whether they have an address in common."""
        return (
            self.version == other.version and self.first <= other.last and other.first <= self.last
        )


class Address(NamedTuple):
    """One address, IPv4 or IPv6."""

    version: int
    value: int

    def __str__(self) -> str:
        kinds = {IPV4: ipaddress.IPv4Address, IPV6: ipaddress.IPv6Address}
        return str(kinds[self.version](self.value))

    @property
    def alone(self) -> Range:
        """The range of it alone."""
        return Range(self.version, self.value, self.value)


@functools.lru_cache(maxsize=65536)
def parse_range(text: str) -> Range | None:
    """Read a CIDR block, or one address; None where it is neither.

    Bits behind the prefix are ignored, as EC2 does when it stores a block.
    """
    try:
        block = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    return Range(block.version, int(block.network_address), int(block.broadcast_address))


@functools.lru_cache(maxsize=65536)
def parse_address(text: str) -> Address | None:
    """Read one address; None where it is none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return Address(address.version, int(address))


def _ranges(*blocks: str) -> tuple[Range, ...]:
    found = (parse_range(block) for block in blocks)
    return tuple(sorted(block for block in found if block is not None))


PRIVATE = _ranges("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
"""RFC 1918."""

SHARED = _ranges("100.64.0.0/10")
"""RFC 6598."""

SPECIAL = _ranges(
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4",
    "240.0.0.0/4",
)  # fmt: skip
"""IPv4 that nobody on the Internet has, from the IANA registries
https://www.iana.org/assignments/iana-ipv4-special-registry/ and
https://www.iana.org/assignments/multicast-addresses/. Those for documentation are left public:
examples are written with them, and a rule that names one is meant for the Internet."""

GLOBAL_UNICAST = Range(IPV6, 0x2000 << 112, (0x4000 << 112) - 1)
"""2000::/3, all IPv6 that is given out for the Internet:
https://www.iana.org/assignments/ipv6-unicast-address-assignments/."""

SPECIAL_IPV6 = _ranges("2001::/23", "2002::/16")
"""Parts of it that nobody has, again without what is for documentation, from
https://www.iana.org/assignments/iana-ipv6-special-registry/."""

TRANSLATED = Range(IPV6, 0x64FF9B << 96, (0x64FF9B << 96) + 0xFFFFFFFF)
"""64:ff9b::/96, IPv4 addresses as NAT64 writes them (RFC 6052)."""


def _beside(whole: Range, holes: tuple[Range, ...]) -> tuple[Range, ...]:
    found, at = [], whole.first
    for hole in holes:
        if hole.first > at:
            found.append(Range(whole.version, at, hole.first - 1))
        at = max(at, hole.last + 1)
    return (*found, Range(whole.version, at, whole.last)) if at <= whole.last else tuple(found)


PUBLIC = (
    *_beside(Range(IPV4, 0, (1 << 32) - 1), SPECIAL),
    *_beside(GLOBAL_UNICAST, SPECIAL_IPV6),
)
"""All addresses that somebody on the Internet may have, in order."""


def joined(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Put ranges that overlap or touch together, in order."""
    found: list[Range] = []
    for block in sorted(ranges):
        last = found[-1] if found else None
        if last and last.version == block.version and block.first <= last.last + 1:
            found[-1] = last._replace(last=max(last.last, block.last))
        else:
            found.append(block)
    return tuple(found)


def without(ranges: tuple[Range, ...], holes: Iterable[Range]) -> tuple[Range, ...]:
    """Take holes out of ranges that are in order and apart."""
    kept = joined(holes)
    lasts = [(hole.version, hole.last) for hole in kept]
    found: list[Range] = []
    for block in ranges:
        low = bisect_left(lasts, (block.version, block.first))
        high = bisect_left(kept, Range(block.version, block.last + 1, 0))
        found.extend(_beside(block, kept[low:high]))
    return tuple(found)


def is_public(address: Address) -> bool:
    """Tell whether routers of the Internet know where to send it."""
    return any(block.holds(address) for block in PUBLIC)
