# SPDX-License-Identifier: Apache-2.0
from typing import Any

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.rewrite.narrow import Narrowed, known_actions, narrow
from tests.fakes.policy_text import parsed
from tests.fakes.statements import allow

SQS = frozenset(str(one) for one in catalogue.expand("sqs:*"))


def _narrow(
    statement: dict[str, Any], *gone: str, loose: frozenset[str] = frozenset()
) -> Narrowed:
    (one,) = parsed(statement).statements
    return narrow(one, gone=frozenset(gone), loose=loose)


def _actions(found: Narrowed) -> tuple[str, ...]:
    assert found.statement is not None
    return found.statement.action or ()


def test_a_statement_that_loses_nothing_stays_as_it_is_written() -> None:
    given = allow(["s3:Get*", "new:Thing"])

    assert _narrow(given, "ec2:RunInstances").statement == parsed(given).statements[0]


def test_a_pattern_that_loses_an_action_names_the_others() -> None:
    found = _narrow(allow("sqs:*Message"), "sqs:SendMessage")

    assert _actions(found) == ("sqs:DeleteMessage", "sqs:ReceiveMessage")
    assert found.opened == ("sqs:*Message",)


def test_an_action_that_is_named_and_lost_is_left_out_and_the_conditions_stay() -> None:
    test = {"Bool": {"aws:SecureTransport": "true"}}

    found = _narrow(allow(["sqs:SendMessage", "sqs:PurgeQueue"], Condition=test), "sqs:PurgeQueue")

    assert _actions(found) == ("sqs:SendMessage",)
    assert found.statement is not None
    assert found.statement.conditions


def test_a_statement_that_loses_all_is_gone() -> None:
    assert _narrow(allow("sqs:*"), *SQS).statement is None


def test_actions_that_no_evidence_covers_keep_a_pattern_for_their_verb() -> None:
    found = _narrow(allow("sqs:*"), "sqs:PurgeQueue", loose=SQS)

    assert {"sqs:Delete*", "sqs:List*", "sqs:SetQueueAttributes"} <= {*_actions(found)}
    assert "sqs:P*" not in _actions(found)


def test_a_pattern_for_a_verb_never_names_what_is_gone_or_was_not_allowed() -> None:
    found = _narrow(allow("sqs:*Message"), "sqs:SendMessage", loose=SQS)
    split = _narrow(allow("sqs:*"), "sqs:ListQueues", loose=SQS)
    but = {"Effect": "Allow", "NotAction": "sqs:ListQueues", "Resource": "*"}

    assert "sqs:Delete*" not in _actions(found)
    assert "sqs:List*" not in _actions(split)
    assert "sqs:List*" not in _actions(_narrow(but, "sqs:PurgeQueue", loose=SQS))


def test_everything_but_some_becomes_the_services_that_are_left() -> None:
    given = {"Effect": "Allow", "NotAction": ["iam:*", "sqs:PurgeQueue"], "Resource": "*"}

    found = _narrow(given, *(one for one in SQS if one != "sqs:SendMessage"))

    assert {"sqs:SendMessage", "s3:*"} <= {*_actions(found)}
    assert not [one for one in _actions(found) if one.startswith("iam:")]
    assert found.opened == ("all but iam:*, sqs:PurgeQueue",)


def test_everything_but_some_that_loses_nothing_stays_as_it_is_written() -> None:
    given = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}

    assert _narrow(given, "iam:PassRole").statement == parsed(given).statements[0]


def test_known_actions_are_named_once_and_sorted() -> None:
    (one,) = parsed(allow(["sqs:SendMessage", "sqs:Send*", "sqs:AddPermission"])).statements

    assert [str(action) for action in known_actions(one)] == [
        "sqs:AddPermission",
        "sqs:SendMessage",
    ]
