# SPDX-License-Identifier: Apache-2.0
"""What stands at the edge of networks, what joins two of them, and what lies behind a VPN.

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html,
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html and
https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
"""

from collections.abc import Iterator, Mapping

from msgspec import structs

from bartizan.model.facts.routing import Gateway, Peering, RemoteSite
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import mapping, objects, tags, text
from bartizan.sources.aws.facts.network.owner import NAT_GATEWAY, interfaces_of
from bartizan.sources.aws.facts.network.view import block, made, needed, owner_of, views

PEERING = "AWS::EC2::VPCPeeringConnection"
VPN_CONNECTION = "AWS::EC2::VPNConnection"

_EDGES = (
    ("AWS::EC2::InternetGateway", "InternetGatewayId", "internet", "Attachments"),
    (
        "AWS::EC2::EgressOnlyInternetGateway",
        "EgressOnlyInternetGatewayId",
        "egress-only-internet",
        "Attachments",
    ),
    ("AWS::EC2::VPNGateway", "VpnGatewayId", "virtual-private", "VpcAttachments"),
    ("AWS::EC2::CarrierGateway", "CarrierGatewayId", "carrier", ""),
)
"""Kind of record, the field with its id, kind of gateway, the field with its attachments."""
_ATTACHED = frozenset({"attached", "available"})
_GONE = frozenset({"deleted", "rejected", "failed", "expired"})


def gateways(records: Records) -> Iterator[Row]:
    """Yield gateways, peerings and VPN connections."""
    for kind, name, word, attachments in _EDGES:
        yield from made(
            views(records, kind, name),
            lambda row, name=name, word=word, held=attachments: _edge(row, name, word, held),  # type: ignore[misc] # names of the loop
        )
    yield from made(views(records, NAT_GATEWAY, "NatGatewayId"), _nat)
    yield from _peerings(records)
    yield from made(views(records, VPN_CONNECTION, "VpnConnectionId"), _vpn)


def _edge(record: Record, name: str, kind: str, attachments: str) -> Iterator[Row]:
    body = record.body
    held = [
        text(one, "VpcId") for one in objects(body, attachments) if text(one, "State") in _ATTACHED
    ]
    network = next(iter(held), "") if attachments else text(body, "VpcId")
    yield Gateway(
        id=needed(body, name),
        kind=kind,
        account=owner_of(record),
        region=record.region,
        network=network,
        subnet="",
        private=False,
        interfaces=(),
        available=bool(network) and text(body, "State") in ("", "available"),
        name=tags(body, "Tags").get("Name", ""),
    )


def _nat(record: Record) -> Iterator[Row]:
    """Yield a NAT gateway; one of a whole region is in no subnet, and its interfaces are hidden.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
    """
    body = record.body
    yield Gateway(
        id=needed(body, "NatGatewayId"),
        kind="nat",
        account=record.account,
        region=record.region,
        network=needed(body, "VpcId"),
        subnet=text(body, "SubnetId"),
        private=text(body, "ConnectivityType") == "private",
        interfaces=interfaces_of(record),
        available=text(body, "State") in ("", "available"),
        name=tags(body, "Tags").get("Name", ""),
    )


def _peerings(records: Records) -> Iterator[Row]:
    """Yield each peering once; what either side tells of ranges counts for both."""
    best: dict[str, Peering] = {}
    for row in made(records.of(PEERING), _peering):
        if not isinstance(row, Peering):
            yield row
        elif held := best.get(row.id):
            ranges = {
                network: held.ranges.get(network) or row.ranges.get(network, "")
                for network in sorted({*held.ranges, *row.ranges})
            }
            best[row.id] = structs.replace(held, ranges=ranges)
        else:
            best[row.id] = row
    yield from best.values()


def _peering(record: Record) -> Iterator[Row]:
    body = record.body
    state = text(body, "Status", "Code")
    sides = [mapping(body, f"{one}VpcInfo") for one in ("Requester", "Accepter")]
    if state in _GONE:
        return
    yield Peering(
        id=needed(body, "VpcPeeringConnectionId"),
        networks=tuple(needed(side, "VpcId") for side in sides),
        accounts=tuple(text(side, "OwnerId") or record.account for side in sides),
        regions=tuple(text(side, "Region") or record.region for side in sides),
        ranges={text(side, "VpcId"): ",".join(_side(side)) for side in sides},
        active=state == "active",
    )


def _side(side: Mapping[str, Json]) -> list[str]:
    held = {text(one, "CidrBlock") for one in objects(side, "CidrBlockSet")}
    held |= {text(one, "Ipv6CidrBlock") for one in objects(side, "Ipv6CidrBlockSet")}
    held |= {text(side, "CidrBlock")}
    return sorted(block(one) for one in held - {""})


def _vpn(record: Record) -> Iterator[Row]:
    """Yield what lies behind a VPN connection: its written routes, and others that it announces.

    Source: https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNRoutingTypes.html
    """
    body = record.body
    if text(body, "State") == "deleted":
        return
    written = {
        text(one, "DestinationCidrBlock")
        for one in objects(body, "Routes")
        if text(one, "State") in ("", "available")
    }
    yield RemoteSite(
        id=needed(body, "VpnConnectionId"),
        kind="vpn",
        gateway=text(body, "VpnGatewayId") or text(body, "TransitGatewayId"),
        account=record.account,
        region=record.region,
        ranges=tuple(sorted(block(one) for one in written - {""})),
        name=tags(body, "Tags").get("Name", ""),
    )
