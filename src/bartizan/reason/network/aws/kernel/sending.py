# SPDX-License-Identifier: Apache-2.0
"""What some classes of interfaces may send to others: the judge's question from the other end."""

import numpy as np
from msgspec import Struct

from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.columns import Ints, Lists, Longs, Words, combined
from bartizan.reason.network.aws.kernel.group_rules import Between
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.lanes import gathered
from bartizan.reason.network.aws.kernel.paths import Ways, walked


def sent(judge: Judge, senders: Ints, targets: Ints, *, public: bool) -> Masks:
    """Return what each of some classes may send to one other, by the private addresses of that
    or the public ones; all are of one family.
    """
    seats = judge.seats
    flow, first = combined([seats.place[senders], seats.place[targets]])
    sources, goals = seats.place[senders[first]], seats.place[targets[first]]
    found = walked(judge.world, len(first), judge.end(sources), judge.end(goals), public=public)
    pairs = _Pairs(judge, senders, targets, public=public)
    yes = np.zeros((judge.world.ports.words, len(senders)), dtype=np.uint64)
    if not len(senders):
        return Masks(yes, yes)
    pair, way = _joined(flow, found.origin, flows=len(first))
    came = gathered(pair, pairs.by(found, pair, way), len(senders))
    pair, way = _joined(flow, found.lost, flows=len(first))
    lost = pairs.lost(found, pair, way)
    maybe = came.maybe | gathered(pair, Masks(lost, lost), len(senders)).maybe
    sends = seats.sends[senders]
    return Masks(*(np.where(sends, masks, np.uint64(0)) for masks in (came.yes, maybe)))


def _joined(flow: Longs, origin: Ints, *, flows: int) -> tuple[Ints, Ints]:
    """Return the ways of each pair, whose flows are numbered: the pair, and the way."""
    ways = Lists.grouped(origin, np.arange(len(origin), dtype=np.int32), flows)
    pair, way = ways.joined(flow.astype(np.int32))
    return pair.astype(np.int32), way


class _Rows(Struct, frozen=True):
    """Some pairs of classes, and what the sender's groups let out to the other."""

    senders: Ints
    targets: Ints
    out: Between


class _Pairs:
    """Pairs of classes, the first of which sends to the second."""

    def __init__(self, judge: Judge, senders: Ints, targets: Ints, *, public: bool) -> None:
        self._judge, self._senders, self._targets = judge, senders, targets
        self._sent_to = (judge.seats.public if public else judge.seats.fine)[targets]

    def _rows(self, pair: Ints) -> _Rows:
        groups, seats = self._judge.groups, self._judge.seats
        senders, targets = self._senders[pair], self._targets[pair]
        out = groups.out.between(seats.groups[senders], self._sent_to[pair], seats.groups[targets])
        return _Rows(senders, targets, out)

    def by(self, held: Ways, pair: Ints, way: Ints) -> Masks:
        """Return what arrives of pairs by their ways."""
        judge, seats, rows = self._judge, self._judge.seats, self._rows(pair)
        nat, shown = held.nat[way], held.shown[way]
        own = np.where(shown, seats.public[rows.senders], seats.fine[rows.senders])
        gate = np.where(shown, judge.nat_seen[1][nat], judge.nat_seen[0][nat])
        into = judge.groups.into.between(
            seats.groups[rows.targets],
            np.where(nat >= 0, gate, own),
            seats.groups[rows.senders],
        )
        named = np.where(held.outward[way], rows.out.named, np.uint64(0))
        refer = np.where(held.inward[way], into.named, np.uint64(0))
        takes, listens = seats.takes[rows.targets], seats.listens[rows.targets]

        def passed(masks: Words, out: Words, in_: Words, held_: Words) -> Words:
            found = masks[:, way] & (out | named) & (in_ | refer) & held_[:, listens]
            return np.where(takes, found, np.uint64(0))

        return Masks(
            passed(held.masks.yes, rows.out.yes, into.yes, judge.listens.yes),
            passed(held.masks.maybe, rows.out.maybe, into.maybe, judge.listens.maybe),
        )

    def lost(self, held: Ways, pair: Ints, way: Ints) -> Words:
        """Return what may arrive of what gets lost; rules may fit that name a group of any who may
        have the address.
        """
        judge, rows = self._judge, self._rows(pair)
        recipes = judge.groups.into.recipe
        kinds, inverse = np.unique(judge.seats.groups[rows.targets], return_inverse=True)
        none = np.zeros((len(held.lost_masks), 0), dtype=np.uint64)
        open_ = (
            np.stack([recipes(n).anything for n in kinds.tolist()], axis=1) if len(kinds) else none
        )
        out = rows.out.maybe | self._naming(pair)
        return held.lost_masks[:, way] & out & open_[:, inverse]

    def _naming(self, pair: Ints) -> Words:
        """Return what the senders of pairs let out to groups that may be behind the address."""
        judge, sets = self._judge, self._judge.seats.groups[self._senders[pair]]
        found = np.zeros((judge.world.ports.words, len(pair)), dtype=np.uint64)
        stretches, which = np.unique(self._sent_to[pair], return_inverse=True)
        for number, stretch in enumerate(stretches.tolist()):
            named = judge.groups.out.naming(tuple(judge.holders(stretch).tolist()))
            if named is not None:
                at = which == number
                found[:, at] = named[:, sets[at]]
        return found
