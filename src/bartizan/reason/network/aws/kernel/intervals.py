# SPDX-License-Identifier: Apache-2.0
"""For each of many owners, what holds at each stretch of the line of addresses."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TypeAlias

import numpy as np

from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Longs, alike_parts

Painted: TypeAlias = tuple[Sequence[int], Sequence[int]]
"""Stretches at which something begins, the first of them 0, and what begins there."""

Some: TypeAlias = int | Ints
"""One number that holds for all, or one for each."""

_REMEMBERED = 64


_DENSE = 1 << 24
"""Shapes times stretches for which a table of all is kept."""


class Intervals:
    """What holds for each owner at each stretch, as numbers; owners that are alike share it."""

    def __init__(
        self, size: int, shape: Longs, *, firsts: Longs, starts: Longs, values: Ints
    ) -> None:
        self._size, self._shape, self._firsts = size, shape, firsts
        self._starts, self._values = starts, values
        counts = np.diff(firsts)
        self._keys = np.repeat(np.arange(len(counts)), counts) * size + starts
        self._bases = np.arange(len(counts), dtype=np.int64) * size
        self._column = lru_cache(_REMEMBERED)(self._find_column)

    @classmethod
    def of(cls, size: int, painted: Iterable[Painted]) -> "Intervals":
        """Take what holds for each owner."""
        shapes: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
        of_owner = [
            shapes.setdefault((tuple(starts), tuple(held)), len(shapes))
            for starts, held in painted
        ]
        firsts, starts, values = _laid(list(shapes))
        shape = np.array(of_owner, dtype=np.int64)
        return cls(size, shape, firsts=firsts, starts=starts, values=values)

    def with_(self, painted: Mapping[int, Painted]) -> "Intervals":
        """Return the same but for some owners."""
        shape = self._shape.copy()
        shape[list(painted)] = len(self._bases) + np.arange(len(painted))
        firsts, starts, values = _laid(list(painted.values()))
        firsts = np.concatenate([self._firsts, self._firsts[-1] + firsts[1:]])
        # What no owner has any more is left out.
        used, shape = np.unique(shape, return_inverse=True)
        counts = np.diff(firsts)
        rows = np.flatnonzero(np.repeat(np.isin(np.arange(len(counts)), used), counts))
        return Intervals(
            self._size,
            shape,
            firsts=np.append(0, np.cumsum(counts[used])),
            starts=np.concatenate([self._starts, starts])[rows],
            values=np.concatenate([self._values, values])[rows],
        )

    def moved(self, moved: Ints) -> "Intervals":
        """Return the same on a line whose cuts, and whose end, have `moved`."""
        starts = moved[self._starts].astype(np.int64)
        return Intervals(
            int(moved[-1]), self._shape, firsts=self._firsts, starts=starts, values=self._values
        )

    @property
    def owners(self) -> int:
        """How many owners there are."""
        return len(self._shape)

    @cached_property
    def _dense(self) -> Ints | None:
        """The stretches of each shape, one after another, where they are not too many."""
        if len(self._bases) * self._size > _DENSE:
            return None
        ends = np.append(self._keys[1:], len(self._bases) * self._size)
        return np.repeat(self._values, ends - self._keys)

    def at(self, owners: Some, stretches: Some) -> Ints:
        """Return what holds for each owner at each stretch; one of both may be one for all.

        Owner -1 is the last one.
        """
        if isinstance(stretches, int):
            return np.atleast_1d(self._column(stretches).take(self._shape.take(owners)))
        if isinstance(owners, int):
            starts, values = self.row(owners)
            return values[np.searchsorted(starts, stretches, "right") - 1]
        if self._dense is not None:
            return self._dense.take(self._shape.take(owners) * self._size + stretches)
        keys = self._bases[self._shape[owners]] + stretches
        return self._values[np.searchsorted(self._keys, keys, "right") - 1]

    def meet(self, marked: Flags, before: Longs) -> Flags:
        """Tell of each owner whether a value that is marked holds at any of some stretches;
        `before` counts these up to each stretch.
        """
        shapes, ends = self._runs
        found = np.zeros(len(self._bases), dtype=bool)
        found[shapes[marked[self._values] & (before[ends] > before[self._starts])]] = True
        return found[self._shape]

    def telling(self, stretches: Ints, marked: Flags) -> Longs:
        """Return of each owner a number that those have as well who tell the same of some
        stretches from the one before, and have marked values at the same.
        """
        shapes, ends = self._runs
        places = np.searchsorted(stretches, self._starts)
        rows = np.flatnonzero(np.searchsorted(stretches, ends) > places)
        shapes, values = shapes[rows], self._values[rows]
        begins = np.ones(len(rows), dtype=bool)
        begins[1:] = (shapes[1:] != shapes[:-1]) | (values[1:] != values[:-1])
        content = 2 * places[rows][begins] + marked[values[begins]]
        cuts = np.searchsorted(shapes[begins], np.arange(len(self._bases) + 1)).tolist()
        return alike_parts(content, cuts)[self._shape]

    @cached_property
    def _runs(self) -> tuple[Longs, Longs]:
        """The shape that each value is of, and the stretch before which it ends."""
        shapes = np.repeat(np.arange(len(self._bases)), np.diff(self._firsts))
        last = np.append(shapes[1:] != shapes[:-1], [True])
        return shapes, np.where(last, self._size, np.append(self._starts[1:], self._size))

    def first(self, stretch: int) -> int:
        """Return the first of the stretches around one that no owner tells apart."""
        return int(self._cuts[np.searchsorted(self._cuts, stretch, "right") - 1])

    def like(self, owner: int) -> int:
        """Return the first of the owners that are like one."""
        return int(self._like[self._shape[owner]])

    def shape(self, owners: Ints) -> Longs:
        """Return of each owner a number that those have as well who are like it."""
        return self._shape[owners]

    def around(self, stretches: Ints) -> Longs:
        """Return of each stretch a number that those have as well which no owner tells from it."""
        return np.searchsorted(self._cuts, stretches, "right") - 1

    @cached_property
    def _cuts(self) -> Longs:
        return np.unique(self._starts)

    @cached_property
    def _like(self) -> Longs:
        return np.unique(self._shape, return_index=True)[1]

    def row(self, owner: int) -> tuple[Ints, Ints]:
        """Return where something begins for one owner, and what."""
        shape = int(self._shape[owner])
        first, last = self._firsts[shape : shape + 2].tolist()
        return self._starts[first:last].astype(np.int32), self._values[first:last]

    def _find_column(self, stretch: int) -> Ints:
        return self._values[np.searchsorted(self._keys, self._bases + stretch, "right") - 1]


class Ranges:
    """Ranges of each owner; owner -1 has none."""

    def __init__(self, owner: Ints, first: Ints, end: Ints, *, owners: int) -> None:
        order = np.argsort(owner, kind="stable")
        owner, first, end = owner[order], first[order], end[order]
        counts = np.bincount(owner, minlength=owners) if len(owner) else np.zeros(owners, int)
        place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        shape = (max(1, int(counts.max(initial=0))), owners + 1)
        self._first, self._end = np.zeros((2, *shape), dtype=np.int32)
        self._first[place, owner], self._end[place, owner] = first, end

    def moved(self, moved: Ints) -> "Ranges":
        """Return the same on a line whose cuts, and whose end, have `moved`."""
        made = object.__new__(Ranges)
        made._first, made._end = moved[self._first], moved[self._end]
        return made

    def hold(self, owners: Some, stretches: Some) -> Flags:
        """Tell of each owner and stretch whether it lies in one of the owner's ranges."""
        found = np.zeros(1, dtype=bool)
        for first, end in zip(self._first, self._end, strict=True):
            if isinstance(owners, int) and first[owners] == end[owners]:
                continue
            begun = first.take(owners) <= stretches
            found = found | (begun & (stretches < end.take(owners)))
        return found

    def holding(self, stretch: int) -> Flags:
        """Tell of all owners, none of them last, whether a stretch lies in one of their ranges."""
        return np.asarray(((self._first <= stretch) & (stretch < self._end)).any(axis=0))

    def meet(self, before: Longs) -> Flags:
        """Tell of each owner whether any of some stretches is in its ranges; `before` counts these
        up to each stretch.
        """
        return np.asarray((before[self._end] > before[self._first]).any(axis=0))


def _laid(shapes: Sequence[Painted]) -> tuple[Longs, Longs, Ints]:
    """Lay shapes one after another: where each begins, its stretches, and what holds there."""
    counts = [0, *(len(starts) for starts, _ in shapes)]
    return (
        np.cumsum(counts),
        np.array([start for starts, _ in shapes for start in starts], dtype=np.int64),
        np.array([value for _, held in shapes for value in held], dtype=np.int32),
    )


def painted(strokes: Sequence[tuple[int, int, int]], ground: int) -> Painted:
    """Paint strokes (first stretch, end, what) one over another, later ones over earlier ones."""
    cuts = sorted({0, *(s[0] for s in strokes), *(s[1] for s in strokes)})
    place = {cut: number for number, cut in enumerate(cuts)}
    held = np.full(len(cuts), ground, dtype=np.int64)
    for first, end, what in strokes:
        held[place[first] : place[end]] = what
    changes = np.flatnonzero(np.diff(held, prepend=held[:1] - 1))
    return [cuts[number] for number in changes.tolist()], held[changes].tolist()
