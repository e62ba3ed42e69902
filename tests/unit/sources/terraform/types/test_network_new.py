# SPDX-License-Identifier: Apache-2.0
"""What AWS makes and names beside what the code writes: interfaces, addresses, networks."""

from typing import Any

import pytest

from bartizan.model.facts.estate import Workload
from bartizan.model.facts.network import (
    AccessList,
    Interface,
    InternetBlock,
    InternetBlockExclusion,
    Rule,
    SecurityGroup,
    Subnet,
)
from bartizan.model.facts.routing import Gateway, Route, RouteTable
from bartizan.model.record import RecordList
from bartizan.sources.terraform.overlay import lay
from bartizan.sources.terraform.plan import read
from tests.fakes.network_records import network_records
from tests.fakes.new_objects import HELD, facts, laid, new, only, operations
from tests.fakes.planned_network import GROUP, INSTANCE, INTERFACE, SUBNET, VPC, applied
from tests.fakes.terraform_plan import Described, change, plan, referring


def test_a_new_network_comes_with_a_group_a_list_and_a_table() -> None:
    network = new(
        "aws_vpc.n", "default_security_group_id", "default_network_acl_id", "main_route_table_id",
        "default_route_table_id", "ipv6_cidr_block", cidr_block="10.7.0.0/16",
    )  # fmt: skip
    subnet = new("aws_subnet.s", "availability_zone", cidr_block="10.7.1.0/24",
                 refers={"vpc_id": referring("aws_vpc.n.id")})  # fmt: skip

    found = laid(network, subnet, records=())

    table = only(found, RouteTable, main=True)
    acl = only(found, AccessList)
    made = only(found, Subnet)
    assert (made.network, made.route_table, made.acl) == (table.network, table.id, acl.id)
    assert only(found, SecurityGroup).name == "default"
    assert only(found, Route).target_kind == "local"
    assert found.gaps == ()


def test_ranges_that_aws_gives_out_are_told_to_be_unknown() -> None:
    network = new("aws_vpc.n", "ipv6_cidr_block", "default_security_group_id",
                  "default_network_acl_id", "main_route_table_id", cidr_block="10.7.0.0/16",
                  assign_generated_ipv6_cidr_block=True)  # fmt: skip

    assert operations(laid(network)) == ["aws_vpc.n.ipv6_cidr_block"]


def test_two_plans_with_one_address_make_two_things() -> None:
    both = [read(plan(new("aws_security_group.g", name=name, vpc_id=VPC)), name) for name in "ab"]

    found = lay(both, RecordList(HELD), said={}, key=b"0" * 32)

    names = {row.name for row in facts(found).rows(SecurityGroup)}
    assert names == {"default", "web", "a", "b"}


def test_a_new_group_sends_nothing_unless_it_says_so() -> None:
    """The provider takes out the rule that AWS makes."""
    found = laid(new("aws_security_group.g", "ingress", "egress", name="g", vpc_id=VPC))

    group = only(found, SecurityGroup, name="g")
    assert not [row for row in found.overlay.of("AWS::EC2::SecurityGroup") if row.id == group.id]
    assert found.gaps == ()
    body = next(
        row.body
        for row in found.overlay.of("AWS::EC2::SecurityGroup")
        if row.body["GroupId"] == group.id
    )
    assert body["IpPermissionsEgress"] == []


def test_a_default_group_that_the_code_adopts_has_what_the_code_says_alone() -> None:
    adopted = new("aws_default_security_group.d", "ingress", "egress", vpc_id=VPC)

    found = laid(adopted)

    (body,) = (
        row.body
        for row in found.overlay.of("AWS::EC2::SecurityGroup")
        if row.body["GroupId"] == "sg-default"
    )
    assert (body["IpPermissions"], body["IpPermissionsEgress"]) == ([], [])


def test_what_the_code_adopted_stays_when_the_code_lets_go_of_it() -> None:
    gone = change("aws_default_security_group.d", before={"id": "sg-default", "vpc_id": VPC})

    assert laid(gone).overlay.dropped == frozenset()


def test_a_range_that_a_rule_will_know_later_is_told_by_name() -> None:
    rule = change(
        "aws_security_group_rule.r",
        after={"security_group_id": GROUP, "type": "ingress", "protocol": "tcp",
               "from_port": 22, "to_port": 22},
        unknown={"cidr_blocks": [True]},
    )  # fmt: skip

    assert operations(laid(rule)) == ["aws_security_group_rule.r.cidr_blocks[0]"]


def test_a_route_whose_gateway_nobody_knows_yet_is_told_by_name() -> None:
    route = change(
        "aws_route.r",
        after={"route_table_id": "rtb-1", "destination_cidr_block": "192.0.2.0/24"},
        unknown={"nat_gateway_id": True},
    )

    assert operations(laid(route)) == ["aws_route.r.nat_gateway_id"]


def test_a_nat_gateway_has_an_interface_and_an_address() -> None:
    address = new("aws_eip.e", "public_ip", "network_interface", "instance", domain="vpc")
    gateway = new("aws_nat_gateway.g", "private_ip", "public_ip", "connectivity_type",
                  subnet_id=SUBNET,
                  refers={"allocation_id": referring("aws_eip.e.id")})  # fmt: skip
    route = change(
        "aws_route.r",
        after={"route_table_id": "rtb-1", "destination_cidr_block": "192.0.2.0/24"},
        unknown={"nat_gateway_id": True},
        refers={"nat_gateway_id": referring("aws_nat_gateway.g.id")},
    )

    found = laid(address, gateway, route)

    made = only(found, Gateway, kind="nat")
    (interface,) = made.interfaces
    assert only(found, Interface, id=interface).public
    assert only(found, Route, target=made.id).destination == "192.0.2.0/24"
    assert found.gaps == ()


def test_a_nat_gateway_that_goes_takes_its_interface_with_it() -> None:
    address = change("aws_eip.e", after={"id": "eipalloc-1", "public_ip": "203.0.113.9"})
    gateway = change(
        "aws_nat_gateway.g",
        after={"id": "nat-1", "subnet_id": SUBNET, "allocation_id": "eipalloc-1"},
    )
    made = laid(address, gateway)
    held = (*HELD, *made.overlay.put.values())

    found = laid(change("aws_nat_gateway.g", before={"id": "nat-1"}), records=held)

    assert [row.id for row in facts(found).rows(Interface)] == [INTERFACE]
    (eip,) = found.overlay.of("AWS::EC2::EIP")
    assert "NetworkInterfaceId" not in eip.body


def test_an_instance_that_goes_takes_its_interface_with_it() -> None:
    found = laid(change("aws_instance.web", before={"id": INSTANCE}))

    assert not facts(found).rows(Interface)


def test_an_interface_that_is_made_apart_stays_when_its_instance_goes() -> None:
    one = change("aws_network_interface.n", after={"id": "eni-2", "subnet_id": SUBNET,
                 "security_groups": [GROUP], "private_ips": ["10.0.1.20"]})  # fmt: skip
    joined = change("aws_network_interface_attachment.a", after={
        "network_interface_id": "eni-2", "instance_id": INSTANCE, "device_index": 1})  # fmt: skip
    made = laid(one, joined)
    assert only(made, Interface, id="eni-2").attached
    held = (*(row for row in HELD if row.id not in {k.id for k in made.overlay.put}),
            *made.overlay.put.values())  # fmt: skip

    found = laid(change("aws_instance.web", before={"id": INSTANCE}), records=held)

    assert not only(found, Interface).attached


def test_an_instance_takes_an_interface_that_is_made_apart() -> None:
    one = new("aws_network_interface.n", "private_ips", "private_ip", subnet_id=SUBNET,
              security_groups=[GROUP])  # fmt: skip
    instance = change(
        "aws_instance.new",
        after={"network_interface": [{"device_index": 0}]},
        unknown={"id": True, "network_interface": [{"network_interface_id": True}]},
        refers={
            "network_interface": [
                {"network_interface_id": referring("aws_network_interface.n.id")}
            ]
        },
    )
    instance["computed"] = ("id",)

    found = laid(one, instance)

    interface = only(found, Interface, groups=(GROUP,), primary=True, public={})
    assert interface.thing.rpartition("/")[2].startswith("i-")
    assert found.gaps == ()


@pytest.mark.parametrize("mapped", [True, False])
def test_a_subnet_decides_on_public_addresses_where_the_code_does_not(mapped: bool) -> None:  # noqa: FBT001 - what is tried
    estate = applied()
    estate["Subnets"][0]["MapPublicIpOnLaunch"] = mapped
    instance = new(
        "aws_instance.new", "private_ip", "public_ip", "primary_network_interface_id",
        "associate_public_ip_address", subnet_id=SUBNET, vpc_security_group_ids=["sg-default"],
    )  # fmt: skip

    found = laid(instance, records=network_records(estate))

    assert bool(only(found, Interface, groups=("sg-default",)).public) is mapped


def test_a_list_whose_rules_are_blocks_has_no_others_afterwards() -> None:
    entry = {"protocol": "-1", "from_port": 0, "to_port": 0, "action": "deny", "rule_no": 7}
    before = {"default_network_acl_id": "acl-default", "ingress": [], "egress": []}
    after = before | {"ingress": [entry | {"cidr_block": "0.0.0.0/0"}]}

    found = laid(change("aws_default_network_acl.d", before=before, after=after))

    rules = [row for row in facts(found).rows(Rule) if row.owner == "acl-default"]
    kept = [(row.number, row.direction) for row in rules if row.number < 32767]
    assert kept == [(7, "in")]


def test_what_an_instance_runs_first_is_kept_as_a_marker() -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    found = laid(change("aws_instance.web", before={"id": INSTANCE}, after={
        "id": INSTANCE, "user_data": f"export AWS_SECRET_ACCESS_KEY={secret}"}))  # fmt: skip

    (held,) = found.overlay.of("AWS::EC2::InstanceUserData")
    assert secret not in repr(found.overlay.put)
    assert held.body


def test_a_template_says_as_whom_machines_start() -> None:
    template = new("aws_launch_template.t", "default_version", "latest_version", name="t",
                   iam_instance_profile=[{"name": "p"}],
                   metadata_options=[{"http_tokens": "optional"}])  # fmt: skip

    found = laid(template)

    assert only(found, Workload, kind="AWS::EC2::LaunchTemplate").metadata_v1
    assert found.gaps == ()


def test_machines_that_a_group_will_start_are_told_to_be_unknown() -> None:
    group = new("aws_autoscaling_group.a", name="a", max_size=3, min_size=1,
                vpc_zone_identifier=[SUBNET])  # fmt: skip

    assert operations(laid(group)) == ["aws_autoscaling_group.a.instances"]


LEFT = (
    "private_ip", "public_ip", "primary_network_interface_id", "metadata_options",
    "iam_instance_profile", "vpc_security_group_ids", "associate_public_ip_address",
)  # fmt: skip
"""What AWS chooses of an instance where the code does not."""


def plain(**more: object) -> Described:
    """A new instance of which the code says nothing but its place and `more`."""
    found = new("aws_instance.new", *(one for one in LEFT if one not in more), subnet_id=SUBNET)
    found["change"]["after"] |= more
    return found


def test_what_a_template_says_of_an_instance_is_told_to_be_unknown() -> None:
    found = laid(plain(launch_template=[{"id": "lt-1"}], vpc_security_group_ids=[GROUP]))

    assert operations(found) == [
        f"aws_instance.new.{name}"
        for name in ("associate_public_ip_address", "iam_instance_profile", "metadata_options")
    ]


@pytest.mark.parametrize("given", [True, False])
def test_an_ipv6_address_that_aws_will_choose_is_told(given: bool) -> None:  # noqa: FBT001 - what is tried
    estate = applied()
    estate["Subnets"][0]["AssignIpv6AddressOnCreation"] = given

    found = laid(plain(), records=network_records(estate))

    assert operations(found) == ["aws_instance.new.ipv6_addresses"] * given


def test_groups_that_are_named_by_name_are_found() -> None:
    found = laid(plain(security_groups=["web"]))

    assert only(found, Interface, public={}).groups == (GROUP,)


def test_a_group_of_no_known_name_is_told() -> None:
    assert operations(laid(plain(security_groups=["none"]))) == [
        "aws_instance.new.security_groups"
    ]


def test_a_change_that_says_nothing_of_the_role_leaves_it() -> None:
    estate = applied()
    estate["Instances"][0]["IamInstanceProfile"] = {"Arn": "arn:p"}
    changed = change("aws_instance.web", before={"id": INSTANCE}, after={"id": INSTANCE})

    found = laid(changed, records=network_records(estate))

    (held,) = found.overlay.of("AWS::EC2::Instance")
    assert held.body["IamInstanceProfile"] == {"Arn": "arn:p"}


def test_a_function_in_a_network_has_an_interface_there() -> None:
    place = {"vpc_id": VPC, "subnet_ids": [SUBNET], "security_group_ids": [GROUP]}
    function = new("aws_lambda_function.f", function_name="f", vpc_config=[place])

    found = laid(function)

    interface = only(found, Interface, kind="lambda")
    assert (interface.groups, interface.thing.rpartition(":")[2]) == ((GROUP,), "f")
    held = (*HELD, *found.overlay.put.values())
    again = laid(change("aws_lambda_function.f", before={}, after={
        "function_name": "f", "vpc_config": [place]}), records=held)  # fmt: skip
    assert only(again, Interface, kind="lambda").id == interface.id


def test_a_default_table_keeps_what_an_endpoint_put_there() -> None:
    estate = applied()
    estate["RouteTables"][0]["Routes"].append(
        {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "Origin": "CreateRoute"}
    )
    adopted = change("aws_default_route_table.d", before={}, after={
        "default_route_table_id": "rtb-main", "route": []})  # fmt: skip

    found = laid(adopted, records=network_records(estate))

    kept = [row.target for row in facts(found).rows(Route) if row.owner == "rtb-main"]
    assert sorted(kept) == ["", "vpce-1"]


def test_the_switch_that_keeps_the_internet_out_is_off_where_the_code_takes_it_away() -> None:
    address, options = "aws_vpc_block_public_access_options.o", {"id": "o"}
    on = options | {"internet_gateway_block_mode": "block-ingress"}

    set_ = laid(change(address, after=on))
    gone = laid(change(address, before=on), records=tuple(set_.overlay.put.values()))

    assert only(set_, InternetBlock).mode == "block-ingress"
    assert only(gone, InternetBlock).mode == "off"


@pytest.mark.parametrize(
    ("argument", "name"), [("vpc_id", VPC), ("subnet_id", SUBNET)], ids=["network", "subnet"]
)
def test_what_the_switch_leaves_alone_is_told(argument: str, name: str) -> None:
    more: dict[str, Any] = {argument: name}
    mode = "allow-egress"
    one = new(
        "aws_vpc_block_public_access_exclusion.e", internet_gateway_exclusion_mode=mode, **more
    )

    row = only(laid(one), InternetBlockExclusion)

    assert (row.target, row.mode) == (name, mode)
