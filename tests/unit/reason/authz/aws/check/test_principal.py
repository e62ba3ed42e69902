# SPDX-License-Identifier: Apache-2.0
"""The rules about whom policies let in, and about guardrails."""

from typing import Any

import pytest

from tests.fakes.policy_document import found, statement

ROLE = "arn:aws:iam::111111111111:role/app"
OIDC = "arn:aws:iam::111111111111:oidc-provider/"
GITHUB = "token.actions.githubusercontent.com"
WEB = "sts:AssumeRoleWithWebIdentity"


def _for(principal: object, **more: object) -> dict[str, Any]:
    return statement(Principal=principal, **more)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (None, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, False),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}, True),
        ({"Null": {"aws:PrincipalArn": "false"}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"StringLike": {"aws:PrincipalArn": "*"}}, True),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, False),
    ],
)
def test_everybody_is_let_in_where_no_condition_asks_for_something(
    condition: object,
    told: bool,  # noqa: FBT001 - a table
) -> None:
    one = _for({"AWS": "*"}, Condition=condition)

    assert bool(found(one, rule="open-to-everybody", kind="resource")) is told


def test_a_role_that_everybody_may_assume_is_an_error() -> None:
    one = _for("*", Action="sts:AssumeRole", Resource=None)

    (finding,) = found(one, rule="open-to-everybody", kind="trust")

    assert finding.level.value == "error"


@pytest.mark.parametrize(
    ("principal", "rule"),
    [
        ({"AWS": "arn:aws:iam::1111:role/app"}, "malformed-principal"),
        ({"AWS": "app"}, "malformed-principal"),
        ({"AWS": "arn:aws:s3:::b"}, "malformed-principal"),
        ({"Service": "lambda"}, "malformed-principal"),
        ({"AWS": "arn:aws:iam::111111111111:role/*"}, "wildcard-in-principal"),
        ({"AWS": "arn:aws:iam::${aws:PrincipalAccount}:root"}, "wildcard-in-principal"),
        ({"Service": "*"}, "wildcard-in-principal"),
        ({"AWS": "AIDAEXAMPLEEXAMPLE12"}, "deleted-principal"),
    ],
)
def test_a_name_that_is_none_is_told(principal: object, rule: str) -> None:
    assert found(_for(principal), rule=rule, kind="resource")


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": [ROLE, "111111111111", "arn:aws-cn:iam::111111111111:root", "*"]},
        {"AWS": "arn:aws:sts::111111111111:assumed-role/app/session"},
        {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"},
        {"Service": ["lambda.amazonaws.com", "logs.eu-west-1.amazonaws.com.cn"]},
        {"Federated": "cognito-identity.amazonaws.com", "CanonicalUser": "79a59df900b949e5"},
        "*",
    ],
)
def test_a_name_that_is_one_is_not_told(principal: object) -> None:
    for rule in ("malformed-principal", "wildcard-in-principal", "deleted-principal"):
        assert not found(_for(principal), rule=rule, kind="resource")


def test_exceptions_of_a_deny_name_the_account_too() -> None:
    bare = statement(Effect="Deny", NotPrincipal={"AWS": ROLE})
    both = statement(Effect="Deny", NotPrincipal={"AWS": [ROLE, "111111111111"]})

    (told,) = found(bare, rule="deny-with-not-principal", kind="resource")
    (less,) = found(both, rule="deny-with-not-principal", kind="resource")

    assert f"the account of `{ROLE}` is not among the exceptions" in told.message
    assert "account of" not in less.message


@pytest.mark.parametrize(
    ("kind", "service", "level"),
    [
        ("resource", "sns.amazonaws.com", "warning"),
        ("trust", "scheduler.amazonaws.com", "note"),
        ("trust", "ec2.amazonaws.com", None),
    ],
)
def test_a_service_that_acts_for_anybody_is_told(
    kind: str, service: str, level: str | None
) -> None:
    of_role = {"Action": "sts:AssumeRole", "Resource": None} if kind == "trust" else {}
    one = _for({"Service": service}, **of_role)
    limited = one | {"Condition": {"StringEquals": {"aws:SourceAccount": "111111111111"}}}

    findings = found(one, rule="confused-deputy", kind=kind)

    assert [f.level.value for f in findings] == ([level] if level else [])
    assert not found(limited, rule="confused-deputy", kind=kind)


def _signing_in(provider: str, conditions: dict[str, Any] | None, action: str = WEB) -> Any:  # noqa: ANN401 - a statement
    return _for({"Federated": provider}, Action=action, Resource=None, Condition=conditions)


@pytest.mark.parametrize(
    ("issuer", "keys", "level"),
    [
        (GITHUB, {"aud": "sts.amazonaws.com"}, "error"),
        (GITHUB, {"sub": "repo:o/r:*"}, None),
        (GITHUB, {"job_workflow_ref": "o/r/.github/workflows/w.yml@x"}, None),
        ("oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE", {"aud": "x"}, "warning"),
        ("oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE", {"sub": "system:*"}, None),
        ("accounts.google.com", {}, "error"),
    ],
)
def test_tokens_of_a_provider_are_limited_by_their_subject(
    issuer: str, keys: dict[str, str], level: str | None
) -> None:
    conditions = {"StringLike": {f"{issuer}:{key}": value for key, value in keys.items()}}

    findings = found(
        _signing_in(OIDC + issuer, conditions), rule="oidc-without-subject", kind="trust"
    )

    assert [f.level.value for f in findings] == ([level] if level else [])


def test_identities_of_a_pool_are_limited_by_its_id() -> None:
    pool = "cognito-identity.amazonaws.com"
    limited = {"StringEquals": {f"{pool}:aud": "eu-west-1:x"}}

    assert found(_signing_in(pool, None), rule="oidc-without-subject", kind="trust")
    assert not found(_signing_in(pool, limited), rule="oidc-without-subject", kind="trust")


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("repo:owner/app:*", False),
        ("repo:owner/*", False),
        ("repo:own*/app:*", True),
        ("repo:owner*", True),
        ("*", True),
    ],
)
def test_the_owner_of_a_repository_is_said_whole(subject: str, told: bool) -> None:  # noqa: FBT001 - a table
    one = _signing_in(OIDC + GITHUB, {"StringLike": {f"{GITHUB}:sub": subject}})

    assert bool(found(one, rule="oidc-loose-subject", kind="trust")) is told


@pytest.mark.parametrize(
    ("principal", "action", "told"),
    [
        ({"Federated": f"{OIDC}x.example"}, "sts:AssumeRole", True),
        ({"Federated": "arn:aws:iam::111111111111:saml-provider/p"}, WEB, True),
        ({"AWS": ROLE}, WEB, True),
        ({"AWS": ROLE}, "sts:*", False),
        ({"Service": "ec2.amazonaws.com"}, ["sts:TagSession", "sts:AssumeRole"], False),
        ({"AWS": ROLE}, "sts:TagSession", False),
    ],
)
def test_a_principal_signs_in_in_its_own_way(
    principal: object,
    action: object,
    told: bool,  # noqa: FBT001 - a table
) -> None:
    one = _for(principal, Action=action, Resource=None)

    assert bool(found(one, rule="trust-by-other-way", kind="trust")) is told


def test_the_default_of_resource_control_policies_may_allow() -> None:
    default = _for("*", Action="*", Resource="*")

    assert not found(default, rule="rcp-element", kind="rcp")


@pytest.mark.parametrize(
    "more",
    [
        {"Principal": {"AWS": ROLE}},
        {"Principal": None, "NotPrincipal": {"AWS": ROLE}},
        {"Action": None, "NotAction": "s3:*"},
    ],
)
def test_what_a_resource_control_policy_cannot_have_is_told(more: dict[str, Any]) -> None:
    deny = {"Effect": "Deny", "Principal": "*"}

    assert found(statement(**(deny | more)), rule="rcp-element", kind="rcp")


def test_an_allow_of_everything_beside_a_deny_is_right_in_a_service_control_policy() -> None:
    deny = statement(Effect="Deny")

    assert not found(
        deny, statement(Action="*", Resource="*"), rule="scp-allow-beside-deny", kind="scp"
    )
    assert not found(statement(), rule="scp-allow-beside-deny", kind="scp")


@pytest.mark.parametrize(
    ("conditions", "told"),
    [
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"ArnNotLike": {"aws:PrincipalArn": ROLE}}, True),
        ({"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}, False),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, False),
        (
            {
                "StringNotEquals": {"aws:PrincipalOrgID": "o-1"},
                "Null": {"aws:PrincipalOrgID": "false"},
            },
            False,
        ),
        (
            {
                "StringNotEquals": {"aws:PrincipalOrgID": "o-1"},
                "Bool": {"aws:PrincipalIsAWSService": "false"},
            },
            False,
        ),
    ],
)
def test_a_deny_of_everybody_outside_reaches_services(
    conditions: dict[str, Any],
    told: bool,  # noqa: FBT001 - a table
) -> None:
    one = _for("*", Effect="Deny", Condition=conditions)

    assert bool(found(one, rule="deny-reaches-services", kind="resource")) is told
