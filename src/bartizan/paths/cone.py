# SPDX-License-Identifier: Apache-2.0
"""The steps that any proof of one goal may take, where they are few.

Whoever asks for one goal again and again, each time without some steps, need not search the whole
estate, and of few steps one foothold at a time is faster than whole arrays are.
"""

import heapq
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from bartizan.paths.graph import Graph
from bartizan.paths.search import MOST

MOST_STEPS = 2_000
"""From about here on whole arrays are faster."""


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """A graph as lists, and who grants each of its footholds."""

    needs: Sequence[Sequence[int]]
    grants: Sequence[int]
    cost: Sequence[int]
    granting: Mapping[int, Sequence[int]]

    @classmethod
    def of(cls, graph: Graph) -> Self:
        """Take a graph apart."""
        needs: list[int] = graph.needs.tolist()
        starts: list[int] = graph.starts.tolist()
        grants: list[int] = graph.grants.tolist()
        granting: dict[int, list[int]] = {}
        for step, foothold in enumerate(grants):
            granting.setdefault(foothold, []).append(step)
        return cls(
            needs=[needs[begin:end] for begin, end in pairwise(starts)],
            grants=grants,
            cost=graph.cost.tolist(),
            granting=granting,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The cheapest proof of a goal and of all that is as cheap, as `Reached` has them."""

    cost: Mapping[int, int]
    by: Mapping[int, int]

    def holds(self, foothold: int) -> bool:
        """Tell whether the goal is reached."""
        return foothold in self.cost


@dataclass(frozen=True, slots=True, eq=False)
class Cone:
    """The steps that lead from entries to one goal, in the numbers of their graph."""

    ways: Ways
    goal: int
    entries: Sequence[int]
    users: Mapping[int, Sequence[int]]
    """Foothold to those of the steps that need it."""
    counts: Mapping[int, int]
    """Step to how many footholds it needs."""

    @classmethod
    def of(cls, ways: Ways, goal: int, entries: Sequence[int]) -> Self | None:
        """Collect the steps that some proof of `goal` may take; None where they are many."""
        users: dict[int, list[int]] = {}
        counts: dict[int, int] = {}
        # What is held from the start is never gained: nothing costs less.
        seen = {goal, *entries}
        todo = [goal]
        while todo:
            for step in ways.granting.get(todo.pop(), ()):
                needs = ways.needs[step]
                counts[step] = len(needs)
                for need in needs:
                    users.setdefault(need, []).append(step)
                todo += (need for need in needs if need not in seen)
                seen.update(needs)
            if len(counts) > MOST_STEPS:
                return None
        return cls(ways, goal, [held for held in entries if held in users], users, counts)

    def reach(self, closed: Collection[int]) -> Found:
        """Find the cheapest proof of the goal without the steps in `closed`, of equals the one
        by the lowest steps.
        """
        costs, grants = self.ways.cost, self.ways.grants
        unmet = dict(self.counts)
        total: dict[int, int] = {}
        cost: dict[int, int] = {}
        by: dict[int, int] = {}
        # All steps that prove a foothold at its cost are here before it is taken: their needs
        # cost less.
        heap = [(0, -1, entry) for entry in self.entries]
        while heap and self.goal not in cost:
            spent, last, foothold = heapq.heappop(heap)
            if foothold in cost:
                continue
            cost[foothold], by[foothold] = spent, last
            for step in self.users.get(foothold, ()):
                unmet[step] -= 1
                total[step] = total.get(step, costs[step]) + spent
                if not unmet[step] and step not in closed and grants[step] not in cost:
                    heapq.heappush(heap, (min(total[step], MOST), step, grants[step]))
        return Found(cost, by)
