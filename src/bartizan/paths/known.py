# SPDX-License-Identifier: Apache-2.0
"""Which steps were possible before, whatever the names of footholds that only stand in between.

Ports are cut into lots, and interfaces that reach the same are put together, anew for each estate:
a step is known where another one led from the same to the same, to those ports or to more, and
took no more: who may come from anywhere now, and had to come from an office before, is new. So are
circles of many who may do the same to the same things: what counts is who may do what to which.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Self, TypeAlias, TypeVar

from msgspec import Struct, field

from bartizan.model.step import ONE_OF_MANY, Ability, Condition, Foothold, Step
from bartizan.paths.conditions import asked

_Gain: TypeAlias = tuple[str, Foothold]
"""What is done to a thing, and the thing."""
_Way: TypeAlias = tuple[str, tuple[Foothold, ...], Foothold]
_Ports: TypeAlias = tuple[int, int, str]
_Asked: TypeAlias = tuple[Condition, ...]
_T = TypeVar("_T")

_SENDS = Ability.SEND.value
_GATHERED = frozenset({Ability.SEND_AS.value, Ability.SEND_ALIKE.value})
_NAMED_ANEW = _GATHERED | {_SENDS}
_PORTS = re.compile(r"(\d+)(?:-(\d+))?/(\w+)")
_ALL_PORTS = (0, 65535, "*")


class Known(Struct, frozen=True):
    """The steps of an estate, to be asked whether another one is among them."""

    ways: Mapping[_Way, Collection[_Asked]]
    """Way to what it took each time."""
    ports: Mapping[_Way, Sequence[tuple[_Ports, _Asked]]]
    """Way of packets to the ports that it leads to, with what that takes."""

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Self:
        """Index steps."""
        ways: dict[_Way, set[_Asked]] = {}
        ports: dict[_Way, list[tuple[_Ports, _Asked]]] = {}
        for step in steps:
            way = _way(step)
            ways.setdefault(way, set()).add(step.conditions)
            if step.grants.ability == _SENDS:
                ports.setdefault(way, []).append((_ports(step.grants), step.conditions))
        return cls(ways, ports)

    def parted(self, steps: Iterable[Step]) -> tuple[list[Step], list[Step]]:
        """Return the steps that were possible, and those that were not; of circles those were not
        that lead to what nobody in the circle could do before, and of those who could not do all
        else, those into it.
        """
        steps = tuple(steps)
        circles = _Circles.of(steps)
        before = _Circles.of_ways(self.ways)
        inside = {member for held in circles.members.values() for member in held}
        alone = _alone(self.ways, inside) if circles.members else {}
        took = self._taken() if circles.members else {}
        news: set[_Way] = set()
        for circle, members in circles.members.items():
            wanted = circles.gains.get(circle, frozenset())
            could = {m: wanted & (before.gained(m) | alone.get(m, frozenset())) for m in members}
            old = frozenset[_Gain]().union(*could.values())
            news |= {(ONE_OF_MANY, (m,), circle) for m, held in could.items() if held != old}
            news |= {(technique, (circle,), thing) for technique, thing in wanted - old}
        plain: list[Step] = []
        fresh: list[Step] = []
        for step in steps:
            if circles.has(step):
                known = (step.technique, step.needs, step.grants) not in news
                held = took.get((step.technique, step.grants))
                known = known and (held is None or _no_more(held, step))
            else:
                known = self.holds(step) or before.told(step)
            (plain if known else fresh).append(step)
        return plain, fresh

    def holds(self, step: Step) -> bool:
        """Tell whether a step was possible by itself, and took no more than it does now."""
        way = _way(step)
        if step.grants.ability != _SENDS:
            return _no_more(self.ways.get(way, ()), step)
        first, last, protocol = _ports(step.grants)
        at = first
        held = [one for one, old in self.ports.get(way, ()) if not asked(old, step.conditions)]
        # The ranges of one protocol, in order, must leave nothing open.
        for low, high, other in sorted(held):
            if other in (protocol, "*") and low <= at <= high:
                at = high + 1
        return at > last

    def _taken(self) -> Mapping[_Gain, Collection[_Asked]]:
        """Return what it took to do something to a thing, whoever did."""
        found: dict[_Gain, set[_Asked]] = defaultdict(set)
        for (technique, _, grants), held in self.ways.items():
            found[technique, grants].update(held)
        return found


def _no_more(before: Iterable[_Asked], step: Step) -> bool:
    """Tell whether something took no more, one of the times before, than a step does."""
    return any(not asked(old, step.conditions) for old in before)


class _Circles(Struct, frozen=True):
    """The circles of an estate."""

    members: dict[Foothold, frozenset[Foothold]]
    """Circle to who is in it."""
    gains: dict[Foothold, frozenset[_Gain]]
    """Circle to what each in it may do."""
    around: dict[Foothold, frozenset[Foothold]]
    """Member to the circles that it is in."""
    sums: dict[frozenset[Foothold], frozenset[_Gain]] = field(default_factory=dict)

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Self:
        """Return the circles in some steps."""
        return cls.of_ways([(step.technique, step.needs, step.grants) for step in steps])

    @classmethod
    def of_ways(cls, ways: Collection[_Way]) -> Self:
        """Return the circles in some ways."""
        members: dict[Foothold, set[Foothold]] = defaultdict(set)
        around: dict[Foothold, set[Foothold]] = defaultdict(set)
        for technique, needs, circle in ways:
            if technique == ONE_OF_MANY:
                members[circle].update(needs)
                for need in needs:
                    around[need].add(circle)
        return cls(_frozen(members), _alone(ways, members) if members else {}, _frozen(around))

    def gained(self, member: Foothold) -> frozenset[_Gain]:
        """Return what a foothold gains by its circles."""
        held = self.around.get(member, frozenset())
        if held not in self.sums:
            parts = (self.gains.get(circle, frozenset()) for circle in held)
            self.sums[held] = frozenset[_Gain]().union(*parts)
        return self.sums[held]

    def has(self, step: Step) -> bool:
        """Tell whether a step leads into a circle or out of it."""
        # Most estates have none, and then there is nothing to look up.
        return bool(self.members) and (
            step.technique == ONE_OF_MANY or any(need in self.members for need in step.needs)
        )

    def told(self, step: Step) -> bool:
        """Tell whether a step is one that a circle stands for."""
        if not self.around or len(step.needs) != 1:
            return False
        return (step.technique, step.grants) in self.gained(step.needs[0])


def concerning(
    taken: Iterable[Step], before: Sequence[Step], after: Sequence[Step]
) -> tuple[list[Step], list[Step]]:
    """Return the steps that decide which of those `taken` were possible: of an estate before, and
    of the one `after` it, which has them.
    """
    taken = tuple(taken)
    held = {foothold for step in taken for foothold in (*step.needs, step.grants)}
    circles = {step.grants for step in after if step.technique == ONE_OF_MANY} & held
    about = {_loose(step.grants) for step in taken} | circles
    people = {need for step in taken for need in step.needs}
    if circles:
        about |= {step.grants for step in after if not circles.isdisjoint(step.needs)}
        people |= {need for step in after if step.grants in circles for need in step.needs}

    # Of all steps of two estates only what they grant is looked at, each of these once.
    gained = {step.grants for steps in (before, after) for step in steps}
    near = {held for held in gained if _loose(held) in about}

    def concerned(steps: Iterable[Step]) -> list[Step]:
        return [
            step
            for step in steps
            if step.grants in near
            or (step.technique == ONE_OF_MANY and not people.isdisjoint(step.needs))
        ]

    return concerned(before), concerned(after)


def _alone(ways: Iterable[_Way], wanted: Collection[Foothold]) -> dict[Foothold, frozenset[_Gain]]:
    """Return what each wanted foothold is enough for."""
    found: dict[Foothold, set[_Gain]] = defaultdict(set)
    for technique, needs, grants in ways:
        if len(needs) == 1 and needs[0] in wanted and technique != ONE_OF_MANY:
            found[needs[0]].add((technique, grants))
    return _frozen(found)


def _frozen(found: Mapping[Foothold, set[_T]]) -> dict[Foothold, frozenset[_T]]:
    return {key: frozenset(held) for key, held in found.items()}


def _way(step: Step) -> _Way:
    needs = step.needs
    for need in needs:
        if need.ability in _NAMED_ANEW:
            needs = tuple(sorted(map(_loose, needs)))
            break
    return step.technique, needs, _loose(step.grants)


def _loose(foothold: Foothold) -> Foothold:
    """Return a foothold without what differs from one estate to the next."""
    if foothold.ability not in _NAMED_ANEW:
        return foothold
    if foothold.ability == _SENDS:
        return Foothold(_SENDS, foothold.entity.rpartition(":")[0] or foothold.entity)
    return Foothold(foothold.ability, foothold.entity.partition("~")[0])


def _ports(foothold: Foothold) -> _Ports:
    found = _PORTS.fullmatch(foothold.entity.rpartition(":")[2])
    if found is None:
        return _ALL_PORTS
    return int(found[1]), int(found[2] or found[1]), found[3]
