# SPDX-License-Identifier: Apache-2.0
"""The kernel and the definition agree on a hundred thousand questions, each for every caller."""

import pytest

from tests.fakes.comparison import Pair, complaint
from tests.fakes.dice import seeded
from tests.fakes.generated_organization import organization
from tests.fakes.generated_request import question

pytestmark = pytest.mark.slow

ORGANIZATIONS, QUESTIONS = 2_000, 50
CROWD = 100
"""More roles in each account of every tenth organisation, so that sets of callers are large."""
SHARES = 20
"""Tests that the seeds are dealt to, so that they can run side by side."""


@pytest.mark.parametrize("share", range(SHARES))
def test_the_kernel_answers_as_the_definition_does(share: int) -> None:
    for seed in range(share, ORGANIZATIONS, SHARES):
        thrown = seeded(seed)
        made = organization(thrown, crowd=CROWD if seed // SHARES % 10 == 0 else 0)
        pair = Pair(made.facts, made.names)
        for _ in range(QUESTIONS):
            asked = question(thrown, made)
            found = list(pair.differences(asked))
            assert not found, complaint(made.facts, asked, found)
