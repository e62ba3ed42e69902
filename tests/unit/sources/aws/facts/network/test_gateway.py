# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.routing import Gateway, Peering, RemoteSite
from tests.fakes.network_records import network_facts
from tests.fakes.service_records import ACCOUNT, REGION

OTHER = "222222222222"
SIDES: dict[str, Any] = {
    "RequesterVpcInfo": {
        "VpcId": "vpc-1",
        "OwnerId": ACCOUNT,
        "Region": REGION,
        "CidrBlock": "10.1.0.0/16",
        "CidrBlockSet": [{"CidrBlock": "10.1.0.0/16"}, {"CidrBlock": "10.3.0.0/16"}],
        "Ipv6CidrBlockSet": [{"Ipv6CidrBlock": "2600:1f18::/56"}],
    },
    "AccepterVpcInfo": {"VpcId": "vpc-2", "OwnerId": OTHER, "Region": "us-east-1"},
}


def gateway(**lists: Any) -> Gateway:  # noqa: ANN401 - JSON
    (found,) = network_facts((ACCOUNT, REGION, lists)).rows(Gateway)
    return found


@pytest.mark.parametrize(
    ("listed", "member", "attachments", "kind"),
    [
        ("InternetGateways", "InternetGatewayId", "Attachments", "internet"),
        (
            "EgressOnlyInternetGateways",
            "EgressOnlyInternetGatewayId",
            "Attachments",
            "egress-only-internet",
        ),
        ("VpnGateways", "VpnGatewayId", "VpcAttachments", "virtual-private"),
    ],
)
def test_a_gateway_is_at_the_network_that_it_is_attached_to(
    listed: str, member: str, attachments: str, kind: str
) -> None:
    held = [{"VpcId": "vpc-0", "State": "detached"}, {"VpcId": "vpc-1", "State": "attached"}]
    found = gateway(**{listed: [{member: "gw-1", attachments: held}]})
    loose = gateway(**{listed: [{member: "gw-1", attachments: held[:1]}]})

    assert (found.kind, found.network, found.available) == (kind, "vpc-1", True)
    assert (loose.network, loose.available) == ("", False)


def test_a_carrier_gateway_is_in_its_network() -> None:
    found = gateway(CarrierGateways=[{"CarrierGatewayId": "cagw-1", "VpcId": "vpc-1"}])

    assert (found.kind, found.network, found.available) == ("carrier", "vpc-1", True)


def test_a_nat_gateway_has_a_subnet_and_interfaces() -> None:
    found = gateway(
        NatGateways=[
            {
                "NatGatewayId": "nat-1",
                "VpcId": "vpc-1",
                "SubnetId": "subnet-1",
                "State": "available",
                "ConnectivityType": "private",
                "NatGatewayAddresses": [{"NetworkInterfaceId": "eni-1"}],
            }
        ]
    )

    assert (found.kind, found.subnet, found.interfaces) == ("nat", "subnet-1", ("eni-1",))
    assert (found.private, found.available) == (True, True)


def test_a_nat_gateway_of_a_region_is_in_no_subnet() -> None:
    found = gateway(NatGateways=[{"NatGatewayId": "nat-1", "VpcId": "vpc-1", "State": "deleted"}])

    assert (found.subnet, found.interfaces, found.private, found.available) == (
        "",
        (),
        False,
        False,
    )


def peering(state: str = "active", **sides: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "VpcPeeringConnections": [
            {"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": state}, **SIDES, **sides}
        ]
    }


def test_a_peering_that_both_sides_see_is_one_with_all_its_ranges() -> None:
    accepter = SIDES["AccepterVpcInfo"] | {"CidrBlock": "10.2.0.0/16"}
    facts = network_facts(
        (ACCOUNT, REGION, peering()), (OTHER, "us-east-1", peering(AccepterVpcInfo=accepter))
    )
    (found,) = facts.rows(Peering)

    assert found.networks == ("vpc-1", "vpc-2")
    assert (found.accounts, found.regions) == ((ACCOUNT, OTHER), (REGION, "us-east-1"))
    assert found.ranges == {
        "vpc-1": "10.1.0.0/16,10.3.0.0/16,2600:1f18::/56",
        "vpc-2": "10.2.0.0/16",
    }
    assert found.active


def test_a_peering_that_waits_is_not_active_and_one_that_is_gone_is_none() -> None:
    (waiting,) = network_facts((ACCOUNT, REGION, peering("pending-acceptance"))).rows(Peering)

    assert not waiting.active
    assert network_facts((ACCOUNT, REGION, peering("deleted"))).rows(Peering) == ()


def test_a_peering_without_one_side_is_malformed() -> None:
    facts = network_facts((ACCOUNT, REGION, peering(AccepterVpcInfo=None)))

    assert facts.rows(Peering) == ()
    assert [row.reason for row in facts.rows(Unread)] == ["`VpcId` is missing"]


def test_behind_a_vpn_lie_the_ranges_that_were_written() -> None:
    routes = [
        {"DestinationCidrBlock": "192.168.0.0/16", "State": "available"},
        {"DestinationCidrBlock": "192.169.0.0/16", "State": "deleted"},
    ]
    vpns = [
        {"VpnConnectionId": "vpn-1", "VpnGatewayId": "vgw-1", "Routes": routes},
        {"VpnConnectionId": "vpn-2", "TransitGatewayId": "tgw-1"},
        {"VpnConnectionId": "vpn-3", "State": "deleted"},
    ]
    found = network_facts((ACCOUNT, REGION, {"VpnConnections": vpns})).rows(RemoteSite)

    assert [(row.id, row.gateway, row.ranges) for row in found] == [
        ("vpn-1", "vgw-1", ("192.168.0.0/16",)),
        ("vpn-2", "tgw-1", ()),
    ]
