# SPDX-License-Identifier: Apache-2.0
"""The kernel of networks and the definition say the same, whoever sends what to whom."""

from hypothesis import Phase, given, settings

from bartizan.model.facts import Facts
from bartizan.model.packet import TCP, UDP
from bartizan.reason.network.aws.kernel.kernel import BLOCKED, REACHABLE
from tests.fakes.dice import Dice, dice
from tests.fakes.drawn_network import ASKED
from tests.fakes.generated_network import network_estate
from tests.fakes.joined_abroad import joined_abroad
from tests.fakes.network_pair import NetworkPair

QUESTIONS = 4


@settings(max_examples=40, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_the_kernel_answers_as_the_definition_does_of_networks(thrown: Dice) -> None:
    # What is not modelled, as an inspection, may leave open what the definition finds blocked.
    _ask(thrown, network_estate(thrown, readable=True), may_leave_open={BLOCKED})


@settings(max_examples=30, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_the_kernel_never_contradicts_the_definition_where_things_are_unread(thrown: Dice) -> None:
    _ask(thrown, network_estate(thrown), may_leave_open={BLOCKED, REACHABLE})


@settings(max_examples=30, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_the_kernel_never_contradicts_the_definition_behind_load_balancers(thrown: Dice) -> None:
    _ask(thrown, network_estate(thrown, balanced=True), may_leave_open={BLOCKED, REACHABLE})


@settings(max_examples=20, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_the_kernel_answers_as_the_definition_does_over_the_internet(thrown: Dice) -> None:
    _ask(thrown, joined_abroad(thrown), may_leave_open={BLOCKED})


def _ask(thrown: Dice, facts: Facts, *, may_leave_open: set[int]) -> None:
    pair = NetworkPair(facts)
    targets = [name for name in pair.kernel.names if name.startswith("eni-")]

    for _ in range(QUESTIONS):
        target, (protocol, port) = thrown.one(targets), thrown.one(ASKED)
        found = pair.differences(target, protocol, port, may_leave_open=may_leave_open)
        assert list(found) == []


@settings(max_examples=20, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_what_is_exposed_never_contradicts_the_definition(thrown: Dice) -> None:
    pair = NetworkPair(network_estate(thrown, balanced=True))
    names = pair.kernel.names
    source = thrown.one([*names[-2:], *names])

    for _ in range(QUESTIONS):
        target = thrown.one([name for name in names if name.startswith("eni-")])
        protocol, port = thrown.one([each for each in ASKED if each[0] in {TCP, UDP}])
        assert list(pair.misses(source, target, protocol, port)) == []
