# SPDX-License-Identifier: Apache-2.0
"""Plain ways over the Internet: out by a gateway of one network, and in by that of another.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
"""

import itertools
from collections.abc import Callable
from functools import cached_property, lru_cache

import numpy as np
from msgspec import Struct

from bartizan.reason.network.aws.kernel.access_lists import IN, OUT, Masks
from bartizan.reason.network.aws.kernel.columns import Ints, Rows
from bartizan.reason.network.aws.kernel.course import (
    ARRIVES,
    DROPS,
    NOTHING,
    UNCLEAR,
    Leg,
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


class Departed(Struct, frozen=True):
    """What has come to the Internet from some places."""

    world: World
    status: Status
    seen: Ints
    """Of each place, the address that it is seen by."""
    subnet: Ints
    """Of each place, the subnet of the interface that has that."""
    nat: Ints
    again: Status
    """What becomes of an answer that a NAT gateway gives on."""
    back: Status
    """What becomes of answers where they come in."""
    lists: Callable[[], tuple[Masks, Masks]]
    """Says what passes of the packets, and of answers that a NAT gateway gives on."""

    def at(self, rows: Ints) -> "Departed":
        """Return what has come from some of the places."""
        return Departed(
            self.world, self.status[rows], self.seen[rows], self.subnet[rows], self.nat[rows],
            self.again[rows], self.back[rows], lambda: self._passed(rows),
        )  # fmt: skip

    def _passed(self, rows: Ints) -> tuple[Masks, Masks]:
        there, again = self.lists()
        return _at(there, rows), _at(again, rows)

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
        world, self._fan, self._target = fan.world, fan, target
        kinds, doors = looked_up(world, fan.subnet, target, size=fan.size)
        six = target >= world.line_six
        self.status = delivered(world, kinds, fan.network, _NOBODY)
        self.seen, self.subnet = fan.shown.copy(), fan.subnet.copy()
        self.nat = np.full(fan.size, -1, dtype=np.int32)
        self.again = np.full(fan.size, ARRIVES)
        self._behind = np.zeros(fan.size, dtype=bool)
        self._leave(np.flatnonzero(kinds == Kind.INTERNET.value), doors)
        only_out = kinds == Kind.EGRESS_ONLY.value
        self._leave_only(np.flatnonzero(only_out), doors, six=six)
        if not six:
            self._translate(np.flatnonzero(kinds == Kind.NAT.value), doors)
        back = coming_in(world, self.subnet, fan.denies, shield=None)
        self.back = np.where(only_out, ARRIVES, back)

    def departed(self) -> Departed:
        """Return what has come there from all places."""
        return Departed(
            self._fan.world, self.status, self.seen, self.subnet, self.nat, self.again, self.back,
            lambda: self._lists,
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

    def _translate(self, rows: Rows, doors: Ints) -> None:
        """Send packets on in the name of NAT gateways, whose subnets lead to the Internet.

        Source: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
        """
        if not len(rows):
            return
        fan, world, gates = self._fan, self._fan.world, self._fan.world.gateways
        nat = doors[rows]
        subnet, shown = gates.nat_subnet[nat], gates.nat_shown[nat]
        network = world.ground.network[subnet]
        kinds, ways = looked_up(world, subnet, self._target, size=len(rows))
        ways = np.where(kinds == Kind.INTERNET.value, ways, -1)
        status = going_out(
            world, ways, network, shown=shown, subnet=subnet, shield=world.shields.translated
        )
        dropped = np.where(DROPS[kinds], NOTHING, UNCLEAR)
        status = np.where(kinds == Kind.INTERNET.value, status, dropped)
        status = np.where(gates.available[nat], status, NOTHING)
        self.status[rows] = np.where(subnet < 0, UNCLEAR, status)
        self.nat[rows], self.seen[rows], self.subnet[rows] = nat, shown, subnet
        self._behind[rows] = True
        kinds, _ = looked_up(world, subnet, fan.stretch[rows], size=len(rows))
        self.again[rows] = delivered(world, kinds, network, fan.network[rows])

    @cached_property
    def _lists(self) -> tuple[Masks, Masks]:
        """What the lists pass, also between places and their NAT gateways, there and back."""
        fan, world = self._fan, self._fan.world
        every, behind = Part(fan), self._behind
        own = every.listed(OUT, self._target)
        if not behind.any():
            return own, fan.every
        lists, acl = world.lists, world.ground.acl[self.subnet]
        moves = self.subnet != fan.subnet
        ports = [world.ports.split(Spec(each, -1, -1)) for each in TRANSLATED]
        carried = np.bitwise_or.reduce(ports, axis=0)[:, None]
        there = both(
            lists.passing(OUT, acl, self._target), Masks(carried, carried),
            asked(moves, lists.passing(IN, acl, fan.stretch)),
        )  # fmt: skip
        back = both(lists.passing(OUT, acl, fan.stretch), every.listed(IN, self._target))
        return both(own, asked(behind, there)), asked(moves, back)


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
            for masks in itertools.chain(*left.lists())
            for word in (masks if masks.shape[1] > 1 else ())
        ]
        columns = [left.status, left.seen, left.again, left.back, contested, lists, *words]
        return alike(rows, [column[rows] for column in columns], size=fan.size)

    def _left(self, part: Part, number: int) -> Departed:
        left = self._departed(int(self._fan.shown[number]))
        return left if part.rows is None else left.at(part.rows)

    def status(self, part: Part, number: int) -> Status:
        """Return what becomes of flows from some places to one by its public addresses."""
        fan, world = self._fan, self._fan.world
        left = self._left(part, number)
        if fan.shown[number] < 0:
            # On the Internet nobody has an IPv6 address that is not public.
            return np.full(part.size, NOTHING)
        goal = coming_in(
            world, fan.subnet[[number]], fan.denies[[number]], shield=world.shields.into
        )
        status = then(left.status, np.broadcast_to(goal, part.size))
        unclear = (self._back(left, number).status == UNCLEAR) | (left.again == UNCLEAR)
        return np.where((status == ARRIVES) & unclear, UNCLEAR, status)

    def passing(self, part: Part, number: int) -> Masks:
        """Return what passes of these flows and is answered."""
        fan, world = self._fan, self._fan.world
        left = self._left(part, number)
        acl = int(world.ground.acl[fan.subnet[number]])
        there, back = left.lists()
        again = answered(world, left.again, back)
        return both(there, left.by(IN, acl), self._answers(left, number), again)

    def _back(self, left: Departed, number: int) -> Leg:
        """Send answers of one place to all as they are seen."""
        fan, world = self._fan, self._fan.world
        subnet, shown = int(fan.subnet[number]), int(fan.shown[number])
        kinds, doors = looked_up(world, subnet, left.seen, size=len(left.seen))
        network = int(fan.network[number])
        nat = world.gateways.nat_subnet[np.where(kinds == Kind.NAT.value, doors, -1)]
        status = np.where(DROPS[kinds] | (nat >= 0), NOTHING, UNCLEAR)
        led = kinds == Kind.INTERNET.value
        out = going_out(
            world, np.where(led, doors, -1), network, shown=shown, subnet=subnet, shield=None
        )
        status = np.where(led, then(out, left.back), status)
        only = kinds == Kind.EGRESS_ONLY.value
        if only.any():
            status = np.where(only, self._beside(left, np.where(only, doors, -1), number), status)
        return Leg(status, kinds, doors)

    def _answers(self, left: Departed, number: int) -> Masks:
        """Return what may be sent so that one place answers it."""
        fan, world, back = self._fan, self._fan.world, self._back(left, number)
        acl = int(world.ground.acl[fan.subnet[number]])
        passed = both(left.by(OUT, acl), left.let_in(int(fan.shown[number])))
        only = back.kinds == Kind.EGRESS_ONLY.value
        if only.any():
            udp = np.where(only, world.ports.udp[:, None], ~np.uint64(0))
            yes = np.where(only, np.uint64(0), passed.yes)
            passed = Masks(yes, passed.maybe & udp)
        return answered(world, back.status, passed)

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
