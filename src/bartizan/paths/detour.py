# SPDX-License-Identifier: Apache-2.0
"""Proofs without some steps, from the cheapest proofs with all of them.

Doing without a few steps changes few proofs: those that take one. Of these, such as the proof of
one goal may rest on are looked for again, one foothold at a time.
"""

import heapq
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Self

from msgspec import Struct, field

from bartizan.paths.graph import Graph
from bartizan.paths.search import MOST, UNREACHED, Reached

MOST_STEPS = 5_000
"""Where more than these have to be looked at, whole arrays are faster."""
_MOST_KEPT = 64
"""Steps of a proof that are kept with the foothold; of a chain without end that were too many."""


class Detours(Struct, frozen=True, eq=False):
    """The steps of a graph, all of which can be taken, and the cheapest proofs by them."""

    reached: Reached
    """The closure of all the steps."""
    costs: Sequence[int]
    """Its costs of footholds."""
    by: Sequence[int]
    """Its last steps of footholds."""
    needs: Sequence[Sequence[int]]
    """Of each step."""
    grants: Sequence[int]
    effort: Sequence[int]
    """Cost of each step alone."""
    granting: Mapping[int, Sequence[int]]
    """Foothold to the steps that grant it."""
    proofs: dict[int, frozenset[int] | None] = field(default_factory=dict)
    """Foothold to the steps of its cheapest proof, where that was asked; None for very many."""

    @classmethod
    def of(cls, graph: Graph, reached: Reached) -> Self:
        """Take a graph apart."""
        needs: list[int] = graph.needs.tolist()
        starts: list[int] = graph.starts.tolist()
        grants: list[int] = graph.grants.tolist()
        granting: dict[int, list[int]] = {}
        for step, foothold in enumerate(grants):
            granting.setdefault(foothold, []).append(step)
        return cls(
            reached=reached,
            costs=reached.cost.tolist(),
            by=reached.by.tolist(),
            needs=[needs[begin:end] for begin, end in pairwise(starts)],
            grants=grants,
            effort=graph.cost.tolist(),
            granting=granting,
        )

    def around(
        self, closed: frozenset[int], goal: int, *, most: int = MOST_STEPS
    ) -> Reached | None:
        """Return the closure without the steps in `closed`, right for `goal` and for whatever its
        proof takes; None where more than `most` steps would have to be looked at.
        """
        lost = _Lost(self, closed)
        if not lost.collect(goal, most):
            return None
        found = lost.prove(goal)
        cost, by = self.reached.cost.copy(), self.reached.by.copy()
        for foothold in lost.footholds:
            cost[foothold], by[foothold] = found.get(foothold, (UNREACHED, -1))
        return Reached(cost=cost, by=by)

    def proof(self, foothold: int) -> frozenset[int] | None:
        """Return the steps of the cheapest proof of a foothold; None where these are very many."""
        proofs, stack = self.proofs, [foothold]
        while stack:
            held = stack[-1]
            step = self.by[held]
            needs = self.needs[step] if step >= 0 else ()
            before = [need for need in needs if need not in proofs]
            if before:
                stack += before
                continue
            proofs[held] = _joined(step, [proofs[need] for need in needs])
            stack.pop()
        return proofs[foothold]


def _joined(step: int, parts: Sequence[frozenset[int] | None]) -> frozenset[int] | None:
    """Return a proof by its last step, -1 for none, and the proofs of what that needs."""
    whole = [part for part in parts if part is not None]
    found = frozenset[int]().union(*whole, (step,) if step >= 0 else ())
    return found if len(whole) == len(parts) and len(found) <= _MOST_KEPT else None


class _Lost(Struct):
    """Footholds whose proofs take a closed step, as far as the proof of a goal may need them."""

    detours: Detours
    closed: frozenset[int]
    footholds: set[int] = field(default_factory=set)
    takes: dict[int, bool] = field(default_factory=dict)
    """Whether a proof of very many steps takes a closed one, where that was asked."""
    users: dict[int, list[int]] = field(default_factory=dict)
    """One of these footholds to the steps that wait for it."""
    unmet: dict[int, int] = field(default_factory=dict)
    """Step to how many of them it waits for."""
    total: dict[int, int] = field(default_factory=dict)
    """Step to its cost with the proofs of what it needs so far."""

    def collect(self, goal: int, most: int) -> bool:
        """Find what has to be proved again, and by what that may be; false where that are more
        than `most` steps.
        """
        todo = [goal] if self._taking(goal) else []
        self.footholds.update(todo)
        looked = 0
        while todo:
            steps = self.detours.granting[todo.pop()]
            looked += len(steps)
            if looked > most:
                return False
            for step in steps:
                if step not in self.closed:
                    todo += self._put(step)
        return True

    def _put(self, step: int) -> list[int]:
        """Take down what a step waits for; return what of that is new."""
        waits = []
        spent = self.detours.effort[step]
        for need in self.detours.needs[step]:
            if self._taking(need):
                waits.append(need)
                self.users.setdefault(need, []).append(step)
            else:
                spent += self.detours.costs[need]
        self.unmet[step], self.total[step] = len(waits), spent
        fresh = [need for need in waits if need not in self.footholds]
        self.footholds.update(fresh)
        return fresh

    def _taking(self, foothold: int) -> bool:
        """Tell whether the proof of a foothold takes a closed step."""
        proofs = self.detours.proofs
        held = proofs[foothold] if foothold in proofs else self.detours.proof(foothold)
        return self._walked(foothold) if held is None else not held.isdisjoint(self.closed)

    def _walked(self, foothold: int) -> bool:
        """Tell it by a walk through the proof."""
        takes, stack = self.takes, [foothold]
        while stack:
            held = stack[-1]
            step = self.detours.by[held]
            if held not in takes and step >= 0 and step not in self.closed:
                needs = self.detours.needs[step]
                before = [need for need in needs if need not in takes]
                if before:
                    stack += before
                    continue
                takes[held] = any(takes[need] for need in needs)
            takes.setdefault(held, step >= 0)
            stack.pop()
        return takes[foothold]

    def prove(self, goal: int) -> dict[int, tuple[int, int]]:
        """Return the costs and last steps of proofs without closed steps, of equals the lowest,
        until that of `goal` is found.
        """
        grants = self.detours.grants
        heap = [
            (min(self.total[step], MOST), step) for step, count in self.unmet.items() if not count
        ]
        heapq.heapify(heap)
        found: dict[int, tuple[int, int]] = {}
        # All steps that prove a foothold at its cost are here before it is taken: what they need
        # costs less.
        while heap and goal not in found:
            spent, last = heapq.heappop(heap)
            foothold = grants[last]
            if foothold in found:
                continue
            found[foothold] = spent, last
            for step in self.users.get(foothold, ()):
                self.unmet[step] -= 1
                self.total[step] += spent
                if not self.unmet[step]:
                    heapq.heappush(heap, (min(self.total[step], MOST), step))
        return found
