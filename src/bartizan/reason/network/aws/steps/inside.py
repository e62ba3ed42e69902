# SPDX-License-Identifier: Apache-2.0
"""What code inside the estate can send packets to, never pair by pair.

Doors that just the same hosts reach are one, and so are hosts that reach just the same doors: what
is between them is decided once, and each member has one step into what it is a member of.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bartizan.model.evidence import Evidence
from bartizan.model.packet import TCP, UDP
from bartizan.model.step import Ability, Breaker, Flow, Foothold, Step
from bartizan.reason.network.aws.steps import remedies, senders
from bartizan.reason.network.aws.steps.arrivals import listening
from bartizan.reason.network.aws.steps.door import Door, foothold
from bartizan.reason.network.aws.steps.engine import UNKNOWN
from bartizan.reason.network.aws.steps.scene import Scene
from bartizan.reason.network.aws.steps.stretches import Stretches

FROM_HOST, LIKE_OTHERS, ALIKE = "reach-from-host", "send-like-others", "reach-alike"


@dataclass(frozen=True, slots=True)
class Hosts:
    """Interfaces of hosts that reach just the same doors."""

    members: tuple[str, ...]
    column: int
    """One of them, as its place among all hosts."""

    @property
    def first(self) -> str:
        """The one that stands for all."""
        return self.members[0]


@dataclass(frozen=True, slots=True)
class Doors:
    """Doors that just the same hosts reach, by rules of the same groups."""

    members: tuple[Door, ...]
    reached: NDArray[np.uint8]
    """For each host, whether it reaches them."""

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
        self._names = sorted(name for name in scene.hosts if name in scene.row_of)
        self._rows = np.array([scene.row_of[name] for name in self._names], dtype=np.int64)
        self._stretches = Stretches(scene)
        self._place = {name: place for place, name in enumerate(self._names)}

    @cached_property
    def doors(self) -> Sequence[Doors]:
        """Doors that any host reaches, those that are alike together."""
        found: dict[tuple[object, ...], list[Door]] = defaultdict(list)
        vectors: dict[tuple[object, ...], NDArray[np.uint8]] = {}
        for (groups, *rest), door, vector in self._decided():
            key = (vector.tobytes(), groups, *rest)
            found[key].append(door)
            vectors[key] = vector
        made = (Doors(tuple(sorted(held)), vectors[key]) for key, held in found.items())
        return sorted(made, key=lambda one: one.first)

    def _decided(self) -> Iterator[tuple[tuple[object, ...], Door, NDArray[np.uint8]]]:
        """Decide every door once for all interfaces that nothing tells apart."""
        if not self._names:
            return
        known: dict[tuple[object, ...], Sequence[tuple[Door, NDArray[np.uint8]]]] = {}
        for interface in sorted({*self._scene.hosts, *self._scene.services, *self._listening()}):
            row = self._scene.topology.interfaces.get(interface)
            if row is None or interface not in self._scene.row_of:
                continue
            ports = self._stretches.of(interface)
            key = (self._scene.alike(interface), ports)
            if key not in known:
                known[key] = self._joined(interface, ports)
            for door, vector in known[key]:
                own = Door(interface, door.protocol, door.first, door.last)
                yield (row.groups, own.protocol, own.first, own.last), own, vector

    def _listening(self) -> Iterable[str]:
        return (
            node
            for node in self._scene.topology.services.balancer_of
            if listening(self._scene, node)
        )

    def _joined(
        self, interface: str, ports: Sequence[tuple[int, int, int]]
    ) -> Sequence[tuple[Door, NDArray[np.uint8]]]:
        """Decide the doors of an interface; neighbours with one answer are one door."""
        found: list[tuple[Door, NDArray[np.uint8]]] = []
        for protocol, first, last in ports:
            door = Door(interface, protocol, first, last)
            vector = self._senders(door)
            if not vector.any():
                continue
            before = found[-1] if found else None
            if (
                before is not None
                and (before[0].protocol, before[0].last + 1) == (protocol, first)
                and interface in self._scene.hosts
                and np.array_equal(before[1], vector)
            ):
                joint = Door(interface, protocol, before[0].first, last)
                found[-1] = (joint, vector)
            else:
                found.append((door, vector))
        return found

    def _senders(self, door: Door) -> NDArray[np.uint8]:
        """Decide which hosts reach a door.

        Whether the host behind it does says nothing, as it stands there already: it counts as one
        in the same groups does, so that hosts which reach one another are alike.
        """
        vector = self._scene.senders(door)[self._rows]
        own = self._place.get(door.interface)
        if own is not None:
            others = self._fellows[self._groups(door.interface)]
            vector[own] = next((vector[place] for place in others if place != own), 0)
        return vector

    def _groups(self, interface: str) -> tuple[str, ...]:
        return self._scene.topology.interfaces[interface].groups

    @cached_property
    def _fellows(self) -> Mapping[tuple[str, ...], Sequence[int]]:
        found: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for place, name in enumerate(self._names):
            found[self._groups(name)].append(place)
        return found

    @cached_property
    def hosts(self) -> Sequence[Hosts]:
        """Hosts that reach any door, those that reach the same together."""
        if not self.doors:
            return ()
        table = np.stack([one.reached for one in self.doors], axis=1)
        found: dict[bytes, list[int]] = defaultdict(list)
        for place, row in enumerate(table):
            if row.any():
                found[row.tobytes()].append(place)
        return [Hosts(tuple(self._names[p] for p in held), held[0]) for held in found.values()]

    def steps(self) -> Iterator[Step]:
        """Yield all steps."""
        for hosts in self.hosts:
            if len(hosts.members) > 1:
                yield from self._members(hosts)
            for doors in self.doors:
                certainty = int(doors.reached[hosts.column])
                pair = self._pair(hosts, doors)
                if certainty and pair is not None:
                    yield self._step(hosts, doors, pair, certainty)
        for doors in self.doors:
            if len(doors.members) > 1:
                yield from self._each(doors)

    def _members(self, hosts: Hosts) -> Iterator[Step]:
        for name in hosts.members:
            why = "sends packets from here"
            if name != hosts.first:
                why = f"sends packets to just what {hosts.first} sends them to"
            yield Step(
                technique=LIKE_OTHERS,
                needs=(self._runs(name),),
                grants=foothold(Ability.SEND_AS, hosts.first),
                cost=1,
                evidence=(Evidence(subject=name, why=why),),
            )

    def _each(self, doors: Doors) -> Iterator[Step]:
        for door in doors.members:
            why = f"takes {door.ports} from just where {doors.first.interface} does"
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

    @staticmethod
    def _pair(hosts: Hosts, doors: Doors) -> tuple[str, Door] | None:
        """Return one of the hosts and one of the doors that are not on one interface."""
        for host in hosts.members[:2]:
            for door in doors.members[:2]:
                if door.interface != host:
                    return host, door
        return None

    def _step(self, hosts: Hosts, doors: Doors, pair: tuple[str, Door], certainty: int) -> Step:
        """Say that hosts reach doors; however many there are on both sides, it costs the same."""
        host, door = pair
        alone = len(hosts.members) == 1
        needs = self._runs(host) if alone else foothold(Ability.SEND_AS, hosts.first)
        undecided = f"whether {host} reaches {door}"
        return Step(
            technique=FROM_HOST,
            needs=(needs,),
            grants=doors.sends,
            cost=1 + int(alone) + int(len(doors.members) == 1),
            evidence=(Evidence(subject=door.interface, why=f"takes {door.ports} from {host}"),),
            flows=(
                Flow(source=host, target=door.interface, protocol=door.protocol, port=door.port),
            ),
            breakers=tuple(self._breakers(hosts, doors)),
            missing=(undecided,) if certainty == UNKNOWN else (),
        )

    def _breakers(self, hosts: Hosts, doors: Doors) -> Iterator[Breaker]:
        """Yield how to close all the doors to all the hosts: the doors have their groups in
        common, so what closes one closes every one of them.
        """
        scene = self._scene
        who = senders.of_interfaces(scene.topology, [*hosts.members, *self._translators])
        for listener in scene.behind.get(doors.first.interface, ()):
            balancer = scene.topology.services.balancers.get(listener.balancer)
            if balancer is not None and self._passes(hosts, balancer.interfaces, listener.port):
                who |= senders.of_balancer(scene.topology, balancer)
        yield from remedies.at_door(scene, doors.first, who)

    def _passes(self, hosts: Hosts, nodes: Iterable[str], port: int) -> bool:
        """Tell whether any of the hosts reaches a node of a load balancer, as a client does or by
        an endpoint of somebody else's.
        """
        column = self._rows[hosts.column]
        topology = self._scene.topology
        if any(set(one.balancers) & self._of(nodes) for one in topology.services.offered.values()):
            return True
        return any(
            self._scene.reached(node, protocol, port)[column] for node in nodes
            for protocol in (TCP, UDP) if node in self._scene.row_of
        )  # fmt: skip

    def _of(self, nodes: Iterable[str]) -> set[str]:
        held = self._scene.topology.services.balancer_of
        return {held[node].arn for node in nodes if node in held}

    @cached_property
    def _translators(self) -> Sequence[str]:
        """Return the interfaces that send packets of others in their own name."""
        interfaces = self._scene.topology.interfaces
        return [row.id for row in interfaces.values() if row.kind == "nat_gateway"]
