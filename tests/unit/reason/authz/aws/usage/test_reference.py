# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.catalogue import Action
from bartizan.reason.authz.aws.usage.reference import is_call, needs


def _action(name: str) -> Action:
    found = catalogue.action(name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["iam:PassRole", "s3:ListBucket", "sts:TagSession"])
def test_what_no_operation_is_named_after_is_no_call(name: str) -> None:
    assert not is_call(_action(name))


@pytest.mark.parametrize(
    "name", ["iam:GetRole", "cloudwatch:PutMetricAlarm", "s3:PutBucketPolicy"]
)
def test_what_an_operation_is_named_after_is_a_call(name: str) -> None:
    assert is_call(_action(name))


def test_starting_an_instance_may_need_to_pass_a_role_and_to_tag() -> None:
    found = {str(one) for one in needs(_action("ec2:RunInstances"))}

    assert {"iam:PassRole", "ec2:CreateTags"} <= found
    assert needs(_action("s3:ListAllMyBuckets")) == ()
