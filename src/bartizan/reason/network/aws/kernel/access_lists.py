# SPDX-License-Identifier: Apache-2.0
"""Network access lists: what each lets into and out of subnets, for every address and port.

Rules are tried from the lowest number; the first one that fits decides, and where none does the
packet is dropped.
Source: https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bartizan.reason.network.aws.kernel.columns import Ints, Longs, Rows, Words
from bartizan.reason.network.aws.kernel.intervals import Intervals, Painted, Some
from bartizan.reason.network.aws.kernel.ports import Ports, Spec, spread

IN, OUT = 0, 1
_UNKNOWN = 0
"""The row of masks of a list of which nothing is known."""


class Line(NamedTuple):
    """One rule: `first` up to `end` are the stretches of its peer, both -1 where it is none."""

    spec: Spec
    allow: bool
    first: int
    end: int


Rules: TypeAlias = tuple[Sequence[Line], Sequence[Line]]
"""The rules of one list, in and out, in their order."""


class Masks(NamedTuple):
    """What surely passes, and what possibly does."""

    yes: Words
    maybe: Words

    def at(self, rows: Rows | Sequence[int]) -> "Masks":
        """Return those of some things."""
        yes = self.yes.take(rows, axis=1)
        return Masks(yes, yes if self.yes is self.maybe else self.maybe.take(rows, axis=1))


class AccessLists(Struct, frozen=True):
    """All lists of an estate; list -1 is any of which nothing is known."""

    into: Intervals
    out: Intervals
    yes: Words
    maybe: Words
    exact: bool
    """Nothing about any list is unknown."""

    @classmethod
    def compile(
        cls,
        lists: Iterable[Rules | None],
        *,
        size: int,
        ports: Ports,
        certain: bool,
    ) -> "AccessLists":
        """Compile the lists, None for one of which nothing is known. It is `certain` if nobody
        will ask for list -1.
        """
        held, every = list(lists), ports.every[:, None]
        palette = _Palette(size, ports, Masks(np.zeros_like(every), every))
        into, out = zip(*map(palette.both, (*held, None)), strict=True)
        return cls(
            Intervals.of(size, into), Intervals.of(size, out), *palette.masks(),
            certain and palette.exact and None not in held,
        )  # fmt: skip

    def with_(
        self, lists: Mapping[int, Rules | None], *, size: int, ports: Ports
    ) -> "AccessLists":
        """Return the same but for some lists."""
        palette = _Palette(size, ports, Masks(self.yes, self.maybe))
        both = {number: palette.both(held) for number, held in lists.items()}
        into, out = ({number: each[side] for number, each in both.items()} for side in (IN, OUT))
        return AccessLists(
            self.into.with_(into), self.out.with_(out), *palette.masks(),
            self.exact and palette.exact,
        )  # fmt: skip

    def moved(self, moved: Ints) -> "AccessLists":
        """Return the same on a line whose cuts, and whose end, have `moved`."""
        return replace(self, into=self.into.moved(moved), out=self.out.moved(moved))

    def told_apart(self, parents: Longs) -> "AccessLists":
        """Return the same for finer classes of ports, each a part of one of the `parents`."""
        yes, maybe = spread(self.yes, parents), spread(self.maybe, parents)
        return replace(self, yes=yes, maybe=maybe)

    def passing(self, direction: int, lists: Some, peers: Some) -> Masks:
        """Return what passes: into a subnet from `peers`, or out of it to them."""
        rows = (self.out if direction == OUT else self.into).at(lists, peers)
        # NOTE: `take` is some times as fast as an index here and wherever it is called.
        yes = self.yes.take(rows, axis=1)
        return Masks(yes, yes if self.exact else self.maybe.take(rows, axis=1))


class _Palette:
    """Masks that occur, each with its number; equal lists are painted once."""

    def __init__(self, size: int, ports: Ports, masks: Masks) -> None:
        self._size, self._ports = size, ports
        self._held = list(zip(masks.yes.T, masks.maybe.T, strict=True))
        self._rows = {
            (yes.tobytes(), maybe.tobytes()): n for n, (yes, maybe) in enumerate(self._held)
        }
        self._known: dict[tuple[Line, ...], Painted] = {}
        self.exact = True

    def both(self, rules: Rules | None) -> tuple[Painted, Painted]:
        """Return the masks of one list at each stretch, in and out."""
        if rules is None:
            return ([0], [_UNKNOWN]), ([0], [_UNKNOWN])
        return self._painted(rules[IN]), self._painted(rules[OUT])

    def _painted(self, lines: Iterable[Line]) -> Painted:
        """Return the masks of one list and direction at each stretch."""
        content = tuple(lines)
        if content not in self._known:
            self._known[content] = self._paint(content)
        return self._known[content]

    def masks(self) -> Masks:
        """Return all masks, a column for each number."""
        yes, maybe = zip(*self._held, strict=True)
        return Masks(np.stack(yes, axis=1), np.stack(maybe, axis=1))

    def _number(self, yes: Words, maybe: Words) -> int:
        key = yes.tobytes(), maybe.tobytes()
        if key not in self._rows:
            self._rows[key] = len(self._held)
            self._held.append((yes, maybe))
        return self._rows[key]

    def _paint(self, lines: Sequence[Line]) -> Painted:
        known = [line for line in lines if line.first >= 0]
        self.exact &= len(known) == len(lines)
        ends = {cut for line in known for cut in (line.first, line.end)}
        cuts = sorted({0, *ends} - {self._size})
        starts = np.array(cuts)
        yes = self._decided(lines, starts, hopeful=False)
        maybe = self._decided(lines, starts, hopeful=True)
        held = [self._number(yes[:, n].copy(), maybe[:, n].copy()) for n in range(len(cuts))]
        return cuts, held

    def _decided(
        self,
        lines: Sequence[Line],
        starts: np.ndarray[tuple[int], np.dtype[np.int64]],
        *,
        hopeful: bool,
    ) -> Words:
        """Apply the rules; one whose peer is no range fits where that suits the hope."""
        shape = (self._ports.words, len(starts))
        left = np.broadcast_to(self._ports.every[:, None], shape).copy()
        passed = np.zeros(shape, dtype=np.uint64)
        for line in lines:
            if line.first >= 0:
                inside = (starts >= line.first) & (starts < line.end)
            else:
                inside = np.full(len(starts), line.allow == hopeful)
            taken = np.where(inside, left & self._ports.split(line.spec)[:, None], np.uint64(0))
            left &= ~taken
            if line.allow:
                passed |= taken
        return passed
