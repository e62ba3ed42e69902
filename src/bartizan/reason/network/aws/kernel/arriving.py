# SPDX-License-Identifier: Apache-2.0
"""What all classes may send to one of them, asked of one class of ports at a time.

Each answer is two bits, so that a large estate is gone through byte by byte, and only where a rule
of the receiver's is for the sender.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np

from bartizan.reason.network.aws.kernel.columns import (
    MAYBE,
    NO,
    YES,
    Bits,
    Flags,
    Ints,
    Rows,
    Words,
)
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.ports import Bit, single

_Some: TypeAlias = slice | Rows
_SURELY = np.full(1, YES, dtype=np.uint8)


def arriving(judge: Judge, number: int, *, public: bool, asked: Words) -> Bits:
    """Return what every class may send to one, by its private addresses or its public ones: bits
    of whether any of the classes of ports that are `asked` arrives.
    """
    found = np.zeros(len(judge.seats), dtype=np.uint8)
    recipe = judge.groups.into.recipe(int(judge.seats.groups[number]))
    for bit in single(recipe.anything & asked):
        _Arriving(judge, number, bit, public=public).mark(found)
    return found


class _Manner(NamedTuple):
    """Ways in which a sender is seen alike: by its own address, its public one, or a gateway's."""

    plain: Flags
    walked: Flags
    """Which of the walked ways, as `plain` is of the plain ones."""
    hidden: bool = False
    """The sender is seen as a NAT gateway."""

    def and_(self, plain: Flags, walked: Flags) -> "_Manner":
        """Return those of the ways that are also of some others."""
        return _Manner(self.plain & plain, self.walked & walked, self.hidden)

    def any(self) -> bool:
        """Tell whether there are any."""
        return bool(self.plain.any() or self.walked.any())


class _Arriving:
    """One class of ports, and one class of interfaces that it is sent to."""

    def __init__(self, judge: Judge, number: int, bit: Bit, *, public: bool) -> None:
        self._judge, self._seats, self._bit, self._public = judge, judge.seats, bit, public
        seats, set_ = judge.seats, int(judge.seats.groups[number])
        place = int(seats.place[number])
        self._family, self._takes = judge.family(place), bool(seats.takes[number])
        self._sent_to = int((seats.public if public else seats.fine)[number])
        self._out = judge.leaving(self._sent_to, bit)
        self._named = judge.groups.out.naming_bits(judge.groups.sets.of(set_), bit)
        self._recipe = judge.groups.into.recipe(set_)
        ranged = bit.of(self._recipe.masks)
        self._first, self._end = self._recipe.first[ranged], self._recipe.end[ranged]
        self._peers = self._recipe.peers[bit.of(self._recipe.peer_masks)].tolist()
        self._doubt = MAYBE if bit.of(self._recipe.doubt) else NO
        self._ways = judge.ways(place, public=public, among=self._among())
        self._walked = self._ways.walked
        masks = [each[:, None] for each in judge.listens.masks(int(seats.listens[number]))]
        listens = self._coded(*masks)
        self._codes = np.append(self._coded(*self._ways.masks) & listens, np.uint8(NO))
        """Of each plain way, what passes by it and is listened to; nothing by none."""
        self._walked_codes = self._coded(*self._walked.masks) & listens

    def _coded(self, yes: Words, maybe: Words) -> Bits:
        sure, possible = self._bit.of(yes), self._bit.of(maybe)
        return np.where(sure, YES, np.where(possible, MAYBE, NO)).astype(np.uint8)

    def _among(self) -> Flags | None:
        """Tell of each place whether a rule lets in any of it by a plain way; None for all."""
        found = np.zeros(self._seats.places, dtype=bool)
        if not self._takes:
            return found
        six, parts = self._sent_to >= self._judge.fine.six, []
        if not self._public:
            parts += [self._own[0], *map(self._judge.members.of, self._peers)]
        if self._public or six:
            rows = self._abroad[0]
            parts.append(rows if isinstance(rows, slice) else self._family.public.classes[rows])
        gates = self._let_in(self._judge.nat_seen[1]) if self._public else self._out[:0]
        if gates.any() or any(isinstance(part, slice) for part in parts):
            return None
        for part in parts:
            found[self._seats.place[part]] = True
        return found

    @cached_property
    def _own(self) -> tuple[_Some, Bits]:
        """Who is let in by its own address: classes, and bits for each."""
        own = self._family.classes
        rows, into = self._into(self._seats.fine[own])
        return slice(own.start, own.stop) if isinstance(rows, slice) else rows + own.start, into

    @cached_property
    def _abroad(self) -> tuple[_Some, Bits]:
        """Who is let in by its public address, in the order of these."""
        return self._into(self._family.public.seen)

    def mark(self, found: Bits) -> None:
        """Mark what arrives."""
        ways, walked = self._ways, self._walked
        if self._takes:
            hidden = walked.nat >= 0
            self._near(found, _Manner(~ways.shown, ~walked.shown & ~hidden))
            self._shown(found, _Manner(ways.shown, walked.shown & ~hidden))
            self._hidden(found, _Manner(ways.shown | True, hidden, hidden=True))
        if len(walked.lost):
            self._lose(found)

    def _near(self, found: Bits, manner: _Manner) -> None:
        """Mark who is seen by its own address."""
        if not manner.any():
            return
        rows, into = self._own
        found[rows] |= self._passed(manner, rows) & into
        inward = manner.and_(self._ways.inward, self._walked.inward)
        for peer in self._peers:
            members = self._judge.members.of(peer)
            found[members] |= self._passed(inward, members)

    def _shown(self, found: Bits, manner: _Manner) -> None:
        """Mark who is seen by its public address."""
        if not manner.any():
            return
        rows, into = self._abroad
        classes = self._family.public.classes[rows]
        found[classes] |= self._passed(manner, classes) & into

    def _hidden(self, found: Bits, manner: _Manner) -> None:
        """Mark who is seen as a NAT gateway."""
        if not (manner.walked.any() or (self._ways.nat >= 0).any()):
            return
        classes = self._family.classes
        found[classes] |= self._passed(manner, classes)

    def _lose(self, found: Bits) -> None:
        """Doubt what gets lost: it may arrive, unless no rule of either side is for it."""
        judge, walked, classes = self._judge, self._walked, self._family.classes
        at = np.zeros(self._seats.places, dtype=np.uint8)
        lost = self._bit.of(walked.lost_masks)
        at[self._family.places[walked.lost[lost]]] = MAYBE
        named = judge.groups.out.naming_bits(judge.holders(self._sent_to), self._bit)
        out = self._out if named is None else self._out | named
        found[classes] |= at[self._seats.place[classes]] & judge.sending(out, classes)

    def _passed(self, manner: _Manner, classes: _Some) -> Bits:
        """Return what some classes send in one manner; one value for all where it is nothing."""
        at, sending = self._at(manner), self._judge.sending
        if not at.any():
            return at[:1]
        place = self._seats.place[classes]
        found = at.take(place) & sending(self._out, classes)
        if self._named is not None:
            near = self._at(manner.and_(self._ways.outward, self._walked.outward))
            found |= near.take(place) & sending(self._named, classes)
        return found

    def _at(self, manner: _Manner) -> Bits:
        """Return of each place what passes in one manner."""
        ways, walked, family = self._ways, self._walked, self._family
        found = np.zeros(self._seats.places, dtype=np.uint8)
        codes = np.where(np.append(manner.plain, True), self._codes, np.uint8(NO))[ways.which]
        seen = ways.nat >= 0
        if manner.hidden:
            codes &= self._as_gates(ways.nat, np.append(ways.shown, False)[ways.which])
        found[family.places] = np.where(seen == manner.hidden, codes, np.uint8(NO))
        if manner.walked.any():
            held = self._walked_codes
            if manner.hidden:
                held = held & self._as_gates(walked.nat, walked.shown)
            origin = family.places[walked.origin[manner.walked]]
            np.bitwise_or.at(found, origin, held[manner.walked])
        return found

    def _as_gates(self, nat: Ints, shown: Flags) -> Bits:
        """Return what is let in from NAT gateways, each by its public address or its own."""
        own, public = (self._let_in(seen)[nat] for seen in self._judge.nat_seen)
        return np.where(shown, public, own)

    def _into(self, seen: Ints) -> tuple[_Some, Bits]:
        """Return who of some is let in, who are in the order of the stretches that they are seen
        at: their numbers, and bits for each, or the same for all.
        """
        first, end = (np.searchsorted(seen, each).tolist() for each in (self._first, self._end))
        runs = _merged(zip(first, end, strict=True))
        if not self._doubt and runs != [(0, len(seen))]:
            rows = [np.arange(low, high) for low, high in runs]
            return np.concatenate([np.zeros(0, dtype=np.int64), *rows]), _SURELY
        found = np.full(len(seen), self._doubt, dtype=np.uint8)
        for low, high in runs:
            found[low:high] = YES
        return slice(None), found

    def _let_in(self, seen: Ints) -> Bits:
        """Return what is let in from each of some stretches."""
        before = np.searchsorted(np.sort(self._first), seen, "right")
        inside = before > np.searchsorted(np.sort(self._end), seen, "right")
        return np.where(inside, YES, self._doubt).astype(np.uint8)


def _merged(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Put runs of numbers together that meet; those of none are left out."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(runs):
        if found and low <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], high)
        elif low < high:
            found.append((low, high))
    return found
