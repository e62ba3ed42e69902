# SPDX-License-Identifier: Apache-2.0
"""Sets of ports as sorted stretches."""

from collections.abc import Iterable

from bartizan.model.packet import ANY, ICMP, ICMPV6, TCP, UDP
from bartizan.model.reach import PortRange

_FIRST = (TCP, UDP, ICMP, ICMPV6)
"""Protocols that people ask about come first, and -1, for all that no rule names, last."""


def order(one: PortRange) -> tuple[int, int, int]:
    """Return the place of a stretch among others."""
    if one.protocol in _FIRST:
        return _FIRST.index(one.protocol), one.first, one.last
    return len(_FIRST) + (one.protocol if one.protocol != ANY else 256), one.first, one.last


def joined(ranges: Iterable[PortRange]) -> tuple[PortRange, ...]:
    """Return the same ports in as few stretches as there can be, in order."""
    found: list[PortRange] = []
    for one in sorted(ranges, key=order):
        last = found[-1] if found else None
        if last and last.protocol == one.protocol and one.first <= last.last + 1:
            stretch = max(last.last, one.last)
            found[-1] = PortRange(protocol=one.protocol, first=last.first, last=stretch)
        else:
            found.append(one)
    return tuple(found)


def without(ranges: Iterable[PortRange], taken: Iterable[PortRange]) -> tuple[PortRange, ...]:
    """Return the ports that are in `ranges` and in none of `taken`."""
    left = list(joined(ranges))
    for hole in taken:
        left = [piece for one in left for piece in _less(one, hole)]
    return tuple(left)


def meets(one: PortRange, other: PortRange) -> bool:
    """Tell whether they have a port in common."""
    same = one.protocol == other.protocol
    return same and one.first <= other.last and other.first <= one.last


def _less(one: PortRange, hole: PortRange) -> list[PortRange]:
    if not meets(one, hole):
        return [one]
    pieces = ((one.first, hole.first - 1), (hole.last + 1, one.last))
    return [PortRange(protocol=one.protocol, first=a, last=b) for a, b in pieces if a <= b]
