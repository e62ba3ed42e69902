# SPDX-License-Identifier: Apache-2.0
"""Direct Connect: gateways to places outside, and what they are joined to."""

from collections.abc import Iterator

from bartizan.model.facts.routing import RemoteSite
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import text
from bartizan.sources.aws.facts.network.view import made, needed
from bartizan.sources.aws.service import Service

GATEWAY = "AWS::DirectConnect::Gateway"
ASSOCIATION = "AWS::DirectConnect::GatewayAssociation"

_CALLS = (
    Call(
        service="directconnect",
        operation="DescribeDirectConnectGateways",
        kind=GATEWAY,
        scope=Scope.ACCOUNT,
        items="directConnectGateways",
        id="join('', ['arn:', partition, ':directconnect::', account, ':dx-gateway/',"
        " item.directConnectGatewayId])",
    ),
    Call(
        service="directconnect",
        operation="DescribeDirectConnectGatewayAssociations",
        kind=ASSOCIATION,
        scope=Scope.ACCOUNT,
        each=GATEWAY,
        parameters={"directConnectGatewayId": "parent.directConnectGatewayId"},
        items="directConnectGatewayAssociations",
        id="join('#', [parent_id, item.associationId])",
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive a remote site for each gateway that one is joined to. What lies behind it only the
    routes that it announces say.

    Source: https://docs.aws.amazon.com/directconnect/latest/UserGuide/direct-connect-gateways-intro.html
    """
    names = {record.id: record for record in records.of(GATEWAY)}
    joined: dict[str, int] = {}
    for record in records.of(ASSOCIATION):
        parent = record.id.partition("#")[0]
        joined[parent] = joined.get(parent, 0) + 1

    def site(record: Record) -> Iterator[Row]:
        body, parent = record.body, record.id.partition("#")[0]
        gateway = text(body, "associatedGateway", "id") or text(body, "virtualGatewayId")
        name = needed(body, "directConnectGatewayId")
        if text(body, "associationState") in ("disassociated", "disassociating"):
            return
        held = names.get(parent)
        yield RemoteSite(
            id=name if joined[parent] == 1 else f"{name}#{gateway}",
            kind="direct-connect",
            gateway=gateway,
            account=record.account,
            region=text(body, "associatedGateway", "region") or text(body, "virtualGatewayRegion"),
            ranges=(),
            name=text(held.body, "directConnectGatewayName") if held else "",
        )

    yield from made(records.of(ASSOCIATION), site)


SERVICE = Service(name="Direct Connect", calls=_CALLS, normalise=normalise)
