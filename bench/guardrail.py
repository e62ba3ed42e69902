# SPDX-License-Identifier: Apache-2.0
"""The tree of a generated organisation and the guardrails on it."""

from collections.abc import Iterator

from bartizan.model.facts.organization import Unit
from bartizan.model.facts.policy import Attachment
from bartizan.model.table import Row
from bench import rows
from bench.documents import allow, deny, document, lets, when
from bench.member import ORGANIZATION, ROOT, Member

_LEAF = 40
"""Accounts in a unit, about."""
_TOP = ("security", "infrastructure", "workloads", "sandbox")
_MIDDLE = ("production", "staging", "development")

_FULL = document(allow("*"))
_FULL_RCP = document(lets("*", "*", "*"))
_LEAVE = document(
    deny(["organizations:LeaveOrganization", "account:CloseAccount"]),
    deny("*", **when(ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:root"})),
)
_REGIONS = document(
    {
        "Sid": "Regions",
        "Effect": "Deny",
        "NotAction": [
            *("iam:*", "organizations:*", "route53:*", "cloudfront:*", "sts:*", "support:*"),
            *("s3:GetBucketLocation", "s3:ListAllMyBuckets", "waf:*", "budgets:*", "ce:*"),
        ],
        "Resource": "*",
        "Condition": {
            "StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1", "us-east-1"]},
            "ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/stacksets-exec-*"},
        },
    }
)
_WATCH = document(
    deny(
        [
            *("cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "guardduty:Delete*"),
            *("config:Stop*", "config:Delete*", "securityhub:Disable*"),
        ],
        **when(ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/stacksets-exec-*"}),
    ),
    deny(
        ["iam:*"],
        "arn:aws:iam::*:role/stacksets-exec-*",
        **when(StringNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/stacksets-exec-*"}),
    ),
)
_KEYS = document(
    deny(["iam:CreateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile"]),
    deny(
        ["s3:PutBucketPublicAccessBlock", "s3:PutAccountPublicAccessBlock"],
        **when(StringNotEquals={"aws:PrincipalTag/team": "platform"}),
    ),
)
_CHEAP = document(
    deny(
        "ec2:RunInstances",
        "arn:aws:ec2:*:*:instance/*",
        **when(StringNotLike={"ec2:InstanceType": ["t3.*", "t4g.*"]}),
    ),
    deny(["redshift:*", "sagemaker:*", "directconnect:*"]),
)
_FEW = document(
    allow(["s3:*", "kms:*", "logs:*", "cloudwatch:*", "iam:Get*", "iam:List*", "sts:*"])
)
_PERIMETER = document(
    {
        **lets("*", ["s3:*", "sqs:*", "kms:*", "secretsmanager:*", "sts:AssumeRole"], "*"),
        "Effect": "Deny",
        "Condition": {
            "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
    }
)
_TRANSPORT = document(
    {
        **lets("*", ["s3:*", "sqs:*"], "*"),
        "Effect": "Deny",
        "Condition": {"BoolIfExists": {"aws:SecureTransport": "false"}},
    }
)

_SHARED = {
    ("scp", "FullAWSAccess"): _FULL,
    ("scp", "leave"): _LEAVE,
    ("scp", "regions"): _REGIONS,
    ("scp", "watch"): _WATCH,
    ("scp", "keys"): _KEYS,
    ("scp", "cheap"): _CHEAP,
    ("scp", "few"): _FEW,
    ("rcp", "RCPFullAWSAccess"): _FULL_RCP,
    ("rcp", "perimeter"): _PERIMETER,
    ("rcp", "transport"): _TRANSPORT,
}
_ON_TOP = {
    "security": ("watch",),
    "infrastructure": ("regions", "watch"),
    "workloads": ("regions", "watch"),
    "sandbox": ("regions", "cheap"),
}


def units_of(number: int, accounts: int) -> tuple[str, ...]:
    """Return the ids of what the account with this number is below, the root first."""
    if number == 0:
        return (ROOT,)
    leaf = number % max(1, accounts // _LEAF)
    top = _TOP[(0, 1, 2, 2, 2, 2, 2, 3)[leaf % 8]]
    middle = _MIDDLE[leaf % len(_MIDDLE)]
    return (
        ROOT,
        *(f"ou-b4rt-{name}" for name in (top, f"{top}-{middle}", f"{top}-{middle}-{leaf}")),
    )


def tree(management: str, accounts: int) -> Iterator[Row]:
    """Yield the units, the guardrails that stand on them, and what is attached to the root."""
    yield Unit(id=ROOT, provider="aws", organization=ORGANIZATION, parent="", name="Root")
    for (use, name), text in _SHARED.items():
        yield rows.guardrail(_id(management, use, name), text, use=use)
    yield from _stand(management, ROOT, ("leave",), ("perimeter", "transport"))
    seen = {ROOT}
    for number in range(1, accounts):
        parent = ROOT
        for unit in units_of(number, accounts)[1:]:
            if unit not in seen:
                seen.add(unit)
                name = unit.removeprefix("ou-b4rt-")
                yield Unit(
                    id=unit, provider="aws", organization=ORGANIZATION, parent=parent, name=name
                )
                yield from _stand(management, unit, _extra(name))
            parent = unit


def over(member: Member, *, own: bool) -> Iterator[Row]:
    """Yield what is attached to an account; with `own`, guardrails that name the account."""
    management, target = member.management, member.id
    if own:
        for use, text in (("scp", _OWN_SCP), ("rcp", _OWN_RCP)):
            id_ = _id(management, use, f"of-{target}")
            yield rows.guardrail(id_, member.fill(text), use=use)
            yield Attachment(policy=id_, target=target, use=use)
    few = member.number % 50 == 49  # noqa: PLR2004 - a few accounts are held by a list
    for use, name in (("scp", "few" if few else "FullAWSAccess"), ("rcp", "RCPFullAWSAccess")):
        yield Attachment(policy=_id(management, use, name), target=target, use=use)


_OWN_SCP = document(
    deny(
        ["s3:DeleteBucket", "kms:ScheduleKeyDeletion"],
        ["arn:aws:s3:::data-@A@*", "arn:aws:kms:*:@A@:key/*"],
        **when(ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::@A@:role/deploy-*"}),
    ),
    {
        "Effect": "Deny",
        "NotAction": ["sts:*", "iam:*", "s3:*", "kms:*"],
        "NotResource": ["arn:aws:lambda:*:@A@:*", "arn:aws:sqs:*:@B@:*"],
        "Condition": {"StringNotEquals": {"aws:PrincipalTag/owner": "@A@"}},
    },
)
_OWN_RCP = document(
    {
        **lets("*", ["s3:PutObject", "s3:DeleteObject"], "arn:aws:s3:::data-@A@*/*"),
        "Effect": "Deny",
        "Condition": {
            "StringNotEqualsIfExists": {"aws:PrincipalAccount": ["@A@", "@B@", "@P@"]},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
    }
)


def _stand(
    management: str, target: str, scps: tuple[str, ...], rcps: tuple[str, ...] = ()
) -> Iterator[Row]:
    """Attach guardrails, and those that allow everything, as the vendor does by itself."""
    for name in ("FullAWSAccess", *scps):
        yield Attachment(policy=_id(management, "scp", name), target=target, use="scp")
    for name in ("RCPFullAWSAccess", *rcps):
        yield Attachment(policy=_id(management, "rcp", name), target=target, use="rcp")


def _extra(name: str) -> tuple[str, ...]:
    parts = name.split("-")
    if len(parts) == 1:
        return _ON_TOP[name]
    return ("keys",) if len(parts) == 2 and parts[1] == "production" else ()  # noqa: PLR2004


def _id(management: str, use: str, name: str) -> str:
    folder = "service_control_policy" if use == "scp" else "resource_control_policy"
    return f"arn:aws:organizations::{management}:policy/{ORGANIZATION}/{folder}/p-{name}"
