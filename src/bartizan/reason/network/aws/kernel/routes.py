# SPDX-License-Identifier: Apache-2.0
"""Route tables, of networks and of transit gateways: where each sends every address.

The longest prefix decides; among equal ones a route that somebody wrote goes before one of a
prefix list, and that before one which a gateway announced.
Source: https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple, TypeAlias

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Lists
from bartizan.reason.network.aws.kernel.intervals import Intervals, Painted, painted

WRITTEN, LISTED, ANNOUNCED = 2, 1, 0
"""How a route came to be, by its weight."""


class Kind(IntEnum):
    """What a route leads to.

    NOTE: arrays are compared with the `value` of a kind: with the member itself that takes ten
    times as long, as with those of other enums.
    """

    NOWHERE = 0
    """No route matches."""
    UNKNOWN = 1
    """To something that is not modelled or not known."""
    LOCAL = 2
    INTERNET = 3
    EGRESS_ONLY = 4
    NAT = 5
    PEERING = 6
    TRANSIT = 7
    INTERFACE = 8
    SERVICE = 9
    INSPECTION = 10
    SITE = 11
    STOPPED = 12
    """A black hole."""
    UNREAD = 13
    """Nothing is known of the table."""


class Path(NamedTuple):
    """One route: `first` up to `end` are the stretches of its destination, -1 where it could not
    be read.
    """

    first: int
    end: int
    length: int
    weight: int
    kind: Kind
    target: int


_Entries: TypeAlias = dict[tuple[int, int], int]
"""Kinds and targets, and the number of the entry of each."""


class Tables(Struct, frozen=True):
    """All tables of an estate; table -1 is any of which nothing is known."""

    held: Intervals
    kind: NDArray[np.int8]
    """Of each entry."""
    target: Ints
    doubtful: Lists
    """Of each table, entries that may hold instead of the one that is found."""
    unsure: Flags
    """Of each table, whether there are any."""

    @classmethod
    def compile(cls, tables: Iterable[Sequence[Path] | None], *, size: int) -> "Tables":
        """Compile tables, None for one that could not be read."""
        painter = _Painter({(Kind.NOWHERE, -1): 0, (Kind.UNREAD, -1): 1})
        for owner, paths in enumerate((*tables, None)):
            painter.paint(owner, paths)
        doubtful = Lists.grouped(*painter.doubtful(), len(painter.held))
        held = Intervals.of(size, painter.held.values())
        return cls(held, *painter.entries(), doubtful, np.diff(doubtful.starts) > 0)

    def with_(self, tables: Mapping[int, Sequence[Path] | None]) -> "Tables":
        """Return the same but for some tables."""
        entries = zip(self.kind.tolist(), self.target.tolist(), strict=True)
        painter = _Painter({entry: number for number, entry in enumerate(entries)})
        for owner, paths in tables.items():
            painter.paint(owner, paths)
        counts = np.diff(self.doubtful.starts)
        owners = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        kept = ~np.isin(owners, list(tables))
        fresh, values = painter.doubtful()
        doubtful = Lists.grouped(
            np.concatenate([owners[kept], fresh]),
            np.concatenate([self.doubtful.values[kept], values]),
            len(counts),
        )
        held = self.held.with_(painter.held)
        return Tables(held, *painter.entries(), doubtful, np.diff(doubtful.starts) > 0)

    def moved(self, moved: Ints) -> "Tables":
        """Return the same on a line whose cuts, and whose end, have `moved`."""
        return replace(self, held=self.held.moved(moved))


class _Painter:
    """Paints tables, and numbers what their routes lead to."""

    def __init__(self, numbers: _Entries) -> None:
        self._numbers = numbers
        self.held: dict[int, Painted] = {}
        """Of each table, where its entries begin."""
        self._doubtful: list[tuple[int, int]] = []

    def paint(self, owner: int, paths: Sequence[Path] | None) -> None:
        """Paint one table, None for one that could not be read."""
        self.held[owner] = ([0], [1]) if paths is None else _painted(paths, self._numbers)
        for path in _doubtful(paths or ()):
            self._doubtful.append((owner, _entry(path, self._numbers)))

    def entries(self) -> tuple[NDArray[np.int8], Ints]:
        """Return kind and target of each entry."""
        entries = np.array(list(self._numbers), dtype=np.int32)
        return entries[:, 0].astype(np.int8), entries[:, 1].copy()

    def doubtful(self) -> tuple[Ints, Ints]:
        """Return entries that may hold instead of those that are found, after their tables."""
        owners, entries = np.array(self._doubtful, dtype=np.int32).reshape(-1, 2).T
        return owners, entries


def _entry(path: Path, numbers: _Entries) -> int:
    return numbers.setdefault((path.kind, path.target), len(numbers))


def _painted(paths: Sequence[Path], numbers: _Entries) -> Painted:
    local = [path for path in paths if path.kind is Kind.LOCAL]
    strokes = [
        (path.first, path.end, _entry(path, numbers))
        for path in sorted(paths, key=lambda path: (path.length, path.weight))
        if path.first >= 0
        and (path.weight != ANNOUNCED or not any(_within(path, own) for own in local))
    ]
    return painted(strokes, 0)


def _doubtful(paths: Sequence[Path]) -> Iterable[Path]:
    """Find routes that may match or not, and those that tie with another one."""
    seen: dict[tuple[int, int, int], Path] = {}
    for path in paths:
        first = seen.setdefault((path.first, path.end, path.weight), path)
        if path.first < 0 or (first.kind, first.target) != (path.kind, path.target):
            yield path


def _within(one: Path, other: Path) -> bool:
    return other.first <= one.first and one.end <= other.end
