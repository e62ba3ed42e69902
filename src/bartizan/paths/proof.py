# SPDX-License-Identifier: Apache-2.0
"""Proofs: which steps, in which order, make up the cheapest way to a foothold."""

import hashlib
import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bartizan.model.path import Entry, Jewel, Path
from bartizan.model.step import ONE_OF_MANY, Condition, Foothold, Step
from bartizan.paths.conditions import contradiction, joined
from bartizan.paths.detour import Detours
from bartizan.paths.graph import Estate, Graph
from bartizan.paths.search import Reached, search

MOST_TRIES = 1_000
"""Enough for any estate but one made to have very many."""


class Proof(Struct, frozen=True, kw_only=True):
    """A way to a foothold, in the numbers of an estate."""

    goal: int
    cost: int
    steps: tuple[int, ...]
    """In an order in which they can be done."""
    entries: tuple[int, ...]
    """Ascending."""
    settled: bool = True
    """Its lasting conditions are known to agree."""


def proof(graph: Graph, reached: Reached, goal: int) -> Proof:
    """Unfold the cheapest proof of `goal`, which is reached."""
    steps: list[int] = []
    entries: set[int] = set()
    seen: set[int] = set()
    todo = [(goal, False)]
    while todo:
        foothold, proved = todo.pop()
        step = int(reached.by[foothold])
        if proved:
            steps.append(step)
        elif foothold not in seen:
            seen.add(foothold)
            if step < 0:
                entries.add(foothold)
                continue
            todo.append((foothold, True))
            todo.extend((need, False) for need in reversed(graph.needs_of(step)))
    return Proof(
        goal=goal,
        cost=int(reached.cost[goal]),
        steps=tuple(steps),
        entries=tuple(sorted(entries)),
    )


class Prover(Struct, frozen=True, eq=False):
    """Finds cheapest proofs whose lasting conditions agree, from fixed entries."""

    estate: Estate
    entries: Sequence[int]
    carriers: Mapping[Condition, frozenset[int]]
    """Lasting condition to the steps that carry it."""
    tries: int = MOST_TRIES
    """Combinations of lasting conditions to look at before a proof is left unsettled."""

    @classmethod
    def of(
        cls, estate: Estate, entries: Iterable[Foothold], *, tries: int = MOST_TRIES
    ) -> "Prover":
        """Stand at those of `entries` that the estate knows."""
        carriers: dict[Condition, set[int]] = {}
        for number, step in enumerate(estate.steps):
            for held in step.conditions:
                if held.lasting and held.values:
                    carriers.setdefault(held, set()).add(number)
        return cls(
            estate=estate,
            entries=estate.numbers(entries),
            carriers={held: frozenset(steps) for held, steps in carriers.items()},
            tries=tries,
        )

    def reach(self, closed: Iterable[int] = ()) -> Reached:
        """Search without the steps in `closed`."""
        shut = np.fromiter(closed, np.int64)
        return search(self.estate.graph, self.entries, closed=shut if len(shut) else None)

    def _reach(self, goal: int, closed: frozenset[int], detours: Detours | None) -> Reached:
        found = detours and detours.around(closed, goal)
        return found or self.reach(closed)

    def prove(
        self,
        goal: int,
        *,
        closed: frozenset[int] = frozenset(),
        reached: Reached | None = None,
        detours: Detours | None = None,
    ) -> Proof | None:
        """Return the cheapest proof of `goal` that does not contradict itself, if there is one.

        `reached` is the closure without `closed`, where the caller has it already; with `detours`
        the same is found by what that changes.

        A proof with a contradiction lacks nothing but one of the conditions in it, so every other
        proof is found without the steps that carry the first of them, or without those that carry
        the second, and so on: the search branches there, cheapest first.
        """
        tries: list[tuple[int, int, frozenset[int], Reached]] = []
        known = {closed}

        def consider(shut: frozenset[int], held: Reached) -> None:
            if held.holds(goal):
                heapq.heappush(tries, (int(held.cost[goal]), len(known), shut, held))

        consider(closed, reached or self._reach(goal, closed, detours))
        first: Proof | None = None
        while tries:
            _, _, shut, held = heapq.heappop(tries)
            found = proof(self.estate.graph, held, goal)
            conflict = contradiction(joined(self.estate.steps[step] for step in found.steps))
            if not conflict:
                return found
            first = first or found
            if len(known) > self.tries:
                return Proof(
                    goal=goal,
                    cost=first.cost,
                    steps=first.steps,
                    entries=first.entries,
                    settled=False,
                )
            for condition in conflict:
                fewer = shut | self.carriers[condition]
                if fewer not in known:
                    known.add(fewer)
                    consider(fewer, self._reach(goal, fewer, detours))
        return None


def unbreakable(prover: Prover, goals: Iterable[int]) -> dict[int, Proof]:
    """Return the cheapest proofs that use only steps for which no remedy is known, by goal."""
    closed = frozenset(
        number
        for number, step in enumerate(prover.estate.steps)
        if any(breaker.remedies for breaker in step.breakers)
    )
    reached = prover.reach(closed)
    return {
        goal: found
        for goal in sorted(set(goals))
        if reached.by[goal] >= 0 and (found := prover.prove(goal, closed=closed, reached=reached))
    }


def without_lesser(estate: Estate, proofs: Mapping[int, Proof]) -> dict[int, Proof]:
    """Leave out the proofs that go through the goal of another."""
    gained = {
        goal: {int(estate.graph.grants[step]) for step in found.steps} - {goal}
        for goal, found in proofs.items()
    }
    return {goal: found for goal, found in proofs.items() if gained[goal].isdisjoint(proofs)}


def path(estate: Estate, found: Proof, *, entries: Mapping[Foothold, Entry], jewel: Jewel) -> Path:
    """Write a proof down as a path to `jewel`; one that is not settled is possible only."""
    steps = tuple(estate.steps[step] for step in found.steps)
    name = path_id(steps)
    if not found.settled:
        doubt = "which values its lasting conditions could share"
        steps = (*steps[:-1], replace(steps[-1], missing=(*steps[-1].missing, doubt)))
    return Path(
        id=name,
        entries=tuple(entries[estate.footholds[entry]] for entry in found.entries),
        jewel=jewel,
        steps=steps,
        cost=found.cost,
        conditions=joined(steps),
    )


def path_id(steps: Iterable[Step]) -> str:
    """Name a path by its techniques and footholds, whatever the order of its steps.

    A circle of many who may do the same is named after how many they are, so it is no part of the
    name: whoever is in it counts as doing themselves what they may do by it.
    """
    steps = tuple(steps)
    members: dict[Foothold, set[Foothold]] = {}
    for step in steps:
        if step.technique == ONE_OF_MANY:
            members.setdefault(step.grants, set()).update(step.needs)
    lines = sorted(
        "\x1f".join((step.technique, str(step.grants), *map(str, _persons(step, members))))
        for step in steps
        if step.technique != ONE_OF_MANY
    )
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()[:12]


def _persons(step: Step, members: Mapping[Foothold, Collection[Foothold]]) -> Iterator[Foothold]:
    """Yield what a step needs, with those in a circle in its place."""
    for need in step.needs:
        yield from sorted(members.get(need, (need,)))
