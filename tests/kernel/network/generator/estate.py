# SPDX-License-Identifier: Apache-2.0
"""Draws networks, subnets, and the interfaces in them."""

from typing import Any

from tests.kernel.network.generator.draft import ACCOUNTS, ZONES, Draft, Machine, Part, Room
from tests.kernel.network.world import REGION

HOSTS = 7
"""Interfaces of instances in a world; nodes of gateways and load balancers come on top."""


def room(draft: Draft, *, overlapping: bool = False) -> Room:
    """Draw a network; an overlapping one has the ranges of the one before."""
    number = len(draft.rooms)
    place = number - 1 if overlapping else number
    ranges = [f"10.{place}.0.0/16"]
    if "ipv6" in draft.features and (number == 0 or draft.chance(0.8)) and not overlapping:
        ranges.append(f"2600:1f18:1:{number + 1}00::/56")
    made = Room(
        id=f"vpc-{number:017x}",
        ranges=tuple(ranges),
        account=ACCOUNTS[number % 2 if draft.chance(0.5) else 0],
    )
    made.groups = [f"sg-{number:08x}{place:09x}" for place in range(4 if number == 0 else 3)]
    draft.rooms.append(made)
    for _ in range(3 if number == 0 else 2):
        part(draft, made)
    draft.add("AWS::EC2::VPC", f"vpc/{made.id}", _vpc(made), account=made.account)
    return made


def part(draft: Draft, room: Room, *, zone: str = "", kept: bool = False) -> Part:
    """Add a subnet to a network."""
    number = len(room.subnets)
    net = room.ranges[0].split(".")[1]
    ranges = [f"10.{net}.{number}.0/24"]
    if len(room.ranges) > 1:
        ranges.append(room.ranges[1].replace("00::/56", f"{number + 1:02x}::/64"))
    made = Part(
        id=f"subnet-{draft.rooms.index(room):08x}{number:09x}",
        ranges=tuple(ranges),
        zone=zone or ZONES[number % 2],
        kept=kept,
    )
    room.subnets.append(made)
    draft.add("AWS::EC2::Subnet", f"subnet/{made.id}", _subnet(room, made), account=room.account)
    return made


def machine(
    draft: Draft,
    room: Room,
    part: Part,
    *,
    kind: str = "interface",
    groups: tuple[str, ...] = (),
    both: bool = False,
) -> Machine:
    """Add an interface to a subnet, with an IPv6 address too where `both` are wanted."""
    part.taken += 1
    host = part.taken + 3
    stem = part.ranges[0].removesuffix(".0/24")
    addresses = [f"{stem}.{host}"]
    if len(part.ranges) > 1 and both:
        addresses.append(part.ranges[1].replace("::/64", f"::{host:x}"))
    made = Machine(
        id=f"eni-{draft.rooms.index(room):08x}{room.subnets.index(part):05x}{host:04x}",
        room=room,
        part=part,
        addresses=tuple(addresses),
        groups=groups,
        kind=kind,
    )
    room.hosts.append(made)
    return made


def public(draft: Draft, machine: Machine) -> None:
    """Give an interface an address on the Internet."""
    machine.public = f"52.0.0.{len(draft.publics)}"
    draft.publics.append(machine.public)


def hosts(draft: Draft) -> None:
    """Draw the instances, most of them in the first network."""
    for number in range(HOSTS):
        home = draft.rooms[0] if number < 3 else draft.one(draft.rooms)
        part = draft.one([part for part in home.subnets if not part.kept])
        made = machine(
            draft, home, part, groups=tuple(sorted(draft.some(home.groups, 2))), both=True
        )
        if home.gateway and draft.chance(0.5):
            public(draft, made)
    drawn = [host for room in draft.rooms for host in room.hosts]
    if "middlebox" in draft.features:
        draft.appliance = next(h for h in drawn if h.kind == "interface")
        draft.appliance.forwards = draft.chance(0.9)
    if "unattached" in draft.features:
        drawn[-1].attached = False


def interface(draft: Draft, machine: Machine, *, owner: str = "", **said: object) -> None:
    """Describe an interface."""
    account = owner or machine.room.account
    association = {"PublicIp": machine.public, "IpOwnerId": account} if machine.public else None
    linked = {"Association": association} if association else {}
    body: dict[str, Any] = {
        "NetworkInterfaceId": machine.id,
        "VpcId": machine.room.id,
        "SubnetId": machine.part.id,
        "AvailabilityZone": REGION + machine.part.zone,
        "OwnerId": account,
        "RequesterManaged": machine.kind != "interface",
        "InterfaceType": machine.kind,
        "Description": "",
        "Status": "in-use" if machine.attached else "available",
        "SourceDestCheck": not machine.forwards,
        "PrivateIpAddress": machine.addresses[0],
        "PrivateIpAddresses": [
            {"PrivateIpAddress": machine.addresses[0], "Primary": True, **linked}
        ],
        "Ipv6Addresses": [{"Ipv6Address": address} for address in machine.addresses[1:]],
        "Groups": [{"GroupId": group, "GroupName": group} for group in machine.groups],
        "TagSet": [],
        **linked,
        **said,
    }
    if machine.attached and "RequesterId" not in said:
        ours = {"InstanceId": f"i-{machine.id[4:]}"} if machine.kind == "interface" else {}
        body["Attachment"] = {
            "AttachmentId": f"eni-attach-{machine.id[4:]}",
            "InstanceOwnerId": account,
            "DeviceIndex": 0,
            "Status": "attached",
            **ours,
        }
    draft.add(
        "AWS::EC2::NetworkInterface", f"network-interface/{machine.id}", body, account=account
    )


def _vpc(room: Room) -> dict[str, Any]:
    return {
        "VpcId": room.id,
        "OwnerId": room.account,
        "State": "available",
        "IsDefault": False,
        "CidrBlock": room.ranges[0],
        "CidrBlockAssociationSet": [
            {"CidrBlock": room.ranges[0], "CidrBlockState": {"State": "associated"}}
        ],
        "Ipv6CidrBlockAssociationSet": [
            {"Ipv6CidrBlock": cidr, "Ipv6CidrBlockState": {"State": "associated"}}
            for cidr in room.ranges[1:]
        ],
    }


def _subnet(room: Room, part: Part) -> dict[str, Any]:
    return {
        "SubnetId": part.id,
        "VpcId": room.id,
        "OwnerId": room.account,
        "State": "available",
        "AvailabilityZone": REGION + part.zone,
        "AvailabilityZoneId": f"euw1-az{ZONES.index(part.zone) + 1}",
        "CidrBlock": part.ranges[0],
        "Ipv6CidrBlockAssociationSet": [
            {"Ipv6CidrBlock": cidr, "Ipv6CidrBlockState": {"State": "associated"}}
            for cidr in part.ranges[1:]
        ],
    }
