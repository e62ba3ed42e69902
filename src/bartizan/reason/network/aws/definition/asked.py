# SPDX-License-Identifier: Apache-2.0
"""What walks asked about: where answers for other addresses and ports may differ."""

from dataclasses import dataclass, field

from bartizan.reason.network.aws.topology.addresses import Address


@dataclass(slots=True, kw_only=True)
class Asked:
    """What walks asked about: where answers for other addresses and ports may differ."""

    edges: set[Address] = field(default_factory=set)
    ports: set[int] = field(default_factory=set)

    def add(self, other: "Asked") -> None:
        """Take in what another walk asked about."""
        self.edges |= other.edges
        self.ports |= other.ports

    def alike(self, one: Address, other: Address) -> bool:
        """Tell whether no edge lies between two addresses."""
        low, high = sorted((one, other))
        return one == other or not any(low < edge <= high for edge in self.edges)

    def ports_alike(self, one: int, other: int) -> bool:
        """Tell whether no edge lies between two ports."""
        low, high = sorted((one, other))
        return not any(low < edge <= high for edge in self.ports)
