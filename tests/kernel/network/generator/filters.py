# SPDX-License-Identifier: Apache-2.0
"""Draws security groups, access lists and prefix lists, from few values so that they collide."""

from typing import Any

from tests.kernel.network.generator.draft import Draft, Room
from tests.kernel.network.world import INTERNET_HOSTS

GROUP_PORTS = (
    (0, 65535), (0, 65535), (22, 443), (443, 443), (0, 1023), (1024, 65535), (1023, 1024),
    (65535, 65535), (0, 0), (22, 22),
)  # fmt: skip
LIST_PORTS = (
    (0, 65535), (0, 65535), (1024, 65535), (1024, 65535), (0, 1023), (32768, 65535),
    (1024, 32767), (22, 443), (443, 443),
)  # fmt: skip
EDGE_PORTS = ((1023, 1024), (65535, 65535), (0, 0), (1025, 65535), (0, 1024), (1, 65534))
ECHOES = ((-1, -1), (8, 0), (8, -1), (0, 0), (3, 4), (0, -1))


def _network(address: str, length: int) -> str:
    """Return the range of a length that an IPv4 address lies in."""
    parts = [int(part) for part in address.split(".")]
    number = sum(part << 8 * (3 - place) for place, part in enumerate(parts))
    number &= ~((1 << (32 - length)) - 1)
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0)) + f"/{length}"


def peer_range(draft: Draft) -> str:
    """Draw an IPv4 range that something lies in, or nearly."""
    if draft.chance(0.3):
        return "0.0.0.0/0"
    if "internet" in draft.features and draft.chance(0.25):
        if draft.publics and draft.chance(0.4):
            return _network(draft.one(draft.publics), draft.one((32, 8, 1)))
        return _network(draft.one(INTERNET_HOSTS[:2]), draft.one((32, 31, 8, 1)))
    room = draft.one(draft.rooms)
    if room.hosts and draft.chance(0.4):
        return _network(draft.one(room.hosts).addresses[0], draft.one((32, 32, 31, 30, 24)))
    return draft.one(
        [room.ranges[0], "10.0.0.0/8", "10.0.0.0/15", draft.one(room.subnets).ranges[0]]
    )


def peer_range6(draft: Draft) -> str:
    """Draw an IPv6 range that something lies in, or nearly."""
    if draft.chance(0.4):
        return "::/0"
    if draft.chance(0.2):
        return draft.one((f"{INTERNET_HOSTS[2]}/128", "2001:4860::/32", "2000::/3"))
    room = draft.one([room for room in draft.rooms if len(room.ranges) > 1])
    hosts = [host for host in room.hosts if len(host.addresses) > 1]
    if hosts and draft.chance(0.4):
        return f"{draft.one(hosts).addresses[1]}/128"
    return draft.one([room.ranges[1], draft.one(room.subnets).ranges[1]])


def prefix_list(draft: Draft) -> None:
    """Draw a prefix list of IPv4 ranges."""
    name = f"pl-{len(draft.lists):017x}"
    account = draft.rooms[0].account
    draft.add(
        "AWS::EC2::PrefixList",
        f"prefix-list/{name}",
        {
            "PrefixListId": name,
            "PrefixListName": f"list {len(draft.lists)}",
            "OwnerId": account,
            "AddressFamily": "IPv4",
            "State": "create-complete",
            "MaxEntries": 10,
            "Version": 1,
        },
        account=account,
    )
    for entry in sorted({peer_range(draft) for _ in range(draft.dice.randint(0, 3))}):
        draft.add(
            "AWS::EC2::PrefixListEntry",
            f"prefix-list/{name}#{entry}",
            {"Cidr": entry},
            account=account,
        )
    draft.lists.append(name)


def _ports(draft: Draft) -> dict[str, Any]:
    protocol = draft.one(("tcp", "tcp", "udp", "udp", "-1", "icmp"))
    if protocol == "-1":
        return {"IpProtocol": "-1"}
    first, last = draft.one(ECHOES if protocol == "icmp" else GROUP_PORTS)
    return {"IpProtocol": protocol, "FromPort": first, "ToPort": last}


def _nobody() -> dict[str, Any]:
    return {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}


def _ranges(draft: Draft) -> list[str]:
    return [room.ranges[0] for room in draft.rooms]


def _permission(draft: Draft, room: Room) -> dict[str, Any]:
    """Draw what a security group allows to one kind of peer."""
    said: dict[str, Any] = {**_ports(draft), **_nobody()}
    six = "ipv6" in draft.features and len(room.ranges) > 1
    # Whom a rule means whose members' addresses others have too is written nowhere.
    alone = [other for other in draft.rooms if _ranges(draft).count(other.ranges[0]) == 1]
    near = [other for other in alone if (room.id, other.id) in draft.joined]
    kinds = ["any", "range", "range", "range", "group", "group"]
    kinds += ["list"] if draft.lists else []
    kinds += ["any", "range6", "range6"] if six else []
    match draft.one(kinds):
        case "any":
            said["IpRanges"] = [{"CidrIp": "0.0.0.0/0"}]
            said["Ipv6Ranges"] = [{"CidrIpv6": "::/0"}] if six else []
        case "range":
            said["IpRanges"] = [
                {"CidrIp": cidr} for cidr in sorted({peer_range(draft), peer_range(draft)})
            ]
        case "range6":
            if said["IpProtocol"] == "icmp":
                said |= {"IpProtocol": "icmpv6", "FromPort": draft.one((-1, 128)), "ToPort": -1}
            said["Ipv6Ranges"] = [{"CidrIpv6": peer_range6(draft)}]
        case "list":
            said["PrefixListIds"] = [{"PrefixListId": draft.one(draft.lists)}]
        case _:
            other = draft.one([room, room, *near, *near])
            said["UserIdGroupPairs"] = [
                {"GroupId": draft.one(other.groups), "UserId": other.account}
            ]
    return said


def _open(draft: Draft, room: Room) -> list[dict[str, Any]]:
    """Return what a new security group allows outwards."""
    both = "ipv6" in draft.features and len(room.ranges) > 1
    return [
        {
            "IpProtocol": "-1",
            "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            "Ipv6Ranges": [{"CidrIpv6": "::/0"}] if both else [],
            "PrefixListIds": [],
            "UserIdGroupPairs": [],
        }
    ]


def _inward(draft: Draft, room: Room, name: str) -> list[dict[str, Any]]:
    """Draw what comes in: nothing, one kind of peer at every port, or several at some."""
    if draft.chance(0.1):
        return []
    everything = {"IpProtocol": "-1", "FromPort": -1, "ToPort": -1}
    if name in draft.behind:
        return [{**everything, **_nobody(), "IpRanges": [{"CidrIp": draft.behind[name]}]}]
    if draft.chance(0.5):
        return [{**_permission(draft, room), **everything}]
    return [_permission(draft, room) for _ in range(draft.one((3, 4, 5)))]


def security_groups(draft: Draft) -> None:
    """Draw the rules of all security groups, one of which may have none."""
    for room in draft.rooms:
        for name in room.groups:
            inward = _inward(draft, room, name)
            outward = (
                _open(draft, room)
                if draft.chance(0.65)
                else [_permission(draft, room) for _ in range(draft.one((0, 3, 4, 5)))]
            )
            draft.add(
                "AWS::EC2::SecurityGroup",
                f"security-group/{name}",
                {
                    "GroupId": name,
                    "GroupName": name,
                    "Description": "",
                    "VpcId": room.id,
                    "OwnerId": room.account,
                    "IpPermissions": inward,
                    "IpPermissionsEgress": outward,
                },
                account=room.account,
            )


def _entry(draft: Draft, room: Room, number: int, *, egress: bool) -> dict[str, Any]:
    """Draw one rule of an access list."""
    six = len(room.ranges) > 1 and draft.chance(0.4)
    said: dict[str, Any] = {
        "RuleNumber": number,
        "Egress": egress,
        "RuleAction": "allow" if draft.chance(0.75) else "deny",
        "Protocol": draft.one(("6", "6", "17", "17", "-1", "-1", "58" if six else "1")),
        "Ipv6CidrBlock" if six else "CidrBlock": peer_range6(draft) if six else peer_range(draft),
    }
    if said["Protocol"] in ("6", "17"):
        pool = LIST_PORTS if draft.nodes or draft.chance(0.6) else EDGE_PORTS
        first, last = draft.one(pool)
        said["PortRange"] = {"From": first, "To": last}
    elif said["Protocol"] == "1":
        kind, code = draft.one(ECHOES)
        said["IcmpTypeCode"] = {"Type": kind, "Code": code}
    elif said["Protocol"] == "58":
        said["IcmpTypeCode"] = {"Type": draft.one((-1, 128, 129)), "Code": -1}
    return said


def _plain(number: int, action: str, *, egress: bool, six: bool = False) -> dict[str, Any]:
    return {
        "RuleNumber": number,
        "Egress": egress,
        "RuleAction": action,
        "Protocol": "-1",
        "Ipv6CidrBlock" if six else "CidrBlock": "::/0" if six else "0.0.0.0/0",
    }


def _half(draft: Draft) -> dict[str, Any]:
    """Draw a rule that lets in half of the ports that a node may choose."""
    first, last = draft.one(((1024, 32767), (32768, 65535)))
    ports = {"Protocol": "6", "PortRange": {"From": first, "To": last}}
    return _plain(50, "allow", egress=False) | ports


def _entries(draft: Draft, room: Room, *, egress: bool, kept: bool) -> list[dict[str, Any]]:
    """Draw the rules of one direction, in no order, and the vendor's last one; lists of subnets
    that are `kept` for gateways may tell the ports apart that these choose.
    """
    entries = []
    if kept and not egress and draft.chance(0.4):
        entries = [_half(draft)]
    elif draft.chance(0.65):
        count = draft.one((0, 1, 2, 3, 4))
        numbers = draft.dice.sample(range(1, 90), count)
        entries = [_entry(draft, room, number, egress=egress) for number in numbers]
        if draft.chance(0.85):
            entries.append(_plain(100, "allow", egress=egress))
    else:
        entries = [_plain(100, "allow", egress=egress)]
    if len(room.ranges) > 1:
        if draft.chance(0.9):
            entries.append(_plain(101, "allow", egress=egress, six=True))
        entries.append(_plain(32768, "deny", egress=egress, six=True))
    return [*entries, _plain(32767, "deny", egress=egress)]


def access_lists(draft: Draft) -> None:
    """Draw access lists, which subnets of a network share or not."""
    number = 0
    for room in draft.rooms:
        parts = list(room.subnets)
        draft.dice.shuffle(parts)
        while parts:
            share = [parts.pop() for _ in range(min(len(parts), draft.one((1, 1, 2))))]
            kept = [part for part in room.subnets if part.kept]
            if any(part.kept for part in share):
                # Nodes of one gateway in two zones are told apart by nothing.
                share += [part for part in kept if part not in share]
                parts = [part for part in parts if part not in kept]
            name = f"acl-{number:017x}"
            number += 1
            entries = [
                entry
                for egress in (False, True)
                for entry in _entries(draft, room, egress=egress, kept=any(p.kept for p in share))
            ]
            draft.add(
                "AWS::EC2::NetworkAcl",
                f"network-acl/{name}",
                {
                    "NetworkAclId": name,
                    "VpcId": room.id,
                    "OwnerId": room.account,
                    "IsDefault": False,
                    "Associations": [
                        {
                            "NetworkAclAssociationId": f"aclassoc-{part.id[7:]}",
                            "NetworkAclId": name,
                            "SubnetId": part.id,
                        }
                        for part in share
                    ],
                    "Entries": entries,
                },
                account=room.account,
            )
