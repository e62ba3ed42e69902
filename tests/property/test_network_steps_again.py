# SPDX-License-Identifier: Apache-2.0
"""Steps over networks of a changed estate are the same whether known before or not."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings

from bartizan.model.facts import Facts
from bartizan.model.step import Ability, Foothold, Step
from bartizan.paths.closure import gained, users_of
from bartizan.reason.network.aws.kernel.kernel import Kernel
from bartizan.reason.network.aws.steps.derivation import again, derive, steps
from tests.fakes.dice import Dice, dice
from tests.fakes.inhabited_network import inhabited, rebuilt

MADE = {Ability.SEND.value, Ability.SEND_AS.value, Ability.SEND_ALIKE.value}
"""What is held on the way alone; which ports are told as one is free."""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(dice())
def test_steps_over_networks_that_were_known_are_those_that_are_derived_anew(thrown: Dice) -> None:
    before = inhabited(thrown)
    after = rebuilt(thrown, before)

    found = list(again(before, tuple(steps(before)), after))

    assert found == list(steps(after))
    assert worth(found) == worth(whole(after))


def whole(facts: Facts) -> list[Step]:
    """Derive steps from all of an estate, also what is thought to have no part in any."""
    return list(derive(facts, Kernel.compile(facts)))


def worth(found: Sequence[Step]) -> set[tuple[Foothold, Foothold, bool]]:
    """Return what whoever stands anywhere gains, and whether that is proved."""
    starts = {need for step in found for need in step.needs if need.ability not in MADE}
    told = set()
    for proved in (True, False):
        users = users_of(step for step in found if step.proved or not proved)
        told |= {(start, one, proved) for start in starts for one in gained(users, [start])}
    return {(start, one, proved) for start, one, proved in told if one.ability not in MADE}
