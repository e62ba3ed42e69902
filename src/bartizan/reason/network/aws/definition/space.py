# SPDX-License-Identifier: Apache-2.0
"""Sets of addresses that a side of a flow may have, and which of them to try.

A walk tells the same of two addresses unless a range that it asked about holds one and not the
other. So it is enough to try the first address of each piece into which those ranges cut a set.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from bartizan.model.facts.network import Interface
from bartizan.model.packet import INTERNET
from bartizan.reason.network.aws.topology.addresses import (
    BITS,
    PUBLIC,
    TRANSLATED,
    Address,
    Range,
    parse_address,
    parse_range,
)
from bartizan.reason.network.aws.topology.topology import Topology

EVERYTHING = tuple(Range(version, 0, (1 << bits) - 1) for version, bits in BITS.items())


@dataclass(frozen=True, slots=True)
class Space:
    """Addresses in any of some ranges, without those in holes."""

    ranges: tuple[Range, ...]
    holes: tuple[Range, ...] = ()

    def points(self, edges: Iterable[Address]) -> list[Address]:
        """Return the addresses to try where answers may change at `edges`."""
        starts = [Address(block.version, block.first) for block in self.ranges]
        found: dict[Address, None] = {}
        for block in self.ranges:
            inside = (edge for edge in edges if block.holds(edge))
            for start in [starts[self.ranges.index(block)], *sorted(inside)]:
                free = self._free(start)
                if block.holds(free):
                    found.setdefault(free)
        return list(found)

    def _free(self, address: Address) -> Address:
        """Return the first address from `address` on that is in no hole."""
        at = bisect_right(self.holes, Range(address.version, address.value, 1 << 128)) - 1
        while at >= 0 and self.holes[at].holds(address):
            address = Address(address.version, self.holes[at].last + 1)
            at = bisect_right(self.holes, Range(address.version, address.value, 1 << 128)) - 1
        return address


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
            return Space(EVERYTHING)
        return Space(topology.own_ranges(topology.interfaces[name]))
    return _site(topology, name)


def of_target(topology: Topology, name: str, *, source: str) -> Space:
    """Return the addresses at which a target may be reached from `source`."""
    if name == INTERNET:
        # A gateway that translates IPv6 to IPv4 is sent IPv4 addresses in this form.
        space = _internet(topology)
        first = TRANSLATED.first + PUBLIC[0].first
        return Space(
            (*space.ranges, Range(TRANSLATED.version, first, TRANSLATED.last)), space.holes
        )
    if name in topology.interfaces:
        row = topology.interfaces[name]
        own, public = topology.own_ranges(row), _public(row)
        if source != INTERNET:
            return Space((*own, *public))
        return Space((*public, *(block for block in own if _alone(block, row))))
    return _site(topology, name)


def _alone(block: Range, row: Interface) -> bool:
    """Tell whether no public address stands for a private one."""
    return not (
        block.first == block.last and str(Address(block.version, block.first)) in row.public
    )


def _internet(topology: Topology) -> Space:
    return Space(PUBLIC, joined(topology.public_ranges))


def _public(row: Interface) -> tuple[Range, ...]:
    found = (parse_address(text) for text in row.public.values())
    return tuple(address.alone for address in found if address)


def _site(topology: Topology, name: str) -> Space:
    texts = [text for row in topology.sites[name] for text in row.ranges]
    blocks = [block for block in map(parse_range, texts) if block]
    return Space(joined(blocks) or EVERYTHING)
