# SPDX-License-Identifier: Apache-2.0
"""Draws a transit gateway: attachments, tables, static and propagated routes, blackholes."""

from tests.kernel.network.generator import estate
from tests.kernel.network.generator.draft import Draft, Part, Room

GATEWAY = "tgw-0000000000000000a"


def transit_gateway(draft: Draft) -> None:
    """Draw a transit gateway between all networks that peering does not join."""
    account = draft.rooms[0].account
    names = draft.chance(0.6)
    draft.add(
        "AWS::EC2::TransitGateway",
        f"transit-gateway/{GATEWAY}",
        {
            "TransitGatewayId": GATEWAY,
            "OwnerId": account,
            "State": "available",
            "Options": {"SecurityGroupReferencingSupport": "enable" if names else "disable"},
        },
        account=account,
    )
    tables = [f"tgw-rtb-{number:017x}" for number in range(draft.one((1, 2)))]
    for table in tables:
        draft.add(
            "AWS::EC2::TransitGatewayRouteTable",
            f"transit-gateway-route-table/{table}",
            {
                "TransitGatewayRouteTableId": table,
                "TransitGatewayId": GATEWAY,
                "State": "available",
            },
            account=account,
        )
    attached = [
        _attachment(draft, room, tables, number) for number, room in enumerate(draft.rooms)
    ]
    for table in tables:
        _routes(draft, table, attached, account)
    _lead(draft)


def _attachment(draft: Draft, room: Room, tables: list[str], number: int) -> tuple[Room, str]:
    name = f"tgw-attach-{number:017x}"
    if draft.chance(0.5):
        subnets = [draft.one([part for part in room.subnets if not part.kept])]
    else:
        subnets = [estate.part(draft, room, zone=zone, kept=True) for zone in ("a", "b")]
    table = draft.one(tables)
    account = draft.rooms[0].account
    draft.add(
        "AWS::EC2::TransitGatewayAttachment",
        f"transit-gateway-attachment/{name}",
        {
            "TransitGatewayAttachmentId": name,
            "TransitGatewayId": GATEWAY,
            "TransitGatewayOwnerId": account,
            "ResourceOwnerId": room.account,
            "ResourceType": "vpc",
            "ResourceId": room.id,
            "State": "available",
            "Association": {"TransitGatewayRouteTableId": table, "State": "associated"},
        },
        account=account,
    )
    _into(draft, room, name, subnets)
    draft.add(
        "AWS::EC2::TransitGatewayRouteTableAssociation",
        f"transit-gateway-route-table/{table}#{name}",
        {
            "TransitGatewayAttachmentId": name,
            "ResourceId": room.id,
            "ResourceType": "vpc",
            "State": "associated",
        },
        account=account,
    )
    return room, name


def _into(draft: Draft, room: Room, name: str, subnets: list[Part]) -> None:
    """Describe an attachment as one of a network, with the subnets that it has interfaces in."""
    account = draft.rooms[0].account
    names = draft.chance(0.8)
    draft.add(
        "AWS::EC2::TransitGatewayVpcAttachment",
        f"transit-gateway-attachment/{name}",
        {
            "TransitGatewayAttachmentId": name,
            "TransitGatewayId": GATEWAY,
            "VpcId": room.id,
            "VpcOwnerId": room.account,
            "State": "available",
            "SubnetIds": [part.id for part in subnets],
            "Options": {
                "DnsSupport": "enable",
                "Ipv6Support": "enable",
                "ApplianceModeSupport": "disable",
                "SecurityGroupReferencingSupport": "enable" if names else "disable",
            },
        },
        account=account,
    )


def _routes(draft: Draft, table: str, attached: list[tuple[Room, str]], account: str) -> None:
    """Draw a table: ranges of networks, a narrower static route or blackhole among them."""
    said: dict[str, tuple[str, str, Room | None]] = {}
    for room, name in attached:
        for cidr in room.ranges:
            if draft.chance(0.93):
                said.setdefault(cidr, ("propagated", name, room))
    if draft.chance(0.4):
        room, name = draft.one(attached)
        narrow = draft.one(room.subnets).ranges[0]
        if draft.chance(0.5):
            said[narrow] = ("static", "", None)
        else:
            said[narrow] = ("static", name, room)
    for cidr, (kind, name, led) in said.items():
        body = {"DestinationCidrBlock": cidr, "Type": kind, "State": "blackhole"}
        if led:
            there = {"ResourceId": led.id, "ResourceType": "vpc"}
            body["State"] = "active"
            body |= {"TransitGatewayAttachments": [{**there, "TransitGatewayAttachmentId": name}]}  # type: ignore[dict-item]
        draft.add(
            "AWS::EC2::TransitGatewayRoute",
            f"transit-gateway-route-table/{table}#{cidr}",
            body,
            account=account,
        )


def _lead(draft: Draft) -> None:
    """Draw the routes of subnets to the transit gateway."""
    for room in draft.rooms:
        for part in room.subnets:
            for route in part.routes:
                if route.get("TransitGatewayId") == "tgw":
                    route["TransitGatewayId"] = GATEWAY
            if part.kept:
                continue
            for other in draft.rooms:
                if other.ranges[0] == room.ranges[0] or not draft.chance(0.93):
                    continue
                wide = other.ranges[0] if draft.chance(0.8) else "10.0.0.0/8"
                part.routes.append({"DestinationCidrBlock": wide, "TransitGatewayId": GATEWAY})
                part.routes += [
                    {"DestinationIpv6CidrBlock": cidr, "TransitGatewayId": GATEWAY}
                    for cidr in other.ranges[1:]
                ]
    draft.joined |= {(a.id, b.id) for a in draft.rooms for b in draft.rooms if a is not b}
