# SPDX-License-Identifier: Apache-2.0
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
