# SPDX-License-Identifier: Apache-2.0
"""Plain ways over the Internet: out by a gateway of one network, and in by that of another.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
"""

from functools import lru_cache

import numpy as np

from bartizan.reason.network.aws.kernel.access_lists import IN, OUT, Masks
from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Rows
from bartizan.reason.network.aws.kernel.course import (
    ARRIVES,
    DROPS,
    NOTHING,
    UNCLEAR,
    Status,
    asked,
    both,
    coming_in,
    delivered,
    going_out,
    going_out_only,
    looked_up,
    then,
)
from bartizan.reason.network.aws.kernel.fan import Fan
from bartizan.reason.network.aws.kernel.ports import Spec
from bartizan.reason.network.aws.kernel.routes import Kind
from bartizan.reason.network.aws.kernel.step_relay import TRANSLATED

_REMEMBERED = 8
_NOBODY = -2
"""A network that is none."""


class Departure:
    """How packets from all places to one stretch of addresses come to the Internet."""

    def __init__(self, fan: Fan, target: int) -> None:
        world = fan.world
        self._fan, self._target = fan, target
        kinds, doors = looked_up(world, fan.subnet, target, size=fan.size)
        six = target >= world.line_six
        self.status = delivered(world, kinds, fan.network, _NOBODY, size=fan.size)
        self.masks = fan.listed(OUT, target)
        self.seen = fan.shown.copy()
        """Of each place, the address that it is seen by."""
        self.subnet = fan.subnet.copy()
        """Of each place, the subnet of the interface that has that."""
        self.nat = np.full(fan.size, -1, dtype=np.int32)
        self.again = np.full(fan.size, ARRIVES)
        """What becomes of an answer that a NAT gateway gives on, and what of it passes."""
        self.again_masks = fan.every
        self._leave(np.flatnonzero(kinds == Kind.INTERNET), doors)
        only_out = kinds == Kind.EGRESS_ONLY
        self._leave_only(np.flatnonzero(only_out), doors, six=six)
        if not six:
            self._translate(np.flatnonzero(kinds == Kind.NAT), doors)
            # An address that is like the one that stands for it is no plain case.
            odd = (fan.stretch == fan.shown) & (self.status == ARRIVES)
            self.status = np.where(odd, UNCLEAR, self.status)
        denies = np.where(self.nat >= 0, 0, fan.denies)
        self.back = np.where(only_out, ARRIVES, coming_in(world, self.subnet, denies, shield=None))
        """What becomes of answers where they come in."""
        self.by = lru_cache(1 << 10)(self._find_by)
        self.at = lru_cache(_REMEMBERED)(self._find_at)

    def _find_by(self, direction: int, acl: int) -> Masks:
        """Return what one list passes to or from the addresses that the places are seen by."""
        return self._fan.world.lists.passing(direction, acl, self.seen)

    def _find_at(self, stretch: int) -> Masks:
        """Return what the lists let in, of those who are seen, from a stretch."""
        world = self._fan.world
        return world.lists.passing(IN, world.ground.acl[self.subnet], stretch)

    def _leave(self, rows: Rows, doors: Ints) -> None:
        fan, world = self._fan, self._fan.world
        self.status[rows] = going_out(
            world, doors[rows], fan.network[rows], shown=fan.shown[rows],
            subnet=fan.subnet[rows],
            shield=world.shields.out,
        )  # fmt: skip

    def _leave_only(self, rows: Rows, doors: Ints, *, six: bool) -> None:
        fan = self._fan
        self.status[rows] = NOTHING
        if six:
            self.status[rows] = going_out_only(
                fan.world,
                doors[rows],
                fan.network[rows],
                shown=fan.shown[rows],
                subnet=fan.subnet[rows],
            )
            self.seen[rows] = fan.stretch[rows]

    def _translate(self, rows: Rows, doors: Ints) -> None:
        """Send packets on in the name of NAT gateways, whose subnets lead to the Internet.

        Source: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
        """
        if not len(rows):
            return
        fan, world, gates = self._fan, self._fan.world, self._fan.world.gateways
        nat = doors[rows]
        subnet, shown, network = gates.nat_subnet[nat], gates.nat_shown[nat], gates.network[nat]
        kinds, ways = looked_up(world, subnet, self._target, size=len(rows))
        ways = np.where(kinds == Kind.INTERNET, ways, -1)
        status = going_out(
            world, ways, network, shown=shown, subnet=subnet, shield=world.shields.translated
        )
        status = np.where(world.ground.network[subnet] == network, status, NOTHING)
        dropped = np.where(DROPS[kinds], NOTHING, UNCLEAR)
        status = np.where(kinds == Kind.INTERNET, status, dropped)
        odd = (gates.nat_source[nat] == shown) & (status == ARRIVES)
        usable = gates.available[nat] & (gates.nat_source[nat] >= 0)
        status = np.where(usable, np.where(odd, UNCLEAR, status), NOTHING)
        self.status[rows] = np.where(subnet < 0, UNCLEAR, status)
        self.nat[rows], self.seen[rows], self.subnet[rows] = nat, shown, subnet
        behind = np.zeros(fan.size, dtype=bool)
        behind[rows] = True
        self._pass_gateways(behind)
        kinds, _ = looked_up(world, subnet, fan.stretch[rows], size=len(rows))
        self.again[rows] = delivered(
            world, kinds, world.ground.network[subnet], fan.network[rows], size=len(rows)
        )

    def _pass_gateways(self, behind: Flags) -> None:
        """Pass the lists between places and their NAT gateways, there and back."""
        fan, world = self._fan, self._fan.world
        lists, acl = world.lists, world.ground.acl[self.subnet]
        moves = behind & (self.subnet != fan.subnet)
        ports = [world.ports.split(Spec(each, -1, -1)) for each in TRANSLATED]
        carried = np.bitwise_or.reduce(ports, axis=0)[:, None]
        there = both(
            lists.passing(OUT, acl, self._target), Masks(carried, carried),
            asked(moves, lists.passing(IN, acl, fan.stretch)),
        )  # fmt: skip
        # Within one subnet no list is asked before the one at the gateway's door.
        near = behind & ~moves
        self.masks = both(asked(~near, self.masks), asked(behind, there))
        back = both(lists.passing(OUT, acl, fan.stretch), fan.listed(IN, self._target))
        self.again_masks = asked(moves, back)


class Abroad:
    """Ways over the Internet from all places of one family to one of them."""

    def __init__(self, fan: Fan) -> None:
        self._fan = fan
        self._departure = lru_cache(_REMEMBERED)(self._find_departure)

    def _find_departure(self, target: int) -> Departure:
        return Departure(self._fan, target)

    def flows(self, number: int, *, public: bool) -> tuple[Status, Masks, Ints]:
        """Return what becomes of flows to a place by its public addresses, or its IPv6 ones; what
        passes of them and is answered; the NAT gateway that each is seen as, -1 for none.
        """
        fan, world = self._fan, self._fan.world
        left = self._departure(int((fan.shown if public else fan.stretch)[number]))
        subnet, shown = int(fan.subnet[number]), int(fan.shown[number])
        goal = coming_in(
            world, fan.subnet[[number]], fan.denies[[number]], shield=world.shields.into
        )
        status = then(left.status, np.broadcast_to(goal, fan.size))
        acl = int(world.ground.acl[subnet])
        back, masks = self._answer(left, number)
        unclear = (back == UNCLEAR) | (left.again == UNCLEAR)
        if public and shown == int(fan.stretch[number]):
            unclear = unclear | True
        status = np.where((status == ARRIVES) & unclear, UNCLEAR, status)
        into = left.by(IN, world.lists.into.like(acl))
        again = answered(fan, left.again, left.again_masks)
        return status, both(left.masks, into, masks, again), left.nat

    def _answer(self, left: Departure, number: int) -> tuple[Status, Masks]:
        """Send answers of one place to all as they are seen."""
        fan, world = self._fan, self._fan.world
        subnet, shown = int(fan.subnet[number]), int(fan.shown[number])
        kinds, doors = looked_up(world, subnet, left.seen, size=fan.size)
        network, acl = int(fan.network[number]), int(world.ground.acl[subnet])
        nat = world.gateways.nat_subnet[np.where(kinds == Kind.NAT, doors, -1)]
        status = np.where(DROPS[kinds] | (nat >= 0), NOTHING, UNCLEAR)
        led = kinds == Kind.INTERNET
        out = going_out(
            world, np.where(led, doors, -1), network, shown=shown, subnet=subnet, shield=None
        )
        status = np.where(led, then(out, left.back), status)
        passed = both(
            left.by(OUT, world.lists.out.like(acl)), left.at(world.lists.into.first(shown))
        )
        only = kinds == Kind.EGRESS_ONLY
        if only.any():
            status = np.where(only, self._beside(left, np.where(only, doors, -1), number), status)
            udp = np.where(only, world.ports.udp[:, None], ~np.uint64(0))
            yes = np.where(only, np.uint64(0), passed.yes)
            passed = Masks(yes, passed.maybe & udp)
        return status, answered(fan, status, passed)

    def _beside(self, left: Departure, doors: Ints, number: int) -> Status:
        """Tell what becomes of answers at an egress-only gateway that has not seen the flow: one
        of UDP looks like a flow that begins inside, so that it may pass.
        """
        fan, world = self._fan, self._fan.world
        if fan.stretch[number] < world.line_six:
            return np.broadcast_to(NOTHING, fan.size)
        out = going_out(
            world, doors, int(fan.network[number]), shown=int(fan.shown[number]),
            subnet=int(fan.subnet[number]), shield=None,
        )  # fmt: skip
        return then(out, left.back)


def answered(fan: Fan, status: Status, masks: Masks) -> Masks:
    """Return what may be sent so that its answer comes back: `masks` pass of those that arrive."""
    ports, none = fan.world.ports, np.uint64(0)
    yes = ports.answered(np.where(status == ARRIVES, masks.yes, none))
    if masks.yes is masks.maybe:
        return Masks(yes, yes)
    return Masks(yes, ports.answered(np.where(status == ARRIVES, masks.maybe, none)))
