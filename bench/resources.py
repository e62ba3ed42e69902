# SPDX-License-Identifier: Apache-2.0
"""Buckets, keys, queues, topics, secrets and functions of a generated account, with policies."""

from collections.abc import Iterator, Sequence

from bartizan.model.table import Row
from bench import rows
from bench.documents import Statement, deny, document, lets, when
from bench.member import ORGANIZATION, Member

_EVERYONE_SAFELY: Statement = {
    **deny("s3:*", ["arn:aws:s3:::@N@", "arn:aws:s3:::@N@/*"]),
    "Principal": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
_BUCKETS = {
    "data": document(
        _EVERYONE_SAFELY,
        lets({"AWS": "arn:aws:iam::@B@:role/app-auditor"}, "s3:GetObject", "arn:aws:s3:::@N@/*"),
    ),
    "artifacts": document(
        _EVERYONE_SAFELY,
        lets(
            "*",
            ["s3:GetObject", "s3:ListBucket"],
            "arn:aws:s3:::@N@*",
            **when(StringEquals={"aws:PrincipalOrgID": ORGANIZATION}),
        ),
    ),
    "logs": document(
        _EVERYONE_SAFELY,
        lets(
            {"Service": "logging.s3.amazonaws.com"},
            "s3:PutObject",
            "arn:aws:s3:::@N@/*",
            **when(
                StringEquals={"aws:SourceAccount": "@A@"},
                ArnLike={"aws:SourceArn": "arn:aws:s3:::*"},
            ),
        ),
    ),
}
_KEY = document(
    lets({"AWS": "arn:aws:iam::@A@:root"}, "kms:*", "*"),
    lets(
        {"AWS": "arn:aws:iam::@B@:root"},
        ["kms:Decrypt", "kms:DescribeKey"],
        "*",
        **when(StringEquals={"kms:ViaService": "s3.eu-west-1.amazonaws.com"}),
    ),
)
_QUEUE = document(
    lets(
        {"Service": "sns.amazonaws.com"},
        "sqs:SendMessage",
        "*",
        **when(ArnEquals={"aws:SourceArn": "arn:aws:sns:eu-west-1:@A@:app-events"}),
    ),
    lets({"AWS": "@B@"}, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:@A@:app-work"),
)
_TOPIC = document(
    lets(
        {"AWS": "*"},
        ["sns:Publish", "sns:Subscribe"],
        "arn:aws:sns:eu-west-1:@A@:app-events",
        **when(StringEquals={"aws:SourceOwner": "@A@"}),
    )
)
_SECRET = document(
    lets(
        {"AWS": ["arn:aws:iam::@B@:role/app-function", "arn:aws:iam::@A@:role/app-worker"]},
        "secretsmanager:GetSecretValue",
        "*",
    ),
    {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
        "Condition": {
            "StringNotEquals": {"aws:PrincipalOrgID": ORGANIZATION},
            "ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::@B@:role/*"},
        },
    },
)
_FUNCTION = document(
    lets(
        {"Service": "events.amazonaws.com"},
        "lambda:InvokeFunction",
        "arn:aws:lambda:eu-west-1:@A@:function:@N@",
        **when(ArnLike={"AWS:SourceArn": "arn:aws:events:eu-west-1:@A@:rule/*"}),
    )
)


def realistic(member: Member, apps: Sequence[str]) -> Iterator[Row]:
    """Yield what an account of templates holds; `apps` are the roles that things run as."""
    a, chance = member.id, member.chance
    main = f"arn:aws:kms:eu-west-1:{a}:key/{a}-main"
    yield rows.key(main, tags={"team": "payments", "env": "production"})
    yield from rows.resource(main, member.fill(_KEY), account=a, kind="AWS::KMS::Key")
    yield rows.key(f"arn:aws:kms:eu-west-1:{a}:key/{a}-vendor", manager="AWS")
    yield rows.block(a)
    for name, template in _BUCKETS.items():
        bucket, full = f"arn:aws:s3:::{name}-{a}", f"{name}-{a}"
        yield rows.store("S3::Bucket", bucket, a, key=main if name == "data" else "")
        text = member.fill(template, full)
        yield from rows.resource(bucket, text, account=a, kind="AWS::S3::Bucket")
    for service, kind, name, template in _THINGS:
        arn = f"arn:aws:{service}:eu-west-1:{a}:{name}"
        tags = {"team": chance.choice(("payments", "search", "platform"))}
        yield rows.store(kind, arn, a, tags=tags if service in _TAGGED else {})
        if template and (service != "secretsmanager" or chance.random() < 0.2):  # noqa: PLR2004 - one in five
            text = member.fill(template)
            yield from rows.resource(arn, text, account=a, kind=f"AWS::{kind}")
    if apps and chance.random() < 0.25:  # noqa: PLR2004 - one in four
        yield rows.grant(main, apps[0], member.number)
    yield from _functions(member, [role for role in apps if "function" in role])
    for number, role in enumerate(role for role in apps if "runner" in role):
        arn = f"arn:aws:ec2:eu-west-1:{a}:instance/i-{a}{number:05}"
        yield rows.workload("EC2::Instance", arn, role=role, tags={"team": "platform"})


_TAGGED = frozenset({"secretsmanager"})
_THINGS = (
    ("sqs", "SQS::Queue", "app-work", _QUEUE),
    ("sns", "SNS::Topic", "app-events", _TOPIC),
    ("dynamodb", "DynamoDB::Table", "table/app-function", ""),
    ("secretsmanager", "SecretsManager::Secret", "secret:app-main-AbCdEf", _SECRET),
)


def _functions(member: Member, roles: Sequence[str]) -> Iterator[Row]:
    for number, role in enumerate(roles):
        name = f"app-{number}"
        arn = f"arn:aws:lambda:eu-west-1:{member.id}:function:{name}"
        yield rows.workload("Lambda::Function", arn, role=role, tags={"team": "payments"})
        text = member.fill(_FUNCTION, name)
        yield from rows.resource(arn, text, account=member.id, kind="AWS::Lambda::Function")


_HOSTILE_BUCKET = document(
    lets(
        {"AWS": ["arn:aws:iam::@B@:role/r-0-@B@", "arn:aws:iam::@A@:role/r-1-@A@"]},
        ["s3:GetObject", "s3:Put*"],
        "arn:aws:s3:::@N@/shared-@B@/*",
        **when(StringEquals={"aws:PrincipalTag/owner": "@B@"}),
    ),
    {
        "Effect": "Deny",
        "NotPrincipal": {"AWS": ["arn:aws:iam::@A@:root", "arn:aws:iam::@A@:role/r-2-@A@"]},
        "NotAction": ["s3:Get*", "s3:List*"],
        "NotResource": ["arn:aws:s3:::@N@/open-@A@/*"],
        "Condition": {
            "StringNotEquals": {"aws:PrincipalAccount": ["@A@", "@B@"]},
            "NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"},
        },
    },
)
_HOSTILE_KEY = document(
    lets({"AWS": "arn:aws:iam::@A@:root"}, "kms:*", "arn:aws:kms:eu-west-1:@A@:key/*"),
    lets(
        "*",
        ["kms:Decrypt", "kms:GenerateDataKey*"],
        "*",
        **when(
            StringEquals={"kms:CallerAccount": "@B@"},
            ArnLike={"aws:PrincipalArn": "arn:aws:iam::@B@:role/r-*-@B@"},
        ),
    ),
)
_HOSTILE_QUEUE = document(
    lets(
        "*",
        "sqs:SendMessage",
        "arn:aws:sqs:eu-west-1:@A@:q-@A@",
        **when(ArnLike={"aws:PrincipalArn": ["arn:aws:iam::@B@:*", "arn:aws:iam::@A@:role/r-1*"]}),
    )
)


def hostile(member: Member, roles: Sequence[str]) -> Iterator[Row]:
    """Yield what an account holds where every policy names its own account."""
    a = member.id
    main = f"arn:aws:kms:eu-west-1:{a}:key/{a}"
    yield rows.key(main, tags={"owner": a})
    yield from rows.resource(main, member.fill(_HOSTILE_KEY), account=a, kind="AWS::KMS::Key")
    for number in range(2):
        bucket, full = f"arn:aws:s3:::data-{a}-{number}", f"data-{a}-{number}"
        yield rows.store("S3::Bucket", bucket, a, key=main)
        text = member.fill(_HOSTILE_BUCKET, full)
        yield from rows.resource(bucket, text, account=a, kind="AWS::S3::Bucket")
    queue = f"arn:aws:sqs:eu-west-1:{a}:q-{a}"
    yield rows.store("SQS::Queue", queue, a)
    yield from rows.resource(queue, member.fill(_HOSTILE_QUEUE), account=a, kind="AWS::SQS::Queue")
    secret = f"arn:aws:secretsmanager:eu-west-1:{a}:secret:s-{a}-AbCdEf"
    yield rows.store("SecretsManager::Secret", secret, a, tags={"owner": a})
    for role in roles[:1]:
        arn = f"arn:aws:lambda:eu-west-1:{a}:function:f-{a}"
        yield rows.workload("Lambda::Function", arn, role=role, tags={"owner": a})
