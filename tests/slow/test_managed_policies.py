# SPDX-License-Identifier: Apache-2.0
"""Both engines agree on a large sample of what the policies that AWS manages speak of."""

import pytest

from tests.fakes.comparison import Pair
from tests.fakes.dice import seeded
from tests.fakes.managed_policies import estate, question

pytestmark = pytest.mark.slow

QUESTIONS = 1_000


def test_the_kernel_answers_as_the_definition_does_under_every_managed_policy() -> None:
    pair = Pair(estate())
    thrown = seeded(1)

    for _ in range(QUESTIONS):
        asked = question(thrown)
        assert list(pair.differences(asked)) == [], asked
