# SPDX-License-Identifier: Apache-2.0
"""What is not worth a try for a caller gives no step."""

from hypothesis import HealthCheck, given, settings

from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.steps import actors
from bartizan.reason.authz.aws.steps.candidates import Candidates
from bartizan.reason.authz.aws.steps.prove import Prover
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.techniques import TECHNIQUES
from tests.fakes.dice import Dice, dice
from tests.fakes.generated_organization import organization


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(dice())
def test_the_same_steps_come_of_the_candidates_as_of_all(thrown: Dice) -> None:
    estate = Estate(organization(thrown, small=True).facts)
    scene = Scene(estate)
    prover, candidates = Prover(scene), Candidates(scene)

    for person in actors.insiders(estate):
        for technique in TECHNIQUES:
            every = [prover.step(technique, person, one) for one in technique.over(scene, person)]
            some = [
                prover.step(technique, person, one) for one in candidates.of(technique, person)
            ]
            assert [s for s in some if s] == [s for s in every if s], (technique.id, person.name)
