# SPDX-License-Identifier: Apache-2.0
"""Which of many interfaces a rule is about, without asking each of them."""

import bisect
import itertools
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bartizan.model.facts.network import Rule
from bartizan.reason.network.aws.steps.senders import of_interfaces
from bartizan.reason.network.aws.topology.addresses import Range, parse_range
from bartizan.reason.network.aws.topology.topology import Topology

Flags = NDArray[np.bool_]


class Hosts:
    """Interfaces, by their groups and in the order of their addresses; it says of all at once what
    `Senders.meant` says of one.
    """

    def __init__(self, topology: Topology, names: Sequence[str]) -> None:
        self._topology, self._size = topology, len(names)
        self._groups: dict[str, list[int]] = defaultdict(list)
        self._anybody: list[int] = []
        held: dict[int, list[tuple[int, int, int]]] = {4: [], 6: []}
        for place, name in enumerate(names):
            senders = of_interfaces(topology, [name])
            if senders.anybody:
                self._anybody.append(place)
            for group in senders.groups:
                self._groups[group].append(place)
            for block in senders.ranges:
                held[block.version].append((block.first, block.last, place))
        self._held = {version: sorted(rows) for version, rows in held.items()}
        self._firsts = {version: [row[0] for row in rows] for version, rows in self._held.items()}
        self._lasts = {
            version: list(itertools.accumulate((row[1] for row in rows), max))
            for version, rows in self._held.items()
        }
        """Of each row, the last address of it and of all before it."""

    def meant(self, rule: Rule) -> Flags:
        """Tell of each whether a rule may be about it."""
        found = np.zeros(self._size, dtype=bool)
        found[self._anybody] = True
        if rule.peer_kind == "group":
            found[self._groups.get(rule.peer, [])] = True
            return found
        texts: Sequence[str] | None = (rule.peer,)
        if rule.peer_kind != "range":
            lists = self._topology.prefix_lists.get(rule.peer)
            texts = None if lists is None else lists.ranges
        for block in map(parse_range, texts) if texts is not None else (None,):
            found[slice(None) if block is None else self._in(block)] = True
        return found

    def _in(self, block: Range) -> list[int]:
        """Return those of which an address is in a range."""
        low = bisect.bisect_left(self._lasts[block.version], block.first)
        high = bisect.bisect_right(self._firsts[block.version], block.last)
        rows = self._held[block.version][low:high]
        return [place for _, last, place in rows if last >= block.first]
