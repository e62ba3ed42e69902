# SPDX-License-Identifier: Apache-2.0
"""Ways between small networks by chance: gateways, peerings, transit, sites, and routes."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from bartizan.model.facts.network import (
    Network,
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
from bartizan.model.table import Row
from tests.fakes.drawn_network import ACCOUNTS, REGIONS, Drawn, interface


def gateways(drawn: Drawn) -> Iterator[Row]:
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
            nat = interface(drawn, subnet, "nat_gateway", public=75)
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


def joins(drawn: Drawn) -> Iterator[Row]:
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
            node = interface(drawn, subnet, "gateway_load_balancer_endpoint", public=0)
            drawn.targets.append(("endpoint", f"vpce-{kind}"))
            yield Endpoint(
                id=f"vpce-{kind}", kind=kind, network=subnet.network, account=subnet.account,
                region=subnet.region, service="", interfaces=(node.id,), private_names=False,
                preserves_client=False, available=not dice.chance(10), name="",
            )  # fmt: skip


def transit(drawn: Drawn) -> Iterator[Row]:
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


def sites(drawn: Drawn) -> Iterator[Row]:
    dice = drawn.dice
    if dice.chance(40):
        for gateway in dice.some(["tgw-0", "vgw-0", "vgw-1"], least=1, most=2):
            yield RemoteSite(
                id="vpn-0", kind="vpn", gateway=gateway, account=ACCOUNTS[0], region=REGIONS[0],
                ranges=tuple(dice.some(["192.168.0.0/16", "10.0.0.0/15"], least=0, most=2)),
                name="",
            )  # fmt: skip


def routes(drawn: Drawn) -> Iterator[Row]:
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
