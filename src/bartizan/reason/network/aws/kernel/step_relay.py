# SPDX-License-Identifier: Apache-2.0
"""Interfaces that forward packets for others, endpoints that inspect them, NAT gateways.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/work-with-nat-instances.html
"""

from collections.abc import Iterator

import numpy as np

from bartizan.model.packet import ICMP, TCP, UDP
from bartizan.reason.network.aws.kernel.access_lists import IN, OUT, Masks
from bartizan.reason.network.aws.kernel.columns import Flags, Ints
from bartizan.reason.network.aws.kernel.crossing import crossing, out_of, picked
from bartizan.reason.network.aws.kernel.lanes import Entered, Lanes, Moved, Scope, State
from bartizan.reason.network.aws.kernel.ports import Spec
from bartizan.reason.network.aws.kernel.world import World

_SEVERAL = 2
"""It is not told apart how often a packet was forwarded, if more than once."""

TRANSLATED = (ICMP, TCP, UDP)
"""What NAT gateways translate.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
"""


def reach(world: World, lanes: Lanes, back: Lanes | None) -> Iterator[Moved]:
    """Bring packets to an interface that a route leads to: one of its own addresses, or to be
    forwarded.
    """
    relays = world.relays
    lanes = crossing(world, lanes, relays.subnet[lanes.of("at")])
    lanes = lanes.at_rows(relays.attached[lanes.of("at")])
    at = lanes.of("at")
    own = np.broadcast_to(relays.own.hold(at, lanes.target), len(lanes))
    home = picked(world.ground.network, lanes.goal)
    mine = own & (lanes.inside == 1) & (relays.network[at] == home) & (lanes.goal != -1)
    if mine.any():
        yield State.ARRIVED, lanes.at_rows(mine)
    edge = (lanes.of("subnet") == -1) & (lanes.of("entered") == Entered.INTERNET.value)
    bare = edge & ~relays.public[at] & (lanes.of("target") < world.line_six)
    # What another has now is no longer its own.
    given = own & relays.contested[at] & ~mine
    forwarded = lanes.doubted(given).at_rows((~own | given) & relays.forwards[at] & ~bare)
    if len(forwarded):
        yield from _forward(world, forwarded, back)


def _forward(world: World, lanes: Lanes, back: Lanes | None) -> Iterator[Moved]:
    """Send on what a router took, by itself or by another interface of the same thing."""
    relays, at = world.relays, lanes.of("at")
    known = _remembered(lanes, back, "relay_out", at)
    lanes = _admitted(world, lanes, at, IN, free=known)
    rows, outs = relays.outs.joined(at)
    told = np.zeros(len(lanes), dtype=np.int32) - 1
    if back is not None and known.any():
        told[known] = back.of("relay")[lanes.of("memory")[known]]
    single = told[rows] >= 0
    keep = ~single | (outs == at[rows])
    rows, outs = rows[keep], np.where(single, told[rows], outs)[keep]
    several = (np.diff(relays.outs.starts)[at] > 1)[rows] & (told[rows] < 0)
    moved = lanes.at_rows(rows).doubted(several)
    free = _remembered(moved, back, "relay", outs)
    moved = _admitted(world, moved, outs, OUT, free=free)
    passes = np.minimum(moved.of("passes") + 1, _SEVERAL)
    yield (
        State.LEAVING,
        (moved.doubted(passes > 1) if back is None else moved).but(
            relay=moved.of("at"),
            relay_out=outs.astype(np.int32),
            scope=int(Scope.LOST),
            passes=passes,
            network=relays.network[outs],
            subnet=relays.subnet[outs],
        ),
    )


def _remembered(lanes: Lanes, back: Lanes | None, column: str, at: Ints) -> Flags:
    """Tell of answers whether the flow that they answer went through an interface."""
    if back is None:
        return np.zeros(len(lanes), dtype=bool)
    return np.asarray(back.of(column)[lanes.of("memory")] == at)


def _admitted(world: World, lanes: Lanes, at: Ints, direction: int, *, free: Flags) -> Lanes:
    """Pass the groups of interfaces that forward, except of flows that they let through."""
    peers = lanes.source if direction == IN else lanes.target
    masks = world.filters.passing(direction, at, peers)
    if not free.any():
        return lanes.passing(masks)
    every = ~np.uint64(0)
    return lanes.passing(
        Masks(np.where(free, every, masks.yes), np.where(free, every, masks.maybe))
    )


def inspect(world: World, lanes: Lanes, targets: Ints) -> Iterator[Moved]:
    """Pass an appliance behind a Gateway Load Balancer, whose rules are not modelled.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/introduction.html
    """
    subnet, open_ = world.endpoints.subnet[targets], world.endpoints.available[targets]
    lanes, subnet, targets = lanes.at_rows(open_).doubted(), subnet[open_], targets[open_]
    nowhere = subnet < 0
    if nowhere.any():
        yield State.LOST, out_of(world, lanes.at_rows(nowhere))
    moved = crossing(world, lanes, subnet).at_rows(~nowhere)
    yield (
        State.LEAVING,
        moved.but(
            subnet=subnet[~nowhere],
            network=world.ground.network[subnet[~nowhere]],
            endpoint=targets[~nowhere],
            passes=np.minimum(moved.of("passes") + 1, _SEVERAL),
            scope=int(Scope.LOST),
        ),
    )


def translate(world: World, lanes: Lanes, targets: Ints) -> Iterator[Moved]:
    """Send packets on in the name of a NAT gateway.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
    """
    gates = world.gateways
    subnet = gates.nat_subnet[targets]
    lost = subnet < 0
    if lost.any():
        yield State.LOST, out_of(world, lanes.at_rows(lost)).doubted()
    entered = lanes.of("entered")
    foreign = (entered == Entered.PEERING.value) | (entered == Entered.SITE.value)
    usable = ~lost & gates.available[targets] & ~foreign & (lanes.of("memory") < 0)
    usable &= (gates.nat_source[targets] >= 0) & (lanes.of("target") < world.line_six)
    moved = crossing(world, lanes, np.where(lost, -1, subnet)).at_rows(usable)
    if not len(moved):
        return
    number = targets[usable]
    ports = np.bitwise_or.reduce([world.ports.split(Spec(p, -1, -1)) for p in TRANSLATED], axis=0)
    moved = moved.passing(Masks(ports[:, None], ports[:, None]))
    yield (
        State.LEAVING,
        moved.doubted(moved.of("nat") >= 0).but(
            subnet=subnet[usable],
            network=world.ground.network[subnet[usable]],
            source=gates.nat_source[number],
            sender=subnet[usable],
            shown=gates.nat_shown[number],
            nat=number.astype(np.int32),
            scope=int(Scope.LOST),
        ),
    )
