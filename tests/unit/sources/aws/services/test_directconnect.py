# SPDX-License-Identifier: Apache-2.0
from typing import Any

from bartizan.model.facts.routing import RemoteSite
from bartizan.model.record import Record
from bartizan.sources.aws.services.directconnect import SERVICE
from tests.fakes.service_records import ACCOUNT, aws_record, rows_of

ARN = f"arn:aws:directconnect::{ACCOUNT}:dx-gateway/dx-1"
GATEWAY = aws_record(
    "AWS::DirectConnect::Gateway", ARN, {"directConnectGatewayName": "office"}, region=""
)


def joined(gateway: str, state: str = "associated") -> Record:
    body: dict[str, Any] = {
        "directConnectGatewayId": "dx-1",
        "associationState": state,
        "associatedGateway": {"id": gateway, "region": "eu-west-1"},
    }
    return aws_record(
        "AWS::DirectConnect::GatewayAssociation", f"{ARN}#{gateway}", body, region=""
    )


def test_what_lies_behind_a_gateway_is_a_site_at_the_end_of_the_line() -> None:
    (row,) = rows_of(SERVICE, RemoteSite, GATEWAY, joined("tgw-1"))

    assert (row.id, row.kind, row.gateway) == ("dx-1", "direct-connect", "tgw-1")
    assert (row.region, row.name, row.ranges) == ("eu-west-1", "office", ())


def test_a_gateway_that_is_joined_twice_is_two_sites() -> None:
    rows = rows_of(SERVICE, RemoteSite, GATEWAY, joined("tgw-1"), joined("vgw-1"))

    assert [(row.id, row.gateway) for row in rows] == [
        ("dx-1#tgw-1", "tgw-1"),
        ("dx-1#vgw-1", "vgw-1"),
    ]


def test_a_gateway_that_was_taken_away_is_none() -> None:
    assert rows_of(SERVICE, RemoteSite, GATEWAY, joined("tgw-1", "disassociated")) == ()
