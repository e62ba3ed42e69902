# SPDX-License-Identifier: Apache-2.0
"""What some classes of interfaces may send to others: the judge's question from the other end."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Words
from bartizan.reason.network.aws.kernel.judge import Judge, paint
from bartizan.reason.network.aws.kernel.paths import Ways, walked


@dataclass(frozen=True, slots=True)
class Sender:
    """One class that sends, and the classes that it may send to."""

    number: int
    targets: Ints


def sent(judge: Judge, senders: Sequence[Sender], *, public: bool) -> list[Masks]:
    """Return for each sender what it may send to each of its targets, by their private addresses
    or the public ones; all are of one family.
    """
    seats = judge.seats
    places = [np.unique(seats.place[sender.targets]) for sender in senders]
    counts = np.array([len(held) for held in places], dtype=np.int64)
    numbers = np.array([sender.number for sender in senders], dtype=np.int64)
    sources = np.repeat(seats.place[numbers], counts)
    goals = np.concatenate([np.zeros(0, dtype=np.int32), *places])
    found = walked(judge.world, len(goals), judge.end(sources), judge.end(goals), public=public)
    ends = np.cumsum(counts)
    return [
        _One(judge, found, sender, held, first=int(end - len(held)), public=public).masks()
        for sender, held, end in zip(senders, places, ends.tolist(), strict=True)
    ]


class _One:
    """One sender."""

    def __init__(
        self, judge: Judge, found: Ways, sender: Sender, places: Ints, *, first: int, public: bool
    ) -> None:
        self._judge, self._ways, self._targets = judge, found, sender.targets
        seats = judge.seats
        self._number, self._places, self._first = sender.number, places, first
        self._sets = seats.groups[sender.targets]
        self._at = np.searchsorted(places, seats.place[sender.targets])
        self._set = int(seats.groups[sender.number])
        self._out = self._paint((seats.public if public else seats.fine)[sender.targets])

    def masks(self) -> Masks:
        """Return what arrives at each target."""
        yes = np.zeros((self._judge.world.ports.words, len(self._targets)), dtype=np.uint64)
        maybe = yes.copy()
        if self._judge.seats.sends[self._number]:
            for row in self._rows(self._ways.origin):
                sure, possible = self._by(row)
                yes |= sure
                maybe |= possible
            for row in self._rows(self._ways.lost):
                maybe |= self._lost(row)
        return Masks(yes, maybe)

    def _rows(self, origin: Ints) -> Sequence[Ints]:
        """Return ways of this sender in layers, each with no more than one way to a place."""
        mine = np.flatnonzero((origin >= self._first) & (origin < self._first + len(self._places)))
        layers: list[Ints] = []
        while len(mine):
            _, first = np.unique(origin[mine], return_index=True)
            layer = np.full(len(self._places), -1, dtype=np.int32)
            layer[origin[mine[first]] - self._first] = mine[first]
            layers.append(layer)
            mine = np.delete(mine, first)
        return layers

    def _paint(self, stretches: Ints) -> Masks:
        """Return what the sender's groups let out to each target, by its address."""
        recipe = self._judge.groups.out.recipe(self._set)
        order = np.argsort(stretches, kind="stable")
        words = range(self._judge.world.ports.words)
        yes = np.zeros((len(words), len(stretches)), dtype=np.uint64)
        yes[:, order] = paint(recipe, stretches[order], words)
        return Masks(yes, yes | recipe.doubt[:, None])

    def _named(self) -> Words:
        """Return what the sender's rules let out to targets whose groups they name."""
        recipe = self._judge.groups.out.recipe(self._set)
        found = np.zeros_like(self._out.yes)
        for at, peer in enumerate(recipe.peers.tolist()):
            rows = np.isin(self._targets, self._judge.members.of(peer))
            found[:, rows] |= recipe.peer_masks[:, at, None]
        return found

    def _by(self, layer: Ints) -> tuple[Words, Words]:
        """Return what arrives by one way to each place."""
        judge, held = self._judge, self._ways
        way = layer[self._at]
        there = way >= 0
        out = np.where(held.outward[way], self._named(), np.uint64(0))
        named = judge.groups.into.naming(tuple(judge.groups.sets.of(self._set).tolist()))
        refer = np.zeros_like(out) if named is None else named[:, self._sets]
        into = self._into(way, there)
        refer = np.where(held.inward[way], refer, np.uint64(0))
        seats = judge.seats
        open_ = there & seats.takes[self._targets]
        listens = seats.listens[self._targets]
        yes = held.masks.yes[:, way] & (self._out.yes | out) & (into.yes | refer)
        maybe = held.masks.maybe[:, way] & (self._out.maybe | out) & (into.maybe | refer)
        yes = np.where(open_, yes & judge.listens.yes[:, listens], np.uint64(0))
        return yes, np.where(open_, maybe & judge.listens.maybe[:, listens], np.uint64(0))

    def _into(self, way: Ints, there: Flags) -> Masks:
        """Return what the targets' groups let in from where they see the sender."""
        judge, held, seats = self._judge, self._ways, self._judge.seats
        nat, shown = held.nat[way], held.shown[way]
        own = np.where(shown, seats.public[self._number], seats.fine[self._number])
        gate = np.where(shown, judge.nat_seen[1][nat], judge.nat_seen[0][nat])
        seen = np.where(nat >= 0, gate, own)
        yes = np.zeros_like(self._out.yes)
        maybe = yes.copy()
        for stretch in np.unique(seen[there]).tolist():
            rows = there & (seen == stretch)
            masks = judge.groups.into.some(stretch, self._sets[rows])
            yes[:, rows], maybe[:, rows] = masks
        return Masks(yes, maybe)

    def _lost(self, layer: Ints) -> Words:
        """Return what may arrive of what gets lost; rules that name groups may fit."""
        judge, way = self._judge, layer[self._at]
        recipe = judge.groups.out.recipe(self._set)
        named = np.bitwise_or.reduce(recipe.peer_masks, axis=1)[:, None]
        kinds, inverse = np.unique(self._sets, return_inverse=True)
        open_ = np.stack([judge.groups.into.recipe(int(n)).anything for n in kinds], axis=1)
        passed = self._ways.lost_masks[:, way] & (self._out.maybe | named) & open_[:, inverse]
        return np.where(way >= 0, passed, np.uint64(0))
