# SPDX-License-Identifier: Apache-2.0
"""Columns of fact tables as arrays of numbers, without an object for each row."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.uint64]
"""Bits of port classes: one row for each word of them, one column for each thing."""
Bits = NDArray[np.uint8]
"""Answers, each of the bits below."""
NO, MAYBE, YES = 0, 2, 3
"""Bits of an answer: 2 for what possibly holds, and 1 more for what surely does, so that `|` joins
ways, and `&` what is needed together."""


Rows = NDArray[np.integer[Any]]
"""Numbers of rows, as numpy finds them."""

Piece: TypeAlias = Any
"""An Arrow array of any kind, which the stubs of pyarrow would have us name."""
Column: TypeAlias = Any
"""An Arrow array, or one in chunks."""


_FEW = 32
"""Ids of which each is looked up by itself."""


class Index:
    """Ids, each with its number; the same id once."""

    def __init__(self, ids: Column | Iterable[str]) -> None:
        column = (
            ids
            if isinstance(ids, pa.Array | pa.ChunkedArray)
            else pa.array(list(ids), pa.string())
        )
        self.ids: Piece = whole(pc.unique(column))
        self._of: dict[str, int] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def numbers(self, column: Column) -> Ints:
        """Return the number of each id in a column, -1 for one that is not known."""
        if not len(self.ids):
            return np.full(len(column), -1, dtype=np.int32)
        if len(column) < _FEW:
            return np.array([self.get(name) for name in texts(column)], dtype=np.int32)
        found = whole(pc.index_in(column, value_set=self.ids))
        return np.asarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False), dtype=np.int32)

    def get(self, name: str) -> int:
        """Return the number of one id, -1 where it is not known."""
        if self._of is None:
            self._of = {name: number for number, name in enumerate(self.names())}
        return self._of.get(name, -1)

    def name(self, number: int) -> str:
        """Return the id of a number."""
        return str(self.ids[number].as_py())

    def names(self) -> list[str]:
        """Return all ids in the order of their numbers."""
        return texts(self.ids)


class Lists(Struct, frozen=True):
    """Lists of numbers, one after another: list `n` is `values[starts[n]:starts[n + 1]]`."""

    starts: Longs
    values: Ints

    @classmethod
    def grouped(cls, owners: Ints, values: Ints, size: int) -> "Lists":
        """Put values into the lists of their owners, in their order."""
        order = np.argsort(owners, kind="stable")
        starts = np.searchsorted(owners[order], np.arange(size + 1)).astype(np.int64)
        return cls(starts, values[order])

    def of(self, number: int) -> Ints:
        """Return one list."""
        return self.values[self.starts[number] : self.starts[number + 1]]

    def joined(self, numbers: Ints) -> tuple[Longs, Ints]:
        """Return several lists as one, and of each value which of `numbers` it belongs to."""
        counts = (self.starts[1:] - self.starts[:-1])[numbers]
        owners = np.repeat(np.arange(len(numbers)), counts)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
        return owners, self.values[self.starts[numbers][owners] + within]


_DENSE = 1 << 22
"""Pairs for which a table of all of them is kept."""


class Pairs:
    """Values found by two numbers; -1 where there is none. The first value of a pair counts."""

    def __init__(self, one: Ints, other: Ints, values: Ints) -> None:
        rows = np.flatnonzero((one >= 0) & (other >= 0))[::-1]
        self._shape = (_beyond(one), _beyond(other))
        width = self._shape[1] + 1
        self._keys = one.astype(np.int64) * width + other
        self._dense: Ints | None = None
        if self._shape[0] * width <= _DENSE:
            self._dense = np.full((self._shape[0] + 1, width), -1, dtype=np.int32)
            self._dense[one[rows], other[rows]] = values[rows]
        self._keys, first = np.unique(self._keys[rows[::-1]], return_index=True)
        self._values = np.append(values[rows[::-1]][first], -1).astype(np.int32)

    def of(self, one: Ints, other: Ints) -> Ints:
        """Return the value of each pair; a number of -1 has none."""
        one = np.where(one < self._shape[0], one, -1)
        other = np.where(other < self._shape[1], other, -1)
        if self._dense is not None:
            return np.asarray(self._dense[one, other])
        keys = one.astype(np.int64) * (self._shape[1] + 1) + other
        place = np.searchsorted(self._keys, keys)
        held = np.append(self._keys, -1)[place]
        fits = (one >= 0) & (other >= 0) & (held == keys)
        return self._values[np.where(fits, place, -1)]


def _beyond(numbers: Ints) -> int:
    return int(numbers.max()) + 1 if len(numbers) else 0


def ints_of(values: Iterable[int]) -> Ints:
    """Return a column with -1 at its end, for number -1."""
    return np.array([*values, -1], dtype=np.int32)


def truths(values: Iterable[bool], *, last: bool = False) -> Flags:
    """Return a column with one more value at its end, for number -1."""
    return np.array([*values, last], dtype=bool)


def whole(column: Column) -> Piece:
    """Return a column in one piece."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def texts(column: Column) -> list[str]:
    """Return a column of texts, none of them null, as a list."""
    return cast("list[str]", column.to_pylist())


def equal(column: Column, text: str) -> Flags:
    """Tell of each value whether it is a text."""
    return flags(pc.equal(whole(column), pa.scalar(text)))


def taken(column: Column, rows: NDArray[Any]) -> Column:
    """Return some values of a column."""
    return whole(column).take(pa.array(rows))


def unfolded(column: Column) -> tuple[Ints, Piece]:
    """Return the values of a column of lists, and of each the row that it stands in."""
    lists = whole(column)
    parents: Piece = pc.list_parent_indices(lists)
    rows = np.asarray(parents.to_numpy(zero_copy_only=False), dtype=np.int32)
    return rows, whole(pc.list_flatten(lists))


def pairs(column: Column) -> tuple[Ints, Piece, Piece]:
    """Return the keys and values of a column of maps, and of each the row that it stands in."""
    maps = whole(column)
    counts = np.diff(np.asarray(maps.offsets))
    rows = np.repeat(np.arange(len(maps), dtype=np.int32), counts)
    first = maps.offsets[0].as_py() if len(maps) else 0
    last = maps.offsets[-1].as_py() if len(maps) else 0
    return rows, maps.keys[first:last], maps.items[first:last]


def flags(column: Column) -> Flags:
    """Return a column of truths."""
    return np.asarray(whole(column).to_numpy(zero_copy_only=False), dtype=bool)


def ints(column: Column) -> Longs:
    """Return a column of numbers."""
    return np.asarray(whole(column).to_numpy(zero_copy_only=False), dtype=np.int64)


def encoded(column: Column) -> tuple[Ints, Sequence[Any]]:
    """Return a column as numbers of its different values, and these."""
    kept = whole(column).dictionary_encode()
    numbers = np.asarray(kept.indices.to_numpy(zero_copy_only=False), dtype=np.int32)
    return numbers, kept.dictionary.to_pylist()


def alike_parts(values: NDArray[Any], cuts: Sequence[int]) -> Longs:
    """Number the different ones among parts of an array, which begin and end at cuts: of each
    part its number.
    """
    numbers: dict[bytes, int] = {}
    parts = (values[low:high].tobytes() for low, high in itertools.pairwise(cuts))
    return np.array([numbers.setdefault(part, len(numbers)) for part in parts], dtype=np.int64)


_ROOM = 1 << 62
"""Numbers of rows that are told apart before they are numbered anew."""


def combined(columns: Sequence[NDArray[Any]]) -> tuple[Longs, Longs]:
    """Number the different rows of some columns (values from -1 up): of each row its number, and
    for each number the first row that has it; numbers follow the order of the columns' values.
    """
    size = len(columns[0])
    numbers, room = np.zeros(size, dtype=np.int64), 1
    for column in columns:
        width = int(column.max()) + 2 if size else 1
        if room * width > _ROOM:
            _, numbers = np.unique(numbers, return_inverse=True)
            room = size
        numbers = numbers * width + (column.astype(np.int64) + 1)
        room *= width
    _, first, numbers = np.unique(numbers, return_index=True, return_inverse=True)
    return numbers, first
