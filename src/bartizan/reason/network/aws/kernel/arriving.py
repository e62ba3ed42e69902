# SPDX-License-Identifier: Apache-2.0
"""What all classes may send to one of them, asked of one class of ports at a time.

Each answer is two bits, so that a large estate is gone through byte by byte, and only where a rule
of the receiver's is for the sender.
"""

from typing import TypeAlias

import numpy as np

from bartizan.reason.network.aws.kernel.columns import (
    MAYBE,
    NO,
    YES,
    Bits,
    Flags,
    Ints,
    Longs,
    Rows,
    Words,
)
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.ports import Bit, single

_Some: TypeAlias = slice | Rows


def arriving(judge: Judge, number: int, *, public: bool, asked: Words) -> Bits:
    """Return what every class may send to one, by its private addresses or its public ones: bits
    of whether any of the classes of ports that are `asked` arrives.
    """
    found = np.zeros(len(judge.seats), dtype=np.uint8)
    recipe = judge.groups.into.recipe(int(judge.seats.groups[number]))
    for bit in single(recipe.anything & asked):
        _Arriving(judge, number, bit, public=public).mark(found)
    return found


class _Arriving:
    """One class of ports, and one class of interfaces that it is sent to."""

    def __init__(self, judge: Judge, number: int, bit: Bit, *, public: bool) -> None:
        self._judge, self._seats, self._bit = judge, judge.seats, bit
        seats, set_ = judge.seats, int(judge.seats.groups[number])
        place = int(seats.place[number])
        self._family, self._ways = judge.family(place), judge.ways(place, public=public)
        self._takes, self._groups = bool(seats.takes[number]), judge.groups.sets.of(set_)
        self._sent_to = int((seats.public if public else seats.fine)[number])
        yes, maybe = (each[:, None] for each in judge.listens.masks(int(seats.listens[number])))
        self._codes = self._coded(*self._ways.masks) & self._coded(yes, maybe)
        """Of each way, what passes by it and is listened to."""
        self._out, self._named = judge.leaving(self._sent_to, bit), self._naming(self._groups)
        self._recipe = judge.groups.into.recipe(set_)
        ranged = bit.of(self._recipe.masks)
        self._first, self._end = self._recipe.first[ranged], self._recipe.end[ranged]
        self._doubt = MAYBE if bit.of(self._recipe.doubt) else NO

    def _coded(self, yes: Words, maybe: Words) -> Bits:
        sure, possible = self._bit.of(yes), self._bit.of(maybe)
        return np.where(sure, YES, np.where(possible, MAYBE, NO)).astype(np.uint8)

    def mark(self, found: Bits) -> None:
        """Mark what arrives."""
        ways = self._ways
        if self._takes:
            hidden = ways.nat >= 0
            self._near(found, ~ways.shown & ~hidden)
            self._shown(found, ways.shown & ~hidden)
            self._hidden(found, hidden)
        if len(ways.lost):
            self._lose(found)

    def _near(self, found: Bits, ways: Flags) -> None:
        """Mark who is seen by its own address."""
        if not ways.any():
            return
        own = self._family.classes
        rows, into = self._into(self._seats.fine[own], own.start)
        found[rows] |= self._passed(ways, self._codes, rows) & into
        recipe = self._recipe
        for peer in recipe.peers[self._bit.of(recipe.peer_masks)].tolist():
            members = self._judge.members.of(peer)
            found[members] |= self._passed(ways & self._ways.inward, self._codes, members)

    def _shown(self, found: Bits, ways: Flags) -> None:
        """Mark who is seen by its public address."""
        if not ways.any():
            return
        rows, into = self._into(self._family.public.seen, 0)
        classes = self._family.public.classes[rows]
        found[classes] |= self._passed(ways, self._codes, classes) & into

    def _hidden(self, found: Bits, ways: Flags) -> None:
        """Mark who is seen as a NAT gateway."""
        if not ways.any():
            return
        own, public = (self._let_in(seen) for seen in self._judge.nat_seen)
        nat = self._ways.nat
        codes = self._codes & np.where(self._ways.shown, public[nat], own[nat])
        classes = self._family.classes
        found[classes] |= self._passed(ways, codes, classes)

    def _lose(self, found: Bits) -> None:
        """Doubt what gets lost: it may arrive, unless no rule of either side is for it."""
        ways, classes = self._ways, self._family.classes
        at = np.zeros(self._seats.places, dtype=np.uint8)
        lost = self._bit.of(ways.lost_masks)
        at[self._family.places[ways.lost[lost]]] = MAYBE
        out, named = self._out[classes], self._naming(self._judge.holders(self._sent_to))
        if named is not None:
            out = out | named[classes]
        found[classes] |= at[self._seats.place[classes]] & out

    def _passed(self, ways: Flags, codes: Bits, classes: _Some) -> Bits:
        """Return what some classes send by some ways."""
        place = self._seats.place[classes]
        found = self._at(ways, codes)[place] & self._out[classes]
        if self._named is not None:
            found |= self._at(ways & self._ways.outward, codes)[place] & self._named[classes]
        return found

    def _at(self, ways: Flags, codes: Bits) -> Bits:
        """Return of each place what passes by some ways."""
        found = np.zeros(self._seats.places, dtype=np.uint8)
        np.bitwise_or.at(found, self._family.places[self._ways.origin[ways]], codes[ways])
        return found

    def _naming(self, groups: Ints) -> Bits | None:
        """Return what each class may send to some groups; None where no rule names any."""
        held = self._judge.groups.out.naming_bits(groups, self._bit)
        return None if held is None else self._judge.sending(held)

    def _into(self, seen: Ints, offset: int) -> tuple[_Some, Bits]:
        """Return who of some is let in, who are in the order of the stretches that they are seen
        at: their numbers from `offset` on, and bits for each.
        """
        found = np.full(len(seen), self._doubt, dtype=np.uint8)
        first, end = (np.searchsorted(seen, each).tolist() for each in (self._first, self._end))
        for low, high in zip(first, end, strict=True):
            found[low:high] = YES
        rows: Longs = np.flatnonzero(found != NO)
        if len(rows) == len(seen):
            return slice(offset, offset + len(seen)), found
        return rows + offset, found[rows]

    def _let_in(self, seen: Ints) -> Bits:
        """Return what is let in from each of some stretches."""
        before = np.searchsorted(np.sort(self._first), seen, "right")
        inside = before > np.searchsorted(np.sort(self._end), seen, "right")
        return np.where(inside, YES, self._doubt).astype(np.uint8)
