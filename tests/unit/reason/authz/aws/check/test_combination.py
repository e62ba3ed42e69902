# SPDX-License-Identifier: Apache-2.0
import pytest

from tests.fakes.policy_document import found, statement

INERT = ("action-without-resource", "wildcard-only-action", "resource-without-action")


@pytest.mark.parametrize(
    ("action", "resource", "rule"),
    [
        ("s3:ListBucket", "arn:aws:s3:::b/*", INERT[0]),
        ("s3:GetObject", "arn:aws:s3:::b", INERT[0]),
        ("s3:GetObject", "arn:aws:sqs:*:*:b/k", INERT[0]),
        ("sqs:Receive*", "arn:aws:sns:*:*:*", INERT[0]),
        ("logs:GetLogEvents", "arn:aws:logs:*:*:/aws/*", INERT[0]),
        ("s3:ListAllMy*", "arn:aws:s3:::b*", INERT[1]),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::*", INERT[1]),
        ("s3:GetObject", ["arn:aws:s3:::b/*", "arn:aws:s3:::b"], INERT[2]),
    ],
)
def test_what_does_not_go_together_is_told(action: str, resource: object, rule: str) -> None:
    one = statement(Action=action, Resource=resource)

    assert [bool(found(one, rule=each)) for each in INERT] == [each == rule for each in INERT]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:ListBucket", "arn:aws:s3:::b*"),
        ("s3:ListBucket", "arn:aws:s3:::${aws:username}"),
        ("s3:GetObject", "arn:aws:s3:::*"),
        ("s3:GetObject", "arn:aws:s3*"),
        ("s3:*", ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]),
        # What an action that is not known acts on is not known.
        (["s3:ListObjects", "s3:GetObject"], ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]),
        # The star of the region reaches over the account.
        ("logs:PutLogEvents", "arn:aws:logs:*:log-group:g:log-stream:s"),
        ("*", "arn:aws:s3:::b"),
        ("ec2:DescribeInstances", "*"),
        ("iam:PassRole", "arn:aws:iam::*:role/app"),
    ],
)
def test_what_goes_together_or_may_is_not_told(action: object, resource: object) -> None:
    one = statement(Action=action, Resource=resource)

    assert [found(one, rule=rule) for rule in INERT] == [[], [], []]


def test_several_actions_of_one_statement_are_told_together() -> None:
    actions = ["s3:ListBucket", "s3:GetBucketPolicy", "s3:GetBucketAcl", "s3:GetBucketCORS"]

    (finding,) = found(statement(Action=actions), rule="action-without-resource")

    assert "`s3:GetBucketAcl` and 1 more act on none" in finding.message
    assert [other.text for other in finding.related] == ["the resources", *["this too"] * 3]


def test_a_statement_that_leaves_resources_out_is_not_judged() -> None:
    left = statement(Action="s3:ListBucket", Resource=None, NotResource="arn:aws:s3:::b/*")

    assert not found(left, rule="action-without-resource")
