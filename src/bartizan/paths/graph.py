# SPDX-License-Identifier: Apache-2.0
"""Steps as integer arrays, the only thing that search ever sees."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Self, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bartizan.errors import InputError
from bartizan.model.step import Foothold, Step

Ints: TypeAlias = NDArray[np.signedinteger[Any]]

MOST_NEEDS = 2_047
"""Needs of one step; search counts them in the upper bits of its sums."""
MOST_COST = 2**31 - 1
"""Cost of one step; it is held in 32 bits."""


class Graph(Struct, frozen=True, eq=False):
    """Horn clauses with costs: step `s` needs `needs[starts[s]:starts[s + 1]]`, no need twice.

    `users[used[f]:used[f + 1]]` are the steps that need foothold `f`, so that a search walks
    forward without building anything.
    """

    footholds: int
    """Number of footholds; they are 0, 1, ..."""
    starts: Ints
    needs: Ints
    grants: Ints
    cost: Ints
    used: Ints
    users: Ints

    @classmethod
    def of_arrays(
        cls, *, footholds: int, starts: Ints, needs: Ints, grants: Ints, cost: Ints
    ) -> Self:
        """Take steps that are arrays already and turn their needs around.

        Raises:
            InputError: a step needs nothing or too much, or its cost is out of range.
        """
        count = np.diff(starts)
        if len(count):
            _refuse(int(count.min()), int(count.max()), int(cost.min()), int(cost.max()))
        used = np.zeros(footholds + 1, np.int64)
        np.cumsum(np.bincount(needs, minlength=footholds), out=used[1:])
        # Sorting pairs packed into one word is several times as fast as an indirect sort.
        pairs = needs.astype(np.int64)
        pairs <<= 32
        pairs |= np.repeat(np.arange(len(grants), dtype=np.int32), count)
        pairs.sort()
        return cls(
            footholds=footholds,
            starts=starts,
            needs=needs.astype(np.int32, copy=False),
            grants=grants.astype(np.int32, copy=False),
            cost=cost.astype(np.int32, copy=False),
            used=used,
            users=pairs.astype(np.int32),
        )

    def needs_of(self, step: int) -> list[int]:
        """Return the footholds that `step` needs."""
        held: list[int] = self.needs[self.starts[step] : self.starts[step + 1]].tolist()
        return held


class Estate(Struct, frozen=True, eq=False):
    """Steps and footholds with the numbers that they have in a graph.

    Both are numbered in an order of their own, so the order in which reasoners yield steps
    never shows in an answer, and equal steps are one.
    """

    graph: Graph
    steps: tuple[Step, ...]
    footholds: tuple[Foothold, ...]
    number: dict[Foothold, int]

    @classmethod
    def of(cls, steps: Iterable[Step], *, also: Iterable[Foothold] = ()) -> Self:
        """Number `steps`, their footholds, and footholds that no step may mention.

        Raises:
            InputError: a step needs nothing or too much, or its cost is out of range.
        """
        every = list(steps)
        named = set(also)
        for step in every:
            named.update(step.needs)
            named.add(step.grants)
        footholds = tuple(sorted(named, key=attrgetter("ability", "entity")))
        number = {foothold: place for place, foothold in enumerate(footholds)}
        check(every)
        kept = _in_order(every, number)
        needs = [sorted({number[need] for need in step.needs}) for step in kept]
        starts = np.zeros(len(kept) + 1, np.int64)
        np.cumsum([len(need) for need in needs], out=starts[1:])
        graph = Graph.of_arrays(
            footholds=len(footholds),
            starts=starts,
            needs=np.array([need for held in needs for need in held], np.int32),
            grants=np.array([number[step.grants] for step in kept], np.int32),
            cost=np.array([step.cost for step in kept], np.int32),
        )
        return cls(graph=graph, steps=kept, footholds=footholds, number=number)

    def numbers(self, footholds: Iterable[Foothold]) -> list[int]:
        """Return the numbers of those of `footholds` that are known here, ascending."""
        return sorted({self.number[held] for held in footholds if held in self.number})


def check(steps: Collection[Step]) -> None:
    """Refuse what is no step that a search can take.

    Raises:
        InputError: a step needs nothing or too much, or its cost is out of range.
    """
    counts, costs = [len(step.needs) for step in steps], [step.cost for step in steps]
    if counts:
        _refuse(min(counts), max(counts), min(costs), max(costs))


def _refuse(fewest: int, most: int, cheapest: int, dearest: int) -> None:
    if fewest < 1:
        raise InputError("a step needs nothing", hint="say where attackers stand as an entry")
    if most > MOST_NEEDS:
        raise InputError(f"a step needs more than {MOST_NEEDS} footholds")
    if cheapest < 1 or dearest > MOST_COST:
        raise InputError(f"the cost of a step is not between 1 and {MOST_COST}")


def _in_order(steps: Iterable[Step], number: Mapping[Foothold, int]) -> tuple[Step, ...]:
    """Sort by what a step says, cheapest comparison first, and drop repeats.

    The whole text of a step is compared only among those that agree in all that search sees.
    """
    groups: dict[tuple[int, int, str, tuple[int, ...]], list[Step]] = {}
    for step in steps:
        needs = tuple([number[need] for need in step.needs])
        key = (number[step.grants], step.cost, step.technique, needs)
        groups.setdefault(key, []).append(step)
    return tuple(step for key in sorted(groups) for step in _told_apart(groups[key]))


def _told_apart(steps: Sequence[Step]) -> Sequence[Step]:
    if len(steps) == 1:
        return steps
    return [step for _, step in sorted({repr(step): step for step in steps}.items())]
