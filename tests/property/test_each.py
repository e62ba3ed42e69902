# SPDX-License-Identifier: Apache-2.0
"""Many single requests at once are decided as one by one, and as the definition decides them."""

from collections.abc import Sequence

from hypothesis import Phase, given, settings
from msgspec.structs import replace

from tests.fakes.comparison import Pair
from tests.fakes.copied_organization import copied
from tests.fakes.dice import Dice, dice
from tests.fakes.engines import defined
from tests.fakes.generated_organization import organization
from tests.fakes.generated_request import Question, question

QUESTIONS = 30
"""To each organisation, each for every caller."""
CROSSED = 6
"""To each organisation with copies; callers and things of all copies are put together."""

Asked = tuple[str, Question]


@settings(max_examples=80, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_deciding_many_requests_at_once_changes_no_verdict(thrown: Dice) -> None:
    made = organization(thrown, small=True)
    pair = Pair(made.facts, made.names)
    asked = [replace(question(thrown, made), chosen={}, complete=False) for _ in range(QUESTIONS)]

    assert not differences(pair, [(name, one) for one in asked for name in pair.kernel.names])


@settings(max_examples=30, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_accounts_that_differ_by_their_ids_are_decided_apart(thrown: Dice) -> None:
    made = organization(thrown, small=True)
    facts, copies = copied(made)
    names = [name for name in made.names if name.startswith("arn:")]
    pair = Pair(facts, [copy(name) for copy in copies for name in names])
    asked = [replace(question(thrown, made), chosen={}, complete=False) for _ in range(CROSSED)]
    things = [
        replace(one, resource=copies[(number + turn) % len(copies)](one.resource))
        for number, one in enumerate(asked)
        for turn in range(2)
    ]

    assert not differences(pair, [(name, one) for one in things for name in pair.kernel.names])


def differences(pair: Pair, asked: Sequence[Asked]) -> Sequence[tuple[Asked, int, Sequence[int]]]:
    """Return the requests on which the definition, the kernel, and the kernel as it is reopened
    do not agree, with what they say.
    """
    columns = (
        [name for name, _ in asked],
        [one.action for _, one in asked],
        [one.resource for _, one in asked],
    )
    at_once = pair.kernel.decide_each(*columns).tolist()
    reopened = pair.reopened.decide_each(*columns).tolist()
    wanted = [defined(pair.estate, name, one) for name, one in asked]
    told = zip(asked, wanted, zip(at_once, reopened, strict=True), strict=True)
    return [(one, want, found) for one, want, found in told if set(found) != {want}]
