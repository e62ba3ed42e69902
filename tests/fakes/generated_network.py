# SPDX-License-Identifier: Apache-2.0
"""Small networks by chance, drawn to collide: few ranges, all ways between them, much missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import (
    AccessList,
    Interface,
    InternetBlock,
    InternetBlockExclusion,
    Network,
    PrefixList,
    Rule,
    SecurityGroup,
    Subnet,
)
from bartizan.model.facts.routing import (
    Gateway,
    Peering,
    RemoteSite,
    Route,
    RouteTable,
    TransitAttachment,
    TransitGateway,
    TransitRoute,
)
from bartizan.model.facts.service import Endpoint
from bartizan.model.packet import ANY, ICMP, ICMPV6, TCP, UDP
from bartizan.model.table import Row
from tests.fakes.dice import Dice

ACCOUNTS = ("111111111111", "222222222222")
REGIONS = ("eu-west-1", "us-east-1")
ZONES = ("z1", "z2")
FOURS = ("10.0", "10.1", "10.0", "172.16")
SIXES = ("2600:1f18:0:", "2600:1f18:1:", "fd00:1:0:")
OUTSIDE = ("52.0.0.0/8", "8.8.8.0/24", "8.8.8.8/32", "203.0.113.0/24", "2001:db8::/32")
WIDE = ("0.0.0.0/0", "::/0", "10.0.0.0/8", "10.0.0.0/15", "2600::/12")
PORTS = ((-1, -1), (0, 65535), (22, 22), (443, 443), (1024, 65535), (32768, 60999), (53, 53))
MESSAGES = ((-1, -1), (8, -1), (8, 0), (0, 0), (0, -1), (3, 4), (3, -1), (128, -1), (129, -1))
ASKED = ((TCP, 22), (TCP, 443), (TCP, 80), (UDP, 53), (ICMP, 8), (ICMP, 3), (ICMPV6, 128), (47, 0))
"""Protocols and ports that are worth asking about."""

_KINDS = ("interface",) * 8 + ("lambda", "network_load_balancer", "vpc_endpoint", "nat_gateway")
_DARK = (
    ("AWS::EC2::NetworkInterface", ""),
    ("AWS::EC2::SecurityGroupRule", ""),
    ("AWS::EC2::InternetGateway", ""),
    ("AWS::EC2::TransitGatewayRoute", ""),
    ("AWS::EC2::VPCBlockPublicAccessExclusion", ""),
    ("AWS::EC2::SecurityGroup", "sg-0"),
    ("AWS::EC2::RouteTable", "rtb-0"),
)


@dataclass(slots=True)
class Drawn:
    """An estate while it is drawn."""

    dice: Dice
    rows: list[Row] = field(default_factory=list)
    networks: list[Network] = field(default_factory=list)
    subnets: list[Subnet] = field(default_factory=list)
    interfaces: list[Interface] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    edges: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    targets: list[tuple[str, str]] = field(default_factory=list)
    used: set[tuple[str, str]] = field(default_factory=set)

    @property
    def blocks(self) -> list[str]:
        """Ranges that rules and routes may name."""
        own = [block for network in self.networks for block in network.ranges]
        parts = [block for subnet in self.subnets for block in subnet.ranges]
        hosts = [
            f"{address}/{128 if ':' in address else 32}"
            for row in self.interfaces
            for address in (*row.addresses, *row.public.values())
            if "/" not in address
        ]
        return [*WIDE, *own, *parts, *OUTSIDE, *hosts]


def network_estate(dice: Dice) -> Facts:
    """Draw an estate."""
    return Facts.of(rows(dice))


def rows(dice: Dice) -> list[Row]:
    """Draw the rows of an estate."""
    drawn = Drawn(dice)
    _grounds(drawn)
    for step in (
        _filters,
        _gateways,
        _joins,
        _transit,
        _sites,
        _prefixes,
        _routes,
        _rules,
        _shields,
    ):
        drawn.rows.extend(step(drawn))
    return list(_less(drawn))


def _less(drawn: Drawn) -> Iterator[Row]:
    """Lose some rows, and tell of some losses."""
    dice = drawn.dice
    losing = dice.chance(30)
    parts = (drawn.networks, drawn.subnets, drawn.interfaces, drawn.rows)
    for row in (row for part in parts for row in part):
        if not (losing and not isinstance(row, Interface) and dice.chance(4)):
            yield row
    if dice.chance(15):
        kind, name = dice.one(_DARK)
        yield _unread(kind, name, dice)


def _unread(kind: str, name: str, dice: Dice) -> Unread:
    return Unread(
        provider="aws",
        account=dice.one(ACCOUNTS),
        region=dice.one((*REGIONS, "")),
        service="ec2",
        operation="DescribeSomething",
        action="ec2:DescribeSomething",
        kind=kind,
        resource=name,
        code="denied",
        reason="no",
    )


def _grounds(drawn: Drawn) -> None:
    """Draw networks, their subnets and what is in them."""
    dice = drawn.dice
    for number in range(1 + dice.below(3)):
        four, six = dice.one(FOURS), dice.one(SIXES)
        ranges = (f"{four}.0.0/16", *([f"{six}:/48"] if dice.chance(40) else []))
        drawn.networks.append(
            Network(
                id=f"vpc-{number}", provider="aws", account=dice.one(ACCOUNTS),
                region=REGIONS[dice.chance(15)], name="", ranges=ranges, tags={},
            )
        )  # fmt: skip
        drawn.groups += [f"sg-{number * 2}", f"sg-{number * 2 + 1}"]
        drawn.tables += [f"rtb-{number * 2}", f"rtb-{number * 2 + 1}"]
        drawn.lists += [f"acl-{number}"]
        for at in range(1 + dice.below(2)):
            _subnet(drawn, drawn.networks[-1], number * 2 + at, four=four, six=six)


def _subnet(drawn: Drawn, network: Network, number: int, *, four: str, six: str) -> None:
    dice = drawn.dice
    ranges = [f"{four}.{number % 2}.0/24"]
    if len(network.ranges) > 1 and dice.chance(80):
        ranges.append(f"{six}{number % 2}::/64")
    own = int(network.id.removeprefix("vpc-"))
    table = f"rtb-{own * 2 + dice.below(2)}" if not dice.chance(3) else ""
    drawn.subnets.append(
        Subnet(
            id=f"subnet-{number}", network=network.id, account=network.account,
            region=network.region, zone=dice.one(ZONES), name="", ranges=tuple(ranges),
            route_table=table, acl=f"acl-{own}" if not dice.chance(3) else "", tags={},
        )
    )  # fmt: skip
    for _ in range(1 + dice.below(2)):
        _interface(drawn, drawn.subnets[-1], dice.one(_KINDS))


def _interface(drawn: Drawn, subnet: Subnet, kind: str, *, public: int = 30) -> Interface:
    dice, number = drawn.dice, len(drawn.interfaces)
    addresses = []
    for block in subnet.ranges:
        base = block.rpartition("/")[0]
        host = f"{base}{number + 5}" if ":" in base else f"{base[:-1]}{number + 5}"
        if ":" not in base or dice.chance(60):
            addresses.append(host)
    if dice.chance(8):
        addresses.append(f"{subnet.ranges[0].rpartition('.')[0]}.{32 + 16 * (number % 12)}/28")
    shown = {addresses[0]: f"52.1.0.{number}"} if dice.chance(public) else {}
    groups = dice.some(drawn.groups, least=1, most=2)
    if kind in {"nat_gateway", "network_load_balancer"}:
        groups = groups if kind == "network_load_balancer" and dice.chance(50) else []
    row = Interface(
        id=f"eni-{number}", network=subnet.network, subnet=subnet.id, account=subnet.account,
        region=subnet.region, kind=kind, thing=f"i-{number // 2}" if dice.chance(20) else "",
        attached=not dice.chance(4), addresses=tuple(addresses), public=shown,
        groups=tuple(sorted(groups)), forwards=dice.chance(25), name="", tags={},
        denies_internet=dice.chance(5),
    )  # fmt: skip
    drawn.interfaces.append(row)
    return row


def _filters(drawn: Drawn) -> Iterator[Row]:
    where = {row.id.removeprefix("vpc-"): row for row in drawn.networks}
    for name in drawn.groups:
        network = where[str(int(name.removeprefix("sg-")) // 2)]
        yield SecurityGroup(
            id=name, network=network.id, account=network.account, region=network.region, name="",
            tags={},
        )  # fmt: skip
    for name in drawn.lists:
        network = where[name.removeprefix("acl-")]
        yield AccessList(
            id=name, network=network.id, account=network.account, region=network.region, name=""
        )


def _gateways(drawn: Drawn) -> Iterator[Row]:
    dice = drawn.dice
    edges: dict[str, list[str]] = {}
    for number, network in enumerate(drawn.networks):
        held = [("internet", f"igw-{number}", "internet-gateway", 80)]
        held.append(("egress-only-internet", f"eigw-{number}", "egress-only-internet-gateway", 25))
        held.append(("virtual-private", f"vgw-{number}", "virtual-private-gateway", 20))
        for kind, name, word, percent in held:
            drawn.targets.append((word, name))
            if dice.chance(percent):
                yield _gateway(drawn, network, kind, name)
            if kind != "egress-only-internet" and dice.chance(12):
                edges.setdefault(f"rtb-{number}-edge", []).append(name)
        if dice.chance(50):
            subnet = dice.one([row for row in drawn.subnets if row.network == network.id])
            nat = _interface(drawn, subnet, "nat_gateway", public=75)
            drawn.targets.append(("nat-gateway", f"nat-{number}"))
            yield replace(
                _gateway(drawn, network, "nat", f"nat-{number}"),
                subnet=subnet.id, interfaces=(nat.id,), private=not nat.public,
            )  # fmt: skip
    drawn.edges = list(edges)
    for name in (*drawn.tables, *edges):
        number = int(name.split("-")[1])
        network = drawn.networks[number if name in edges else number // 2]
        yield RouteTable(
            id=name, network=network.id, account=network.account, region=network.region, name="",
            main=name not in edges and number % 2 == 0,
            gateways=tuple(sorted(edges.get(name, ()))),
        )  # fmt: skip


def _gateway(drawn: Drawn, network: Network, kind: str, name: str) -> Gateway:
    return Gateway(
        id=name, kind=kind, account=network.account, region=network.region, network=network.id,
        subnet="", private=False, interfaces=(), available=not drawn.dice.chance(5), name="",
    )  # fmt: skip


def _joins(drawn: Drawn) -> Iterator[Row]:
    """Draw peerings and endpoints that routes lead to."""
    dice = drawn.dice
    for number in range(dice.below(3)):
        ends = (dice.one(drawn.networks), dice.one(drawn.networks))
        drawn.targets.append(("peering", f"pcx-{number}"))
        if ends[0].id != ends[1].id:
            yield Peering(
                id=f"pcx-{number}", networks=(ends[0].id, ends[1].id),
                accounts=(ends[0].account, ends[1].account),
                regions=(ends[0].region, ends[1].region),
                ranges={end.id: ",".join(end.ranges) for end in ends},
                active=not dice.chance(10),
            )  # fmt: skip
    for kind in ("gateway", "gateway-load-balancer"):
        if dice.chance(15):
            subnet = dice.one(drawn.subnets)
            node = _interface(drawn, subnet, "gateway_load_balancer_endpoint", public=0)
            drawn.targets.append(("endpoint", f"vpce-{kind}"))
            yield Endpoint(
                id=f"vpce-{kind}", kind=kind, network=subnet.network, account=subnet.account,
                region=subnet.region, service="", interfaces=(node.id,), private_names=False,
                preserves_client=False, available=not dice.chance(10), name="",
            )  # fmt: skip


def _transit(drawn: Drawn) -> Iterator[Row]:
    dice = drawn.dice
    count = dice.below(3)
    tables = [f"tgw-rtb-{number}" for number in range(2 * count)]
    attachments: list[TransitAttachment] = []
    for number in range(count):
        name = f"tgw-{number}"
        drawn.targets += [("transit-gateway", name)] * 3
        yield TransitGateway(
            id=name, account=ACCOUNTS[0], region=REGIONS[0], name="",
            group_references=dice.chance(60),
        )  # fmt: skip
        for at, network in enumerate(drawn.networks):
            if dice.chance(85):
                own = [row.id for row in drawn.subnets if row.network == network.id]
                attachments.append(
                    _attachment(
                        drawn,
                        f"tgw-attach-{number}-{at}",
                        name,
                        kind="vpc",
                        resource=network.id,
                        tables=tables,
                    )
                )
                held = tuple(sorted(dice.some(own, least=1, most=2)))
                attachments[-1] = replace(attachments[-1], subnets=held)
    if count > 1 and dice.chance(60):
        for one, other in (("tgw-0", "tgw-1"), ("tgw-1", "tgw-0")):
            attachments.append(
                _attachment(
                    drawn, "tgw-attach-p", one, kind="peering", resource=other, tables=tables
                )
            )
    if count and dice.chance(30):
        attachments.append(
            _attachment(
                drawn, "tgw-attach-v", "tgw-0", kind="vpn", resource="vpn-0", tables=tables
            )
        )
    yield from attachments
    names = [row.id for row in attachments] or [""]
    for table in tables:
        yield from _transit_routes(drawn, table, names)


def _attachment(
    drawn: Drawn, name: str, gateway: str, *, kind: str, resource: str, tables: Sequence[str]
) -> TransitAttachment:
    dice = drawn.dice
    own = [table for table in tables if int(table[-1]) // 2 == int(gateway[-1])]
    return TransitAttachment(
        id=name, gateway=gateway, kind=kind, resource=resource, account=ACCOUNTS[0],
        route_table=dice.one(own) if not dice.chance(4) else "", subnets=(),
        appliance=dice.chance(15), group_references=not dice.chance(15),
        available=not dice.chance(4),
    )  # fmt: skip


def _transit_routes(drawn: Drawn, table: str, names: Sequence[str]) -> Iterator[Row]:
    dice = drawn.dice
    seen = set()
    for row in drawn.networks:
        held = [name for name in names if name.endswith(row.id[-1]) and name[-3] == table[-1]]
        held = held or [name for name in names if name.endswith(row.id[-1])]
        for block in row.ranges:
            if held and block not in seen and dice.chance(80):
                seen.add(block)
                yield TransitRoute(
                    owner=table, destination=block, attachments=(dice.one(held),),
                    blackhole=dice.chance(5), propagated=dice.chance(60),
                )  # fmt: skip
    for _ in range(dice.below(3)):
        block = dice.one([*drawn.blocks, "pl-0"])
        if block not in seen:
            seen.add(block)
            chosen = tuple(sorted(dice.some(names, least=1, most=2)))
            yield TransitRoute(
                owner=table, destination=block, attachments=chosen, blackhole=dice.chance(10),
                propagated=False,
            )  # fmt: skip


def _sites(drawn: Drawn) -> Iterator[Row]:
    dice = drawn.dice
    if dice.chance(40):
        for gateway in dice.some(["tgw-0", "vgw-0", "vgw-1"], least=1, most=2):
            yield RemoteSite(
                id="vpn-0", kind="vpn", gateway=gateway, account=ACCOUNTS[0], region=REGIONS[0],
                ranges=tuple(dice.some(["192.168.0.0/16", "10.0.0.0/15"], least=0, most=2)),
                name="",
            )  # fmt: skip


def _prefixes(drawn: Drawn) -> Iterator[Row]:
    dice = drawn.dice
    for number in range(2):
        if dice.chance(70):
            held = tuple(sorted(dice.some([*drawn.blocks, "bogus"][3:], least=1, most=3)))
            yield PrefixList(
                id=f"pl-{number}", account=ACCOUNTS[0], region=REGIONS[0], name="", version=1,
                ranges=None if dice.chance(20) else held,
            )  # fmt: skip


def _routes(drawn: Drawn) -> Iterator[Row]:
    dice = drawn.dice
    for name in drawn.edges:
        yield from _edge_routes(drawn, name, drawn.networks[int(name.split("-")[1])])
    for number, name in enumerate(drawn.tables):
        network = drawn.networks[number // 2]
        seen = set(network.ranges)
        for block in network.ranges:
            yield Route(
                owner=name, destination=block, target_kind="local", target="", blackhole=False,
                propagated=False,
            )  # fmt: skip
        for _ in range(1 + dice.below(4)):
            kind, target = _target(drawn, network)
            block = dice.one([*drawn.blocks, "pl-0", "pl-1"])
            if dice.chance(40):
                block = "::/0" if kind.startswith("egress") else "0.0.0.0/0"
            if block not in seen:
                seen.add(block)
                yield Route(
                    owner=name, destination=block, target_kind=kind, target=target,
                    blackhole=dice.chance(6), propagated=dice.chance(8),
                )  # fmt: skip


def _edge_routes(drawn: Drawn, name: str, network: Network) -> Iterator[Row]:
    """Draw the routes of a gateway's table, which lead to what is inside alone."""
    dice = drawn.dice
    own = [row.id for row in drawn.interfaces if row.network == network.id]
    endpoints = [target for target in drawn.targets if target[0] == "endpoint"]
    parts = [b for row in drawn.subnets if row.network == network.id for b in row.ranges]
    for block in (*network.ranges, *dice.some(parts, most=2)):
        kind, target = "local", ""
        if dice.chance(50):
            kind, target = dice.one([("interface", dice.one(own)), *endpoints])
        yield Route(
            owner=name, destination=block, target_kind=kind, target=target, blackhole=False,
            propagated=False,
        )  # fmt: skip


def _target(drawn: Drawn, network: Network) -> tuple[str, str]:
    dice = drawn.dice
    if dice.chance(20):
        return "internet-gateway", f"igw-{network.id[-1]}"
    if dice.chance(15):
        own = [row.id for row in drawn.interfaces if row.network == network.id]
        return "interface", dice.one(own)
    if dice.chance(5):
        return "core-network", "core-0"
    return dice.one(drawn.targets)


def _rules(drawn: Drawn) -> Iterator[Row]:
    dice = drawn.dice
    for name in drawn.groups:
        for direction in ("in", "out"):
            for at in range(dice.below(4)):
                yield _rule(drawn, name, direction, at, number=0, allow=True)
            if dice.chance(60 if direction == "out" else 25):
                yield _open(drawn, name, direction)
    for name in drawn.lists:
        for direction in ("in", "out"):
            count = dice.below(3)
            for at in range(count):
                allow = dice.chance(60)
                yield _rule(drawn, name, direction, at, number=10 + at, allow=allow)
            if not dice.chance(10):
                yield replace(_open(drawn, name, direction), number=100)
                if dice.chance(80):
                    yield replace(
                        _open(drawn, name, direction), number=101, peer="::/0",
                        id=f"{name}#{direction}/six",
                    )  # fmt: skip


def _open(drawn: Drawn, owner: str, direction: str) -> Rule:
    row = _rule(drawn, owner, direction, 9, number=0, allow=True)
    return replace(row, protocol=ANY, first=-1, last=-1, peer_kind="range", peer="0.0.0.0/0")


def _rule(drawn: Drawn, owner: str, direction: str, at: int, *, number: int, allow: bool) -> Rule:
    dice = drawn.dice
    protocol = dice.one((ANY, TCP, TCP, UDP, ICMP, ICMPV6, 47))
    first, last = -1, -1
    if protocol in {TCP, UDP}:
        first, last = dice.one(PORTS)
    elif protocol in {ICMP, ICMPV6}:
        first, last = dice.one(MESSAGES)
    kind, peer = "range", dice.one([*WIDE[:3], *drawn.blocks])
    if owner.startswith("sg-"):
        if dice.chance(25):
            kind, peer = "group", dice.one(drawn.groups)
        elif dice.chance(8):
            kind, peer = "prefix-list", dice.one(("pl-0", "pl-1"))
    if dice.chance(1):
        kind, peer = "range", "bogus"
    return Rule(
        owner=owner, id=f"{owner}#{direction}/{at}", direction=direction, number=number,
        allow=allow, protocol=protocol, first=first, last=last, peer_kind=kind, peer=peer,
        description="",
    )  # fmt: skip


def _shields(drawn: Drawn) -> Iterator[Row]:
    dice = drawn.dice
    for account in ACCOUNTS:
        for region in REGIONS:
            mode = "off"
            if dice.chance(15):
                mode = dice.one(("block-bidirectional", "block-ingress"))
            if not dice.chance(5):
                yield InternetBlock(account=account, region=region, mode=mode)
    if dice.chance(20):
        names = [*(row.id for row in drawn.networks), *(row.id for row in drawn.subnets)]
        yield InternetBlockExclusion(
            id="vpcbpa-exclude-0", target=dice.one(names),
            mode=dice.one(("allow-bidirectional", "allow-egress")),
        )  # fmt: skip


_STEPS = (
    _filters,
    _gateways,
    _joins,
    _transit,
    _sites,
    _prefixes,
    _routes,
    _rules,
    _shields,
)
