# SPDX-License-Identifier: Apache-2.0
"""By which ways packets come from all places to one: plain ones are looked up, others walked."""

from functools import lru_cache

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bartizan.reason.network.aws.kernel.abroad import Abroad
from bartizan.reason.network.aws.kernel.access_lists import IN, OUT, Masks
from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Longs
from bartizan.reason.network.aws.kernel.course import (
    ARRIVES,
    DROPS,
    NOTHING,
    UNCLEAR,
    Leg,
    Status,
    among,
    answered,
    asked,
    both,
    delivered,
    either,
    looked_up,
    over_peering,
    then,
)
from bartizan.reason.network.aws.kernel.fan import Fan, Onward, Part
from bartizan.reason.network.aws.kernel.fold import Fold, Folded
from bartizan.reason.network.aws.kernel.paths import End, Ways, no_ways, walked
from bartizan.reason.network.aws.kernel.routes import Kind
from bartizan.reason.network.aws.kernel.seats import Seats
from bartizan.reason.network.aws.kernel.shared import Shared
from bartizan.reason.network.aws.kernel.world import World

_TO_INTERNET = among(Kind.INTERNET, Kind.EGRESS_ONLY)
_NO_LEG = Leg(np.zeros(0, np.int8), np.zeros(0, np.int8), np.zeros(0, np.int32))
_REMEMBERED = 8
"""Places of which is remembered what becomes of flows to them."""


class _Fate(Struct, frozen=True):
    """What becomes of flows from all places to one, before any list is asked."""

    folded: Folded
    """The places that are asked for all, of which the rest tells."""
    status: Status
    there: Leg
    back: Leg
    nat: Ints
    """Of each place, the NAT gateway that it is seen as; -1 for none."""
    walked: Ways
    """What is found by walking, of the places that have no plain way."""


class Plain:
    """The ways from all places of one family to any of them."""

    def __init__(self, world: World, places: Ints, ends: End) -> None:
        self._world, self.places, self._ends = world, places, ends
        self._fan = Fan(world, ends)
        self._fold, self._abroad = Fold(self._fan), Abroad(self._fan)
        self._fate = lru_cache(_REMEMBERED)(self._find_fate)

    def ways(self, place: int, *, public: bool, among: Flags | None = None) -> Shared:
        """Return the ways of flows to the private addresses of a place, or to its public ones; of
        the plain ones it is enough to tell those `among` some places.
        """
        number = int(np.searchsorted(self.places, place))
        fate = self._fate(number, public=public)
        rows, which = fate.folded
        wanted = fate.status == ARRIVES
        if among is not None:
            held = np.zeros(len(rows) + 1, dtype=bool)
            held[which[among]] = True
            wanted &= held[:-1]
        chosen = np.flatnonzero(wanted)
        masks, inward, outward, shown = self._passing(fate, chosen, number, public=public)
        column = np.full(len(rows) + 1, -1, dtype=np.int32)
        some = (masks.maybe != 0).any(axis=0)
        column[chosen[some]] = np.flatnonzero(some)
        return Shared(
            which=column[which], masks=masks, inward=inward, outward=outward, shown=shown,
            nat=fate.nat, walked=fate.walked,
        )  # fmt: skip

    def _find_fate(self, number: int, *, public: bool) -> _Fate:
        """Tell what becomes of flows, and walk those that are not plain."""
        folded = self._folded(number, public=public)
        rows, which = folded
        part = self._fan.part(rows)
        nat = self._abroad.nat(number) if public else self._fan.nobody
        if public:
            there = back = _NO_LEG
            status = self._abroad.status(part, number)
        else:
            there, back = self._to(part, number), self._from(part, number)
            odd = (there.status == ARRIVES) & (back.status == UNCLEAR)
            status = np.where(odd, UNCLEAR, there.status)
            led = _TO_INTERNET[there.kinds]
            if self._six(number) and led.any():
                out = self._abroad.status(part, number)
                status = np.where(led, out, status)
        contested = self._contested(number, rows, nat[rows])
        status = np.where((status == ARRIVES) & contested, UNCLEAR, status)
        unclear = np.append(status == UNCLEAR, False)
        rest = np.flatnonzero(unclear[which]).astype(np.int32) if unclear.any() else which[:0]
        return _Fate(folded, status, there, back, nat, self._walked(rest, number, public=public))

    def _walked(self, rest: Ints, number: int, *, public: bool) -> Ways:
        if not len(rest):
            return no_ways(self._world)
        goal = self._ends.at(np.full(len(rest), number, dtype=np.int32))
        more = walked(self._world, len(rest), self._ends.at(rest), goal, public=public)
        return replace(more, origin=rest[more.origin], lost=rest[more.lost])

    def _passing(
        self, fate: _Fate, chosen: Longs, number: int, *, public: bool
    ) -> tuple[Masks, Flags, Flags, Flags]:
        """Return what passes of some flows that arrive and is answered, whether rules of the
        receiver or the sender may name groups, and whether the sender is seen by a public address.
        """
        none = np.zeros(len(chosen), dtype=bool)
        if not len(chosen):
            empty = np.zeros((self._world.ports.words, 0), dtype=np.uint64)
            return Masks(empty, empty), none, none, none
        part = self._fan.part(fate.folded.rows[chosen])
        if public:
            return self._abroad.passing(part, number), none, none, ~none
        there, back = fate.there.at(chosen), fate.back.at(chosen)
        sent, inward, outward = self._there(part, number, there)
        masks = both(sent, answered(self._world, back.status, self._back(part, number, back)))
        led = _TO_INTERNET[there.kinds]
        if not (self._six(number) and led.any()):
            return masks, inward, outward, none
        masks = either(led, self._abroad.passing(part, number), masks)
        return masks, inward, outward, led & (there.kinds == Kind.INTERNET.value)

    def _six(self, number: int) -> bool:
        return bool(self._fan.stretch[number] >= self._world.line_six)

    def _folded(self, number: int, *, public: bool) -> Folded:
        """Return which places are asked for all; all of them to an address of IPv6, which each
        network leads out by gateways of its own.
        """
        if public:
            return self._abroad.to(number)
        every = self._fan.every_row
        return Folded(every, every) if self._six(number) else self._fold.to(number)

    def _contested(self, number: int, rows: Ints, nat: Ints) -> Flags:
        """Tell of flows to one place whether another may have an address of either end."""
        held = self._fan.contested
        behind = self._world.gateways.nat_contested[nat]
        return np.asarray((held[rows] != 0) | (held[number] != 0) | (behind != 0))

    def _goal(self, number: int) -> tuple[int, int, int]:
        """Return stretch, subnet and network of one place."""
        fan = self._fan
        return int(fan.stretch[number]), int(fan.subnet[number]), int(fan.network[number])

    def _to(self, part: Part, number: int) -> Leg:
        """Send packets from all places to one."""
        world = self._world
        target, goal, home = self._goal(number)
        kinds, targets = looked_up(world, part.subnet, target, size=part.size)
        status = delivered(world, kinds, part.network, home)
        status[_ends_abroad(world, kinds, targets, target)] = NOTHING
        leg = Leg(status, kinds, targets)
        rows = np.flatnonzero(kinds == Kind.PEERING.value)
        if len(rows):
            status[rows] = over_peering(
                world, targets[rows], part.network[rows], target=target, goal=goal
            )
        for gateway, led in leg.gateways():
            entry, leads = self._fan.entry(gateway), self._fan.leads(gateway, target, goal)
            after = then(part.own(entry.status), leads.status[part.own(entry.kind)])
            np.copyto(status, after, where=led)
        return leg

    def _there(self, part: Part, number: int, leg: Leg) -> tuple[Masks, Flags, Flags]:
        """Return what passes to one place, and whether rules of the receiver or the sender may
        name groups.
        """
        world = self._world
        target, goal, _ = self._goal(number)
        local = leg.kinds == Kind.LOCAL.value
        peered = np.where(leg.kinds == Kind.PEERING.value, leg.targets, -1)
        inward = outward = local | (peered >= 0) & world.peerings.near[peered]
        through, unasked = [self._fan.every], local & (part.subnet == goal)
        stays = unasked
        for gateway, led in leg.gateways():
            entry, leads = self._fan.entry(gateway), self._fan.leads(gateway, target, goal)
            enters, kind = leads.enters, part.own(entry.kind)
            leaves = world.lists.passing(OUT, world.ground.acl[enters], target)
            leaves = asked(enters != goal, leaves)
            through.append(asked(led, both(part.masks(entry.passing), leaves.at(kind))))
            unasked = unasked | (led & (enters == goal)[kind])
            inward = inward | (led & part.own(entry.references) & leads.references[kind])
        masks = both(
            asked(~stays, part.listed(OUT, target)),
            asked(~unasked, part.passed(IN, goal)), *through,
        )  # fmt: skip
        return masks, inward, outward

    def _from(self, part: Part, number: int) -> Leg:
        """Send answers from one place to all."""
        world = self._world
        source, subnet, home = self._goal(number)
        kinds, targets = looked_up(world, subnet, part.stretch, size=part.size)
        status = delivered(world, kinds, home, part.network)
        nat = np.where(kinds == Kind.NAT.value, targets, -1)
        stopped = world.gateways.nat_subnet[nat] >= 0
        if source < world.line_six:
            stopped |= _TO_INTERNET[kinds]
        status[stopped] = NOTHING
        leg = Leg(status, kinds, targets)
        rows = np.flatnonzero(kinds == Kind.PEERING.value)
        if len(rows):
            status[rows] = over_peering(
                world, targets[rows], home, target=part.stretch[rows], goal=part.subnet[rows]
            )
        for gateway, led in leg.gateways():
            first, ahead = self._fan.entry(gateway).status[number], self._ahead(gateway, number)
            np.copyto(status, then(first, part.own(ahead.status)), where=led)
        return leg

    def _back(self, part: Part, number: int, leg: Leg) -> Masks:
        """Return what passes of answers from one place."""
        source, subnet, _ = self._goal(number)
        stays = (leg.kinds == Kind.LOCAL.value) & (part.subnet == subnet)
        through, unasked = [self._fan.every], stays
        for gateway, led in leg.gateways():
            entered, ahead = self._fan.entry(gateway).passing, self._ahead(gateway, number)
            through.append(asked(led, both(entered.at([number]), part.masks(ahead.leaves))))
            unasked = unasked | (led & part.own(ahead.within))
        return both(
            asked(~stays, part.passed(OUT, subnet)),
            asked(~unasked, part.listed(IN, source)), *through,
        )  # fmt: skip

    def _ahead(self, gateway: int, number: int) -> Onward:
        """Return where a transit gateway leads to from one place."""
        entry = self._fan.entry(gateway)
        kind = int(entry.kind[number])
        return self._fan.onward(
            int(entry.table[kind]), int(entry.gateway[kind]), int(entry.zone[kind])
        )


def _ends_abroad(world: World, kinds: Status, targets: Ints, target: int) -> Flags:
    """Tell of packets whether they come to the Internet, where nobody has a private IPv4 address,
    by a gateway of the network or behind a NAT gateway.
    """
    if target >= world.line_six:
        return np.zeros(len(kinds), dtype=bool)
    found = _TO_INTERNET[kinds]
    rows = np.flatnonzero(kinds == Kind.NAT.value)
    subnet = world.gateways.nat_subnet[targets[rows]]
    rows, subnet = rows[subnet >= 0], subnet[subnet >= 0]
    if len(rows):
        led, _ = looked_up(world, subnet, target, size=len(rows))
        found[rows] = (DROPS | _TO_INTERNET)[led]
    return found


def ends(seats: Seats, places: Ints) -> End:
    """Return places as ends of flows."""
    return End(
        subnet=seats.place_subnet[places],
        stretch=seats.place_stretch[places],
        shown=seats.place_public[places],
        denies=seats.place_denies[places],
        contested=seats.place_contested[places],
    )


def plain_ways(world: World, seats: Seats) -> tuple[Plain, Plain]:
    """Return the ways between all places of IPv4, and those between all of IPv6."""
    six = seats.place_stretch >= world.line_six
    four, other = (np.flatnonzero(rows).astype(np.int32) for rows in (~six, six))
    return Plain(world, four, ends(seats, four)), Plain(world, other, ends(seats, other))
