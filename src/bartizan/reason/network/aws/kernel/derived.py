# SPDX-License-Identifier: Apache-2.0
"""What is exposed over load balancers, and over endpoints to the services behind them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Interface
from bartizan.model.facts.service import Front, Target
from bartizan.model.packet import TCP
from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.columns import (
    MAYBE,
    NO,
    YES,
    Ints,
    Longs,
    Words,
    flags,
    taken,
    texts,
    unfolded,
    whole,
)
from bartizan.reason.network.aws.kernel.exposure import Row, opened
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.listens import CARRIED
from bartizan.reason.network.aws.kernel.ports import Spec
from bartizan.reason.network.aws.kernel.reaching import MOST_FLOWS, Reaching
from bartizan.reason.network.aws.kernel.relays import Relay
from bartizan.reason.network.aws.kernel.sending import sent

Held = Mapping[int, Sequence[Row]]
"""Rows by the numbers of interfaces."""


class _Leg(NamedTuple):
    """A flow from a node of a load balancer to a target."""

    relay: Relay
    target: int
    row: Interface
    protocol: int
    port: int


class Derived:
    """Flows that begin at load balancers, all of an estate."""

    def __init__(self, facts: Facts, judge: Judge, reaching: Reaching) -> None:
        self._facts, self._judge, self._reaching = facts, judge, reaching

    def entries(self) -> Sequence[int]:
        """Return the interfaces at which such flows may begin: nodes, and endpoints to them."""
        services, get = self._reaching.services, self._judge.world.interfaces.ids.get
        names = [*services.balancer_of, *services.endpoint_of]
        return sorted({number for number in map(get, names) if number >= 0})

    def rows(self, direct: Held) -> dict[int, list[Row]]:
        """Return what is reached behind load balancers, where `direct` tells of their nodes, and
        of endpoints to them, what reaches them.
        """
        found: dict[int, list[Row]] = defaultdict(list)
        legs = [leg for leg in self._legs() if leg.relay.gate]
        seconds = self._seconds(legs)
        nodes = {leg.relay.node: leg.relay for leg in legs}
        entries = {node: tuple(self._reaching.endpoints_to(nodes[node])) for node in nodes}
        known: dict[int, list[Row]] = {number: list(held) for number, held in direct.items()}
        for _ in range(MOST_FLOWS - 1):
            fresh: dict[int, list[Row]] = defaultdict(list)
            asked = {node for node in nodes if not known.keys().isdisjoint((node, *entries[node]))}
            for leg, second in zip(legs, seconds, strict=True):
                if leg.relay.node not in asked:
                    continue
                for row in self._onward(known, leg, second, entries[leg.relay.node]):
                    if row not in found[leg.target]:
                        found[leg.target].append(row)
                        fresh[leg.target].append(row)
            known = fresh
        return {number: rows for number, rows in found.items() if rows}

    def fronts(self) -> dict[int, list[Row]]:
        """Return what fronts send on of what comes from the Internet: by their own interfaces, or
        by some that nothing names, so that it is unknown.
        """
        found: dict[int, list[Row]] = defaultdict(list)
        ports = self._judge.world.ports
        tcp = ports.split(Spec(TCP, -1, -1))[:, None]
        for front in self._reaching.services.fronts:
            if not (front.public and front.network and front.forwards_to):
                continue
            for number in self._led(front.forwards_to):
                masks = self._from_front(front, number)
                for each in opened(ports, masks.yes & tcp, masks.maybe & tcp):
                    certainty = "reachable" if each.certain else "unknown"
                    missing = () if each.certain else (front.id,)
                    found[number].append(
                        Row(
                            each.protocol, each.first, each.last, front.id,
                            ("0.0.0.0/0", "::/0"), certainty, missing,
                        )
                    )  # fmt: skip
        return found

    def _led(self, names: Sequence[str]) -> set[int]:
        """Return the interfaces that a front sends to."""
        interfaces, services = self._judge.world.interfaces, self._reaching.services
        found = {interfaces.ids.get(name) for name in names}
        found |= {n for n, thing in enumerate(texts(interfaces.table["thing"])) if thing in names}
        for name in names:
            balancer = services.balancers.get(name)
            found |= (
                {interfaces.ids.get(node) for node in balancer.interfaces} if balancer else set()
            )
        return found - {-1}

    def _from_front(self, front: Front, number: int) -> Masks:
        """Return what a front sends to an interface, by any of its addresses."""
        judge, seats = self._judge, self._judge.seats
        links = self._reaching.links(front.id, front.network)
        yes = np.zeros((judge.world.ports.words, 1), dtype=np.uint64)
        maybe = yes.copy()
        for one in sorted(self._own(number)):
            if not links:
                maybe |= judge.groups.into.recipe(int(seats.groups[one])).anything[:, None]
                continue
            for own in sorted(self._own(links[0])):
                if (seats.fine[own] >= judge.fine.six) == (seats.fine[one] >= judge.fine.six):
                    pair = np.array([own], dtype=np.int32), np.array([one], dtype=np.int32)
                    shown = (
                        [True] if seats.public[one] >= 0 > seats.fine[one] - judge.fine.six else []
                    )
                    for public in (False, *shown):
                        masks = sent(judge, *pair, public=public)
                        yes, maybe = yes | masks.yes, maybe | masks.maybe
        return Masks(yes, maybe)

    def _shown(self, number: int) -> bool:
        """Tell whether a public IPv4 address stands for that of a class."""
        seats = self._judge.seats
        return bool(seats.public[number] >= 0 and seats.fine[number] < self._judge.fine.six)

    def _entered(self, known: Held, leg: _Leg, entries: Sequence[int]) -> list[Row]:
        """Return what reaches the node, or an endpoint to it, at the listener's port."""
        rows = list(known.get(leg.relay.node, ()))
        for entry in entries:
            rows += [row._replace(certainty="unknown") for row in known.get(entry, ())]
        port = leg.relay.listener.port
        return [r for r in rows if r.protocol == leg.protocol and r.first <= port <= r.last]

    def _onward(
        self, known: Held, leg: _Leg, second: int, entries: Sequence[int]
    ) -> Iterator[Row]:
        keeps = leg.relay.keeps_client
        bits = MAYBE if keeps is not False else second
        if not bits & leg.relay.gate:
            return
        sure = bits & leg.relay.gate == YES
        for row in self._entered(known, leg, entries):
            certain = sure and row.certainty == "reachable"
            yield row._replace(
                first=leg.port,
                last=leg.port,
                via=leg.relay.balancer.arn,
                certainty="reachable" if certain else "unknown",
                missing=() if certain else (*row.missing, leg.relay.group.arn),
            )

    def _legs(self) -> Iterator[_Leg]:
        """Yield the flows of all nodes to all targets."""
        interfaces = self._judge.world.interfaces
        groups = self._reaching.services.target_groups
        held: dict[str, list[Target]] = defaultdict(list)
        for target in self._facts.rows(Target):
            held[target.id].append(target)
        numbers = self._registered(set(held))
        for number, row in zip(numbers, interfaces.rows(numbers), strict=True):
            keys = self._reaching.services.registered_as(row)
            asked = {
                (protocol, target.port)
                for key in keys
                for target in held.get(key, ())
                if target.group in groups
                for protocol in CARRIED.get(groups[target.group].protocol, ())
            }
            for protocol, port in sorted(asked):
                for relay in self._reaching.relays.to(row, protocol=protocol, port=port):
                    yield _Leg(relay, number, row, protocol, port)

    def _registered(self, names: set[str]) -> Sequence[int]:
        """Return the interfaces that targets may be, by an address, an instance or a balancer."""
        table = self._judge.world.interfaces.table
        wanted = pa.array(sorted(names), pa.string())
        rows, addresses = unfolded(table["addresses"])
        found = set(rows[flags(pc.is_in(addresses, value_set=wanted))].tolist())
        things = whole(table["thing"])
        found |= set(np.flatnonzero(flags(pc.is_in(things, value_set=wanted))).tolist())
        slashed = np.flatnonzero(flags(pc.match_substring(things, "/")))
        ends = [text.rpartition("/")[2] for text in texts(taken(things, slashed))]
        found |= {n for n, end in zip(slashed.tolist(), ends, strict=True) if end in names}
        get = self._judge.world.interfaces.ids.get
        for balancer in self._reaching.services.balancers.values():
            if balancer.arn in names:
                found |= {get(name) for name in balancer.interfaces} - {-1}
        return sorted(found)

    def _seconds(self, legs: Sequence[_Leg]) -> Sequence[int]:
        """Return of each flow whether the node's own packets arrive, as bits."""
        bits = np.full(len(legs), NO, dtype=np.int64)
        seats, six = self._judge.seats, self._judge.fine.six
        # Plain numbers in one list: the collector of garbage would go through tuples.
        asked: dict[bool, list[int]] = {False: [], True: []}
        known: dict[int, dict[str, int]] = {}
        own = {node: self._own(node) for node in {leg.relay.node for leg in legs}}
        families = {
            one: bool(seats.fine[one] >= six) for classes in own.values() for one in classes
        }
        for at, leg in enumerate(legs):
            if leg.target not in known:
                known[leg.target] = self._reaching.classes_in(leg.row, leg.target)
            classes = known[leg.target]
            for one in {classes[text] for text in leg.relay.addresses if text in classes}:
                family = bool(seats.fine[one] >= six)
                for each in own[leg.relay.node]:
                    if families[each] == family:
                        asked[family] += (at, each, one)
        ports = self._judge.world.ports
        words = (
            np.stack([ports.asked(leg.protocol, leg.port) for leg in legs], axis=1)
            if legs
            else np.zeros((ports.words, 0), dtype=np.uint64)
        )
        for held in asked.values():
            self._ask(np.array(held, dtype=np.int32).reshape(-1, 3), words, bits)
        return bits.tolist()

    def _own(self, number: int) -> set[int]:
        seats = self._judge.seats
        return set(seats.seat_class[seats.by_interface.of(number)].tolist())

    def _ask(self, held: Ints, words: Words, bits: Longs) -> None:
        """Mark flows, each with a class of the node and one of the target, of one family."""
        flow, senders, targets = held.T
        masks = sent(self._judge, senders, targets, public=False)
        for found, bit in ((masks.yes, YES), (masks.maybe, MAYBE)):
            passed = (found & words[:, flow]).any(axis=0)
            np.bitwise_or.at(bits, flow[passed], bit)
