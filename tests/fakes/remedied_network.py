# SPDX-License-Identifier: Apache-2.0
"""Records of a small network that remedies change."""

from bartizan.model.record import Json, Record, RecordList
from tests.fakes.remedied import ACCOUNT, record

GROUP = "sg-1"
ACL = "acl-1"
TABLE = "rtb-1"
INTERFACE = "eni-1"
PUBLIC = "198.51.100.9"


def of(kind: str, member: str, name: str, **body: Json) -> Record:
    arn = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:thing/{name}"
    return record(f"AWS::EC2::{kind}", arn, {member: name, **body}, region="eu-west-1")


def group() -> Record:
    both: list[Json] = [{"CidrIp": "0.0.0.0/0"}, {"CidrIp": "10.0.0.0/8"}]
    permissions: list[Json] = [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": list(both)},
        {
            "IpProtocol": "tcp",
            "FromPort": 22,
            "ToPort": 22,
            "IpRanges": list(both),
            "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
            "UserIdGroupPairs": [{"GroupId": "sg-2", "UserId": ACCOUNT}],
            "PrefixListIds": [{"PrefixListId": "pl-1"}],
        },
    ]
    egress: list[Json] = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    return of(
        "SecurityGroup",
        "GroupId",
        GROUP,
        OwnerId=ACCOUNT,
        IpPermissions=permissions,
        IpPermissionsEgress=egress,
    )


def access_list() -> Record:
    def entry(number: int, action: str, *, egress: bool) -> Json:
        return {
            "RuleNumber": number,
            "Egress": egress,
            "Protocol": "-1",
            "RuleAction": action,
            "CidrBlock": "0.0.0.0/0",
        }

    held = [entry(n, a, egress=e) for e in (True, False) for n, a in ((100, "allow"), (32767, "deny"))]  # fmt: skip # noqa: E501
    return of("NetworkAcl", "NetworkAclId", ACL, OwnerId=ACCOUNT, Entries=held)


def route_table() -> Record:
    routes: list[Json] = [
        {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"},
        {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "Origin": "CreateRoute"},
        {
            "DestinationCidrBlock": "10.9.0.0/16",
            "GatewayId": "vgw-1",
            "Origin": "EnableVgwRoutePropagation",
        },
        {"DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-1", "Origin": "CreateRoute"},
    ]
    return of("RouteTable", "RouteTableId", TABLE, OwnerId=ACCOUNT, Routes=routes)


def interface() -> Record:
    association: Json = {"PublicIp": PUBLIC, "IpOwnerId": ACCOUNT}
    addresses: list[Json] = [
        {"PrivateIpAddress": "10.0.0.5", "Primary": True, "Association": association},
        {"PrivateIpAddress": "10.0.0.6", "Primary": False},
    ]
    return of(
        "NetworkInterface",
        "NetworkInterfaceId",
        INTERFACE,
        Association=association,
        PrivateIpAddresses=addresses,
    )


def instance() -> Record:
    held: Json = {"NetworkInterfaceId": INTERFACE, "Association": {"PublicIp": PUBLIC}}
    return of(
        "Instance",
        "InstanceId",
        "i-1",
        PublicIpAddress=PUBLIC,
        PublicDnsName="ec2-198-51-100-9.example",
        NetworkInterfaces=[held],
    )


def elastic() -> Record:
    return of(
        "EIP",
        "AllocationId",
        "eipalloc-1",
        PublicIp=PUBLIC,
        AssociationId="eipassoc-1",
        NetworkInterfaceId=INTERFACE,
    )


def small(*more: Record) -> RecordList:
    return RecordList((group(), access_list(), route_table(), interface(), instance(), *more))
