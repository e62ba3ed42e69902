# SPDX-License-Identifier: Apache-2.0
"""Networks of an organisation as facts, of a stated size, from a seed.

Each network has fourteen roles with a security group each, of which some name others, twenty
legacy rules, three tiers of subnets in two zones with access lists of their own, an Internet
gateway and a NAT gateway. Transit gateways join most of them in three routing domains; a few
overlap, a few are peered, every third has IPv6, and each has a load balancer.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from bartizan.model.facts import TABLES, Facts
from bartizan.model.facts.network import (
    AccessList,
    Interface,
    InternetBlock,
    Network,
    Rule,
    SecurityGroup,
    Subnet,
)
from bartizan.model.facts.routing import (
    Gateway,
    Peering,
    Route,
    RouteTable,
    TransitAttachment,
    TransitGateway,
    TransitRoute,
)
from bartizan.model.facts.service import Balancer, Listener, Target, TargetGroup
from bartizan.model.packet import ANY, ICMP, TCP, UDP
from bartizan.model.table import Row, to_arrow

EACH = 100
"""Interfaces of a network."""
REGION = "eu-west-1"
ROLES = 14
TIERS = ("public", "private", "data")
ZONES = ("euw1-az1", "euw1-az2")
DOMAINS = 3
GATEWAY_LIMIT = 4_500
"""Networks that one transit gateway joins."""
_LEGACY = 20
_PORTS = (22, 80, 443, 3306, 5432, 6379, 8080, 8443, 9092, 9200, 27017, 3389, 53, 123)
_AT_ONCE = 200


@dataclass(slots=True)
class Plot:
    """One network while it is drawn."""

    number: int
    chance: random.Random
    size: int

    @property
    def id(self) -> str:
        """Its id."""
        return f"vpc-{self.number:05d}"

    @property
    def account(self) -> str:
        """Account that owns it; an account has four."""
        return f"{100_000_000_000 + self.number // 4:012d}"

    @property
    def base(self) -> int:
        """Its first address; every fiftieth has that of the one before it."""
        place = self.number - 1 if self.number % 50 == 49 else self.number  # noqa: PLR2004 - of fifty
        return (10 << 24) + place * 1024

    @property
    def domain(self) -> int:
        """Its routing domain."""
        return self.number % DOMAINS

    @property
    def gateway(self) -> str:
        """The transit gateway that it may join."""
        return f"tgw-{self.number // GATEWAY_LIMIT}"

    @property
    def six(self) -> bool:
        """It has IPv6."""
        return self.number % 3 == 0

    @property
    def joined(self) -> bool:
        """It is attached to a transit gateway: all but a tenth, and those that overlap."""
        return self.number % 10 != 0 and self.number % 50 != 49  # noqa: PLR2004 - of fifty

    def block(self, offset: int, length: int) -> str:
        """Return one of its ranges."""
        return f"{_dotted(self.base + offset)}/{length}"

    @property
    def prefix_six(self) -> str:
        """How its IPv6 addresses begin."""
        return f"2600:1f18:{self.number >> 8:x}:{(self.number & 255) << 8:x}"


def _dotted(value: int) -> str:
    return ".".join(str((value >> shift) & 255) for shift in (24, 16, 8, 0))


def network_estate(interfaces: int, *, seed: int) -> Facts:
    """Draw an estate with about so many interfaces."""
    count = max(1, interfaces // EACH)
    chunks: dict[str, list[pa.Table]] = {}
    _keep(list(_shared(count)), chunks)
    for begin in range(0, count, _AT_ONCE):
        drawn: list[Row] = []
        for number in range(begin, min(begin + _AT_ONCE, count)):
            chance = random.Random(seed * 1_000_003 + number)  # noqa: S311 - an estate, no secret
            drawn.extend(_network(Plot(number, chance, count)))
        _keep(drawn, chunks)
    return Facts.of_tables({name: pa.concat_tables(parts) for name, parts in chunks.items()})


def _keep(drawn: list[Row], chunks: dict[str, list[pa.Table]]) -> None:
    by_table: dict[str, list[Any]] = {}
    for row in drawn:
        by_table.setdefault(row.table, []).append(row)
    for table in TABLES:
        if table.table in by_table:
            chunks.setdefault(table.table, []).append(to_arrow(table, by_table[table.table]))


def _shared(count: int) -> Iterator[Row]:
    """Yield transit gateways and the routes of their three domains."""
    for at in range(-(-count // GATEWAY_LIMIT)):
        name = f"tgw-{at}"
        yield TransitGateway(
            id=name, account=_account(0), region=REGION, name="", group_references=True
        )
        for domain in range(DOMAINS):
            for number in range(at * GATEWAY_LIMIT, min(count, (at + 1) * GATEWAY_LIMIT)):
                plot = Plot(number, random.Random(0), count)  # noqa: S311 - not asked
                # Domain 0 is shared by all; the others see themselves and it.
                if plot.joined and (domain in (0, plot.domain) or plot.domain == 0):
                    yield TransitRoute(
                        owner=f"{name}-rtb-{domain}", destination=plot.block(0, 22),
                        attachments=(f"tgw-attach-{number:05d}",), blackhole=False,
                        propagated=True,
                    )  # fmt: skip
    for number in range(-(-count // 4)):
        yield InternetBlock(account=_account(number), region=REGION, mode="off")


def _account(number: int) -> str:
    return f"{100_000_000_000 + number:012d}"


def _network(plot: Plot) -> Iterator[Row]:
    ranges = [plot.block(0, 22), *([f"{plot.prefix_six}::/56"] if plot.six else [])]
    yield Network(
        id=plot.id, provider="aws", account=plot.account, region=REGION, name="",
        ranges=tuple(ranges), tags={},
    )  # fmt: skip
    yield from _subnets(plot)
    yield from _groups(plot)
    yield from _interfaces(plot)
    yield from _ways(plot)
    yield from _balancer(plot)


def _subnets(plot: Plot) -> Iterator[Row]:
    for tier, name in enumerate(TIERS):
        for zone, zone_name in enumerate(ZONES):
            ranges = [plot.block((tier * 2 + zone) * 128, 25)]
            if plot.six:
                ranges.append(f"{_six(plot, tier * 2 + zone)}::/64")
            yield Subnet(
                id=f"subnet-{plot.number:05d}-{tier}{zone}", network=plot.id,
                account=plot.account, region=REGION, zone=zone_name, name=name,
                ranges=tuple(ranges), route_table=f"rtb-{plot.number:05d}-{tier}",
                acl=f"acl-{plot.number:05d}-{tier}", tags={},
            )  # fmt: skip
    for tier in range(len(TIERS)):
        yield AccessList(
            id=f"acl-{plot.number:05d}-{tier}", network=plot.id, account=plot.account,
            region=REGION, name="",
        )  # fmt: skip
        yield from _access_rules(plot, tier)


def _six(plot: Plot, subnet: int) -> str:
    return f"2600:1f18:{plot.number >> 8:x}:{((plot.number & 255) << 8) + subnet:x}"


def _access_rules(plot: Plot, tier: int) -> Iterator[Row]:
    """Yield one of forty kinds of lists; most end with a rule that lets all pass."""
    owner, kind = f"acl-{plot.number:05d}-{tier}", random.Random(plot.number % 40 * 3 + tier)  # noqa: S311 - a kind
    for direction in ("in", "out"):
        number = 100
        for _ in range(kind.randrange(3)):
            block = kind.choice(("10.0.0.0/8", "185.0.0.0/8", "192.0.2.0/24", "0.0.0.0/0"))
            port = kind.choice((22, 3389, 445))
            yield _rule(
                owner, direction, TCP, (port, port), peer=block, number=number, allow=False
            )
            number += 10
        plain = kind.randrange(10) > 2  # noqa: PLR2004 - most
        last = ((ANY, (-1, -1)),) if plain else ((TCP, (0, 65535)), (UDP, (1024, 65535)))
        for protocol, ports in last:
            for block in ("0.0.0.0/0", "::/0"):
                yield _rule(owner, direction, protocol, ports, peer=block, number=number)
                number += 10


def _rule(
    owner: str, direction: str, protocol: int, ports: tuple[int, int], *, peer: str,
    kind: str = "range", number: int = 0, allow: bool = True,
) -> Rule:  # fmt: skip
    return Rule(
        owner=owner, id=f"{owner}#{direction}/{protocol}/{ports[0]}/{peer}/{number}",
        direction=direction, number=number, allow=allow, protocol=protocol, first=ports[0],
        last=ports[1], peer_kind=kind, peer=peer, description="",
    )  # fmt: skip


def _groups(plot: Plot) -> Iterator[Row]:
    chance = plot.chance
    for role in range(ROLES):
        name = _group(plot, role)
        yield SecurityGroup(
            id=name, network=plot.id, account=plot.account, region=REGION, name="", tags={}
        )
        port = _PORTS[role]
        if role < 2:  # noqa: PLR2004 - the public ones
            yield _rule(name, "in", TCP, (443, 443), peer="0.0.0.0/0")
        else:
            yield _rule(name, "in", TCP, (port, port), peer=_group(plot, role - 2), kind="group")
            yield _rule(name, "in", TCP, (port, port), peer=plot.block(0, 22))
        if chance.random() < 0.85:  # noqa: PLR2004 - most
            yield _rule(name, "out", ANY, (-1, -1), peer="0.0.0.0/0")
            if plot.six:
                yield _rule(name, "out", ANY, (-1, -1), peer="::/0")
        else:
            yield _rule(name, "out", TCP, (443, 443), peer="0.0.0.0/0")
            yield _rule(name, "out", TCP, (0, 65535), peer=plot.block(0, 22))
    for _ in range(_LEGACY):
        yield _legacy(plot)


def _legacy(plot: Plot) -> Rule:
    """Return a rule of the kind that stays when those who wrote it have gone."""
    chance = plot.chance
    other = Plot(chance.randrange(plot.size), chance, plot.size)
    peer = chance.choice(
        (
            other.block(chance.randrange(768), 32), other.block(0, 22), "10.0.0.0/8",
            f"185.{chance.randrange(256)}.{chance.randrange(256)}.0/24", plot.block(256, 25),
        )
    )  # fmt: skip
    port = chance.choice(_PORTS)
    first, last = chance.choice(((port, port), (port, port + 10), (1024, 65535), (-1, -1)))
    protocol = chance.choice((TCP, TCP, TCP, UDP, ANY, ICMP))
    if protocol in (ANY, ICMP):
        first, last = -1, -1
    return _rule(_group(plot, chance.randrange(ROLES)), "in", protocol, (first, last), peer=peer)


def _group(plot: Plot, role: int) -> str:
    return f"sg-{plot.number:05d}-{role:02d}"


def _interfaces(plot: Plot) -> Iterator[Row]:
    chance = plot.chance
    for at in range(EACH):
        role = at % ROLES
        tier = 0 if role < 2 else 1 if role < 9 else 2  # noqa: PLR2004 - by role
        zone, host = at % 2, 4 + at // 2
        address = _dotted(plot.base + (tier * 2 + zone) * 128 + host)
        groups = {_group(plot, role)}
        if chance.random() < 0.3:  # noqa: PLR2004 - some
            groups.add(_group(plot, chance.randrange(ROLES)))
        addresses = [address]
        if plot.six:
            addresses.append(f"{_six(plot, tier * 2 + zone)}::{host:x}")
        yield _interface(
            plot,
            f"{at:03d}",
            tier * 2 + zone,
            addresses=tuple(addresses),
            groups=tuple(sorted(groups)),
            public=tier == 0,
        )


def _interface(
    plot: Plot, name: str, place: int, *, addresses: tuple[str, ...], groups: tuple[str, ...],
    public: bool, kind: str = "interface",
) -> Interface:  # fmt: skip
    shown = {}
    if public:
        number = plot.number * 64 + int(name[-3:]) % 64
        shown = {addresses[0]: _dotted((52 << 24) + number)}
    return Interface(
        id=f"eni-{plot.number:05d}-{name}", network=plot.id,
        subnet=f"subnet-{plot.number:05d}-{place // 2}{place % 2}", account=plot.account,
        region=REGION, kind=kind, thing=f"i-{plot.number:05d}-{name}", attached=True,
        addresses=addresses, public=shown, groups=groups, forwards=False, name="", tags={},
    )  # fmt: skip


def _ways(plot: Plot) -> Iterator[Row]:
    number = f"{plot.number:05d}"
    nat = _interface(
        plot, "nat063", 0, addresses=(_dotted(plot.base + 120),), groups=(), public=True,
        kind="nat_gateway",
    )  # fmt: skip
    yield nat
    yield _gateway(plot, "internet", f"igw-{number}", ())
    yield _gateway(plot, "egress-only-internet", f"eigw-{number}", ())
    yield _gateway(plot, "nat", f"nat-{number}", (nat.id,))
    for tier in range(len(TIERS)):
        yield RouteTable(
            id=f"rtb-{number}-{tier}", network=plot.id, account=plot.account, region=REGION,
            name="", main=tier == 1, gateways=(),
        )  # fmt: skip
        yield from _routes(plot, tier, f"rtb-{number}-{tier}")
    if plot.joined:
        yield TransitAttachment(
            id=f"tgw-attach-{number}", gateway=plot.gateway, kind="vpc", resource=plot.id,
            account=plot.account, route_table=f"{plot.gateway}-rtb-{plot.domain}",
            subnets=(f"subnet-{number}-10", f"subnet-{number}-11"), appliance=False,
            group_references=plot.number % 2 == 0, available=True,
        )  # fmt: skip
    if plot.number % 25 == 1 and plot.number > 1:
        other = Plot(plot.number - 1, plot.chance, plot.size)
        yield Peering(
            id=f"pcx-{number}", networks=(plot.id, other.id),
            accounts=(plot.account, other.account), regions=(REGION, REGION), ranges={},
            active=True,
        )  # fmt: skip


def _gateway(plot: Plot, kind: str, name: str, interfaces: tuple[str, ...]) -> Gateway:
    return Gateway(
        id=name, kind=kind, account=plot.account, region=REGION, network=plot.id, subnet="",
        private=False, interfaces=interfaces, available=True, name="",
    )  # fmt: skip


def _routes(plot: Plot, tier: int, table: str) -> Iterator[Row]:
    number = f"{plot.number:05d}"
    held = [(plot.block(0, 22), "local", "")]
    if plot.six:
        six = ("internet-gateway", f"igw-{number}") if tier == 0 else (
            "egress-only-internet-gateway", f"eigw-{number}")  # fmt: skip
        held += [(f"{plot.prefix_six}::/56", "local", ""), ("::/0", *six)]
    if plot.joined:
        held.append(("10.0.0.0/8", "transit-gateway", plot.gateway))
    if tier == 0:
        held.append(("0.0.0.0/0", "internet-gateway", f"igw-{number}"))
    elif tier == 1:
        held.append(("0.0.0.0/0", "nat-gateway", f"nat-{number}"))
    for end in (plot.number, plot.number + 1):
        if end % 25 == 1 and 1 < end < plot.size:
            other = Plot(end - 1 if end == plot.number else end, plot.chance, plot.size)
            held.append((other.block(0, 22), "peering", f"pcx-{end:05d}"))
    for block, kind, target in held:
        yield Route(
            owner=table, destination=block, target_kind=kind, target=target, blackhole=False,
            propagated=False,
        )  # fmt: skip


def _balancer(plot: Plot) -> Iterator[Row]:
    """Yield a load balancer in the public tier that sends to a role of the private one."""
    number, network = f"{plot.number:05d}", plot.number % 2 == 1
    arn = f"arn:aws:elasticloadbalancing:{REGION}:{plot.account}:loadbalancer/{number}"
    group = f"arn:aws:elasticloadbalancing:{REGION}:{plot.account}:targetgroup/{number}"
    kind = "network_load_balancer" if network else "interface"
    nodes = [
        _interface(
            plot, f"lb{zone + 61:03d}", zone,
            addresses=(_dotted(plot.base + zone * 128 + 121),), groups=(_group(plot, 0),),
            public=True, kind=kind,
        )
        for zone in range(2)
    ]  # fmt: skip
    yield from nodes
    yield Balancer(
        arn=arn, kind="network" if network else "application", internet_facing=True,
        network=plot.id, account=plot.account, region=REGION,
        subnets=tuple(node.subnet for node in nodes), groups=(_group(plot, 0),),
        interfaces=tuple(node.id for node in nodes), cross_zone=True, filters_private_link=True,
        name="", tags={},
    )  # fmt: skip
    yield Listener(
        arn=f"{arn}/443", balancer=arn, protocol="TCP" if network else "HTTPS", port=443,
        target_groups=(group,), authenticates=False,
    )  # fmt: skip
    yield TargetGroup(
        arn=group, kind="ip", network=plot.id, account=plot.account, region=REGION,
        protocol="TCP" if network else "HTTP", port=_PORTS[2], preserves_client=network,
        cross_zone=None,
    )  # fmt: skip
    for at in range(2, EACH, ROLES):
        zone, host = at % 2, 4 + at // 2
        address = _dotted(plot.base + (2 + zone) * 128 + host)
        yield Target(group=group, id=address, port=_PORTS[2], zone="", healthy=True)
