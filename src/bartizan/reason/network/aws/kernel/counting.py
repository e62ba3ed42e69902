# SPDX-License-Identifier: Apache-2.0
"""Counts all pairs of interfaces of which one reaches another, without a list of them.

Senders that nothing on the way to a place tells apart are counted together, and each class of
receivers looks closely only at those whom its own rules tell apart from most others.
What load balancers join is not counted: each of their flows is a pair of its own.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Lists, Longs, Words
from bartizan.reason.network.aws.kernel.groups import Sent
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.layers import Layer, layers
from bartizan.reason.network.aws.kernel.takes import Takes

_PLACES = 4
"""Places of which is remembered what comes to them; receivers are asked place by place."""
_ROOM = 1 << 21
"""Numbers for which a table of all is made to number them anew."""


class Count(NamedTuple):
    """How much reaches how much."""

    pairs: int
    """Pairs of interfaces, the second of which takes something from the first, surely."""
    pair_ports: int
    """These pairs, each with every class of ports that it is open at."""


class Alike:
    """Interfaces whose addresses are of the same classes, as one kind."""

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
        self.members = _lists(members)
        """Of each kind that has any address, its classes in their order."""
        self.sizes: Longs = np.concatenate([np.zeros(0, dtype=np.int64), *sizes])
        """How many interfaces are of each kind."""
        owners = np.repeat(np.arange(len(members), dtype=np.int32), [len(m) for m in members])
        self.of_class = Lists.grouped(self.members.values, owners, len(seats))
        """Of each class, the kinds that have it."""
        six = self.members.values >= np.searchsorted(seats.fine, judge.fine.six)
        counts_ = [np.bincount(owners[six == side], minlength=len(members)) for side in (0, 1)]
        self.odd: Flags = (counts_[0] > 1) | (counts_[1] > 1)
        """Whether a kind has several classes of one family, so that each is looked at closely."""
        self.places, self.sets = (
            np.full((2, len(members)), none, dtype=np.int32) for none in (seats.places, 0)
        )
        """By family, the place that each kind sends from, the last where it does not, and its set
        of groups."""
        for family in (0, 1):
            rows = (six == family) & seats.sends[self.members.values]
            classes = self.members.values[rows]
            self.places[family, owners[rows]] = seats.place[classes]
            self.sets[family, owners[rows]] = seats.groups[classes]


def _lists(parts: Sequence[Ints]) -> Lists:
    starts = np.cumsum([0, *map(len, parts)]).astype(np.int64)
    return Lists(starts, np.concatenate([np.zeros(0, dtype=np.int32), *parts]))


class _Flow(Struct, frozen=True):
    """What may come to one class of receivers by one layer of ways."""

    number: int
    family: int
    layer: Layer
    out: Sent
    """What the senders' sets of groups let out to it."""
    takes: Takes


class _Cells:
    """Kinds of senders, as one where some layers of ways and what they let out are the same."""

    def __init__(self, alike: Alike, flows: Sequence[_Flow]) -> None:
        parts = {(flow.family, id(flow.out)): flow for flow in flows}.values()
        columns = [flow.out.shape.take(alike.sets[flow.family]) for flow in parts]
        columns += [flow.layer.way.take(alike.places[flow.family]) for flow in flows]
        numbers, size = _numbered(columns)
        sizes = np.where(alike.odd, 0, alike.sizes)
        self.weights = np.bincount(numbers, weights=sizes, minlength=size).astype(np.int64)
        """How many interfaces are in each; those of odd kinds are in none."""
        example = np.zeros(size, dtype=np.int64)
        example[numbers] = np.arange(len(numbers))
        self.of_kind = numbers
        self._ways = [f.layer.way.take(alike.places[f.family].take(example)) for f in flows]
        self._sent = [
            flow.layer.masks.take(way, axis=1)
            & flow.out.yes.take(alike.sets[flow.family].take(example), axis=1)
            for flow, way in zip(flows, self._ways, strict=True)
        ]

    def taken(self, flows: Sequence[_Flow]) -> Words:
        """Return what comes from each if its senders are those from whom most is taken alike."""
        parts = [
            sent & flow.takes.most(flow.layer).take(way, axis=1)
            for flow, way, sent in zip(flows, self._ways, self._sent, strict=True)
        ]
        return np.asarray(np.bitwise_or.reduce(parts))


def _numbered(columns: Sequence[Ints]) -> tuple[Longs, int]:
    """Number the different rows of some columns of small numbers: each row's, and how many."""
    numbers, room = columns[0].astype(np.int64), int(columns[0].max(initial=0)) + 1
    for column in columns[1:]:
        width = int(column.max(initial=0)) + 1
        if room * width > _ROOM:
            numbers, room = _packed(numbers, room)
        numbers, room = numbers * width + column, room * width
    return _packed(numbers, room)


def _packed(numbers: Longs, room: int) -> tuple[Longs, int]:
    """Number anew, without those that none has."""
    if room > _ROOM:
        held, numbers = np.unique(numbers, return_inverse=True)
        return numbers, len(held)
    some = np.zeros(room, dtype=bool)
    some[numbers] = True
    return (np.cumsum(some) - 1).take(numbers), int(np.count_nonzero(some))


class _Counting:
    """Counts what reaches one kind of interfaces after the other."""

    def __init__(self, judge: Judge, alike: Alike) -> None:
        self._judge, self._alike = judge, alike
        self._layers = lru_cache(_PLACES)(self._find_layers)
        self._known: tuple[Sequence[tuple[Layer, Sent]], _Cells] | None = None

    def _find_layers(self, place: int, *, public: bool) -> list[Layer]:
        return layers(self._judge, place, public=public)

    def to(self, kind: int) -> Count:
        """Count the pairs whose receivers are of one kind."""
        alike = self._alike
        flows = [flow for one in alike.members.of(kind).tolist() for flow in self._flows(one)]
        if not flows:
            return Count(0, 0)
        cells = self._cells(flows)
        bits = _bits(cells.taken(flows))
        close = self._close(kind, flows)
        told = _bits(self._looked_at(close, flows))
        mostly = np.where(alike.odd[close], 0, bits.take(cells.of_kind.take(close)))
        sizes, own = alike.sizes.take(close), int(told[np.searchsorted(close, kind)])
        pairs = cells.weights[bits > 0].sum() + sizes @ ((told > 0) * 1 - (mostly > 0))
        ports = cells.weights @ bits + sizes @ (told - mostly)
        size = int(alike.sizes[kind])
        return Count(size * (int(pairs) - bool(own)), size * (int(ports) - own))

    def _flows(self, number: int) -> list[_Flow]:
        """Return what may come to one class, by all of its addresses."""
        judge, seats = self._judge, self._judge.seats
        place = int(seats.place[number])
        recipe = judge.groups.into.recipe(int(seats.groups[number]))
        if not seats.takes[number] or not recipe.anything.any():
            return []
        takes, six = Takes(judge, number), int(seats.fine[number] >= judge.fine.six)
        found = []
        for public in (False, True) if seats.public[number] >= 0 and not six else (False,):
            sent_to = int((seats.public if public else seats.fine)[number])
            out = judge.groups.out.sent(judge.groups.out.told(sent_to))
            held = self._layers(place, public=public)
            found += [_Flow(number, six, layer, out, takes) for layer in held]
        return found

    def _cells(self, flows: Sequence[_Flow]) -> _Cells:
        """Return the senders by these flows, kept since the next receiver's are often the same."""
        key = [(flow.layer, flow.out) for flow in flows]
        if self._known is None or not _same(self._known[0], key):
            self._known = key, _Cells(self._alike, flows)
        return self._known[1]

    def _close(self, kind: int, flows: Sequence[_Flow]) -> Ints:
        """Return the kinds to be looked at closely: the receivers themselves too."""
        judge, seats = self._judge, self._judge.seats
        one = {flow.number: flow.takes for flow in flows}
        parts = [classes for takes in one.values() for classes in takes.others()]
        for number in one:
            groups = judge.groups.sets.of(int(seats.groups[number]))
            namers = judge.groups.out.naming_groups(groups)
            parts += [judge.members.of(group) for group in namers.tolist()]
        found = self._alike.odd.copy()
        found[self._alike.of_class.joined(np.concatenate(parts))[1]] = True
        found[kind] = True
        return np.flatnonzero(found).astype(np.int32)

    def _looked_at(self, kinds: Ints, flows: Sequence[_Flow]) -> Words:
        """Return what comes from some kinds."""
        judge, seats, members = self._judge, self._judge.seats, self._alike.members
        owners, classes = members.joined(kinds)
        rows = seats.sends[classes]
        owners, classes = owners[rows], classes[rows]
        found = np.zeros((judge.world.ports.words, len(kinds)), dtype=np.uint64)
        six = seats.fine[classes] >= judge.fine.six
        for flow in flows:
            some = six == flow.family
            for row, held in zip(found, self._by(flow, classes[some]), strict=True):
                np.bitwise_or.at(row, owners[some], held)
        return found

    def _by(self, flow: _Flow, classes: Ints) -> Words:
        """Return what comes from some classes by one flow."""
        judge, seats, layer = self._judge, self._judge.seats, flow.layer
        way, sets = layer.way.take(seats.place[classes]), seats.groups[classes]
        out = flow.out.yes.take(sets, axis=1)
        named = judge.groups.out.naming(
            tuple(judge.groups.sets.of(int(seats.groups[flow.number])).tolist())
        )
        if named is not None:
            out |= np.where(layer.outward[way], named.take(sets, axis=1), np.uint64(0))
        own = np.where(layer.shown[way], seats.public[classes], seats.fine[classes])
        gate = layer.gate[way]
        into = flow.takes.at(np.where(gate >= 0, gate, own))
        inward = layer.inward[way]
        if inward.any():
            into |= np.where(inward, flow.takes.named(sets), np.uint64(0))
        return np.asarray(layer.masks.take(way, axis=1) & out & into)


def _same(one: Sequence[tuple[Layer, Sent]], other: Sequence[tuple[Layer, Sent]]) -> bool:
    return len(one) == len(other) and all(
        a is b and c is d for (a, c), (b, d) in zip(one, other, strict=True)
    )


def _bits(words: Words) -> Longs:
    """Return how many classes of ports each has."""
    return np.asarray(np.bitwise_count(words).sum(axis=0, dtype=np.int64))


def count(judge: Judge, *, share: int = 0, of: int = 1) -> Count:
    """Count all pairs, or of those with one `share` of `of` equal parts of the receivers."""
    alike = Alike(judge)
    counting = _Counting(judge, alike)
    members, seats = alike.members, judge.seats
    first = members.values[members.starts[:-1]]
    order = np.lexsort([seats.fine[first], seats.place[first]]).tolist()
    pairs = pair_ports = 0
    for kind in order[len(order) * share // of : len(order) * (share + 1) // of]:
        found = counting.to(kind)
        pairs, pair_ports = pairs + found.pairs, pair_ports + found.pair_ports
    return Count(pairs, pair_ports)
