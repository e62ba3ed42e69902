# SPDX-License-Identifier: Apache-2.0
"""What walks asked about: where answers for other addresses and ports may differ."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from msgspec import Struct, field

from bartizan.reason.network.aws.topology.addresses import Address

V = TypeVar("V", Address, int)


class Asked(Struct, kw_only=True):
    """What walks asked about: where answers for other addresses and ports may differ."""

    edges: set[Address] = field(default_factory=set)
    ports: set[int] = field(default_factory=set)

    def add(self, other: "Asked") -> None:
        """Take in what another walk asked about."""
        self.edges |= other.edges
        self.ports |= other.ports

    def around(self, address: Address) -> "Piece[Address]":
        """Return the addresses that nothing tells from one."""
        return _piece(self.edges, address)

    def around_port(self, port: int) -> "Piece[int]":
        """Return the ports that nothing tells from one."""
        return _piece(self.ports, port)


class Piece(Struct, Generic[V], frozen=True):
    """Values between two edges: from `low` on and before `high`, None for no edge."""

    low: V | None
    high: V | None

    def holds(self, value: V) -> bool:
        """Tell whether a value lies there."""
        return (self.low is None or self.low <= value) and (self.high is None or value < self.high)


def _piece(edges: Iterable[V], value: V) -> Piece[V]:
    low = high = None
    for edge in edges:
        if edge <= value:
            low = edge if low is None or low < edge else low
        else:
            high = edge if high is None or edge < high else high
    return Piece(low, high)
