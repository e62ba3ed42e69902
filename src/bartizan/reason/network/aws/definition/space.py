# SPDX-License-Identifier: Apache-2.0
"""Sets of addresses that a side of a flow may have, and which of them to try.

A walk tells the same of two addresses unless a range that it asked about holds one and not the
other. So it is enough to try the first address of each piece into which those ranges cut a set.
"""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from bartizan.model.facts.network import Interface
from bartizan.model.packet import INTERNET
from bartizan.reason.network.aws.topology.addresses import (
    BITS,
    PUBLIC,
    TRANSLATED,
    Address,
    Range,
    joined,
    parse_address,
    parse_range,
)
from bartizan.reason.network.aws.topology.topology import Topology

EVERYTHING = tuple(Range(version, 0, (1 << bits) - 1) for version, bits in BITS.items())


class Point(NamedTuple):
    """An address to try, and the part of its set that one answer holds for, between edges."""

    address: Address
    part: int


class Space(Struct, frozen=True):
    """Addresses in any of some ranges, in order and apart from one another."""

    ranges: tuple[Range, ...]
    alike: bool = False
    """Nobody in the estate has any of them, so that ranges of rules alone tell them apart."""

    def points(self, edges: Iterable[Address]) -> list[Point]:
        """Return the addresses to try where answers may change at `edges`."""
        found: dict[Point, None] = {}
        known = sorted(set(edges))
        if self.alike:
            starts = {block.version: block for block in reversed(self.ranges)}
            for version, block in sorted(starts.items()):
                here = [edge for edge in known if edge.version == version]
                for edge in (Address(version, block.first), *here):
                    address = self._next(edge)
                    if address is not None:
                        found.setdefault(Point(address, version))
            return list(found)
        for number, block in enumerate(self.ranges):
            inside = (edge for edge in known if block.holds(edge))
            for address in (Address(block.version, block.first), *inside):
                found.setdefault(Point(address, number))
        return list(found)

    def within(self, blocks: Iterable[Range]) -> "Space":
        """Return what of it lies in some ranges."""
        found = (
            Range(own.version, max(own.first, block.first), min(own.last, block.last))
            for block in joined(blocks)
            for own in self.ranges
            if own.version == block.version
        )
        return replace(self, ranges=tuple(sorted(one for one in found if one.first <= one.last)))

    def _next(self, edge: Address) -> Address | None:
        """Return the first address from `edge` on that is in the set."""
        at = bisect_right(self.ranges, Range(edge.version, edge.value, 1 << 128)) - 1
        if at >= 0 and self.ranges[at].holds(edge):
            return edge
        later = self.ranges[at + 1] if at + 1 < len(self.ranges) else None
        if later is None or later.version != edge.version:
            return None
        return Address(later.version, later.first)


def of_source(topology: Topology, name: str) -> Space:
    """Return the addresses that a source sends from.

    An interface has its private ones; one that sends for clients elsewhere has any. The Internet
    is every public address that is nobody's in the estate. Of a remote site it is what is known
    to lie there, and anything where nothing is.
    """
    if name == INTERNET:
        return _internet(topology)
    if name in topology.interfaces:
        endpoint = topology.services.endpoint_of.get(name)
        if endpoint is not None and endpoint.preserves_client:
            return Space(EVERYTHING, alike=True)
        return Space(topology.own_ranges(topology.interfaces[name]))
    return _site(topology, name)


def of_target(topology: Topology, name: str, *, source: str) -> Space:
    """Return the addresses at which a target may be reached from `source`."""
    if name == INTERNET and source != INTERNET:
        # A gateway that translates IPv6 to IPv4 is sent IPv4 addresses in this form.
        first = TRANSLATED.first + PUBLIC[0].first
        form = Range(TRANSLATED.version, first, TRANSLATED.last)
        return Space(tuple(sorted((*topology.internet, form))), alike=True)
    if name == INTERNET:
        return _internet(topology)
    if name in topology.interfaces:
        row = topology.interfaces[name]
        own, public = topology.own_ranges(row), _public(row)
        if source != INTERNET:
            return Space((*own, *public))
        return Space((*public, *(block for block in own if _alone(block, row))))
    if name in topology.services.endpoints:
        return _service(topology, name)
    return _site(topology, name)


def _service(topology: Topology, name: str) -> Space:
    """Return the addresses that routes lead to a gateway endpoint, as far as they are known.

    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    """
    lists = {route.destination for route in topology.routes_to.get(name, ())}
    held = [topology.prefix_lists[one].ranges for one in lists if one in topology.prefix_lists]
    blocks = [block for ranges in held for block in map(parse_range, ranges or ()) if block]
    known = len(held) == len(lists) and None not in held
    return Space(joined(blocks) if known else PUBLIC, alike=True)


def _alone(block: Range, row: Interface) -> bool:
    """Tell whether no public address stands for a private one."""
    return not (
        block.first == block.last and str(Address(block.version, block.first)) in row.public
    )


def _internet(topology: Topology) -> Space:
    return Space(topology.internet, alike=True)


def _public(row: Interface) -> tuple[Range, ...]:
    found = (parse_address(text) for text in row.public.values())
    return tuple(address.alone for address in found if address)


def _site(topology: Topology, name: str) -> Space:
    texts = [text for row in topology.sites[name] for text in row.ranges]
    blocks = [block for block in map(parse_range, texts) if block]
    return Space(joined(blocks) or EVERYTHING, alike=True)
