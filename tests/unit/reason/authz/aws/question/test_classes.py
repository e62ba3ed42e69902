# SPDX-License-Identifier: Apache-2.0
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.policy.read import read
from bartizan.reason.authz.aws.question import classes
from tests.fakes.policies import identity


def covered(**elements: object) -> classes.Mask:
    (statement,) = read(identity(**elements), name="p", type="identity").statements
    return classes.covered(statement)


def test_patterns_cover_as_the_catalogue_expands_them() -> None:
    found = classes.names(classes.matching("S3:getobject*"))

    assert found == sorted(str(action) for action in catalogue.expand("s3:GetObject*"))


def test_not_action_covers_all_the_others() -> None:
    every = classes.matching("*")

    assert covered(NotAction=["s3:*", "ec2:*"]) == every & ~(
        classes.matching("s3:*") | classes.matching("ec2:*")
    )


def test_only_what_acts_on_a_thing_is_asked_about_it() -> None:
    on_bucket = classes.names(classes.acting_on("arn:aws:s3:::b"))
    on_nothing = classes.names(classes.acting_on("*"))

    assert "s3:ListBucket" in on_bucket
    assert "s3:GetObject" not in on_bucket
    assert "s3:ListAllMyBuckets" in on_nothing
    assert "s3:ListBucket" not in on_nothing


def test_actions_that_a_statement_tells_apart_are_of_two_classes() -> None:
    some = classes.matching("s3:GetObject*")
    mask = covered(Action="s3:GetObject")

    found = list(classes.classes(some, [mask]))

    assert ("s3:GetObject",) in found
    assert sorted(name for held in found for name in held) == classes.names(some)


def test_actions_with_rules_of_their_own_stand_alone() -> None:
    found = list(classes.classes(classes.matching("kms:*Grant"), []))

    assert all(len(held) == 1 for held in found)
    assert ("iam:PassRole",) in list(classes.classes(classes.matching("iam:P*"), []))
