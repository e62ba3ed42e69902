# SPDX-License-Identifier: Apache-2.0
"""What a plan hides about networks leaves open what it would decide, and nothing else."""

from collections.abc import Mapping
from typing import Any

import pytest

from bartizan.model.facts.gap import Unread
from bartizan.model.packet import INTERNET, TCP, Blocked, Reach, Reachable
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.reaches import reaches
from bartizan.reason.network.aws.topology.topology import Topology
from tests.fakes.aws_records import record
from tests.fakes.hidden_plan import Objects, Place, planned
from tests.fakes.new_objects import facts, laid
from tests.fakes.terraform_plan import Described, change

OPEN = record("AWS::EC2::VPCBlockPublicAccessOptions", "block", InternetGatewayBlockMode="off")
ANY = {"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_block": "0.0.0.0/0", "rule_no": 1,
       "action": "allow"}  # fmt: skip
ALL: Objects = {
    "aws_vpc.v": {"id": "vpc-a", "cidr_block": "10.9.0.0/16"},
    "aws_subnet.s": {
        "id": "subnet-a", "vpc_id": "vpc-a", "cidr_block": "10.9.1.0/24",
        "map_public_ip_on_launch": True,
    },
    "aws_internet_gateway.g": {"id": "igw-a", "vpc_id": "vpc-a"},
    "aws_route_table.t": {
        "id": "rtb-a", "vpc_id": "vpc-a",
        "route": [{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-a"}],
    },
    "aws_route_table.u": {"id": "rtb-b", "vpc_id": "vpc-a", "route": []},
    "aws_route_table_association.a": {"subnet_id": "subnet-a", "route_table_id": "rtb-a"},
    "aws_network_acl.n": {
        "id": "acl-a", "vpc_id": "vpc-a", "subnet_ids": ["subnet-a"],
        "ingress": [ANY], "egress": [ANY],
    },
    "aws_security_group.x": {
        "id": "sg-a", "vpc_id": "vpc-a", "name": "x",
        "ingress": [{"protocol": "tcp", "from_port": 20, "to_port": 30,
                     "cidr_blocks": ["0.0.0.0/0"]}],
        "egress": [],
    },
    "aws_security_group.y": {"id": "sg-b", "vpc_id": "vpc-a", "name": "y", "ingress": []},
    "aws_instance.i": {
        "id": "i-a", "subnet_id": "subnet-a", "primary_network_interface_id": "eni-a",
        "vpc_security_group_ids": ["sg-a"],
    },
}  # fmt: skip


def verdict(changes: list[Described]) -> Reach:
    topology = Topology(facts(laid(*changes, records=(OPEN,))))
    return reaches(topology, INTERNET, "eni-a", TCP, 22)


DECIDING: list[tuple[str, Place, object, object]] = [
    ("aws_security_group.x", ("ingress", 0, "cidr_blocks"), ["0.0.0.0/0"], []),
    ("aws_security_group.x", ("ingress", 0, "from_port"), 20, 23),
    ("aws_security_group.x", ("ingress", 0, "to_port"), 30, 21),
    ("aws_security_group.x", ("ingress", 0, "protocol"), "tcp", "udp"),
    ("aws_security_group.x", ("ingress",), ALL["aws_security_group.x"]["ingress"], []),
    ("aws_network_acl.n", ("ingress", 0, "cidr_block"), "0.0.0.0/0", "10.0.0.0/8"),
    ("aws_network_acl.n", ("ingress", 0, "action"), "allow", "deny"),
    ("aws_network_acl.n", ("ingress", 0, "protocol"), "-1", "udp"),
    ("aws_network_acl.n", ("ingress",), [ANY], []),
    ("aws_route_table.t", ("route", 0, "gateway_id"), "igw-a", "local"),
    ("aws_route_table.t", ("route", 0, "cidr_block"), "0.0.0.0/0", "10.0.0.0/8"),
    ("aws_route_table.t", ("route",), ALL["aws_route_table.t"]["route"], []),
    ("aws_route_table_association.a", ("route_table_id",), "rtb-a", "rtb-b"),
    ("aws_instance.i", ("vpc_security_group_ids",), ["sg-a"], ["sg-b"]),
    ("aws_instance.i", ("vpc_security_group_ids", 0), "sg-a", "sg-b"),
    ("aws_instance.i", ("associate_public_ip_address",), True, False),
    ("aws_subnet.s", ("map_public_ip_on_launch",), True, False),
]


@pytest.mark.parametrize(("address", "place", "opens", "closes"), DECIDING)
def test_what_would_decide_a_packet_leaves_it_open_where_it_is_hidden(
    address: str, place: Place, opens: object, closes: object
) -> None:
    assert isinstance(verdict(planned(ALL, address, place, opens)), Reachable)
    assert isinstance(verdict(planned(ALL, address, place, closes)), Blocked)
    assert isinstance(verdict(planned(ALL, address, place, None)), Unknown)


@pytest.mark.parametrize("place", [("tags",), ("description",)])
def test_what_no_packet_depends_on_leaves_nothing_open(place: Place) -> None:
    assert isinstance(verdict(planned(ALL, "aws_security_group.x", place, None)), Reachable)


@pytest.mark.parametrize(
    ("rule", "written", "hidden"),
    [
        ("aws_vpc_security_group_ingress_rule", {"ip_protocol": "tcp"}, "cidr_ipv4"),
        (
            "aws_vpc_security_group_ingress_rule",
            {"ip_protocol": "tcp", "cidr_ipv4": "0.0.0.0/0"},
            "from_port",
        ),
        ("aws_security_group_rule", {"type": "ingress", "protocol": "tcp"}, "cidr_blocks"),
        (
            "aws_security_group_rule",
            {"type": "ingress", "cidr_blocks": ["0.0.0.0/0"]},
            "protocol",
        ),
    ],
)
def test_a_hidden_rule_that_stands_apart_leaves_its_group_open(
    rule: str, written: Mapping[str, Any], hidden: str
) -> None:
    closed = {**ALL, "aws_security_group.x": {**ALL["aws_security_group.y"], "id": "sg-a"}}
    apart = {"security_group_id": "sg-a", "from_port": 22, "to_port": 22, **written}

    assert isinstance(verdict(planned(closed, "aws_vpc.v", ("tags",), {})), Blocked)
    changes = planned({**closed, f"{rule}.r": apart}, f"{rule}.r", (hidden,), None)
    assert isinstance(verdict(changes), Unknown)


def test_where_an_object_that_has_interfaces_is_not_told_these_may_be_missing() -> None:
    database = change(
        "aws_db_instance.d",
        after={"identifier": "d", "engine": "postgres", "vpc_security_group_ids": ["sg-a"]},
        unknown={"db_subnet_group_name": True},
    )
    group = change(
        "aws_autoscaling_group.g",
        after={"name": "g", "min_size": 1, "max_size": 1, "vpc_zone_identifier": ["subnet-a"]},
    )

    def missing(*changes: Described) -> set[str]:
        rows = facts(laid(*changes, records=(OPEN,))).rows(Unread)
        return {one.operation for one in rows if one.kind == "AWS::EC2::NetworkInterface"}

    assert missing(database) == {"aws_db_instance.d.db_subnet_group_name"}
    assert missing(group) == {"aws_autoscaling_group.g.instances"}
    assert missing(change("aws_security_group.x", after=ALL["aws_security_group.x"])) == set()
