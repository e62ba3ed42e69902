# SPDX-License-Identifier: Apache-2.0
"""Access lists at the edges of subnets, for many packets at once.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
"""

from dataclasses import replace

import numpy as np

from bartizan.reason.network.aws.kernel.access_lists import IN, OUT
from bartizan.reason.network.aws.kernel.columns import Ints
from bartizan.reason.network.aws.kernel.intervals import Some
from bartizan.reason.network.aws.kernel.lanes import Lanes
from bartizan.reason.network.aws.kernel.world import World


def picked(values: Ints, rows: Some) -> Some:
    """Return the values of some things; one number where all are one thing."""
    return int(values[rows]) if isinstance(rows, int) else values[rows]


def filtered(world: World, lanes: Lanes, direction: int, subnet: Some) -> Lanes:
    """Pass the access list of a subnet; nothing is asked where the subnet is -1."""
    lists = picked(world.ground.acl, subnet)
    peers = lanes.target if direction == OUT else lanes.source
    passed = lanes.passing(world.lists.passing(direction, lists, peers))
    if isinstance(subnet, int):
        return passed if subnet >= 0 else lanes
    asked = subnet >= 0
    if asked.all():
        return passed
    return replace(
        lanes,
        yes=np.where(asked, passed.yes, lanes.yes),
        maybe=np.where(asked, passed.maybe, lanes.maybe),
    )


def out_of(world: World, lanes: Lanes) -> Lanes:
    """Pass the list of the subnet that packets come from, outbound."""
    return filtered(world, lanes, OUT, lanes.subnet)


def crossing(world: World, lanes: Lanes, enters: Some) -> Lanes:
    """Pass the lists between two subnets; within one subnet none is asked."""
    same = np.asarray(lanes.subnet == enters)
    if same.ndim == 0:
        return lanes if same else filtered(world, out_of(world, lanes), IN, enters)
    passed = filtered(world, out_of(world, lanes), IN, enters)
    return replace(
        lanes,
        yes=np.where(same, lanes.yes, passed.yes),
        maybe=np.where(same, lanes.maybe, passed.maybe),
    )
