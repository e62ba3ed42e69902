# SPDX-License-Identifier: Apache-2.0
"""Changes of networks give the facts that a scan would give after they were applied."""

from collections.abc import Callable
from typing import Any

import pytest

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Workload
from bartizan.model.facts.network import (
    AccessList,
    Interface,
    Network,
    PrefixList,
    Rule,
    SecurityGroup,
    Subnet,
)
from bartizan.model.facts.routing import (
    Gateway,
    Peering,
    Route,
    RouteTable,
    TransitAttachment,
    TransitGateway,
    TransitRoute,
)
from bartizan.model.facts.service import Endpoint, EndpointService
from bartizan.model.record import Record, RecordList
from bartizan.model.table import Row
from bartizan.sources.aws.normalise import AwsNormaliser
from bartizan.sources.terraform.overlay import Laid, lay
from bartizan.sources.terraform.plan import read
from tests.fakes.network_records import network_facts, network_records
from tests.fakes.planned_network import GROUP, INTERFACE, SUBNET, VPC, WRITTEN, applied, written
from tests.fakes.terraform_plan import ACCOUNT, REGION, Described, change, plan

ALL = "0.0.0.0/0"
TABLES: tuple[type[Row], ...] = (
    Network, Subnet, Interface, SecurityGroup, AccessList, Rule, PrefixList, RouteTable, Route,
    Gateway, Peering, TransitGateway, TransitAttachment, TransitRoute, Endpoint, EndpointService,
    Workload,
)  # fmt: skip
Change = Callable[[dict[str, Any]], None]


def laid(*changes: Described, records: tuple[Record, ...] = ()) -> Laid:
    return lay([read(plan(*changes), "p")], RecordList(records), said={}, key=b"0" * 32)


def told(facts: Facts) -> dict[str, list[str]]:
    """Return what facts say of networks."""
    return {
        table.__name__: sorted(repr(row) for row in facts.rows(table))
        for table in TABLES
        if facts.rows(table)
    }


def after(found: Laid) -> dict[str, list[str]]:
    return told(AwsNormaliser()(found.overlay))


def described(*edits: Change) -> dict[str, list[str]]:
    """Return what is said of the network once it was applied and something changed."""
    estate = applied()
    for edit in edits:
        edit(estate)
    return told(network_facts((ACCOUNT, REGION, estate)))


HELD = network_records(applied())


def test_a_network_is_what_a_scan_would_find_of_it() -> None:
    found = laid(*written())

    assert after(found) == described()
    assert found.gaps == ()
    assert found.others == {}


def test_a_network_that_goes_leaves_nothing() -> None:
    changes = [change(address, before=before) for address, before in WRITTEN.items()]

    assert after(laid(*changes, records=HELD)) == {}


def test_a_change_of_nothing_but_names_changes_nothing_else() -> None:
    changes = [change(address, before=after, after=after) for address, after in WRITTEN.items()]

    assert after(laid(*changes, records=HELD)) == described()


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
        }
    ]
    estate["RouteTables"][1]["Routes"].append(
        {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1"}
    )


def closed_door(estate: dict[str, Any]) -> None:
    bucket_door(estate)
    del estate["VpcEndpoints"]
    del estate["RouteTables"][1]["Routes"][-1]


SSH = {"from_port": 22, "to_port": 22, "security_group_id": GROUP}
OFFICES = {"id": "pl-1", "name": "offices"}
TGW: dict[str, Described] = {
    "aws_ec2_transit_gateway.t": {
        "id": "tgw-1",
        "default_route_table_association": "disable",
        "default_route_table_propagation": "disable",
    },
    "aws_ec2_transit_gateway_route_table.t": {"id": "tgw-rtb-1", "transit_gateway_id": "tgw-1"},
    "aws_ec2_transit_gateway_vpc_attachment.t": {
        "id": "tgw-attach-1",
        "transit_gateway_id": "tgw-1",
        "vpc_id": VPC,
        "subnet_ids": [SUBNET],
    },
    "aws_ec2_transit_gateway_route_table_association.t": {
        "transit_gateway_route_table_id": "tgw-rtb-1",
        "transit_gateway_attachment_id": "tgw-attach-1",
    },
    "aws_ec2_transit_gateway_route_table_propagation.t": {
        "transit_gateway_route_table_id": "tgw-rtb-1",
        "transit_gateway_attachment_id": "tgw-attach-1",
    },
    "aws_ec2_transit_gateway_route.t": {
        "transit_gateway_route_table_id": "tgw-rtb-1",
        "destination_cidr_block": "10.0.0.0/8",
        "blackhole": True,
    },
}

CASES: dict[str, tuple[tuple[Change, ...], tuple[Change, ...], list[Described]]] = {
    "a rule that is written apart": (
        (),
        (open_ssh,),
        [
            change(
                "aws_security_group_rule.ssh",
                after=SSH | {"type": "ingress", "protocol": "6", "cidr_blocks": [ALL]},
            )
        ],
    ),
    "a rule of the newer type": (
        (),
        (open_ssh,),
        [
            change(
                "aws_vpc_security_group_ingress_rule.ssh",
                after=SSH | {"ip_protocol": "tcp", "cidr_ipv4": ALL},
            )
        ],
    ),
    "a rule that goes": (
        (open_ssh,),
        (),
        [
            change(
                "aws_security_group_rule.ssh",
                before=SSH | {"type": "ingress", "protocol": "tcp", "cidr_blocks": [ALL]},
            )
        ],
    ),
    "a rule that changes": (
        (open_ssh,),
        (),
        [
            change(
                "aws_vpc_security_group_ingress_rule.ssh",
                before=SSH | {"ip_protocol": "tcp", "cidr_ipv4": ALL},
                after={
                    "security_group_id": GROUP,
                    "ip_protocol": "tcp",
                    "from_port": 443,
                    "to_port": 443,
                    "cidr_ipv4": "192.0.2.0/24",
                },
            )
        ],
    ),
    "a rule for the group itself": (
        (),
        (admit_itself,),
        [
            change(
                "aws_security_group_rule.self",
                after={
                    "security_group_id": GROUP, "type": "ingress", "protocol": "all",
                    "from_port": 0, "to_port": 0, "self": True,
                },
            )
        ],
    ),
    "a group whose blocks are emptied": (
        (),
        (close_web,),
        [
            change(
                "aws_security_group.web",
                before=WRITTEN["aws_security_group.web"],
                after=WRITTEN["aws_security_group.web"] | {"ingress": []},
            )
        ],
    ),
    "a group whose rules are written apart": (
        (open_ssh,),
        (open_ssh,),
        [
            {
                **change(
                    "aws_security_group.web",
                    before=WRITTEN["aws_security_group.web"],
                    after=WRITTEN["aws_security_group.web"],
                ),
                "computed": ("ingress", "egress"),
            }
        ],
    ),
    "a route that goes": (
        (),
        (no_route,),
        [
            change(
                "aws_route.out",
                before={
                    "route_table_id": "rtb-1", "destination_cidr_block": ALL,
                    "gateway_id": "igw-1",
                },
            )
        ],
    ),
    "a route that comes": (
        (no_route,),
        (),
        [
            change(
                "aws_route.out",
                after={
                    "route_table_id": "rtb-1", "destination_cidr_block": ALL,
                    "gateway_id": "igw-1", "nat_gateway_id": "",
                },
            )
        ],
    ),
    "an outward gateway and its route": (
        (),
        (six_out,),
        [
            change("aws_egress_only_internet_gateway.e", after={"id": "eigw-1", "vpc_id": VPC}),
            change(
                "aws_route.six",
                after={
                    "route_table_id": "rtb-1",
                    "destination_ipv6_cidr_block": "::/0",
                    "egress_only_gateway_id": "eigw-1",
                },
            ),
        ],
    ),
    "another table": (
        (),
        (second_table,),
        [
            change("aws_route_table.two", after={"id": "rtb-2", "vpc_id": VPC, "route": []}),
            change(
                "aws_route_table_association.web",
                before={"route_table_id": "rtb-1", "subnet_id": SUBNET},
                after={"route_table_id": "rtb-2", "subnet_id": SUBNET},
            ),
        ],
    ),
    "no table of its own": (
        (),
        (unassociated,),
        [
            change(
                "aws_route_table_association.web",
                before={"route_table_id": "rtb-1", "subnet_id": SUBNET},
            )
        ],
    ),
    "another main table": (
        (),
        (other_main,),
        [
            change(
                "aws_main_route_table_association.m",
                after={"vpc_id": VPC, "route_table_id": "rtb-1"},
            )
        ],
    ),
    "a main table that goes back": (
        (other_main,),
        (),
        [
            change(
                "aws_main_route_table_association.m",
                before={
                    "vpc_id": VPC, "route_table_id": "rtb-1",
                    "original_route_table_id": "rtb-main",
                },
            )
        ],
    ),
    "a gateway that is detached": (
        (),
        (detached,),
        [
            change(
                "aws_internet_gateway_attachment.a",
                before={"internet_gateway_id": "igw-1", "vpc_id": VPC},
            )
        ],
    ),
    "a gateway that is attached": (
        (detached,),
        (),
        [
            change(
                "aws_internet_gateway_attachment.a",
                after={"internet_gateway_id": "igw-1", "vpc_id": VPC},
            )
        ],
    ),
    "an access list of its own": (
        (),
        (own_list,),
        [
            change(
                "aws_network_acl.n",
                after={
                    "id": "acl-1",
                    "vpc_id": VPC,
                    "subnet_ids": [SUBNET],
                    "ingress": [
                        {
                            "rule_no": 10, "action": "DENY", "protocol": "tcp",
                            "from_port": 22, "to_port": 22, "cidr_block": ALL,
                        }
                    ],
                },
            )
        ],
    ),
    "a rule of an access list": (
        (),
        (list_rule,),
        [
            change(
                "aws_network_acl_rule.r",
                after={
                    "network_acl_id": "acl-default", "rule_number": 5, "egress": True,
                    "rule_action": "deny", "protocol": "udp", "from_port": 53, "to_port": 53,
                    "cidr_block": ALL,
                },
            )
        ],
    ),
    "a rule of an access list that goes": (
        (list_rule,),
        (),
        [
            change(
                "aws_network_acl_rule.r",
                before={"network_acl_id": "acl-default", "rule_number": 5, "egress": True},
            )
        ],
    ),
    "another access list that goes": (
        (own_list,),
        (),
        [change("aws_network_acl.n", before={"id": "acl-1", "vpc_id": VPC})],
    ),
    "another range": (
        (),
        (more_range,),
        [
            change(
                "aws_vpc_ipv4_cidr_block_association.c",
                after={"vpc_id": VPC, "cidr_block": "10.9.0.0/16"},
            )
        ],
    ),
    "a range that goes": (
        (more_range,),
        (),
        [
            change(
                "aws_vpc_ipv4_cidr_block_association.c",
                before={"vpc_id": VPC, "cidr_block": "10.9.0.0/16"},
            )
        ],
    ),
    "an instance in another group": (
        (),
        (other_group,),
        [
            change(
                "aws_instance.web",
                before=WRITTEN["aws_instance.web"],
                after=WRITTEN["aws_instance.web"] | {"vpc_security_group_ids": ["sg-default"]},
            )
        ],
    ),
    "one more group": (
        (),
        (both_groups,),
        [
            change(
                "aws_network_interface_sg_attachment.g",
                after={"network_interface_id": INTERFACE, "security_group_id": "sg-default"},
            )
        ],
    ),
    "one group less": (
        (both_groups,),
        (),
        [
            change(
                "aws_network_interface_sg_attachment.g",
                before={"network_interface_id": INTERFACE, "security_group_id": "sg-default"},
            )
        ],
    ),
    "an address that stands for an instance": (
        (),
        (elastic,),
        [
            change(
                "aws_eip.e",
                after={"id": "eipalloc-1", "public_ip": "203.0.113.9", "instance": "i-1"},
            )
        ],
    ),
    "a peering": (
        (),
        (peered,),
        [
            change(
                "aws_vpc_peering_connection.p",
                after={
                    "id": "pcx-1", "vpc_id": VPC, "peer_vpc_id": "vpc-9",
                    "peer_owner_id": "222222222222",
                },
            ),
            change(
                "aws_vpc_peering_connection_accepter.p",
                after={"vpc_peering_connection_id": "pcx-1", "auto_accept": True},
            ),
        ],
    ),
    "a list of ranges": (
        (),
        (listed,),
        [
            change(
                "aws_ec2_managed_prefix_list.l",
                after=OFFICES | {"entry": [{"cidr": "192.0.2.0/25"}]},
            ),
            change(
                "aws_ec2_managed_prefix_list_entry.e",
                after={"prefix_list_id": "pl-1", "cidr": "192.0.2.128/25"},
            ),
        ],
    ),
    "an entry that goes": (
        (listed,),
        (unlisted,),
        [
            change(
                "aws_ec2_managed_prefix_list_entry.e",
                before={"prefix_list_id": "pl-1", "cidr": "192.0.2.128/25"},
            )
        ],
    ),
    "a transit gateway": (
        (),
        (joined,),
        [change(address, after=after) for address, after in TGW.items()],
    ),
    "a transit gateway that goes": (
        (joined,),
        (),
        [change(address, before=before) for address, before in TGW.items()],
    ),
    "a door to buckets": (
        (closed_door,),
        (bucket_door,),
        [
            change(
                "aws_vpc_endpoint.s3",
                after={
                    "id": "vpce-1",
                    "vpc_id": VPC,
                    "service_name": "com.amazonaws.eu-west-1.s3",
                    "vpc_endpoint_type": "Gateway",
                    "route_table_ids": ["rtb-1"],
                },
            )
        ],
    ),
    "a door to buckets that goes": (
        (bucket_door,),
        (closed_door,),
        [change("aws_vpc_endpoint.s3", before={"id": "vpce-1"})],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_change_gives_the_facts_of_a_scan_afterwards(name: str) -> None:
    before, expected, changes = CASES[name]
    estate = applied()
    for edit in before:
        edit(estate)

    found = laid(*changes, records=network_records(estate))

    assert after(found) == described(*expected)
    assert found.gaps == ()
    assert found.others == {}
