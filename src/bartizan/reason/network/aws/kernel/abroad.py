# SPDX-License-Identifier: Apache-2.0
"""Plain ways over the Internet: out by a gateway of one network, and in by that of another.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
"""

from dataclasses import dataclass
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
    answered,
    asked,
    both,
    coming_in,
    delivered,
    going_out,
    going_out_only,
    looked_up,
    then,
)
from bartizan.reason.network.aws.kernel.fan import Fan, Part
from bartizan.reason.network.aws.kernel.fold import Folded, alike
from bartizan.reason.network.aws.kernel.ports import Spec
from bartizan.reason.network.aws.kernel.routes import Kind
from bartizan.reason.network.aws.kernel.step_relay import TRANSLATED
from bartizan.reason.network.aws.kernel.world import World

_REMEMBERED = 8
_NOBODY = -2
"""A network that is none."""


@dataclass(frozen=True, slots=True)
class Departed:
    """What has come to the Internet from some places."""

    world: World
    status: Status
    masks: Masks
    seen: Ints
    """Of each place, the address that it is seen by."""
    subnet: Ints
    """Of each place, the subnet of the interface that has that."""
    nat: Ints
    again: Status
    """What becomes of an answer that a NAT gateway gives on, and what of it passes."""
    again_masks: Masks
    back: Status
    """What becomes of answers where they come in."""

    def at(self, rows: Ints) -> "Departed":
        """Return what has come from some of the places."""
        return Departed(
            self.world, self.status[rows], _at(self.masks, rows), self.seen[rows],
            self.subnet[rows], self.nat[rows], self.again[rows], _at(self.again_masks, rows),
            self.back[rows],
        )  # fmt: skip

    def by(self, direction: int, acl: int) -> Masks:
        """Return what one list passes to or from the addresses that the places are seen by."""
        return self.world.lists.passing(direction, acl, self.seen)

    def let_in(self, stretch: int) -> Masks:
        """Return what the lists let in, of those who are seen, from a stretch."""
        return self.world.lists.passing(IN, self.world.ground.acl[self.subnet], stretch)


def _at(masks: Masks, rows: Ints) -> Masks:
    return masks if masks.yes.shape[1] == 1 else masks.at(rows)


class Departure:
    """How packets from all places to one stretch of addresses come to the Internet."""

    def __init__(self, fan: Fan, target: int) -> None:
        world, every = fan.world, Part(fan)
        self._fan, self._target = every, target
        kinds, doors = looked_up(world, fan.subnet, target, size=fan.size)
        six = target >= world.line_six
        self.status = delivered(world, kinds, fan.network, _NOBODY)
        self.masks = every.listed(OUT, target)
        self.seen, self.subnet = fan.shown.copy(), fan.subnet.copy()
        self.nat = np.full(fan.size, -1, dtype=np.int32)
        self.again = np.full(fan.size, ARRIVES)
        self.again_masks = fan.every
        self._leave(np.flatnonzero(kinds == Kind.INTERNET.value), doors)
        only_out = kinds == Kind.EGRESS_ONLY.value
        self._leave_only(np.flatnonzero(only_out), doors, six=six)
        if not six:
            self._translate(np.flatnonzero(kinds == Kind.NAT.value), doors)
            # An address that is like the one that stands for it is no plain case.
            odd = (fan.stretch == fan.shown) & (self.status == ARRIVES)
            self.status = np.where(odd, UNCLEAR, self.status)
        denies = np.where(self.nat >= 0, 0, fan.denies)
        self.back = np.where(only_out, ARRIVES, coming_in(world, self.subnet, denies, shield=None))

    def departed(self) -> Departed:
        """Return what has come there from all places."""
        return Departed(
            self._fan.world, self.status, self.masks, self.seen, self.subnet, self.nat,
            self.again, self.again_masks, self.back,
        )  # fmt: skip

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
        ways = np.where(kinds == Kind.INTERNET.value, ways, -1)
        status = going_out(
            world, ways, network, shown=shown, subnet=subnet, shield=world.shields.translated
        )
        status = np.where(world.ground.network[subnet] == network, status, NOTHING)
        dropped = np.where(DROPS[kinds], NOTHING, UNCLEAR)
        status = np.where(kinds == Kind.INTERNET.value, status, dropped)
        odd = (gates.nat_source[nat] == shown) & (status == ARRIVES)
        usable = gates.available[nat] & (gates.nat_source[nat] >= 0)
        status = np.where(usable, np.where(odd, UNCLEAR, status), NOTHING)
        self.status[rows] = np.where(subnet < 0, UNCLEAR, status)
        self.nat[rows], self.seen[rows], self.subnet[rows] = nat, shown, subnet
        behind = np.zeros(fan.size, dtype=bool)
        behind[rows] = True
        self._pass_gateways(behind)
        kinds, _ = looked_up(world, subnet, fan.stretch[rows], size=len(rows))
        self.again[rows] = delivered(world, kinds, world.ground.network[subnet], fan.network[rows])

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
        self._departed = lru_cache(_REMEMBERED)(self._find_departed)
        self._folded = lru_cache(_REMEMBERED)(self._find_folded)

    def _find_departed(self, target: int) -> Departed:
        return Departure(self._fan, target).departed()

    def nat(self, number: int) -> Ints:
        """Return the NAT gateway that each place is seen as by a place with a public address; -1
        for none.
        """
        return self._departed(int(self._fan.shown[number])).nat

    def to(self, number: int) -> Folded:
        """Return which places are asked for all as they send to the public addresses of one."""
        return self._folded(int(self._fan.shown[number]))

    def _find_folded(self, target: int) -> Folded:
        left, fan = self._departed(target), self._fan
        rows = np.flatnonzero(left.status != NOTHING)
        contested = (fan.contested != 0) | (fan.world.gateways.nat_contested[left.nat] != 0)
        lists = fan.world.lists.into.shape(fan.world.ground.acl[left.subnet])
        words = [
            np.unique(word, return_inverse=True)[1]
            for masks in (*left.masks, *left.again_masks)
            for word in (masks if masks.shape[1] > 1 else ())
        ]
        columns = [left.status, left.seen, left.again, left.back, contested, lists, *words]
        return alike(rows, [column[rows] for column in columns], size=fan.size)

    def flows(self, part: Part, number: int, *, public: bool) -> tuple[Status, Masks, Ints]:
        """Return what becomes of flows from some places to one by its public addresses, or its
        IPv6 ones; what passes of them and is answered; the NAT gateway that each is seen as, -1
        for none.
        """
        fan, world = self._fan, self._fan.world
        left = self._departed(int((fan.shown if public else fan.stretch)[number]))
        left = left if part.rows is None else left.at(part.rows)
        subnet, shown = int(fan.subnet[number]), int(fan.shown[number])
        goal = coming_in(
            world, fan.subnet[[number]], fan.denies[[number]], shield=world.shields.into
        )
        status = then(left.status, np.broadcast_to(goal, part.size))
        acl = int(world.ground.acl[subnet])
        back, masks = self._answer(part, left, number)
        unclear = (back == UNCLEAR) | (left.again == UNCLEAR)
        if public and shown == int(fan.stretch[number]):
            unclear = unclear | True
        status = np.where((status == ARRIVES) & unclear, UNCLEAR, status)
        again = answered(world, left.again, left.again_masks)
        return status, both(left.masks, left.by(IN, acl), masks, again), left.nat

    def _answer(self, part: Part, left: Departed, number: int) -> tuple[Status, Masks]:
        """Send answers of one place to all as they are seen."""
        fan, world = self._fan, self._fan.world
        subnet, shown = int(fan.subnet[number]), int(fan.shown[number])
        kinds, doors = looked_up(world, subnet, left.seen, size=part.size)
        network, acl = int(fan.network[number]), int(world.ground.acl[subnet])
        nat = world.gateways.nat_subnet[np.where(kinds == Kind.NAT.value, doors, -1)]
        status = np.where(DROPS[kinds] | (nat >= 0), NOTHING, UNCLEAR)
        led = kinds == Kind.INTERNET.value
        out = going_out(
            world, np.where(led, doors, -1), network, shown=shown, subnet=subnet, shield=None
        )
        status = np.where(led, then(out, left.back), status)
        passed = both(left.by(OUT, acl), left.let_in(shown))
        only = kinds == Kind.EGRESS_ONLY.value
        if only.any():
            status = np.where(only, self._beside(left, np.where(only, doors, -1), number), status)
            udp = np.where(only, world.ports.udp[:, None], ~np.uint64(0))
            yes = np.where(only, np.uint64(0), passed.yes)
            passed = Masks(yes, passed.maybe & udp)
        return status, answered(world, status, passed)

    def _beside(self, left: Departed, doors: Ints, number: int) -> Status:
        """Tell what becomes of answers at an egress-only gateway that has not seen the flow: one
        of UDP looks like a flow that begins inside, so that it may pass.
        """
        fan, world = self._fan, self._fan.world
        if fan.stretch[number] < world.line_six:
            return np.broadcast_to(NOTHING, len(doors))
        out = going_out(
            world, doors, int(fan.network[number]), shown=int(fan.shown[number]),
            subnet=int(fan.subnet[number]), shield=None,
        )  # fmt: skip
        return then(out, left.back)
