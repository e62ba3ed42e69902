# SPDX-License-Identifier: Apache-2.0
"""Plain ways of flows from the Internet to the public IPv4 addresses of places, and of answers.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
"""

import numpy as np

from bartizan.reason.network.aws.kernel.access_lists import IN, OUT, Masks
from bartizan.reason.network.aws.kernel.columns import Ints
from bartizan.reason.network.aws.kernel.course import (
    ARRIVES,
    DROPS,
    NOTHING,
    UNCLEAR,
    Status,
    answered,
    both,
    coming_in,
    going_out,
    looked_up,
)
from bartizan.reason.network.aws.kernel.paths import End
from bartizan.reason.network.aws.kernel.routes import Kind
from bartizan.reason.network.aws.kernel.world import World


def incoming(world: World, sources: Ints, goals: End) -> tuple[Status, Masks]:
    """Return what becomes of flows from stretches of the Internet, each to the public addresses
    of a place of IPv4, and what passes of them and is answered.
    """
    subnet, shown = np.asarray(goals.subnet), np.asarray(goals.shown)
    acl, lists = world.ground.acl[subnet], world.lists
    status = coming_in(world, subnet, np.asarray(goals.denies), shield=world.shields.into)
    back = _answered(world, sources, subnet, shown)
    odd = (back == UNCLEAR) | (np.asarray(goals.contested) != 0)
    status = np.where((status == ARRIVES) & odd, UNCLEAR, status)
    answers = answered(world, back, lists.passing(OUT, acl, sources))
    return status, both(lists.passing(IN, acl, sources), answers)


def _answered(world: World, sources: Ints, subnet: Ints, shown: Ints) -> Status:
    """Tell what becomes of answers on their way out; by gateways for flows that begin inside none
    leaves.
    """
    kinds, doors = looked_up(world, subnet, sources, size=len(sources))
    led = kinds == Kind.INTERNET.value
    nat = world.gateways.nat_subnet[np.where(kinds == Kind.NAT.value, doors, -1)]
    stopped = DROPS[kinds] | (nat >= 0) | (kinds == Kind.EGRESS_ONLY.value)
    out = going_out(
        world, np.where(led, doors, -1), world.ground.network[subnet], shown=shown,
        subnet=subnet, shield=None,
    )  # fmt: skip
    return np.where(led, out, np.where(stopped, NOTHING, UNCLEAR))
