# SPDX-License-Identifier: Apache-2.0
"""What the patterns of a statement leave room for."""

import json

import pytest

from bartizan.reason.authz.aws.estate.pattern import (
    could_allow,
    covers_action,
    instance,
    variables,
)
from bartizan.reason.authz.aws.policy.document import Statement
from bartizan.reason.authz.aws.policy.read import read
from tests.fakes.statements import allow, deny

QUEUE = "arn:aws:sqs:us-east-1:111111111111:q"


def of(statement: dict[str, object]) -> Statement:
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return read(text, name="policy").statements[0]


def not_on(*resources: str) -> Statement:
    return of({"Effect": "Allow", "Action": "*", "NotResource": list(resources)})


def test_actions_are_compared_in_any_case() -> None:
    assert covers_action(of(allow("SQS:send*")), "sqs:SendMessage")
    assert not covers_action(of({**allow("*"), "Action": "sns:*"}), "sqs:SendMessage")


@pytest.mark.parametrize(
    "resource",
    [
        QUEUE,
        "arn:aws:sqs:*",
        "arn:aws:sqs:*:*:${aws:username}",
        "arn:aws:sqs:us-east-1:111111111111",
    ],
)
def test_what_could_stand_for_the_resource_could_allow(resource: str) -> None:
    assert could_allow(of(allow("sqs:*", resource)), "sqs:SendMessage", QUEUE)
    assert not could_allow(of(deny("sqs:*", resource)), "sqs:SendMessage", QUEUE)


@pytest.mark.parametrize("resource", ["arn:aws:sqs:*:*:other", "arn:aws:sqs:u*1:q"])
def test_what_cannot_stand_for_the_resource_does_not(resource: str) -> None:
    assert not could_allow(of(allow("sqs:*", resource)), "sqs:SendMessage", QUEUE)


@pytest.mark.parametrize("left_out", ["arn:aws:sqs:u*1:q", "arn:aws:sqs:*:*:${aws:username}"])
def test_what_may_not_be_left_out_could_allow(left_out: str) -> None:
    assert could_allow(not_on(left_out), "sqs:SendMessage", QUEUE)


def test_what_is_left_out_does_not() -> None:
    assert not could_allow(not_on("arn:aws:sqs:*"), "sqs:SendMessage", QUEUE)


def test_a_pattern_gives_a_text_of_its_own_and_names_its_variables() -> None:
    assert instance("dev-*-?") == "dev-bartizan-x"
    assert variables("${aws:username}/${aws:PrincipalTag/team, 'a'}") == (
        "aws:username",
        "aws:PrincipalTag/team",
    )
