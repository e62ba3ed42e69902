# SPDX-License-Identifier: Apache-2.0
import json

import pytest

from bartizan.model.facts.estate import Trigger, Workload
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.policy import Policy
from bartizan.model.record import Json, Record
from bartizan.sources.aws.services.lambda_ import SERVICE
from tests.fakes.service_records import ACCOUNT, aws_record, rows_of

_ARN = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f"
_RULE = f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/r"


def _function(**body: Json) -> Record:
    plain: dict[str, Json] = {"FunctionName": "f", "Role": "role"}
    return aws_record("AWS::Lambda::Function", _ARN, plain | body)


def test_a_function_runs_as_its_role_whenever_it_is_called() -> None:
    tags = aws_record("AWS::Lambda::FunctionTags", _ARN, {"Tags": {"a": "b"}})
    (idle,) = rows_of(SERVICE, Workload, _function(State="Inactive"), tags)
    (failed,) = rows_of(SERVICE, Workload, _function(State="Failed"))

    assert (idle.role, idle.running, idle.tags) == ("role", True, {"a": "b"})
    assert (idle.public, idle.anonymous) == (False, False)
    assert failed.running is False


@pytest.mark.parametrize(
    ("qualifier", "sign_in", "anonymous"),
    [("", "NONE", True), ("", "AWS_IAM", False), (":live", "NONE", True)],
)
def test_a_url_makes_a_function_public_and_without_sign_in_anonymous(
    qualifier: str, sign_in: str, *, anonymous: bool
) -> None:
    url = aws_record("AWS::Lambda::Url", f"{_ARN}{qualifier}#url", {"AuthType": sign_in})
    (found,) = rows_of(SERVICE, Workload, _function(), url)

    assert (found.public, found.anonymous) == (True, anonymous)


def test_an_environment_that_could_not_be_decrypted_is_unread() -> None:
    denied = _function(Environment={"Error": {"ErrorCode": "AccessDeniedException"}})
    (row,) = rows_of(SERVICE, Unread, denied)

    assert (row.resource, row.action, row.code) == (_ARN, "kms:Decrypt", "denied")


def _policy(*statements: Json, kind: str = "FunctionPolicy", name: str = _ARN) -> Record:
    written = json.dumps({"Statement": list(statements)})
    return aws_record(f"AWS::Lambda::{kind}", name, {"Policy": written})


def test_a_policy_is_of_the_function_or_of_its_alias() -> None:
    found = rows_of(SERVICE, Policy, _policy(), _policy(kind="AliasPolicy", name=f"{_ARN}:live"))

    assert [row.id for row in found] == [f"{_ARN}#resource", f"{_ARN}:live#resource"]


@pytest.mark.parametrize(
    ("statement", "sources"),
    [
        ({"Principal": {"Service": "s3.amazonaws.com"}}, ["s3.amazonaws.com"]),
        ({"Principal": {"Service": ["a.amazonaws.com", 1]}}, ["a.amazonaws.com"]),
        (
            {
                "Principal": {"Service": "events.amazonaws.com"},
                "Condition": {"ArnLike": {"AWS:SourceArn": _RULE}},
            },
            [_RULE],
        ),
        (
            {
                "Principal": {"Service": "events.amazonaws.com"},
                "Condition": {"ArnLike": {"aws:SourceArn": [_RULE, {}]}, "Bool": "x"},
            },
            [_RULE],
        ),
        ({"Principal": "*"}, []),
        ({"Principal": {"AWS": "*"}}, []),
    ],
)
def test_a_service_that_a_policy_lets_in_is_a_trigger(
    statement: dict[str, Json], sources: list[str]
) -> None:
    allowed = _policy(statement | {"Effect": "Allow", "Action": "lambda:InvokeFunction"})
    denied = _policy(statement | {"Effect": "Deny"})

    assert [row.source for row in rows_of(SERVICE, Trigger, allowed)] == sources
    assert rows_of(SERVICE, Trigger, denied) == ()


@pytest.mark.parametrize("written", ["", "not json", "[]", '{"Statement": 1}', "[" * 100_000])
def test_a_policy_that_is_no_policy_triggers_nothing(written: str) -> None:
    record = aws_record("AWS::Lambda::FunctionPolicy", _ARN, {"Policy": written})

    assert rows_of(SERVICE, Trigger, record) == ()


def test_an_event_source_calls_the_function_unless_it_is_switched_off() -> None:
    queue = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q"
    body: dict[str, Json] = {"FunctionArn": f"{_ARN}:live", "EventSourceArn": queue}
    kind = "AWS::Lambda::EventSourceMapping"
    (trigger,) = rows_of(
        SERVICE,
        Trigger,
        aws_record(kind, "1", body | {"State": "Enabled"}),
        aws_record(kind, "2", body | {"State": "Disabled"}),
        aws_record(kind, "3", {"FunctionArn": _ARN}),
    )

    assert (trigger.workload, trigger.source) == (_ARN, queue)
