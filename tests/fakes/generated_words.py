# SPDX-License-Identifier: Apache-2.0
"""What the policies of a generated organisation speak of: few names, so that they collide."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.fakes.dice import Dice

TAGS = ("red", "blue", "dev")
SERVICES = ("lambda.amazonaws.com", "logs.amazonaws.com", "ec2.amazonaws.com")
ISSUER = "token.actions.githubusercontent.com"
STRANGER = "000000000000"
"""An account that nobody knows."""
SESSIONS = ("bartizan", "other")

ACTIONS_OF: Mapping[str, tuple[str, ...]] = {
    "object": ("s3:GetObject", "s3:PutObject", "s3:GetObjectTagging", "s3:InventedTomorrow"),
    "bucket": ("s3:ListBucket", "s3:GetBucketPolicy", "s3:PutBucketPolicy"),
    "key": ("kms:Decrypt", "kms:DescribeKey", "kms:CreateGrant", "kms:RetireGrant", "kms:Encrypt"),
    "queue": ("sqs:SendMessage", "sqs:ReceiveMessage"),
    "topic": ("sns:Publish", "sns:GetTopicAttributes"),
    "function": ("lambda:InvokeFunction", "lambda:GetFunction"),
    "secret": ("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"),
    "table": ("dynamodb:GetItem", "dynamodb:Query"),
    "role": (
        *("sts:AssumeRole", "sts:TagSession", "iam:PassRole", "iam:UpdateAssumeRolePolicy"),
        *("sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML", "sts:SetSourceIdentity"),
    ),
    "user": ("iam:CreateAccessKey", "iam:GetUser"),
    "instance": ("ec2:StartInstances", "ec2:StopInstances"),
    "snapshot": ("ec2:CopySnapshot", "ec2:CreateVolume"),
    "policy": ("iam:GetPolicy", "iam:CreatePolicyVersion"),
    "novelty": ("newservice:Do", "sns:Publish", "lambda:InvokeFunction"),
    "nothing": (
        *("s3:ListAllMyBuckets", "ec2:DescribeInstances", "sts:GetCallerIdentity"),
        *("sts:GetSessionToken", "iam:ListUsers", "newservice:List", "organizations:ListAccounts"),
    ),
}
ACTIONS = tuple(dict.fromkeys(action for group in ACTIONS_OF.values() for action in group))


@dataclass(kw_only=True)
class Words:
    """The names in one organisation; policies and requests draw from the same ones."""

    accounts: tuple[str, ...]
    organizations: tuple[str, ...]
    paths: tuple[str, ...]
    partition: str = "aws"
    principals: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    things: list[tuple[str, str]] = field(default_factory=list)
    """Kind and ARN of what can be asked for."""
    hot: list[tuple[str, str]] = field(default_factory=list)
    """Pairs of action and resource that most of what is written is about."""

    def heat(self, dice: Dice, count: int) -> None:
        """Choose what most policies and requests are about."""
        for _ in range(count):
            kind, arn = dice.one(self.things)
            self.hot.append((dice.one(ACTIONS_OF[kind]), arn))

    def action(self, dice: Dice) -> str:
        return dice.one(ACTIONS) if dice.chance(15) else dice.one(self.hot)[0]

    def resource(self, dice: Dice) -> str:
        return dice.one(self.things)[1] if dice.chance(15) else dice.one(self.hot)[1]

    def sessions(self, dice: Dice) -> str:
        """Name a session of one of the roles."""
        role = dice.one(self.principals)
        account, name = role.split(":")[4], role.rsplit("/", 1)[-1]
        session = dice.one(SESSIONS)
        return f"arn:{self.partition}:sts::{account}:assumed-role/{name}/{session}"
