# SPDX-License-Identifier: Apache-2.0
"""Places that nothing on the way to one place tells apart, so that one is asked for all of them.

Most of a large estate comes to a place through transit gateways or over the Internet, and of that
matter a few lists, zones and tables alone. What is nearer, or unclear, is asked place by place.
"""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Longs, combined
from bartizan.reason.network.aws.kernel.course import ARRIVES, DROPS, NOTHING, UNCLEAR
from bartizan.reason.network.aws.kernel.fan import Fan
from bartizan.reason.network.aws.kernel.routes import Kind

_ALONE, _DROPPED = -1, -2
"""Where packets are led that are asked place by place, and those that come nowhere."""
_REMEMBERED = 64
_Ahead = tuple[int, int, int]
"""Table, gateway and zone by which answers go through a transit gateway."""


class Folded(NamedTuple):
    """Places that are asked for all."""

    rows: Ints
    which: Ints
    """Of each place, which of `rows` stands for it; -1 where nothing of it arrives."""


class _Kinds(Struct, frozen=True):
    """Kinds of places: of each place its kind, and how many kinds there are."""

    of: Ints
    count: int


class Fold:
    """Places of IPv4 by what matters on their way to private addresses of another network."""

    def __init__(self, fan: Fan) -> None:
        self._fan = fan
        self._kinds = lru_cache(_REMEMBERED)(self._find_kinds)
        self._toward = lru_cache(_REMEMBERED)(self._find_toward)

    def to(self, number: int) -> Folded:
        """Return which places are asked for all as they send to one."""
        fan, held = self._fan, self._fan.world.tables
        target, goal = int(fan.stretch[number]), int(fan.subnet[number])
        answers, entries = self._toward(int(fan.world.ground.table[goal]))
        led = self._led[held.held.at(self._table, target)]
        near = (
            self._near(number) | (led >= 0) & (held.kind[entries] == Kind.PEERING.value)[answers]
        )
        led = np.where(near, _ALONE, led)
        parts: list[Longs] = [np.flatnonzero(led == _ALONE)]
        which = np.full(fan.size, -1, dtype=np.int32)
        which[parts[0]] = np.arange(len(parts[0]))
        rows = np.flatnonzero(led >= 0)
        pairs = led[rows] * len(entries) + answers[rows]
        for pair in np.flatnonzero(np.bincount(pairs)).tolist():
            gateway, answer = divmod(pair, len(entries))
            some = self._led_on(rows[pairs == pair], gateway, target=target, goal=goal)
            kinds = self._kinds(gateway, self._ahead(int(entries[answer]), number))
            stand, of = _standing(some, kinds)
            which[some] = of + sum(map(len, parts))
            parts.append(stand)
        return Folded(np.concatenate(parts).astype(np.int32), which)

    def _near(self, number: int) -> Flags:
        """Tell which places are to be asked one by one: those of the same network, those whose
        addresses lie in the subnet of the other, and those whose tables leave something open.
        """
        fan, within = self._fan, self._fan.world.within
        goal, target = int(fan.subnet[number]), int(fan.stretch[number])
        found = self._loose | (fan.network == fan.network[number])
        return np.asarray(
            found | within.holding(target)[fan.subnet] | within.hold(goal, fan.stretch)
        )

    def _led_on(self, rows: Longs, gateway: int, *, target: int, goal: int) -> Longs:
        """Keep the places whose packets a transit gateway may lead to the one."""
        entry = self._fan.entry(gateway)
        led = self._fan.leads(gateway, target, goal).status != NOTHING
        status = entry.status[rows]
        kept = np.where(status == ARRIVES, led[entry.kind[rows]], status == UNCLEAR)
        return np.asarray(rows[kept])

    def _ahead(self, entry: int, number: int) -> _Ahead | None:
        """Return how answers of one place by a route go through a transit gateway, if they do."""
        tables = self._fan.world.tables
        if tables.kind[entry] != Kind.TRANSIT.value:
            return None
        by = self._fan.entry(int(tables.target[entry]))
        kind = int(by.kind[number])
        return int(by.table[kind]), int(by.gateway[kind]), int(by.zone[kind])

    @cached_property
    def _table(self) -> Ints:
        return np.asarray(self._fan.world.ground.table[self._fan.subnet])

    @cached_property
    def _loose(self) -> Flags:
        """Of each place, whether its table or its subnet is not known for sure."""
        world = self._fan.world
        described = world.ground.described[self._fan.subnet]
        return np.asarray(world.tables.unsure[self._table] | ~described)

    @cached_property
    def _led(self) -> Longs:
        """Where each route leads: a transit gateway, or one of the two values above.

        On the Internet nobody has a private address.
        """
        tables = self._fan.world.tables
        found = np.full(len(tables.kind), _ALONE, dtype=np.int64)
        through = tables.kind == Kind.TRANSIT.value
        found[through] = np.maximum(tables.target[through], _ALONE)
        dropped = DROPS[tables.kind]
        found[dropped | np.isin(tables.kind, (Kind.INTERNET, Kind.EGRESS_ONLY))] = _DROPPED
        return found

    def _find_toward(self, table: int) -> tuple[Ints, Ints]:
        """Return by which routes of a table answers go to all places, as numbers of those, and
        these routes.
        """
        starts, held = self._fan.world.tables.held.row(table)
        entries, numbers = np.unique(held, return_inverse=True)
        at = np.searchsorted(starts, self._fan.stretch, "right") - 1
        return numbers.astype(np.int32)[at], entries

    @cached_property
    def _own(self) -> Longs:
        """What tells places apart wherever their packets go: their lists, what lists say of their
        addresses, and whether others have these.
        """
        fan, lists = self._fan, self._fan.world.lists
        columns = [
            lists.into.shape(fan.acl), lists.out.shape(fan.acl),
            lists.into.around(fan.stretch), lists.out.around(fan.stretch), fan.contested != 0,
        ]  # fmt: skip
        return combined(columns)[0]

    def _find_kinds(self, gateway: int, ahead: _Ahead | None) -> _Kinds:
        """Part the places by all that matters of them on the way through a transit gateway and,
        if answers come back through one, on that way.
        """
        entry, world = self._fan.entry(gateway), self._fan.world
        acl = world.ground.acl[entry.first]
        columns: list[NDArray[Any]] = [
            self._own, entry.status, entry.kind, entry.references, world.lists.into.shape(acl),
        ]  # fmt: skip
        if ahead is not None:
            columns.append(self._fan.onward(*ahead).alike)
        numbers, first = combined(columns)
        return _Kinds(numbers.astype(np.int32), len(first))


def _standing(rows: Longs, kinds: _Kinds) -> tuple[Longs, Ints]:
    """Return one place of each kind that some places are of, and of each which stands for it."""
    own = kinds.of[rows]
    stand = np.full(kinds.count, -1, dtype=np.int64)
    stand[own] = rows
    some = np.flatnonzero(stand >= 0)
    place = np.zeros(kinds.count, dtype=np.int32)
    place[some] = np.arange(len(some))
    return stand[some], place[own]


def alike(rows: Longs, columns: Sequence[NDArray[Any]], *, size: int) -> Folded:
    """Fold some of the places by columns of what tells them apart; nothing comes of the others."""
    which = np.full(size, -1, dtype=np.int32)
    if not len(rows):
        return Folded(which[:0], which)
    numbers, first = combined(columns)
    which[rows] = numbers
    return Folded(rows[first].astype(np.int32), which)
