# SPDX-License-Identifier: Apache-2.0
"""Answers for a whole estate at once what can send packets to what.

It is the fast twin of the definition: the same answers, found on classes of interfaces, addresses
and ports. What is shown of it is decided again, packet by packet, by the definition.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bartizan.model.facts import Facts
from bartizan.model.packet import INTERNET
from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.addresses import Line, Spans
from bartizan.reason.network.aws.kernel.build import Found, world
from bartizan.reason.network.aws.kernel.columns import Words
from bartizan.reason.network.aws.kernel.doubts import Doubts
from bartizan.reason.network.aws.kernel.exposed import Exposed
from bartizan.reason.network.aws.kernel.gates import stretches
from bartizan.reason.network.aws.kernel.groups import Groups
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.listens import Listens, listened
from bartizan.reason.network.aws.kernel.outside import Crowd, Outside
from bartizan.reason.network.aws.kernel.ports import Ports
from bartizan.reason.network.aws.kernel.seats import Addresses, Seats

BLOCKED, REACHABLE, UNKNOWN = 0, 1, 2

Codes = NDArray[np.uint8]
_CODES = np.array([BLOCKED, REACHABLE, UNKNOWN, REACHABLE], dtype=np.uint8)
"""By bits: 1 for what surely reaches, 2 for what possibly does."""


class Kernel:
    """An estate's network, compiled."""

    def __init__(self, judge: Judge, outside: Outside, doubts: Doubts) -> None:
        self._judge, self._outside, self._doubts = judge, outside, doubts

    @classmethod
    def compile(cls, facts: Facts) -> "Kernel":
        """Compile what the facts say."""
        found = Found.of(facts)
        ports = Ports([*found.reading.specs, *listened(facts)])
        coarse = found.coarse()
        span = found.reading.of_groups.span
        known = span.at(span.known)
        fine = Line([coarse.cuts, known.low, known.end])
        compiled = world(found, line=coarse, ports=ports)
        listens = Listens.compile(
            facts, interfaces=found.interfaces.ids, ports=ports, gaps=found.gaps
        )
        addresses = Addresses.read(found.interfaces.table)
        seats = Seats.compile(
            facts,
            addresses,
            ground=found.ground,
            fine=fine,
            coarse=coarse.stretch(fine.cuts),
            listens=listens.of_interface,
        )
        groups = Groups.compile(
            found.reading.of_groups,
            specs=found.reading.specs,
            ports=ports,
            sets=[[found.reading.groups.get(name) for name in names] for names in seats.sets],
            unknown=found.groups_unknown,
            line=fine,
        )
        keys = compiled.gateways.nat_keys
        nat_seen = stretches(keys[0], fine), stretches(keys[1], fine)
        judge = Judge(compiled, seats, groups, listens, fine=fine, nat_seen=nat_seen)
        outside = Outside(
            judge,
            public=_public(addresses),
            site_spans=found.sites.spans,
            site_owner=found.sites.owner,
        )
        return cls(judge, outside, Doubts(compiled, seats, found))

    @cached_property
    def names(self) -> Sequence[str]:
        """Everything that packets come from: interfaces, `internet`, remote sites."""
        world_ = self._judge.world
        return (
            *world_.interfaces.ids.names(), INTERNET, *world_.sites.names.names(),
        )  # fmt: skip

    def who_reaches(self, interface: str, protocol: int, port: int) -> Codes:
        """Return for each of `names` whether it reaches a port of an interface: BLOCKED,
        REACHABLE or UNKNOWN. The port of an ICMP message is its type.

        Raises:
            KeyError: there is no such interface.
        """
        number = self._judge.world.interfaces.ids.get(interface)
        if number < 0:
            raise KeyError(interface)
        asked = self._judge.world.ports.asked(protocol, port)
        inside = self._inside(number, asked)
        crowds = [self._outside.internet, *self._sites]
        return np.concatenate([inside, *(self._from(number, asked, each) for each in crowds)])

    def exposed(self, source: str = INTERNET) -> pa.Table:
        """Return what the Internet, or a remote site, reaches: see `exposure.SCHEMA`.

        Raises:
            KeyError: it is neither.
        """
        return Exposed(self._judge, self._outside, self._crowd(source), self._doubts).table()

    def _crowd(self, name: str) -> Crowd:
        if name == INTERNET:
            return self._outside.internet
        number = self._judge.world.sites.names.get(name)
        if number < 0:
            raise KeyError(name)
        return self._sites[number]

    @cached_property
    def _sites(self) -> Sequence[Crowd]:
        return [self._outside.site(n) for n in range(len(self._judge.world.sites.names))]

    def _inside(self, number: int, asked: Words) -> Codes:
        seats = self._judge.seats
        words = np.flatnonzero(asked).tolist()
        mask = asked[words]
        size = len(seats)
        own, shown = np.zeros((2, 2, size), dtype=bool)
        for one in np.unique(seats.seat_class[seats.by_interface.of(number)]).tolist():
            six = int(seats.fine[one]) >= self._judge.fine.six
            _add(own, self._judge.to(one, public=False, words=words), mask)
            if seats.public[one] >= 0 and not six:
                _add(shown, self._judge.to(one, public=True, words=words), mask)
        codes = self._spread(own | shown)
        codes[number] = self._own(number, shown)
        return codes

    def _own(self, number: int, shown: NDArray[np.bool_]) -> int:
        """Return whether an interface reaches itself, which only public addresses can."""
        seats = self._judge.seats
        held = seats.seat_class[seats.by_interface.of(number)]
        return _code(bool(shown[0, held].any()), bool(shown[1, held].any()))

    def _spread(self, classes: NDArray[np.bool_]) -> Codes:
        """Return of each interface what the classes of its addresses say."""
        seats = self._judge.seats
        bits = (classes[0] | (classes[1].astype(np.uint8) << 1)).astype(np.uint8)
        starts = seats.by_interface.starts
        found = np.zeros(len(starts) - 1, dtype=np.uint8)
        some = starts[1:] > starts[:-1]
        if some.any():
            found[some] = np.bitwise_or.reduceat(bits[seats.seat_class], starts[:-1][some])
        return _CODES[found]

    def _from(self, number: int, asked: Words, crowd: Crowd) -> Codes:
        seats = self._judge.seats
        found = [False, False]
        for one in np.unique(seats.seat_class[seats.by_interface.of(number)]).tolist():
            for exposure in self._outside.to(one, crowd):
                for at, masks in enumerate(exposure.masks):
                    found[at] |= bool((masks & asked[:, None]).any())
        return np.array([_code(*found)], dtype=np.uint8)


def _code(yes: bool, maybe: bool) -> int:  # noqa: FBT001 - a pair
    return REACHABLE if yes else UNKNOWN if maybe else BLOCKED


def _add(found: NDArray[np.bool_], masks: Masks, asked: Words) -> None:
    for row, held in enumerate(masks):
        for at, mask in enumerate(asked.tolist()):
            found[row] |= (held[at] & np.uint64(mask)) != 0


def _public(addresses: Addresses) -> Spans:
    """Return the public addresses of the estate."""
    shown = addresses.public != b""
    six = addresses.public == addresses.own.low
    end = np.where(six, addresses.own.end, b"").astype("S17")
    return Spans(addresses.public[shown], end[shown], addresses.own.length[shown])
