# SPDX-License-Identifier: Apache-2.0
"""Balancers, endpoints, transit gateways and databases that AWS has not named yet."""

import pytest

from bartizan.model.facts.estate import Store, Trigger
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import Interface
from bartizan.model.facts.routing import TransitAttachment
from bartizan.model.facts.service import (
    Balancer,
    Endpoint,
    EndpointService,
    Listener,
    ServicePort,
    Target,
    TargetGroup,
)
from tests.fakes.new_objects import HELD, facts, laid, new, only, operations
from tests.fakes.planned_network import GROUP, INSTANCE, INTERFACE, SUBNET, VPC
from tests.fakes.terraform_plan import Described, change, referring

BALANCER = "aws_lb.front"


def front() -> list[Described]:
    """A load balancer before an instance."""
    balancer = new(BALANCER, "dns_name", name="front", internal=False, subnets=[SUBNET],
                   security_groups=[GROUP], load_balancer_type="application")  # fmt: skip
    group = new("aws_lb_target_group.g", "preserve_client_ip", name="g", port=8080,
                protocol="HTTP", vpc_id=VPC, target_type="instance")  # fmt: skip
    listener = change(
        "aws_lb_listener.l",
        after={"port": 443, "protocol": "HTTPS", "default_action": [{"type": "forward"}]},
        unknown={"arn": True, "id": True, "load_balancer_arn": True,
                 "default_action": [{"target_group_arn": True}]},
        refers={
            "load_balancer_arn": referring(f"{BALANCER}.arn"),
            "default_action": [{"target_group_arn": referring("aws_lb_target_group.g.arn")}],
        },
    )  # fmt: skip
    listener["computed"] = ("arn", "id")
    attached = change(
        "aws_lb_target_group_attachment.a",
        after={"target_id": INSTANCE, "port": 8080},
        unknown={"target_group_arn": True},
        refers={"target_group_arn": referring("aws_lb_target_group.g.arn")},
    )
    return [balancer, group, listener, attached]


def test_a_load_balancer_has_nodes_listeners_and_targets() -> None:
    # The provider tells the other form of what the code writes in one.
    one = front()
    one[0]["change"]["after_unknown"]["subnet_mapping"] = True
    one[0]["computed"] += ("subnet_mapping",)

    found = laid(*one)

    balancer = only(found, Balancer)
    (node,) = balancer.interfaces
    assert only(found, Interface, id=node).public
    assert only(found, Interface, id=node).groups == (GROUP,)
    listener, group = only(found, Listener), only(found, TargetGroup)
    assert (listener.balancer, listener.port) == (balancer.arn, 443)
    assert listener.target_groups == (group.arn,)
    assert only(found, Target).id == INSTANCE
    assert found.gaps == ()


def test_a_load_balancer_that_changes_groups_changes_those_of_its_nodes() -> None:
    made = laid(*front())
    arn = only(made, Balancer).arn
    held = (*HELD, *made.overlay.put.values())
    values = {"arn": arn, "name": "front", "internal": False, "subnets": [SUBNET],
              "load_balancer_type": "application"}  # fmt: skip

    found = laid(
        change(BALANCER, before=values, after=values | {"security_groups": ["sg-default"]}),
        records=held,
    )

    (node,) = only(found, Balancer).interfaces
    assert only(found, Interface, id=node).groups == ("sg-default",)


def test_a_load_balancer_that_goes_takes_its_nodes_with_it() -> None:
    made = laid(*front())
    held = (*HELD, *made.overlay.put.values())
    gone = [
        change(BALANCER, before={"arn": only(made, Balancer).arn}),
        change("aws_lb_listener.l", before={"arn": only(made, Listener).arn}),
        change("aws_lb_target_group.g", before={"arn": only(made, TargetGroup).arn}),
    ]

    found = facts(laid(*gone, records=held))

    assert [row.id for row in found.rows(Interface)] == [INTERFACE]
    assert found.rows(Balancer) == ()
    assert found.rows(Listener) == ()
    assert found.rows(TargetGroup) == ()


def test_a_rule_of_a_listener_is_one_of_its_ways() -> None:
    rule = change(
        "aws_lb_listener_rule.r",
        after={"action": [{"type": "forward", "target_group_arn": "arn:other"}]},
        unknown={"arn": True, "listener_arn": True},
        refers={"listener_arn": referring("aws_lb_listener.l.arn")},
    )
    rule["computed"] = ("arn",)

    found = laid(*front(), rule)

    assert "arn:other" in only(found, Listener).target_groups


def test_an_endpoint_has_an_interface_in_each_subnet() -> None:
    endpoint = new("aws_vpc_endpoint.e", "network_interface_ids", "prefix_list_id", "policy",
                   vpc_id=VPC, service_name="com.amazonaws.eu-west-1.ssm",
                   vpc_endpoint_type="Interface", subnet_ids=[SUBNET],
                   security_group_ids=[GROUP], private_dns_enabled=True)  # fmt: skip
    more = change(
        "aws_vpc_endpoint_security_group_association.m",
        after={"security_group_id": "sg-default"},
        unknown={"vpc_endpoint_id": True},
        refers={"vpc_endpoint_id": referring("aws_vpc_endpoint.e.id")},
    )

    found = laid(endpoint, more)

    (interface,) = only(found, Endpoint).interfaces
    assert only(found, Interface, id=interface).groups == (GROUP, "sg-default")
    assert found.gaps == ()


def test_a_gateway_endpoint_whose_list_of_ranges_was_not_read_is_told() -> None:
    endpoint = new("aws_vpc_endpoint.e", "prefix_list_id", "policy", vpc_id=VPC,
                   service_name="com.amazonaws.eu-west-1.s3", vpc_endpoint_type="Gateway",
                   route_table_ids=["rtb-1"])  # fmt: skip

    assert operations(laid(endpoint)) == ["aws_vpc_endpoint.e.prefix_list_id"]


def test_a_service_behind_endpoints_says_who_may_ask_for_it() -> None:
    service = new("aws_vpc_endpoint_service.s", "service_name", "allowed_principals",
                  acceptance_required=False, network_load_balancer_arns=["arn:nlb"])  # fmt: skip
    principal = change(
        "aws_vpc_endpoint_service_allowed_principal.p",
        after={"principal_arn": "*"},
        unknown={"vpc_endpoint_service_id": True},
        refers={"vpc_endpoint_service_id": referring("aws_vpc_endpoint_service.s.id")},
    )

    found = only(laid(service, principal), EndpointService)

    assert (found.principals, found.balancers) == (("*",), ("arn:nlb",))


def test_a_transit_gateway_lets_a_network_in_by_default() -> None:
    gateway = new("aws_ec2_transit_gateway.t", "association_default_route_table_id",
                  "propagation_default_route_table_id")  # fmt: skip
    attached = new("aws_ec2_transit_gateway_vpc_attachment.a", vpc_id=VPC, subnet_ids=[SUBNET],
                   refers={"transit_gateway_id": referring("aws_ec2_transit_gateway.t.id")},
                   )  # fmt: skip

    found = laid(gateway, attached)

    attachment = only(found, TransitAttachment)
    assert attachment.route_table.startswith("tgw-rtb-")
    assert attachment.available
    assert found.gaps == ()


def database() -> list[Described]:
    group = new("aws_db_subnet_group.g", name="inside", subnet_ids=[SUBNET])
    instance = new("aws_db_instance.d", "port", identifier="d", engine="postgres",
                   db_subnet_group_name="inside", vpc_security_group_ids=[GROUP],
                   publicly_accessible=False)  # fmt: skip
    return [group, instance]


def test_a_database_listens_on_the_port_of_its_engine() -> None:
    found = laid(*database())

    port = only(found, ServicePort)
    assert (port.port, len(port.interfaces)) == (5432, 1)
    assert only(found, Store, kind="AWS::RDS::DBInstance").name
    assert found.gaps == ()


def test_a_database_in_a_group_of_subnets_that_nobody_read_is_told() -> None:
    _, instance = database()

    assert operations(laid(instance)) == ["aws_db_instance.d.db_subnet_group_name"]


def test_a_database_that_changes_groups_changes_those_of_its_interface() -> None:
    made = laid(*database())
    held = (*HELD, *made.overlay.put.values())
    arn = only(made, Store, kind="AWS::RDS::DBInstance").arn
    values = {"arn": arn, "identifier": "d", "engine": "postgres", "port": 5432,
              "vpc_security_group_ids": [GROUP]}  # fmt: skip

    found = laid(
        change(
            "aws_db_instance.d",
            before=values,
            after=values | {"vpc_security_group_ids": ["sg-default"]},
        ),
        records=held,
    )

    (interface,) = only(found, ServicePort).interfaces
    assert only(found, Interface, id=interface).groups == ("sg-default",)


_NAMING = (
    "security_group_id",
    "network_acl_id",
    "internet_gateway_id",
    "network_interface_id",
    "instance_id",
    "allocation_id",
    "vpc_endpoint_id",
    "target_group_arn",
    "transit_gateway_route_table_id",
    "prefix_list_id",
    "transit_gateway_attachment_id",
    "vpc_peering_connection_id",
)
"""What names the thing of which an object is a part."""


@pytest.mark.parametrize(
    "address",
    [
        "aws_route.r",
        "aws_route_table_association.r",
        "aws_main_route_table_association.r",
        "aws_security_group_rule.r",
        "aws_network_acl_rule.r",
        "aws_network_acl_association.r",
        "aws_internet_gateway_attachment.r",
        "aws_network_interface_attachment.r",
        "aws_network_interface_sg_attachment.r",
        "aws_eip_association.r",
        "aws_vpc_endpoint_route_table_association.r",
        "aws_vpc_endpoint_policy.r",
        "aws_lb_target_group_attachment.r",
        "aws_ec2_transit_gateway_route.r",
        "aws_ec2_managed_prefix_list_entry.r",
        "aws_vpc_peering_connection_accepter.r",
    ],
)
def test_a_part_of_something_that_was_not_read_is_told_and_never_lost(address: str) -> None:
    after = {
        "protocol": "-1", "rule_action": "allow", "cidr_block": "0.0.0.0/0", "type": "ingress",
        "destination_cidr_block": "0.0.0.0/0", "gateway_id": "igw-1", "cidr": "10.0.0.0/8",
        "subnet_id": SUBNET, "vpc_id": VPC, "auto_accept": True, "target_id": "i-1",
        **dict.fromkeys(_NAMING, "gone-1"),
    }  # fmt: skip

    found = laid(change(address, after=after))

    assert len(found.gaps) == 1
    assert facts(found).rows(Unread)


def test_a_database_that_is_opened_to_the_public_has_a_public_address() -> None:
    made = laid(*database())
    held = (*HELD, *made.overlay.put.values())
    arn = only(made, Store, kind="AWS::RDS::DBInstance").arn
    values = {"arn": arn, "identifier": "d", "engine": "postgres", "port": 5432,
              "vpc_security_group_ids": [GROUP]}  # fmt: skip

    found = laid(
        change("aws_db_instance.d", before=values, after=values | {"publicly_accessible": True}),
        records=held,
    )

    (interface,) = only(found, ServicePort, public=True).interfaces
    assert only(found, Interface, id=interface).public


def test_where_subnets_differ_it_is_told_that_aws_will_choose() -> None:
    other = new("aws_subnet.b", "availability_zone", vpc_id=VPC, cidr_block="10.0.2.0/24")
    group, instance = database()
    group["change"]["after"]["subnet_ids"] = [SUBNET]
    group["change"]["after_unknown"]["subnet_ids"] = [False, True]
    group["refers"] = {"subnet_ids": referring("aws_subnet.b.id")}

    found = laid(other, group, instance)

    assert operations(found) == ["aws_db_instance.d.private_ip"]


def test_functions_behind_a_balancer_are_called_by_it() -> None:
    arn = "arn:aws:lambda:eu-west-1:111111111111:function:f"
    balancer, group, listener, attached = front()
    group["change"]["after"]["target_type"] = "lambda"
    attached["change"]["after"] = {"target_id": arn}

    found = laid(balancer, group, listener, attached)

    assert only(found, Trigger).source == only(found, Balancer).arn
    assert only(found, Trigger).workload == arn


def test_ipv6_addresses_of_a_balancer_are_told_to_be_unknown() -> None:
    balancer, *_ = front()
    balancer["change"]["after"]["ip_address_type"] = "dualstack"

    assert operations(laid(balancer)) == [f"{BALANCER}.ip_address_type"]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ({"type": {}, "target_group_arn": referring("local.g")}, True),
        ({"type": {}}, False),
        (None, True),
    ],
    ids=["written", "left to the provider", "computed"],
)
def test_what_a_block_writes_and_nobody_knows_is_named(code: Described | None, told: bool) -> None:  # noqa: FBT001 - parametrized
    listener = change(
        "aws_lb_listener.l",
        after={"arn": "arn:l", "load_balancer_arn": "arn:b", "default_action": [{"type": "x"}]},
        unknown={"default_action": [{"target_group_arn": True}]},
        refers={"default_action": [code]},
        computed=("default_action",) if code is None else (),
    )

    found = operations(laid(listener))

    assert found == ["aws_lb_listener.l.default_action[0].target_group_arn"] * told
