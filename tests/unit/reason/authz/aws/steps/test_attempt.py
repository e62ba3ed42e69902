# SPDX-License-Identifier: Apache-2.0
"""Looking for values with which a request is allowed."""

from typing import Any

import pytest

from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.steps.attempt import Attempt, Attempts
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import allow, deny, trusts

A = "111111111111"
BUCKET = "arn:aws:s3:::data/*"


def attempt(*statements: dict[str, Any], tags: dict[str, str] | None = None) -> Attempt | None:
    """Try to read a bucket as a user with these statements."""
    estate = EstateBuilder()
    estate.account(A)
    estate.bucket("data", A)
    user = estate.user("u", A, allows=statements, tags=tags)
    return Attempts(Estate(estate.facts()))(user, "s3:GetObject", BUCKET)


def when(operator: str, key: str, value: str | list[str]) -> dict[str, Any]:
    return allow("s3:GetObject", Condition={operator: {key: value}})


def texts(found: Attempt | None) -> list[str]:
    assert found is not None
    assert not found.missing
    return [condition.text for condition in found.conditions]


def test_without_conditions_nothing_is_chosen() -> None:
    found = attempt(allow("s3:GetObject"))

    assert texts(found) == []
    assert found is not None
    assert found.ask.context == ()


@pytest.mark.parametrize(
    ("operator", "key", "value", "text"),
    [
        ("IpAddress", "aws:SourceIp", "198.51.100.0/24", "comes from 198.51.100.1"),
        ("StringEquals", "aws:SourceVpce", "vpce-1", "comes through VPC endpoint vpce-1"),
        ("Bool", "aws:MultiFactorAuthPresent", "true", "has a second factor"),
        ("NumericLessThan", "aws:MultiFactorAuthAge", "300", "has a second factor"),
        ("StringEquals", "s3:ExistingObjectTag/a", "b", "`s3:ExistingObjectTag/a` is b"),
    ],
)
def test_a_costly_value_is_shown(operator: str, key: str, value: str, text: str) -> None:
    assert texts(attempt(when(operator, key, value))) == [text]


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringLike", "aws:UserAgent", "*curl*"),
        ("NotIpAddress", "aws:SourceIp", "198.51.100.0/24"),
        ("IpAddress", "aws:SourceIp", "0.0.0.0/0"),
        ("StringNotEquals", "aws:SourceVpc", "vpc-1"),
        ("BoolIfExists", "aws:MultiFactorAuthPresent", "true"),
        ("Bool", "aws:SecureTransport", "true"),
        ("StringEquals", "aws:ResourceAccount", A),
    ],
)
def test_a_free_value_is_not_shown(operator: str, key: str, value: str) -> None:
    assert texts(attempt(when(operator, key, value))) == []


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:PrincipalAccount", "222222222222"),
        ("StringEquals", "aws:PrincipalOrgID", "o-acme"),
        ("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{A}:role/*"),
        ("StringEquals", "aws:PrincipalTag/team", "blue"),
        ("StringEquals", "aws:ResourceTag/team", "blue"),
        ("Bool", "aws:ViaAWSService", "true"),
        ("StringEquals", "aws:CalledViaFirst", "athena.amazonaws.com"),
        ("StringEquals", "aws:RequestedRegion", "eu-west-1"),
    ],
)
def test_a_given_value_cannot_be_brought_about(operator: str, key: str, value: str) -> None:
    assert attempt(when(operator, key, value)) is None


def test_two_conditions_are_met_together() -> None:
    condition = {
        "IpAddress": {"aws:SourceIp": ["198.51.100.0/24", "203.0.113.0/24"]},
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
    }
    outside = {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}

    found = attempt(allow("s3:*", Condition=condition), deny("*", Condition=outside))

    assert sorted(texts(found)) == ["comes from 203.0.113.1", "has a second factor"]


def test_conditions_that_exclude_each_other_are_never_met() -> None:
    inside = {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}

    assert attempt(allow("s3:*", Condition=inside), deny("*", Condition=inside)) is None


def test_the_way_of_least_effort_is_taken() -> None:
    costly = when("Bool", "aws:MultiFactorAuthPresent", "true")
    free = when("StringLike", "aws:UserAgent", "curl/*")

    assert texts(attempt(costly, free)) == []


def test_a_tag_of_the_caller_counts() -> None:
    statement = when("StringEquals", "aws:PrincipalTag/team", "blue")

    assert texts(attempt(statement, tags={"team": "blue"})) == []


def test_a_session_that_may_be_tagged_can_bring_the_tag() -> None:
    estate = EstateBuilder()
    estate.account(A)
    estate.bucket("data", A)
    trust = [trusts({"AWS": "*"}, "sts:*")]
    role = estate.role(
        "r", A, trust=trust, allows=[when("StringEquals", "aws:PrincipalTag/team", "blue")]
    )

    found = Attempts(Estate(estate.facts()))(role, "s3:GetObject", BUCKET)

    assert texts(found) == ["has a session tagged team=blue"]


def test_a_source_identity_binds_the_whole_path() -> None:
    estate = EstateBuilder()
    estate.account(A)
    user = estate.user("u", A)
    condition = {"StringLike": {"sts:SourceIdentity": "admin-*"}}
    role = estate.role("r", A, trust=[trusts({"AWS": user}, "sts:*", Condition=condition)])

    found = Attempts(Estate(estate.facts()))(user, "sts:AssumeRole", role)

    assert texts(found) == ["has source identity admin-bartizan"]
    assert found is not None
    assert [(c.key, c.lasting) for c in found.conditions] == [("aws:SourceIdentity", True)]


def test_a_variable_is_filled_with_the_callers_name() -> None:
    assert texts(attempt(when("StringEquals", "s3:prefix", "${aws:username}"))) == [
        "`s3:prefix` is u"
    ]


def test_an_unread_policy_leaves_the_answer_open() -> None:
    estate = EstateBuilder()
    estate.account(A)
    estate.bucket("data", A)
    user = estate.user("u", A)
    estate.policy("arn:aws:iam::111111111111:policy/hidden", None, target=user)

    found = Attempts(Estate(estate.facts()))(user, "s3:GetObject", BUCKET)

    assert found is not None
    assert found.missing == ("document of arn:aws:iam::111111111111:policy/hidden",)


@pytest.mark.parametrize(
    "limits",
    [{"subset": ("App=red",)}, {"equals": ("App=red",)}],
)
def test_the_encryption_context_that_a_grant_asks_for_is_brought(
    limits: dict[str, tuple[str, ...]],
) -> None:
    estate = EstateBuilder()
    estate.account(A)
    user, key = estate.user("u", A), estate.key("k", A, policy=[])
    estate.grant(key, user, ("Decrypt",), **limits)

    found = Attempts(Estate(estate.facts()))(user, "kms:Decrypt", key)

    assert texts(found) == []
    assert found is not None
    assert found.ask.context == (("kms:EncryptionContext:App", "red"),)


def _assumed(*statements: dict[str, Any]) -> Attempt | None:
    """Try to assume a role with this trust as a user whom it names."""
    estate = EstateBuilder()
    estate.account(A)
    user = estate.user("u", A, allows=[allow("sts:*")])
    role = estate.role("r", A, trust=[one | {"Principal": {"AWS": user}} for one in statements])
    return Attempts(Estate(estate.facts()))(user, "sts:AssumeRole", role)


def _trusting(*actions: str, **conditions: object) -> dict[str, Any]:
    held: dict[str, Any] = {"Effect": "Allow", "Action": list(actions)}
    return held | ({"Condition": {"StringEquals": conditions}} if conditions else {})


def test_tags_of_a_session_are_passed_where_the_trust_lets_tag_it() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html: the trust policy has
    to allow `sts:TagSession`, too, else the whole request is refused.
    """
    tag = {"aws:RequestTag/team": "ops"}
    both = _assumed(_trusting("sts:AssumeRole", "sts:TagSession", **tag))
    other_tag = _assumed(
        _trusting("sts:AssumeRole", **tag),
        _trusting("sts:TagSession", **{"aws:RequestTag/team": "dev"}),
    )
    untagged = _assumed(_trusting("sts:AssumeRole", **tag), _trusting("sts:AssumeRole"))

    assert _assumed(_trusting("sts:AssumeRole", **tag)) is None
    assert both is not None
    assert both.ask.context == (("aws:RequestTag/team", "ops"),)
    assert other_tag is None
    assert untagged is not None
    assert untagged.ask.context == ()
