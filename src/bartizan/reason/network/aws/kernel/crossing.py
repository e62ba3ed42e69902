# SPDX-License-Identifier: Apache-2.0
"""Access lists at the edges of subnets, for many packets at once.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
"""

import numpy as np

from bartizan.reason.network.aws.kernel.access_lists import IN, OUT
from bartizan.reason.network.aws.kernel.columns import Flags, Ints
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
    return _either(asked, passed, lanes)


def out_of(world: World, lanes: Lanes) -> Lanes:
    """Pass the list of the subnet that packets come from, outbound."""
    return filtered(world, lanes, OUT, lanes.subnet)


def crossing(world: World, lanes: Lanes, enters: Some) -> Lanes:
    """Pass the lists between two subnets; within one subnet none is asked."""
    same = np.asarray(lanes.subnet == enters)
    if same.ndim == 0:
        return lanes if same else filtered(world, out_of(world, lanes), IN, enters)
    passed = filtered(world, out_of(world, lanes), IN, enters)
    return _either(~same, passed, lanes)


def _either(rows: Flags, passed: Lanes, others: Lanes) -> Lanes:
    """Return some of them as they passed, and the others as they were."""
    yes = np.where(rows, passed.yes, others.yes)
    exact = passed.yes is passed.maybe and others.yes is others.maybe
    return others.but(yes=yes, maybe=yes if exact else np.where(rows, passed.maybe, others.maybe))
