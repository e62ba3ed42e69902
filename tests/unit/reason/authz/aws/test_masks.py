# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws import catalogue, masks
from bartizan.reason.authz.aws.policy.read import read
from tests.fakes.policies import identity


def covered(**elements: object) -> masks.Mask:
    (statement,) = read(identity(**elements), name="p", type="identity").statements
    return masks.covered(statement)


def test_patterns_cover_as_the_catalogue_expands_them() -> None:
    found = masks.names(masks.matching("S3:getobject*"))

    assert found == sorted(str(action) for action in catalogue.expand("s3:GetObject*"))


def test_not_action_covers_all_the_others() -> None:
    every = masks.matching("*")

    assert covered(NotAction=["s3:*", "ec2:*"]) == every & ~(
        masks.matching("s3:*") | masks.matching("ec2:*")
    )


def test_only_what_acts_on_a_thing_is_asked_about_it() -> None:
    on_bucket = masks.names(masks.acting_on("arn:aws:s3:::b"))
    on_nothing = masks.names(masks.acting_on("*"))

    assert "s3:ListBucket" in on_bucket
    assert "s3:GetObject" not in on_bucket
    assert "s3:ListAllMyBuckets" in on_nothing
    assert "s3:ListBucket" not in on_nothing


def test_a_name_is_one_action_or_none() -> None:
    assert masks.names(masks.matching("S3:GETOBJECT")) == ["s3:GetObject"]
    assert masks.matching("s3:GetObjec") == 0
    assert masks.matching("s3:GetObjec?") == masks.matching("s3:GetObject")


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:s3:::b/k",
        "arn:aws:ec2:us-east-1:111111111111:instance/i-1",
        "arn:aws:iam::111111111111:role/team/r",
        "arn:aws:dynamodb:us-east-1:111111111111:table/t/index/i",
        "arn:aws:sns:us-east-1:111111111111:t",
        "arn:aws:newservice:us-east-1:111111111111:thing/1",
    ],
)
def test_what_acts_on_a_thing_is_what_the_catalogue_says_of_each_action(arn: str) -> None:
    every = catalogue.expand("*")

    wanted = [str(one) for one in every if not one.wildcard_only and one.acts_on(arn)]
    assert masks.names(masks.acting_on(arn)) == wanted
