# SPDX-License-Identifier: Apache-2.0
"""Everything that the Internet, or a remote site, reaches."""

from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa

from bartizan.reason.network.aws.kernel.columns import Flags, Ints, combined
from bartizan.reason.network.aws.kernel.crowd import Coming, Crowd, Exposure, ranges
from bartizan.reason.network.aws.kernel.derived import Derived
from bartizan.reason.network.aws.kernel.doubts import Doubts
from bartizan.reason.network.aws.kernel.exposure import Open, Row, marked, opened, table
from bartizan.reason.network.aws.kernel.inbound import Inbound
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.outside import Outside
from bartizan.reason.network.aws.kernel.paths import Sort
from bartizan.reason.network.aws.kernel.unseen import Unseen

_Key = tuple[Hashable, ...]
_Opened = list[tuple[Open, tuple[str, ...]]]


class Exposed:
    """What comes from outside, worked out once for interfaces that are alike."""

    def __init__(
        self,
        judge: Judge,
        outside: Outside,
        crowd: Crowd,
        *,
        doubts: Doubts,
        derived: Derived,
        unseen: Unseen,
    ) -> None:
        self._judge, self._outside, self._crowd, self._doubts = judge, outside, crowd, doubts
        self._derived, self._unseen = derived, unseen
        self._ports: dict[tuple[bytes, bytes], Sequence[Open]] = {}
        self._blocks: dict[tuple[bytes, bytes], tuple[str, ...]] = {}
        self._came = lru_cache(None)(self._find_came)
        self._alike: dict[tuple[bytes, ...], Coming] = {}
        self._set = lru_cache(None)(self._find_set)
        self._groups, self._touched = judge.groups.into.contents(crowd.before)

    def table(self) -> pa.Table:
        """Return the table of all interfaces."""
        seats = self._judge.seats
        shown = (seats.public >= 0).astype(np.int32)
        classes = np.flatnonzero(self._wanted())
        columns = [seats.place, seats.groups, seats.listens, seats.takes.astype(np.int32), shown]
        profile, first = combined([column[classes] for column in columns])
        rows = [(), *self._rows(classes[first].astype(np.int32))]
        kind_of = np.zeros(len(seats), dtype=np.int32)
        kind_of[classes] = profile + 1
        kinds = kind_of[seats.seat_class]
        some = np.array([bool(held) for held in rows], dtype=bool)[kinds]
        keep = self._first_of(seats.interface[some], kinds[some])
        interface, kind = seats.interface[some][keep], kinds[some][keep]
        fronts = self._derived.fronts() if self._crowd.sort is Sort.INTERNET else {}
        entries = self._entries(interface, kind, rows)
        for number, held in fronts.items():
            entries.setdefault(number, []).extend(held)
        more = {number: list(held) for number, held in self._derived.rows(entries).items()}
        for number, held in fronts.items():
            more.setdefault(number, []).extend(held)
        ids = self._judge.world.interfaces.ids.ids
        return table(ids, interface, kind, rows=rows, more=more, unseen=self._unseen.rows())

    def _entries(
        self, interface: Ints, kind: Ints, rows: Sequence[Sequence[Row]]
    ) -> dict[int, list[Row]]:
        """Return what comes to nodes of load balancers and to endpoints."""
        found: dict[int, list[Row]] = {}
        places = np.flatnonzero(np.isin(interface, self._derived.entries()))
        for place in places.tolist():
            found.setdefault(int(interface[place]), []).extend(rows[kind[place]])
        return found

    def _wanted(self) -> Flags:
        """Tell of each class whether something may come to it; the ways from the Internet to all
        public addresses are worked out at once.
        """
        seats = self._judge.seats
        if self._crowd.sort is not Sort.INTERNET:
            return np.ones(len(seats), dtype=bool)
        shown, six = seats.public >= 0, seats.fine >= self._judge.fine.six
        loose = np.zeros(seats.places, dtype=bool)
        for public in (True, False):
            places = np.unique(seats.place[shown & (six != public)])
            self._outside.prepare(places, public=public)
            lost = [
                self._outside.coming(place, self._crowd, public=public).lost.any()
                for place in places.tolist()
            ]
            loose[places] = lost
        return np.asarray(shown & (self._touched[seats.groups] | loose[seats.place]))

    def _first_of(self, interface: Ints, kind: Ints) -> Ints:
        """Return which seats to keep, since addresses of one interface may be alike."""
        _, first = combined([interface, kind])
        return np.sort(first).astype(np.int32)

    def _rows(self, classes: Ints) -> Sequence[Sequence[Row]]:
        """Return what comes to some classes, whatever their addresses are; what comes to those
        that are alike is worked out once, and all at once.
        """
        keys = [list(self._keys(number)) for number in classes.tolist()]
        examples: dict[_Key, tuple[int, Coming]] = {}
        for number, held in zip(classes.tolist(), keys, strict=True):
            for key, coming in held:
                examples.setdefault(key, (number, coming))
        numbers = np.array([number for number, _ in examples.values()], dtype=np.int32)
        coming_to = [coming for _, coming in examples.values()]
        exposures = Inbound(self._judge, self._crowd, numbers, coming_to).exposures()
        known = {
            key: self._opened(exposure) for key, exposure in zip(examples, exposures, strict=True)
        }
        return [
            [row for key, _ in held for row in self._row(known[key], number)]
            for number, held in zip(classes.tolist(), keys, strict=True)
        ]

    def _keys(self, number: int) -> Iterator[tuple[_Key, Coming]]:
        """Yield for each address of a class what tells it from others, and what comes there."""
        seats = self._judge.seats
        for public in self._outside.addresses(number, self._crowd):
            came = self._came(int(seats.place[number]), public)
            if came is not None:
                coming, lost = came
                set_ = self._set(int(seats.groups[number]), lost)
                listens, takes = int(seats.listens[number]), bool(seats.takes[number])
                yield (id(coming), *set_, listens, takes), coming

    def _find_came(self, place: int, public: bool) -> tuple[Coming, bool] | None:  # noqa: FBT001 - as is remembered
        """Return what comes to a place, the same for all that are alike, and whether anything of
        it gets lost; None where nothing comes.
        """
        coming = self._outside.coming(place, self._crowd, public=public)
        lost = bool(coming.lost.any())
        if not lost and not coming.masks.maybe.any():
            return None
        return self._alike.setdefault(coming.content(), coming), lost

    def _find_set(self, number: int, whole: bool) -> tuple[Hashable, ...]:  # noqa: FBT001 - as is remembered
        """Return what tells a set of groups from others, to the crowd or to all peers: what gets
        lost is told apart by all rules, not by those for the crowd alone.
        """
        groups = self._judge.groups.sets.of(number).tolist()
        held = tuple(sorted({self._groups[group] for group in groups}))
        own_set = number if whole or not groups else -1
        return own_set, held, self._judge.groups.into.doubt(number)

    def _opened(self, exposure: Exposure) -> _Opened:
        masks = exposure.masks
        content = masks.yes.tobytes(), masks.maybe.tobytes()
        if content not in self._ports:
            self._ports[content] = opened(self._judge.world.ports, masks.yes, masks.maybe)
        return [(each, self._ranges(exposure, each.where)) for each in self._ports[content]]

    def _row(self, known: _Opened, number: int) -> Sequence[Row]:
        return [
            Row(
                each.protocol, each.first, each.last, "", blocks,
                "reachable" if each.certain else "unknown",
                () if each.certain else self._doubts.of(number),
            )
            for each, blocks in known
        ]  # fmt: skip

    def _ranges(self, exposure: Exposure, where: bytes) -> tuple[str, ...]:
        rows = marked(where)
        starts, ends = exposure.starts[rows], exposure.ends[rows]
        content = starts.tobytes(), ends.tobytes()
        if content not in self._blocks:
            self._blocks[content] = ranges(self._judge.fine, self._crowd, starts, ends)
        return self._blocks[content]
