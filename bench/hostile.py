# SPDX-License-Identifier: Apache-2.0
"""What stands in an account where nothing is shared: every statement names its own account.

No two statements of the whole organisation are alike, so that no engine is helped by repetition.
"""

from collections.abc import Iterator

from bartizan.model.facts.policy import Attachment
from bartizan.model.table import Row
from bench import resources, rows
from bench.documents import Statement, allow, deny, document, trusts, when
from bench.member import Member

_TRUSTS = (
    document(
        trusts(
            {"AWS": "arn:aws:iam::@B@:role/r-0-@B@"},
            **when(StringEquals={"sts:ExternalId": "x-@N@"}),
        )
    ),
    document(
        trusts({"AWS": "arn:aws:iam::@A@:root"}, **when(StringLike={"aws:PrincipalArn": "*@N@*"}))
    ),
    document(
        trusts(
            {"Service": "lambda.amazonaws.com"},
            **when(
                StringEquals={"aws:SourceAccount": "@A@"},
                ArnLike={"aws:SourceArn": "arn:aws:lambda:*:@A@:function:@N@*"},
            ),
        )
    ),
)
_STATEMENTS: tuple[tuple[Statement, Statement], ...] = (
    (
        allow(
            ["s3:Get*", "s3:PutObject"],
            ["arn:aws:s3:::data-@A@-0/@N@/*", "arn:aws:s3:::data-@B@-*/shared-@A@/*"],
        ),
        deny(
            "s3:*", "arn:aws:s3:::data-@A@-1/@N@/*", **when(Bool={"aws:SecureTransport": "false"})
        ),
    ),
    (
        {
            "Effect": "Allow",
            "NotAction": ["iam:*", "organizations:*", "sts:*"],
            "Resource": ["arn:aws:sqs:eu-west-1:@A@:*@A@*", "arn:aws:s3:::data-@A@-?/@N@*"],
            "Condition": {
                "StringEquals": {
                    "aws:RequestedRegion": "eu-west-1",
                    "aws:PrincipalTag/owner": "@A@",
                }
            },
        },
        {
            "Effect": "Deny",
            "Action": "*",
            "NotResource": ["arn:aws:sqs:*:@A@:*", "arn:aws:s3:::data-@A@*", "arn:aws:sts::*:@N@"],
        },
    ),
    (
        allow(
            ["sqs:*", "secretsmanager:GetSecretValue", "kms:Decrypt"],
            ["arn:aws:sqs:*:@A@:*", "arn:aws:secretsmanager:*:@A@:secret:s-@A@*", "arn:aws:kms:*"],
            **when(StringEquals={"aws:ResourceTag/owner": ["@A@", "@N@"]}),
        ),
        allow("sts:AssumeRole", ["arn:aws:iam::@B@:role/r-*-@B@", "arn:aws:iam::@A@:role/@N@"]),
    ),
    (
        allow(
            ["kms:*", "lambda:*", "iam:PassRole"],
            [
                "arn:aws:kms:eu-west-1:@A@:key/@A@",
                "arn:aws:lambda:*:@A@:function:f-*",
                "arn:aws:iam::@A@:role/*",
            ],
            **when(
                IpAddress={"aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/26"]},
                StringNotEquals={"aws:PrincipalTag/not": "@N@"},
            ),
        ),
        deny(
            ["kms:ScheduleKeyDeletion", "iam:*"],
            ["arn:aws:iam::@A@:*/@N@*", "arn:aws:kms:*:@A@:*"],
            **when(ArnLike={"aws:PrincipalArn": "arn:aws:iam::@A@:role/@N@"}),
        ),
    ),
)
_IDENTITIES = tuple(document(*statements) for statements in _STATEMENTS)
_BOUNDARY = document(
    {
        "Effect": "Allow",
        "NotAction": ["iam:Create*", "iam:Delete*"],
        "NotResource": ["arn:aws:s3:::data-@B@-1/*", "arn:aws:iam::@A@:role/@N@"],
    },
    deny("sqs:*", "arn:aws:sqs:*:@A@:@N@"),
)


def account(member: Member, principals: int) -> Iterator[Row]:
    """Yield an account with so many principals, root among them."""
    a = member.id
    yield rows.principal("root", a, "root")
    roles = []
    for number in range(principals - 1):
        name = f"r-{number}-{a}"
        person = number % 10 == 9  # noqa: PLR2004 - one in ten
        held = rows.principal(
            "user" if person else "role", a, name, tags={"owner": a, "name": name}
        )
        yield held
        if not person:
            roles.append(held.arn)
            yield from rows.trust(held.arn, member.fill(_TRUSTS[number % len(_TRUSTS)], name))
        text = _IDENTITIES[number % len(_IDENTITIES)]
        yield from rows.inline(held.arn, "own", member.fill(text, name))
        if number % 3 == 0:
            boundary = f"arn:aws:iam::{a}:policy/boundary-{name}"
            yield rows.managed(boundary, member.fill(_BOUNDARY, name))
            yield Attachment(policy=boundary, target=held.arn, use="boundary")
    yield from resources.hostile(member, roles)
