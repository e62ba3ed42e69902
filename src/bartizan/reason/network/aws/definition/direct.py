# SPDX-License-Identifier: Apache-2.0
"""Whether one side can begin a flow to another, with nothing in between that starts its own."""

from collections.abc import Callable
from itertools import product

from bartizan.model.packet import INTERNET, Blocked, Blocker, Packet, Reach, Reachable
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.journey import ECHO, PORTS
from bartizan.reason.network.aws.definition.space import Space, of_source, of_target
from bartizan.reason.network.aws.definition.verdict import any_way, both
from bartizan.reason.network.aws.definition.walk import Asked, trip
from bartizan.reason.network.aws.topology.addresses import TRANSLATED, Address
from bartizan.reason.network.aws.topology.topology import Topology

CODES = (0, 255)
"""Codes of ICMP messages, in the place of source ports."""


def flows(
    topology: Topology,
    source: str,
    target: str,
    *,
    protocol: int,
    port: int,
    client_ports: tuple[int, int],
    sources: Space | None = None,
    targets: Space | None = None,
    then: Callable[[Packet, Asked], Reach] | None = None,
) -> Reach:
    """Say whether there is an address of each side, and a source port, so that a packet arrives
    and its answer comes back.

    Every address and port is tried for which a walk could answer otherwise than for another.
    `then` says of each packet, as the target sees it, whether what follows from it arrives, too.
    """
    sources = sources or of_source(topology, source)
    targets = targets or of_target(topology, target, source=source)
    asked, answers = Asked(), list[Reach]()
    goal = topology.interfaces.get(target)
    tried: set[Packet] = set()
    while True:
        senders, receivers = sources.points(asked.edges), targets.points(asked.edges)
        ports = _source_ports(asked, protocol=protocol, port=port, client_ports=client_ports)
        pairs = list(product(senders, receivers))
        packets = _packets(source, pairs, ports, protocol=protocol, port=port)
        fresh = [packet for packet in packets if packet not in tried]
        if not fresh:
            break
        for packet in fresh:
            tried.add(packet)
            answer = trip(topology, packet, asked=asked, goal=goal, target=target)
            answers.append(
                answer if then is None else both(answer, then(_seen(answer, packet), asked))
            )
            if isinstance(answers[-1], Reachable):
                return _as_far_as_known(topology, answers[-1], source, target)
    if not answers:
        text = f"it has no address of the same version as `{source}`"
        return Blocked(ways=((Blocker(code="X_NO_ADDRESS", at=target, text=text),),))
    return any_way(answers)


def _seen(answer: Reach, packet: Packet) -> Packet:
    """Return a packet as who received it saw it; as it was sent where it did not arrive."""
    return answer.legs[-1].there[-1].packet if isinstance(answer, Reachable) else packet


def _packets(
    source: str,
    pairs: list[tuple[Address, Address]],
    source_ports: list[int],
    *,
    protocol: int,
    port: int,
) -> list[Packet]:
    return [
        Packet(
            source=source,
            source_address=str(sender),
            address=str(receiver),
            protocol=protocol,
            port=port,
            source_port=source_port,
        )
        for sender, receiver in pairs
        if _speak(source, sender, receiver)
        for source_port in source_ports
    ]


def _speak(source: str, sender: Address, receiver: Address) -> bool:
    if source == INTERNET and TRANSLATED.holds(receiver):
        return False
    return sender.version == receiver.version


def _source_ports(
    asked: Asked, *, protocol: int, port: int, client_ports: tuple[int, int]
) -> list[int]:
    """Return the source ports to try: one, and those at which answers may change.

    ICMP has the code of a message in that place; echo has no other than 0 (RFC 792, RFC 4443).
    """
    if protocol in ECHO:
        low, high = (0, 0) if port in ECHO[protocol] else CODES
    elif protocol in PORTS:
        low, high = client_ports
    else:
        low, high = 0, 0
    return [low, *sorted(edge for edge in asked.ports if low < edge <= high)]


def _as_far_as_known(topology: Topology, answer: Reach, source: str, target: str) -> Reach:
    """Doubt a flow with a remote site of which no ranges are known."""
    empty = tuple(
        name
        for name in (source, target)
        if name in topology.sites and not any(row.ranges for row in topology.sites[name])
    )
    return Unknown(empty) if empty else answer
