# SPDX-License-Identifier: Apache-2.0
"""The kernel and the definition give the same verdict, whoever asks for what."""

from hypothesis import Phase, given, settings

from tests.fakes.comparison import Pair
from tests.fakes.dice import Dice, dice
from tests.fakes.generated_organization import organization
from tests.fakes.generated_request import question

QUESTIONS = 40
"""To each organisation: 5,000 altogether, each for every caller."""


@settings(max_examples=125, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_the_kernel_answers_as_the_definition_does(thrown: Dice) -> None:
    made = organization(thrown, small=True)
    pair = Pair(made.facts, made.names)

    for _ in range(QUESTIONS):
        asked = question(thrown, made)
        assert list(pair.differences(asked)) == [], asked
