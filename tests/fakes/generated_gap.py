# SPDX-License-Identifier: Apache-2.0
"""Parts of a generated organisation that could not be read, of every kind."""

from collections.abc import Iterator

from bartizan.model.facts.gap import Unread
from tests.fakes.dice import Dice
from tests.fakes.generated_words import Words

_ORGANIZATION = (
    *("ListPolicies", "DescribeOrganization", "ListAccounts", "ListParents", "ListRoots"),
    *(
        "ListOrganizationalUnitsForParent",
        "ListDelegatedAdministrators",
        "ListHandshakesForAccount",
    ),
)
_SCP = "arn:aws:organizations::999999999999:policy/o-a/service_control_policy/p-1"
_RCP = "arn:aws:organizations::999999999999:policy/o-a/resource_control_policy/p-2"
_LISTINGS = (
    ("iam:GetAccountAuthorizationDetails", "AWS::IAM::Role"),
    ("iam:ListPolicies", "AWS::IAM::ManagedPolicy"),
    ("s3:ListAllMyBuckets", "AWS::S3::Bucket"),
    ("kms:ListKeys", "AWS::KMS::KeyListEntry"),
    ("ec2:DescribeSnapshots", "AWS::EC2::Snapshot"),
    ("sns:ListTopics", "AWS::SNS::Topic"),
    ("sqs:GetQueuePolicies", "AWS::SQS::Queue"),
    ("s3:GetPublicAccessBlock", "AWS::S3::AccountPublicAccessBlock"),
    ("lambda:ListTags", "AWS::Lambda::Function"),
    ("ec2:DescribeVpcEndpoints", "AWS::EC2::VPCEndpoint"),
)
_DETAILS = {
    "bucket": ("s3:GetBucketPolicy", "s3:GetBucketTagging", "s3:GetPublicAccessBlock"),
    "key": ("kms:GetKeyPolicy", "kms:ListGrants", "kms:ListResourceTags"),
    "function": ("lambda:GetPolicy", "lambda:ListTags"),
    "secret": ("secretsmanager:GetResourcePolicy",),
    "queue": ("sqs:GetQueuePolicy",),
    "topic": ("sns:GetTopicPolicy",),
    "role": ("iam:GetRolePolicy", "iam:ListRoleTags", "iam:GetRole"),
    "user": ("iam:GetUserPolicy", "iam:ListUserTags"),
}


def gaps(dice: Dice, words: Words, *, most: int) -> list[Unread]:
    """Choose what could not be read; often nothing."""
    return [next(_gap(dice, words)) for _ in range(dice.below(most + 1)) if dice.chance(60)]


def _gap(dice: Dice, words: Words) -> Iterator[Unread]:
    account = dice.one(words.accounts)
    code = "not-enabled" if dice.chance(5) else "denied"
    match dice.below(8):
        case 0:
            yield _unread("", f"organizations:{dice.one(_ORGANIZATION)}", code)
        case 1:
            targets = (account, *(path.rstrip("/").rsplit("/", 1)[-1] for path in words.paths))
            yield _unread("", "organizations:ListPolicies", code, resource=dice.one(targets))
        case 2:
            resource = dice.one((_SCP, _RCP))
            yield _unread("", "organizations:ListTargetsForPolicy", code, resource=resource)
        case 3 | 4:
            action, kind = dice.one(_LISTINGS)
            yield _unread(account, action, code, kind=kind)
        case _:
            known = [(kind, arn) for kind, arn in words.things if kind in _DETAILS]
            asked = {arn.split("/", 1)[0] for _, arn in words.hot} | {arn for _, arn in words.hot}
            likely = [pair for pair in known if pair[1] in asked]
            kind, arn = dice.one(likely if likely and dice.chance(70) else known)
            yield _unread(account, dice.one(_DETAILS[kind]), code, resource=arn)


def _unread(account: str, action: str, code: str, *, kind: str = "", resource: str = "") -> Unread:
    service, _, operation = action.partition(":")
    return Unread(
        provider="aws",
        account=account,
        region="",
        service=service,
        operation=operation,
        action=action,
        kind=kind,
        resource=resource,
        code=code,
        reason="denied",
    )
