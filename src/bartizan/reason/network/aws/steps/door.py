# SPDX-License-Identifier: Apache-2.0
"""Doors: ports of an interface, and the footholds of sending there."""

from dataclasses import dataclass

from bartizan.model.step import Ability, Foothold
from bartizan.reason.network.aws.known_ports import witness, written


@dataclass(frozen=True, slots=True, order=True)
class Door:
    """Ports of one protocol at one interface."""

    interface: str
    protocol: int
    first: int
    last: int

    def __str__(self) -> str:
        """Write it as the command line spells it: `eni-1:443/tcp`."""
        return f"{self.interface}:{self.ports}"

    @property
    def ports(self) -> str:
        """Its ports alone: `443/tcp`."""
        return written(self.protocol, self.first, self.last)

    @property
    def port(self) -> int:
        """The one of its ports that a witness uses."""
        return witness(self.protocol, self.first, self.last)

    @property
    def sends(self) -> Foothold:
        """Return what an attacker holds whose packets arrive."""
        return foothold(Ability.SEND, str(self))

    def holds(self, protocol: int, port: int) -> bool:
        """Tell whether a port is one of its own."""
        return self.protocol == protocol and self.first <= port <= self.last


def foothold(ability: Ability, entity: str) -> Foothold:
    """Name a foothold."""
    return Foothold(ability.value, entity)
