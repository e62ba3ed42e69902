# SPDX-License-Identifier: Apache-2.0
"""Records of a drawn organisation of a stated size, and the plan of a change of one account."""

import json
import random
from collections.abc import Iterator
from typing import Any

from bartizan.model.record import Record
from bartizan.sources.aws.asked import asked_records
from bartizan.sources.aws.services import SERVICES
from bench.documents import allow, deny, document, lets, service, trusts, when
from bench.member import ORGANIZATION, ROOT, account_id

ACCOUNT_SIZE = 200
"""Principals of one account."""
REGION = "eu-west-1"
_AT = "2026-09-01T00:00:00Z"
_ALL = "0.0.0.0/0"
_MANAGEMENT = account_id(0)
_SERVICES = ("lambda", "ec2", "ecs-tasks", "lambda", "ec2")
_FENCE = document(deny(["organizations:LeaveOrganization", "account:CloseAccount"]))

_NOUNS = {
    "VPC": "vpc",
    "Subnet": "subnet",
    "InternetGateway": "internet-gateway",
    "RouteTable": "route-table",
    "NetworkAcl": "network-acl",
    "SecurityGroup": "security-group",
    "NetworkInterface": "network-interface",
    "Instance": "instance",
    "VPCBlockPublicAccessOptions": "vpc-block-public-access-options",
}
"""Kinds of EC2's things to how their ARNs call them."""

Described = dict[str, Any]


def records(principals: int, *, seed: int) -> Iterator[Record]:
    """Draw an organisation: its tree, and accounts of `ACCOUNT_SIZE` principals each."""
    count = max(2, principals // ACCOUNT_SIZE)
    yield from _tree(count)
    calls = (call for service in SERVICES for call in service.calls)
    yield from asked_records(("", *map(account_id, range(count))), calls, at=_AT)
    for number in range(count):
        size = ACCOUNT_SIZE if principals >= 2 * ACCOUNT_SIZE else principals // count
        yield from _Account(number, count, seed).records(size)


def _record(kind: str, name: str, account: str, body: Described, *, region: str = "") -> Record:
    return Record(
        provider="aws",
        account=account,
        region=region,
        service=kind.split("::")[1].lower(),
        kind=kind,
        id=name,
        body=body,
        collected_at=_AT,
    )


def _tree(count: int) -> Iterator[Record]:
    base = f"arn:aws:organizations::{_MANAGEMENT}:"
    types = [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]
    whole = f"{base}organization/{ORGANIZATION}"
    fence = f"{base}policy/{ORGANIZATION}/service_control_policy/p-fence001"
    full = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
    root = f"{base}root/{ORGANIZATION}/{ROOT}"
    found: list[tuple[str, str, Described]] = [
        ("Organization", whole, {"Id": ORGANIZATION, "Arn": whole}),
        ("Root", root, {"Id": ROOT, "Arn": root, "Name": "Root", "PolicyTypes": types}),
    ]
    for arn, text in ((fence, _FENCE), (full, document(allow("*")))):
        summary = {"Id": arn.rpartition("/")[2], "Type": "SERVICE_CONTROL_POLICY"}
        found.append(("Policy", arn, {"PolicySummary": summary, "Content": text}))
        found.append(("PolicyTarget", f"{arn}/{ROOT}", {"TargetId": ROOT}))
    for number in range(count):
        id_ = account_id(number)
        arn = f"{base}account/{ORGANIZATION}/{id_}"
        named = {"Id": id_, "Arn": arn, "Name": f"account-{number}", "Status": "ACTIVE"}
        found.append(("Account", arn, named))
        found.append(("Child", f"{ROOT}/{id_}", {"Id": id_, "Type": "ACCOUNT"}))
        found.append(("PolicyTarget", f"{full}/{id_}", {"TargetId": id_}))
    for kind, name, body in found:
        yield _record(f"AWS::Organizations::{kind}", name, _MANAGEMENT, body)


class _Account:
    """One account, drawn by chances of its own, so that a change in one moves no other."""

    def __init__(self, number: int, count: int, seed: int) -> None:
        self.number, self.id = number, account_id(number)
        self.neighbour = account_id((number * 7 + 3) % count)
        self.chance = random.Random(seed * 1_000_003 + number)  # noqa: S311 - an estate, no secret

    def records(self, size: int) -> Iterator[Record]:
        """Yield an account with so many roles and users, and a thing for each ten of them."""
        root = {"Account": self.id, "Arn": f"arn:aws:iam::{self.id}:root"}
        yield _record("AWS::STS::CallerIdentity", self.id, self.id, root)
        region = {"RegionName": REGION, "OptInStatus": "opt-in-not-required"}
        yield _record("AWS::EC2::Region", f"{self.id}/{REGION}", self.id, region)
        for name, text in _managed(self.id).items():
            yield self._policy(name, text)
        for place in range(size):
            yield self._user(place) if place % 20 == 19 else self._role(place)  # noqa: PLR2004 - one in twenty
        for place in range(0, size, 10):
            yield from self._bucket(place)
        for place in range(0, size, 20):
            yield self._function(place)
        yield from self._network(size // 20)

    def _arn(self, what: str, name: str) -> str:
        return f"arn:aws:iam::{self.id}:{what}/{name}"

    def _policy(self, name: str, text: str) -> Record:
        arn = self._arn("policy", name)
        version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": json.loads(text)}
        body: Described = {
            "PolicyName": name,
            "Arn": arn,
            "Path": "/",
            "DefaultVersionId": "v1",
            "PolicyVersionList": [version],
        }
        return _record("AWS::IAM::ManagedPolicy", arn, self.id, body)

    def _role(self, place: int) -> Record:
        arn = self._arn("role", f"app-{place}")
        return _record("AWS::IAM::Role", arn, self.id, _role(arn, *self._rights(place)))

    def _rights(self, place: int) -> tuple[str, str, list[str]]:
        """Draw a role's trust, its own policy, and what is attached to it."""
        own = f"arn:aws:s3:::data-{self.id}-{place // 10 * 10}"
        reads = document(allow(["s3:GetObject", "s3:ListBucket"], [own, f"{own}/*"]))
        trust, attached = service(_SERVICES[place % 5]), [self._arn("policy", "base")]
        if place % 50 == 7:  # noqa: PLR2004 - one in fifty may deploy
            trust = document(trusts({"AWS": f"arn:aws:iam::{self.neighbour}:role/app-0"}))
            attached = [self._arn("policy", "deploy")]
        elif place % 10 == 8:  # noqa: PLR2004 - one in ten is people's
            factor = when(Bool={"aws:MultiFactorAuthPresent": "true"})
            trust = document(trusts({"AWS": self._arn("user", "person-19")}, **factor))
            attached.append(self._arn("policy", "tags"))
        elif place % 100 == 50:  # noqa: PLR2004 - one in a hundred is an administrator
            reads = document(allow("*"))
        return trust, reads, attached

    def _user(self, place: int) -> Record:
        arn = self._arn("user", f"person-{place}")
        assumes = document(allow("sts:AssumeRole", self._arn("role", f"app-{place - 1}")))
        body: Described = {
            "UserName": f"person-{place}",
            "Path": "/",
            "UserId": f"AIDA{self.number}U{place}",
            "Arn": arn,
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": json.loads(assumes)}],
        }
        return _record("AWS::IAM::User", arn, self.id, body)

    def _bucket(self, place: int) -> Iterator[Record]:
        name = f"data-{self.id}-{place}"
        arn = f"arn:aws:s3:::{name}"
        yield _record("AWS::S3::Bucket", arn, self.id, {"Name": name, "BucketRegion": REGION})
        if self.chance.random() < 0.3:  # noqa: PLR2004 - three in ten are shared
            who = {"AWS": f"arn:aws:iam::{self.neighbour}:role/app-{place}"}
            text = document(lets(who, "s3:GetObject", f"{arn}/*"))
            yield _record("AWS::S3::BucketPolicy", arn, self.id, {"Policy": text})
        block = dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"),
            True,
        )
        body: Described = {"PublicAccessBlockConfiguration": block}
        yield _record("AWS::S3::BucketPublicAccessBlock", arn, self.id, body)

    def _function(self, place: int) -> Record:
        arn = f"arn:aws:lambda:{REGION}:{self.id}:function:f-{place}"
        role_ = self._arn("role", f"app-{place}")
        body: Described = {"FunctionName": f"f-{place}", "FunctionArn": arn, "Role": role_}
        return _record("AWS::Lambda::Function", arn, self.id, body, region=REGION)

    def _network(self, hosts: int) -> Iterator[Record]:
        """Yield a network with a group and an instance for each host; every tenth is public."""
        n = self.number
        vpc, subnet = f"vpc-{n}", f"subnet-{n}"
        routes = [
            {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
            {"DestinationCidrBlock": _ALL, "GatewayId": f"igw-{n}", "State": "active"},
        ]
        space = [{"CidrBlock": "10.0.0.0/16", "CidrBlockState": {"State": "associated"}}]
        yield self._ec2(
            "VPC", vpc, VpcId=vpc, CidrBlock="10.0.0.0/16", CidrBlockAssociationSet=space
        )
        off = {"InternetGatewayBlockMode": "off", "State": "update-complete"}
        yield self._ec2("VPCBlockPublicAccessOptions", f"block-{n}", **off)
        yield self._ec2("Subnet", subnet, SubnetId=subnet, VpcId=vpc, CidrBlock="10.0.0.0/20")
        gate = [{"VpcId": vpc, "State": "available"}]
        yield self._ec2(
            "InternetGateway", f"igw-{n}", InternetGatewayId=f"igw-{n}", Attachments=gate
        )
        yield self._ec2(
            "RouteTable",
            f"rtb-{n}",
            RouteTableId=f"rtb-{n}",
            VpcId=vpc,
            Associations=[{"Main": True, "RouteTableId": f"rtb-{n}"}],
            Routes=routes,
        )
        anything = {"Protocol": "-1", "RuleAction": "allow", "CidrBlock": _ALL}
        entries = [{"RuleNumber": 100, "Egress": out, **anything} for out in (False, True)]
        yield self._ec2(
            "NetworkAcl",
            f"acl-{n}",
            NetworkAclId=f"acl-{n}",
            VpcId=vpc,
            IsDefault=True,
            Entries=entries,
            Associations=[{"SubnetId": subnet}],
        )
        for host in range(hosts):
            yield from self._host(host, vpc=vpc, subnet=subnet)

    def _host(self, host: int, *, vpc: str, subnet: str) -> Iterator[Record]:
        n = self.number
        group, interface = f"sg-{n:04}{host:04}", f"eni-{n:04}{host:04}"
        source = _ALL if host == 0 else "10.0.0.0/16"
        opens = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
        yield self._ec2(
            "SecurityGroup",
            group,
            GroupId=group,
            GroupName=f"host-{host}",
            VpcId=vpc,
            IpPermissions=[{**opens, "IpRanges": [{"CidrIp": source}]}],
            IpPermissionsEgress=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": _ALL}]}],
        )
        address = f"10.0.{host // 250}.{host % 250 + 4}"
        private = {"PrivateIpAddress": address, "Primary": True}
        public = (
            {"Association": {"PublicIp": f"198.51.{n % 250}.{host % 250}"}} if host == 0 else {}
        )
        instance = f"i-{n:04}{host:04}"
        profile = self._arn("instance-profile", f"host-{host}")
        runs = [
            {"RoleName": f"app-{host * 5 + 1}", "Arn": self._arn("role", f"app-{host * 5 + 1}")}
        ]
        held = {"InstanceProfileName": f"host-{host}", "Arn": profile, "Roles": runs}
        yield _record("AWS::IAM::InstanceProfile", profile, self.id, held)
        yield self._ec2(
            "NetworkInterface",
            interface,
            NetworkInterfaceId=interface,
            VpcId=vpc,
            SubnetId=subnet,
            Status="in-use",
            SourceDestCheck=True,
            Groups=[{"GroupId": group}],
            PrivateIpAddresses=[{**private, **public}],
            Attachment={"InstanceId": instance, "Status": "attached"},
            **public,
        )
        yield self._ec2(
            "Instance",
            instance,
            InstanceId=instance,
            State={"Name": "running"},
            VpcId=vpc,
            SubnetId=subnet,
            IamInstanceProfile={"Arn": self._arn("instance-profile", f"host-{host}")},
        )

    def _ec2(self, kind: str, name: str, **body: object) -> Record:
        arn = f"arn:aws:ec2:{REGION}:{self.id}:{_NOUNS[kind]}/{name}"
        return _record(
            f"AWS::EC2::{kind}", arn, self.id, {"OwnerId": self.id, **body}, region=REGION
        )


def _managed(account: str) -> dict[str, str]:
    functions = f"arn:aws:lambda:{REGION}:{account}:function:*"
    return {
        "base": document(
            allow(["logs:PutLogEvents", "logs:CreateLogStream", "sts:GetCallerIdentity"])
        ),
        "deploy": document(
            allow(["lambda:CreateFunction", "lambda:UpdateFunctionCode"], functions),
            allow("iam:PassRole", f"arn:aws:iam::{account}:role/app-1*"),
        ),
        "tags": document(
            allow("s3:GetObject", "*", **when(StringEquals={"aws:PrincipalTag/team": "data"})),
            deny("s3:*", "*", **when(Bool={"aws:SecureTransport": "false"})),
        ),
    }


def _role(arn: str, trust: str, own: str, attached: list[str]) -> Described:
    """Return the element of a role in the answer of GetAccountAuthorizationDetails."""
    name = arn.rpartition("/")[2]
    return {
        "RoleName": name,
        "Path": "/",
        "RoleId": f"AROA{arn.split(':')[4]}{name}".upper(),
        "Arn": arn,
        "AssumeRolePolicyDocument": json.loads(trust),
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": json.loads(own)}],
        "AttachedManagedPolicies": [
            {"PolicyName": one.rpartition("/")[2], "PolicyArn": one} for one in attached
        ],
    }
