# SPDX-License-Identifier: Apache-2.0
import json
from collections.abc import Mapping
from typing import Any

import pytest

from bartizan.errors import DisagreementError
from bartizan.reason.authz.aws.diff import comparison
from bartizan.reason.authz.aws.diff.within import Within, within
from bartizan.reason.authz.aws.policy.document import Document
from bartizan.reason.authz.aws.policy.read import read
from bartizan.reason.authz.aws.request import Caller, Request
from tests.fakes.statements import allow, deny, trusts

OBJECTS = "arn:aws:s3:::b/*"
HALF, OTHER_HALF = "10.0.0.0/9", "10.128.0.0/9"
ROLE = "arn:aws:iam::333333333333:role/team/r"


def document(*statements: Mapping[str, Any], version: str = "2012-10-17") -> Document:
    return read(json.dumps({"Version": version, "Statement": list(statements)}), name="p")


def shown(found: Within) -> Request:
    assert found.holds is False
    assert found.witness is not None
    return found.witness.request


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([allow("s3:GetObject", OBJECTS)], [allow("s3:*")]),
        ([allow("s3:Get*")], [allow(["s3:G*", "ec2:*"])]),
        ([allow("*"), deny("s3:*")], [{**allow("*"), "Action": [], "NotAction": "s3:*"}]),
        ([allow("s3:GetObject", "arn:aws:s3:::b*")], [allow("s3:GetObject", "arn:aws:s3:::b*/*")]),
        ([allow("ec2:DescribeInstances", "arn:aws:ec2:*:*:instance/*")], []),
        ([allow("sts:GetCallerIdentity")], []),
        (
            [allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})],
            [allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": [HALF, OTHER_HALF]}})],
        ),
        (
            [
                allow("s3:*", "arn:aws:s3:::b/${aws:username}/*"),
                deny("s3:*", "arn:aws:s3:::b/x/*"),
            ],
            [allow("s3:*", "arn:aws:s3:::b/${aws:username}/*")],
        ),
        (
            [allow("s3:*", "arn:aws:s3:::b/a"), allow("s3:*", "arn:aws:s3:::b/b")],
            [allow("s3:*", ["arn:aws:s3:::b/b", "arn:aws:s3:::b/a"])],
        ),
    ],
)
def test_what_is_within_is_proved(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    for one in (*old, *new):
        if not one["Action"]:
            del one["Action"]

    assert within(document(*old), document(*new)) == Within(holds=True)


@pytest.mark.parametrize(
    ("old", "new", "action", "arn"),
    [
        (
            [allow("s3:*", OBJECTS)],
            [allow("s3:*", "arn:aws:s3:::b/x*")],
            "s3:AbortMultipartUpload",
            "arn:aws:s3:::b/y",
        ),
        (
            [allow("s3:GetObject")],
            [allow("s3:GetObject", OBJECTS)],
            "s3:GetObject",
            "arn:aws:s3:::x/x",
        ),
        (
            [allow("s3:ListAllMyBuckets")],
            [allow("s3:*", "arn:aws:s3:::*")],
            "s3:ListAllMyBuckets",
            "*",
        ),
        ([allow("kms:Decrypt")], [], "kms:Decrypt", "arn:aws:kms:us-east-1:111111111111:key/x"),
        ([allow("sts:AssumeRole", ROLE)], [], "sts:AssumeRole", ROLE),
    ],
)
def test_a_difference_comes_with_a_request(
    old: list[dict[str, Any]], new: list[dict[str, Any]], action: str, arn: str
) -> None:
    request = shown(within(document(*old), document(*new)))

    assert (request.action, request.resource.arn) == (action, arn)


def test_an_action_that_nobody_knows_is_still_one() -> None:
    found = within(document(allow("wonder:Get*")), document(allow("wonder:GetThing")))

    assert shown(found).action == "wonder:getx"
    assert found.witness is not None
    assert not found.witness.known


def test_actions_of_services_to_come_count() -> None:
    every = document({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"})

    assert within(every, document(allow("*"))).holds is True
    assert shown(within(every, document(allow("ec2:*")))).action == "iam:CreateUser"


def test_a_condition_is_met_by_the_request() -> None:
    guarded = allow("s3:GetObject", OBJECTS, Condition={"Bool": {"aws:SecureTransport": "true"}})

    request = shown(within(document(allow("s3:GetObject", OBJECTS)), document(guarded)))

    assert request.context.values == {"aws:SecureTransport": "false"}


def test_the_caller_is_one_whom_the_conditions_mean() -> None:
    of_root = allow("s3:*", Condition={"StringLike": {"aws:PrincipalArn": f"{ROLE}*"}})
    of_bob = allow("s3:*", Condition={"StringEquals": {"aws:username": "bob"}})

    assert shown(within(document(of_root), document())).principal.arn.startswith(ROLE)
    assert shown(within(document(of_bob), document())).principal.type is Caller.USER


def test_a_value_of_a_variable_that_another_pattern_spells_is_tried() -> None:
    own = allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}/*")

    request = shown(within(document(own), document(own, deny("s3:*", "arn:aws:s3:::b/bob/*"))))

    assert request.principal.arn.endswith("user/bob")


def test_a_variable_of_the_old_version_is_plain_text() -> None:
    own = allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}")
    old, new = document(own, version="2008-10-17"), document(own)

    assert shown(within(old, new)).resource.arn == "arn:aws:s3:::b/${aws:username}"


def test_what_the_vendor_does_not_say_is_unknown() -> None:
    found = within(document(allow("s3:GetObject", "arn:aws:s3")), document())

    assert found.holds is None
    assert found.missing


def test_a_type_of_resource_that_nobody_knows_is_unknown() -> None:
    assert within(
        document(allow("iam:GetUser", "arn:aws:iam::111111111111:wonder/*")), document()
    ).missing == ("type of resource arn:aws:iam::111111111111:wonder/x for iam:GetUser",)


def test_policies_too_large_to_compare_are_unknown() -> None:
    huge = document(allow("s3:*", "arn:aws:s3:::" + "x" * 10_000))

    assert within(huge, document()).missing == (comparison.TOO_LARGE,)
    assert within(huge, huge).holds is True


@pytest.mark.parametrize("kind", ["scp", "boundary"])
def test_a_limit_is_compared_by_what_it_lets_through(kind: str) -> None:
    found = within(document(allow("*")), document(allow("*"), deny("iam:*")), type=kind)

    assert shown(found).action.startswith("iam:")
    assert within(document(allow("*"), deny("iam:*")), document(allow("*")), type=kind).holds


def test_a_resource_control_policy_is_about_the_services_that_have_it() -> None:
    everyone = {"Principal": "*"}
    old = document(allow("*", **everyone))

    assert within(
        old, document(allow(["*"], **everyone), deny("ec2:*", **everyone)), type="rcp"
    ).holds
    request = shown(
        within(old, document(allow("*", **everyone), deny("s3:*", **everyone)), type="rcp")
    )
    assert request.action.startswith("s3:")


@pytest.mark.parametrize(
    ("principal", "arn"),
    [
        ({"AWS": ROLE}, ROLE),
        ({"AWS": "333333333333"}, "arn:aws:iam::333333333333:role/example"),
        (
            {"AWS": "arn:aws:sts::333333333333:assumed-role/r/s"},
            "arn:aws:iam::333333333333:role/r",
        ),
        ({"AWS": "arn:aws:iam::333333333333:user/u"}, "arn:aws:iam::333333333333:user/u"),
        ({"AWS": "arn:aws-cn:iam::333333333333:role/r"}, "arn:aws-cn:iam::333333333333:role/r"),
        ({"Service": "logs.amazonaws.com"}, "logs.amazonaws.com"),
        (
            {"AWS": "arn:aws:sts::333333333333:federated-user/f"},
            "arn:aws:iam::333333333333:user/example",
        ),
    ],
)
def test_whom_a_resource_policy_names_is_shown(principal: dict[str, str], arn: str) -> None:
    old = document(allow("s3:GetObject", OBJECTS, Principal=principal))

    assert shown(within(old, document(), type="resource")).principal.arn == arn
    assert within(old, old, type="resource").holds


def test_naming_the_own_account_gives_nobody_anything_by_itself() -> None:
    queue = "arn:aws:sqs:us-east-1:333333333333:q"
    old = document(allow("sqs:*", queue, Principal={"AWS": "333333333333"}))

    assert within(old, document(), type="resource").holds is True


def test_a_role_is_within_its_account_and_not_the_reverse() -> None:
    role = document(allow("s3:GetObject", OBJECTS, Principal={"AWS": ROLE}))
    account = document(allow("s3:GetObject", OBJECTS, Principal={"AWS": "333333333333"}))
    everyone = document(allow("s3:GetObject", OBJECTS, Principal="*"))

    assert within(account, everyone, type="resource").holds is True
    assert within(role, everyone, type="resource").holds is True
    assert within(everyone, account, type="resource").holds is False
    assert within(account, role, type="resource").holds is False


def test_who_may_assume_a_role_is_compared() -> None:
    github = "arn:aws:iam::333333333333:oidc-provider/token.actions.githubusercontent.com"
    sub = "token.actions.githubusercontent.com:sub"
    action = "sts:AssumeRoleWithWebIdentity"
    strict = trusts({"Federated": github}, action, Condition={"StringLike": {sub: "repo:o/r:*"}})
    lax = trusts({"Federated": github}, action, Condition={"StringLike": {sub: "repo:o/*"}})

    assert within(document(strict), document(lax), type="trust").holds is True
    request = shown(within(document(lax), document(strict), type="trust"))
    assert request.principal.type is Caller.OIDC
    assert str(request.context.values[sub]).startswith("repo:o/")


def test_a_request_that_the_definition_refutes_is_a_defect_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(comparison, "confirm", lambda *_, **__: False)

    with pytest.raises(DisagreementError, match="tells them apart"):
        within(document(allow("s3:GetObject", OBJECTS)), document())
