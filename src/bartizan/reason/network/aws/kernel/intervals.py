# SPDX-License-Identifier: Apache-2.0
"""For each of many owners, what holds at each stretch of the line of addresses."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from bartizan.reason.network.aws.kernel.columns import Ints

Painted: TypeAlias = tuple[Sequence[int], Sequence[int]]
"""Stretches at which something begins, the first of them 0, and what begins there."""

Some: TypeAlias = int | Ints
"""One number that holds for all, or one for each."""

_REMEMBERED = 64


class Intervals:
    """What holds for each owner at each stretch, as numbers."""

    def __init__(self, size: int, painted: Iterable[Painted]) -> None:
        self._size = size
        keys: list[int] = []
        values: list[int] = []
        firsts = [0]
        for owner, (starts, held) in enumerate(painted):
            keys.extend(owner * size + start for start in starts)
            values.extend(held)
            firsts.append(len(keys))
        self._keys = np.array(keys, dtype=np.int64)
        self._values = np.array(values, dtype=np.int32)
        self._firsts = firsts
        self._owners = np.arange(len(firsts) - 1, dtype=np.int64) * size
        self._column = lru_cache(_REMEMBERED)(self._find_column)

    def at(self, owners: Some, stretches: Some) -> Ints:
        """Return what holds for each owner at each stretch; one of both may be one for all.

        Owner -1 is the last one.
        """
        if isinstance(stretches, int):
            return np.atleast_1d(self._column(stretches)[owners])
        if isinstance(owners, int):
            starts, values = self.row(owners)
            return values[np.searchsorted(starts, stretches, "right") - 1]
        keys = (owners % len(self._owners)).astype(np.int64) * self._size + stretches
        return self._values[np.searchsorted(self._keys, keys, "right") - 1]

    def row(self, owner: int) -> tuple[Ints, Ints]:
        """Return where something begins for one owner, and what."""
        owner %= len(self._owners)
        first, last = self._firsts[owner : owner + 2]
        starts = (self._keys[first:last] - owner * self._size).astype(np.int32)
        return starts, self._values[first:last]

    def _find_column(self, stretch: int) -> Ints:
        return self._values[np.searchsorted(self._keys, self._owners + stretch, "right") - 1]


def painted(strokes: Sequence[tuple[int, int, int]], ground: int) -> Painted:
    """Paint strokes (first stretch, end, what) one over another, later ones over earlier ones."""
    cuts = sorted({0, *(s[0] for s in strokes), *(s[1] for s in strokes)})
    place = {cut: number for number, cut in enumerate(cuts)}
    held = np.full(len(cuts), ground, dtype=np.int64)
    for first, end, what in strokes:
        held[place[first] : place[end]] = what
    changes = np.flatnonzero(np.diff(held, prepend=held[:1] - 1))
    return [cuts[number] for number in changes.tolist()], held[changes].tolist()
