# SPDX-License-Identifier: Apache-2.0
"""Many single requests at once are decided as one by one, and as the definition decides them."""

from dataclasses import replace

from hypothesis import Phase, given, settings

from tests.fakes.comparison import Pair
from tests.fakes.dice import Dice, dice
from tests.fakes.engines import defined
from tests.fakes.generated_organization import organization
from tests.fakes.generated_request import question

QUESTIONS = 30
"""To each organisation, each for every caller."""


@settings(max_examples=80, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_deciding_many_requests_at_once_changes_no_verdict(thrown: Dice) -> None:
    made = organization(thrown, small=True)
    pair = Pair(made.facts, made.names)
    asked = [replace(question(thrown, made), chosen={}, complete=False) for _ in range(QUESTIONS)]
    names = list(pair.kernel.names)
    triples = [(name, one) for one in asked for name in names]
    columns = (
        [name for name, _ in triples],
        [one.action for _, one in triples],
        [one.resource for _, one in triples],
    )

    at_once = pair.kernel.decide_each(*columns).tolist()
    reopened = pair.reopened.decide_each(*columns).tolist()

    for (name, one), *found in zip(triples, at_once, reopened, strict=True):
        wanted = defined(pair.estate, name, one)
        assert found == [wanted, wanted], (name, one)
