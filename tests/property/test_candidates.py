# SPDX-License-Identifier: Apache-2.0
"""What is not worth a try for a caller gives no step."""

from hypothesis import HealthCheck, event, given, settings

from bartizan.model.facts.identity import Principal
from bartizan.reason.authz.aws.estate.estate import CARRIERS, Estate
from bartizan.reason.authz.aws.steps import actors
from bartizan.reason.authz.aws.steps.candidates import Candidates
from bartizan.reason.authz.aws.steps.prove import Prover
from bartizan.reason.authz.aws.steps.repertoire import Repertoire
from bartizan.reason.authz.aws.steps.scene import Scene
from bartizan.reason.authz.aws.steps.techniques import TECHNIQUES, stores
from tests.fakes.dice import Dice, dice
from tests.fakes.generated_organization import organization
from tests.fakes.generated_words import SERVICES


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


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(dice())
def test_worth_a_try_is_every_technique_that_has_a_binding(thrown: Dice) -> None:
    estate = Estate(organization(thrown, small=True).facts)
    candidates = Candidates(Scene(estate))

    for person in actors.insiders(estate):
        worth = candidates.worth(stores.TECHNIQUES, person)
        bound = [one for one in stores.TECHNIQUES if list(candidates.of(one, person))]

        assert list(worth) == [one for one in stores.TECHNIQUES if one in worth]
        assert set(bound) <= set(worth), person.name


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(dice())
def test_a_repertoire_has_the_techniques_whose_actions_policies_could_allow(thrown: Dice) -> None:
    estate = Estate(organization(thrown, small=True).facts)
    repertoire = Repertoire(estate, TECHNIQUES)

    for person in actors.insiders(estate):

        def could(action: str, name: str = person.name) -> bool:
            return estate.may(name, action) or action.split(":", 1)[0] in CARRIERS

        held = repertoire.among(TECHNIQUES, person.name)
        for technique in TECHNIQUES:
            assert (technique in held) is technique.allows(could), technique.id


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(dice())
def test_whom_no_trust_may_let_in_the_definition_denies(thrown: Dice) -> None:
    estate = Estate(organization(thrown).facts)
    scene = Scene(estate)
    people = list(actors.insiders(estate))
    roles = [row.arn for row in estate.facts.rows(Principal) if row.type == "role"]

    for role in roles:
        for service in SERVICES:
            could = scene.admission.could_serve(service, role)
            served = scene.attempts(service, "sts:AssumeRole", role) is not None
            event(f"a service may: {could}, does: {served}")
            assert could or not served
        for person in people:
            could = scene.admission.could(person.who.account, role, trust=True)
            let_in = scene.attempts(person.name, "sts:AssumeRole", role) is not None
            event(f"somebody may: {could}, does: {let_in}")
            assert could or not let_in
