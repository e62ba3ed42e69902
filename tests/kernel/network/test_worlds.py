# SPDX-License-Identifier: Apache-2.0
"""The definition of networks says what packets do that the kernel of Linux really carries."""

from collections.abc import Iterator

import pytest

from tests.kernel.network.generator.draw import SHARES, draw
from tests.kernel.network.laboratory import why_not
from tests.kernel.network.mutants.run import MUTANTS, exposed
from tests.kernel.network.shrink import explained
from tests.kernel.network.trial import Recorded, Score, record, run, scored
from tests.kernel.network.writer.orders import Stage

WORLDS = 60
SLOW_WORLDS = 1000
FRESH = 10_000
"""Seed of the first world that only the slow tests see."""

EARLY = (
    "access lists are asked within a subnet",
    "access lists let every answer pass",
    "access lists look at no protocol",
    "security groups do not track connections",
    "the answer goes to the server's port",
    "the groups of the sender are not asked",
    "the highest number of an access list decides",
    "the shortest prefix wins",
    "no answer needs a way back",
)
"""What wrong models believe that a few worlds expose; the others are for the slow tests."""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    if reason := why_not():
        pytest.skip(f"no packets can be sent: {reason}")
    with Stage() as made:
        yield made


@pytest.fixture(scope="module")
def recorded(stage: Stage) -> list[Recorded]:
    return [record(stage, draw(seed)) for seed in range(WORLDS)]


def judge(stage: Stage, score: Score) -> None:
    """Fail with the smallest world in which packets contradict the engine."""
    for wrong in score.wrong:
        question = wrong.wrong[0].observation.question
        pytest.fail(f"{score.json()}\n{explained(stage, wrong.world, question)}")
    assert score.unknown <= score.probes / 100
    assert 0.15 <= score.positives / score.probes <= 0.5


def test_packets_go_where_the_definition_says(stage: Stage, recorded: list[Recorded]) -> None:
    score = scored(recorded)

    assert score.worlds == WORLDS
    judge(stage, score)


@pytest.mark.parametrize("believes", EARLY)
def test_packets_soon_expose_a_wrong_model(recorded: list[Recorded], believes: str) -> None:
    (wrong,) = [mutant for mutant in MUTANTS if mutant.believes == believes]

    assert exposed(wrong, recorded) is not None


def test_every_kind_of_feature_is_drawn() -> None:
    kinds = {thing.kind for seed in range(WORLDS) for thing in draw(seed).things}

    assert len(SHARES) == 11
    assert {
        "AWS::EC2::EgressOnlyInternetGateway",
        "AWS::EC2::InternetGateway",
        "AWS::EC2::NatGateway",
        "AWS::EC2::PrefixListEntry",
        "AWS::EC2::TransitGatewayRoute",
        "AWS::EC2::VPCPeeringConnection",
        "AWS::ElasticLoadBalancingV2::Listener",
    } <= kinds


@pytest.mark.slow
def test_packets_go_where_the_definition_says_in_many_worlds(stage: Stage) -> None:
    score = run(stage, range(FRESH, FRESH + SLOW_WORLDS))

    assert score.worlds == SLOW_WORLDS
    judge(stage, score)
