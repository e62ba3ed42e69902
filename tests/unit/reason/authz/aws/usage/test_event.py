# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.usage.event import NAMES, actions_of, service_of


@pytest.mark.parametrize(
    ("source", "name", "actions"),
    [
        ("s3", "ListBuckets", ["s3:ListAllMyBuckets"]),
        ("s3", "ListObjectsV2", ["s3:ListBucket"]),
        ("s3", "GetBucketPolicy", ["s3:GetBucketPolicy"]),
        ("lambda", "ListFunctions20150331", ["lambda:ListFunctions"]),
        ("lambda", "GetFunction20150331v2", ["lambda:GetFunction"]),
        ("lambda", "Invoke", ["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"]),
        ("cloudfront", "CreateDistribution2020_05_31", ["cloudfront:CreateDistribution"]),
        ("monitoring", "PutMetricAlarm", ["cloudwatch:PutMetricAlarm"]),
        ("kms", "ReEncrypt", ["kms:ReEncryptFrom", "kms:ReEncryptTo"]),
        ("s3", "NoSuchCall", []),
        ("nowhere", "ListBuckets", []),
    ],
)
def test_a_call_stands_for_the_actions_that_it_may_ask_for(
    source: str, name: str, actions: list[str]
) -> None:
    assert [str(one) for one in actions_of(f"{source}.amazonaws.com", name)] == actions


def test_every_action_in_the_table_is_one_that_the_catalogue_knows() -> None:
    named = {
        f"{s}:{one}" for s, calls in NAMES.items() for v in calls.values() for one in v.split()
    }

    assert [name for name in sorted(named) if catalogue.action(name) is None] == []


def test_a_source_that_is_no_service_is_not_known() -> None:
    assert service_of("nowhere.amazonaws.com") == ""
