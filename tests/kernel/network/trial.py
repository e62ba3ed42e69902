# SPDX-License-Identifier: Apache-2.0
"""Holds the engine against packets in one world after the other, and counts."""

import json
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field

from bartizan.model.facts import Facts
from tests.kernel.network.engine import Comparison, Engine, compare, facts_of
from tests.kernel.network.generator.draw import draw
from tests.kernel.network.observation import Observation, observe
from tests.kernel.network.world import World
from tests.kernel.network.writer.orders import Stage

PATIENCE = 10.0
"""So much longer is waited for answers before packets are believed against the engine."""


class Recorded(Struct, frozen=True, kw_only=True):
    """A world, its facts, and what packets did in it."""

    world: World
    facts: Facts
    seen: tuple[Observation, ...]
    said: tuple[Comparison, ...]
    """The same beside what the engine says."""

    @property
    def wrong(self) -> tuple[Comparison, ...]:
        """Return where packets and the engine contradict each other."""
        return tuple(one for one in self.said if one.mismatch)


class Score(Struct, kw_only=True):
    """What was counted."""

    worlds: int = 0
    probes: int = 0
    positives: int = 0
    mismatches: int = 0
    unknown: int = 0
    wrong: list[Recorded] = field(default_factory=list)
    """Worlds with a mismatch, each with what its packets did."""

    def json(self) -> str:
        """Return the counts as one object."""
        names = ("worlds", "probes", "positives", "mismatches", "unknown")
        return json.dumps({name: getattr(self, name) for name in names})


def record(stage: Stage, world: World) -> Recorded:
    """Return what packets do in a world.

    Where they contradict the engine they are sent once more on a stage of their own, and waited
    for longer: a machine with much to do may be late with an answer, and a gateway may still know
    a flow of an earlier world that had the same addresses and ports.
    """
    facts = facts_of(world)
    recorded = _beside(world, facts, observe(stage, world))
    if recorded.wrong:
        with Stage() as fresh:
            recorded = _beside(world, facts, observe(fresh, world, patience=PATIENCE))
    return recorded


def _beside(world: World, facts: Facts, seen: Sequence[Observation]) -> Recorded:
    said = tuple(compare(Engine(), facts, seen))
    return Recorded(world=world, facts=facts, seen=tuple(seen), said=said)


def mismatches(recorded: Recorded, engine: Engine) -> Iterator[Comparison]:
    """Yield where an engine contradicts packets."""
    return (one for one in compare(engine, recorded.facts, recorded.seen) if one.mismatch)


def count(score: Score, recorded: Recorded) -> None:
    """Add one world to a score."""
    score.worlds += 1
    score.probes += len(recorded.said)
    score.positives += sum(one.observation.arrived for one in recorded.said)
    score.unknown += sum(one.unknown for one in recorded.said)
    score.mismatches += len(recorded.wrong)
    if recorded.wrong:
        score.wrong.append(recorded)


def run(stage: Stage, seeds: Iterable[int]) -> Score:
    """Return the score of the worlds of some seeds."""
    score = Score()
    for seed in seeds:
        count(score, record(stage, draw(seed)))
    return score


def scored(worlds: Iterable[Recorded]) -> Score:
    """Return the score of recorded worlds."""
    score = Score()
    for recorded in worlds:
        count(score, recorded)
    return score
