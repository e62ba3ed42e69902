# SPDX-License-Identifier: Apache-2.0
"""What code inside the estate can send packets to, never pair by pair.

Hosts that a rule lets in are one lot, and doors that just the same lots reach by the same rules
are one: what is between them is one step, and each member has one into what it is a member of.
Of the ports of a host only those are told apart that one signs in by, since a flaw is worth the
same at any other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from bartizan.model.evidence import Evidence
from bartizan.model.step import Ability, Breaker, Flow, Foothold, Step
from bartizan.reason.network.aws.steps import remedies, senders
from bartizan.reason.network.aws.steps.arrivals import listening
from bartizan.reason.network.aws.steps.door import Door, foothold
from bartizan.reason.network.aws.steps.lots import Lot, Lots, Way, alike, of_many, together
from bartizan.reason.network.aws.steps.scene import Scene
from bartizan.reason.network.aws.steps.stretches import Stretches

FROM_HOST, LIKE_OTHERS, ALIKE = "reach-from-host", "send-like-others", "reach-alike"


class Doors(Struct, frozen=True):
    """Doors that just the same lots reach, by the same rules."""

    members: tuple[Door, ...]
    ways: tuple[Way, ...]

    @property
    def first(self) -> Door:
        """The one that stands for all."""
        return self.members[0]

    @property
    def sends(self) -> Foothold:
        """Return what whoever sends there holds."""
        if len(self.members) == 1:
            return self.first.sends
        return foothold(Ability.SEND_ALIKE, str(self.first))


class Inside:
    """Who sends what to whom inside one estate."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._lots = Lots(scene)
        self._stretches = Stretches(scene)

    @cached_property
    def doors(self) -> Sequence[Doors]:
        """Doors that any host reaches, those that are alike together."""
        found: dict[tuple[object, ...], list[Door]] = defaultdict(list)
        ways: dict[tuple[object, ...], Sequence[Way]] = {}
        known: dict[tuple[object, ...], Sequence[tuple[Door, Sequence[Way]]]] = {}
        for interface in self._receivers():
            stretches = self._stretches.of(interface)
            key = (self._scene.alike(interface), stretches)
            if key not in known:
                known[key] = list(self._decided(interface))
            groups = self._scene.topology.interfaces[interface].groups
            for door, held in known[key]:
                same = (groups, door.protocol, door.first, door.last, alike(held))
                found[same].append(door.at(interface))
                ways[same] = held
        made = (Doors(tuple(sorted(doors)), tuple(ways[key])) for key, doors in found.items())
        return sorted(made, key=lambda one: one.first)

    def _receivers(self) -> Iterable[str]:
        scene = self._scene
        if not self._lots.names:
            return ()
        nodes = (node for node in scene.topology.services.balancer_of if listening(scene, node))
        held = {*scene.hosts, *scene.services, *nodes}
        return sorted(held & scene.row_of.keys() & scene.topology.interfaces.keys())

    def _decided(self, interface: str) -> Iterator[tuple[Door, Sequence[Way]]]:
        """Decide the doors of an interface: single ports, and the rest of a host's together."""
        stretches = self._stretches.of(interface)
        for protocol, port in stretches.single:
            door = Door(interface, protocol, port, port)
            if held := self._lots.ways(door):
                yield door, held
        rest = self._joined(interface, stretches.opened)
        if len(rest) == 1:
            yield rest[0]
        elif rest:
            yield Door.whole(interface), together([way for _, held in rest for way in held])

    def _joined(
        self, interface: str, opened: Iterable[tuple[int, int, int]]
    ) -> Sequence[tuple[Door, Sequence[Way]]]:
        """Decide stretches of ports; neighbours with one answer are one."""
        found: list[tuple[Door, Sequence[Way]]] = []
        for protocol, first, last in opened:
            held = self._lots.ways(Door(interface, protocol, first, last))
            if not held:
                continue
            before, start = (found[-1][0], found[-1][1]) if found else (None, ())
            if (
                before is not None
                and (before.protocol, before.last + 1) == (protocol, first)
                and alike(start) == alike(held)
            ):
                found[-1] = (Door(interface, protocol, before.first, last), start)
            else:
                found.append((Door(interface, protocol, first, last), held))
        return found

    def steps(self) -> Iterator[Step]:
        """Yield all steps."""
        lots: dict[str, Lot] = {}
        for doors in self.doors:
            for way in doors.ways:
                wide = len(self._lots.parts(way.lot)) > 1
                for step in self._wide(way, doors) if wide else self._narrow(way, doors):
                    lots[way.lot.name] = way.lot
                    yield step
            if len(doors.members) > 1:
                yield from self._each(doors)
        for lot in of_many(lots):
            parts = self._lots.parts(lot)
            if len(parts) > 1:
                lots.update((part.name, part) for part in parts)
                yield from self._joins(lot, parts)
        for lot in of_many(lots):
            if len(self._lots.parts(lot)) == 1:
                yield from self._members(lot)

    def _joins(self, lot: Lot, parts: Iterable[Lot]) -> Iterator[Step]:
        """Say that what lots are of one network each is one, so that hosts which many lots of
        several networks have in common are not listed for each of these.
        """
        why = f"is one of {len(lot.members)} that a rule lets in"
        for part in parts:
            alone = len(part.members) == 1
            first = part.members[0]
            yield Step(
                technique=LIKE_OTHERS,
                needs=(self._runs(first) if alone else foothold(Ability.SEND_AS, part.name),),
                grants=foothold(Ability.SEND_AS, lot.name),
                cost=1 + int(alone),
                evidence=(Evidence(subject=first, why=why),),
            )

    def _members(self, lot: Lot) -> Iterator[Step]:
        why = f"is one of {len(lot.members)} that a rule lets in"
        for name in lot.members:
            yield Step(
                technique=LIKE_OTHERS,
                needs=(self._runs(name),),
                grants=foothold(Ability.SEND_AS, lot.name),
                cost=1,
                evidence=(Evidence(subject=name, why=why),),
            )

    def _each(self, doors: Doors) -> Iterator[Step]:
        for door in doors.members:
            why = f"takes packets to {door.ports} from just where {doors.first.interface} does"
            breakers = remedies.at_door(self._scene, door, senders.ANYBODY)
            yield Step(
                technique=ALIKE,
                needs=(doors.sends,),
                grants=door.sends,
                cost=1,
                evidence=(Evidence(subject=door.interface, why=why),),
                breakers=tuple(breakers),
            )

    def _runs(self, interface: str) -> Foothold:
        return foothold(Ability.RUN_CODE, self._scene.hosts[interface].arn)

    def _narrow(self, way: Way, doors: Doors) -> Iterator[Step]:
        """Say that a lot of one network reaches doors, all of them at once."""
        pair = _pair(way.lot, doors.members)
        if pair is not None:
            host, door = pair
            alone = len(way.lot.members) == 1
            cost = 1 + int(alone) + int(len(doors.members) == 1)
            needs = self._runs(host) if alone else foothold(Ability.SEND_AS, way.lot.name)
            breakers = tuple(self._breakers(way, doors))
            yield _step(way, host, door, needs, grants=doors.sends, cost=cost, breakers=breakers)

    def _wide(self, way: Way, doors: Doors) -> Iterator[Step]:
        """Say that a lot of several networks reaches doors, each by itself: its hosts have come by
        a step more than others, and it costs the same however many are on both sides.
        """
        needs = foothold(Ability.SEND_AS, way.lot.name)
        breakers = tuple(self._breakers(way, doors))
        for each in doors.members:
            pair = _pair(way.lot, (each,))
            if pair is not None:
                host, door = pair
                yield _step(way, host, door, needs, grants=door.sends, cost=1, breakers=breakers)

    def _breakers(self, way: Way, doors: Doors) -> Iterator[Breaker]:
        """Yield how to close all the doors to the lot: they have their groups in common, so what
        closes one closes every one of them.
        """
        if way.rules:
            yield from remedies.revoked(self._scene, way.rules)
        else:
            yield from remedies.at_door(self._scene, doors.first, senders.ANYBODY)


def _step(
    way: Way, host: str, door: Door, needs: Foothold, *, grants: Foothold, cost: int,
    breakers: tuple[Breaker, ...],
) -> Step:  # fmt: skip
    target = Door(door.interface, way.protocol, way.port, way.port)
    return Step(
        technique=FROM_HOST,
        needs=(needs,),
        grants=grants,
        cost=cost,
        evidence=(Evidence(subject=door.interface, why=f"takes {target.ports} from {host}"),),
        flows=(Flow(source=host, target=door.interface, protocol=way.protocol, port=way.port),),
        breakers=breakers,
        missing=() if way.sure else (f"whether {host} reaches {target}",),
    )


def _pair(lot: Lot, doors: Sequence[Door]) -> tuple[str, Door] | None:
    """Return one of the hosts and one of the doors that are not on one interface."""
    for host in lot.members[:2]:
        for door in doors[:2]:
            if door.interface != host:
                return host, door
    return None
