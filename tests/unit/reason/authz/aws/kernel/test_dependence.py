# SPDX-License-Identifier: Apache-2.0
from collections.abc import Hashable

import pytest

from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.asked import Asked
from bartizan.reason.authz.aws.kernel.dependence import Dependence
from bartizan.reason.authz.aws.kernel.requests import Reach
from tests.fakes.estate import EstateBuilder
from tests.fakes.reach_of_caller import judged, reached
from tests.fakes.statements import FULL, deny

HOME = "111111111111"
RED, BLUE = (f"arn:aws:sqs:us-east-1:{HOME}:{name}" for name in ("red", "blue"))


def queues(**condition: str) -> tuple[Reach, Estate]:
    """Return what a user can do, over whose account a policy denies something, perhaps under a
    condition.
    """
    built = EstateBuilder()
    built.organization()
    built.account(HOME, member=True)
    for name, arn in (("red", RED), ("blue", BLUE)):
        built.store("AWS::SNS::Topic", arn, HOME, tags={"team": name})
    tests = {"StringEquals": {key.replace("_", ":"): value for key, value in condition.items()}}
    written = {**deny("sqs:*"), "Principal": "*", **({"Condition": tests} if condition else {})}
    built.guardrail(HOME, [written], use="rcp")
    return reached(built, built.user("u", HOME, allows=FULL))


def key(depends: Dependence, reach: Reach, estate: Estate, thing: str) -> Hashable:
    asked = Asked(estate, "sqs:SendMessage", thing)
    levels = estate.guardrails.levels(HOME, "rcp") or ()
    held = asked.context(reach.alone.view(home=True))
    return depends.key([level.policies for level in levels], asked, held)


@pytest.mark.parametrize(
    ("condition", "same"),
    [({}, True), ({"aws_PrincipalAccount": HOME}, True), ({"aws_ResourceTag/team": "red"}, False)],
)
def test_requests_are_told_apart_by_what_documents_ask_for(
    condition: dict[str, str], *, same: bool
) -> None:
    reach, estate = queues(**condition)
    depends = Dependence()

    red, blue = (key(depends, reach, estate, thing) for thing in (RED, BLUE))

    assert (red == blue) == same


def test_what_is_denied_on_one_thing_is_not_denied_on_another_with_other_tags() -> None:
    reach, estate = queues(**{"aws_ResourceTag/team": "red"})

    found = [judged(reach, estate, thing, "sqs:SendMessage")[0] for thing in (RED, BLUE, RED)]

    assert found == [set(), {"sqs:SendMessage"}, set()]
