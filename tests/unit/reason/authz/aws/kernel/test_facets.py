# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.facets import facets
from bartizan.reason.authz.aws.request import Caller
from tests.fakes.estate import EstateBuilder

HOME = "111111111111"
QUEUE = f"arn:aws:sqs:eu-central-1:{HOME}:q"


def parts(thing: str, pattern: str, who: Caller = Caller.USER) -> list[int]:
    built = EstateBuilder()
    built.account(HOME)
    return list(facets(Estate(built.facts()), thing, masks.matching(pattern), who))


@pytest.mark.parametrize("pattern", ["*", "sts:*", "kms:*", "s3:*", "iam:*"])
def test_every_action_is_in_exactly_one_part(pattern: str) -> None:
    found = parts("*", pattern)

    assert masks.joined(found) == masks.matching(pattern)
    assert sum(part.bit_count() for part in found) == masks.matching(pattern).bit_count()


def test_without_actions_there_is_no_part() -> None:
    assert parts(QUEUE, "sqs:NoSuchAction*") == []


def test_actions_that_no_rule_tells_apart_stay_together() -> None:
    assert len(parts(QUEUE, "dynamodb:*Item")) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Who asks who it is needs no permission.
        ("sts:GetCallerIdentity", "sts:DecodeAuthorizationMessage"),
        # A role's trust is asked for some actions of STS.
        ("sts:AssumeRole", "sts:GetFederationToken"),
        # Resource control policies do not limit this.
        ("kms:RetireGrant", "kms:CreateGrant"),
        # The policy of a bucket does not bind the owner's root user here.
        ("s3:DeleteBucketPolicy", "s3:DeleteBucket"),
        # Some name no resource.
        ("s3:ListAllMyBuckets", "s3:ListBucket"),
    ],
)
def test_a_rule_about_some_actions_parts_them(one: str, other: str) -> None:
    found = parts("arn:aws:s3:::b", f"{one.partition(':')[0]}:*", Caller.ROOT)

    assert not any(masks.matching(one) & part and masks.matching(other) & part for part in found)


def test_grants_may_constrain_an_encryption_context_for_some_actions() -> None:
    built = EstateBuilder()
    built.account(HOME)
    granted, plain = (built.key(name, HOME, policy=[]) for name in ("granted", "plain"))
    built.grant(granted, built.user("u", HOME), ("Decrypt", "DescribeKey"))
    estate = Estate(built.facts())
    decrypt, describe = masks.matching("kms:Decrypt"), masks.matching("kms:DescribeKey")

    found = [
        list(facets(estate, key, decrypt | describe, Caller.USER)) for key in (granted, plain)
    ]

    assert found == [[decrypt, describe], [decrypt | describe]]


@pytest.mark.parametrize(("asked", "count"), [(True, 2), (False, 1)])
def test_what_tells_tags_is_apart_where_something_asks_for_tags(asked: bool, count: int) -> None:  # noqa: FBT001
    built = EstateBuilder()
    built.account(HOME)
    role = built.role("r", HOME, trust=[], tags={"t": "v"})
    wanted = masks.matching("iam:PassRole") | masks.matching("iam:GetRole")

    found = list(facets(Estate(built.facts()), role, wanted, Caller.USER, tagged=asked))

    assert len(found) == count


def test_the_operations_of_a_grant_are_apart_on_its_key() -> None:
    built = EstateBuilder()
    built.account(HOME)
    key = built.key("k", HOME, policy=[])
    built.grant(key, built.user("u", HOME), ("CreateGrant",))
    wanted = masks.matching("kms:CreateGrant")

    found = facets(Estate(built.facts()), key, masks.matching("kms:*"), Caller.USER)

    assert wanted in list(found)
