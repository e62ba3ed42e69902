# SPDX-License-Identifier: Apache-2.0
"""Everything that one interface reaches."""

from collections.abc import Container, Sequence

import numpy as np
import pyarrow as pa

from bartizan.model.packet import TCP
from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.columns import Words
from bartizan.reason.network.aws.kernel.derived import Derived
from bartizan.reason.network.aws.kernel.doubts import Doubts
from bartizan.reason.network.aws.kernel.exposure import Row, opened, table
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.reaching import CONNECT_PORTS
from bartizan.reason.network.aws.kernel.sending import sent
from bartizan.reason.network.aws.kernel.unseen import Unseen


class Reached:
    """What an interface reaches, by the ports that others are open to it at.

    What nodes of load balancers send is for their targets alone, so of them it is unknown, as it
    is of those whose load balancer was not listed; so is
    what endpoints for connecting to instances send, since some keep their client's address.
    """

    def __init__(
        self,
        judge: Judge,
        *,
        doubts: Doubts,
        derived: Derived,
        unseen: Unseen,
        connecting: Container[int],
    ) -> None:
        self._judge, self._doubts, self._derived, self._unseen = judge, doubts, derived, unseen
        self._connecting = connecting

    def table(self, number: int) -> pa.Table:
        """Return the table of all interfaces."""
        masks = self._connected() if number in self._connecting else self._masks(number)
        yes, maybe = masks.yes, masks.maybe
        if number in self._derived.entries() or number in self._judge.listens.unknown:
            yes = np.zeros_like(yes)
        held = np.concatenate([yes, maybe]).T.copy()
        kinds, first, kind = np.unique(held, axis=0, return_index=True, return_inverse=True)
        words = len(yes)
        rows = [
            self._rows(Masks(one[:words, None], one[words:, None]), int(at))
            for one, at in zip(kinds, first.tolist(), strict=True)
        ]
        some = np.array([bool(each) for each in rows], dtype=bool)
        interface = np.flatnonzero(some[kind.ravel()]).astype(np.int32)
        chosen = kind.ravel()[interface].astype(np.int32)
        entries = set(self._derived.entries())
        direct = {
            int(n): rows[k]
            for n, k in zip(interface.tolist(), chosen.tolist(), strict=True)
            if n in entries
        }
        derived = self._derived.rows(direct)
        return table(
            self._judge.world.interfaces.ids.ids,
            interface,
            chosen,
            rows=rows,
            more=derived,
            unseen=self._unseen.rows(),
        )

    def _rows(self, masks: Masks, example: int) -> Sequence[Row]:
        seats = self._judge.seats
        held = seats.seat_class[seats.by_interface.of(example)]
        missing = self._doubts.of(int(held[0])) if len(held) else ()
        return [
            Row(
                each.protocol, each.first, each.last, "", (),
                "reachable" if each.certain else "unknown", () if each.certain else missing,
            )
            for each in opened(self._judge.world.ports, masks.yes, masks.maybe)
        ]  # fmt: skip

    def _connected(self) -> Masks:
        """Return what may arrive from an endpoint for connecting to instances, whoever its client
        is: what the groups of each interface let in from anybody.
        """
        judge = self._judge
        ports, recipe = judge.world.ports, judge.groups.into.recipe
        asked = np.bitwise_or.reduce([ports.asked(TCP, port) for port in CONNECT_PORTS])
        sets, which = np.unique(judge.seats.groups, return_inverse=True)
        open_ = np.stack([recipe(number).anything & asked for number in sets.tolist()], axis=1)
        maybe = self._spread(np.stack([open_[:, which]] * 2))[0]
        return Masks(np.zeros_like(maybe), maybe)

    def _masks(self, number: int) -> Masks:
        """Return what arrives at each interface."""
        judge = self._judge
        seats, size = judge.seats, len(judge.seats)
        words = judge.world.ports.words
        own, shown = np.zeros((2, 2, words, size), dtype=np.uint64)
        for one in np.unique(seats.seat_class[seats.by_interface.of(number)]).tolist():
            six = seats.fine >= judge.fine.six
            family = six if seats.fine[one] >= judge.fine.six else ~six
            public = family & ~six & (seats.public >= 0)
            for found, rows, which in ((own, family, False), (shown, public, True)):
                targets = np.flatnonzero(rows).astype(np.int32)
                if len(targets):
                    masks = sent(judge, np.full_like(targets, one), targets, public=which)
                    found[0][:, targets] |= masks.yes
                    found[1][:, targets] |= masks.maybe
        both = self._spread(np.asarray(own | shown))
        both[:, :, number] = self._spread(shown)[:, :, number]
        return Masks(both[0], both[1])

    def _spread(self, classes: Words) -> Words:
        """Return of each interface what its classes say together."""
        seats = self._judge.seats
        starts = seats.by_interface.starts
        found = np.zeros((*classes.shape[:2], len(starts) - 1), dtype=np.uint64)
        some = starts[1:] > starts[:-1]
        if some.any():
            seat = classes[:, :, seats.seat_class]
            found[:, :, some] = np.bitwise_or.reduceat(seat, starts[:-1][some], axis=2)
        return found
