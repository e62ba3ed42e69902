# SPDX-License-Identifier: Apache-2.0
"""Changes of the ways that packets take: routes, gateways, peerings, lists of ranges."""

import pytest

from tests.fakes.laid_network import Change, after, described, laid
from tests.fakes.network_edits import (
    ALL,
    bucket_door,
    closed_door,
    detached,
    joined,
    listed,
    more_range,
    no_route,
    other_main,
    peered,
    second_table,
    six_out,
    unassociated,
    unlisted,
)
from tests.fakes.network_records import network_records
from tests.fakes.planned_network import SUBNET, VPC, applied
from tests.fakes.terraform_plan import Described, change

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
    "a route that the code computes": (
        (no_route,),
        (),
        [
            change(
                "aws_route_table.web",
                before={"id": "rtb-1", "vpc_id": VPC, "route": []},
                after={
                    "id": "rtb-1",
                    "vpc_id": VPC,
                    "route": [{"cidr_block": ALL, "gateway_id": "igw-1", "nat_gateway_id": ""}],
                },
                computed=("route",),
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
    "a list of ranges that the code computes": (
        (),
        (listed,),
        [
            change(
                "aws_ec2_managed_prefix_list.l",
                after=OFFICES | {"entry": [{"cidr": "192.0.2.0/25"}, {"cidr": "192.0.2.128/25"}]},
                computed=("entry",),
            )
        ],
    ),
    "a list of ranges that is computed to be shorter": (
        (listed,),
        (unlisted,),
        [
            change(
                "aws_ec2_managed_prefix_list.l",
                before=OFFICES | {"entry": [{"cidr": "192.0.2.0/25"}, {"cidr": "192.0.2.128/25"}]},
                after=OFFICES | {"entry": [{"cidr": "192.0.2.0/25"}]},
                computed=("entry",),
            )
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
