# SPDX-License-Identifier: Apache-2.0
"""Packets that leave a subnet, or are to be delivered inside a network.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
"""

from collections.abc import Iterator, Sequence

import numpy as np

from bartizan.reason.network.aws.kernel.columns import Flags, Ints
from bartizan.reason.network.aws.kernel.crossing import crossing, out_of, picked
from bartizan.reason.network.aws.kernel.lanes import Entered, Lanes, Moved, Scope, State
from bartizan.reason.network.aws.kernel.world import World


def stopped(world: World, lanes: Lanes, targets: Ints) -> Sequence[Moved]:
    """Drop what no route is for, or a black hole is."""
    del world, lanes, targets
    return ()


def unknown(world: World, lanes: Lanes, targets: Ints) -> Sequence[Moved]:
    """Lose what is sent to something that is not modelled."""
    del targets
    return ((State.LOST, out_of(world, lanes).doubted()),)


def unread(world: World, lanes: Lanes, targets: Ints) -> Sequence[Moved]:
    """Lose what comes to a table of which nothing is known."""
    del world, targets
    return ((State.LOST, lanes.doubted()),)


def local(world: World, lanes: Lanes, targets: Ints) -> Sequence[Moved]:
    """Stay inside the network."""
    del world, targets
    return ((State.LOCAL, lanes),)


def interface(world: World, lanes: Lanes, targets: Ints) -> Sequence[Moved]:
    """Come to an interface."""
    del world
    return ((State.RELAYED, lanes.but(at=targets)),)


def peering(world: World, lanes: Lanes, targets: Ints) -> Iterator[Moved]:
    """Go to the other network, for addresses of that network alone.

    Source: https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
    """
    peerings = world.peerings
    lanes = out_of(world, lanes)
    beyond = peerings.beyond(targets, lanes.of("network"))
    if (beyond < 0).any():
        yield State.LOST, lanes.at_rows(beyond < 0).doubted()
    open_ = (beyond >= 0) & peerings.active[targets]
    near = peerings.near[targets] & (lanes.of("scope") == Scope.NETWORK.value)
    scope = np.where(near, Scope.PEERING, Scope.LOST).astype(np.int32)
    moved = lanes.but(network=beyond, subnet=-1, scope=scope, entered=int(Entered.PEERING))
    holds = np.broadcast_to(world.ranges.hold(beyond, lanes.target), len(lanes))
    known = world.ground.known[beyond]
    open_ &= holds
    yield State.LOCAL, moved.at_rows(open_ & known)
    if (open_ & ~known).any():
        yield State.LOST, moved.at_rows(open_ & ~known).doubted()


def deliver(world: World, lanes: Lanes) -> Iterator[Moved]:
    """Bring packets to the interface that they are for, where it is in their network."""
    network = world.ground.network
    home = picked(network, lanes.goal)
    here = (lanes.inside == 1) & (lanes.network == home) & (lanes.goal != -1)
    here = np.broadcast_to(np.asarray(here), len(lanes))
    if here.any():
        arrived = lanes if here.all() else lanes.at_rows(here)
        yield State.ARRIVED, crossing(world, arrived, arrived.goal)
    if not here.all():
        elsewhere = lanes.at_rows(~here)
        dark = _dark(world, elsewhere)
        if dark.any():
            yield State.LOST, out_of(world, elsewhere.at_rows(dark)).doubted()


def _dark(world: World, lanes: Lanes) -> Flags:
    """Tell of packets that nobody here is known to take whether somebody may all the same."""
    network = lanes.of("network")
    unread = world.ground.unread[network] & (
        np.broadcast_to(world.ranges.hold(network, lanes.target), len(lanes)) != 0
    )
    return np.asarray(~world.ground.known[network] | unread)
