# SPDX-License-Identifier: Apache-2.0
"""Both engines agree on the policies that AWS manages, which are what most estates hold."""

from tests.fakes.comparison import Pair
from tests.fakes.dice import seeded
from tests.fakes.managed_policies import documents, estate, question

QUESTIONS = 25


def test_the_kernel_answers_as_the_definition_does_under_every_managed_policy() -> None:
    pair = Pair(estate())
    thrown = seeded(0)

    allowed = 0
    for _ in range(QUESTIONS):
        asked = question(thrown)
        allowed += pair.allowed(asked)
        assert list(pair.differences(asked)) == [], asked
    assert len(documents()) > 1_500
    assert allowed > QUESTIONS
