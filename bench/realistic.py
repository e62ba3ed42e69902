# SPDX-License-Identifier: Apache-2.0
"""What stands in an account of an organisation that is run from templates.

Stack sets stamp the same roles into every account, Identity Center its own; teams add a few that
differ by name; the vendor's managed policies and the organisation's own are attached all over.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from moto.iam.aws_managed_policies import aws_managed_policies_data

from bartizan.model.facts.estate import InstanceProfile
from bartizan.model.facts.identity import AccessKey, IdentityProvider, Membership
from bartizan.model.facts.policy import Attachment
from bartizan.model.table import Row
from bench import resources, rows
from bench.documents import allow, deny, document, service, trusts, when
from bench.member import Member

_AWS = "arn:aws:iam::aws:policy/"
_SAML = "arn:aws:iam::@A@:saml-provider/AWSSSO_DO_NOT_DELETE"
_SSO_PATH = "/aws-reserved/sso.amazonaws.com/eu-west-1/"
_BY_SAML = document(
    trusts(
        {"Federated": _SAML},
        ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        **when(StringEquals={"SAML:aud": "https://signin.aws.amazon.com/saml"}),
    )
)

_OWN_POLICIES = {
    "developer-boundary": document(
        allow("*"),
        deny(["iam:*User*", "iam:*AccessKey*", "organizations:*", "account:*"]),
        deny(
            ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"],
            **when(
                StringNotEquals={
                    "iam:PermissionsBoundary": "arn:aws:iam::@A@:policy/developer-boundary"
                }
            ),
        ),
    ),
    "team-tags": document(
        allow(
            ["secretsmanager:GetSecretValue", "kms:Decrypt", "ssm:GetParameter*", "sqs:*"],
            **when(StringEquals={"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}),
        ),
        allow(
            ["s3:GetObject", "s3:PutObject"],
            "arn:aws:s3:::data-@A@/${aws:PrincipalTag/team}/*",
        ),
        deny("*", **when(StringEquals={"aws:ResourceTag/env": "restricted"})),
    ),
    "office-only": document(
        deny(
            "*",
            **when(
                NotIpAddress={
                    "aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/25", "2001:db8::/32"]
                },
                Bool={"aws:ViaAWSService": "false"},
            ),
        )
    ),
}
"""Customer managed policies that a stack set stamps into every account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Role:
    """A role as a template states it."""

    name: str
    trust: str
    path: str = "/"
    aws: tuple[str, ...] = ()
    """Managed policies of AWS, by the end of their ARN."""
    own: tuple[str, ...] = ()
    """Of those that stand in every account."""
    inline: tuple[tuple[str, str], ...] = ()
    boundary: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    service_linked: bool = False


_STAMPED = (
    _Role(
        name="OrganizationAccountAccessRole",
        trust=document(trusts({"AWS": "arn:aws:iam::@M@:root"})),
        aws=("AdministratorAccess",),
    ),
    _Role(
        name="stacksets-exec-4f1d2c",
        trust=document(trusts({"AWS": "arn:aws:iam::@M@:role/stacksets-admin"})),
        aws=("AdministratorAccess",),
    ),
    _Role(
        name="AWSReservedSSO_AdministratorAccess_0123456789abcdef",
        path=_SSO_PATH,
        trust=_BY_SAML,
        aws=("AdministratorAccess",),
        own=("office-only",),
    ),
    _Role(
        name="AWSReservedSSO_ReadOnlyAccess_123456789abcdef0",
        path=_SSO_PATH,
        trust=_BY_SAML,
        aws=("ReadOnlyAccess",),
    ),
    _Role(
        name="AWSReservedSSO_Developer_23456789abcdef01",
        path=_SSO_PATH,
        trust=_BY_SAML,
        aws=("PowerUserAccess",),
        own=("team-tags", "office-only"),
        inline=(
            (
                "AwsSSOInlinePolicy",
                document(
                    allow(
                        "iam:PassRole",
                        "arn:aws:iam::*:role/app-*",
                        **when(StringLike={"iam:PassedToService": ["lambda.*", "ecs-tasks.*"]}),
                    )
                ),
            ),
        ),
        boundary="developer-boundary",
    ),
    _Role(
        name="security-audit",
        trust=document(
            trusts(
                {"AWS": "arn:aws:iam::@S@:role/app-auditor"},
                **when(StringEquals={"sts:ExternalId": "audit-7f3a"}),
            )
        ),
        aws=("SecurityAudit", "job-function/ViewOnlyAccess"),
    ),
    _Role(
        name="deploy-pipeline",
        trust=document(
            trusts(
                {"AWS": "arn:aws:iam::@P@:role/app-runner"},
                **when(StringEquals={"aws:PrincipalOrgID": "o-bartizan01"}),
            ),
            trusts({"Service": "cloudformation.amazonaws.com"}),
        ),
        aws=("AWSCloudFormationFullAccess",),
        inline=(
            (
                "deploy",
                document(
                    allow(["lambda:*", "ecs:*", "s3:*", "iam:GetRole"]),
                    allow("iam:PassRole", "arn:aws:iam::@A@:role/app-*"),
                ),
            ),
        ),
        tags={"team": "platform", "env": "all"},
    ),
    _Role(
        name="AWSServiceRoleForOrganizations",
        path="/aws-service-role/organizations.amazonaws.com/",
        trust=service("organizations"),
        aws=("aws-service-role/AWSOrganizationsServiceTrustPolicy",),
        service_linked=True,
    ),
    _Role(
        name="developer",
        trust=document(
            trusts(
                {"AWS": "arn:aws:iam::@A@:root"},
                ["sts:AssumeRole", "sts:TagSession"],
                **when(Bool={"aws:MultiFactorAuthPresent": "true"}),
            )
        ),
        aws=("PowerUserAccess",),
        own=("team-tags",),
        boundary="developer-boundary",
        tags={"team": "payments", "env": "production"},
    ),
)
_APPS = (
    _Role(
        name="function",
        trust=service("lambda"),
        aws=("service-role/AWSLambdaBasicExecutionRole",),
        inline=(
            (
                "own",
                document(
                    allow(
                        ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
                        "arn:aws:dynamodb:eu-west-1:@A@:table/@N@*",
                    ),
                    allow(
                        "secretsmanager:GetSecretValue",
                        "arn:aws:secretsmanager:eu-west-1:@A@:secret:app-*",
                    ),
                    allow(
                        "kms:Decrypt",
                        **when(
                            StringEquals={
                                "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"
                            }
                        ),
                    ),
                ),
            ),
        ),
        tags={"team": "payments", "env": "production"},
    ),
    _Role(
        name="runner",
        trust=service("ec2"),
        aws=("AmazonSSMManagedInstanceCore",),
        inline=(
            (
                "own",
                document(
                    allow(
                        ["s3:GetObject", "s3:ListBucket"],
                        ["arn:aws:s3:::artifacts-@A@", "arn:aws:s3:::artifacts-@A@/*"],
                    ),
                    allow("sts:AssumeRole", "arn:aws:iam::*:role/deploy-pipeline"),
                ),
            ),
        ),
        tags={"team": "platform"},
    ),
    _Role(
        name="auditor",
        trust=service("ecs-tasks"),
        aws=("service-role/AmazonECSTaskExecutionRolePolicy",),
        inline=(
            (
                "own",
                document(
                    allow("s3:GetObject", "arn:aws:s3:::data-@B@/*"),
                    allow(
                        ["sqs:SendMessage", "sqs:ReceiveMessage"],
                        "arn:aws:sqs:eu-west-1:@A@:app-*",
                        **when(StringEquals={"aws:RequestedRegion": "eu-west-1"}),
                    ),
                    allow("sts:AssumeRole", "arn:aws:iam::*:role/security-audit"),
                ),
            ),
        ),
        tags={"team": "security", "env": "production"},
    ),
    _Role(
        name="worker",
        trust=service("ecs-tasks"),
        own=("team-tags",),
        inline=(
            (
                "own",
                document(
                    allow(
                        ["sns:Publish", "sqs:*"],
                        ["arn:aws:sns:eu-west-1:@A@:*", "arn:aws:sqs:*:@A@:app-*"],
                    ),
                    {
                        "Effect": "Allow",
                        "NotAction": ["iam:*", "organizations:*", "kms:*", "sts:*", "s3:*"],
                        "Resource": [
                            "arn:aws:lambda:*:@A@:function:@N@*",
                            "arn:aws:sqs:*:*:app-*",
                        ],
                    },
                ),
            ),
        ),
        tags={"team": "search", "env": "staging"},
    ),
)
_ADMINS = document(
    allow("*", **when(Bool={"aws:MultiFactorAuthPresent": "true"})),
)
_LEGACY = document(
    allow(["s3:PutObject", "s3:GetObject"], "arn:aws:s3:::artifacts-@A@/*"),
    allow("s3:GetBucketLocation", "arn:aws:s3:::*"),
)


def of_vendor(wanted: bool) -> Iterator[Row]:  # noqa: FBT001 - one word at its one caller
    """Yield the managed policies of AWS that roles here have."""
    if not wanted:
        return
    held = json.loads(aws_managed_policies_data)
    known = {f"{data['Path'].lstrip('/')}{name}": data for name, data in held.items()}
    for end in sorted({end for role in (*_STAMPED, *_APPS) for end in role.aws}):
        yield rows.managed(f"{_AWS}{end}", json.dumps(known[end]["Document"]))


def account(member: Member, principals: int) -> Iterator[Row]:
    """Yield an account with so many principals, root, stamped roles and people among them."""
    a = member.id
    for name, text in _OWN_POLICIES.items():
        yield rows.managed(f"arn:aws:iam::{a}:policy/{name}", member.fill(text))
    yield IdentityProvider(arn=member.fill(_SAML), account=a, type="saml", issuer="", audiences=())
    yield rows.principal("root", a, "root")
    left = principals - 1
    for role in _STAMPED[:left]:
        yield from _role(member, role, role.name)
    left -= len(_STAMPED)
    if left >= len(_PEOPLE):
        yield from _people(member)
        left -= len(_PEOPLE)
    apps = []
    for number in range(max(0, left)):
        app = _APPS[number % len(_APPS)]
        name = f"app-{app.name}" + (f"-{number // len(_APPS)}" if number >= len(_APPS) else "")
        apps.append(f"arn:aws:iam::{a}:role/{name}")
        yield from _role(member, app, name)
        if app.name == "runner":
            profile = f"arn:aws:iam::{a}:instance-profile/{name}"
            yield InstanceProfile(arn=profile, account=a, role=apps[-1])
    yield from resources.realistic(member, apps)


_PEOPLE = ("admins", "break-glass", "uploader")


def _people(member: Member) -> Iterator[Row]:
    a = member.id
    group = rows.principal("group", a, "admins")
    glass = rows.principal("user", a, "break-glass", tags={"team": "platform"})
    uploader = rows.principal("user", a, "uploader", path="/machines/")
    yield from (group, glass, uploader)
    yield Membership(user=glass.arn, group=group.arn)
    yield from rows.inline(group.arn, "admins", _ADMINS)
    yield from rows.inline(uploader.arn, "upload", member.fill(_LEGACY))
    yield AccessKey(
        id=f"AKIA{a}UPLD", principal=uploader.arn, active=True, created="", last_used=""
    )


def _role(member: Member, role: _Role, name: str) -> Iterator[Row]:
    held = rows.principal(
        "role",
        member.id,
        name,
        path=role.path,
        tags=role.tags,
        service_linked=role.service_linked,
    )
    yield held
    yield from rows.trust(held.arn, member.fill(role.trust, name))
    for end in role.aws:
        yield Attachment(policy=f"{_AWS}{end}", target=held.arn, use="identity")
    for end in role.own:
        policy = f"arn:aws:iam::{member.id}:policy/{end}"
        yield Attachment(policy=policy, target=held.arn, use="identity")
    for called, text in role.inline:
        yield from rows.inline(held.arn, called, member.fill(text, name))
    if role.boundary:
        policy = f"arn:aws:iam::{member.id}:policy/{role.boundary}"
        yield Attachment(policy=policy, target=held.arn, use="boundary")
