# SPDX-License-Identifier: Apache-2.0
"""What no index of other accounts finds for a caller, the caller is denied."""

from hypothesis import Phase, given, settings

from bartizan.model.arn import account_of
from bartizan.reason.authz.aws.estate.elsewhere import Elsewhere
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.ownership import carriers
from tests.fakes.dice import Dice, dice
from tests.fakes.engines import DENIED, defined
from tests.fakes.generated_organization import organization
from tests.fakes.generated_request import question

QUESTIONS = 60
"""To each organisation, each for every caller."""
FREE = frozenset({"sts:getcalleridentity", "sts:getsessiontoken"})
"""What anybody may do, whatever it is asked of."""


@settings(max_examples=120, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_what_is_not_found_elsewhere_is_denied(thrown: Dice) -> None:
    made = organization(thrown, small=True)
    estate = Estate(made.facts)
    elsewhere = Elsewhere.of(estate)
    drawn = [question(thrown, made) for _ in range(QUESTIONS)]
    asked = [one for one in drawn if one.action.lower() not in FREE]

    for name in made.names:
        who = estate.caller(name)
        found = {*elsewhere.named(who), *elsewhere.open}
        for one in asked:
            owner = estate.ownership.of(one.resource).account or account_of(one.resource)
            known = [arn for arn in carriers(one.resource) if estate.mentions(arn)]
            if owner not in {"", who.account} and known and found.isdisjoint(known):
                assert defined(estate, name, one) == DENIED, (name, one)
