# SPDX-License-Identifier: Apache-2.0
"""The ground of a small network by chance: ranges, subnets and interfaces that collide."""

from dataclasses import dataclass, field

from bartizan.model.facts.network import (
    Interface,
    Network,
    Subnet,
)
from bartizan.model.packet import ICMP, ICMPV6, TCP, UDP
from bartizan.model.table import Row
from tests.fakes.dice import Dice

ACCOUNTS = ("111111111111", "222222222222")
REGIONS = ("eu-west-1", "us-east-1")
ZONES = ("z1", "z2")
LOAD_BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/lb/"
FOURS = ("10.0", "10.1", "10.0", "172.16")
SIXES = ("2600:1f18:0:", "2600:1f18:1:", "fd00:1:0:")
OUTSIDE = ("52.0.0.0/8", "8.8.8.0/24", "8.8.8.8/32", "203.0.113.0/24", "2001:db8::/32")
WIDE = ("0.0.0.0/0", "::/0", "10.0.0.0/8", "10.0.0.0/15", "2600::/12")
PORTS = ((-1, -1), (0, 65535), (22, 22), (443, 443), (1024, 65535), (32768, 60999), (53, 53))
MESSAGES = ((-1, -1), (8, -1), (8, 0), (0, 0), (0, -1), (3, 4), (3, -1), (128, -1), (129, -1))
ASKED = ((TCP, 22), (TCP, 443), (TCP, 80), (UDP, 53), (ICMP, 8), (ICMP, 3), (ICMPV6, 128), (47, 0))
"""Protocols and ports that are worth asking about."""

_KINDS = ("interface",) * 8 + ("lambda", "network_load_balancer", "vpc_endpoint", "nat_gateway")
DARK = (
    ("AWS::EC2::NetworkInterface", ""),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", ""),
    ("AWS::ElasticLoadBalancingV2::TargetHealth", "arn:tg/0"),
    ("AWS::EC2::NetworkInterface", f"{LOAD_BALANCER}0"),
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
    readable: bool = False
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


def grounds(drawn: Drawn) -> None:
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
        interface(drawn, drawn.subnets[-1], dice.one(_KINDS))


def _move(drawn: Drawn, subnet: Subnet, addresses: list[str], shown: dict[str, str]) -> None:
    """Give a new interface what another one has still, as where it moved while it was read."""
    dice = drawn.dice
    others = [row for row in drawn.interfaces if row.subnet == subnet.id]
    publics = [public for row in drawn.interfaces for public in row.public.values()]
    if others and dice.chance(60):
        moved = dice.one(dice.one(others).addresses)
        same = [at for at, text in enumerate(addresses) if (":" in text) == (":" in moved)]
        addresses[same[0] if same else len(addresses) :] = [moved]
        shown.clear()
    elif publics:
        shown[addresses[0]] = dice.one(publics)


def interface(drawn: Drawn, subnet: Subnet, kind: str, *, public: int = 30) -> Interface:
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
    if dice.chance(6):
        _move(drawn, subnet, addresses, shown)
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
