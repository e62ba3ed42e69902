# SPDX-License-Identifier: Apache-2.0
"""The least policy, and the role to deploy."""

import fnmatch
import json
import re

import pytest
from msgspec.structs import replace

from bartizan.reason.authz.aws import catalogue
from bartizan.sources.aws.grant import (
    actions,
    cloudformation,
    policy,
    session_policy,
    terraform,
    text,
)
from bartizan.sources.aws.services import SERVICES
from tests.fakes.aws_scan import USERS

CALLS = tuple(call for service in SERVICES for call in service.calls)


def listed(document: object) -> list[str]:
    assert isinstance(document, dict)
    (statement,) = document["Statement"]
    assert (statement["Effect"], statement["Resource"]) == ("Allow", "*")
    return list(statement["Action"])


def test_the_policies_allow_every_call_and_nothing_else() -> None:
    allowed = [permission for document in policy(CALLS) for permission in listed(document)]

    assert allowed == list(actions(CALLS))


def test_each_policy_is_small_enough_for_a_managed_policy() -> None:
    many = [replace(USERS, operation=f"ListThingsNumber{number}") for number in range(1_000)]

    documents = policy(many)

    assert len(documents) > 1
    assert all(len(json.dumps(one, separators=(",", ":"))) <= 6_144 for one in documents)


def test_the_session_policy_allows_every_call_and_fits() -> None:
    written = session_policy(CALLS)
    patterns = listed(json.loads(written))

    assert len(written) <= 2_048
    for permission in actions(CALLS):
        assert any(fnmatch.fnmatchcase(permission, pattern) for pattern in patterns), permission


@pytest.mark.parametrize(
    "content",
    [
        "s3:GetObject",
        "secretsmanager:GetSecretValue",
        "ssm:GetParameter",
        "dynamodb:GetItem",
        "lambda:GetFunction",
        "ec2:GetPasswordData",
        "kms:GenerateDataKey",
        "sts:GetFederationToken",
        "codebuild:BatchDeleteBuilds",
        "iam:CreateUser",
        "sqs:ReceiveMessage",
    ],
)
def test_no_session_policy_gives_content_or_changes_anything(content: str) -> None:
    for limit in (0, 2_048):
        patterns = listed(json.loads(session_policy(CALLS, limit=limit)))
        assert not any(fnmatch.fnmatchcase(content, pattern) for pattern in patterns)


def test_every_permission_is_a_known_read() -> None:
    for permission in actions(CALLS):
        known = catalogue.action(permission)
        assert known is not None, permission
        assert known.access_level in {"List", "Read"}, permission


def test_the_session_policy_names_what_it_allows_where_that_fits() -> None:
    assert listed(json.loads(session_policy([USERS]))) == ["iam:ListUsers"]


def test_the_template_is_a_role_with_the_policies_and_no_other_resource() -> None:
    template = json.loads(cloudformation(CALLS))
    kinds = sorted(resource["Type"] for resource in template["Resources"].values())
    documents = [
        resource["Properties"]["PolicyDocument"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::IAM::ManagedPolicy"
    ]

    assert set(kinds) == {"AWS::IAM::ManagedPolicy", "AWS::IAM::Role"}
    assert documents == policy(CALLS)


def test_the_terraform_text_has_every_action_once_and_balanced_braces() -> None:
    written = terraform(CALLS)

    for permission in actions(CALLS):
        assert written.count(f'"{permission}",') == 1
    for opening, closing in ("{}", "[]", "()"):
        assert written.count(opening) == written.count(closing)
    assert len(re.findall(r'resource "aws_iam_policy"', written)) == len(policy(CALLS))


@pytest.mark.parametrize("form", ["policy", "cloudformation"])
def test_the_printed_forms_are_json(form: str) -> None:
    assert json.loads(text(form))


def test_terraform_is_printed_too() -> None:
    assert text("terraform") == terraform(CALLS)
