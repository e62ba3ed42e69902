# SPDX-License-Identifier: Apache-2.0
"""Interfaces by their addresses, and classes of those that no rule and no route tells apart."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct
from numpy.typing import NDArray

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Interface
from bartizan.reason.network.aws.kernel.addresses import Keys, Line, Spans, span_of, spans
from bartizan.reason.network.aws.kernel.columns import (
    Flags,
    Ints,
    Lists,
    Longs,
    combined,
    encoded,
    flags,
    pairs,
    unfolded,
    whole,
)
from bartizan.reason.network.aws.kernel.contested import Disputed, contested
from bartizan.reason.network.aws.kernel.ground import Ground
from bartizan.reason.network.aws.topology.addresses import PUBLIC

STARTS_NOTHING = frozenset(
    {
        "gateway_load_balancer",
        "gateway_load_balancer_endpoint",
        "nat_gateway",
        "transit_gateway",
        "vpc_endpoint",
    }
)
"""Kinds of interfaces that pass on or answer, and begin no flow themselves.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
"""

TAKES_NOTHING = frozenset(
    {
        "api_gateway_managed",
        "ec2_instance_connect_endpoint",
        "gateway_load_balancer_endpoint",
        "lambda",
        "nat_gateway",
        "transit_gateway",
    }
)
"""Kinds of interfaces to which nobody can begin a flow.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""


class Addresses(Struct, frozen=True):
    """Each private address of each interface, and the public one that stands for it."""

    interface: Ints
    own: Spans
    public: Keys
    """Key of the public address; empty for none. An IPv6 address is its own."""
    contested: Ints
    """Of each, whether another interface has it, or its public one, too: see `contested`."""

    @classmethod
    def read(cls, table: pa.Table) -> "Addresses":
        """Read the addresses of a table of interfaces."""
        rows, texts = unfolded(table["addresses"])
        own = spans(texts)
        public = np.where(_public_six(own.low), own.low, b"").astype("S17")
        owners, private, outer = pairs(table["public"])
        if len(owners):
            inner, outside = spans(private), spans(outer)
            place = {
                (row, key): n
                for n, (row, key) in enumerate(zip(rows.tolist(), own.low.tolist(), strict=True))
            }
            for row, key, shown, known in zip(
                owners.tolist(), inner.low.tolist(), outside.low.tolist(),
                outside.known.tolist(), strict=True,
            ):  # fmt: skip
                if known and (row, key) in place:
                    public[place[row, key]] = shown
        known = own.known
        rows, own, public = rows[known], own.at(known), public[known]
        network = encoded(table["network"])[0][rows]
        return cls(rows, own, public, contested(rows, own, public, network=network))

    def disputed(self) -> Disputed:
        """Return what others have as well."""
        rows = np.flatnonzero(self.contested)
        columns = self.interface[rows].tolist(), self.own.low[rows].tolist()
        bits = self.contested[rows].tolist()
        return dict(zip(zip(*columns, strict=True), bits, strict=True))


class Seats(Struct, frozen=True):
    """All addresses of all interfaces, folded into classes and places.

    A place is a subnet and a stretch of addresses that no route and no access list cuts; a class
    is a place, a stretch that no rule cuts, and a set of groups. Classes are in the order of
    their stretches.
    """

    interface: Ints
    address: Ints
    """Of each seat, which address it is, or is a part of."""
    seat_class: Ints
    place: Ints
    """Of each class."""
    fine: Ints
    """Of each class, the stretch of its addresses on the fine line."""
    public: Ints
    """Of each class, the stretch of its public addresses; -1 where it has none."""
    groups: Ints
    """Of each class, its set of groups."""
    sends: Flags
    takes: Flags
    listens: Ints
    """Of each class, the number of what its load balancer listens on; -1 for none."""
    place_subnet: Ints
    place_stretch: Ints
    """Of each place, its stretch on the coarse line."""
    place_public: Ints
    """Of each place, the stretch of its public addresses on the coarse line."""
    place_denies: Ints
    """Of each place, 1 where it takes nothing from the Internet."""
    place_contested: Ints
    """Of each place, whether others have its addresses: see `contested`."""
    by_interface: Lists
    """Of each interface, its seats."""
    sets: tuple[tuple[str, ...], ...]
    """The sets of groups."""

    @classmethod
    def compile(
        cls,
        facts: Facts,
        addresses: Addresses,
        *,
        ground: Ground,
        fine: Line,
        coarse: Ints,
        listens: Ints,
    ) -> "Seats":
        """Fold the addresses; `coarse` is the coarse stretch of each fine one, `listens` tells of
        each interface what its load balancer listens on.
        """
        table = facts.table(Interface)
        address, stretch, public = _cut(addresses, fine)
        interface = addresses.interface[address]
        sets, texts = encoded(whole(pc.binary_join(whole(table["groups"]), ",")))
        sends, takes = _roles(table)
        subnet = ground.subnets.numbers(table["subnet"])[interface]
        shown = np.where(public >= 0, coarse[public], -1)
        denies = flags(table["denies_internet"])[interface] & (stretch >= fine.six)
        held_by_others = addresses.contested[address]
        place, first = combined([subnet, coarse[stretch], shown, denies, held_by_others])
        columns: list[NDArray[Any]] = [
            stretch, place, public, sets[interface], sends[interface], takes[interface],
            listens[interface],
        ]  # fmt: skip
        seat_class, one = combined([np.asarray(c, dtype=np.int32) for c in columns])
        held = [np.asarray(column[one], dtype=np.int32) for column in columns]
        return cls(
            interface=interface,
            address=address,
            seat_class=seat_class.astype(np.int32),
            place=held[1],
            fine=held[0],
            public=held[2],
            groups=held[3],
            sends=held[4].astype(bool),
            takes=held[5].astype(bool),
            listens=held[6],
            place_subnet=subnet[first],
            place_stretch=coarse[stretch][first],
            place_public=shown[first].astype(np.int32),
            place_denies=denies[first].astype(np.int32),
            place_contested=held_by_others[first],
            by_interface=Lists.grouped(interface, _count(len(interface)), len(table)),
            sets=tuple(tuple(text.split(",")) if text else () for text in map(str, texts)),
        )

    def __len__(self) -> int:
        return len(self.fine)

    @property
    def places(self) -> int:
        """How many places there are."""
        return len(self.place_subnet)


def _public_six(keys: Keys) -> Flags:
    """Tell of IPv6 addresses whether the Internet knows them."""
    found = np.zeros(len(keys), dtype=bool)
    for block in PUBLIC:
        if block.version == 6:  # noqa: PLR2004 - the version
            low, end = np.array(span_of(*block), dtype="S17")
            found |= (keys >= low) & (keys < end)
    return found


def _count(size: int) -> Ints:
    return np.arange(size, dtype=np.int32)


def _roles(table: pa.Table) -> tuple[Flags, Flags]:
    """Tell of each interface whether it begins flows, and whether it takes any."""
    kinds, names = encoded(table["kind"])
    attached = flags(table["attached"])
    starts = np.array([name not in STARTS_NOTHING for name in names], dtype=bool)
    takes = np.array([name not in TAKES_NOTHING for name in names], dtype=bool)
    return attached & starts[kinds], attached & takes[kinds]


def _cut(addresses: Addresses, fine: Line) -> tuple[Ints, Ints, Ints]:
    """Cut what is delegated as a range where rules cut it."""
    first = fine.stretch(addresses.own.low)
    last = np.maximum(fine.ends(addresses.own.end) - 1, first)
    counts: Longs = (last - first + 1).astype(np.int64)
    shown = addresses.public != b""
    public = np.full(len(first), -1, dtype=np.int32)
    public[shown] = fine.stretch(addresses.public[shown])
    rows = np.repeat(np.arange(len(first)), counts)
    within = (np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)).astype(
        np.int32
    )
    stretch = first[rows] + within
    six = (stretch >= fine.six) & shown[rows]
    return (
        rows.astype(np.int32),
        stretch,
        np.where(six, stretch, public[rows]).astype(np.int32),
    )
