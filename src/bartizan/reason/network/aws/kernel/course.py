# SPDX-License-Identifier: Apache-2.0
"""Legs of plain courses, that need no walk: each is a few look-ups for many packets at once.

What is not plain (something unread, a router, an inspection, several ways) is left unclear. The
steps themselves, with the vendor's pages, are those of the walk.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Lists, Rows
from bartizan.reason.network.aws.kernel.crossing import picked
from bartizan.reason.network.aws.kernel.gates import Tri
from bartizan.reason.network.aws.kernel.intervals import Some
from bartizan.reason.network.aws.kernel.routes import Kind
from bartizan.reason.network.aws.kernel.world import World

Status = NDArray[np.int8]
NOTHING, ARRIVES, UNCLEAR = np.int8(0), np.int8(1), np.int8(2)
"""What becomes of packets: none arrives, they go on or arrive, or that has to be walked."""
_NOT_CLEAR, _LOCAL = np.int8(-1), np.int8(Kind.LOCAL)
"""The kind of a route of which nothing plain can be said, and that of one in the network."""
_DROPS = (Kind.NOWHERE, Kind.STOPPED, Kind.SERVICE)


class Leg(Struct, frozen=True):
    """What becomes of packets, and kind and target of the route by which each begins."""

    status: Status
    kinds: Status
    targets: Ints

    def at(self, rows: Rows) -> "Leg":
        """Return what becomes of some of them."""
        return Leg(self.status[rows], self.kinds[rows], self.targets[rows])

    def gateways(self) -> Iterator[tuple[int, Flags]]:
        """Yield each transit gateway that packets are led to, and which of them."""
        through = self.kinds == Kind.TRANSIT.value
        some = self.targets[through]
        if len(some) and (some == some[0]).all():
            yield int(some[0]), through
            return
        for gateway in np.unique(some).tolist():
            yield gateway, through & (self.targets == gateway)


def among(*kinds: Kind) -> Flags:
    """Return of each kind of route whether it is one of some; the last is for what is unclear."""
    found = np.zeros(len(Kind) + 1, dtype=bool)
    found[list(kinds)] = True
    return found


DROPS = among(*_DROPS)
_STATUS = np.where(DROPS, NOTHING, UNCLEAR)


def both(one: Masks, *others: Masks) -> Masks:
    """Return what passes several filters."""
    for other in others:
        yes = one.yes & other.yes
        same = one.yes is one.maybe and other.yes is other.maybe
        one = Masks(yes, yes if same else one.maybe & other.maybe)
    return one


def asked(rows: Flags, masks: Masks) -> Masks:
    """Return a filter that is asked of some packets only."""
    if rows.all():
        return masks
    free = np.where(rows, np.uint64(0), ~np.uint64(0))
    yes = masks.yes | free
    return Masks(yes, yes if masks.yes is masks.maybe else masks.maybe | free)


def either(rows: Flags, one: Masks, other: Masks) -> Masks:
    """Return one filter for some packets, and another for the others."""
    yes = np.where(rows, one.yes, other.yes)
    exact = one.yes is one.maybe and other.yes is other.maybe
    return Masks(yes, yes if exact else np.where(rows, one.maybe, other.maybe))


def answered(world: World, status: Status, masks: Masks) -> Masks:
    """Return what may be sent so that its answer comes back: `masks` pass of those that arrive."""
    ports, none = world.ports, np.uint64(0)
    yes = ports.answered(np.where(status == ARRIVES, masks.yes, none))
    if masks.yes is masks.maybe:
        return Masks(yes, yes)
    return Masks(yes, ports.answered(np.where(status == ARRIVES, masks.maybe, none)))


def then(first: Status, after: Status) -> Status:
    """Join what becomes of packets on two legs, one after the other."""
    return np.where(first == ARRIVES, after, first)


def looked_up(world: World, subnet: Some, target: Some, *, size: int) -> tuple[Status, Ints]:
    """Return kind and target of the route by which packets leave subnets: LOCAL where they stay
    in the subnet, NOT_CLEAR where the table does not tell.
    """
    ground, tables = world.ground, world.tables
    table = picked(ground.table, subnet)
    entries = tables.held.at(table, target)
    kinds = tables.kind[entries]
    near = world.within.hold(subnet, target)
    dim = (tables.unsure[table] & ~near) | ~ground.described[subnet]
    kinds = np.where(dim, _NOT_CLEAR, np.where(near, _LOCAL, kinds))
    return wide(kinds, size), wide(tables.target[entries], size)


def wide(column: NDArray[Any], size: int) -> NDArray[Any]:
    """Return a column with a value for each of some things, as what is alike for all has one."""
    return column if column.shape == (size,) else np.broadcast_to(column, size)


def delivered(world: World, kinds: Status, network: Some, home: Some) -> Status:
    """Tell what becomes of packets whose route has a kind, in a network: those that stay in it
    arrive if it is the goal's.
    """
    ground, stay = world.ground, kinds == Kind.LOCAL.value
    dark = ~ground.known[network] | ground.unread[network]
    away = np.where(dark, UNCLEAR, NOTHING)
    return np.where(stay, np.where(network == home, ARRIVES, away), _STATUS[kinds])


def onward(
    world: World, table: Some, gateway: Some, zone: Some, *, target: Some, goal: Some, size: int
) -> tuple[Status, Ints, Flags]:
    """Follow the table of a transit gateway into a network, to its goal: return what becomes of
    packets, the subnet that they enter by, and whether groups may be referred to over that side.
    """
    transit, ground = world.transit, world.ground
    entries = wide(transit.tables.held.at(table, target), size)
    led = transit.tables.kind[entries] == Kind.TRANSIT.value
    name = _sole(transit.choices, transit.tables.target[entries], led)
    side = np.where(name >= 0, transit.side(name, wide(np.asarray(gateway), size)), -1)
    works = (side >= 0) & transit.available[side]
    enters = transit.in_zone(side, wide(np.asarray(zone), size))
    enters = np.where(enters < 0, _sole(transit.inside, side, works), enters).astype(np.int32)
    plain = transit.vpc[side] & ~transit.lacks[side] & ~transit.appliance[side]
    plain &= enters >= 0
    kinds, _ = looked_up(world, enters, target, size=size)
    home = picked(ground.network, goal)
    status = delivered(world, kinds, ground.network[enters], home)
    status = np.where(works, np.where(plain, status, UNCLEAR), NOTHING)
    status = np.where(led & (side < 0), UNCLEAR, status)
    return status, enters, transit.references[side]


def _sole(lists: Lists, numbers: Ints, rows: Flags) -> Ints:
    """Return of some lists the only value; -1 where there is not one, and of the others."""
    found = np.full(len(numbers), -1, dtype=np.int32)
    chosen = np.flatnonzero(rows)
    starts = lists.starts[numbers[chosen]]
    one = lists.starts[numbers[chosen] + 1] - starts == 1
    found[chosen[one]] = lists.values[starts[one]]
    return found


def over_peering(
    world: World, peerings: Ints, network: Some, *, target: Some, goal: Some
) -> Status:
    """Tell what becomes of packets over peerings."""
    held, ground, size = world.peerings, world.ground, len(peerings)
    beyond = held.beyond(peerings, wide(np.asarray(network), size))
    open_ = held.active[peerings] & world.ranges.hold(beyond, target)
    kinds = np.full(size, _LOCAL)
    status = delivered(world, kinds, beyond, picked(ground.network, goal))
    status = np.where(open_, np.where(ground.known[beyond], status, UNCLEAR), NOTHING)
    return np.where(beyond < 0, UNCLEAR, status)


def going_out(
    world: World, doors: Ints, network: Some, *, shown: Some, subnet: Some, shield: Tri | None
) -> Status:
    """Tell what becomes of packets at Internet gateways on their way out; answers ask no shield.

    `shown` are the public addresses that stand for their senders, in `subnet`.
    """
    gates = world.gateways
    works = gates.available[doors] & (gates.network[doors] == network) & np.asarray(shown >= 0)
    status = np.where(works, ARRIVES, NOTHING)
    if shield is not None:
        status = _shielded(status, shield, wide(np.asarray(subnet), len(doors)))
    status = np.where((status == ARRIVES) & (gates.edge[doors] >= 0), UNCLEAR, status)
    return np.where(doors < 0, UNCLEAR, status)


def coming_in(world: World, subnet: Ints, denies: Some, *, shield: Tri | None) -> Status:
    """Tell what becomes of packets at the Internet gateways of the networks of their goals."""
    gates = world.gateways
    network = world.ground.network[subnet]
    gate = gates.of_network[network]
    status = np.where(gates.edge[gate] >= 0, UNCLEAR, ARRIVES)
    status = np.where(gate >= 0, status, np.where(gates.unread[network], UNCLEAR, NOTHING))
    if shield is not None:
        status = _shielded(status, shield, subnet)
    return np.where(np.asarray(denies == 0), status, NOTHING)


def going_out_only(
    world: World, doors: Ints, network: Ints, *, shown: Ints, subnet: Ints
) -> Status:
    """Tell what becomes of packets at egress-only Internet gateways."""
    gates = world.gateways
    works = gates.available[doors] & (gates.network[doors] == network) & (shown >= 0)
    status = _shielded(np.where(works, ARRIVES, NOTHING), world.shields.translated, subnet)
    return np.where(doors < 0, UNCLEAR, status)


def _shielded(status: Status, shield: Tri, subnets: Ints) -> Status:
    """Ask the switch against the Internet."""
    unsure = np.where(status == NOTHING, NOTHING, UNCLEAR)
    passed = np.where(shield.yes[subnets], status, unsure)
    return np.where(shield.maybe[subnets], passed, NOTHING)
