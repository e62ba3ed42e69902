# SPDX-License-Identifier: Apache-2.0
"""All courses that one packet and its answer may take."""

from typing import TypeAlias

from msgspec import Struct

from bartizan.model.facts.network import Interface
from bartizan.model.packet import INTERNET, TCP, Blocked, Blocker, Leg, Packet, Reach, Reachable
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.access_lists import crosses
from bartizan.reason.network.aws.definition.asked import Asked
from bartizan.reason.network.aws.definition.goal import at_goal, let_out
from bartizan.reason.network.aws.definition.journey import Header, Journey, Memory, Point
from bartizan.reason.network.aws.definition.place import (
    Arrived,
    Place,
)
from bartizan.reason.network.aws.definition.sending import CONNECT
from bartizan.reason.network.aws.definition.steps import begin, move
from bartizan.reason.network.aws.definition.verdict import NOTHING_MORE, any_way, either_way
from bartizan.reason.network.aws.topology.topology import Topology

MOST_CHOICES = 8

Picks: TypeAlias = tuple[int, ...]


def new_journey(topology: Topology, header: Header, asked: Asked, *, origin: str) -> Journey:
    """Begin to write down what happens to a packet."""
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


def so_far(journey: Journey) -> Reach:
    """Say what is known of a packet before it has arrived."""
    if journey.blockers:
        return Blocked(ways=(tuple(journey.blockers),))
    return Unknown(tuple(sorted(journey.missing))) if journey.missing else NOTHING_MORE


class Attempt(Struct, kw_only=True):
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
        end = move(there, begin(there))
        if isinstance(end, Arrived) and self.target and end.to != self.target:
            return self._elsewhere(there, end.to), points
        end = at_goal(there, end)
        let_out(there, end)
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
            let_out(there, Arrived(to))
            there.lack(to)
            return so_far(there)
        text = f"{self.packet.address} leads to `{to}`"
        return Blocked(ways=((Blocker(code="X_LEADS_ELSEWHERE", at=to, text=text),),))

    def _trace(
        self, origin: str, header: Header, *, memory: Memory, picks: Picks, points: list[Point]
    ) -> Journey:
        journey = new_journey(self.topology, header, self.asked, origin=origin)
        journey.memory, journey.picks, journey.points = memory, picks, points
        journey.nat_port = self.nat_port
        return journey

    def _answer(self, back: Journey) -> None:
        """Bring the answer to whoever asked."""
        back.goal = self.topology.interfaces.get(self.packet.source)
        end = at_goal(back, move(back, begin(back)))
        home = isinstance(end, Arrived) and end.to == self.packet.source
        header, start = back.header, self.start
        same = header.source == start.destination and header.destination == start.source
        if header.protocol == TCP:
            # Who has not seen the answer may not let the rest of the connection pass.
            back.lack(*back.memory.egress_only.values())
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
