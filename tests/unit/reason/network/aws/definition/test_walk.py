# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.model.packet import INTERNET, Blocked, Packet, Reach, Reachable
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.reaches import reaches
from bartizan.reason.network.aws.definition.walk import walk
from bartizan.reason.network.aws.topology.topology import Topology
from tests.fakes.network import network_facts

WORLD: dict[str, dict[str, Any]] = {
    "network": {"vpc-1": "10.1.0.0/16"},
    "subnet": {"subnet-a": "vpc-1 10.1.1.0/24 table=rtb-a", "subnet-b": "vpc-1 10.1.2.0/24"},
    "interface": {
        "eni-a": "subnet-a 10.1.1.5 public=203.0.113.5",
        "eni-b": "subnet-b 10.1.2.5 thing=i-1",
        "eni-n": "subnet-a 10.1.1.9 kind=network_load_balancer thing=nlb without-groups",
    },
    "table": {"rtb-a": ["0.0.0.0/0 internet-gateway igw-1"]},
    "gateway": {"igw-1": "internet vpc-1"},
    "balancer": {"nlb": "network vpc-1 subnets=subnet-a interfaces=eni-n"},
    "listener": {"nlb": ["TCP 443 tg-1"]},
    "target_group": {"tg-1": ["instance TCP 443 preserves=yes", "i-1"]},
}


def packet(source: str, sender: str, address: str, **other: int) -> Packet:
    fields = {"protocol": 6, "port": 443, "source_port": 50000, **other}
    return Packet(source=source, source_address=sender, address=address, **fields)


def walked(sent: Packet, **changes: dict[str, Any]) -> Reach:
    world = {name: {**WORLD.get(name, {}), **changes.get(name, {})} for name in WORLD | changes}
    return walk(Topology(network_facts((), **world)), sent)


def codes(found: Reach) -> set[str]:
    assert isinstance(found, Blocked), found
    return {blocker.code for blocker in found.ways[0]}


def test_a_witness_names_every_thing_on_the_way_and_the_rule_that_let_it_pass() -> None:
    found = walked(packet(INTERNET, "198.51.100.7", "203.0.113.5"))

    assert isinstance(found, Reachable)
    (leg,) = found.legs
    assert [hop.at for hop in leg.there] == ["igw-1", "acl-open", "eni-a", "eni-a"]
    assert [hop.at for hop in leg.back] == ["eni-a", "rtb-a", "acl-open", "igw-1"]
    assert leg.there[0].packet.address == "10.1.1.5"
    assert leg.back[-1].packet.source_address == "203.0.113.5"
    assert leg.there[2].because[0].subject == "sg-open"
    assert leg.to == "eni-a"


@pytest.mark.parametrize(
    ("sender", "code"),
    [
        ("10.9.9.9", "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS"),
        ("100.64.0.1", "IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS"),
        ("169.254.1.1", "X_NOT_PUBLIC"),
    ],
)
def test_what_comes_from_the_internet_has_a_public_address(sender: str, code: str) -> None:
    assert code in codes(walked(packet(INTERNET, sender, "203.0.113.5")))


def test_what_nobody_in_the_estate_has_is_on_the_internet() -> None:
    found = walked(packet(INTERNET, "198.51.100.7", "198.51.100.8"))

    assert isinstance(found, Reachable)
    assert [leg.to for leg in found.legs] == [INTERNET]


@pytest.mark.parametrize("wrong", ["10.1.1", "", "10.1.1.5/24"])
def test_a_malformed_address_is_named(wrong: str) -> None:
    assert walked(packet("eni-a", wrong, "10.1.2.5")) == Unknown((wrong,))
    assert walked(packet("eni-a", "10.1.1.5", wrong)) == Unknown((wrong,))


def test_a_source_that_is_nowhere_is_named() -> None:
    assert walked(packet("eni-x", "10.1.1.5", "10.1.2.5")) == Unknown(("eni-x",))


def test_an_interface_sends_from_its_own_address() -> None:
    assert codes(walked(packet("eni-a", "10.1.1.6", "10.1.2.5"))) >= {"ENI_ADDRESS_RESTRICTION"}


def test_one_that_forwards_sends_from_any_though_the_answer_goes_to_whose_it_is() -> None:
    forwarding = {"eni-a": "subnet-a 10.1.1.5 forwards", "eni-c": "subnet-a 10.1.1.6"}
    found = walked(packet("eni-a", "10.1.1.6", "10.1.2.5"), interface=forwarding)

    assert codes(found) == {"X_ANSWER_ASTRAY"}


def test_a_load_balancer_that_keeps_its_client_sends_with_its_address() -> None:
    found = walked(packet("eni-n", "198.51.100.7", "10.1.2.5"))

    assert isinstance(found, Reachable)
    assert [hop.at for hop in found.legs[0].back] == ["eni-b", "acl-open", "acl-open", "eni-n"]


@pytest.mark.parametrize(("keeps", "wanted"), [("unread", Unknown), ("no", Blocked)])
def test_whether_it_may_is_for_the_target_group_to_say(keeps: str, wanted: type[Reach]) -> None:
    groups = {"tg-1": [f"instance TCP 443 preserves={keeps}", "i-1"]}
    found = walked(packet("eni-n", "198.51.100.7", "10.1.2.5"), target_group=groups)

    assert isinstance(found, wanted)


def test_a_load_balancer_keeps_no_client_over_a_transit_gateway() -> None:
    found = walked(
        packet("eni-n", "198.51.100.7", "10.2.1.5"),
        network={"vpc-2": "10.2.0.0/16"},
        subnet={"subnet-c": "vpc-2 10.2.1.0/24", "subnet-t": "vpc-2 10.2.9.0/28"},
        interface={"eni-c": "subnet-c 10.2.1.5"},
        table={"rtb-a": ["10.2.0.0/16 transit-gateway tgw-1"]},
        transit_gateway={"tgw-1": ""},
        attachment={
            "tgw-attach-1": "tgw-1 vpc vpc-1 table=tgw-rtb-1 subnets=subnet-b",
            "tgw-attach-2": "tgw-1 vpc vpc-2 table=tgw-rtb-1 subnets=subnet-t",
        },
        transit_route={"tgw-rtb-1": ["10.2.0.0/16 tgw-attach-2"]},
        target_group={"tg-1": ["ip TCP 443 preserves=yes", "10.2.1.5 zone=all"]},
    )

    assert codes(found) == {"X_CLIENT_NOT_KEPT"}


def test_choices_are_bounded() -> None:
    lists = {f"pl-{n}": None for n in range(3)}
    routes = [f"pl-{n} interface eni-r{n}" for n in range(3)]
    routers = {f"eni-r{n}": f"subnet-r{n} 10.1.{20 + n}.4 forwards" for n in range(3)}
    subnets = {f"subnet-r{n}": f"vpc-1 10.1.{20 + n}.0/24 table=rtb-a" for n in range(3)}
    found = walked(
        packet("eni-a", "10.1.1.5", "192.0.2.1"),
        interface=routers,
        subnet=subnets,
        table={"rtb-a": routes},
        prefix_list=lists,
    )

    assert isinstance(found, Unknown | Blocked)


def test_a_translated_message_needs_no_answer_where_none_is_expected() -> None:
    nat = {"eni-nat": "subnet-a 10.1.1.8 public=203.0.113.8 kind=nat_gateway without-groups"}
    found = walked(
        packet("eni-b", "10.1.2.5", "198.51.100.7", protocol=1, port=3, source_port=4),
        interface=nat,
        table={"rtb-vpc-1": ["0.0.0.0/0 nat-gateway nat-1"]},
        gateway={"nat-1": "nat vpc-1 interfaces=eni-nat"},
    )

    assert isinstance(found, Reachable)
    assert found.legs[0].back == ()


def test_what_came_over_a_vpn_gets_no_translation() -> None:
    nat = {"eni-nat": "subnet-a 10.1.1.8 public=203.0.113.8 kind=nat_gateway without-groups"}
    found = walked(
        packet("vpn-1", "192.168.1.1", "10.1.2.5"),
        interface=nat,
        table={
            "rtb-edge gateways=vgw-1": ["10.1.2.0/24 nat-gateway nat-1"],
            "rtb-a": ["0.0.0.0/0 internet-gateway igw-1"],
        },
        gateway={"nat-1": "nat vpc-1 interfaces=eni-nat", "vgw-1": "virtual-private vpc-1"},
        site={"vpn-1": "vpn vgw-1 192.168.0.0/16"},
    )

    assert "NGW_REQUIRES_SOURCE_IN_VPC" in codes(found)


def test_an_edge_table_that_leads_to_the_target_itself_is_no_detour() -> None:
    found = walked(
        packet("eni-a", "10.1.1.5", "198.51.100.7"),
        table={"rtb-edge gateways=igw-1": ["10.1.2.0/24 interface eni-m"]},
    )

    assert isinstance(found, Reachable)


def test_the_internet_reaches_itself() -> None:
    known = Topology(network_facts((), **WORLD))

    assert isinstance(reaches(known, INTERNET, INTERNET, 6, 443), Reachable)


def test_an_endpoint_for_connecting_that_keeps_clients_never_sends_with_its_own_address() -> None:
    found = walked(
        packet("eni-i", "10.1.1.30", "10.1.2.5", port=22),
        interface={"eni-i": "subnet-a 10.1.1.30 kind=ec2_instance_connect_endpoint thing=eice-1"},
        endpoint={"eice-1": "instance-connect vpc-1 interfaces=eni-i preserves"},
    )

    assert codes(found) == {"ENI_ADDRESS_RESTRICTION"}
