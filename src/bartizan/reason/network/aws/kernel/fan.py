# SPDX-License-Identifier: Apache-2.0
"""All places of one family, as they send to one place, and one as it answers to all.

What they share whatever the one place is, is looked up once: how they come into a transit gateway,
and where that leads to all of them. What is asked of the one place is asked of a part of them.
"""

from functools import lru_cache
from typing import TypeVar

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bartizan.reason.network.aws.kernel.access_lists import IN, OUT, Masks
from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Longs, combined
from bartizan.reason.network.aws.kernel.course import (
    ARRIVES,
    NOTHING,
    UNCLEAR,
    Status,
    asked,
    onward,
)
from bartizan.reason.network.aws.kernel.paths import End
from bartizan.reason.network.aws.kernel.world import World

_Value = TypeVar("_Value", bound=np.generic)
_REMEMBERED = 64
_TABLES = 1 << 8
"""Tables and zones of transit gateways of which is remembered where they lead."""


class Entry(Struct, frozen=True):
    """How places come into one transit gateway."""

    status: Status
    first: Ints
    """The subnet of each place's attachment that packets go through."""
    references: Flags
    """Whether groups may be referred to over the attachment."""
    passing: Masks
    """What the lists of these subnets let in from the places."""
    kind: Longs
    """Which table and zone each has, a number of the three columns below."""
    table: Ints
    gateway: Ints
    zone: Ints


class Onward(Struct, frozen=True):
    """Where a table of a transit gateway leads, from one zone to all places."""

    status: Status
    references: Flags
    leaves: Masks
    """What the lists pass of packets that leave the subnets by which they enter the networks."""
    within: Flags
    """The place is in that subnet itself."""
    alike: Longs
    """Of each place a number that those have as well of whom the same is said but for `leaves`,
    which differ by the place's address alone."""


class Leads(Struct, frozen=True):
    """Where a transit gateway leads to one place, from each table and zone of its `Entry`."""

    status: Status
    enters: Ints
    """The subnet by which packets enter the network."""
    references: Flags


class Part:
    """Some places of a fan, or all of them."""

    def __init__(self, fan: "Fan", rows: Ints | None = None) -> None:
        self.fan, self.world, self.rows = fan, fan.world, rows
        self.subnet, self.stretch = self.own(fan.subnet), self.own(fan.stretch)
        self.network, self.acl = self.own(fan.network), self.own(fan.acl)
        self.size = len(self.subnet)
        self.every = fan.every

    def own(self, column: NDArray[_Value]) -> NDArray[_Value]:
        """Return of a column for all places what is for these."""
        return column if self.rows is None else column.take(self.rows)

    def masks(self, masks: Masks) -> Masks:
        """Return of masks for all places, or one for all, those of these."""
        return masks if self.rows is None or masks.yes.shape[1] == 1 else masks.at(self.rows)

    def listed(self, direction: int, stretch: int) -> Masks:
        """Return what the list of each place passes to or from a stretch."""
        return self.world.lists.passing(direction, self.acl, stretch)

    def passed(self, direction: int, subnet: int) -> Masks:
        """Return what the list of one subnet passes to or from the address of each place."""
        acl = int(self.world.ground.acl[subnet])
        return self.world.lists.passing(direction, acl, self.stretch)


class Fan:
    """All places of one family."""

    def __init__(self, world: World, ends: End) -> None:
        ground = world.ground
        self.world = world
        self.subnet, self.stretch = np.asarray(ends.subnet), np.asarray(ends.stretch)
        self.shown, self.denies = np.asarray(ends.shown), np.asarray(ends.denies)
        self.contested = np.asarray(ends.contested)
        self.size = len(self.subnet)
        self.network, self.acl = ground.network[self.subnet], ground.acl[self.subnet]
        self.nobody = np.full(self.size, -1, dtype=np.int32)
        """Of each place, that it is seen as itself."""
        self.every_row = np.arange(self.size, dtype=np.int32)
        every = world.ports.every[:, None]
        self.every = Masks(every, every)
        """One column, for all."""
        self.entry = lru_cache(_REMEMBERED)(self._find_entry)
        self.onward = lru_cache(_TABLES)(self._find_onward)
        self.leads = lru_cache(_REMEMBERED)(self._find_leads)

    def part(self, rows: Ints) -> Part:
        """Return some of the places."""
        return Part(self, None if rows is self.every_row else rows)

    def _find_leads(self, gateway: int, target: int, goal: int) -> Leads:
        entry = self.entry(gateway)
        return Leads(*onward(
            self.world, entry.table, entry.gateway, entry.zone, target=target, goal=goal,
            size=len(entry.table),
        ))  # fmt: skip

    def _find_entry(self, gateway: int) -> Entry:
        """Return how all places come into a transit gateway.

        Source: https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
        """
        world, transit, ground = self.world, self.world.transit, self.world.ground
        zone = ground.zone[self.subnet]
        at = transit.of_network(self.network, np.full(self.size, gateway, dtype=np.int32))
        first = transit.in_zone(at, zone)
        absent = ground.no_transit[self.network] | ~transit.known[gateway]
        table, owner = transit.table[at], transit.gateway[at]
        loose = np.where(
            table < 0, transit.loose[at], transit.unread[owner] | transit.table_unread[table]
        )
        loose |= (table >= 0) & transit.tables.unsure[table]
        status = np.where(loose, UNCLEAR, np.where(table < 0, NOTHING, ARRIVES))
        status = np.where(first < 0, np.where(transit.lacks[at], UNCLEAR, NOTHING), status)
        status = np.where(transit.available[at], status, NOTHING)
        status = np.where(at < 0, np.where(absent, UNCLEAR, NOTHING), status)
        rows = status == ARRIVES
        kept = np.where(rows, table, -1), np.where(rows, owner, -1), np.where(rows, zone, -1)
        kind, one = combined(kept)
        passing = world.lists.passing(IN, ground.acl[first], self.stretch)
        columns = [np.asarray(column[one], dtype=np.int32) for column in kept]
        return Entry(status, first, transit.references[at], asked(rows, passing), kind, *columns)

    def _find_onward(self, table: int, gateway: int, zone: int) -> Onward:
        status, enters, references = onward(
            self.world, table, gateway, zone, target=self.stretch, goal=self.subnet,
            size=self.size,
        )  # fmt: skip
        within, lists = enters == self.subnet, self.world.lists
        acl = self.world.ground.acl[enters]
        leaves = lists.passing(OUT, acl, self.stretch)
        alike, _ = combined([status, references, lists.out.shape(acl), within])
        return Onward(status, references, asked(~within, leaves), within, alike)
