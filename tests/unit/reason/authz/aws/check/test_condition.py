# SPDX-License-Identifier: Apache-2.0
"""The rules about conditions, each with what it finds and its near misses."""

from typing import Any

import pytest

from tests.fakes.policy_document import checked, found, statement

TEAM = "aws:PrincipalTag/team"
RED = {"StringEquals": {TEAM: "red"}}


def _with(condition: dict[str, Any], **more: object) -> dict[str, Any]:
    return statement(Condition=condition, **more)


@pytest.mark.parametrize(
    ("rule", "condition"),
    [
        ("unreadable-value", {"NumericLessThan": {"s3:max-keys": "10b"}}),
        ("unreadable-value", {"DateLessThan": {"aws:CurrentTime": "tomorrow"}}),
        ("unreadable-value", {"Bool": {"aws:SecureTransport": "yes"}}),
        ("unreadable-value", {"Bool": {"aws:SecureTransport": "${aws:username}"}}),
        ("unreadable-value", {"Null": {TEAM: "absent"}}),
        ("unreadable-value", {"BinaryEquals": {"x:y": "%"}}),
        ("unreadable-value", {"NotIpAddress": {"aws:SourceIp": "10.0.0"}}),
        ("value-without-arn", {"ArnEquals": {"aws:SourceArn": "111111111111"}}),
        ("wildcard-without-like", {"StringNotEquals": {TEAM: "red*"}}),
        ("wildcard-without-like", {"ForAnyValue:StringEquals": {"aws:TagKeys": "a?"}}),
        ("operator-of-other-type", {"StringEquals": {"aws:CurrentTime": "2026-01-01"}}),
        ("operator-of-other-type", {"ArnLike": {TEAM: "red"}}),
        ("operator-of-other-type", {"NumericEquals": {"aws:SecureTransport": "1"}}),
        ("private-source-ip", {"IpAddress": {"aws:SourceIp": ["192.0.2.1", "172.16.1.0/24"]}}),
        ("private-source-ip", {"NotIpAddress": {"aws:sourceip": "fd00::/8"}}),
        ("unknown-condition-key", {"StringEquals": {"aws:PrincipalOrganizationID": "o"}}),
        ("unknown-condition-key", {"StringEquals": {"aws:PrincipalTag*": "o"}}),
        ("tag-key-missing", {"StringEquals": {"aws:RequestTag/": "x"}}),
        ("key-of-no-action", {"StringEquals": {"ec2:Region": "eu-west-1"}}),
        ("set-operator-missing", {"StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}}),
        ("set-operator-needless", {"ForAllValues:StringEquals": {TEAM: "red"}}),
        ("for-all-values-on-absence", {"ForAllValues:StringEquals": {TEAM: "red"}}),
        ("if-exists-on-absence", {"IpAddressIfExists": {"aws:SourceIp": "192.0.2.1"}}),
        ("condition-always-holds", {"Bool": {"aws:SecureTransport": ["true", "false"]}}),
        ("condition-always-holds", {"StringLikeIfExists": {TEAM: "*"}}),
        ("condition-without-values", {"StringNotEquals": {TEAM: []}}),
        ("contradictory-conditions", {"Null": {TEAM: "true"}, **RED}),
        ("contradictory-conditions", {"StringNotEquals": {TEAM: ["red", "x"]}, **RED}),
        ("contradictory-conditions", {"StringNotLike": {TEAM: "r*"}, **RED}),
        ("contradictory-conditions", {"StringEqualsIgnoreCase": {TEAM: "BLUE"}, **RED}),
        (
            "contradictory-conditions",
            {
                "NumericLessThan": {"s3:max-keys": "5"},
                "NumericGreaterThanEquals": {"s3:max-keys": ["5", "7"]},
            },
        ),
        (
            "contradictory-conditions",
            {
                "DateGreaterThan": {"aws:CurrentTime": "2027-01-01"},
                "DateLessThan": {"aws:CurrentTime": "2026-01-01"},
            },
        ),
        (
            "contradictory-conditions",
            {
                "Bool": {"aws:SecureTransport": "true"},
                "BoolIfExists": {"aws:SecureTransport": "false"},
            },
        ),
        ("duplicate-condition-key", {"StringEquals": {TEAM: "red", TEAM.upper(): "red"}}),
        ("unknown-variable", {"StringEquals": {TEAM: "${aws:Team}"}}),
        ("variable-of-many-values", {"StringLike": {TEAM: "${aws:CalledVia}*"}}),
        ("variable-not-closed", {"StringLike": {TEAM: "${aws:username"}}),
    ],
)
def test_a_condition_that_is_wrong_is_told(rule: str, condition: dict[str, Any]) -> None:
    assert found(_with(condition), rule=rule)


@pytest.mark.parametrize(
    ("rule", "condition"),
    [
        ("unreadable-value", {"NumericLessThan": {"s3:max-keys": ["10", 7, "1.5"]}}),
        ("unreadable-value", {"DateLessThan": {"aws:CurrentTime": ["2026", "1767225600"]}}),
        ("unreadable-value", {"Bool": {"aws:SecureTransport": [True, "FALSE"]}}),
        ("unreadable-value", {"IpAddress": {"aws:SourceIp": ["::1", "192.0.2.7/24"]}}),
        ("value-without-arn", {"ArnLike": {"aws:SourceArn": ["*", "arn:aws:s3:::b"]}}),
        ("wildcard-without-like", {"StringEquals": {TEAM: "red${*}"}}),
        ("wildcard-without-like", {"StringLike": {TEAM: "red*"}}),
        ("operator-of-other-type", {"StringLike": {"aws:SourceArn": "arn:aws:s3:::b"}}),
        ("operator-of-other-type", {"NumericLessThan": {"aws:EpochTime": "1"}}),
        ("private-source-ip", {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}),
        ("private-source-ip", {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
        ("unknown-condition-key", {"StringEquals": {"AWS:principaltag/TEAM": "o"}}),
        ("unknown-condition-key", {"StringEquals": {"token.example.com:sub": "o"}}),
        ("unknown-condition-key", {"StringEquals": {"secretsmanager:ResourceTag/a": "o"}}),
        ("tag-key-missing", {"StringEquals": {"aws:RequestTag/a": "x"}}),
        ("key-of-no-action", {"StringEquals": {"ec2:SourceInstanceARN": "x"}}),
        ("key-of-no-action", {"StringEquals": {"s3:ExistingObjectTag/a": "x"}}),
        ("set-operator-missing", {"ForAnyValue:StringEquals": {"aws:CalledVia": "x"}}),
        ("set-operator-missing", {"Null": {"aws:CalledVia": "true"}}),
        ("set-operator-needless", {"ForAnyValue:StringEquals": {"aws:CalledVia": "x"}}),
        (
            "for-all-values-on-absence",
            {"ForAllValues:StringEquals": {TEAM: "red"}, "Null": {TEAM: "false"}},
        ),
        ("for-all-values-on-absence", {"ForAllValues:StringLike": {TEAM: "r*"}, **RED}),
        ("if-exists-on-absence", {"StringEqualsIfExists": {TEAM: "red"}}),
        ("if-exists-on-absence", {"StringNotEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}),
        ("condition-always-holds", {"StringLike": {TEAM: "*"}}),
        ("condition-without-values", RED),
        ("contradictory-conditions", {"StringLike": {TEAM: "r*"}, **RED}),
        ("contradictory-conditions", {"StringNotEquals": {TEAM: "blue"}, **RED}),
        ("contradictory-conditions", {"StringLike": {TEAM: "${aws:username}"}, **RED}),
        ("contradictory-conditions", {"Null": {TEAM: "false"}, **RED}),
        ("contradictory-conditions", {"ForAnyValue:StringEquals": {TEAM: "blue"}, **RED}),
        (
            "contradictory-conditions",
            {"StringEqualsIfExists": {TEAM: "a"}, "StringLikeIfExists": {TEAM: "b"}},
        ),
        (
            "contradictory-conditions",
            {
                "NumericLessThanEquals": {"s3:max-keys": "5"},
                "NumericGreaterThanEquals": {"s3:max-keys": "5"},
            },
        ),
        (
            "contradictory-conditions",
            {
                "NumericNotEquals": {"s3:max-keys": "5"},
                "NumericGreaterThan": {"s3:max-keys": "9"},
            },
        ),
        ("duplicate-condition-key", {"StringLike": {TEAM: "red"}, **RED}),
        ("unknown-variable", {"StringEquals": {TEAM: ["${aws:username}", "${*}"]}}),
        ("variable-of-many-values", {"StringEquals": {TEAM: "${aws:PrincipalTag/x, 'y'}"}}),
        ("variable-not-closed", {"StringEquals": {TEAM: "${$}{x"}}),
    ],
)
def test_a_condition_that_is_right_is_not_told(rule: str, condition: dict[str, Any]) -> None:
    assert not found(_with(condition), rule=rule)


def test_what_holds_on_absence_is_told_for_an_allow_and_not_for_a_deny() -> None:
    absent = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}

    assert found(_with(absent), rule="if-exists-on-absence")
    assert not found(_with(absent, Effect="Deny"), rule="if-exists-on-absence")


def test_a_deny_without_a_second_factor_may_ask_for_absence_in_another_way() -> None:
    without = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
    both = {**without, "Null": {"aws:MultiFactorAuthPresent": "true"}}

    assert found(_with(without, Effect="Deny"), rule="mfa-deny-on-absence")
    assert not found(_with(both, Effect="Deny"), rule="mfa-deny-on-absence")
    assert not found(_with(without), rule="mfa-deny-on-absence")


def test_tags_of_requests_are_only_noted_where_they_may_be_absent() -> None:
    (finding,) = found(
        _with({"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}),
        rule="for-all-values-on-absence",
    )

    assert finding.level.value == "note"


@pytest.mark.parametrize(
    ("operator", "so"),
    [
        ("StringLike", "so the statement never allows that"),
        ("StringNotLike", "so the statement allows regardless of it"),
        ("StringLikeIfExists", "so the statement allows regardless of it"),
        ("ForAllValues:StringLike", "so the statement allows regardless of it"),
        ("ForAnyValue:StringLike", "so the statement never allows that"),
    ],
)
def test_what_an_absent_key_does_is_said(operator: str, so: str) -> None:
    (finding,) = found(_with({operator: {"s3:prefix": "x"}}), rule="key-of-no-action")

    assert finding.message.endswith(so)


def test_actions_that_lack_a_key_are_named_beside_those_that_have_it() -> None:
    some = _with(
        {"StringEquals": {"s3:prefix": "x"}},
        Action=["s3:ListBucket", "s3:GetBucketAcl"],
        Resource="arn:aws:s3:::b",
    )

    (finding,) = found(some, rule="key-of-some-actions")

    assert finding.message.startswith("`s3:GetBucketAcl` does not carry `s3:prefix`")
    assert not found(some | {"Action": ["s3:ListBucket", "s3:New"]}, rule="key-of-some-actions")


def test_the_arn_of_a_session_is_turned_into_that_of_its_role() -> None:
    session = {"ArnEquals": {"aws:PrincipalArn": "arn:aws:sts::111111111111:assumed-role/r/s"}}

    (finding,) = found(_with(session), rule="session-as-principal-arn")

    assert "`arn:aws:iam::111111111111:role/r`" in finding.fix


@pytest.mark.parametrize(
    ("resource", "told"),
    [
        ("arn:aws:s3:::b/${aws:username}/*", False),
        ("arn:aws:sqs:*:${aws:PrincipalAccount}:q", True),
        ("arn:aws:s3:::b/x", False),
    ],
)
def test_a_variable_stands_in_the_last_part_of_an_arn(resource: str, told: bool) -> None:  # noqa: FBT001 - a table
    assert bool(found(statement(Resource=resource), rule="variable-in-arn-head")) is told


def test_without_its_version_a_variable_is_told_once_and_not_looked_up() -> None:
    one = statement(Resource="arn:aws:s3:::b/${aws:Quux}")

    rules = {f.rule for f in checked(one, Version="2008-10-17").findings}

    assert "variable-in-old-version" in rules
    assert "unknown-variable" not in rules
