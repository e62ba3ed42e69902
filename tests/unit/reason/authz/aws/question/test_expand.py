# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.errors import UsageError
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.question.expand import MOST, requests
from tests.fakes.estate import EstateBuilder

HOME = "111111111111"


@pytest.fixture
def built() -> EstateBuilder:
    built = EstateBuilder()
    built.account(HOME)
    built.bucket("box", HOME)
    built.bucket("bag", HOME)
    return built


def test_one_request_stands_for_itself_even_if_it_makes_no_sense(built: EstateBuilder) -> None:
    found = requests(built.facts(), action="s3:getobject", resource="arn:aws:sqs:x:1:q")

    assert found.pairs == (("s3:GetObject", "arn:aws:sqs:x:1:q"),)
    assert not found.left_out


def test_an_action_that_nobody_knows_is_asked_for_with_a_note(built: EstateBuilder) -> None:
    found = requests(built.facts(), action="new:Thing", resource="arn:aws:new:::x")

    assert found.pairs == (("new:Thing", "arn:aws:new:::x"),)
    assert any("may not exist" in note for note in found.notes)


def test_a_pattern_of_things_stands_for_those_of_the_estate(built: EstateBuilder) -> None:
    buckets = requests(built.facts(), action="s3:ListBucket", resource="arn:aws:s3:::b*")
    objects = requests(built.facts(), action="s3:GetObject", resource="arn:aws:s3:::b*")
    inside = requests(built.facts(), action="s3:GetObject", resource="arn:aws:s3:::bo?/in/*")

    assert [thing for _, thing in buckets.pairs] == ["arn:aws:s3:::bag", "arn:aws:s3:::box"]
    assert [thing for _, thing in objects.pairs] == [
        "arn:aws:s3:::bag/bartizan",
        "arn:aws:s3:::box/bartizan",
    ]
    assert [thing for _, thing in inside.pairs] == ["arn:aws:s3:::box/in/bartizan"]


def test_a_pattern_that_fits_nothing_stands_for_an_example(built: EstateBuilder) -> None:
    found = requests(
        built.facts(), action="ec2:StartInstances", resource=f"arn:aws:ec2:x:{HOME}:instance/*"
    )

    assert found.pairs == (("ec2:StartInstances", f"arn:aws:ec2:x:{HOME}:instance/bartizan"),)


def test_everything_is_asked_for_where_it_can_be(built: EstateBuilder) -> None:
    found = requests(built.facts(), action="s3:List*Buckets", resource="*")

    assert ("s3:ListAllMyBuckets", "*") in found.pairs
    for action, thing in found.pairs:
        known = catalogue.action(action)
        assert known is not None
        assert known.acts_on(thing)


def test_too_many_pairs_are_counted_not_dropped_in_silence(built: EstateBuilder) -> None:
    for number in range(MOST // 100):
        built.bucket(f"many-{number}", HOME)

    found = requests(built.facts(), action="s3:*", resource="*")

    assert len(found.pairs) == MOST
    assert found.left_out > 0


def test_what_does_not_go_together_is_bad_usage(built: EstateBuilder) -> None:
    with pytest.raises(UsageError, match="acts on"):
        requests(built.facts(), action="s3:Get*", resource="arn:aws:sqs:x:1:q")
