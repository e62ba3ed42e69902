# SPDX-License-Identifier: Apache-2.0
"""What comes from outside to many classes at once, of what comes to their places."""

import itertools
from collections.abc import Sequence

import numpy as np

from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.columns import Ints, Words
from bartizan.reason.network.aws.kernel.crowd import Coming, Crowd, Exposure
from bartizan.reason.network.aws.kernel.judge import Judge


class Inbound:
    """Classes, each with what comes to its place by one of its addresses."""

    def __init__(
        self, judge: Judge, crowd: Crowd, classes: Ints, coming: Sequence[Coming]
    ) -> None:
        self._judge, self._crowd, self._classes = judge, crowd, classes
        self._width = len(judge.fine) + 1
        self._sets = judge.seats.groups[classes]
        numbers: dict[int, int] = {}
        kinds = [numbers.setdefault(id(held), len(numbers)) for held in coming]
        self._kind = np.array(kinds, dtype=np.int64)
        self._kinds = [coming[kinds.index(kind)] for kind in range(len(numbers))]
        counts = np.array([len(held.starts) for held in self._kinds], dtype=np.int64)
        self._counts, self._firsts = counts, np.cumsum(counts) - counts

    def exposures(self) -> list[Exposure]:
        """Return what comes to each class, by stretches of senders."""
        if not len(self._classes):
            return []
        judge, seats = self._judge, self._judge.seats
        owner, seen, end = self._stretches()
        keys = owner * self._width + seen
        into = self._painted(keys)
        starts = np.concatenate([held.starts for held in self._kinds]).astype(np.int64)
        base = np.repeat(np.arange(len(self._kinds)), self._counts) * self._width
        at = self._kind[owner] * self._width + seen
        way = np.searchsorted(base + starts, at, "right") - 1
        came = [
            np.concatenate(parts, axis=1)[:, way]
            for parts in zip(*((*held.masks, held.lost) for held in self._kinds), strict=True)
        ]
        classes = self._classes[owner]
        listens, takes = seats.listens[classes], seats.takes[classes] * ~np.uint64(0)
        yes = into & came[0] & judge.listens.yes[:, listens] & takes
        if self._crowd.bare:
            yes = np.zeros_like(yes)
        maybe = into | judge.groups.into.doubts(self._sets[owner])
        maybe = maybe & came[1] & judge.listens.maybe[:, listens] & takes
        maybe |= self._lost(came[2], owner)
        cuts = np.searchsorted(owner, np.arange(len(self._classes) + 1)).tolist()
        return [
            Exposure(seen[low:high], end[low:high], Masks(yes[:, low:high], maybe[:, low:high]))
            for low, high in itertools.pairwise(cuts)
        ]

    def _stretches(self) -> tuple[Ints, Ints, Ints]:
        """Cut what comes to each class where its rules do; keep what has any of the crowd."""
        width, fine = self._width, self._judge.fine
        rules = self._judge.groups.into.ranges(self._sets)
        some = np.flatnonzero(self._counts[self._kind])
        counts = self._counts[self._kind[some]]
        owners = np.repeat(some, counts)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
        starts = np.concatenate([held.starts for held in self._kinds]).astype(np.int64)
        begun = starts[self._firsts[self._kind[owners]] + within]
        keys = [owners * width + begun]
        keys += [rules.owner * width + rules.first, rules.owner * width + rules.end]
        owner, seen = np.divmod(np.unique(np.concatenate(keys)), width)
        first = np.full(len(self._classes), width, dtype=np.int64)
        first[some] = starts[self._firsts[self._kind[some]]]
        last = np.where(first < fine.six, fine.six, len(fine))[owner]
        kept = (seen >= first[owner]) & (seen < last)
        owner, seen, last = owner[kept], seen[kept], last[kept]
        end = last.copy()
        same = owner[1:] == owner[:-1]
        end[:-1][same] = seen[1:][same]
        before = self._crowd.before
        held = before[end] > before[seen]
        return owner[held], seen[held].astype(np.int32), end[held].astype(np.int32)

    def _painted(self, keys: Ints) -> Words:
        """Return what the rules of each class let in from each of its stretches."""
        rules = self._judge.groups.into.ranges(self._sets)
        low = np.searchsorted(keys, rules.owner * self._width + rules.first)
        counts = np.searchsorted(keys, rules.owner * self._width + rules.end) - low
        rule = np.repeat(np.arange(len(counts)), counts)
        at = np.arange(len(rule)) - np.repeat(np.cumsum(counts) - counts, counts) + low[rule]
        found = np.zeros((len(rules.masks), len(keys)), dtype=np.uint64)
        for row, masks in zip(found, rules.masks, strict=True):
            np.bitwise_or.at(row, at, masks[rule])
        return found

    def _lost(self, lost: Words, owner: Ints) -> Words:
        """Return what may come of what gets lost, if any rule lets it in."""
        if not lost.any():
            return lost
        sets, which = np.unique(self._sets, return_inverse=True)
        recipe = self._judge.groups.into.recipe
        open_ = np.stack([recipe(number).anything for number in sets.tolist()], axis=1)
        return np.asarray(lost & open_[:, which[owner]])
