# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws.diff.effort import Effort
from bartizan.reason.authz.aws.diff.glob import Holes
from bartizan.reason.authz.aws.diff.texts import Texts, arn, resource, union
from bartizan.reason.authz.aws.policy.arn_pattern import like_arn, resource_pattern
from bartizan.reason.authz.aws.policy.wildcard import tokens

ARNS = (
    "arn:aws:s3:::b/k",
    "arn:aws:s3:::b",
    "arn:aws:iam::111111111111:user/u",
    "arn:aws:ec2:us-east-1:111111111111:instance/i",
    "arn:aws-cn:s3:::b/k:x",
    "*",
)
PATTERNS = (
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::*",
    "arn:*:s3:::b/*",
    "arn:aws:iam::*",
    "arn:aws:iam::*:user/?",
    "arn:a*s:s3:::b/*",
    "arn:aws:ec2:*:*:instance/*",
    "arn:aws:ec2:us-*-1:*:instance/*",
    "arn:aws:*",
)


def has(texts: Texts, text: str) -> bool:
    return any(pattern.matches(text) for pattern in texts.certain())


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_resource_covers_what_the_definition_says(pattern: str) -> None:
    covered = resource(pattern, Holes(), variables=True)

    for text in ARNS:
        assert has(covered, text) is resource_pattern(pattern)(text)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_arn_condition_covers_what_the_definition_says(pattern: str) -> None:
    pieces = tokens(pattern, variables=True)
    covered = arn(pieces, Holes())

    for text in ARNS:
        assert has(covered, text) is like_arn(pieces, text)


def test_an_arn_of_fewer_parts_may_stand_for_more() -> None:
    covered = resource("arn:aws:s3", Holes(), variables=True)

    assert not covered.exact
    assert not has(covered, "arn:aws:s3:::b")
    assert any(pattern.matches("arn:aws:s3:::b") for pattern in covered.possible())
    assert not any(pattern.matches("arn:aws:ec2:::b") for pattern in covered.possible())


def test_a_variable_before_the_resource_part_is_not_known() -> None:
    for covered in (
        resource("arn:aws:s3::${aws:PrincipalAccount}:b", Holes(), variables=True),
        arn(tokens("arn:aws:s3::${aws:PrincipalAccount}:b", variables=True), Holes()),
    ):
        assert covered.certain() == ()
        assert not covered.exact


def test_a_variable_is_plain_text_in_the_old_version() -> None:
    covered = resource("arn:aws:s3:::${aws:username}", Holes(), variables=False)

    assert covered.exact
    assert has(covered, "arn:aws:s3:::${aws:username}")


def test_a_variable_may_hold_anything_and_is_the_same_on_both_sides() -> None:
    holes = Holes()
    mine = resource("arn:aws:s3:::b/${aws:username}/*", holes, variables=True)
    same = resource("arn:aws:s3:::b/${aws:UserName}*", holes, variables=True)
    plain = resource("arn:aws:s3:::b/bob/*", holes, variables=True)
    whole = resource("arn:aws:s3:::b/*", holes, variables=True)

    assert any(pattern.matches("arn:aws:s3:::b/bob/k") for pattern in mine.widest())
    assert mine.within(same, Effort(1_000))
    assert mine.within(whole, Effort(1_000))
    assert not plain.within(mine, Effort(1_000))
    assert not mine.within(plain, Effort(1_000))
    assert union((plain, mine)).within(whole, Effort(1_000))
