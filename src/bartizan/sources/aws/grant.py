# SPDX-License-Identifier: Apache-2.0
"""The permissions that the calls of the table take: as policies, and as a role to deploy."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from bartizan.sources.aws.call import Call
from bartizan.sources.aws.order import action
from bartizan.sources.aws.services import SERVICES

Document = Mapping[str, Any]

_VERSION = "2012-10-17"
_POLICY_LIMIT = 6_144
"""Characters of a managed policy:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
SESSION_LIMIT = 2_048
"""Characters of a session policy:
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""

_WORD = re.compile(r"[A-Z][a-z]*")
_HARMLESS = frozenset({"Describe", "List"})
"""Verbs whose actions tell of things and never give what is in them."""
_GETS_CONTENT = frozenset(
    {
        "cloudformation",
        "codebuild",
        "dynamodb",
        "ec2",
        "ecr",
        "kms",
        "lambda",
        "s3",
        "secretsmanager",
        "sqs",
        "ssm",
        "sts",
    }
)
"""Services where some action that begins with `Get` gives data, code, secrets or credentials."""


def actions(calls: Iterable[Call]) -> tuple[str, ...]:
    """Return every permission that `calls` take, sorted."""
    return tuple(sorted({action(call) for call in calls}))


def policy(calls: Iterable[Call]) -> list[Document]:
    """Return the read-only policies that allow `calls` and nothing else; each is small enough for
    a managed policy.
    """
    documents: list[list[str]] = [[]]
    for permission in actions(calls):
        if len(_compact(_allow([*documents[-1], permission]))) > _POLICY_LIMIT:
            documents.append([])
        documents[-1].append(permission)
    return [_allow(held) for held in documents]


def session_policy(calls: Iterable[Call], *, limit: int = SESSION_LIMIT) -> str:
    """Return the policy that cuts a session down to what `calls` take, as exactly as fits `limit`.

    Where it is too long, `Describe...` and `List...` of a service are allowed as a whole, those
    first that save most, and `Get...` of services where that gives nothing but descriptions.
    """
    patterns = {permission: {permission} for permission in actions(calls)}
    groups: dict[str, set[str]] = {}
    for permission in patterns:
        if wider := _wider(permission):
            groups.setdefault(wider, set()).add(permission)
    saved = {wider: _saved(wider, held) for wider, held in groups.items()}
    chosen = set(patterns)
    for wider in sorted(groups, key=lambda name: (-saved[name], name)):
        if len(_compact(_allow(sorted(chosen)))) <= limit:
            break
        chosen = chosen - groups[wider] | {wider}
    return _compact(_allow(sorted(chosen)))


def _wider(permission: str) -> str:
    """Return the pattern that may stand for `permission`; empty where only itself is harmless."""
    service, _, name = permission.partition(":")
    words = _WORD.findall(name)
    if not words:
        return ""
    if words[0] in _HARMLESS or (words[0] == "Get" and service not in _GETS_CONTENT):
        return f"{service}:{words[0]}*"
    if words[:2] == ["Get", "Bucket"]:
        return f"{service}:GetBucket*"
    return ""


def _saved(wider: str, permissions: Iterable[str]) -> int:
    return sum(len(permission) + 3 for permission in permissions) - len(wider) - 3


def _allow(permissions: Iterable[str]) -> Document:
    return {
        "Version": _VERSION,
        "Statement": [{"Effect": "Allow", "Action": list(permissions), "Resource": "*"}],
    }


def _compact(document: Document) -> str:
    return json.dumps(document, separators=(",", ":"))


def cloudformation(calls: Iterable[Call], *, role_name: str = "Bartizan") -> str:
    """Return a template of the role that reads an account; deployed as a StackSet, it is in every
    member of an organisation.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
    """
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "A role with which Bartizan reads this account, and nothing else.",
        "Parameters": {
            "TrustedPrincipal": {
                "Type": "String",
                "Description": "ARN of the role or user that runs the scan.",
                "AllowedPattern": "arn:[a-z-]+:(iam|sts)::[0-9]{12}:.+",
            },
            "ExternalId": {
                "Type": "String",
                "Default": "",
                "Description": "External id that the scan gives; empty for none.",
            },
        },
        "Conditions": {
            "HasExternalId": {"Fn::Not": [{"Fn::Equals": [{"Ref": "ExternalId"}, ""]}]}
        },
        "Resources": {"Role": _role(role_name), **_managed(policy(calls))},
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }
    return f"{json.dumps(template, indent=2)}\n"


def _managed(documents: Iterable[Document]) -> Document:
    return {
        f"Policy{number}": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {
                "Description": "What Bartizan reads; every action is a read.",
                "PolicyDocument": document,
                "Roles": [{"Ref": "Role"}],
            },
        }
        for number, document in enumerate(documents, start=1)
    }


def _role(name: str) -> Document:
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": {"Ref": "TrustedPrincipal"}},
        "Action": "sts:AssumeRole",
        "Condition": _cloudformation_condition(),
    }
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": name,
            "MaxSessionDuration": 3600,
            "AssumeRolePolicyDocument": {"Version": _VERSION, "Statement": [trust]},
        },
    }


def _cloudformation_condition() -> Document:
    given = {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    return {"Fn::If": ["HasExternalId", given, {"Ref": "AWS::NoValue"}]}


_TERRAFORM_ROLE = """\
# The role with which Bartizan reads an account; every action is a read.
# This makes it in the account of the provider: use it for the management account. For the members
# deploy the output of `bartizan scan aws --print-cloudformation` as a StackSet with
# service-managed permissions: it reaches all of them and those to come, but never the management
# account.

variable "bartizan_trusted_principal" {
  description = "ARN of the role or user that runs the scan."
  type        = string
}

variable "bartizan_external_id" {
  description = "External id that the scan gives; empty for none."
  type        = string
  default     = ""
}

resource "aws_iam_role" "bartizan" {
  name                 = %(name)s
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [merge(
      {
        Effect    = "Allow"
        Principal = { AWS = var.bartizan_trusted_principal }
        Action    = "sts:AssumeRole"
      },
      var.bartizan_external_id == "" ? {} : {
        Condition = { StringEquals = { "sts:ExternalId" = var.bartizan_external_id } }
      },
    )]
  })
}
"""

_TERRAFORM_MEMBERS = """
resource "aws_iam_role_policy" "bartizan_members" {
  name = "enter-members"
  role = aws_iam_role.bartizan.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = "arn:*:iam::*:role/%(name)s"
    }]
  })
}
"""

_TERRAFORM_POLICY = """
resource "aws_iam_policy" "bartizan_%(number)d" {
  name        = "%(name)s-%(number)d"
  description = "What Bartizan reads; every action is a read."
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Resource = "*"
      Action = [
%(actions)s
      ]
    }]
  })
}

resource "aws_iam_role_policy_attachment" "bartizan_%(number)d" {
  role       = aws_iam_role.bartizan.name
  policy_arn = aws_iam_policy.bartizan_%(number)d.arn
}
"""


def terraform(calls: Iterable[Call], *, role_name: str = "Bartizan") -> str:
    """Return Terraform text of the role that reads the management account and enters the members.

    Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role
    """
    parts = [
        _TERRAFORM_ROLE % {"name": json.dumps(role_name)},
        _TERRAFORM_MEMBERS % {"name": role_name},
    ]
    for number, document in enumerate(policy(calls), start=1):
        listed = document["Statement"][0]["Action"]
        lines = "\n".join(f"        {json.dumps(permission)}," for permission in listed)
        parts.append(_TERRAFORM_POLICY % {"number": number, "name": role_name, "actions": lines})
    return "".join(parts)


def text(form: str) -> str:
    """Return what the whole table takes, as `policy`, `terraform` or `cloudformation`.

    Several policies are one JSON list.
    """
    calls = [call for service in SERVICES for call in service.calls]
    match form:
        case "terraform":
            return terraform(calls)
        case "cloudformation":
            return cloudformation(calls)
        case _:
            documents = policy(calls)
            shown = documents[0] if len(documents) == 1 else documents
            return f"{json.dumps(shown, indent=2)}\n"
