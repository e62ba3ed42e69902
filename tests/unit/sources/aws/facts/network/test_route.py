# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.routing import Route, RouteTable
from tests.fakes.network_records import network_facts
from tests.fakes.service_records import ACCOUNT, REGION
from tests.fakes.small_network import changed, small_network

EVERYWHERE = {"DestinationCidrBlock": "0.0.0.0/0", "State": "active"}


def routed(**route: Any) -> tuple[list[Route], list[str]]:  # noqa: ANN401 - JSON
    described = changed("RouteTables", 1, Routes=[route])
    facts = network_facts((ACCOUNT, REGION, described))
    rows = [row for row in facts.rows(Route) if row.owner == "rtb-1"]
    return rows, [row.reason for row in facts.rows(Unread)]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"GatewayId": "local"}, ("local", "")),
        ({"GatewayId": "igw-1"}, ("internet-gateway", "igw-1")),
        ({"GatewayId": "vgw-1"}, ("virtual-private-gateway", "vgw-1")),
        ({"GatewayId": "vpce-1"}, ("endpoint", "vpce-1")),
        ({"GatewayId": "new-1"}, ("gateway", "new-1")),
        ({"GatewayId": "VpcLattice"}, ("vpc-lattice", "VpcLattice")),
        ({"NatGatewayId": "nat-1"}, ("nat-gateway", "nat-1")),
        ({"TransitGatewayId": "tgw-1"}, ("transit-gateway", "tgw-1")),
        ({"VpcPeeringConnectionId": "pcx-1"}, ("peering", "pcx-1")),
        (
            {"EgressOnlyInternetGatewayId": "eigw-1"},
            ("egress-only-internet-gateway", "eigw-1"),
        ),
        ({"CoreNetworkArn": "arn:core"}, ("core-network", "arn:core")),
        ({"LocalGatewayId": "lgw-1"}, ("local-gateway", "lgw-1")),
        ({"CarrierGatewayId": "cagw-1"}, ("carrier-gateway", "cagw-1")),
        ({"NetworkInterfaceId": "eni-9", "InstanceId": "i-1"}, ("interface", "eni-9")),
        ({"InstanceId": "i-1"}, ("interface", "eni-1")),
        ({"InstanceId": "i-unknown"}, ("interface", "i-unknown")),
    ],
)
def test_a_route_leads_to_one_thing(target: dict[str, str], expected: tuple[str, str]) -> None:
    (route,), _ = routed(**EVERYWHERE, **target)

    assert (route.target_kind, route.target) == expected
    assert (route.destination, route.blackhole, route.propagated) == ("0.0.0.0/0", False, False)


def test_a_destination_may_be_ipv6_or_a_prefix_list() -> None:
    (six,), _ = routed(DestinationIpv6CidrBlock="2600:1F18::/56", GatewayId="local")
    (listed,), _ = routed(DestinationPrefixListId="pl-1", GatewayId="vpce-1")

    assert (six.destination, listed.destination) == ("2600:1f18::/56", "pl-1")


@pytest.mark.parametrize("origin", ["EnableVgwRoutePropagation", "Advertisement"])
def test_a_gateway_may_have_announced_a_route(origin: str) -> None:
    (route,), _ = routed(**EVERYWHERE, GatewayId="vgw-1", Origin=origin)

    assert route.propagated


def test_a_blackhole_needs_no_target() -> None:
    (route,), _ = routed(DestinationCidrBlock="10.0.0.0/8", State="blackhole")

    assert (route.blackhole, route.target_kind) == (True, "unknown")


def test_a_route_that_is_held_back_is_none() -> None:
    assert routed(DestinationCidrBlock="10.0.0.0/8", State="filtered")[0] == []


def test_a_route_to_nowhere_makes_the_table_malformed() -> None:
    assert routed(**EVERYWHERE) == ([], ["the route to `0.0.0.0/0` has no target"])
    assert routed(GatewayId="igw-1") == ([], ["`DestinationIpv6CidrBlock` is missing"])


def test_a_route_to_an_instance_leads_to_its_first_interface() -> None:
    described = changed("RouteTables", 1, Routes=[{**EVERYWHERE, "InstanceId": "i-1"}])
    first = described["NetworkInterfaces"][0]
    second = first | {
        "NetworkInterfaceId": "eni-0",
        "Attachment": {"InstanceId": "i-1", "DeviceIndex": 1},
    }
    odd = first | {"NetworkInterfaceId": "eni-8", "Attachment": "damaged"}
    described["NetworkInterfaces"] += [second, odd]

    facts = network_facts((ACCOUNT, REGION, described))

    assert [row.target for row in facts.rows(Route) if row.owner == "rtb-1"] == ["eni-1"]


def test_a_table_is_main_or_of_gateways() -> None:
    facts = network_facts((ACCOUNT, REGION, small_network()))

    assert [(row.id, row.main, row.gateways) for row in facts.rows(RouteTable)] == [
        ("rtb-1", False, ("igw-1",)),
        ("rtb-main", True, ()),
    ]
