# SPDX-License-Identifier: Apache-2.0
"""Who reaches a port of one interface: directly, over load balancers, endpoints and fronts.

Where a target sees the client's address behind a load balancer, the second flow is left unknown
unless it, or the first one, is surely blocked: the definition settles it.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

import numpy as np

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Interface
from bartizan.model.packet import TCP
from bartizan.reason.network.aws.kernel.addresses import span_of_text
from bartizan.reason.network.aws.kernel.arriving import arriving
from bartizan.reason.network.aws.kernel.columns import (
    MAYBE,
    NO,
    YES,
    Bits,
    Ints,
    Longs,
    Words,
    encoded,
)
from bartizan.reason.network.aws.kernel.crowd import Crowd
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.outside import Outside
from bartizan.reason.network.aws.kernel.relays import Relay, Relays
from bartizan.reason.network.aws.kernel.unseen import Unseen
from bartizan.reason.network.aws.topology.services import Services
from bartizan.reason.network.aws.topology.unread import BALANCERS, Gaps

MOST_FLOWS = 3
"""A network load balancer may send to an application one, and that to the target."""

_REMEMBERED = 1 << 14
_ANSWERS = 16
"""Answers that are remembered, since nodes of load balancers are asked more than once."""
_CONNECT = "ec2_instance_connect_endpoint"
CONNECT_PORTS = (22, 3389)


class Reaching:
    """Answers for one port of one interface at a time."""

    def __init__(
        self, facts: Facts, judge: Judge, outside: Outside, gaps: Gaps, *, services: Services
    ) -> None:
        self.facts, self._judge, self._outside, self._gaps = facts, judge, outside, gaps
        world = judge.world
        self.services = services
        self.relays = Relays(self.services, interfaces=world.interfaces, ground=world.ground)
        self.unseen = Unseen(judge, self.services, gaps)

        self.classes_of = lru_cache(_REMEMBERED)(self._find_classes)
        self._row = lru_cache(_REMEMBERED)(world.interfaces.row)
        self._reached = lru_cache(_ANSWERS)(self._find_reached)
        self._shown = lru_cache(_ANSWERS)(self._find_shown)

    @cached_property
    def crowds(self) -> Sequence[Crowd]:
        """The Internet, and the remote sites."""
        count = len(self._judge.world.sites.names)
        return [self._outside.internet, *(self._outside.site(n) for n in range(count))]

    @cached_property
    def _nodes(self) -> tuple[Ints, Bits]:
        """All nodes of load balancers, and of each what is possible where it has no such target:
        MAYBE where targets could not be read.
        """
        numbers, bits = [], []
        for row in self.services.balancers.values():
            unread = self._gaps.detail(BALANCERS, row.arn) or self._gaps.listing(
                BALANCERS, account=row.account, region=row.region
            )
            for name in row.interfaces:
                number = self._judge.world.interfaces.ids.get(name)
                if number >= 0:
                    numbers.append(number)
                    bits.append(MAYBE if unread else NO)
        return np.array(numbers, dtype=np.int32), np.array(bits, dtype=np.uint8)

    @cached_property
    def _unlisted(self) -> Ints:
        """The nodes of load balancers that were not listed."""
        return self._judge.listens.unknown

    @cached_property
    def connecting(self) -> Ints:
        """Endpoints for connecting to instances."""
        kinds, names = encoded(self._judge.world.interfaces.table["kind"])
        wanted = [number for number, name in enumerate(names) if name == _CONNECT]
        return np.flatnonzero(np.isin(kinds, wanted)).astype(np.int32)

    def reach(self, number: int, protocol: int, port: int, *, flows: int = MOST_FLOWS) -> Bits:
        """Return bits for each interface, the Internet and each remote site; not to be changed."""
        row = self._row(number)
        relays = tuple(self.relays.to(row, protocol=protocol, port=port)) if flows > 1 else ()
        return self._reached(number, protocol, port, flows=flows if relays else 1)

    def _find_reached(self, number: int, protocol: int, port: int, *, flows: int) -> Bits:
        row = self._row(number)
        asked = self._judge.world.ports.asked(protocol, port)
        relays = list(self.relays.to(row, protocol=protocol, port=port))
        found, own = self._direct(number, asked, relays, protocol=protocol, port=port)
        if flows > 1:
            for relay in relays:
                second = self._second(relay, own, self.classes_of(number))
                opens = self._open(number, asked)
                found |= self._over(relay, second, opens=opens, protocol=protocol, flows=flows)
        inside = len(self._judge.world.interfaces.ids)
        if protocol == TCP:
            found[inside] |= self._fronts(row, number, asked, found)
        if self.unseen.of(row) and self._open(number, asked):
            found |= np.uint8(MAYBE)
        return found

    def _direct(
        self, number: int, asked: Words, relays: Sequence[Relay], *, protocol: int, port: int
    ) -> tuple[Bits, dict[int, Bits]]:
        """Return who reaches it without anything that starts flows of its own, and the bits for
        each of its private addresses, by class.
        """
        seats = self._judge.seats
        shown = np.zeros(len(seats), dtype=np.uint8)
        own: dict[int, Bits] = {}
        for one in np.unique(seats.seat_class[seats.by_interface.of(number)]).tolist():
            six = int(seats.fine[one]) >= self._judge.fine.six
            own[one] = arriving(self._judge, one, public=False, asked=asked)
            if seats.public[one] >= 0 and not six:
                shown |= self._shown(int(self._judge.twin[one]), asked.tobytes())
        every = shown.copy()
        for held in own.values():
            every |= held
        inside = self._spread(every)
        inside[number] = self._at(number, shown)
        self._of_nodes(inside, own, relays, self.classes_of(number))
        self._of_connecting(
            inside, own, number, asked, connects=protocol == TCP and port in CONNECT_PORTS
        )
        outside = [self._from(number, asked, crowd) for crowd in self.crowds]
        return np.concatenate([inside, np.array(outside, dtype=np.uint8)]), own

    def _find_shown(self, number: int, asked: bytes) -> Bits:
        """Return what every class may send to the public addresses of one."""
        words = np.frombuffer(asked, dtype=np.uint64)
        return arriving(self._judge, number, public=True, asked=words)

    def _find_classes(self, number: int) -> dict[str, int]:
        """Return the class of each address of an interface."""
        return self.classes_in(self._row(number), number)

    def classes_in(self, row: Interface, number: int) -> dict[str, int]:
        """Return the class of each address of an interface, whose row is at hand."""
        seats = self._judge.seats
        classes = seats.seat_class[seats.by_interface.of(number)].tolist()
        if len(classes) == len(row.addresses) and not any("/" in text for text in row.addresses):
            return dict(zip(row.addresses, classes, strict=True))
        by_stretch = {int(seats.fine[one]): one for one in classes}
        found = {}
        for text in row.addresses:
            low, _, length = span_of_text(text)
            if length < 0 or "/" in text:
                continue
            stretch = int(self._judge.fine.stretch(np.array([low], dtype="S17"))[0])
            if stretch in by_stretch:
                found[text] = by_stretch[stretch]
        return found

    def _of_nodes(
        self, inside: Bits, own: dict[int, Bits], relays: Sequence[Relay], classes: dict[str, int]
    ) -> None:
        """Let nodes of load balancers send to their targets alone."""
        nodes, bits = self._nodes
        inside[nodes] &= bits
        inside[self._unlisted] &= np.uint8(MAYBE)
        for relay in relays:
            for text in relay.addresses:
                if text in classes:
                    sent_ = self._at(relay.node, own[classes[text]])
                    inside[relay.node] |= sent_ & MAYBE if relay.asks else sent_

    def _of_connecting(
        self, inside: Bits, own: dict[int, Bits], number: int, asked: Words, *, connects: bool
    ) -> None:
        """Let endpoints for connecting to instances send to private IPv4 addresses alone.

        Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/connect-with-ec2-instance-connect-endpoint.html
        """
        names = self._judge.world.interfaces.ids
        for each in self.connecting.tolist():
            endpoint = self.services.endpoint_of.get(names.name(each))
            found = NO
            for one, bits in own.items() if connects else ():
                if self._judge.seats.fine[one] < self._judge.fine.six:
                    found |= self._at(each, bits)
            if endpoint is None:
                found &= MAYBE
            elif endpoint.preserves_client:
                found = MAYBE if connects and self._open(number, asked) else NO
            inside[each] = found

    def _at(self, number: int, classes: Bits) -> int:
        """Return what the classes of an interface say."""
        seats = self._judge.seats
        held = classes[seats.seat_class[seats.by_interface.of(number)]]
        return int(np.bitwise_or.reduce(held)) if len(held) else NO

    def _spread(self, classes: Bits) -> Bits:
        """Return of each interface what the classes of its addresses say."""
        first, others = self._layers
        if not classes.any():
            return np.zeros(len(first), dtype=np.uint8)
        held = np.append(classes, np.uint8(NO))
        found = held.take(first)
        for rows, column in others:
            more = held.take(column)
            if more.any():
                found[rows] |= more
        return found

    @cached_property
    def _layers(self) -> tuple[Longs, Sequence[tuple[Longs, Longs]]]:
        """The class of the first address of each interface, -1 for none; the interfaces that have
        a second one, and its class, and so on.
        """
        starts, seats = self._judge.seats.by_interface.starts, self._judge.seats
        classes = seats.seat_class[seats.by_interface.values].astype(np.int64)
        counts = np.diff(starts)
        first = np.full(len(counts), -1, dtype=np.int64)
        first[counts > 0] = classes[starts[:-1][counts > 0]]
        others = []
        for at in range(1, int(counts.max(initial=0))):
            rows = np.flatnonzero(counts > at)
            others.append((rows, classes[starts[rows] + at]))
        return first, others

    def _from(self, number: int, asked: Words, crowd: Crowd) -> int:
        seats, found = self._judge.seats, NO
        if not self._open(number, asked):
            return found
        for one in np.unique(seats.seat_class[seats.by_interface.of(number)]).tolist():
            for exposure in self._outside.to(one, crowd):
                yes, maybe = (bool((masks & asked[:, None]).any()) for masks in exposure.masks)
                found |= YES if yes else MAYBE if maybe else NO
        return found

    def _open(self, number: int, asked: Words) -> bool:
        """Tell whether any inbound rule of an interface may be for a port, whoever sends."""
        seats = self._judge.seats
        for one in seats.seat_class[seats.by_interface.of(number)].tolist():
            recipe = self._judge.groups.into.recipe(int(seats.groups[one]))
            return bool((recipe.anything & asked).any())
        return True

    def _over(self, relay: Relay, second: int, *, opens: bool, protocol: int, flows: int) -> Bits:
        """Return who reaches it over one node of a load balancer, and over endpoints to that.

        `second` tells whether the node connects to it with its own address, `opens` whether it
        takes anything at the port.
        """
        second &= relay.gate
        first = self.reach(relay.node, protocol, relay.listener.port, flows=flows - 1)
        keeps = relay.keeps_client
        found = first & np.uint8(second)
        if keeps is not False:
            direct = self.reach(relay.node, protocol, relay.listener.port, flows=1)
            possible = direct & np.uint8(MAYBE if relay.gate and opens else NO)
            found = (possible if keeps else found | possible) & np.uint8(MAYBE)
        for bits in self._endpoints(relay, protocol):
            found |= bits & np.uint8(second)
        return found

    def _second(self, relay: Relay, own: dict[int, Bits], classes: dict[str, int]) -> int:
        """Return whether a node connects to the target with its own address."""
        found = NO
        for text in relay.addresses:
            if text in classes:
                found |= self._at(relay.node, own[classes[text]])
        return found

    def _endpoints(self, relay: Relay, protocol: int) -> Iterator[Bits]:
        """Yield who reaches a node by endpoints in other networks."""
        for entry in self.endpoints_to(relay):
            bits = self.reach(entry, protocol, relay.listener.port, flows=1)
            filters = relay.balancer.filters_private_link and relay.balancer.groups
            yield bits & np.uint8(MAYBE) if filters else bits

    def endpoints_to(self, relay: Relay) -> Iterator[int]:
        """Yield the interfaces of endpoints that lead to a node.

        Source: https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
        """
        interfaces, ground = self._judge.world.interfaces, self._judge.world.ground
        for service in self.services.offering.get(relay.balancer.arn, ()):
            for endpoint in self.services.endpoints_to.get(service.name, ()):
                for name in endpoint.interfaces:
                    entry = interfaces.ids.get(name)
                    if entry < 0 or not endpoint.available:
                        continue
                    subnets = interfaces.subnet[[relay.node, entry]]
                    zones = ground.zone[subnets[ground.described[subnets]]]
                    if len(set(zones.tolist())) < 2:  # noqa: PLR2004 - not two
                        yield entry

    def _fronts(self, row: Interface, number: int, asked: Words, found: Bits) -> int:
        """Return whether a front sends what comes from the Internet to an interface."""
        balancer = self.services.balancer_of.get(row.id)
        names = {row.thing, row.id, balancer.arn if balancer else ""} - {""}
        bits = NO
        for front in self.services.fronts:
            if front.public and front.network and not names.isdisjoint(front.forwards_to):
                links = self.links(front.id, front.network)
                if links:
                    bits |= int(found[links[0]])
                else:
                    bits |= MAYBE if self._open(number, asked) else NO
        return bits

    def links(self, thing: str, network: str) -> list[int]:
        """Return the interfaces of a thing in a network."""
        table = self._judge.world.interfaces.table
        things, names = encoded(table["thing"])
        networks, ids = encoded(table["network"])
        if thing not in names or network not in ids:
            return []
        rows = (things == names.index(thing)) & (networks == ids.index(network))
        return [int(number) for number in np.flatnonzero(rows)]
