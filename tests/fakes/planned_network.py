# SPDX-License-Identifier: Apache-2.0
"""One network twice: as code plans it, and as the AWS API describes it once it was applied."""

import copy
from typing import Any

from tests.fakes.terraform_plan import ACCOUNT, Described, change

VPC, SUBNET, GROUP, INSTANCE, INTERFACE = "vpc-1", "subnet-1", "sg-1", "i-1", "eni-1"
_ALL = "0.0.0.0/0"
_DONE = {"State": "associated"}


def _last(*, egress: bool) -> list[dict[str, Any]]:
    common = {"Protocol": "-1", "RuleAction": "deny", "Egress": egress}
    return [
        {"RuleNumber": 32767, "CidrBlock": _ALL, **common},
        {"RuleNumber": 32768, "Ipv6CidrBlock": "::/0", **common},
    ]


_FIRST = {"RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "CidrBlock": _ALL}

_APPLIED: dict[str, Any] = {
    "Vpcs": [
        {
            "VpcId": VPC,
            "OwnerId": ACCOUNT,
            "CidrBlock": "10.0.0.0/16",
            "CidrBlockAssociationSet": [
                {"CidrBlock": "10.0.0.0/16", "CidrBlockState": dict(_DONE)}
            ],
            "Tags": [{"Key": "Name", "Value": "shop"}],
        }
    ],
    "Subnets": [
        {
            "SubnetId": SUBNET,
            "VpcId": VPC,
            "OwnerId": ACCOUNT,
            "CidrBlock": "10.0.1.0/24",
            "AvailabilityZone": "eu-west-1a",
            "MapPublicIpOnLaunch": False,
        }
    ],
    "SecurityGroups": [
        {
            "GroupId": "sg-default",
            "GroupName": "default",
            "VpcId": VPC,
            "OwnerId": ACCOUNT,
            "IpPermissions": [
                {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-default"}]}
            ],
            "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": _ALL}]}],
        },
        {
            "GroupId": GROUP,
            "GroupName": "web",
            "VpcId": VPC,
            "OwnerId": ACCOUNT,
            "IpPermissions": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "IpRanges": [{"CidrIp": "192.0.2.0/24"}],
                }
            ],
            "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": _ALL}]}],
        },
    ],
    "NetworkAcls": [
        {
            "NetworkAclId": "acl-default",
            "VpcId": VPC,
            "OwnerId": ACCOUNT,
            "IsDefault": True,
            "Entries": [
                {**_FIRST, "Egress": False},
                {**_FIRST, "Egress": True},
                *_last(egress=False),
                *_last(egress=True),
            ],
            "Associations": [{"SubnetId": SUBNET, "NetworkAclId": "acl-default"}],
        }
    ],
    "RouteTables": [
        {
            "RouteTableId": "rtb-main",
            "VpcId": VPC,
            "OwnerId": ACCOUNT,
            "Associations": [{"Main": True, "AssociationState": dict(_DONE)}],
            "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}],
        },
        {
            "RouteTableId": "rtb-1",
            "VpcId": VPC,
            "OwnerId": ACCOUNT,
            "Associations": [{"SubnetId": SUBNET, "AssociationState": dict(_DONE)}],
            "Routes": [
                {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"},
                {"DestinationCidrBlock": _ALL, "GatewayId": "igw-1", "Origin": "CreateRoute"},
            ],
        },
    ],
    "InternetGateways": [
        {
            "InternetGatewayId": "igw-1",
            "OwnerId": ACCOUNT,
            "Attachments": [{"State": "available", "VpcId": VPC}],
        }
    ],
    "Instances": [
        {
            "InstanceId": INSTANCE,
            "State": {"Name": "running"},
            "SubnetId": SUBNET,
            "VpcId": VPC,
            "PrivateIpAddress": "10.0.1.10",
            "PublicIpAddress": "198.51.100.10",
            "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
        }
    ],
    "NetworkInterfaces": [
        {
            "NetworkInterfaceId": INTERFACE,
            "InterfaceType": "interface",
            "Status": "in-use",
            "SubnetId": SUBNET,
            "VpcId": VPC,
            "OwnerId": ACCOUNT,
            "SourceDestCheck": True,
            "PrivateIpAddress": "10.0.1.10",
            "PrivateIpAddresses": [
                {
                    "PrivateIpAddress": "10.0.1.10",
                    "Primary": True,
                    "Association": {"PublicIp": "198.51.100.10"},
                }
            ],
            "Groups": [{"GroupId": GROUP}],
            "Attachment": {
                "InstanceId": INSTANCE,
                "InstanceOwnerId": ACCOUNT,
                "DeviceIndex": 0,
                "Status": "attached",
            },
        }
    ],
}


def applied() -> dict[str, Any]:
    """What the API describes once the code was applied."""
    return copy.deepcopy(_APPLIED)


_RULE = {"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": ["192.0.2.0/24"]}
_OUT = {"from_port": 0, "to_port": 0, "protocol": "-1", "cidr_blocks": [_ALL]}

WRITTEN: dict[str, Described] = {
    "aws_vpc.shop": {
        "id": VPC,
        "cidr_block": "10.0.0.0/16",
        "default_security_group_id": "sg-default",
        "default_network_acl_id": "acl-default",
        "main_route_table_id": "rtb-main",
        "tags": {"Name": "shop"},
    },
    "aws_subnet.web": {
        "id": SUBNET,
        "vpc_id": VPC,
        "cidr_block": "10.0.1.0/24",
        "availability_zone": "eu-west-1a",
    },
    "aws_internet_gateway.shop": {"id": "igw-1", "vpc_id": VPC},
    "aws_route_table.web": {
        "id": "rtb-1",
        "vpc_id": VPC,
        "route": [{"cidr_block": _ALL, "gateway_id": "igw-1", "nat_gateway_id": ""}],
    },
    "aws_route_table_association.web": {
        "id": "rtbassoc-1",
        "route_table_id": "rtb-1",
        "subnet_id": SUBNET,
    },
    "aws_security_group.web": {
        "id": GROUP,
        "name": "web",
        "vpc_id": VPC,
        "ingress": [_RULE],
        "egress": [_OUT],
    },
    "aws_instance.web": {
        "id": INSTANCE,
        "subnet_id": SUBNET,
        "private_ip": "10.0.1.10",
        "associate_public_ip_address": True,
        "public_ip": "198.51.100.10",
        "primary_network_interface_id": INTERFACE,
        "vpc_security_group_ids": [GROUP],
        "metadata_options": [{"http_tokens": "required", "http_put_response_hop_limit": 1}],
    },
}
"""Address of each object to what its code makes of it."""


def written() -> list[Described]:
    """The changes that make it, with all ids told."""
    return [change(address, after=after) for address, after in WRITTEN.items()]
