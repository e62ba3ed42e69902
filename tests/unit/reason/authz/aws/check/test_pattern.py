# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws.check.pattern import cost, meets, resource_within, symbols, within


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a*", "*b"),
        ("a?c", "*b*"),
        ("", "*"),
        ("?*?", "ab"),
        ("s3:get*", "s3:*object"),
        ("x", "x"),
    ],
)
def test_patterns_with_a_text_in_common_meet(one: str, other: str) -> None:
    assert meets(one, other)
    assert meets(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("a*", "b*"), ("*a", "*b"), ("?", ""), ("ab", "a?c"), ("a*b*c", "a*b")]
)
def test_patterns_without_a_text_in_common_do_not_meet(one: str, other: str) -> None:
    assert not meets(one, other)
    assert not meets(other, one)


def test_a_variable_may_hold_anything() -> None:
    assert meets("b/${aws:username}/x", "b/a/*", variables=True)
    assert not meets("b/${aws:username}/x", "c/*", variables=True)
    assert not meets("b/${aws:username}/x", "b/a/*")


def test_a_character_that_looks_like_a_wildcard_is_none() -> None:
    assert not meets("a${*}", "ab", variables=True)
    assert symbols("a${*}b", variables=True) == ("a", "\\*", "b")


@pytest.mark.parametrize(
    ("inner", "outer"), [("a", "*"), ("ab*", "a*"), ("a?b", "a*"), ("*?", "?*"), ("a*b", "a*")]
)
def test_a_pattern_is_within_a_wider_one(inner: str, outer: str) -> None:
    assert within(inner, outer)


@pytest.mark.parametrize(
    ("inner", "outer"),
    [("*", "a*"), ("a*", "a?"), ("a*", "ab*"), ("?", "a"), ("a", "b"), ("a*", "a")],
)
def test_a_pattern_is_not_within_one_that_is_no_wider(inner: str, outer: str) -> None:
    assert not within(inner, outer)


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ("arn:aws:s3:::b/k", "arn:aws:s3:::b/*"),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::*"),
        ("arn:aws:ec2:eu-west-1:111111111111:instance/*", "arn:aws:ec2:*:*:instance/*"),
        ("arn:aws:ec2:eu-*:*:instance/i", "arn:aws:ec2:*:*:instance/*"),
        ("arn:aws:sqs:eu-west-1:111111111111:q", "arn:aws:sqs:eu-*-1:111111111111:q"),
        ("anything", "*"),
    ],
)
def test_a_resource_is_within_a_wider_one(inner: str, outer: str) -> None:
    assert resource_within(inner, outer)


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        # What a wildcard in the middle of a part reaches is not said by the vendor.
        ("arn:aws:sqs:eu-*:111111111111:q", "arn:aws:sqs:eu-*-1:111111111111:q"),
        ("arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/*"),
        ("arn:aws:s3:::b", "arn:aws:s3"),
        ("arn:aws:s3:::*", "arn:aws:s3:::b"),
    ],
)
def test_a_resource_that_is_not_surely_within_another_is_not(inner: str, outer: str) -> None:
    assert not resource_within(inner, outer)


def test_longer_patterns_cost_more() -> None:
    assert cost("a" * 1000, "b" * 1000) > cost("a", "b") > 0
