# SPDX-License-Identifier: Apache-2.0
"""Walks one packet hop by hop to where it goes, and its answer back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bartizan.model.facts.network import Interface
from bartizan.model.packet import INTERNET, Blocked, Blocker, Leg, Packet, Reach, Reachable
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition import (
    endpoints,
    interfaces,
    internet,
    nat,
    peerings,
    sites,
    subnets,
    transit,
)
from bartizan.reason.network.aws.definition.access_lists import crosses
from bartizan.reason.network.aws.definition.groups import IN, OUT, Peer, admits, closed
from bartizan.reason.network.aws.definition.journey import Header, Journey, Memory, Point
from bartizan.reason.network.aws.definition.place import (
    Arrived,
    EgressOnlyEdge,
    EndpointEdge,
    FromService,
    InternetEdge,
    Leaving,
    Local,
    Nat,
    Nowhere,
    OnInternet,
    OnSite,
    PeeringEdge,
    Place,
    Reaching,
    Sent,
    Transit,
    TransitEdge,
    VirtualEdge,
)
from bartizan.reason.network.aws.definition.sending import CONNECT
from bartizan.reason.network.aws.definition.verdict import NOTHING_MORE, any_way, either_way
from bartizan.reason.network.aws.topology.addresses import IPV4, Address, parse_address
from bartizan.reason.network.aws.topology.topology import Topology

MOST_HOPS = 64
"""https://docs.aws.amazon.com/network-manager/latest/tgwnm/route-analyzer.html"""
MOST_CHOICES = 8

Picks: TypeAlias = tuple[int, ...]

_STEPS: Mapping[type[Place], Callable[..., Place]] = {
    Sent: interfaces.send,
    Leaving: subnets.leave,
    Local: interfaces.deliver,
    Reaching: interfaces.reach,
    InternetEdge: internet.go_out,
    EgressOnlyEdge: internet.go_out_only,
    OnInternet: internet.arrive,
    Nat: nat.translate,
    PeeringEdge: peerings.cross,
    TransitEdge: transit.go_in,
    Transit: transit.route,
    VirtualEdge: sites.go_out,
    OnSite: sites.go_in,
    EndpointEdge: endpoints.go_in,
    FromService: endpoints.answer,
}


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


def walk(topology: Topology, packet: Packet) -> Reach:
    """Say whether one packet arrives at whoever has its address, and its answer comes back.

    A witness has one leg. What starts other flows (load balancers, endpoints of services) is
    where the walk ends; `reaches` goes on from there.
    """
    return trip(topology, packet, asked=Asked())


def trip(
    topology: Topology,
    packet: Packet,
    *,
    asked: Asked,
    goal: Interface | None = None,
    target: str = "",
    assumed: bool = False,
) -> Reach:
    """Walk one packet that is meant for `target`, and keep what was asked about.

    `assumed` says that the sender keeps the address of its client, where that is the question.
    The port that a NAT gateway takes is any that gets an answer through.
    """
    start = _start(topology, packet)
    if isinstance(start, Unknown):
        return start
    tried: list[tuple[int, Asked, Reach]] = []
    ports = [nat.CHOSEN_PORTS[0]]
    for nat_port in ports:
        if any(own.ports_alike(nat_port, port) for port, own, _ in tried):
            continue
        attempt = _Attempt(
            topology=topology,
            packet=packet,
            start=start,
            nat_port=nat_port,
            asked=Asked(),
            goal=goal,
            target=target,
            assumed=assumed,
        )
        answer = attempt.explore(())
        asked.add(attempt.asked)
        if isinstance(answer, Reachable):
            return answer
        tried.append((nat_port, attempt.asked, answer))
        if attempt.translated:
            low, high = nat.CHOSEN_PORTS
            ports.extend(p for p in sorted(asked.ports) if low <= p <= high and p not in ports)
    return any_way(answer for _, _, answer in tried)


def _start(topology: Topology, packet: Packet) -> Header | Unknown:
    source, destination = parse_address(packet.source_address), parse_address(packet.address)
    if source is None or destination is None:
        wrong = packet.source_address if source is None else packet.address
        return Unknown((wrong,))
    known = packet.source in topology.interfaces or packet.source in topology.sites
    if packet.source != INTERNET and not known:
        return Unknown((packet.source,))
    return Header(
        source=source,
        destination=destination,
        protocol=packet.protocol,
        port=packet.port,
        source_port=packet.source_port,
    )


def inspected(topology: Topology, interface: Interface, packet: Packet, *, asked: Asked) -> Reach:
    """Ask the inbound rules of an interface alone about a packet."""
    start = _start(topology, packet)
    if isinstance(start, Unknown):
        return start
    journey = _journey(topology, start, asked, origin=packet.source)
    admits(journey, interface, IN, Peer(address=start.source, interface=None))
    return _so_far(journey)


def shut(topology: Topology, interface: Interface, *, protocol: int, port: int) -> Reach:
    """Say whether no inbound rule of an interface is for a port, whoever sends."""
    anybody = Address(IPV4, 0)
    start = Header(
        source=anybody, destination=anybody, protocol=protocol, port=port, source_port=0
    )
    journey = _journey(topology, start, Asked(), origin=INTERNET)
    closed(journey, interface)
    return _so_far(journey)


def _journey(topology: Topology, header: Header, asked: Asked, *, origin: str) -> Journey:
    return Journey(
        topology=topology,
        origin=origin,
        header=header,
        back=False,
        memory=Memory(),
        picks=(),
        points=[],
        nat_port=0,
        edges=asked.edges,
        port_edges=asked.ports,
    )


def _so_far(journey: Journey) -> Reach:
    if journey.blockers:
        return Blocked(ways=(tuple(journey.blockers),))
    return Unknown(tuple(sorted(journey.missing))) if journey.missing else NOTHING_MORE


@dataclass(slots=True, kw_only=True)
class _Attempt:
    """All courses that one packet may take with one port of a NAT gateway."""

    topology: Topology
    packet: Packet
    start: Header
    nat_port: int
    asked: Asked
    goal: Interface | None
    target: str
    assumed: bool
    translated: bool = False

    def explore(self, picks: Picks) -> Reach:
        """Try every way at every place where there are several."""
        answer, points = self._course(picks)
        if len(points) <= len(picks):
            return answer
        point = points[len(picks)]
        if len(picks) == MOST_CHOICES:
            return Unknown(point.missing or (self.packet.address,))
        answers = [self.explore((*picks, choice)) for choice in range(point.count)]
        return either_way(answers, missing=point.missing) if point.missing else any_way(answers)

    def _course(self, picks: Picks) -> tuple[Reach, list[Point]]:
        points: list[Point] = []
        memory = Memory()
        there = self._trace(
            self.packet.source, self.start, memory=memory, picks=picks, points=points
        )
        there.goal, there.assumed = self.goal, self.assumed
        end = _move(there, _begin(there))
        if isinstance(end, Arrived) and self.target and end.to != self.target:
            return self._elsewhere(there, end.to), points
        end = _at_goal(there, end)
        _let_out(there, end)
        self.translated = self.translated or bool(memory.translated)
        back = None
        answer = there.header.answered()
        if isinstance(end, Arrived) and answer is not None:
            back = self._trace(end.to, answer, memory=memory, picks=picks, points=points)
            back.back = True
            if memory.carried:
                self._carry_back(there, back)
            else:
                self._answer(back)
        return self._verdict(there, back, end), points

    def _elsewhere(self, there: Journey, to: str) -> Reach:
        """Say that an address leads to somebody else, who may know a way to the Internet if it is
        a remote site.
        """
        if self.target == INTERNET and to in self.topology.sites:
            _let_out(there, Arrived(to))
            there.lack(to)
            return _so_far(there)
        text = f"{self.packet.address} leads to `{to}`"
        return Blocked(ways=((Blocker(code="X_LEADS_ELSEWHERE", at=to, text=text),),))

    def _trace(
        self, origin: str, header: Header, *, memory: Memory, picks: Picks, points: list[Point]
    ) -> Journey:
        journey = _journey(self.topology, header, self.asked, origin=origin)
        journey.memory, journey.picks, journey.points = memory, picks, points
        journey.nat_port = self.nat_port
        return journey

    def _answer(self, back: Journey) -> None:
        """Bring the answer to whoever asked."""
        back.goal = self.topology.interfaces.get(self.packet.source)
        end = _at_goal(back, _move(back, _begin(back)))
        home = isinstance(end, Arrived) and end.to == self.packet.source
        header, start = back.header, self.start
        same = header.source == start.destination and header.destination == start.source
        if isinstance(end, Arrived) and not (home and same):
            text = f"the answer comes from {header.source} to `{end.to}`"
            back.stop("X_ANSWER_ASTRAY", end.to, text)

    def _carry_back(self, there: Journey, back: Journey) -> None:
        """Bring the answer back to who sent with its client's address.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation:
        the flow belongs to the load balancer, so its answer goes there, past the access lists
        of both subnets; not over a transit gateway.
        """
        held = self.topology.interfaces
        sender, receiver = held[self.packet.source], held[back.origin]
        if there.entered == "transit" or (
            sender.kind == CONNECT and sender.network != receiver.network
        ):
            text = "it cannot keep the client's address on the way to the target"
            there.stop("X_CLIENT_NOT_KEPT", sender.id, text)
        back.hop(receiver.id, "sends")
        crosses(back, leaves=receiver.subnet, enters=sender.subnet)
        back.hop(sender.id, "receives")

    def _verdict(self, there: Journey, back: Journey | None, end: Place) -> Reach:
        blockers = [*there.blockers, *(back.blockers if back else ())]
        missing = {**there.missing, **(back.missing if back else {})}
        if blockers:
            return Blocked(ways=(tuple(blockers),))
        if missing or not isinstance(end, Arrived):
            return Unknown(tuple(sorted(missing)))
        hops = tuple(back.hops) if back else ()
        leg = Leg(packet=self.packet, there=tuple(there.hops), back=hops, to=end.to)
        return Reachable(legs=(leg,))


def _begin(journey: Journey) -> Place:
    origin = journey.origin
    if origin in journey.topology.interfaces:
        return Sent(origin)
    if origin == INTERNET:
        return OnInternet()
    if origin in journey.topology.sites:
        return OnSite(origin)
    return FromService(origin)


def _move(journey: Journey, place: Place) -> Place:
    """Take step after step until the packet has arrived, or nobody knows where it goes."""
    seen: set[tuple[Place, Header]] = set()
    while not isinstance(place, Arrived | Nowhere):
        if (place, journey.header) in seen or len(seen) >= MOST_HOPS:
            journey.stop("CYCLIC_PATH_DETECTED", journey.origin, "the packet goes in circles")
            return Nowhere()
        seen.add((place, journey.header))
        place = _STEPS[type(place)](journey, place)
    return place


def _at_goal(journey: Journey, end: Place) -> Place:
    """Where the packet got lost, see what else would stop it where it is meant to go.

    References to groups are given the benefit of the doubt, since nobody knows the way.
    """
    goal = journey.goal
    if goal is None or not isinstance(end, Nowhere) or "X_SAME_INTERFACE" in _codes(journey):
        return end
    if not journey.blockers:
        if not journey.back:
            closed(journey, goal)
        return end
    public = journey.topology.public_owner(journey.header.destination)
    if public is not None and public[0].id == goal.id:
        journey.scope = "lost"
        journey.change(destination=public[1])
    elif journey.scope != "lost":
        journey.scope = "peering"
    if not journey.topology.has(goal, journey.header.destination):
        return end
    if journey.back and journey.missing:
        return end
    return _move(journey, Reaching(goal.id, ""))


def _codes(journey: Journey) -> set[str]:
    return {blocker.code for blocker in journey.blockers}


def _let_out(journey: Journey, end: Place) -> None:
    """Ask the groups of the interface that sent the packet, now that the other side is known."""
    row = journey.topology.interfaces.get(journey.origin)
    if row is None or journey.sent is None:
        return
    number, header = journey.sent
    hops, now, scope = journey.hops, journey.header, journey.scope
    journey.hops, journey.header = [], header
    receiver = _receiver(journey, row, end)
    admits(journey, row, OUT, Peer(address=header.destination, interface=receiver))
    hops[number:number] = journey.hops
    journey.hops, journey.header, journey.scope = hops, now, scope


def _receiver(journey: Journey, row: Interface, end: Place) -> Interface | None:
    """Return who has the address that the packet was sent to, as groups of the sender see it."""
    topology, destination = journey.topology, journey.header.destination
    if isinstance(end, Arrived):
        held = topology.interfaces.get(end.to)
        known = held is not None and journey.scope != "lost"
        return held if held and known and topology.has(held, destination) else None
    named = {rule.peer for group in row.groups for rule in topology.rules.get((group, OUT), ())}
    journey.scope = "peering"
    holders = topology.holders.get(destination, ())
    return next((held for held in holders if named & set(held.groups)), None)
