# SPDX-License-Identifier: Apache-2.0
"""By which ways packets come from all places to one: plain ones are looked up, others walked."""

from dataclasses import dataclass, replace

import numpy as np

from bartizan.reason.network.aws.kernel.abroad import Abroad
from bartizan.reason.network.aws.kernel.access_lists import IN, OUT, Masks
from bartizan.reason.network.aws.kernel.columns import Flags, Ints
from bartizan.reason.network.aws.kernel.course import (
    ARRIVES,
    DROPS,
    NOTHING,
    UNCLEAR,
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
from bartizan.reason.network.aws.kernel.fan import Fan, Part
from bartizan.reason.network.aws.kernel.fold import Fold, Folded
from bartizan.reason.network.aws.kernel.paths import End, Ways, walked
from bartizan.reason.network.aws.kernel.routes import Kind
from bartizan.reason.network.aws.kernel.seats import Seats
from bartizan.reason.network.aws.kernel.world import World

_TO_INTERNET = among(Kind.INTERNET, Kind.EGRESS_ONLY)


@dataclass(frozen=True, slots=True)
class Sent:
    """How packets fare between all places and one."""

    status: Status
    masks: Masks
    kinds: Status
    targets: Ints
    """Kind and target of the route by which each begins."""
    inward: Flags
    """The receiver's rules may name groups of the sender."""
    outward: Flags
    """The sender's rules may name groups of the receiver."""


class Plain:
    """The ways from all places of one family to any of them."""

    def __init__(self, world: World, places: Ints, ends: End) -> None:
        self._world, self.places, self._ends = world, places, ends
        self._fan = Fan(world, ends)
        self._fold, self._abroad = Fold(self._fan), Abroad(self._fan)

    def ways(self, place: int, *, public: bool) -> Ways:
        """Return the ways of flows to the private addresses of a place, or to its public ones."""
        number = int(np.searchsorted(self.places, place))
        found, rest = self.plain(number, public=public)
        if not len(rest):
            return found
        goal = self._ends.at(np.full(len(rest), number, dtype=np.int32))
        more = walked(self._world, len(rest), self._ends.at(rest), goal, public=public)
        return _joined(found, replace(more, origin=rest[more.origin], lost=rest[more.lost]))

    def plain(self, number: int, *, public: bool) -> tuple[Ways, Ints]:
        """Return the ways of plain flows to one of the places, and which flows are not plain."""
        rows, which = self._folded(number, public=public)
        part, manner = self._fan.part(rows), np.zeros(len(rows), dtype=bool)
        inward = outward = shown = manner
        nat = np.full(part.size, -1, dtype=np.int32)
        if public:
            status, masks, nat = self._abroad.flows(part, number, public=True)
            shown = ~manner
        else:
            sent = self._to(part, number)
            answer = self._from(part, number)
            status = np.where(
                (sent.status == ARRIVES) & (answer.status == UNCLEAR), UNCLEAR, sent.status
            )
            masks = both(sent.masks, answered(self._world, answer.status, answer.masks))
            inward, outward = sent.inward, sent.outward
            if self._six(number):
                led = _TO_INTERNET[sent.kinds]
                out, out_masks, _ = self._abroad.flows(part, number, public=False)
                status = np.where(led, out, status)
                masks = either(led, out_masks, masks)
                shown = led & (sent.kinds == Kind.INTERNET.value)
        contested = self._contested(number, rows, nat)
        status = np.where((status == ARRIVES) & contested, UNCLEAR, status)
        arrives = (status == ARRIVES) & (masks.maybe != 0).any(axis=0)
        found, rest = (
            np.flatnonzero(np.append(each, False)[which]).astype(np.int32)
            for each in (arrives, status == UNCLEAR)
        )
        one, none = which[found], np.zeros(0, dtype=np.int32)
        names = self._abroad.nat(number)[found] if public else nat[one]
        return Ways(
            found, masks.at(one), inward[one], outward[one], shown[one], names,
            none, np.zeros((len(masks.yes), 0), dtype=np.uint64),
        ), rest  # fmt: skip

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

    def _to(self, fan: Part, number: int) -> Sent:
        """Send packets from all places to one."""
        world = self._world
        target, goal, home = self._goal(number)
        kinds, targets = looked_up(world, fan.subnet, target, size=fan.size)
        status = delivered(world, kinds, fan.network, home)
        status[_ends_abroad(world, kinds, targets, target)] = NOTHING
        local = kinds == Kind.LOCAL.value
        stays = local & (fan.subnet == goal)
        inward = outward = local
        rows = np.flatnonzero(kinds == Kind.PEERING.value)
        if len(rows):
            status[rows], near = over_peering(
                world, targets[rows], fan.network[rows], target=target, goal=goal
            )
            inward = outward = local.copy()
            inward[rows] = near
        through = [fan.every]
        unasked = stays
        for gateway in np.unique(targets[kinds == Kind.TRANSIT.value]).tolist():
            led = (kinds == Kind.TRANSIT.value) & (targets == gateway)
            entry = fan.entry(gateway)
            leads = self._fan.leads(gateway, target, goal)
            enters = leads.enters
            status = np.where(led, then(entry.status, leads.status[entry.kind]), status)
            leaves = world.lists.passing(OUT, world.ground.acl[enters], target)
            leaves = asked(enters != goal, leaves)
            passing = both(entry.passing, leaves.at(entry.kind))
            through.append(asked(led, passing))
            unasked = unasked | (led & (enters == goal)[entry.kind])
            inward = inward | (led & entry.references & leads.references[entry.kind])
        masks = both(
            asked(~stays, fan.listed(OUT, target)),
            asked(~unasked, fan.passed(IN, goal)), *through,
        )  # fmt: skip
        return Sent(status, masks, kinds, targets, inward, outward)

    def _from(self, fan: Part, number: int) -> Sent:
        """Send answers from one place to all."""
        world = self._world
        source, subnet, home = self._goal(number)
        kinds, targets = looked_up(world, subnet, fan.stretch, size=fan.size)
        status = delivered(world, kinds, home, fan.network)
        nat = np.where(kinds == Kind.NAT.value, targets, -1)
        stopped = world.gateways.nat_subnet[nat] >= 0
        if source < world.line_six:
            stopped |= _TO_INTERNET[kinds]
        status[stopped] = NOTHING
        rows = np.flatnonzero(kinds == Kind.PEERING.value)
        if len(rows):
            status[rows], _ = over_peering(
                world, targets[rows], home, target=fan.stretch[rows], goal=fan.subnet[rows]
            )
        stays = (kinds == Kind.LOCAL.value) & (fan.subnet == subnet)
        through, unasked = [fan.every], stays
        for gateway in np.unique(targets[kinds == Kind.TRANSIT.value]).tolist():
            led = (kinds == Kind.TRANSIT.value) & (targets == gateway)
            entry = self._fan.entry(gateway)
            kind = int(entry.kind[number])
            ahead = fan.onward(
                int(entry.table[kind]), int(entry.gateway[kind]), int(entry.zone[kind])
            )
            first = np.broadcast_to(entry.status[number], fan.size)
            status = np.where(led, then(first, ahead.status), status)
            passing = both(entry.passing.at([number]), ahead.leaves)
            through.append(asked(led, passing))
            unasked = unasked | (led & ahead.within)
        masks = both(
            asked(~stays, fan.passed(OUT, subnet)),
            asked(~unasked, fan.listed(IN, source)), *through,
        )  # fmt: skip
        return Sent(status, masks, kinds, targets, stays, stays)


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


def _joined(one: Ways, other: Ways) -> Ways:
    """Put ways of different flows together."""
    exact = one.masks.yes is one.masks.maybe and other.masks.yes is other.masks.maybe
    yes = np.concatenate([one.masks.yes, other.masks.yes], axis=1)
    maybe = yes if exact else np.concatenate([one.masks.maybe, other.masks.maybe], axis=1)
    names = ("inward", "outward", "shown", "nat")
    columns = {name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in names}
    return replace(
        other,
        origin=np.concatenate([one.origin, other.origin]),
        masks=Masks(yes, maybe),
        **columns,
    )
