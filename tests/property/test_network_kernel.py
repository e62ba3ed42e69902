# SPDX-License-Identifier: Apache-2.0
"""The kernel of networks and the definition say the same, whoever sends what to whom."""

from hypothesis import Phase, given, settings

from bartizan.model.facts import Facts
from tests.fakes.dice import Dice, dice
from tests.fakes.drawn_network import ASKED
from tests.fakes.generated_network import network_estate
from tests.fakes.network_pair import NetworkPair

QUESTIONS = 4


@settings(max_examples=40, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_the_kernel_answers_as_the_definition_does_of_networks(thrown: Dice) -> None:
    _ask(thrown, network_estate(thrown, readable=True), allow_unknown=False)


@settings(max_examples=30, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_the_kernel_never_contradicts_the_definition_where_things_are_unread(thrown: Dice) -> None:
    _ask(thrown, network_estate(thrown), allow_unknown=True)


@settings(max_examples=30, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_the_kernel_never_contradicts_the_definition_behind_load_balancers(thrown: Dice) -> None:
    _ask(thrown, network_estate(thrown, balanced=True), allow_unknown=True)


def _ask(thrown: Dice, facts: Facts, *, allow_unknown: bool) -> None:
    pair = NetworkPair(facts)
    targets = [name for name in pair.kernel.names if name.startswith("eni-")]

    for _ in range(QUESTIONS):
        target, (protocol, port) = thrown.one(targets), thrown.one(ASKED)
        found = pair.differences(target, protocol, port, allow_unknown=allow_unknown)
        assert list(found) == []
