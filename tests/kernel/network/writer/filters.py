# SPDX-License-Identifier: Apache-2.0
"""Writes security groups as chains of a box, and access lists as chains of the fabric."""

from collections.abc import Iterator, Sequence

from tests.kernel.network.world import Body
from tests.kernel.network.writer.plan import Plan, family, version

DIRECT, APPLIANCE, TRANSIT, PEERED, BALANCED, ANSWER, NAMED = 0, 1, 2, 4, 8, 16, 32
"""What a packet has passed, written into its DSCP field, which nothing else looks at; `NAMED` is
one that its sender may send only because a rule names the receiver's group, `ANSWER` what a
probe over UDP is answered by."""


def matched(direction: str, cidr: str) -> str:
    """Return the match of a range; an IPv4 one never means IPv6 packets."""
    side = "saddr" if direction == "in" else "daddr"
    if cidr.endswith("/0"):
        return "meta nfproto ipv4" if version(cidr) == 4 else "meta nfproto ipv6"
    return f"{'ip' if version(cidr) == 4 else 'ip6'} {side} {cidr}"


def _ports(word: str, first: int, last: int) -> str:
    return f"{word} dport {first}-{last}" if first != last else f"{word} dport {first}"


def _echo(word: str, kind: int, code: int) -> str:
    name = "icmp" if word == "icmp" else "ipv6-icmp"
    text = f"meta l4proto {name}"
    text += f" {word} type {kind}" if kind != -1 else ""
    return text + (f" {word} code {code}" if code != -1 else "")


def _what(permission: Body) -> str:
    """Return the match of what a rule of a security group allows."""
    protocol = permission["IpProtocol"]
    if protocol == "-1":
        return ""
    first, last = permission["FromPort"], permission["ToPort"]
    if protocol in ("icmp", "icmpv6"):
        return _echo(protocol, first, last)
    return _ports(protocol, first, last)


def group_rules(plan: Plan, interface: str, direction: str) -> Iterator[str]:
    """Yield the rules of all security groups of an interface, those that name groups last."""
    rules = list(_group_rules(plan, interface, direction))
    mark = f"dscp set {NAMED}"
    yield from sorted(rules, key=lambda rule: mark in rule)


def _group_rules(plan: Plan, interface: str, direction: str) -> Iterator[str]:
    groups = plan.world.by("SecurityGroup", "GroupId")
    member = "IpPermissions" if direction == "in" else "IpPermissionsEgress"
    for said in plan.interfaces[interface]["Groups"]:
        for permission in groups[said["GroupId"]][member]:
            for peer in _peers(plan, interface, direction, permission):
                word, _, named = peer.partition("@")
                mark = f"{named} dscp set {NAMED} " if named else ""
                yield f"{word} {_what(permission)} {mark}accept"


def _peers(plan: Plan, interface: str, direction: str, permission: Body) -> Iterator[str]:
    cidrs = [said["CidrIp"] for said in permission["IpRanges"]]
    cidrs += [said["CidrIpv6"] for said in permission["Ipv6Ranges"]]
    for said in permission["PrefixListIds"]:
        cidrs += plan.ranges(said["PrefixListId"])
    for cidr in cidrs:
        yield matched(direction, cidr)
    for said in permission["UserIdGroupPairs"]:
        yield from _group(plan, interface, direction, said["GroupId"])


def _group(plan: Plan, interface: str, direction: str, group: str) -> Iterator[str]:
    """Yield the match of the members of a security group, by their own addresses alone."""
    here = plan.interfaces[interface]["VpcId"]
    there = plan.world.by("SecurityGroup", "GroupId")[group]["VpcId"]
    if here == there:
        passed = DIRECT
    elif plan.peered(here, there):
        passed = PEERED
    elif direction == "in" and _named_over_transit(plan, here, there):
        passed = TRANSIT
    else:
        return
    # What an appliance takes and sends on for others is not from a group to a group.
    own = "fib daddr type local " if plan.interfaces[interface]["SourceDestCheck"] is False else ""
    for name in plan.members(group):
        for address in plan.addresses(name):
            word = family(address)
            if direction == "out":
                yield f"{word} daddr {address} {word} dscp {DIRECT}@{word}"
            else:
                marks = f"{{ {DIRECT}, {NAMED} }}" if passed == DIRECT else passed
                yield f"{own}{word} saddr {address} {word} dscp {marks}"
    if direction == "in" and group in _balancer_groups(plan):
        # A network load balancer that keeps the client's address is still named by its group.
        yield f"ip dscp {BALANCED}"


def _balancer_groups(plan: Plan) -> list[str]:
    return [group for body in plan.world.of("LoadBalancer") for group in body["SecurityGroups"]]


def _named_over_transit(plan: Plan, here: str, there: str) -> bool:
    """Say whether rules may name groups of the other network that a transit gateway joins."""
    switch = "SecurityGroupReferencingSupport"
    gateways = [body["Options"][switch] for body in plan.world.of("TransitGateway")]
    sides = [
        body["Options"][switch]
        for body in plan.world.of("TransitGatewayVpcAttachment")
        if body["VpcId"] in (here, there)
    ]
    return len(sides) == 2 and {*gateways, *sides} == {"enable"}


def _entry(entry: Body, direction: str) -> str:
    """Return the rule of an access list: the first that matches decides."""
    cidr = entry.get("CidrBlock") or entry["Ipv6CidrBlock"]
    words = [matched(direction, cidr)]
    match entry["Protocol"]:
        case "6" | "17" as number:
            ports = entry["PortRange"]
            words.append(_ports("tcp" if number == "6" else "udp", ports["From"], ports["To"]))
        case "1" | "58" as number:
            said = entry["IcmpTypeCode"]
            words.append(_echo("icmp" if number == "1" else "icmpv6", said["Type"], said["Code"]))
        case _:
            pass
    # What passes one list may meet another; what is denied meets none.
    return " ".join([*words, "return" if entry["RuleAction"] == "allow" else "drop"])


def _chain(plan: Plan, subnet: str, direction: str) -> Iterator[str]:
    entries = [
        entry
        for entry in plan.list_of(subnet)["Entries"]
        if entry["Egress"] is (direction == "out")
    ]
    for entry in sorted(entries, key=lambda entry: int(entry["RuleNumber"])):
        yield _entry(entry, direction)
    yield "drop"


def _set(names: Sequence[str]) -> str:
    return "{ " + ", ".join(f'"{name}"' for name in names) + " }"


def access_lists(plan: Plan) -> Iterator[str]:
    """Yield the chains of all subnets, and what leads packets through them."""
    order = list(plan.subnets)
    for number, subnet in enumerate(order):
        for direction in ("in", "out"):
            yield f"chain s{number}{direction} {{"
            yield from _chain(plan, subnet, direction)
            yield "}"
    yield "chain lists {"
    yield "type filter hook forward priority 0; policy accept;"
    for number, subnet in enumerate(order):
        yield from _crossings(plan, subnet, number)
    yield "}"


def _crossings(plan: Plan, subnet: str, number: int) -> Iterator[str]:
    """Yield which packets cross the border of a subnet.

    An interface of a transit gateway is in its subnet: what it sends to that subnet itself crosses
    nothing, but what the subnet sends to it is looked at in both directions.

    https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
    """
    room = plan.rooms[plan.subnets[subnet]["VpcId"]]
    hosts = [f"h{plan.boxes[name]}" for name in plan.of_subnet(subnet)]
    zones = [
        zone
        for zone, one in plan.attachments(plan.subnets[subnet]["VpcId"]).items()
        if one == subnet
    ]
    arriving = [f"u{room}{zone}i" for zone in zones]
    inside = hosts + arriving
    if not inside:
        return
    if hosts:
        yield f"iifname {_set(inside)} oifname != {_set(hosts)} jump s{number}out"
        yield f"oifname {_set(hosts)} iifname != {_set(inside)} jump s{number}in"
    else:
        yield f"iifname {_set(inside)} jump s{number}out"
    if zones:
        leaving = [f"t{room}{zone}o" for zone in zones]
        yield f"oifname {_set(leaving)} jump s{number}in"
