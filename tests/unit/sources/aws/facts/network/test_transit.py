# SPDX-License-Identifier: Apache-2.0
from typing import Any

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.routing import TransitAttachment, TransitGateway, TransitRoute
from tests.fakes.network_records import network_facts
from tests.fakes.service_records import ACCOUNT, REGION

OTHER = "222222222222"
GATEWAY = {"TransitGatewayId": "tgw-1", "OwnerId": ACCOUNT, "Options": {}}
JOINED: dict[str, Any] = {
    "TransitGatewayAttachmentId": "tgw-attach-1",
    "TransitGatewayId": "tgw-1",
    "VpcId": "vpc-1",
    "VpcOwnerId": OTHER,
    "State": "available",
    "SubnetIds": ["subnet-2", "subnet-1"],
    "Options": {"ApplianceModeSupport": "enable"},
}
TABLE: dict[str, Any] = {
    "TransitGatewayRouteTableId": "tgw-rtb-1",
    "TransitGatewayId": "tgw-1",
    "Associations": [{"TransitGatewayAttachmentId": "tgw-attach-1", "State": "associated"}],
    "Routes": [
        {
            "DestinationCidrBlock": "10.1.0.0/16",
            "State": "active",
            "Type": "propagated",
            "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": "tgw-attach-1"}],
        },
        {"DestinationCidrBlock": "10.0.0.0/8", "State": "blackhole", "Type": "static"},
        {
            "PrefixListId": "pl-1",
            "State": "active",
            "TransitGatewayAttachments": [
                {"TransitGatewayAttachmentId": "tgw-attach-2"},
                {"TransitGatewayAttachmentId": "tgw-attach-1"},
            ],
        },
    ],
}


def described(**lists: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "TransitGateways": [GATEWAY],
        "TransitGatewayVpcAttachments": [JOINED],
        "TransitGatewayRouteTables": [TABLE],
        **lists,
    }


def attachments(*places: tuple[str, str, dict[str, Any]]) -> list[TransitAttachment]:
    return list(network_facts(*places).rows(TransitAttachment))


def test_an_attachment_of_a_network_has_subnets_and_a_table() -> None:
    (found,) = attachments((ACCOUNT, REGION, described()))

    assert (found.kind, found.resource, found.account) == ("vpc", "vpc-1", OTHER)
    assert found.subnets == ("subnet-1", "subnet-2")
    assert (found.route_table, found.available, found.appliance) == ("tgw-rtb-1", True, True)


def test_group_references_are_off_at_gateways_and_on_at_attachments_unless_said() -> None:
    plain = network_facts((ACCOUNT, REGION, described()))
    switched = network_facts(
        (
            ACCOUNT,
            REGION,
            described(
                TransitGateways=[
                    GATEWAY | {"Options": {"SecurityGroupReferencingSupport": "enable"}}
                ],
                TransitGatewayVpcAttachments=[
                    JOINED | {"Options": {"SecurityGroupReferencingSupport": "disable"}}
                ],
            ),
        )
    )

    assert [row.group_references for row in plain.rows(TransitGateway)] == [False]
    assert [row.group_references for row in plain.rows(TransitAttachment)] == [True]
    assert [row.group_references for row in switched.rows(TransitGateway)] == [True]
    assert [row.group_references for row in switched.rows(TransitAttachment)] == [False]


def test_the_two_ends_of_a_peering_are_two_rows() -> None:
    ends = [
        {
            "TransitGatewayAttachmentId": "tgw-attach-9",
            "TransitGatewayId": here,
            "ResourceType": "peering",
            "ResourceId": there,
            "Association": {"TransitGatewayRouteTableId": f"rtb-of-{here}", "State": "associated"},
        }
        for here, there in (("tgw-1", "tgw-2"), ("tgw-2", "tgw-1"))
    ]
    found = attachments(
        (ACCOUNT, REGION, {"TransitGatewayAttachments": ends[:1]}),
        (ACCOUNT, "us-east-1", {"TransitGatewayAttachments": ends[1:]}),
    )

    assert [(row.id, row.gateway, row.resource, row.route_table) for row in found] == [
        ("tgw-attach-9", "tgw-1", "tgw-2", "rtb-of-tgw-1"),
        ("tgw-attach-9", "tgw-2", "tgw-1", "rtb-of-tgw-2"),
    ]


def test_what_only_another_account_knows_of_an_attachment_is_unread() -> None:
    seen = {
        "TransitGatewayAttachmentId": "tgw-attach-1",
        "TransitGatewayId": "tgw-1",
        "TransitGatewayOwnerId": ACCOUNT,
        "ResourceType": "vpc",
        "ResourceId": "vpc-1",
    }
    facts = network_facts((OTHER, REGION, {"TransitGatewayAttachments": [seen]}))

    assert [row.route_table for row in facts.rows(TransitAttachment)] == [""]
    assert [(row.kind.rpartition("::")[2], row.resource) for row in facts.rows(Unread)] == [
        ("TransitGatewayVpcAttachment", "tgw-attach-1"),
        ("TransitGatewayRouteTableAssociation", "tgw-attach-1"),
    ]


def test_the_routes_of_a_table_that_only_another_account_knows_are_unread() -> None:
    seen = {
        "TransitGatewayAttachmentId": "tgw-attach-1",
        "TransitGatewayId": "tgw-1",
        "TransitGatewayOwnerId": ACCOUNT,
        "ResourceType": "vpn",
        "ResourceId": "vpn-1",
        "Association": {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "associated"},
    }
    facts = network_facts((OTHER, REGION, {"TransitGatewayAttachments": [seen]}))

    assert [(row.kind.rpartition("::")[2], row.resource) for row in facts.rows(Unread)] == [
        ("TransitGatewayRoute", "tgw-rtb-1"),
    ]


def test_an_attachment_without_a_table_has_none_where_all_tables_were_read() -> None:
    bare = {name: held for name, held in TABLE.items() if name != "Associations"}
    facts = network_facts((ACCOUNT, REGION, described(TransitGatewayRouteTables=[bare])))

    assert [row.route_table for row in facts.rows(TransitAttachment)] == [""]
    assert facts.rows(Unread) == ()


def test_an_association_that_ends_is_none() -> None:
    seen = {
        "TransitGatewayAttachmentId": "tgw-attach-1",
        "TransitGatewayId": "tgw-1",
        "ResourceType": "vpn",
        "ResourceId": "vpn-1",
        "Association": {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "disassociating"},
    }
    ending = TABLE | {
        "Associations": [{"TransitGatewayAttachmentId": "tgw-attach-1", "State": "disassociating"}]
    }
    (found,) = attachments(
        (
            ACCOUNT,
            REGION,
            {"TransitGatewayAttachments": [seen], "TransitGatewayRouteTables": [ending]},
        )
    )

    assert (found.kind, found.route_table) == ("vpn", "")


def test_a_deleted_attachment_is_none() -> None:
    gone = described(TransitGatewayVpcAttachments=[JOINED | {"State": "deleted"}])

    assert attachments((ACCOUNT, REGION, gone)) == []


def test_the_view_of_the_gateways_owner_counts() -> None:
    seen = described()
    foreign = described(TransitGatewayRouteTables=[])
    found = attachments((OTHER, REGION, foreign), (ACCOUNT, REGION, seen))

    assert [row.route_table for row in found] == ["tgw-rtb-1"]


def test_routes_lead_to_attachments_or_into_a_hole() -> None:
    found = network_facts((ACCOUNT, REGION, described())).rows(TransitRoute)

    assert [(row.destination, row.attachments, row.blackhole) for row in found] == [
        ("10.0.0.0/8", (), True),
        ("10.1.0.0/16", ("tgw-attach-1",), False),
        ("pl-1", ("tgw-attach-1", "tgw-attach-2"), False),
    ]
    assert {row.owner for row in found} == {"tgw-rtb-1"}
    assert [row.propagated for row in found] == [False, True, False]


def test_a_route_that_leads_nowhere_is_malformed_and_one_that_waits_is_none() -> None:
    odd = TABLE | {
        "Routes": [
            {"DestinationCidrBlock": "10.1.0.0/16", "State": "active"},
            {"DestinationCidrBlock": "10.2.0.0/16", "State": "pending"},
        ]
    }
    facts = network_facts((ACCOUNT, REGION, described(TransitGatewayRouteTables=[odd])))

    assert facts.rows(TransitRoute) == ()
    assert [row.code for row in facts.rows(Unread)] == ["malformed"]


def test_a_table_with_more_routes_than_an_answer_holds_is_truncated() -> None:
    more = TABLE | {"AdditionalRoutesAvailable": True}
    facts = network_facts((ACCOUNT, REGION, described(TransitGatewayRouteTables=[more])))

    assert [(row.code, row.kind, row.resource) for row in facts.rows(Unread)] == [
        ("truncated", "AWS::EC2::TransitGatewayRoute", "tgw-rtb-1")
    ]
