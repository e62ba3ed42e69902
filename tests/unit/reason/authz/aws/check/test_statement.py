# SPDX-License-Identifier: Apache-2.0
"""The rules about whole statements: coverage, reach, and the privilege that they admit."""

from typing import Any

import pytest

from tests.fakes.policy_document import checked, found, statement

ROLE = "arn:aws:iam::111111111111:role/app"
RED = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
WIDER = {"StringEquals": {"aws:PrincipalTag/team": ["red", "blue"]}}


def _covers(outer: dict[str, Any], inner: dict[str, Any], kind: str = "identity") -> bool:
    """Return whether the second statement is told as covered by the first."""
    told = found(statement(**outer), statement(**inner), rule="redundant-statement", kind=kind)
    return "statement 1 covers all that statement 2 says" in {f.message for f in told}


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ({"Action": "s3:*"}, {}),
        ({"Action": "S3:GET*"}, {}),
        ({"Resource": "*"}, {}),
        ({"Action": None, "NotAction": "iam:*"}, {}),
        ({"Resource": None, "NotResource": "arn:aws:s3:::c*"}, {}),
        (
            {"Action": None, "NotAction": "iam:*"},
            {"Action": None, "NotAction": ["iam:*", "sts:*"]},
        ),
        ({}, {"Condition": RED}),
        ({"Condition": WIDER}, {"Condition": RED}),
        (
            {"Condition": {"StringNotEquals": RED["StringEquals"]}},
            {"Condition": {"StringNotEquals": WIDER["StringEquals"]}},
        ),
    ],
)
def test_a_statement_within_another_is_told(outer: dict[str, Any], inner: dict[str, Any]) -> None:
    assert _covers(outer, inner)


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ({}, {"Action": "s3:*"}),
        ({"Condition": RED}, {}),
        ({"Condition": RED}, {"Condition": WIDER}),
        ({"Action": None, "NotAction": "s3:Get*"}, {}),
        ({"Action": None, "NotAction": ["iam:*", "x:*"]}, {"Action": None, "NotAction": "iam:*"}),
        ({"Action": "iam:*"}, {"Action": None, "NotAction": "s3:*"}),
        ({"Resource": None, "NotResource": "arn:aws:s3:::*/x"}, {}),
        ({"Resource": "arn:aws:s3:::b/${aws:username}/*"}, {"Resource": "arn:aws:s3:::b/u/x"}),
    ],
)
def test_a_statement_that_may_say_more_is_not_told(
    outer: dict[str, Any], inner: dict[str, Any]
) -> None:
    assert not _covers(outer, inner)


def test_of_two_equal_statements_the_later_is_told() -> None:
    (finding,) = found(
        statement(Sid="A"),
        statement(Sid="B"),
        statement(Effect="Deny"),
        rule="redundant-statement",
    )

    assert finding.message == "`A` covers all that `B` says"


@pytest.mark.parametrize(
    ("outer", "inner", "told"),
    [
        ("*", {"AWS": ROLE}, True),
        ({"AWS": [ROLE, "222222222222"]}, {"AWS": ROLE}, True),
        ({"AWS": ROLE}, "*", False),
        ({"AWS": ROLE}, {"Service": "ec2.amazonaws.com"}, False),
    ],
)
def test_whom_statements_are_about_is_compared_too(
    outer: object,
    inner: object,
    told: bool,  # noqa: FBT001 - a table
) -> None:
    assert _covers({"Principal": outer}, {"Principal": inner}, "resource") is told


def test_an_allow_that_a_deny_covers_is_told_and_one_with_exceptions_is_not() -> None:
    deny = statement(Effect="Deny", Action="*", Resource="*")

    assert found(statement(), deny, rule="shadowed-statement")
    assert not found(statement(), deny | {"Condition": RED}, rule="shadowed-statement")


def test_a_deny_whose_exceptions_are_principals_shadows_nothing() -> None:
    allow = statement(Principal="*")
    deny = statement(Effect="Deny", NotPrincipal={"AWS": ROLE})

    for one in (allow, statement(NotPrincipal={"AWS": ROLE})):
        assert not found(one, deny, rule="shadowed-statement", kind="resource")


def test_a_limit_with_an_allow_lets_something_pass() -> None:
    deny = statement(Effect="Deny")

    for kind in ("boundary", "session"):
        assert found(deny, rule="limit-allows-nothing", kind=kind)
        assert not found(deny, statement(), rule="limit-allows-nothing", kind=kind)
    assert not found(deny, rule="limit-allows-nothing", kind="scp")


@pytest.mark.parametrize(
    "more",
    [
        {"Action": None, "NotAction": ["iam:*", "*"]},
        {"Resource": None, "NotResource": "*"},
    ],
)
def test_a_statement_that_leaves_everything_out_is_told(more: dict[str, Any]) -> None:
    assert found(statement(**more), rule="statement-without-reach")


def test_a_principal_without_names_is_told() -> None:
    nobody = statement(Principal={"AWS": []})

    assert found(nobody, rule="statement-without-reach", kind="resource")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"Action": "*", "Resource": "*"}, True),
        ({"Action": ["s3:*", "*:*"], "Resource": ["*"]}, True),
        ({"Action": "*", "Resource": "*", "Condition": RED}, False),
        ({"Action": "*"}, False),
        ({"Action": "*", "Resource": "*", "Effect": "Deny"}, False),
    ],
)
def test_what_allows_everything_is_told(more: dict[str, Any], told: bool) -> None:  # noqa: FBT001 - a table
    assert bool(found(statement(**more), rule="allows-everything")) is told


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"Action": "iam:Pass*"}, True),
        ({"Resource": "arn:aws:iam::*:role/*"}, True),
        ({"Resource": ROLE}, False),
        ({"Condition": {"StringLike": {"iam:PassedToService": "ec2.*"}}}, False),
        ({"Effect": "Deny"}, False),
    ],
)
def test_passing_every_role_to_every_service_is_told(more: dict[str, Any], told: bool) -> None:  # noqa: FBT001 - a table
    one = statement(**({"Action": "iam:PassRole", "Resource": "*"} | more))

    assert bool(found(one, rule="pass-role-everywhere")) is told


def _techniques(*statements: dict[str, Any]) -> dict[str, str]:
    """Return the level of each technique that is told alone."""
    findings = found(*statements, rule="privilege-technique")
    return {f.message.split("`")[1]: f.level.value for f in findings}


def _new_function(where: str, role: str = "*") -> list[dict[str, Any]]:
    return [
        statement(Action="iam:PassRole", Resource=role),
        statement(Action="lambda:CreateFunction", Resource=where),
        statement(Action="lambda:InvokeFunction", Resource="arn:aws:lambda:*:*:function:a-*"),
    ]


def test_a_technique_needs_all_of_its_requests_on_things_of_one_name() -> None:
    same = _new_function("arn:aws:lambda:*:*:function:a-*")
    other = _new_function("arn:aws:lambda:*:*:function:b-*")

    assert "lambda-new-function" in _techniques(*same)
    assert "lambda-new-function" not in _techniques(*other)
    assert "lambda-new-function" not in _techniques(*same[:2])


def test_a_technique_that_is_limited_is_a_note() -> None:
    key = statement(Action="iam:CreateAccessKey", Resource="arn:aws:iam::*:user/*")
    one = statement(Action="iam:CreateAccessKey", Resource="arn:aws:iam::111111111111:user/u")

    assert _techniques(key)["iam-create-access-key"] == "warning"
    assert _techniques(one)["iam-create-access-key"] == "note"
    assert _techniques(key | {"Condition": RED})["iam-create-access-key"] == "note"


def test_a_technique_is_not_admitted_where_a_deny_or_a_condition_forbids_it() -> None:
    attach = statement(Action="iam:AttachRolePolicy", Resource="*")
    harmless = {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}

    assert "iam-attach-role-policy" in _techniques(attach)
    assert not _techniques(attach | {"Condition": harmless})
    assert not _techniques(attach, statement(Effect="Deny", Action="iam:*", Resource="*"))


def test_a_boundary_that_must_be_set_keeps_a_new_administrator_away() -> None:
    make = {"Action": ["iam:CreateRole", "iam:PutRolePolicy"], "Resource": "*"}
    bound = {"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::111111111111:policy/b"}}

    assert "iam-administrator-by-role" in _techniques(statement(**make))
    assert "iam-administrator-by-role" not in _techniques(statement(**make, Condition=bound))


def test_many_techniques_of_one_statement_are_told_together() -> None:
    (finding,) = found(statement(Action="iam:*", Resource="*"), rule="privilege-technique")

    assert "`iam-create-access-key`" in finding.message
    assert "`iam-put-role-policy`" in finding.message


def test_an_administrator_is_told_so_and_no_technique() -> None:
    rules = [f.rule for f in checked(statement(Action="*", Resource="*")).findings]

    assert rules == ["allows-everything"]
