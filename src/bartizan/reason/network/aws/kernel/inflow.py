# SPDX-License-Identifier: Apache-2.0
"""What surely comes to all classes of one place, worked out together: their ways and what leaves
the senders are the same, so that each class only adds its own rules.
"""

from collections.abc import Iterator

import numpy as np

from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Words
from bartizan.reason.network.aws.kernel.judge import Batch, Judge, batch_rows


class _Flow:
    """Senders whose packets come in one manner, in the order that they are seen in."""

    def __init__(
        self, judge: Judge, batch: Batch, seen: Ints, *, masks: Words, near: Flags, refers: Flags
    ) -> None:
        self._judge, self.batch, self._seen, self._masks = judge, batch, seen, masks
        self._near, self._refers = near, refers
        self._sets = judge.seats.groups[batch.classes]
        self._known: tuple[tuple[bool, bytes] | None, Words] = (None, masks)

    def _sent(self, number: int, sent_to: int) -> Words:
        """Return what leaves the senders for one class, `sent_to` being where its address is."""
        out, groups = self._judge.groups.out, self._judge.groups.sets
        named = out.naming(tuple(groups.of(int(self._judge.seats.groups[number])).tolist()))
        key = out.told(sent_to)
        if named is None and key == self._known[0]:
            return self._known[1]
        passed = out.at(sent_to).yes[:, self._sets]
        if named is not None:
            passed |= np.where(self._near, named[:, self._sets], np.uint64(0))
            return np.asarray(passed & self._masks)
        self._known = key, passed & self._masks
        return self._known[1]

    def into(self, number: int, sent_to: int) -> Words:
        """Return what one class takes from each sender."""
        judge, seats = self._judge, self._judge.seats
        recipe = judge.groups.into.recipe(int(seats.groups[number]))
        takes = judge.listens.masks(int(seats.listens[number])).yes.tolist()
        sent = self._sent(number, sent_to)
        found = np.zeros_like(sent)
        first = np.searchsorted(self._seen, recipe.first).tolist()
        end = np.searchsorted(self._seen, recipe.end).tolist()
        named = [
            rows[self._refers[rows]]
            for rows in (
                batch_rows(self.batch, judge.members.of(peer)) for peer in recipe.peers.tolist()
            )
        ] if self._refers.any() else []  # fmt: skip
        for word, taken in enumerate(takes):
            held, row = sent[word], found[word]
            for low, high, mask in zip(first, end, recipe.masks[word].tolist(), strict=True):
                if mask & taken and low < high:
                    row[low:high] |= held[low:high] & np.uint64(mask & taken)
            for rows, mask in zip(named, recipe.peer_masks[word].tolist(), strict=False):
                if mask & taken:
                    row[rows] |= held[rows] & np.uint64(mask & taken)
        return found


class Inflow:
    """What surely comes to the private addresses of one place, or to its public ones."""

    def __init__(self, judge: Judge, place: int, *, public: bool) -> None:
        self._judge, self._public = judge, public
        arrivals = judge.arrivals(place, public=public)
        ways = arrivals.ways
        self._flows: list[_Flow] = []
        for batch in (arrivals.plain, arrivals.shown, arrivals.hidden):
            if not len(batch.classes):
                continue
            seen, held = batch.seen, batch
            if batch is arrivals.hidden:
                nat = ways.nat[batch.way]
                seen = np.where(
                    ways.shown[batch.way], judge.nat_seen[1][nat], judge.nat_seen[0][nat]
                )
                order = np.argsort(seen, kind="stable")
                seen = seen[order]
                held = Batch(batch.classes[order], seen, batch.way[order], batch.once)
            refers = ways.inward[held.way] & (batch is arrivals.plain)
            masks, near = ways.masks.yes[:, held.way], ways.outward[held.way]
            self._flows.append(_Flow(judge, held, seen, masks=masks, near=near, refers=refers))

    def to(self, number: int) -> Iterator[tuple[Batch, Words]]:
        """Yield what comes to one class: senders, and bits of ports for each of them."""
        seats = self._judge.seats
        if seats.takes[number]:
            sent_to = int(seats.public[number] if self._public else seats.fine[number])
            for flow in self._flows:
                yield flow.batch, flow.into(number, sent_to)
