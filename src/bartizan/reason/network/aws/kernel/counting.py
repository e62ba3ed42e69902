# SPDX-License-Identifier: Apache-2.0
"""Counts all pairs of interfaces of which one reaches another, without a list of them.

What load balancers join is not counted: each of their flows is a pair of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from bartizan.reason.network.aws.kernel.columns import Ints, Lists, Longs, Words
from bartizan.reason.network.aws.kernel.inflow import Inflow
from bartizan.reason.network.aws.kernel.judge import Batch, Judge

_PLACES = 4
"""Places of which is remembered what comes to them; receivers are asked place by place."""


class Count(NamedTuple):
    """How much reaches how much."""

    pairs: int
    """Pairs of interfaces, the second of which takes something from the first, surely."""
    pair_ports: int
    """These pairs, each with every class of ports that it is open at."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How many interfaces send from the classes of one family, or of both."""

    low: int
    high: int
    """The classes from `low` up to `high` are those that are meant."""
    alone: Longs
    """Of each class of an estate, the interfaces that have no other of these."""
    several: Lists
    """The classes of each kind of interfaces that have more than one of these."""
    sizes: Longs
    """How many interfaces are of each of these kinds."""

    def of(self, classes: Ints, words: Words) -> Count:
        """Count the interfaces of which some classes, each once, send bits of ports."""
        return _weighed(self.alone[classes], words)

    def folded(self, words: Words) -> Count:
        """Count the interfaces of which the classes that are meant send bits of ports."""
        found = _weighed(self.alone[self.low : self.high], words[:, self.low : self.high])
        if not len(self.sizes):
            return found
        held = np.bitwise_or.reduceat(
            words[:, self.several.values], self.several.starts[:-1], axis=1
        )
        more = _weighed(self.sizes, held)
        return Count(found.pairs + more.pairs, found.pair_ports + more.pair_ports)


def _weighed(sizes: Longs, words: Words) -> Count:
    bits = np.bitwise_count(words[0]).astype(np.int64)
    for word in words[1:]:
        bits += np.bitwise_count(word)
    # NOTE: whole numbers, since a product of others would be shared among threads, which wait.
    return Count(int(sizes[bits != 0].sum()), int(sizes @ bits))


class Alike:
    """Interfaces whose addresses are of the same classes, as one."""

    def __init__(self, judge: Judge) -> None:
        seats = judge.seats
        keys = np.unique(seats.interface.astype(np.int64) * max(1, len(seats)) + seats.seat_class)
        owners, held = np.divmod(keys, max(1, len(seats)))
        _, first, counts = np.unique(owners, return_index=True, return_counts=True)
        members: list[Ints] = []
        sizes: list[Longs] = []
        for count_ in np.unique(counts).tolist():
            rows = held[first[counts == count_][:, None] + np.arange(count_)]
            kinds, many = np.unique(rows, axis=0, return_counts=True)
            members += list(kinds.astype(np.int32))
            sizes.append(many)
        self.members: Sequence[Ints] = members
        """Of each kind that has any address, its classes in their order."""
        self.sizes: Longs = np.concatenate([np.zeros(0, dtype=np.int64), *sizes])
        """How many interfaces are of each kind."""
        self._classes = len(seats)
        self.weights = lru_cache(None)(self._find_weights)

    def _find_weights(self, low: int, high: int) -> Weights:
        """Weigh the classes from `low` up to `high`, those of one family or of both."""
        owners = np.repeat(np.arange(len(self.members)), [len(held) for held in self.members])
        values = np.concatenate([np.zeros(0, dtype=np.int32), *self.members])
        meant = (values >= low) & (values < high)
        owners, values = owners[meant], values[meant]
        counts = np.bincount(owners, minlength=len(self.members))
        alone = np.zeros(self._classes, dtype=np.int64)
        single = counts[owners] == 1
        np.add.at(alone, values[single], self.sizes[owners[single]])
        kinds = np.flatnonzero(counts > 1)
        several = Lists(
            np.concatenate([[0], np.cumsum(counts[kinds])]).astype(np.int64), values[~single]
        )
        return Weights(low, high, alone, several, self.sizes[kinds])


class _Counting:
    """Counts what reaches one kind of interfaces after the other."""

    def __init__(self, judge: Judge, alike: Alike) -> None:
        self._judge, self._alike = judge, alike
        fine, size = judge.seats.fine, len(judge.seats)
        self._six = int(np.searchsorted(fine, judge.fine.six))
        self._every = np.zeros((judge.world.ports.words, size), dtype=np.uint64)
        self._inflow = lru_cache(_PLACES)(self._find_inflow)

    def _find_inflow(self, place: int, *, public: bool) -> Inflow:
        return Inflow(self._judge, place, public=public)

    def to(self, kind: int) -> Count:
        """Count the pairs whose receivers are of one kind."""
        members, size = self._alike.members[kind], int(self._alike.sizes[kind])
        low = 0 if members[0] < self._six else self._six
        high = len(self._every[0]) if members[-1] >= self._six else self._six
        weights = self._alike.weights(low, high)
        parts = [part for one in members.tolist() for part in self._came(one)]
        if not parts:
            return Count(0, 0)
        if len(parts) == 1 and parts[0][0].once and not len(weights.sizes):
            batch, words = parts[0]
            all_ = weights.of(batch.classes, words)
            own = np.bitwise_or.reduce(words[:, np.isin(batch.classes, members)], axis=1)
        else:
            self._every[:, low:high] = 0
            for batch, words in parts:
                _mark(self._every, batch, words)
            all_ = weights.folded(self._every)
            own = np.bitwise_or.reduce(self._every[:, members], axis=1)
        bits = int(np.bitwise_count(own).sum())
        return Count(size * (all_.pairs - bool(bits)), size * (all_.pair_ports - bits))

    def _came(self, number: int) -> list[tuple[Batch, Words]]:
        """Return what comes to one class by all of its addresses."""
        seats = self._judge.seats
        place, recipe = int(seats.place[number]), self._judge.groups.into.recipe
        if not recipe(int(seats.groups[number])).anything.any():
            return []
        shown = seats.public[number] >= 0 and number < self._six
        ways = (False, True) if shown else (False,)
        return [part for public in ways for part in self._inflow(place, public=public).to(number)]


def count(judge: Judge, *, share: int = 0, of: int = 1) -> Count:
    """Count all pairs, or of those with one `share` of `of` equal parts of the receivers."""
    alike = Alike(judge)
    counting = _Counting(judge, alike)
    places = judge.seats.place[[held[0] for held in alike.members]]
    order = np.argsort(places, kind="stable").tolist()
    pairs = pair_ports = 0
    for kind in order[len(order) * share // of : len(order) * (share + 1) // of]:
        found = counting.to(kind)
        pairs, pair_ports = pairs + found.pairs, pair_ports + found.pair_ports
    return Count(pairs, pair_ports)


def _mark(every: Words, batch: Batch, words: Words) -> None:
    for row, held in zip(every, words, strict=True):
        if batch.once:
            some = np.flatnonzero(held)
            row[batch.classes[some]] |= held[some]
        else:
            np.bitwise_or.at(row, batch.classes, held)
