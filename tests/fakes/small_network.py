# SPDX-License-Identifier: Apache-2.0
"""One small network, as the AWS API describes it; tests change copies of it."""

import copy
from typing import Any

from tests.fakes.service_records import ACCOUNT

_SMALL: dict[str, Any] = {
    "Vpcs": [
        {
            "VpcId": "vpc-1",
            "OwnerId": ACCOUNT,
            "CidrBlock": "10.1.0.0/16",
            "CidrBlockAssociationSet": [
                {"CidrBlock": "10.1.0.0/16", "CidrBlockState": {"State": "associated"}},
                {"CidrBlock": "10.9.0.0/16", "CidrBlockState": {"State": "disassociated"}},
            ],
            "Ipv6CidrBlockAssociationSet": [
                {
                    "Ipv6CidrBlock": "2600:1f18::/56",
                    "Ipv6CidrBlockState": {"State": "associated"},
                }
            ],
            "Tags": [{"Key": "Name", "Value": "shop"}],
        }
    ],
    "Subnets": [
        {
            "SubnetId": "subnet-1",
            "VpcId": "vpc-1",
            "OwnerId": ACCOUNT,
            "AvailabilityZone": "eu-west-1a",
            "AvailabilityZoneId": "euw1-az1",
            "CidrBlock": "10.1.1.0/24",
        },
        {
            "SubnetId": "subnet-2",
            "VpcId": "vpc-1",
            "OwnerId": ACCOUNT,
            "AvailabilityZoneId": "euw1-az2",
            "CidrBlock": "10.1.2.0/24",
        },
    ],
    "RouteTables": [
        {
            "RouteTableId": "rtb-main",
            "VpcId": "vpc-1",
            "OwnerId": ACCOUNT,
            "Associations": [{"Main": True, "AssociationState": {"State": "associated"}}],
            "Routes": [
                {"DestinationCidrBlock": "10.1.0.0/16", "GatewayId": "local", "State": "active"}
            ],
        },
        {
            "RouteTableId": "rtb-1",
            "VpcId": "vpc-1",
            "OwnerId": ACCOUNT,
            "Associations": [
                {"SubnetId": "subnet-1", "AssociationState": {"State": "associated"}},
                {"GatewayId": "igw-1", "AssociationState": {"State": "associated"}},
            ],
            "Routes": [
                {"DestinationCidrBlock": "10.1.0.0/16", "GatewayId": "local", "State": "active"},
                {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"},
            ],
        },
    ],
    "NetworkAcls": [
        {
            "NetworkAclId": "acl-1",
            "VpcId": "vpc-1",
            "OwnerId": ACCOUNT,
            "Associations": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}],
            "Entries": [
                {
                    "RuleNumber": 100,
                    "Protocol": "-1",
                    "RuleAction": "allow",
                    "Egress": False,
                    "CidrBlock": "0.0.0.0/0",
                }
            ],
        }
    ],
    "SecurityGroups": [
        {
            "GroupId": "sg-1",
            "GroupName": "web",
            "VpcId": "vpc-1",
            "OwnerId": ACCOUNT,
            "IpPermissions": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "the world"}],
                }
            ],
            "IpPermissionsEgress": [
                {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
            ],
        }
    ],
    "NetworkInterfaces": [
        {
            "NetworkInterfaceId": "eni-1",
            "VpcId": "vpc-1",
            "SubnetId": "subnet-1",
            "OwnerId": ACCOUNT,
            "InterfaceType": "interface",
            "Status": "in-use",
            "SourceDestCheck": True,
            "PrivateIpAddress": "10.1.1.5",
            "PrivateIpAddresses": [
                {
                    "Primary": True,
                    "PrivateIpAddress": "10.1.1.5",
                    "Association": {"PublicIp": "54.1.2.3"},
                },
            ],
            "Groups": [{"GroupId": "sg-1"}],
            "Attachment": {
                "InstanceId": "i-1",
                "InstanceOwnerId": ACCOUNT,
                "DeviceIndex": 0,
                "Status": "attached",
            },
        }
    ],
    "InternetGateways": [
        {
            "InternetGatewayId": "igw-1",
            "OwnerId": ACCOUNT,
            "Attachments": [{"VpcId": "vpc-1", "State": "available"}],
        }
    ],
}


def small_network(**lists: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a network with one interface on the Internet; `lists` take the place of its own."""
    return copy.deepcopy(_SMALL) | lists


def changed(listed: str, position: int = 0, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return the small network with some fields of one thing replaced; None takes one away."""
    found = copy.deepcopy(_SMALL)
    kept = found[listed][position] | fields
    found[listed][position] = {name: held for name, held in kept.items() if held is not None}
    return found
