# SPDX-License-Identifier: Apache-2.0
"""Who of all interfaces reaches one of them: the ways of their places, and the groups of both."""

from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
from msgspec import Struct

from bartizan.reason.network.aws.kernel.addresses import Line
from bartizan.reason.network.aws.kernel.columns import (
    NO,
    YES,
    Bits,
    Flags,
    Ints,
    Lists,
    Rows,
    Words,
    combined,
)
from bartizan.reason.network.aws.kernel.group_rules import Recipe
from bartizan.reason.network.aws.kernel.groups import Groups
from bartizan.reason.network.aws.kernel.listens import Listens
from bartizan.reason.network.aws.kernel.paths import End
from bartizan.reason.network.aws.kernel.plain import Plain, ends
from bartizan.reason.network.aws.kernel.ports import Bit
from bartizan.reason.network.aws.kernel.routes import Kind
from bartizan.reason.network.aws.kernel.seats import Seats
from bartizan.reason.network.aws.kernel.shared import Shared
from bartizan.reason.network.aws.kernel.world import World
from bartizan.reason.network.aws.topology.addresses import PUBLIC

_REMEMBERED = 8
"""Places whose ways are remembered."""
_EVEN = (
    *(Kind.INTERNET, Kind.EGRESS_ONLY, Kind.LOCAL),
    *(Kind.NOWHERE, Kind.STOPPED, Kind.SERVICE),
)
"""What routes to the Internet lead to if it does not matter where in a subnet they begin."""


class Senders(Struct, frozen=True):
    """Classes that send, in the order of the stretches that they are seen at."""

    classes: Ints
    seen: Ints


class Family(Struct, frozen=True):
    """Places of one family of addresses."""

    classes: slice
    """The classes in them, which are next to one another."""
    places: Ints
    plain: Plain
    """The ways between them."""
    public: Senders
    """The classes in them that send and have a public address, by these."""


class Judge:
    """Decides for all classes of interfaces at once."""

    def __init__(
        self,
        world: World,
        seats: Seats,
        groups: Groups,
        listens: Listens,
        *,
        fine: Line,
        nat_seen: tuple[Ints, Ints],
        plain: tuple[Plain, Plain],
    ) -> None:
        self._plain = plain
        self.world, self.seats, self.groups, self.listens = world, seats, groups, listens
        self.fine, self.nat_seen = fine, nat_seen
        self._ways = lru_cache(_REMEMBERED)(self._find_ways)
        self._leaving = lru_cache(_REMEMBERED)(groups.out.bits)

    @cached_property
    def members(self) -> Lists:
        """Of each group, the classes that have it, in their order."""
        owners, groups = self.groups.sets.joined(self.seats.groups)
        return Lists.grouped(groups, owners.astype(np.int32), self.groups.count)

    @cached_property
    def _families(self) -> tuple["Family", "Family"]:
        """The places of IPv4 and of IPv6."""
        four, other = self._plain
        split = int(np.searchsorted(self.seats.fine, self.fine.six))
        return (
            self._family(four, slice(0, split)),
            self._family(other, slice(split, len(self.seats))),
        )

    def _family(self, plain: Plain, every: slice) -> "Family":
        seats = self.seats
        own = np.zeros(seats.places, dtype=bool)
        own[plain.places] = True
        classes = np.flatnonzero(seats.sends & own[seats.place]).astype(np.int32)
        public = classes[seats.public[classes] >= 0]
        public = public[np.argsort(seats.public[public], kind="stable")]
        return Family(
            every,
            plain.places,
            plain,
            Senders(public, seats.public[public]),
        )

    def family(self, place: int) -> "Family":
        """Return the family that a place is of."""
        return self._families[int(self.seats.place_stretch[place]) >= self.world.line_six]

    def holders(self, stretch: int) -> Ints:
        """Return the groups of all interfaces that may have an address."""
        fine = self.seats.fine
        first, last = np.searchsorted(fine, [stretch, stretch + 1]).tolist()
        sets = np.unique(self.seats.groups[first:last]).astype(np.int32)
        return np.unique(self.groups.sets.joined(sets)[1])

    @cached_property
    def like(self) -> Ints:
        """Of each place of IPv4, the first one to whose public addresses everything comes by the
        same ways from the estate and the Internet: those of two zones are, as often as not.
        """
        seats, world, subnet = self.seats, self.world, self.seats.place_subnet
        ground, lists, shield = world.ground, world.lists, world.shields.into
        own = np.where(self._uneven[subnet], np.arange(seats.places), -1)
        columns = [
            own, seats.place_public, ground.network[subnet], ground.table[subnet],
            lists.into.shape(ground.acl[subnet]), lists.out.shape(ground.acl[subnet]),
            shield.yes[subnet], shield.maybe[subnet], ground.described[subnet],
            seats.place_denies, seats.place_contested,
            seats.place_stretch == seats.place_public,
        ]  # fmt: skip
        numbers, first = combined(columns)
        return first[numbers].astype(np.int32)

    @cached_property
    def twin(self) -> Ints:
        """Of each class, the first one to whose public addresses the same comes from the estate:
        nodes of a load balancer are, as often as not.
        """
        seats = self.seats
        columns = [
            self.like[seats.place], seats.public, seats.groups, seats.takes, seats.listens,
        ]  # fmt: skip
        numbers, first = combined(columns)
        return first[numbers].astype(np.int32)

    @cached_property
    def _uneven(self) -> Flags:
        """Tell of each subnet whether it matters where in it a flow over the Internet ends: what
        comes in, or answers, may be led through something else, or answers stay inside.
        """
        world, ground = self.world, self.world.ground
        shown = np.concatenate([self.seats.place_public, world.gateways.nat_shown])
        outside = np.zeros(len(world.line) + 1, dtype=np.int64)
        outside[1 + shown[shown >= 0]] = 1
        outside[1 + world.line.within(PUBLIC)] = 1
        before = np.cumsum(outside)
        kinds = ~np.isin(world.tables.kind, _EVEN)
        gate = world.gateways.of_network[ground.network]
        return np.asarray(
            world.within.meet(before)
            | world.tables.held.meet(kinds, before)[ground.table]
            | world.tables.unsure[ground.table]
            | ((gate >= 0) & (world.gateways.edge[gate] >= 0))
        )

    def end(self, places: Ints) -> End:
        """Return places as ends of flows."""
        return ends(self.seats, places)

    def goal(self, place: int) -> End:
        """Return one place as an end of flows."""
        seats = self.seats
        return End(
            subnet=int(seats.place_subnet[place]),
            stretch=int(seats.place_stretch[place]),
            shown=int(seats.place_public[place]),
            denies=int(seats.place_denies[place]),
            contested=int(seats.place_contested[place]),
        )

    def leaving(self, stretch: int, bit: Bit) -> Bits:
        """Return whether each set of groups lets a class of ports out to a stretch."""
        return self._leaving(self.groups.out.told(stretch), bit)

    def sending(self, bits: Bits, classes: slice | Rows) -> Bits:
        """Return for some classes what is said of their sets of groups; NO if they do not send."""
        return bits.take(self.seats.groups[classes]) & self._sends[classes]

    @cached_property
    def _sends(self) -> Bits:
        return np.where(self.seats.sends, YES, NO).astype(np.uint8)

    def ways(self, place: int, *, public: bool, among: Flags | None = None) -> Shared:
        """Return all ways to the private addresses of a place, or to its public ones, from all
        places or `among` some others.
        """
        one = int(self.like[place]) if public else place
        if among is None:
            return self._ways(one, public=public)
        family = self.family(one)
        return family.plain.ways(one, public=public, among=among[family.places])

    def _find_ways(self, place: int, *, public: bool) -> Shared:
        return self.family(place).plain.ways(place, public=public)


def paint(recipe: Recipe, seen: Ints, words: Sequence[int]) -> Words:
    """Return what a set of groups lets pass from or to each of some stretches in order."""
    found = np.zeros((len(words), len(seen)), dtype=np.uint64)
    first = np.searchsorted(seen, recipe.first).tolist()
    end = np.searchsorted(seen, recipe.end).tolist()
    for at, word in enumerate(words):
        row = found[at]
        for low, high, mask in zip(first, end, recipe.masks[word].tolist(), strict=True):
            if mask and low < high:
                row[low:high] |= np.uint64(mask)
    return found
