# SPDX-License-Identifier: Apache-2.0
"""What packets did in a world, which can be kept and compared with an engine again and again."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from tests.kernel.network.prober import Probe, Prober
from tests.kernel.network.questions import Leg, Question, listeners, questions
from tests.kernel.network.world import World
from tests.kernel.network.writer.orders import Stage
from tests.kernel.network.writer.plan import Plan

NOBODY_SAYS = "?"
"""In the place of who answered, where packets do not say."""


class Observation(Struct, frozen=True, kw_only=True):
    """One question of a world, and what packets answered."""

    question: Question
    arrived: bool
    """All legs of one of its ways were answered."""
    by: frozenset[str]
    """Who answered: interfaces, `internet`, or `?`."""


def observe(
    stage: Stage, world: World, *, patience: float = 1.0, asked: list[Question] | None = None
) -> list[Observation]:
    """Set a world up and return what packets do in it."""
    plan = stage.set_up(world)
    chosen = questions(plan) if asked is None else asked
    probes = sorted({probe for question in chosen for probe in question.probes})
    prober = Prober(stage.laboratory, listeners(plan))
    said = zip(probes, prober.run(probes, patience=patience), strict=True)
    names = _names(plan)
    answers = {probe: names[space] for probe, space in said if space}
    return [_observation(question, answers) for question in chosen]


def _names(plan: Plan) -> Mapping[str, str]:
    """Return who is in each namespace."""
    names = {f"b{number}": name for name, number in plan.boxes.items()}
    return {**names, "inet": "internet", NOBODY_SAYS: NOBODY_SAYS}


def _observation(question: Question, answers: Mapping[Probe, str]) -> Observation:
    arrived = any(all(any(_by(leg, answers)) for leg in way) for way in question.ways)
    by = frozenset(answers[probe] for probe in question.probes if probe in answers)
    return Observation(question=question, arrived=arrived, by=by)


def _by(leg: Leg, answers: Mapping[Probe, str]) -> Iterator[bool]:
    for probe in leg.probes:
        yield probe in answers and leg.to in ("", answers[probe], NOBODY_SAYS)
