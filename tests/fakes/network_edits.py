# SPDX-License-Identifier: Apache-2.0
"""Edits of a network as the AWS API describes it: what it will be once its code has changed."""

from typing import Any

from tests.fakes.planned_network import GROUP, SUBNET, VPC
from tests.fakes.terraform_plan import ACCOUNT, REGION

ALL = "0.0.0.0/0"


def group(estate: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = (one for one in estate["SecurityGroups"] if one["GroupId"] == GROUP)
    return found


def open_ssh(estate: dict[str, Any]) -> None:
    permission = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": ALL}]}
    group(estate)["IpPermissions"].append(permission)


def close_web(estate: dict[str, Any]) -> None:
    group(estate)["IpPermissions"] = []


def admit_itself(estate: dict[str, Any]) -> None:
    group(estate)["IpPermissions"].append(
        {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": GROUP}]}
    )


def second_table(estate: dict[str, Any]) -> None:
    """The subnet looks at another table, which leads nowhere."""
    estate["RouteTables"][1]["Associations"] = []
    estate["RouteTables"].append(
        {
            "RouteTableId": "rtb-2",
            "VpcId": VPC,
            "OwnerId": ACCOUNT,
            "Associations": [{"SubnetId": SUBNET}],
            "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}],
        }
    )


def no_route(estate: dict[str, Any]) -> None:
    del estate["RouteTables"][1]["Routes"][1]


def unassociated(estate: dict[str, Any]) -> None:
    estate["RouteTables"][1]["Associations"] = []


def other_main(estate: dict[str, Any]) -> None:
    estate["RouteTables"][1]["Associations"].append({"Main": True})
    estate["RouteTables"][0]["Associations"] = []


def six_out(estate: dict[str, Any]) -> None:
    estate["RouteTables"][1]["Routes"].append(
        {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"}
    )
    estate["EgressOnlyInternetGateways"] = [
        {
            "EgressOnlyInternetGatewayId": "eigw-1",
            "OwnerId": ACCOUNT,
            "Attachments": [{"State": "attached", "VpcId": VPC}],
        }
    ]


def detached(estate: dict[str, Any]) -> None:
    estate["InternetGateways"][0]["Attachments"] = []


def own_list(estate: dict[str, Any]) -> None:
    estate["NetworkAcls"][0]["Associations"] = []
    entry = {"Protocol": "6", "PortRange": {"From": 22, "To": 22}, "CidrBlock": ALL}
    estate["NetworkAcls"].append(
        {
            "NetworkAclId": "acl-1",
            "VpcId": VPC,
            "OwnerId": ACCOUNT,
            "Entries": [
                {"RuleNumber": 10, "RuleAction": "deny", "Egress": False, **entry},
                *estate["NetworkAcls"][0]["Entries"][2:],
            ],
            "Associations": [{"SubnetId": SUBNET}],
        }
    )


def list_rule(estate: dict[str, Any]) -> None:
    estate["NetworkAcls"][0]["Entries"].append(
        {
            "RuleNumber": 5,
            "RuleAction": "deny",
            "Egress": True,
            "Protocol": "17",
            "PortRange": {"From": 53, "To": 53},
            "CidrBlock": ALL,
        }
    )


def more_range(estate: dict[str, Any]) -> None:
    block = {"CidrBlock": "10.9.0.0/16", "CidrBlockState": {"State": "associated"}}
    estate["Vpcs"][0]["CidrBlockAssociationSet"].append(block)
    for table in estate["RouteTables"]:
        table["Routes"].append({"DestinationCidrBlock": "10.9.0.0/16", "GatewayId": "local"})


def other_group(estate: dict[str, Any]) -> None:
    estate["NetworkInterfaces"][0]["Groups"] = [{"GroupId": "sg-default"}]


def both_groups(estate: dict[str, Any]) -> None:
    estate["NetworkInterfaces"][0]["Groups"].append({"GroupId": "sg-default"})


def elastic(estate: dict[str, Any]) -> None:
    """Another public address stands for the instance's."""
    address = {"PublicIp": "203.0.113.9"}
    interface = estate["NetworkInterfaces"][0]
    interface["PrivateIpAddresses"][0]["Association"] = address
    estate["Addresses"] = [{"AllocationId": "eipalloc-1", "PublicIp": "203.0.113.9"}]


def peered(estate: dict[str, Any]) -> None:
    estate["VpcPeeringConnections"] = [
        {
            "VpcPeeringConnectionId": "pcx-1",
            "Status": {"Code": "active"},
            "RequesterVpcInfo": {
                "VpcId": VPC, "OwnerId": ACCOUNT, "Region": REGION,
                "CidrBlockSet": [{"CidrBlock": "10.0.0.0/16"}],
            },
            "AccepterVpcInfo": {"VpcId": "vpc-9", "OwnerId": "222222222222", "Region": REGION},
        }
    ]  # fmt: skip


def listed(estate: dict[str, Any]) -> None:
    estate["PrefixLists"] = [
        {
            "PrefixListId": "pl-1",
            "PrefixListName": "offices",
            "OwnerId": ACCOUNT,
            "Entries": [{"Cidr": "192.0.2.0/25"}, {"Cidr": "192.0.2.128/25"}],
        }
    ]


def unlisted(estate: dict[str, Any]) -> None:
    listed(estate)
    del estate["PrefixLists"][0]["Entries"][1]


def joined(estate: dict[str, Any]) -> None:
    estate["TransitGateways"] = [{"TransitGatewayId": "tgw-1", "OwnerId": ACCOUNT}]
    estate["TransitGatewayVpcAttachments"] = [
        {
            "TransitGatewayAttachmentId": "tgw-attach-1",
            "TransitGatewayId": "tgw-1",
            "VpcId": VPC,
            "VpcOwnerId": ACCOUNT,
            "SubnetIds": [SUBNET],
            "State": "available",
        }
    ]
    name = {"TransitGatewayAttachmentId": "tgw-attach-1"}
    estate["TransitGatewayRouteTables"] = [
        {
            "TransitGatewayRouteTableId": "tgw-rtb-1",
            "TransitGatewayId": "tgw-1",
            "Associations": [{**name, "State": "associated"}],
            "Routes": [
                {
                    "DestinationCidrBlock": "10.0.0.0/16",
                    "Type": "propagated",
                    "State": "active",
                    "TransitGatewayAttachments": [name],
                },
                {"DestinationCidrBlock": "10.0.0.0/8", "Type": "static", "State": "blackhole"},
            ],
        }
    ]


_OPEN = (
    '{"Version": "2008-10-17", "Statement": '
    '[{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}'
)
"""The policy that AWS gives an endpoint where nobody writes one.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#default-endpoint-policy
"""


def bucket_door(estate: dict[str, Any]) -> None:
    listed(estate)
    estate["PrefixLists"][0] |= {"PrefixListName": "com.amazonaws.eu-west-1.s3"}
    estate["VpcEndpoints"] = [
        {
            "VpcEndpointId": "vpce-1",
            "VpcEndpointType": "Gateway",
            "VpcId": VPC,
            "OwnerId": ACCOUNT,
            "ServiceName": "com.amazonaws.eu-west-1.s3",
            "State": "available",
            "PolicyDocument": _OPEN,
        }
    ]
    estate["RouteTables"][1]["Routes"].append(
        {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1"}
    )


def closed_door(estate: dict[str, Any]) -> None:
    bucket_door(estate)
    del estate["VpcEndpoints"]
    del estate["RouteTables"][1]["Routes"][-1]
