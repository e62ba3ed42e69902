# SPDX-License-Identifier: Apache-2.0
"""Doors: ports of an interface, and the footholds of sending there."""

from msgspec import Struct

from bartizan.model.known_port import witness, written
from bartizan.model.packet import ANY
from bartizan.model.step import Ability, Foothold


class Door(Struct, frozen=True, order=True):
    """Ports of one protocol at one interface, or some of all its ports."""

    interface: str
    protocol: int
    first: int
    last: int

    @classmethod
    def whole(cls, interface: str) -> "Door":
        """Return the door of which it is not told which of several ports it is."""
        return cls(interface, ANY, 0, 65535)

    def at(self, interface: str) -> "Door":
        """Return the same ports at another interface."""
        return Door(interface, self.protocol, self.first, self.last)

    def __str__(self) -> str:
        """Write it as the command line spells it: `eni-1:443/tcp`."""
        return f"{self.interface}:{self.ports}"

    @property
    def ports(self) -> str:
        """Its ports alone: `443/tcp`; `*` for one of several."""
        return "*" if self.protocol == ANY else written(self.protocol, self.first, self.last)

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
        return self.protocol in {ANY, protocol} and self.first <= port <= self.last


def foothold(ability: Ability, entity: str) -> Foothold:
    """Name a foothold."""
    return Foothold(ability.value, entity)
