# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.model.facts.estate import Store
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.sources.aws.expression import search
from bartizan.sources.aws.services.ssm import SERVICE
from tests.fakes.service_records import ACCOUNT, REGION, aws_record, rows_of

_ARN = f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/app/password"


@pytest.mark.parametrize(
    "item",
    [
        {"Name": "/app/password"},
        {"Name": "app/password"},
        {"Name": "other", "ARN": _ARN},
    ],
)
def test_the_arn_of_a_parameter_has_one_slash_before_its_name(item: dict[str, Any]) -> None:
    root = {"item": item, "account": ACCOUNT, "region": REGION, "partition": "aws"}

    assert search(SERVICE.calls[0].id, root) == _ARN


def test_a_parameter_is_a_store_with_the_key_that_its_reader_needs() -> None:
    found = rows_of(
        SERVICE,
        Store,
        aws_record("AWS::SSM::Parameter", _ARN, {"Name": "/app/password", "KeyId": "k"}),
        aws_record("AWS::SSM::Parameter", f"{_ARN}2", {"KeyId": "alias/aws/ssm"}),
        aws_record("AWS::SSM::ParameterTags", _ARN, {"TagList": [{"Key": "a", "Value": "b"}]}),
    )

    assert [(row.key, row.tags) for row in found] == [
        (f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k", {"a": "b"}),
        ("", {}),
    ]


def test_no_call_asks_for_the_value_of_a_parameter() -> None:
    assert not [call for call in SERVICE.calls if call.operation.startswith("GetParameter")]


def test_a_parameter_may_have_several_policies() -> None:
    record = aws_record(
        "AWS::SSM::ParameterPolicies",
        _ARN,
        {"Policies": [{"PolicyId": "1", "Policy": "{}"}, {"PolicyId": "2"}]},
    )

    assert [(row.id, row.document) for row in rows_of(SERVICE, Policy, record)] == [
        (f"{_ARN}#resource", "{}"),
        (f"{_ARN}#resource/2", None),
    ]
    assert {row.target for row in rows_of(SERVICE, Attachment, record)} == {_ARN}
