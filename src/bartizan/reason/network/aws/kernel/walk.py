# SPDX-License-Identifier: Apache-2.0
"""Moves many packets hop by hop until each has arrived, is stopped, or is lost."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from bartizan.reason.network.aws.kernel import (
    step_internet,
    step_relay,
    step_subnet,
    step_transit,
)
from bartizan.reason.network.aws.kernel.columns import Ints
from bartizan.reason.network.aws.kernel.crossing import picked
from bartizan.reason.network.aws.kernel.intervals import Some
from bartizan.reason.network.aws.kernel.lanes import Lanes, Moved, State, joined, merged
from bartizan.reason.network.aws.kernel.routes import Kind
from bartizan.reason.network.aws.kernel.world import World

_MANY = 2
"""Times as many packets as began, from which on it is looked for those that are alike."""
MOST_HOPS = 64
"""Source: https://docs.aws.amazon.com/network-manager/latest/tgwnm/route-analyzer.html"""

Ends = Mapping[State, Sequence[Lanes]]
_UNDER_WAY = frozenset(
    {State.LEAVING, State.LOCAL, State.RELAYED, State.ON_INTERNET, State.TRANSIT, State.AT_EDGE}
)
_Targets = Callable[[World, Lanes, Ints], Iterator[Moved] | Sequence[Moved]]


def walk(world: World, state: State, lanes: Lanes, *, back: Lanes | None = None) -> Ends:
    """Move packets from where they are; `back` is what they answer, if they are answers."""
    ends: dict[State, list[Lanes]] = defaultdict(list)
    pending = [(state, lanes)]
    for _ in range(MOST_HOPS):
        waiting: dict[State, list[Lanes]] = defaultdict(list)
        for at, some in pending:
            for state_, moved in _step(world, at, some, back):
                alive = moved.alive()
                if len(alive):
                    (waiting if state_ in _UNDER_WAY else ends)[state_].append(alive)
        pending = [(at, _bounded(joined(parts), len(lanes))) for at, parts in waiting.items()]
        if not pending:
            break
    return ends


def _bounded(lanes: Lanes, began: int) -> Lanes:
    return merged(lanes) if len(lanes) > _MANY * began else lanes


def _step(world: World, state: State, lanes: Lanes, back: Lanes | None) -> Iterator[Moved]:
    match state:
        case State.LEAVING:
            return leave(world, lanes)
        case State.LOCAL:
            return step_subnet.deliver(world, lanes)
        case State.RELAYED:
            return step_relay.reach(world, lanes, back)
        case State.ON_INTERNET:
            return step_internet.arrive(world, lanes, back)
        case State.TRANSIT:
            return step_transit.route(world, lanes, back)
        case _:
            return follow(world, lanes, lanes.at)


def leave(world: World, lanes: Lanes) -> Iterator[Moved]:
    """Route packets out of their subnets; what is for the same subnet is not routed."""
    unknown = ~world.ground.described[lanes.of("subnet")]
    if unknown.any():
        yield State.LOST, lanes.at_rows(unknown).doubted()
        lanes = lanes.at_rows(~unknown)
    near = np.broadcast_to(world.within.hold(lanes.subnet, lanes.target), len(lanes))
    if near.any():
        yield State.LOCAL, lanes.at_rows(near)
        lanes = lanes.at_rows(~near)
    if len(lanes):
        yield from follow(world, lanes, picked(world.ground.table, lanes.subnet))


def follow(world: World, lanes: Lanes, table: Some) -> Iterator[Moved]:
    """Go where the route of a table leads, and where one may lead that could not be read."""
    tables = world.tables
    entries = np.broadcast_to(tables.held.at(table, lanes.target), len(lanes))
    doubtful = np.broadcast_to(tables.unsure[table], len(lanes))
    if doubtful.any():
        owners = np.broadcast_to(np.asarray(table, dtype=np.int32), len(lanes))[doubtful]
        rows, others = tables.doubtful.joined(owners)
        yield from _targets(world, lanes.at_rows(doubtful).doubted().at_rows(rows), others)
        lanes = lanes.doubted(doubtful)
    yield from _targets(world, lanes, entries)


def _targets(world: World, lanes: Lanes, entries: Ints) -> Iterator[Moved]:
    kinds, targets = world.tables.kind[entries], world.tables.target[entries]
    for kind in np.unique(kinds).tolist():
        rows = kinds == kind
        some = lanes if rows.all() else lanes.at_rows(rows)
        yield from _KINDS[Kind(kind)](world, some, targets[rows])


_KINDS: Mapping[Kind, _Targets] = {
    Kind.NOWHERE: step_subnet.stopped,
    Kind.STOPPED: step_subnet.stopped,
    Kind.SERVICE: step_subnet.stopped,
    Kind.UNKNOWN: step_subnet.unknown,
    Kind.UNREAD: step_subnet.unread,
    Kind.LOCAL: step_subnet.local,
    Kind.INTERFACE: step_subnet.interface,
    Kind.PEERING: step_subnet.peering,
    Kind.TRANSIT: step_transit.go_in,
    Kind.INTERNET: step_internet.go_out,
    Kind.EGRESS_ONLY: step_internet.go_out_only,
    Kind.NAT: step_relay.translate,
    Kind.INSPECTION: step_relay.inspect,
    Kind.SITE: step_transit.to_site,
}
