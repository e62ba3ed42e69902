# SPDX-License-Identifier: Apache-2.0
"""The kernel of networks and the definition say the same, whoever sends what to whom."""

from hypothesis import Phase, given, settings

from tests.fakes.dice import Dice, dice
from tests.fakes.drawn_network import ASKED
from tests.fakes.generated_network import network_estate
from tests.fakes.network_pair import NetworkPair

QUESTIONS = 4


@settings(max_examples=60, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_the_kernel_answers_as_the_definition_does_of_networks(thrown: Dice) -> None:
    pair = NetworkPair(network_estate(thrown))
    targets = [name for name in pair.kernel.names if name.startswith("eni-")]

    for _ in range(QUESTIONS):
        target, (protocol, port) = thrown.one(targets), thrown.one(ASKED)
        assert list(pair.differences(target, protocol, port)) == []
