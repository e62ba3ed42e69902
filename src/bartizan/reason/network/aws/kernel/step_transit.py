# SPDX-License-Identifier: Apache-2.0
"""Packets that go through transit gateways, and to and from remote sites.

Source: https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html and, for access
lists, https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
"""

from collections.abc import Iterator

import numpy as np

from bartizan.reason.network.aws.kernel.access_lists import IN
from bartizan.reason.network.aws.kernel.columns import Ints, Rows
from bartizan.reason.network.aws.kernel.crossing import filtered, out_of
from bartizan.reason.network.aws.kernel.lanes import Entered, Lanes, Moved, Scope, State
from bartizan.reason.network.aws.kernel.routes import Kind
from bartizan.reason.network.aws.kernel.world import World


def go_in(world: World, lanes: Lanes, targets: Ints) -> Iterator[Moved]:
    """Enter a transit gateway from a network, by the interface that it has in the zone."""
    transit = world.transit
    lanes = out_of(world, lanes)
    attachment = transit.of_network(lanes.of("network"), targets)
    absent = attachment < 0
    if absent.any():
        dark = absent & (world.ground.no_transit[lanes.of("network")] | ~transit.known[targets])
        if dark.any():
            yield State.LOST, lanes.at_rows(dark).doubted()
        lanes, attachment = lanes.at_rows(~absent), attachment[~absent]
    zone = world.ground.zone[lanes.of("subnet")]
    inside = transit.in_zone(attachment, zone)
    entered = filtered(world, lanes, IN, inside)
    lacks = (inside < 0) & transit.lacks[attachment]
    rows = ((inside >= 0) | lacks) & transit.available[attachment]
    moved = entered.doubted(lacks).but(at=attachment, zone=zone)
    yield State.TRANSIT, _references(world, moved).at_rows(rows)


def _references(world: World, lanes: Lanes) -> Lanes:
    """Keep what groups packets come from, where the gateway and the attachment allow it."""
    keeps = world.transit.references[lanes.of("at")]
    scope = lanes.of("scope")
    keeps &= (scope == Scope.NETWORK.value) | (scope == Scope.TRANSIT.value)
    return lanes.but(scope=np.where(keeps, Scope.TRANSIT, Scope.LOST).astype(np.int32))


def route(world: World, lanes: Lanes, back: Lanes | None) -> Iterator[Moved]:
    """Look up the table that an attachment is associated with, and leave by the route's."""
    transit, tables = world.transit, world.transit.tables
    at = lanes.of("at")
    table = transit.table[at]
    unread = transit.unread[transit.gateway[at]] | transit.table_unread[table]
    lost = np.where(table < 0, transit.loose[at], unread)
    if lost.any():
        yield State.LOST, lanes.at_rows(lost).doubted()
    led = (table >= 0) & ~lost
    lanes, table = lanes.at_rows(led), table[led]
    if not len(lanes):
        return
    entries = np.broadcast_to(tables.held.at(table, lanes.target), len(lanes))
    doubtful = np.diff(tables.doubtful.starts)[table] > 0
    if doubtful.any():
        rows, other = tables.doubtful.joined(table[doubtful])
        yield from _by(world, lanes.at_rows(doubtful).at_rows(rows).doubted(), other, back)
        lanes = lanes.doubted(doubtful)
    yield from _by(world, lanes, entries, back)


def _by(world: World, lanes: Lanes, entries: Ints, back: Lanes | None) -> Iterator[Moved]:
    """Leave by one of a route's attachments; of several AWS takes any."""
    transit, tables = world.transit, world.transit.tables
    led = tables.kind[entries] == Kind.TRANSIT.value
    lanes, choices = lanes.at_rows(led), tables.target[entries[led]]
    if not len(lanes):
        return
    rows, names = transit.choices.joined(choices)
    lanes = lanes.at_rows(rows)
    gateway = transit.gateway[lanes.of("at")]
    side = transit.side(names, gateway)
    if (side < 0).any():
        yield State.LOST, lanes.at_rows(side < 0).doubted()
    works = (side >= 0) & transit.available[side]
    lanes, side = lanes.at_rows(works).but(at=side[works]), side[works]
    for kind in np.unique(transit.kind[side]).tolist():
        some = lanes.at_rows(transit.kind[side] == kind)
        yield from _leave(world, some, transit.kinds[kind], back)


def _leave(world: World, lanes: Lanes, kind: str, back: Lanes | None) -> Iterator[Moved]:
    transit = world.transit
    match kind:
        case "vpc":
            yield from _into(world, lanes, back)
        case "vpn" | "direct-connect-gateway" | "connect" | "vpn-concentrator":
            site = transit.site[lanes.of("at")]
            moved = lanes.but(at=site, scope=int(Scope.LOST))
            if (site < 0).any():
                yield State.LOST, moved.at_rows(site < 0).doubted()
            yield State.AT_SITE, moved.at_rows(site >= 0)
        case "peering":
            other = transit.other_side[lanes.of("at")]
            moved = lanes.but(at=other, zone=-1, scope=int(Scope.LOST))
            if (other < 0).any():
                yield State.LOST, moved.at_rows(other < 0).doubted()
            yield State.TRANSIT, moved.at_rows(other >= 0)
        case _:
            yield State.LOST, lanes.doubted()


def _into(world: World, lanes: Lanes, back: Lanes | None) -> Iterator[Moved]:
    """Enter a network by an interface of its attachment: in the zone that packets come from, else
    in any; in appliance mode by any, and the answer by the same.

    Source: https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-appliance-scenario.html
    """
    transit = world.transit
    at = lanes.of("at")
    dark = transit.lacks[at] | (np.diff(transit.inside.starts)[at] == 0)
    if dark.any():
        yield State.LOST, lanes.at_rows(dark).doubted()
        lanes, at = lanes.at_rows(~dark), at[~dark]
    if not len(lanes):
        return
    appliance = transit.appliance[at]
    one = transit.in_zone(at, lanes.of("zone"))
    one = np.where(appliance, -1, one)
    if back is not None:
        memory = lanes.of("memory")
        kept = appliance & (back.of("kept")[memory] == at)
        one = np.where(kept, back.of("kept_subnet")[memory], one)
    rows, subnets = transit.inside.joined(at)
    fits = (one[rows] < 0) | (one[rows] == subnets)
    rows, subnets = rows[fits], subnets[fits]
    moved = _references(world, lanes.at_rows(rows))
    marked = transit.appliance[moved.of("at")]
    yield (
        State.LEAVING,
        moved.but(
            subnet=subnets,
            network=world.ground.network[subnets],
            entered=int(Entered.TRANSIT),
            kept=np.where(marked, moved.of("at"), moved.of("kept")),
            kept_subnet=np.where(marked, subnets, moved.of("kept_subnet")),
        ),
    )


def to_site(world: World, lanes: Lanes, targets: Ints) -> Iterator[Moved]:
    """Leave through a virtual private gateway, to one of the sites that end at it.

    Source: https://docs.aws.amazon.com/vpn/latest/s2svpn/how_it_works.html
    """
    gates, lanes = world.gateways, out_of(world, lanes)
    works = gates.available[targets] & (gates.network[targets] == lanes.of("network"))
    unknown = ~gates.known[targets]
    sender, network = lanes.of("sender"), lanes.of("network")
    own = (sender >= 0) & (world.ground.network[sender] == network)
    # Who sends from elsewhere with an address of the network may have that of an interface.
    same = (sender < 0) & world.ranges.hold(network, lanes.of("source"))
    rows = (works | unknown) & (own | same)
    lanes, targets = lanes.doubted(unknown | same).at_rows(rows), targets[rows]
    sites = world.sites
    without = (targets < 0) | (np.diff(sites.at_gateway.starts)[targets] == 0)
    if without.any():
        yield State.LOST, lanes.at_rows(without).doubted()
    lanes, targets = lanes.at_rows(~without), targets[~without]
    rows_, ends = sites.at_gateway.joined(targets)
    moved = lanes.at_rows(rows_).but(at=sites.name[ends], scope=int(Scope.LOST))
    holds = np.broadcast_to(sites.within.hold(ends, moved.target), len(moved))
    some = np.zeros(len(lanes), dtype=bool)
    np.logical_or.at(some, rows_, holds)
    announced = ~some[rows_]
    yield State.AT_SITE, moved.doubted(announced & _several(rows_)).at_rows(holds | announced)


def _several(rows: Rows) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(np.bincount(rows)[rows] > 1)
