# SPDX-License-Identifier: Apache-2.0
"""Printed requests are decided once more, and a lie is not let through."""

import pytest
from msgspec import structs

from bartizan.errors import DisagreementError
from bartizan.model.facts import Facts
from bartizan.model.step import Step
from bartizan.reason.authz.aws.steps.recheck import recheck
from tests.fakes.derived import gained
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import allow

A = "111111111111"


@pytest.fixture
def step_and_facts() -> tuple[Step, Facts]:
    estate = EstateBuilder()
    estate.account(A)
    condition = {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}
    user = estate.user("u", A, allows=[allow("s3:GetObject", Condition=condition)])
    bucket = estate.bucket("b", A)
    (step,) = gained(estate, f"act-as {user}", f"read {bucket}")
    return step, estate.facts()


def test_what_was_found_holds(step_and_facts: tuple[Step, Facts]) -> None:
    step, facts = step_and_facts

    recheck([step], facts)


@pytest.mark.parametrize(
    "lie",
    [
        {"action": "s3:PutObject"},
        {"resource": "arn:aws:s3:::elsewhere/k"},
        {"context": (("aws:SourceIp", "8.8.8.8"),)},
        {"context": ()},
    ],
    ids=lambda lie: next(iter(lie)),
)
def test_a_request_that_is_not_allowed_is_a_disagreement(
    step_and_facts: tuple[Step, Facts], lie: dict[str, object]
) -> None:
    step, facts = step_and_facts
    (ask,) = step.asks
    wrong = structs.replace(step, asks=(structs.replace(ask, **lie),))

    with pytest.raises(DisagreementError, match="read-bucket"):
        recheck([wrong], facts)
