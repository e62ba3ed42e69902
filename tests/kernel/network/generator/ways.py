# SPDX-License-Identifier: Apache-2.0
"""Draws what joins networks to one another and to the Internet, and the routes that lead there."""

from typing import Any

from tests.kernel.network.generator import estate
from tests.kernel.network.generator.draft import Draft, Part, Room
from tests.kernel.network.world import INTERNET_HOSTS, REGION

ROUTED = "pl-0000000000000feed"
"""A prefix list that routes name."""


def gateways(draft: Draft) -> None:
    """Draw Internet gateways, egress-only ones, and a NAT gateway with its subnet."""
    for number, room in enumerate(draft.rooms):
        if "internet" in draft.features and (number == 0 or draft.chance(0.6)):
            room.gateway = f"igw-{number:017x}"
            draft.add(
                "AWS::EC2::InternetGateway",
                f"internet-gateway/{room.gateway}",
                {
                    "InternetGatewayId": room.gateway,
                    "OwnerId": room.account,
                    "Attachments": [{"State": "available", "VpcId": room.id}],
                },
                account=room.account,
            )
        if "internet" in draft.features and len(room.ranges) > 1 and draft.chance(0.7):
            room.outward = f"eigw-{number:017x}"
            draft.add(
                "AWS::EC2::EgressOnlyInternetGateway",
                f"egress-only-internet-gateway/{room.outward}",
                {
                    "EgressOnlyInternetGatewayId": room.outward,
                    "Attachments": [{"State": "attached", "VpcId": room.id}],
                },
                account=room.account,
            )
    if "nat" in draft.features:
        _nat(draft, draft.rooms[0])


def _nat(draft: Draft, room: Room) -> None:
    part = estate.part(draft, room, kept=True)
    node = estate.machine(draft, room, part, kind="nat_gateway")
    private = "transit" in draft.features and draft.chance(0.5)
    room.nat = "nat-0000000000000000a"
    address: dict[str, Any] = {
        "NetworkInterfaceId": node.id,
        "PrivateIp": node.addresses[0],
        "IsPrimary": True,
        "Status": "succeeded",
    }
    if not private:
        estate.public(draft, node)
        address |= {"PublicIp": node.public, "AllocationId": "eipalloc-0000000000000000a"}
    if room.gateway and draft.chance(0.9):
        part.routes.append({"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": room.gateway})
    draft.add(
        "AWS::EC2::NatGateway",
        f"natgateway/{room.nat}",
        {
            "NatGatewayId": room.nat,
            "VpcId": room.id,
            "SubnetId": part.id,
            "State": "available",
            "ConnectivityType": "private" if private else "public",
            "NatGatewayAddresses": [address],
        },
        account=room.account,
    )
    if private:
        part.routes.append({"DestinationCidrBlock": "10.0.0.0/8", "TransitGatewayId": "tgw"})


def peering(draft: Draft) -> None:
    """Draw a peering between the first two networks, which may have been taken down."""
    here, there = draft.rooms[:2]
    active = draft.chance(0.9)
    name = "pcx-0000000000000000a"
    sides = {
        side: {
            "VpcId": room.id,
            "OwnerId": room.account,
            "Region": REGION,
            "CidrBlock": room.ranges[0],
            "CidrBlockSet": [{"CidrBlock": room.ranges[0]}],
            "Ipv6CidrBlockSet": [{"Ipv6CidrBlock": cidr} for cidr in room.ranges[1:]],
        }
        for side, room in (("RequesterVpcInfo", here), ("AccepterVpcInfo", there))
    }
    draft.add(
        "AWS::EC2::VPCPeeringConnection",
        f"vpc-peering-connection/{name}",
        {
            "VpcPeeringConnectionId": name,
            "Status": {"Code": "active" if active else "deleted"},
            **sides,
        },
        account=here.account,
    )
    draft.joined |= {(here.id, there.id), (there.id, here.id)}
    for room, other in ((here, there), (there, here)):
        for part in room.subnets:
            if draft.chance(0.93) and not part.kept:
                _lead(draft, part, other, {"VpcPeeringConnectionId": name}, active=active)


def _lead(
    draft: Draft, part: Part, other: Room, target: dict[str, str], *, active: bool = True
) -> None:
    """Draw the routes of a subnet to another network."""
    state = "active" if active else "blackhole"
    wide = other.ranges[0] if draft.chance(0.8) else draft.one(other.subnets).ranges[0]
    part.routes.append({"DestinationCidrBlock": wide, "State": state, **target})
    if len(other.ranges) > 1 and draft.chance(0.9):
        part.routes.append({"DestinationIpv6CidrBlock": other.ranges[1], "State": state, **target})


def routes(draft: Draft) -> None:
    """Draw the routes of subnets to the Internet, to appliances, and to nowhere."""
    for room in draft.rooms:
        for part in room.subnets:
            if not part.kept:
                _outward(draft, room, part)
                _inward(draft, room, part)
    if "lists" in draft.features:
        _listed(draft)


def _outward(draft: Draft, room: Room, part: Part) -> None:
    target = {}
    if room.nat and draft.chance(0.5):
        target = {"NatGatewayId": room.nat}
    elif room.gateway and draft.chance(0.8):
        target = {"GatewayId": room.gateway}
    elif (box := draft.appliance) and box.room is room and box.part is not part:
        target = {"NetworkInterfaceId": box.id}
    if target:
        part.routes.append({"DestinationCidrBlock": "0.0.0.0/0", **target})
    if len(room.ranges) > 1:
        out = [{"EgressOnlyInternetGatewayId": room.outward}] if room.outward else []
        out += [{"GatewayId": room.gateway}] if room.gateway else []
        if out and draft.chance(0.85):
            part.routes.append({"DestinationIpv6CidrBlock": "::/0", **draft.one(out)})


def _inward(draft: Draft, room: Room, part: Part) -> None:
    others = [other for other in room.subnets if other is not part]
    box = draft.appliance
    if box and box.room is room and box.part is not part and draft.chance(0.9):
        beyond = [other for other in others if other is not box.part]
        if beyond:
            part.routes.append(
                {
                    "DestinationCidrBlock": draft.one(beyond).ranges[0],
                    "NetworkInterfaceId": box.id,
                }
            )
    if draft.chance(0.2):
        lost = draft.one(
            [f"{INTERNET_HOSTS[0]}/32", "8.0.0.0/7"]
            + [other.subnets[0].ranges[0] for other in draft.rooms if other is not room]
            + [other.ranges[0] for other in room.subnets]
        )
        part.routes.append(
            {
                "DestinationCidrBlock": lost,
                "NetworkInterfaceId": "eni-0dead000000000000",
                "State": "blackhole",
            }
        )


def _listed(draft: Draft) -> None:
    """Draw a prefix list of ranges on the Internet, and a route to them."""
    account = draft.rooms[0].account
    draft.add(
        "AWS::EC2::PrefixList",
        f"prefix-list/{ROUTED}",
        {
            "PrefixListId": ROUTED,
            "PrefixListName": "routed",
            "OwnerId": account,
            "AddressFamily": "IPv4",
            "State": "create-complete",
            "MaxEntries": 10,
            "Version": 3,
        },
        account=account,
    )
    for cidr in draft.some([f"{INTERNET_HOSTS[0]}/32", "1.1.0.0/16", "8.0.0.0/8"], 2):
        draft.add(
            "AWS::EC2::PrefixListEntry",
            f"prefix-list/{ROUTED}#{cidr}",
            {"Cidr": cidr},
            account=account,
        )
    room = draft.rooms[0]
    target = {"GatewayId": room.gateway} if room.gateway and draft.chance(0.5) else None
    gone = {"NetworkInterfaceId": "eni-0dead000000000000", "State": "blackhole"}
    part = draft.one([part for part in room.subnets if not part.kept])
    part.routes.append({"DestinationPrefixListId": ROUTED, **(target or gone)})


def tables(draft: Draft) -> None:
    """Describe the route tables; the first subnet's is its network's main one."""
    for number, room in enumerate(draft.rooms):
        for place, part in enumerate(room.subnets):
            name = f"rtb-{number:08x}{place:09x}"
            main = place == 0
            if not main and not part.kept and draft.chance(0.25):
                continue  # It has the main one.
            link: dict[str, Any] = {
                "RouteTableAssociationId": f"rtbassoc-{name[4:]}",
                "RouteTableId": name,
                "Main": main,
                "AssociationState": {"State": "associated"},
            }
            draft.add(
                "AWS::EC2::RouteTable",
                f"route-table/{name}",
                {
                    "RouteTableId": name,
                    "VpcId": room.id,
                    "OwnerId": room.account,
                    "Associations": [link if main else {**link, "SubnetId": part.id}],
                    "PropagatingVgws": [],
                    "Routes": _local(room) + _told(part),
                },
                account=room.account,
            )


def _local(room: Room) -> list[dict[str, Any]]:
    return [
        {
            "DestinationIpv6CidrBlock" if ":" in cidr else "DestinationCidrBlock": cidr,
            "GatewayId": "local",
            "State": "active",
            "Origin": "CreateRouteTable",
        }
        for cidr in room.ranges
    ]


def _told(part: Part) -> list[dict[str, Any]]:
    """Return a subnet's own routes, of which the first to a destination is the one that is."""
    kept: dict[str, dict[str, Any]] = {}
    for route in part.routes:
        said = {"State": "active", "Origin": "CreateRoute", **route}
        kept.setdefault(next(v for k, v in said.items() if k.startswith("Destination")), said)
    return list(kept.values())
