# SPDX-License-Identifier: Apache-2.0
"""Packets that leave a network for the Internet, and those that come from it.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
"""

from collections.abc import Iterator

import numpy as np

from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.columns import Flags, Ints
from bartizan.reason.network.aws.kernel.crossing import out_of, picked
from bartizan.reason.network.aws.kernel.gates import Tri
from bartizan.reason.network.aws.kernel.lanes import Entered, Lanes, Moved, Scope, State
from bartizan.reason.network.aws.kernel.routes import Kind
from bartizan.reason.network.aws.kernel.world import World

_EVERY = ~np.uint64(0)
_NONE = np.uint64(0)


def go_out(world: World, lanes: Lanes, targets: Ints) -> Iterator[Moved]:
    """Leave through an Internet gateway; IPv4 with the public address of the sender."""
    lanes, targets = _attached(world, out_of(world, lanes), targets)
    rows = _own(world, lanes)
    lanes, targets = lanes.at_rows(rows), targets[rows]
    sender, translated = lanes.of("sender"), lanes.of("nat") >= 0
    ways = zip(world.shields.translated, world.shields.out, strict=True)
    tri = Tri(*(np.where(translated, nat[sender], own[sender]) for nat, own in ways))
    lanes = _redirected(world, _shielded(lanes, tri), targets)
    yield State.ON_INTERNET, lanes.but(source=lanes.of("shown"), sender=-1)


def _own(world: World, lanes: Lanes) -> Flags:
    """Tell whether a public address stands for that of an interface of the network."""
    sender = lanes.of("sender")
    home = (sender >= 0) & (world.ground.network[sender] == lanes.of("network"))
    return np.asarray(home & (lanes.of("shown") >= 0))


def go_out_only(world: World, lanes: Lanes, targets: Ints) -> Iterator[Moved]:
    """Leave through an egress-only Internet gateway, by which only answers come in; an answer
    of UDP looks like a flow that begins inside, so that one may pass.
    """
    lanes, _ = _attached(world, out_of(world, lanes), targets)
    six = lanes.of("source") >= world.line_six
    lanes = lanes.at_rows(_own(world, lanes) & six)
    first, udp = lanes.of("memory") < 0, world.ports.udp[:, None]
    lanes = lanes.passing(Masks(np.where(first, _EVERY, _NONE), np.where(first, _EVERY, udp)))
    sender = lanes.of("sender")
    lanes = _shielded(lanes, Tri(*(way[sender] for way in world.shields.translated)))
    yield State.ON_INTERNET, lanes.but(left_only=lanes.of("network"))


def _attached(world: World, lanes: Lanes, targets: Ints) -> tuple[Lanes, Ints]:
    """Keep what comes to a gateway that is attached; doubt what comes to one that is unknown."""
    gates, unknown = world.gateways, targets < 0
    works = gates.available[targets] & (gates.network[targets] == lanes.of("network"))
    rows = unknown | works
    return lanes.doubted(unknown).at_rows(rows), targets[rows]


def _shielded(lanes: Lanes, tri: Tri) -> Lanes:
    """Ask the switch against the Internet, of the first packet alone."""
    first = lanes.of("memory") < 0
    yes, maybe = tri.yes | ~first, tri.maybe | ~first
    return lanes.passing(Masks(np.where(yes, _EVERY, _NONE), np.where(maybe, _EVERY, _NONE)))


def _redirected(world: World, lanes: Lanes, targets: Ints) -> Lanes:
    """Refuse a direct way out where what comes in is led through something else.

    Source: https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html
    (INGRESS_RTB_TRAFFIC_REDIRECTION)
    """
    edge = world.gateways.edge[targets]
    if not (edge >= 0).any():
        return lanes
    tables = world.tables
    entries = np.broadcast_to(tables.held.at(edge, lanes.source), len(lanes))
    kind, target = tables.kind[entries], tables.target[entries]
    direct = (edge < 0) | (kind == Kind.NOWHERE.value) | (kind == Kind.LOCAL.value)
    direct |= (kind == Kind.INTERFACE.value) & (target == lanes.of("relay"))
    direct |= (kind == Kind.INTERFACE.value) & (target == lanes.of("relay_out"))
    direct |= (kind == Kind.INSPECTION.value) & (target == lanes.of("endpoint"))
    many = lanes.of("passes") > 1
    unclear = ~direct & many
    return lanes.doubted(unclear).at_rows(direct | many)


def arrive(world: World, lanes: Lanes, back: Lanes | None) -> Iterator[Moved]:
    """Bring packets from the Internet to whoever has the public address."""
    owned = lanes.of("behind") >= 0
    if not owned.all():
        yield State.ABROAD, lanes.at_rows(~owned)
        lanes = lanes.at_rows(owned)
    if not len(lanes):
        return
    network = np.broadcast_to(
        np.asarray(picked(world.ground.network, lanes.goal)), len(lanes)
    ).astype(np.int32)
    lanes = lanes.but(network=network, subnet=-1, entered=int(Entered.INTERNET))
    if back is not None:
        only = back.of("left_only")[lanes.of("memory")] == network
        if only.any():
            by_it = lanes.at_rows(only).but(inside=1, left_only=network[only])
            yield State.LOCAL, by_it
            lanes, network = lanes.at_rows(~only), network[~only]
    taken = lanes.of("denies") == 0
    lanes, network = lanes.at_rows(taken), network[taken]
    tri = world.shields.into
    goal = lanes.of("goal")
    lanes = _shielded(lanes, Tri(tri.yes[goal], tri.maybe[goal]))
    lanes = lanes.but(scope=int(Scope.LOST), target=lanes.behind, inside=1)
    yield from _let_in(world, lanes, network)


def _let_in(world: World, lanes: Lanes, network: Ints) -> Iterator[Moved]:
    gate = world.gateways.of_network[network]
    dark = (gate < 0) & world.gateways.unread[network]
    lanes, gate = lanes.doubted(dark).at_rows((gate >= 0) | dark), gate[(gate >= 0) | dark]
    edge = np.where(gate >= 0, world.gateways.edge[gate], -1)
    plain = edge < 0
    if plain.any():
        yield State.LOCAL, lanes.at_rows(plain)
    if not plain.all():
        for table in np.unique(edge[~plain]).tolist():
            yield State.AT_EDGE, lanes.at_rows(edge == table).but(at=int(table))
