# SPDX-License-Identifier: Apache-2.0
"""By which ways packets come from one end to another, and their answers back, for many at once.

Security groups at both ends are not asked here: all interfaces of a place share their ways.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Words
from bartizan.reason.network.aws.kernel.contested import OWN
from bartizan.reason.network.aws.kernel.crossing import picked
from bartizan.reason.network.aws.kernel.intervals import Some
from bartizan.reason.network.aws.kernel.lanes import (
    Entered,
    Lanes,
    Scope,
    State,
    gathered,
    joined,
)
from bartizan.reason.network.aws.kernel.walk import Ends, walk
from bartizan.reason.network.aws.kernel.world import World


class Sort(IntEnum):
    """What an end of flows is."""

    PLACE = 0
    INTERNET = 1
    SITE = 2


class End(Struct, frozen=True, kw_only=True):
    """One end of flows, or one for each of them."""

    sort: Sort = Sort.PLACE
    subnet: Some = -1
    stretch: Some
    """Of its private address, or of its only one."""
    shown: Some = -1
    """Of the public address that stands for it; -1 for none."""
    denies: Some = 0
    """1 where it takes nothing from the Internet."""
    site: Some = -1
    """Of a remote site, the end of its connection."""
    contested: Some = 0
    """Whether others have its addresses: see `contested`."""

    def at(self, rows: Ints) -> "End":
        """Return the ends of some flows."""
        columns: dict[str, Any] = {name: _at(getattr(self, name), rows) for name in _END}
        return replace(self, **columns)


_END = ("subnet", "stretch", "shown", "denies", "site", "contested")
_ENDS = {Sort.PLACE: State.ARRIVED, Sort.INTERNET: State.ABROAD, Sort.SITE: State.AT_SITE}


def _at(column: Some, rows: Ints) -> Some:
    return column if isinstance(column, int) else column[rows]


class Ways(Struct, frozen=True):
    """Ways by which packets arrive with answers, or get lost where nobody knows on."""

    origin: Ints
    """Which flow each way is of."""
    masks: Masks
    inward: Flags
    """The receiver's rules may name groups of the sender."""
    outward: Flags
    """The sender's rules may name groups of the receiver."""
    shown: Flags
    """The sender, or the NAT gateway that it is seen as, is seen by a public address."""
    nat: Ints
    """The NAT gateway that the sender is seen as; -1 for none."""
    lost: Ints
    """Which flow each way is of that gets lost."""
    lost_masks: Words


def walked(world: World, size: int, sources: End, goals: End, *, public: bool) -> Ways:
    """Walk the ways of flows to the private addresses of their goals, or the public ones."""
    target = goals.shown if public else goals.stretch
    ends = _sent(world, np.arange(size, dtype=np.int32), sources, goals, target=target)
    lost = ends.get(State.LOST, ())
    parts = _home(world, ends, goals)
    if not parts:
        return _none(world, *_lost(world, lost))
    arrived = joined(parts)
    kept = arrived.passing(_answered(world, arrived, sources, goals, asked=target)).alive()
    kept = kept.doubted(_contested(world, kept, sources, goals, public=public))
    scope = kept.of("scope")
    near = (scope == Scope.NETWORK.value) | (scope == Scope.PEERING.value)
    nat = kept.of("nat")
    return Ways(
        kept.origin,
        Masks(kept.yes, kept.maybe),
        near | (scope == Scope.TRANSIT.value),
        near,
        kept.of("sender") < 0,
        nat,
        *_lost(world, lost),
    )


def _contested(world: World, lanes: Lanes, sources: End, goals: End, *, public: bool) -> Flags:
    """Tell of what arrived whether another may have an address that it was sent from or to."""
    gates, nat, shown = world.gateways, lanes.of("nat"), lanes.of("sender") < 0
    by, to = (end.at(lanes.origin).contested for end in (sources, goals))
    behind = np.where(nat >= 0, gates.nat_contested[nat], by)
    seen = np.where(shown, behind, behind & OWN)
    found = by & OWN | seen | (to if public else to & OWN)
    return np.broadcast_to(np.asarray(found != 0), len(lanes))


def _home(world: World, ends: Ends, goals: End) -> list[Lanes]:
    """Return what came to the goals."""
    found = ends.get(_ENDS[goals.sort], ())
    if goals.sort is not Sort.SITE:
        return list(found)
    return [
        lanes.at_rows(lanes.of("at") == world.sites.name[goals.at(lanes.origin).site])
        for lanes in found
    ]


def _sent(
    world: World,
    origin: Ints,
    sources: End,
    goals: End,
    *,
    target: Some,
    back: Lanes | None = None,
) -> Ends:
    """Send packets, or answers to `back`, from sources to the goals' address `target`."""
    size = len(origin)
    every = np.repeat(world.ports.every[:, None], size, axis=1)
    six = np.asarray(target >= world.line_six)
    private = np.asarray(target == goals.stretch) & (goals.sort is Sort.PLACE)
    lanes = Lanes(
        origin=origin,
        network=picked(world.ground.network, sources.subnet),
        subnet=sources.subnet,
        source=sources.stretch,
        sender=sources.subnet,
        shown=sources.shown,
        target=target,
        goal=goals.subnet,
        inside=_some(private.astype(np.int32)),
        behind=_some(np.where(private, np.where(six, goals.shown, -1), goals.stretch))
        if goals.sort is Sort.PLACE
        else -1,
        denies=goals.denies,
        memory=-1 if back is None else origin,
        row=np.arange(size, dtype=np.int32),
        yes=every,
        maybe=every,
    ).begun()
    match sources.sort:
        case Sort.PLACE:
            return walk(world, State.LEAVING, lanes, back=back)
        case Sort.INTERNET:
            return walk(world, State.ON_INTERNET, lanes, back=back)
        case Sort.SITE:
            return _from_site(world, lanes, sources, back)


def _some(column: Ints) -> Some:
    return int(column) if column.ndim == 0 else column.astype(np.int32)


def _from_site(world: World, lanes: Lanes, sources: End, back: Lanes | None) -> Ends:
    """Come in from remote sites, by transit gateways or virtual private ones.

    Source: https://docs.aws.amazon.com/vpn/latest/s2svpn/how_it_works.html
    """
    sites, gates = world.sites, world.gateways
    end = lanes.of("origin") * 0 + sources.site
    lanes = lanes.but(scope=int(Scope.LOST), entered=int(Entered.SITE))
    attachment, gateway = sites.attachment[end], sites.gateway[end]
    found: dict[State, list[Lanes]] = {}
    by_transit = attachment >= 0
    parts = [(State.TRANSIT, lanes.at_rows(by_transit).but(at=attachment[by_transit]))]
    unknown = ~by_transit & ~gates.known[gateway]
    found[State.LOST] = [lanes.at_rows(unknown).doubted()]
    network = gates.network[gateway]
    home = picked(world.ground.network, lanes.goal)
    rows = ~by_transit & gates.available[gateway] & (network >= 0)
    rows &= np.asarray(network == home) & np.asarray(lanes.of("inside") == 1)
    virtual = lanes.but(network=network.astype(np.int32), subnet=-1)
    edge = gates.edge[gateway]
    parts.append((State.LOCAL, virtual.at_rows(rows & (edge < 0))))
    led = virtual.but(at=edge).at_rows(rows & (edge >= 0))
    parts.append((State.AT_EDGE, led))
    for state, some in parts:
        if len(some):
            for at, held in walk(world, state, some, back=back).items():
                found.setdefault(at, []).extend(held)
    return found


def _lost(world: World, parts: Sequence[Lanes]) -> tuple[Ints, Words]:
    if not parts:
        return np.zeros(0, dtype=np.int32), np.zeros((world.ports.words, 0), dtype=np.uint64)
    lanes = joined(parts)
    return lanes.origin, lanes.maybe


def no_ways(world: World) -> Ways:
    """Return the ways of no flows."""
    return _none(world, *_lost(world, ()))


def _none(world: World, lost: Ints, masks: Words) -> Ways:
    origin = np.zeros(0, dtype=np.int32)
    empty = np.zeros((world.ports.words, 0), dtype=np.uint64)
    flags = np.zeros(0, dtype=bool)
    return Ways(origin, Masks(empty, empty), flags, flags, flags, origin, lost, masks)


def _answered(world: World, arrived: Lanes, sources: End, goals: End, *, asked: Some) -> Masks:
    """Return of packets that arrived which of them get an answer; `asked` is where they were
    sent to.

    An answer goes to whom the receiver saw; a NAT gateway gives it on to who sent the packet.
    """
    rows, nat = arrived.origin, arrived.of("nat")
    senders = sources.at(rows)
    behind = np.flatnonzero(nat >= 0).astype(np.int32)
    seen = senders
    if len(behind):
        seen = replace(
            senders,
            subnet=np.where(nat >= 0, world.gateways.nat_subnet[nat], senders.subnet),
            stretch=np.where(nat >= 0, world.gateways.nat_source[nat], senders.stretch),
            shown=np.where(nat >= 0, world.gateways.nat_shown[nat], senders.shown),
            denies=np.where(nat >= 0, 0, senders.denies),
        )
    every = np.arange(len(arrived), dtype=np.int32)
    receivers = goals.at(rows)
    first = _sent(world, every, receivers, seen, target=arrived.source, back=arrived)
    found = _came(world, first, seen, arrived)
    if len(behind):
        gate = End(
            subnet=world.gateways.nat_subnet[nat[behind]],
            stretch=_at(asked, rows[behind]),
        )
        ends = _sent(
            world,
            behind,
            gate,
            senders.at(behind),
            target=_at(senders.stretch, behind),
            back=arrived,
        )
        # Of an answer that got lost nobody knows that it would have come to the gateway.
        lost = world.ports.answered(_gone(world, first, arrived))
        second = _came(world, ends, senders, arrived)
        exact = found.yes is found.maybe and second.yes is second.maybe
        yes, maybe = found.yes.copy(), found.maybe.copy()
        yes[:, behind] &= second.yes[:, behind]
        maybe[:, behind] &= second.maybe[:, behind] | lost[:, behind]
        found = Masks(yes, yes if exact else maybe)
    return found


def _gone(world: World, ends: Ends, arrived: Lanes) -> Words:
    """Return what got lost of answers."""
    origin, masks = _lost(world, ends.get(State.LOST, ()))
    return gathered(origin, Masks(masks, masks), len(arrived)).maybe


def _came(world: World, ends: Ends, seen: End, arrived: Lanes) -> Masks:
    """Return what may be sent so that its answer came back.

    An egress-only gateway that has not seen the answer may not let the rest of a TCP connection
    pass.
    """
    parts, size = [*_home(world, ends, seen), *ends.get(State.LOST, ())], len(arrived)
    if parts:
        lanes = joined(parts)
        beside = (arrived.of("left_only")[lanes.of("memory")] >= 0) & (lanes.of("left_only") < 0)
        if beside.any():
            tcp = world.ports.tcp[:, None]
            lanes = lanes.but(yes=np.where(beside, lanes.yes & ~tcp, lanes.yes))
        masks = gathered(lanes.origin, Masks(lanes.yes, lanes.maybe), size)
    else:
        empty = np.zeros((world.ports.words, size), dtype=np.uint64)
        masks = Masks(empty, empty)
    yes = world.ports.answered(masks.yes)
    return Masks(yes, yes if masks.yes is masks.maybe else world.ports.answered(masks.maybe))
