# SPDX-License-Identifier: Apache-2.0
"""Walks one packet hop by hop to where it goes, and its answer back."""

from bartizan.model.facts.network import Interface
from bartizan.model.packet import INTERNET, Packet, Reach, Reachable
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition import (
    nat,
)
from bartizan.reason.network.aws.definition.asked import Asked, Piece
from bartizan.reason.network.aws.definition.course import Attempt, new_journey, so_far
from bartizan.reason.network.aws.definition.groups import IN, Peer, admits, closed
from bartizan.reason.network.aws.definition.journey import Header
from bartizan.reason.network.aws.definition.verdict import any_way
from bartizan.reason.network.aws.topology.addresses import IPV4, Address, parse_address
from bartizan.reason.network.aws.topology.topology import Topology


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
    tried: list[tuple[Piece[int], Reach]] = []
    ports = [nat.CHOSEN_PORTS[0]]
    for nat_port in ports:
        if any(like.holds(nat_port) for like, _ in tried):
            continue
        attempt = Attempt(
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
        tried.append((attempt.asked.around_port(nat_port), answer))
        if attempt.translated:
            low, high = nat.CHOSEN_PORTS
            ports.extend(p for p in sorted(asked.ports) if low <= p <= high and p not in ports)
    return any_way(answer for _, answer in tried)


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
    journey = new_journey(topology, start, asked, origin=packet.source)
    admits(journey, interface, IN, Peer(address=start.source, interface=None))
    return so_far(journey)


def shut(topology: Topology, interface: Interface, *, protocol: int, port: int) -> Reach:
    """Say whether no inbound rule of an interface is for a port, whoever sends."""
    anybody = Address(IPV4, 0)
    start = Header(
        source=anybody, destination=anybody, protocol=protocol, port=port, source_port=0
    )
    journey = new_journey(topology, start, Asked(), origin=INTERNET)
    closed(journey, interface)
    return so_far(journey)
