# SPDX-License-Identifier: Apache-2.0
"""Gateways, routes, peerings and load balancers of one network of a drawn organisation."""

from collections.abc import Iterator

from bartizan.model.facts.routing import (
    Gateway,
    Peering,
    Route,
    RouteTable,
    TransitAttachment,
)
from bartizan.model.facts.service import Balancer, Listener, Target, TargetGroup
from bartizan.model.table import Row
from bench.network_plot import EACH, PORTS, REGION, ROLES, TIERS, Plot, dotted, group_of, interface


def ways(plot: Plot) -> Iterator[Row]:
    """Yield gateways, route tables and what joins it to others."""
    number = f"{plot.number:05d}"
    nat = interface(
        plot, "nat063", 0, addresses=(dotted(plot.base + 120),), groups=(), public=True,
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


def balancer(plot: Plot) -> Iterator[Row]:
    """Yield a load balancer in the public tier that sends to a role of the private one."""
    number, network = f"{plot.number:05d}", plot.number % 2 == 1
    arn = f"arn:aws:elasticloadbalancing:{REGION}:{plot.account}:loadbalancer/{number}"
    group = f"arn:aws:elasticloadbalancing:{REGION}:{plot.account}:targetgroup/{number}"
    kind = "network_load_balancer" if network else "interface"
    nodes = [
        interface(
            plot, f"lb{zone + 61:03d}", zone,
            addresses=(dotted(plot.base + zone * 128 + 121),), groups=(group_of(plot, 0),),
            public=True, kind=kind,
        )
        for zone in range(2)
    ]  # fmt: skip
    yield from nodes
    yield Balancer(
        arn=arn, kind="network" if network else "application", internet_facing=True,
        network=plot.id, account=plot.account, region=REGION,
        subnets=tuple(node.subnet for node in nodes), groups=(group_of(plot, 0),),
        interfaces=tuple(node.id for node in nodes), cross_zone=True, filters_private_link=True,
        name="", tags={},
    )  # fmt: skip
    yield Listener(
        arn=f"{arn}/443", balancer=arn, protocol="TCP" if network else "HTTPS", port=443,
        target_groups=(group,), authenticates=False,
    )  # fmt: skip
    yield TargetGroup(
        arn=group, kind="ip", network=plot.id, account=plot.account, region=REGION,
        protocol="TCP" if network else "HTTP", port=PORTS[2], preserves_client=network,
        cross_zone=None,
    )  # fmt: skip
    for at in range(2, EACH, ROLES):
        zone, host = at % 2, 4 + at // 2
        address = dotted(plot.base + (2 + zone) * 128 + host)
        yield Target(group=group, id=address, port=PORTS[2], zone="", healthy=True)
