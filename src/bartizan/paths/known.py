# SPDX-License-Identifier: Apache-2.0
"""Which steps were possible before, whatever the names of footholds that only stand in between.

Ports are cut into lots, and interfaces that reach the same are put together, anew for each estate:
a step is known where another one led from the same to the same, to those ports or to more.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self, TypeAlias

from bartizan.model.step import Ability, Foothold, Step

_Way: TypeAlias = tuple[str, tuple[Foothold, ...], Foothold]
_Ports: TypeAlias = tuple[int, int, str]

_SENDS = Ability.SEND.value
_GATHERED = frozenset({Ability.SEND_AS.value, Ability.SEND_ALIKE.value})
_NAMED_ANEW = _GATHERED | {_SENDS}
_PORTS = re.compile(r"(\d+)(?:-(\d+))?/(\w+)")
_ALL_PORTS = (0, 65535, "*")


@dataclass(frozen=True, slots=True)
class Known:
    """The steps of an estate, to be asked whether another one is among them."""

    ways: frozenset[_Way]
    ports: dict[_Way, tuple[_Ports, ...]]
    """Way of packets to the ports that it leads to."""

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Self:
        """Index steps."""
        ways: set[_Way] = set()
        ports: dict[_Way, list[_Ports]] = {}
        for step in steps:
            way = _way(step)
            ways.add(way)
            if step.grants.ability == _SENDS:
                ports.setdefault(way, []).append(_ports(step.grants))
        return cls(frozenset(ways), {way: tuple(held) for way, held in ports.items()})

    def holds(self, step: Step) -> bool:
        """Tell whether a step was possible."""
        way = _way(step)
        if step.grants.ability != _SENDS:
            return way in self.ways
        first, last, protocol = _ports(step.grants)
        at = first
        # The ranges of one protocol, in order, must leave nothing open.
        for low, high, other in sorted(self.ports.get(way, ())):
            if other in (protocol, "*") and low <= at <= high:
                at = high + 1
        return at > last


def _way(step: Step) -> _Way:
    needs = step.needs
    if any(need.ability in _NAMED_ANEW for need in needs):
        needs = tuple(sorted(map(_loose, needs)))
    return step.technique, needs, _loose(step.grants)


def _loose(foothold: Foothold) -> Foothold:
    """Return a foothold without what differs from one estate to the next."""
    if foothold.ability == _SENDS:
        return Foothold(_SENDS, foothold.entity.rpartition(":")[0] or foothold.entity)
    if foothold.ability in _GATHERED:
        return Foothold(foothold.ability, foothold.entity.partition("~")[0])
    return foothold


def _ports(foothold: Foothold) -> _Ports:
    found = _PORTS.fullmatch(foothold.entity.rpartition(":")[2])
    if found is None:
        return _ALL_PORTS
    return int(found[1]), int(found[2] or found[1]), found[3]
