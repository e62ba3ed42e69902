# SPDX-License-Identifier: Apache-2.0
"""What one class takes from whom by its own rules, and who is let in unlike most others."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Words
from bartizan.reason.network.aws.kernel.judge import Judge, paint
from bartizan.reason.network.aws.kernel.layers import Layer


class Takes:
    """The rules of one class of receivers, for senders of its family."""

    def __init__(self, judge: Judge, number: int) -> None:
        seats, self._judge = judge.seats, judge
        self._family = judge.family(int(seats.place[number]))
        self._recipe = judge.groups.into.recipe(int(seats.groups[number]))
        self._listens = judge.listens.masks(int(seats.listens[number])).yes[:, None]
        cuts = {0, *self._recipe.first.tolist(), *self._recipe.end.tolist()}
        self._cuts = np.array(sorted(cuts), dtype=np.int32)
        painted = paint(self._recipe, self._cuts, range(len(self._listens)))
        self._painted = painted & self._listens
        self._peer_masks = self._recipe.peer_masks & self._listens

    def at(self, stretches: Ints) -> Words:
        """Return what is taken from addresses in some stretches."""
        return self._painted.take(np.searchsorted(self._cuts, stretches, "right") - 1, axis=1)

    def named(self, sets: Ints) -> Words:
        """Return what is taken from members of groups that the rules name, of some sets."""
        peers, size = self._recipe.peers, len(sets)
        asked = np.tile(sets, len(peers)), np.repeat(peers, size)
        held = self._judge.groups.held.members.held(*asked).reshape(len(peers), size)
        parts = np.where(held, self._peer_masks[:, :, None], np.uint64(0))
        return np.asarray(np.bitwise_or.reduce(parts, axis=1))

    def most(self, layer: Layer) -> Words:
        """Return what is taken by each way from most of those who may go it."""
        mostly = np.where(layer.shown, self._shown[0], self._own[0])
        return np.where(layer.gate >= 0, self.at(layer.gate), mostly)

    def others(self) -> Iterator[Ints]:
        """Yield classes of whom another thing may be taken than from most."""
        yield self._own[1] + self._family.classes.start
        yield self._family.public.classes[self._shown[1]]
        for peer in self._recipe.peers.tolist():
            yield self._judge.members.of(peer)

    @cached_property
    def _own(self) -> tuple[Words, Ints]:
        return self._mostly(self._judge.seats.fine[self._family.classes])

    @cached_property
    def _shown(self) -> tuple[Words, Ints]:
        return self._mostly(self._family.public.seen)

    def _mostly(self, seen: Ints) -> tuple[Words, Ints]:
        """Return what is taken from most of the stretches in order, and where another thing is."""
        begins = np.searchsorted(seen, self._cuts)
        counts = np.empty_like(begins)
        counts[:-1] = begins[1:] - begins[:-1]
        counts[-1] = len(seen) - begins[-1]
        most = self._painted[:, [int(counts.argmax())]]
        unlike: Flags = (self._painted != most).any(axis=0) & (counts > 0)
        runs = [
            np.arange(low, low + count)
            for low, count in zip(begins[unlike].tolist(), counts[unlike].tolist(), strict=True)
        ]
        return most, np.concatenate([np.zeros(0, dtype=np.int64), *runs]).astype(np.int32)
