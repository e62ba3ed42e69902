# SPDX-License-Identifier: Apache-2.0
"""Everything that the Internet, or a remote site, reaches."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from bartizan.reason.network.aws.kernel.columns import Ints, combined
from bartizan.reason.network.aws.kernel.doubts import Doubts
from bartizan.reason.network.aws.kernel.exposure import Open, Row, marked, opened, table
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.outside import Crowd, Exposure, Outside, ranges

_Content = tuple[bytes, bytes, bytes, bytes]


class Exposed:
    """What comes from outside, worked out once for interfaces that are alike."""

    def __init__(self, judge: Judge, outside: Outside, crowd: Crowd, doubts: Doubts) -> None:
        self._judge, self._outside, self._crowd, self._doubts = judge, outside, crowd, doubts
        self._known: dict[_Content, tuple[Exposure, Sequence[tuple[Open, tuple[str, ...]]]]] = {}

    def table(self) -> pa.Table:
        """Return the table of all interfaces."""
        seats = self._judge.seats
        columns = [seats.place, seats.groups, seats.listens, seats.takes.astype(np.int32)]
        shown = (seats.public >= 0).astype(np.int32)
        profile, first = combined([*columns, shown])
        rows = [self._rows(int(one)) for one in first.tolist()]
        kinds = profile[seats.seat_class].astype(np.int32)
        some = np.array([bool(held) for held in rows], dtype=bool)[kinds]
        keep = self._once(seats.interface[some], kinds[some])
        interface, kind = seats.interface[some][keep], kinds[some][keep]
        ids = self._judge.world.interfaces.ids.ids
        return table(ids.take(pa.array(interface)), kind, rows)

    def _once(self, interface: Ints, kind: Ints) -> Ints:
        """Return which seats to keep, since addresses of one interface may be alike."""
        _, first = combined([interface, kind])
        return np.sort(first).astype(np.int32)

    def _rows(self, number: int) -> Sequence[Row]:
        """Return what comes to one class, whatever its addresses are."""
        found: list[Row] = []
        for exposure in self._outside.to(number, self._crowd):
            if exposure.masks.maybe.any():
                found += self._written(exposure, number)
        return found

    def _written(self, exposure: Exposure, number: int) -> list[Row]:
        masks = exposure.masks
        arrays = (exposure.starts, exposure.ends, masks.yes, masks.maybe)
        key = (arrays[0].tobytes(), arrays[1].tobytes(), arrays[2].tobytes(), arrays[3].tobytes())
        if key not in self._known:
            ports = self._judge.world.ports
            held = [
                (each, self._ranges(exposure, each.where))
                for each in opened(ports, masks.yes, masks.maybe)
            ]
            self._known[key] = exposure, held
        return [
            Row(
                each.protocol, each.first, each.last, "", blocks,
                "reachable" if each.certain else "unknown",
                () if each.certain else self._doubts.of(number),
            )
            for each, blocks in self._known[key][1]
        ]  # fmt: skip

    def _ranges(self, exposure: Exposure, where: bytes) -> tuple[str, ...]:
        rows = marked(where)
        return ranges(self._judge.fine, self._crowd, exposure.starts[rows], exposure.ends[rows])
