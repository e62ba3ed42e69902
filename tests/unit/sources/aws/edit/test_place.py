# SPDX-License-Identifier: Apache-2.0
"""The policies of resources, edited."""

import json
import shlex

import pytest

from bartizan.model.record import RecordList
from bartizan.model.remedy import DropStatement
from bartizan.sources.aws.edit.editor import AwsEditor
from tests.fakes.remedied import (
    ACCOUNT,
    API,
    BUCKET,
    FUNCTION,
    KEY,
    QUEUE,
    after,
    allow,
    document,
    policies,
    record,
    remedy,
    resource,
    sids,
    written,
)

RESOURCES = {
    BUCKET: resource("AWS::S3::BucketPolicy", BUCKET, "Policy", allow("a", "*"), allow("b", "*")),
    FUNCTION: resource(
        "AWS::Lambda::FunctionPolicy", FUNCTION, "Policy", allow("a", "*"), allow("b", "*")
    ),
    f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/r": resource(
        "AWS::ECR::RepositoryPolicy",
        f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/r",
        "policyText",
        allow("a", "*"),
        allow("b", "*"),
    ),
    f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:s-abcdef": resource(
        "AWS::SecretsManager::ResourcePolicy",
        f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:s-abcdef",
        "ResourcePolicy",
        allow("a", "*"),
        allow("b", "*"),
    ),
    f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t": resource(
        "AWS::DynamoDB::ResourcePolicy",
        f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t",
        "Policy",
        allow("a", "*"),
        allow("b", "*"),
    ),
    f"arn:aws:glue:eu-west-1:{ACCOUNT}:catalog": resource(
        "AWS::Glue::ResourcePolicy",
        f"arn:aws:glue:eu-west-1:{ACCOUNT}:catalog",
        "PolicyInJson",
        allow("a", "*"),
        allow("b", "*"),
    ),
    f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/default": resource(
        "AWS::Events::EventBus",
        f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/default",
        "Policy",
        allow("a", "*"),
        allow("b", "*"),
    ),
    QUEUE: record(
        "AWS::SQS::Queue",
        QUEUE,
        {"Attributes": {"Policy": json.dumps(document(allow("a", "*"), allow("b", "*")))}},
        region="eu-west-1",
    ),
    f"arn:aws:sns:eu-west-1:{ACCOUNT}:t": record(
        "AWS::SNS::Topic",
        f"arn:aws:sns:eu-west-1:{ACCOUNT}:t",
        {"Attributes": {"Policy": json.dumps(document(allow("a", "*"), allow("b", "*")))}},
        region="eu-west-1",
    ),
    API: record(
        "AWS::ApiGateway::RestApi",
        "arn:aws:apigateway:eu-west-1::/restapis/abc",
        {
            "id": "abc",
            "policy": json.dumps(json.dumps(document(allow("a", "*"), allow("b", "*"))))[1:-1],
        },
        region="eu-west-1",
    ),
}


@pytest.mark.parametrize("target", RESOURCES)
def test_statements_of_a_resource_go_and_with_the_last_the_policy(target: str) -> None:
    policy, records = f"{target}#resource", RecordList((RESOURCES[target],))
    first = DropStatement(policy=policy, statement=0)

    assert sids(after(records, first), policy) == ["b"]
    both = after(records, first, DropStatement(policy=policy, statement=1))
    assert policy not in policies(both)


@pytest.mark.parametrize("target", RESOURCES)
def test_there_is_a_command_for_every_resource_policy(target: str) -> None:
    records = RecordList((RESOURCES[target],))
    changes = [DropStatement(policy=f"{target}#resource", statement=at) for at in (0, 1)]
    editor = AwsEditor()

    one = editor.command(remedy(changes[0]), records)
    last = editor.command(remedy(changes[1]), records, after=[remedy(changes[0])])

    assert [shlex.split(line)[0] for line in one.splitlines()[1:]] == ["aws"]
    assert one != last


def test_a_key_keeps_a_policy_that_lets_nobody_use_it() -> None:
    held = resource("AWS::KMS::KeyPolicy", KEY, "Policy", allow("a", "*"))

    facts = after(RecordList((held,)), DropStatement(policy=f"{KEY}#resource", statement=0))

    assert [one["Effect"] for one in written(facts, f"{KEY}#resource")] == ["Deny"]
