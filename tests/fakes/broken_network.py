# SPDX-License-Identifier: Apache-2.0
"""Estates of which a part of what joins networks is broken, or another one's."""

from typing import Any, TypeAlias

import pyarrow as pa
from msgspec.structs import replace

from bartizan.model.facts import Facts
from bartizan.model.facts.network import (
    Interface,
    InternetBlock,
    InternetBlockExclusion,
    Network,
    Subnet,
)
from bartizan.model.facts.routing import (
    Gateway,
    Peering,
    Route,
    RouteTable,
    TransitAttachment,
    TransitGateway,
)
from bartizan.model.table import to_arrow
from tests.fakes.dice import Dice

Joins: TypeAlias = (
    Gateway | Interface | InternetBlock | Peering | Route | TransitAttachment | TransitGateway
)
JOINS: tuple[type[Joins], ...] = (
    Gateway, Interface, InternetBlock, Peering, Route, TransitAttachment, TransitGateway,
)  # fmt: skip

_MODES = ("allow-bidirectional", "allow-egress")


def broken(facts: Facts, thrown: Dice, *, often: int) -> Facts:
    """Break things that join networks, so often of a hundred."""
    held = {
        kind.table: to_arrow(kind, [_broken(thrown, row, often) for row in facts.rows(kind)])
        for kind in JOINS
    }
    return facts.replaced(held)


def _broken(thrown: Dice, row: Joins, often: int) -> Joins:
    """Switch one thing of a row the other way, now and then."""
    changes: tuple[dict[str, Any], ...] = ()
    match row:
        case Gateway():
            changes = {"available": False}, {"network": "vpc-x"}
        case Interface():
            changes = {"denies_internet": True}, {"attached": False}, {"public": {}}
        case InternetBlock():
            changes = {"mode": "block-ingress"}, {"mode": "block-bidirectional"}
        case Peering():
            # There are few, so that more of them are broken.
            elsewhere = (row.networks[0], "vpc-x")
            told = {"vpc-x": row.ranges.get(row.networks[-1], "")}
            changes = (
                {"active": False},
                {"regions": (row.regions[0], "us-west-2")},
                {"networks": elsewhere, "ranges": {**row.ranges, **told}},
            )
            often *= 2
        case Route():
            # There are many, and one that may match or not makes a whole table unsure.
            unknown = {"target": f"{row.target}-x"} if row.target else {}
            changes = {"destination": "pl-x"}, {"blackhole": True}, unknown
            often //= 4
        case TransitAttachment():
            changes = (
                {"available": False},
                {"appliance": not row.appliance},
                {"group_references": not row.group_references},
                {"route_table": ""},
                {"subnets": row.subnets[:1]},
                {"subnets": (*row.subnets, "subnet-x")},
                {"subnets": ()},
            )
        case TransitGateway():
            changes = ({"group_references": not row.group_references},)
    return replace(row, **thrown.one(changes)) if thrown.chance(often) else row


def guarded(facts: Facts, thrown: Dice) -> Facts:
    """Lead what comes in by some Internet gateways through a table of their own, and leave some
    networks and subnets out of the switch against the Internet.
    """
    gates = {row.network: row.id for row in facts.rows(Gateway) if row.kind == "internet"}
    tables = []
    for row in facts.rows(RouteTable):
        led = row.network in gates and thrown.chance(15)
        tables.append(replace(row, gateways=(gates.pop(row.network),)) if led else row)
    networks, subnets = facts.rows(Network), facts.rows(Subnet)
    names = [*(row.id for row in networks), *(row.id for row in subnets)]
    left = [
        InternetBlockExclusion(id=f"vpcbpa-exclude-{name}", target=name, mode=thrown.one(_MODES))
        for name in thrown.some(names, most=3)
    ]
    held = {RouteTable.table: to_arrow(RouteTable, tables)}
    return facts.replaced(
        {**held, InternetBlockExclusion.table: to_arrow(InternetBlockExclusion, left)}
    )


def mixed(facts: Facts, thrown: Dice) -> pa.Table:
    """Give a part of the subnets the access list, and some the route table, of others."""
    rows = facts.rows(Subnet)
    mixed = []
    for row in rows:
        acl = thrown.one(rows).acl if thrown.chance(30) else row.acl
        table = thrown.one(rows).route_table if thrown.chance(5) else row.route_table
        mixed.append(replace(row, acl=acl, route_table=table))
    return to_arrow(Subnet, mixed)
