# SPDX-License-Identifier: Apache-2.0
"""Writes the AWS CLI commands that put an edited policy in the place of another."""

import json
from typing import TypeAlias

from bartizan.errors import SourceError
from bartizan.model.arn import Arn
from bartizan.model.record import Overlay, Record, Records
from bartizan.model.remedy import DropStatement, Untrust
from bartizan.sources.aws.edit.document import parse, statements, write
from bartizan.sources.aws.edit.place import Place, at, find, place
from bartizan.sources.aws.edit.shell import aws, in_account, name_of
from bartizan.sources.aws.services.apigateway import unescaped

_Words: TypeAlias = tuple[str, ...]

_SINGLE: dict[str, tuple[str, _Words, _Words]] = {
    "AWS::S3::BucketPolicy": (
        "s3api",
        ("put-bucket-policy", "--bucket", "{name}", "--policy", "{document}"),
        ("delete-bucket-policy", "--bucket", "{name}"),
    ),
    "AWS::S3::AccessPointPolicy": (
        "s3control",
        (
            "put-access-point-policy",
            "--account-id",
            "{account}",
            "--name",
            "{last}",
            "--policy",
            "{document}",
        ),
        ("delete-access-point-policy", "--account-id", "{account}", "--name", "{last}"),
    ),
    "AWS::KMS::KeyPolicy": (
        "kms",
        (
            "put-key-policy",
            "--key-id",
            "{arn}",
            "--policy-name",
            "default",
            "--policy",
            "{document}",
        ),
        (),
    ),
    "AWS::SecretsManager::ResourcePolicy": (
        "secretsmanager",
        ("put-resource-policy", "--secret-id", "{arn}", "--resource-policy", "{document}"),
        ("delete-resource-policy", "--secret-id", "{arn}"),
    ),
    "AWS::SNS::Topic": (
        "sns",
        (
            "set-topic-attributes",
            "--topic-arn",
            "{arn}",
            "--attribute-name",
            "Policy",
            "--attribute-value",
            "{document}",
        ),
        (
            "set-topic-attributes",
            "--topic-arn",
            "{arn}",
            "--attribute-name",
            "Policy",
            "--attribute-value",
            "",
        ),
    ),
    "AWS::ECR::RepositoryPolicy": (
        "ecr",
        (
            "set-repository-policy",
            "--registry-id",
            "{account}",
            "--repository-name",
            "{name}",
            "--policy-text",
            "{document}",
        ),
        (
            "delete-repository-policy",
            "--registry-id",
            "{account}",
            "--repository-name",
            "{name}",
        ),
    ),
    "AWS::DynamoDB::ResourcePolicy": (
        "dynamodb",
        ("put-resource-policy", "--resource-arn", "{arn}", "--policy", "{document}"),
        ("delete-resource-policy", "--resource-arn", "{arn}"),
    ),
    "AWS::Glue::ResourcePolicy": (
        "glue",
        ("put-resource-policy", "--policy-in-json", "{document}"),
        ("delete-resource-policy",),
    ),
    "AWS::Events::EventBus": (
        "events",
        ("put-permission", "--event-bus-name", "{name}", "--policy", "{document}"),
        ("remove-permission", "--event-bus-name", "{name}", "--remove-all-permissions"),
    ),
    "AWS::Organizations::Policy": (
        "organizations",
        ("update-policy", "--policy-id", "{last}", "--content", "{document}"),
        (),
    ),
    "AWS::Organizations::ResourcePolicy": (
        "organizations",
        ("put-resource-policy", "--content", "{document}"),
        ("delete-resource-policy",),
    ),
    "AWS::EC2::VPCEndpoint": (
        "ec2",
        ("modify-vpc-endpoint", "--vpc-endpoint-id", "{last}", "--policy-document", "{document}"),
        (),
    ),
    "AWS::IAM::ManagedPolicy": (
        "iam",
        (
            "create-policy-version",
            "--policy-arn",
            "{arn}",
            "--set-as-default",
            "--policy-document",
            "{document}",
        ),
        (),
    ),
}
"""Kind of record to its service, the command that puts a policy, and the one that takes it off."""

_GLOBAL = frozenset({"s3api", "iam", "organizations"})


def policy_command(change: DropStatement | Untrust, records: Records, changed: Overlay) -> str:
    """Return the command that writes the policy as it is after the change."""
    before = place(records, change.policy)
    record, left = before.record, _left(changed, change.policy)
    account = record.account
    match record.kind:
        case "AWS::IAM::User" | "AWS::IAM::Group" | "AWS::IAM::Role":
            return in_account(account, _of_principal(record, change.policy, left))
        case "AWS::Lambda::FunctionPolicy" | "AWS::Lambda::AliasPolicy":
            return in_account(account, *_of_function(before, change))
        case "AWS::SQS::Queue":
            return in_account(account, _of_queue(record, records, left))
        case "AWS::ApiGateway::RestApi":
            return in_account(account, _of_api(record, left))
        case "AWS::SSM::ParameterPolicies":
            return in_account(account, _of_parameter(before, left))
        case _:
            service, put, delete = _SINGLE[record.kind]
            return in_account(account, _filled(record, service, put if left else delete, left))


def _left(changed: Overlay, policy: str) -> str:
    """Return the document that is left, as text; empty for none."""
    try:
        found = place(changed, policy).document
    except SourceError:
        return ""
    plain = unescaped(found) if isinstance(found, str) else found
    return write(parse(plain, name=policy))


def _filled(record: Record, service: str, template: _Words, document: str) -> str:
    if not template:
        return ""
    name = name_of(record)
    values = {
        "arn": record.id,
        "name": name,
        "last": name.rpartition("/")[2],
        "account": record.account,
        "document": document,
    }
    words = [values.get(word[1:-1], word) if word[:1] == "{" else word for word in template]
    return aws(service, *words, region="" if service in _GLOBAL else record.region)


def _of_principal(record: Record, policy: str, left: str) -> str:
    kind, name = record.kind.rpartition("::")[2].lower(), Arn.parse(record.id).name
    who = (f"--{kind}-name", name)
    if policy.endswith("#trust"):
        return aws("iam", "update-assume-role-policy", *who, "--policy-document", left)
    inline = ("--policy-name", policy.partition("#inline/")[2])
    if left:
        return aws("iam", f"put-{kind}-policy", *who, *inline, "--policy-document", left)
    return aws("iam", f"delete-{kind}-policy", *who, *inline)


def _of_function(before: Place, change: DropStatement | Untrust) -> list[str]:
    """Lambda takes statements out by their Sid, and has no way to write a whole policy.

    Source: https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html
    """
    held = statements(parse(before.document, name=change.policy))
    sid = at(held[change.statement], ("Sid",))
    if not isinstance(sid, str):
        return []
    arn = Arn.parse(before.record.id)
    function, _, qualifier = arn.resource.partition(":")[2].partition(":")
    words = [
        "--function-name",
        f"arn:{arn.partition}:lambda:{arn.region}:{arn.account}:function:{function}",
    ]
    words += ["--statement-id", sid]
    words += ["--qualifier", qualifier] if qualifier else []
    return [aws("lambda", "remove-permission", *words, region=arn.region)]


def _of_queue(record: Record, records: Records, left: str) -> str:
    listed = find(records, "AWS::SQS::QueueUrl", record.id)
    told = listed.body.get("QueueUrl") if listed else None
    name = f"{record.account}/{Arn.parse(record.id).name}"
    url = told if isinstance(told, str) else f"https://sqs.{record.region}.amazonaws.com/{name}"
    attributes = json.dumps({"Policy": left})
    words = ("--queue-url", url, "--attributes", attributes)
    return aws("sqs", "set-queue-attributes", *words, region=record.region)


def _of_api(record: Record, left: str) -> str:
    patch = json.dumps([{"op": "replace", "path": "/policy", "value": left}])
    words = ("--rest-api-id", str(record.body.get("id")), "--patch-operations", patch)
    return aws("apigateway", "update-rest-api", *words, region=record.region)


def _of_parameter(before: Place, left: str) -> str:
    entry = at(dict(before.record.body), before.path[:-1])
    named = [str(at(entry, (member,))) for member in ("PolicyId", "PolicyHash")]
    words = ["--resource-arn", before.record.id, "--policy-id", named[0]]
    words += ["--policy-hash", named[1]]
    region = before.record.region
    if left:
        return aws("ssm", "put-resource-policy", *words, "--policy", left, region=region)
    return aws("ssm", "delete-resource-policy", *words, region=region)
