# SPDX-License-Identifier: Apache-2.0
"""Whether one side can begin a flow to another, with nothing in between that starts its own."""

from collections.abc import Callable

from msgspec import Struct, field

from bartizan.model.packet import Blocked, Blocker, Packet, Reach, Reachable
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.asked import Asked, Piece
from bartizan.reason.network.aws.definition.journey import ECHO, PORTS
from bartizan.reason.network.aws.definition.space import Point, Space, of_source, of_target
from bartizan.reason.network.aws.definition.verdict import NOTHING_MORE, any_way, both
from bartizan.reason.network.aws.definition.walk import trip
from bartizan.reason.network.aws.topology.addresses import Address
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
    pool, tried = Asked(), list[_Tried]()
    goal = topology.interfaces.get(target)
    fresh = True
    while fresh:
        fresh = False
        for trial in _trials(sources, targets, pool, protocol, port, client_ports):
            if any(other.tells(trial) for other in tried):
                continue
            fresh = True
            packet = trial.packet(source, protocol, port)
            trial.answer = trip(topology, packet, asked=trial.asked, goal=goal, target=target)
            if then is not None:
                trial.answer = both(trial.answer, then(_seen(trial.answer, packet), trial.asked))
            if isinstance(trial.answer, Reachable):
                return _as_far_as_known(topology, trial.answer, source, target)
            pool.add(trial.asked)
            tried.append(_Tried.of(trial))
    if not tried:
        text = f"it has no address of the same version as `{source}`"
        return Blocked(ways=((Blocker(code="X_NO_ADDRESS", at=target, text=text),),))
    return any_way(one.trial.answer for one in tried)


def _seen(answer: Reach, packet: Packet) -> Packet:
    """Return a packet as who received it saw it; as it was sent where it did not arrive."""
    return answer.legs[-1].there[-1].packet if isinstance(answer, Reachable) else packet


class _Trial(Struct, kw_only=True):
    """One choice of addresses and a source port, and what became of it."""

    sender: Point
    receiver: Point
    source_port: int
    asked: Asked = field(default_factory=Asked)
    answer: Reach = NOTHING_MORE

    def packet(self, source: str, protocol: int, port: int) -> Packet:
        return Packet(
            source=source,
            source_address=str(self.sender.address),
            address=str(self.receiver.address),
            protocol=protocol,
            port=port,
            source_port=self.source_port,
        )


class _Tried(Struct, frozen=True):
    """A trial that was walked, and what nothing that the walk asked about tells from it."""

    trial: _Trial
    senders: Piece[Address]
    receivers: Piece[Address]
    source_ports: Piece[int]

    @classmethod
    def of(cls, trial: _Trial) -> "_Tried":
        asked = trial.asked
        return cls(
            trial,
            asked.around(trial.sender.address),
            asked.around(trial.receiver.address),
            asked.around_port(trial.source_port),
        )

    def tells(self, other: _Trial) -> bool:
        """Tell whether another trial would be walked alike."""
        return (
            self.senders.holds(other.sender.address)
            and self.receivers.holds(other.receiver.address)
            and self.source_ports.holds(other.source_port)
            and self.trial.sender.part == other.sender.part
            and self.trial.receiver.part == other.receiver.part
        )


def _trials(  # noqa: PLR0917 - what a flow is told by
    sources: Space,
    targets: Space,
    pool: Asked,
    protocol: int,
    port: int,
    client_ports: tuple[int, int],
) -> list[_Trial]:
    ports = _source_ports(pool, protocol=protocol, port=port, client_ports=client_ports)
    receivers = targets.points(pool.edges)
    return [
        _Trial(sender=sender, receiver=receiver, source_port=source_port)
        for sender in sources.points(pool.edges)
        for receiver in receivers
        if sender.address.version == receiver.address.version
        for source_port in ports
    ]


def _source_ports(
    pool: Asked, *, protocol: int, port: int, client_ports: tuple[int, int]
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
    return [low, *sorted(edge for edge in pool.ports if low < edge <= high)]


def _as_far_as_known(topology: Topology, answer: Reach, source: str, target: str) -> Reach:
    """Doubt a flow with a remote site of which no ranges are known."""
    empty = tuple(
        name
        for name in (source, target)
        if name in topology.sites and not any(row.ranges for row in topology.sites[name])
    )
    return Unknown(empty) if empty else answer
