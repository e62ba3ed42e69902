# SPDX-License-Identifier: Apache-2.0
"""Steps of a changed estate are the same whether most of them were known before or not."""

from hypothesis import HealthCheck, given, settings

from bartizan.reason.authz.aws.steps.again import again
from bartizan.reason.authz.aws.steps.derivation import steps
from tests.fakes.dice import Dice, dice
from tests.fakes.edited import edited
from tests.fakes.generated_organization import organization

AT = "2026-01-01T00:00:00Z"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(dice())
def test_steps_that_were_known_are_those_that_are_derived_anew(thrown: Dice) -> None:
    before = organization(thrown).facts
    after = edited(thrown, before)
    known = tuple(steps(before, AT))

    found = list(again(before, known, after, AT))

    assert set(found) == set(steps(after, AT))
    assert len(found) == len(set(found))
