# SPDX-License-Identifier: Apache-2.0
"""Load balancers that could not be read: interfaces to which they may send."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from bartizan.model.facts.network import Interface
from bartizan.reason.network.aws.kernel.columns import Ints, encoded
from bartizan.reason.network.aws.kernel.exposure import Row, opened
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.topology.services import Services
from bartizan.reason.network.aws.topology.unread import ADDRESSES, BALANCERS, Gaps


class Unseen:
    """What may come over load balancers of which nobody knows."""

    def __init__(self, judge: Judge, services: Services, gaps: Gaps) -> None:
        self._judge, self._services, self._gaps = judge, services, gaps

    def of(self, row: Interface) -> tuple[str, ...]:
        """Name what could not be read of load balancers that may send to an interface."""
        keys = self._services.registered_as(row)
        return tuple(
            sorted(
                {
                    *self._gaps.listing(BALANCERS, account=row.account, region=row.region),
                    *self._groups.get(row.network, ()),
                    *(name for key in keys for name in self._nameless.get(key, ())),
                }
            )
        )

    def rows(self) -> tuple[Ints, Ints, Sequence[Sequence[Row]]]:
        """Return interfaces with a number of each, and of each number what is unknown: all ports
        that a rule may let something in at, whoever sends.
        """
        numbers, kinds = [], []
        known: dict[tuple[int, tuple[str, ...]], int] = {}
        seats = self._judge.seats
        suspects = self._suspects.tolist()
        for number, row in zip(suspects, self._judge.world.interfaces.rows(suspects), strict=True):
            missing = self.of(row)
            held = seats.seat_class[seats.by_interface.of(number)]
            if missing:
                key = int(seats.groups[held[0]]) if len(held) else -1, missing
                numbers.append(number)
                kinds.append(known.setdefault(key, len(known)))
        rows = [self._rows(groups, missing) for groups, missing in known]
        return np.array(numbers, dtype=np.int32), np.array(kinds, dtype=np.int32), rows

    def _rows(self, groups: int, missing: tuple[str, ...]) -> Sequence[Row]:
        judge = self._judge
        every = judge.world.ports.every
        open_ = (judge.groups.into.recipe(groups).anything if groups >= 0 else every)[:, None]
        return [
            Row(each.protocol, each.first, each.last, "", (), "unknown", missing)
            for each in opened(judge.world.ports, np.zeros_like(open_), open_)
        ]

    @cached_property
    def _suspects(self) -> Ints:
        """Interfaces of places whose load balancers were not listed; all of them where something
        of a single one was not read.
        """
        table = self._judge.world.interfaces.table
        if self._groups or self._nameless:
            return np.arange(len(table), dtype=np.int32)
        accounts, names = encoded(table["account"])
        regions, places = encoded(table["region"])
        pairs = accounts.astype(np.int64) * len(places) + regions
        unread = [
            pair
            for pair in np.unique(pairs).tolist()
            if self._gaps.listing(
                BALANCERS, account=names[pair // len(places)], region=places[pair % len(places)]
            )
        ]
        return np.flatnonzero(np.isin(pairs, unread)).astype(np.int32)

    @cached_property
    def _groups(self) -> Mapping[str, list[str]]:
        """Target groups of which something was not read, by network."""
        found: dict[str, list[str]] = defaultdict(list)
        for group in self._services.target_groups.values():
            if self._gaps.detail(BALANCERS, group.arn):
                found[group.network].append(group.arn)
        return found

    @cached_property
    def _nameless(self) -> Mapping[str, list[str]]:
        """Load balancers whose nodes are not known, by what they send to."""
        found: dict[str, list[str]] = defaultdict(list)
        groups: dict[str, list[str]] = defaultdict(list)
        for balancer in self._services.balancers.values():
            if not balancer.interfaces and self._gaps.detail(ADDRESSES, balancer.arn):
                for listener in self._services.listeners.get(balancer.arn, ()):
                    for group in listener.target_groups:
                        groups[group].append(balancer.arn)
        for key, targets in self._services.registered.items() if groups else ():
            for target in targets:
                found[key] += groups.get(target.group, ())
        return {key: names for key, names in found.items() if names}
