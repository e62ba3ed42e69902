# SPDX-License-Identifier: Apache-2.0
"""Estates of stated size from a stated seed, for the benchmarks."""

import math
import random
import zlib
from dataclasses import dataclass

import numpy as np

from bartizan.model.path import Entry, Jewel
from bartizan.model.remedy import Detach, Remedy
from bartizan.model.step import Breaker, Foothold, Step
from bartizan.paths.graph import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Clauses:
    """Random Horn clauses as arrays."""

    footholds: int
    starts: Ints
    needs: Ints
    grants: Ints
    cost: Ints
    entries: range


def clauses(*, steps: int, footholds: int, seed: int, dearest: int = 10) -> Clauses:
    """Draw steps with one to three needs, all footholds alike, and a hundred entries."""
    chance = np.random.default_rng(seed)
    starts = np.zeros(steps + 1, np.int64)
    np.cumsum(chance.integers(1, 4, steps), out=starts[1:])
    return Clauses(
        footholds=footholds,
        starts=starts,
        needs=chance.integers(0, footholds, int(starts[-1]), dtype=np.int32),
        grants=chance.integers(0, footholds, steps, dtype=np.int32),
        cost=chance.integers(1, dearest + 1, steps, dtype=np.int32),
        entries=range(100),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Layers of roles between entries and jewels."""

    steps: tuple[Step, ...]
    entries: tuple[Entry, ...]
    jewels: tuple[Jewel, ...]

    @property
    def remedies(self) -> int:
        """Count the changes that any step names."""
        return len({r.change for s in self.steps for b in s.breakers for r in b.remedies})

    @property
    def paths(self) -> int:
        """Count the ways from an entry to a jewel, a step of two needs as often as both."""
        ways = {entry.foothold: 1 for entry in self.entries}
        for step in self.steps:
            through = math.prod(ways.get(need, 0) for need in step.needs)
            ways[step.grants] = ways.get(step.grants, 0) + through
        return sum(ways.get(jewel.foothold, 0) for jewel in self.jewels)


LAYERS = (12, 45, 45, 45, 80)
"""Entries, three layers of roles, jewels."""


def organisation(*, seed: int, fan_in: int = 3) -> Organisation:
    """Draw roles in layers, a few of which many others may assume.

    A step falls with one of the trust statements of its target, with one of the statements that
    let its holder act, or with a guardrail on the account of its target, which costs six times as
    much; one step in five is allowed by two statements and falls with both of them only; one in
    ten needs a second role.
    """
    chance = random.Random(seed)  # noqa: S311 - an estate, no secret
    layers = [[_at(f"l{n}-{i}") for i in range(size)] for n, size in enumerate(LAYERS)]
    steps = [
        _step(chance, holders=layers[depth], target=target)
        for depth in range(len(layers) - 1)
        for target in layers[depth + 1]
        for _ in range(chance.randint(1, 2 * fan_in - 1))
    ]
    return Organisation(
        steps=tuple(steps),
        entries=tuple(Entry(foothold=held, name=held.entity) for held in layers[0]),
        jewels=tuple(Jewel(foothold=held, name=held.entity, rank=2) for held in layers[-1]),
    )


def _step(chance: random.Random, *, holders: list[Foothold], target: Foothold) -> Step:
    # The square makes a few holders popular, as deployment and support roles are.
    holder = holders[int(len(holders) * chance.random() ** 2)]
    needs = {holder, chance.choice(holders)} if chance.random() < 0.1 else {holder}  # noqa: PLR2004
    allows = [f"allow {holder.entity} {n}" for n in range(2)]
    twice = chance.random() < 0.2  # noqa: PLR2004 - one in five
    return Step(
        technique="assume",
        needs=tuple(sorted(needs)),
        grants=target,
        cost=chance.randint(1, 5),
        breakers=(
            Breaker(remedies=(_remedy(f"trust {target.entity} {chance.randint(0, 1)}"),)),
            Breaker(remedies=tuple(map(_remedy, allows if twice else [chance.choice(allows)]))),
            Breaker(remedies=(_remedy(f"guard {_number_of(target) % 20}", times=6),)),
        ),
    )


def _number_of(foothold: Foothold) -> int:
    return zlib.crc32(str(foothold).encode())


def _remedy(title: str, *, times: int = 1) -> Remedy:
    cost = times * (1 + zlib.crc32(title.encode()) % 3)
    return Remedy(change=Detach(policy=title, target=""), title=title, cost=cost)


def _at(name: str) -> Foothold:
    return Foothold("act-as", name)
