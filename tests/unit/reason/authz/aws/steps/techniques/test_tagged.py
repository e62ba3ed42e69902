# SPDX-License-Identifier: Apache-2.0
"""What somebody may do once they have set a tag."""

from typing import Any

import pytest

from bartizan.model.step import Step
from bartizan.reason.authz.aws.steps.derivation import steps
from bartizan.reason.authz.aws.steps.recheck import recheck
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import Statements, allow, deny, trusts

A = "111111111111"


def only_where(actions: Any, **tests: Any) -> dict[str, Any]:  # noqa: ANN401 - a statement
    return {**allow(actions), "Condition": tests}


def estate(allows: Statements, **tags: str) -> EstateBuilder:
    """A user with tags, an instance of `Env=prod` that reports, and a secret."""
    built = EstateBuilder()
    built.account(A)
    built.user("u", A, allows=allows, tags=tags)
    reports = [allow("ssm:UpdateInstanceInformation")]
    host = built.service_role("host", A, "ec2.amazonaws.com", allows=reports)
    built.instance("i-1", A, role=host, tags={"Env": "prod"})
    built.secret("s", A, tags={"Env": "prod"})
    return built


def found(built: EstateBuilder) -> list[Step]:
    every = [step for step in steps(built.facts()) if step.asks]
    recheck([step for step in every if step.proved], built.facts())
    user = f"act-as arn:aws:iam::{A}:user/u"
    return [step for step in every if user in map(str, step.needs)]


def told(built: EstateBuilder) -> set[str]:
    return {step.technique for step in found(built) if step.proved}


DEV = only_where("ssm:StartSession", StringEquals={"ssm:resourceTag/Env": "dev"})
SESSION = "ssm-start-session-by-tag-createtags"


@pytest.mark.parametrize("key", ["ssm:resourceTag/Env", "aws:ResourceTag/Env"])
def test_whoever_tags_an_instance_is_let_in_by_its_tag(key: str) -> None:
    dev = only_where("ssm:StartSession", StringEquals={key: "dev"})

    assert told(estate([dev])) == set()
    assert told(estate([dev, allow("ec2:CreateTags")])) == {SESSION}


def test_a_step_says_which_tag_is_set() -> None:
    (step,) = found(estate([DEV, allow("ec2:CreateTags")]))

    assert {ask.action for ask in step.asks if ask.principal.endswith("user/u")} == {
        "ec2:CreateTags",
        "ssm:StartSession",
    }
    assert any(("aws:RequestTag/Env", "dev") in ask.context for ask in step.asks)


@pytest.mark.parametrize(
    ("tests", "can"),
    [
        ({"StringEquals": {"aws:RequestTag/Env": "dev"}}, True),
        ({"StringEquals": {"aws:RequestTag/Env": "test"}}, False),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["Team"]}}, False),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["Env"]}}, True),
        ({"StringEquals": {"aws:ResourceTag/Env": "test"}}, False),
        ({"StringEquals": {"aws:ResourceTag/Env": "prod"}}, True),
    ],
)
def test_the_tag_must_be_one_that_may_be_set(tests: dict[str, Any], *, can: bool) -> None:
    built = estate([DEV, only_where("ec2:CreateTags", **tests)])

    assert (SESSION in told(built)) is can


def test_a_denial_by_a_tag_is_turned_by_another_one() -> None:
    sealed = {
        **deny("ssm:StartSession"),
        "Condition": {"StringEquals": {"aws:ResourceTag/Env": "prod"}},
    }
    may = [allow("ssm:StartSession"), sealed]

    assert told(estate(may)) == set()
    assert told(estate([*may, allow("ec2:CreateTags")])) == {SESSION}


def test_what_is_allowed_anyway_is_told_once() -> None:
    may = [allow("ssm:StartSession"), allow("ec2:CreateTags")]

    assert told(estate(may)) == {"ssm-start-session"}


def test_whoever_tags_itself_is_let_in_by_its_own_tag() -> None:
    red = only_where(
        "secretsmanager:GetSecretValue", StringEquals={"aws:PrincipalTag/team": "red"}
    )

    assert told(estate([red], team="blue")) == set()
    assert told(estate([red, allow("iam:TagRole")], team="blue")) == set()
    assert told(estate([red, allow("iam:TagUser")], team="blue")) == {
        "read-secret-by-own-tag-taguser"
    }
    mine = {**allow("iam:TagUser"), "Resource": f"arn:aws:iam::{A}:user/other"}
    assert told(estate([red, mine], team="blue")) == set()


def test_a_trust_may_ask_for_the_tag_of_whoever_comes() -> None:
    built = estate([allow("iam:TagUser")])
    root = trusts({"AWS": f"arn:aws:iam::{A}:user/u"})
    red = {**root, "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}}
    built.role("strong", A, trust=[red])

    assert "sts-assume-role-by-own-tag-taguser" in told(built)
