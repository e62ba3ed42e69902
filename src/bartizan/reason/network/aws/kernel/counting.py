# SPDX-License-Identifier: Apache-2.0
"""Counts all pairs of interfaces of which one reaches another, without a list of them.

What load balancers join is not counted: each of their flows is a pair of its own.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bartizan.reason.network.aws.kernel.columns import Ints, Words
from bartizan.reason.network.aws.kernel.judge import Judge


class Count(NamedTuple):
    """How much reaches how much."""

    pairs: int
    """Pairs of interfaces, the second of which takes something from the first, surely."""
    pair_ports: int
    """These pairs, each with every class of ports that it is open at."""


class Alike:
    """Interfaces whose addresses are of the same classes, as one."""

    def __init__(self, judge: Judge) -> None:
        seats = judge.seats
        starts, classes = seats.by_interface.starts, seats.seat_class
        found: dict[bytes, int] = {}
        kinds = [
            found.setdefault(np.unique(classes[low:high]).tobytes(), len(found))
            for low, high in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
        ]
        self.members: Sequence[Ints] = [np.frombuffer(key, dtype=np.int32) for key in found]
        """Of each kind, its classes."""
        self.sizes = np.bincount(np.array(kinds, dtype=np.int64), minlength=len(found))
        """How many interfaces are of each kind."""
        counts = np.array([len(held) for held in self.members], dtype=np.int64)
        self.some = counts > 0
        self.starts = (np.cumsum(counts) - counts)[self.some]
        self.classes = np.concatenate([np.zeros(0, dtype=np.int32), *self.members])

    def folded(self, words: Words) -> Words:
        """Return for each kind that has any address what its classes say together."""
        return np.bitwise_or.reduceat(words[:, self.classes], self.starts, axis=1)


def count(judge: Judge, *, share: int = 0, of: int = 1) -> Count:
    """Count all pairs, or of those with one `share` of `of` equal parts of the receivers."""
    alike = Alike(judge)
    if not len(alike.starts):
        return Count(0, 0)
    words = range(judge.world.ports.words)
    places = np.cumsum(alike.some) - 1
    sizes = alike.sizes[alike.some]
    order = sorted(
        (kind for kind, held in enumerate(alike.members) if len(held)),
        key=lambda kind: int(judge.seats.place[alike.members[kind][0]]),
    )
    pairs = pair_ports = 0
    for kind in order[len(order) * share // of : len(order) * (share + 1) // of]:
        found = alike.folded(_sent_to(judge, alike.members[kind], words))
        size = int(alike.sizes[kind])
        reached = (found != 0).any(axis=0)
        bits = np.bitwise_count(found).sum(axis=0)
        own = int(places[kind])
        pairs += size * int(sizes[reached].sum() - reached[own])
        pair_ports += size * int((sizes * bits).sum() - bits[own])
    return Count(pairs, pair_ports)


def _sent_to(judge: Judge, classes: Ints, words: Sequence[int]) -> Words:
    seats, found = judge.seats, None
    for one in classes.tolist():
        six = int(seats.fine[one]) >= judge.fine.six
        ways = (False, True) if seats.public[one] >= 0 and not six else (False,)
        for public in ways:
            every = judge.world.ports.every
            held = judge.to(one, public=public, words=words, asked=every).yes
            found = held if found is None else found | held
    assert found is not None  # noqa: S101 - a kind has a class
    return found
