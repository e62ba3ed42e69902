# SPDX-License-Identifier: Apache-2.0
"""Networks of an organisation as facts, of a stated size, from a seed.

Each network has fourteen roles with a security group each, of which some name others, twenty
legacy rules, three tiers of subnets in two zones with access lists of their own, an Internet
gateway and a NAT gateway. Transit gateways join most of them in three routing domains; a few
overlap, a few are peered, every third has IPv6, and each has a load balancer.
"""

import random
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from bartizan.model.facts import TABLES, Facts
from bartizan.model.facts.network import (
    AccessList,
    InternetBlock,
    Network,
    Rule,
    SecurityGroup,
    Subnet,
)
from bartizan.model.facts.routing import (
    TransitGateway,
    TransitRoute,
)
from bartizan.model.packet import ANY, ICMP, TCP, UDP
from bartizan.model.table import Row, to_arrow
from bench.network_plot import (
    AT_ONCE,
    DOMAINS,
    EACH,
    GATEWAY_LIMIT,
    LEGACY,
    PORTS,
    REGION,
    ROLES,
    TIERS,
    ZONES,
    Plot,
    dotted,
    group_of,
    interface,
    six_of,
)
from bench.network_ways import balancer, ways


def network_estate(interfaces: int, *, seed: int) -> Facts:
    """Draw an estate with about so many interfaces."""
    count = max(1, interfaces // EACH)
    chunks: dict[str, list[pa.Table]] = {}
    _keep(list(_shared(count)), chunks)
    for begin in range(0, count, AT_ONCE):
        drawn: list[Row] = []
        for number in range(begin, min(begin + AT_ONCE, count)):
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
    yield from ways(plot)
    yield from balancer(plot)


def _subnets(plot: Plot) -> Iterator[Row]:
    for tier, name in enumerate(TIERS):
        for zone, zone_name in enumerate(ZONES):
            ranges = [plot.block((tier * 2 + zone) * 128, 25)]
            if plot.six:
                ranges.append(f"{six_of(plot, tier * 2 + zone)}::/64")
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
        name = group_of(plot, role)
        yield SecurityGroup(
            id=name, network=plot.id, account=plot.account, region=REGION, name="", tags={}
        )
        port = PORTS[role]
        if role < 2:  # noqa: PLR2004 - the public ones
            yield _rule(name, "in", TCP, (443, 443), peer="0.0.0.0/0")
        else:
            yield _rule(name, "in", TCP, (port, port), peer=group_of(plot, role - 2), kind="group")
            yield _rule(name, "in", TCP, (port, port), peer=plot.block(0, 22))
        if chance.random() < 0.85:  # noqa: PLR2004 - most
            yield _rule(name, "out", ANY, (-1, -1), peer="0.0.0.0/0")
            if plot.six:
                yield _rule(name, "out", ANY, (-1, -1), peer="::/0")
        else:
            yield _rule(name, "out", TCP, (443, 443), peer="0.0.0.0/0")
            yield _rule(name, "out", TCP, (0, 65535), peer=plot.block(0, 22))
    for _ in range(LEGACY):
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
    port = chance.choice(PORTS)
    first, last = chance.choice(((port, port), (port, port + 10), (1024, 65535), (-1, -1)))
    protocol = chance.choice((TCP, TCP, TCP, UDP, ANY, ICMP))
    if protocol in (ANY, ICMP):
        first, last = -1, -1
    return _rule(group_of(plot, chance.randrange(ROLES)), "in", protocol, (first, last), peer=peer)


def _interfaces(plot: Plot) -> Iterator[Row]:
    chance = plot.chance
    for at in range(EACH):
        role = at % ROLES
        tier = 0 if role < 2 else 1 if role < 9 else 2  # noqa: PLR2004 - by role
        zone, host = at % 2, 4 + at // 2
        address = dotted(plot.base + (tier * 2 + zone) * 128 + host)
        groups = {group_of(plot, role)}
        if chance.random() < 0.3:  # noqa: PLR2004 - some
            groups.add(group_of(plot, chance.randrange(ROLES)))
        addresses = [address]
        if plot.six:
            addresses.append(f"{six_of(plot, tier * 2 + zone)}::{host:x}")
        yield interface(
            plot,
            f"{at:03d}",
            tier * 2 + zone,
            addresses=tuple(addresses),
            groups=tuple(sorted(groups)),
            public=tier == 0,
        )
