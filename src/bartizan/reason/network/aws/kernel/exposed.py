# SPDX-License-Identifier: Apache-2.0
"""Everything that the Internet, or a remote site, reaches."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Longs, alike_parts, combined
from bartizan.reason.network.aws.kernel.crowd import Coming, Crowd, Exposure, ranges
from bartizan.reason.network.aws.kernel.derived import Derived
from bartizan.reason.network.aws.kernel.doubts import Doubts
from bartizan.reason.network.aws.kernel.exposure import Open, Row, marked, opened, table
from bartizan.reason.network.aws.kernel.inbound import Inbound
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.outside import Outside
from bartizan.reason.network.aws.kernel.paths import Sort
from bartizan.reason.network.aws.kernel.unseen import Unseen

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
        self._ports: dict[tuple[bytes, bytes], Sequence[tuple[Open, Ints]]] = {}
        self._blocks: dict[tuple[bytes, bytes], tuple[str, ...]] = {}
        self._alike: dict[tuple[bytes, ...], int] = {}
        self._comings: list[Coming] = []
        self._groups, self._touched = judge.groups.into.contents(crowd.before)

    def table(self) -> pa.Table:
        """Return the table of all interfaces."""
        seats = self._judge.seats
        shown = (seats.public >= 0).astype(np.int32)
        classes = np.flatnonzero(self._wanted())
        columns = [seats.place, seats.groups, seats.listens, seats.takes.astype(np.int32), shown]
        profile, first = combined([column[classes] for column in columns])
        numbers, rows = self._rows(classes[first].astype(np.int32))
        kind_of = np.zeros(len(seats), dtype=np.int32)
        kind_of[classes] = numbers[profile]
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
            loose[places] = self._outside.prepare(places, public=public)
        return np.asarray(shown & (self._touched[seats.groups] | loose[seats.place]))

    def _first_of(self, interface: Ints, kind: Ints) -> Ints:
        """Return which seats to keep, since addresses of one interface may be alike."""
        _, first = combined([interface, kind])
        return np.sort(first).astype(np.int32)

    def _rows(self, classes: Ints) -> tuple[Longs, Sequence[Sequence[Row]]]:
        """Return rows of what comes to some classes, whatever their addresses are, and of each
        class the number of those that it has; what comes to those that are alike is worked out
        once, and all at once.
        """
        kinds, examples, coming = self._kinds(classes)
        exposures = Inbound(self._judge, self._crowd, examples, coming).exposures()
        known: list[_Opened] = [*map(self._opened, exposures), []]
        unsure = [not all(each.certain for each, _ in held) for held in known]
        rows: list[Sequence[Row]] = [()]
        numbers: dict[tuple[int, int, tuple[str, ...]], int] = {}
        found = []
        for number, own, shown in zip(classes.tolist(), *kinds.tolist(), strict=True):
            missing = self._doubts.of(number) if unsure[own] or unsure[shown] else ()
            key = own, shown, missing
            if key not in numbers:
                numbers[key] = len(rows)
                held = (*known[own], *known[shown])
                rows.append([_row(each, blocks, missing) for each, blocks in held])
            found.append(numbers[key])
        return np.array(found, dtype=np.int64), rows

    def _kinds(self, classes: Ints) -> tuple[Longs, Ints, Sequence[Coming]]:
        """Number the kinds of what comes to classes by their private addresses, and by those that
        stand for them; -1 for nothing. Of each kind return a class, and what comes to its place.
        """
        seats, found = self._judge.seats, np.full((2, len(classes)), -1, dtype=np.int64)
        six, shown = seats.fine[classes] >= self._judge.fine.six, seats.public[classes] >= 0
        own = (six & shown) | (self._crowd.sort is not Sort.INTERNET)
        parts = []
        for public, rows in enumerate(map(np.flatnonzero, (own, shown & ~six))):
            places, at = np.unique(seats.place[classes[rows]], return_inverse=True)
            came = [self._came(place, public=bool(public)) for place in places.tolist()]
            columns = np.array(came, dtype=np.int64).reshape(-1, 2)[at]
            kept = columns[:, 0] >= 0
            which = np.full(np.count_nonzero(kept), public)
            parts.append(np.stack([which, rows[kept], *columns[kept].T]))
        which, rows, comes, lost = np.concatenate(parts, axis=1)
        held = classes[rows]
        kind, first = combined(
            [comes, self._sets(seats.groups[held], lost != 0), seats.listens[held],
             seats.takes[held]]
        )  # fmt: skip
        found[which, rows] = kind
        return found, held[first], [self._comings[number] for number in comes[first].tolist()]

    def _came(self, place: int, *, public: bool) -> tuple[int, bool]:
        """Return what comes to a place, as a number that is the same for all that are alike, and
        whether anything of it gets lost; -1 where nothing comes.
        """
        coming = self._outside.coming(place, self._crowd, public=public)
        lost = bool(coming.lost.any())
        if not lost and not coming.masks.maybe.any():
            return -1, False
        number = self._alike.setdefault(coming.content(), len(self._comings))
        if number == len(self._comings):
            self._comings.append(coming)
        return number, lost

    def _sets(self, numbers: Ints, whole: Flags) -> Longs:
        """Return of sets of groups a number that those have as well which treat the crowd the
        same, or all peers: what gets lost is told apart by all rules, not by those for the crowd
        alone.
        """
        groups = self._judge.groups
        sets, at = np.unique(numbers, return_inverse=True)
        owners, held = groups.sets.joined(sets)
        width = int(self._groups.max(initial=0)) + 1
        owners, content = np.divmod(np.unique(owners * width + self._groups[held]), width)
        cuts = np.searchsorted(owners, np.arange(len(sets) + 1)).tolist()
        told = alike_parts(content, cuts)[at]
        empty = (np.diff(cuts) == 0)[at]
        doubts = [np.unique(word, return_inverse=True)[1][at] for word in groups.into.doubts(sets)]
        return combined([told, np.where(whole | empty, numbers, -1), *doubts])[0]

    def _opened(self, exposure: Exposure) -> _Opened:
        masks = exposure.masks
        content = masks.yes.tobytes(), masks.maybe.tobytes()
        if content not in self._ports:
            self._ports[content] = [
                (each, marked(each.where))
                for each in opened(self._judge.world.ports, masks.yes, masks.maybe)
            ]
        return [(each, self._ranges(exposure, rows)) for each, rows in self._ports[content]]

    def _ranges(self, exposure: Exposure, rows: Ints) -> tuple[str, ...]:
        starts, ends = exposure.starts[rows], exposure.ends[rows]
        content = starts.tobytes(), ends.tobytes()
        if content not in self._blocks:
            self._blocks[content] = ranges(self._judge.fine, self._crowd, starts, ends)
        return self._blocks[content]


def _row(each: Open, blocks: tuple[str, ...], missing: tuple[str, ...]) -> Row:
    certainty = "reachable" if each.certain else "unknown"
    return Row(
        each.protocol, each.first, each.last, "", blocks, certainty,
        () if each.certain else missing,
    )  # fmt: skip
