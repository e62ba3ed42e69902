# SPDX-License-Identifier: Apache-2.0
"""Lists of lists as two arrays, and numbers for things that are equal."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, TypeVar

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

T = TypeVar("T", bound=Hashable)
Ints = NDArray[np.int32]
Codes = NDArray[np.uint8]


class Numbers(Generic[T]):
    """Gives equal things one number, counted from 0."""

    def __init__(self) -> None:
        self._numbers: dict[T, int] = {}

    def __call__(self, thing: T) -> int:
        """Return the number of `thing`, a new one where it is new."""
        return self._numbers.setdefault(thing, len(self._numbers))

    def __len__(self) -> int:
        """Return how many things there are."""
        return len(self._numbers)

    def things(self) -> tuple[T, ...]:
        """Return all things in the order of their numbers."""
        return tuple(self._numbers)


class Lists(Struct, frozen=True):
    """Many lists of numbers, laid end to end."""

    starts: NDArray[np.int64]
    """Where each begins, and at last where the last one ends."""
    items: Ints

    @classmethod
    def of(cls, lists: Iterable[Sequence[int]]) -> "Lists":
        """Lay lists end to end."""
        held = [np.asarray(one, dtype=np.int32) for one in lists]
        starts = np.zeros(len(held) + 1, dtype=np.int64)
        np.cumsum([len(one) for one in held], out=starts[1:])
        return cls(starts, np.concatenate(held) if held else np.zeros(0, dtype=np.int32))

    @classmethod
    def turned(cls, lists: "Lists", size: int) -> "Lists":
        """Return for each of `size` items the lists that it stands in."""
        owners = np.repeat(np.arange(len(lists), dtype=np.int32), np.diff(lists.starts))
        order = np.argsort(lists.items, kind="stable")
        starts = np.zeros(size + 1, dtype=np.int64)
        np.cumsum(np.bincount(lists.items, minlength=size), out=starts[1:])
        return cls(starts, owners[order])

    def sorted(self) -> "Lists":
        """Return each list in the order of its items."""
        owners = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))
        return Lists(self.starts, self.items[np.lexsort((self.items, owners))])

    def headed(self, heads: Sequence[NDArray[np.integer]]) -> "Lists":
        """Return the lists with more items at their beginnings: of each head one for each list."""
        starts = self.starts + len(heads) * np.arange(len(self) + 1)
        items = np.empty(int(starts[-1]), dtype=np.int32)
        body = np.ones(len(items), dtype=bool)
        for place, head in enumerate(heads):
            items[starts[:-1] + place] = head
            body[starts[:-1] + place] = False
        items[body] = self.items
        return Lists(starts, items)

    def beheaded(self, count: int) -> tuple[list[Ints], "Lists"]:
        """Return the first `count` items of the lists, and the lists without them."""
        heads = [self.items[self.starts[:-1] + place] for place in range(count)]
        body = np.ones(len(self.items), dtype=bool)
        for place in range(count):
            body[self.starts[:-1] + place] = False
        starts = self.starts - count * np.arange(len(self) + 1)
        return heads, Lists(starts, self.items[body])

    def __len__(self) -> int:
        """Return how many lists there are."""
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> Ints:
        """Return one list."""
        return self.items[self.starts[number] : self.starts[number + 1]]

    def joined(self, numbers: Ints) -> Ints:
        """Return the items of several lists, one list after the other."""
        if len(numbers) == 1:
            return self[int(numbers[0])]
        index, _ = self._index(numbers)
        return self.items[index]

    def least(self, numbers: Ints, codes: Codes) -> Codes:
        """Return for each of several lists, none of them empty, the least code of its items."""
        index, starts = self._index(numbers)
        found: Codes = np.minimum.reduceat(codes[self.items[index]], starts)
        return found

    def spread(self, numbers: NDArray[np.integer]) -> tuple[NDArray[np.int64], Ints]:
        """Return the items of several lists, one list after the other, and of each the place of
        its list among `numbers`.
        """
        index, starts = self._index(numbers)
        sizes = np.diff(starts, append=len(index))
        return np.repeat(np.arange(len(numbers)), sizes), self.items[index]

    def _index(self, numbers: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the items of several lists lie, and where each list begins among them."""
        first = self.starts[numbers]
        sizes = self.starts[numbers + 1] - first
        starts = np.zeros(len(numbers), dtype=np.int64)
        np.cumsum(sizes[:-1], out=starts[1:])
        total = int(sizes.sum())
        return np.repeat(first - starts, sizes) + np.arange(total), starts
