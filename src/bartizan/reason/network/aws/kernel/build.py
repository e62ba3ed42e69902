# SPDX-License-Identifier: Apache-2.0
"""Compiles what is on the way of packets, on a line of addresses, and cuts that more finely."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from msgspec.structs import replace

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Subnet
from bartizan.model.facts.routing import RemoteSite, TransitAttachment
from bartizan.model.packet import ANY
from bartizan.reason.network.aws.kernel.access_lists import AccessLists
from bartizan.reason.network.aws.kernel.access_lists import Line as Row
from bartizan.reason.network.aws.kernel.addresses import Line
from bartizan.reason.network.aws.kernel.columns import Index, Ints
from bartizan.reason.network.aws.kernel.found import Found
from bartizan.reason.network.aws.kernel.gates import (
    Endpoints,
    Gateways,
    Peerings,
    Shields,
    stretches,
)
from bartizan.reason.network.aws.kernel.interfaces import Relays
from bartizan.reason.network.aws.kernel.intervals import Ranges
from bartizan.reason.network.aws.kernel.leads import Targets, routes_of, transit_tables
from bartizan.reason.network.aws.kernel.ports import Ports, Spec
from bartizan.reason.network.aws.kernel.routes import Tables
from bartizan.reason.network.aws.kernel.transit import Transit, sites
from bartizan.reason.network.aws.kernel.world import World

_Both: TypeAlias = tuple[Sequence[Row], Sequence[Row]]
"""Rules in, and rules out."""


def world(found: Found, *, line: Line, ports: Ports) -> World:
    """Compile what is on the way of packets."""
    facts, ground, interfaces = found.facts, found.ground, found.interfaces
    size = len(line)
    disputed = found.addresses.disputed()
    gateways = Gateways.compile(
        facts, ground=ground, interfaces=interfaces, disputed=disputed, line=line
    )
    endpoints, peerings = Endpoints.compile(facts, interfaces), Peerings.compile(facts, ground)
    targets = Targets(found, gateways=gateways, endpoints=endpoints, peerings=peerings)
    held = routes_of(found, _all(ground.tables), line, targets)
    choices, tables = transit_tables(found, line)
    site_names = Index(facts.table(RemoteSite)["id"])
    own = _site_attachments(facts)
    return World(
        line=line,
        ports=ports,
        ground=ground,
        interfaces=interfaces,
        lists=AccessLists.compile(
            lists_of(found, _all(ground.acls), line).values(), size=size, ports=ports,
            certain=bool((ground.acl[:-1] >= 0).all()),
        ),
        filters=filters(found, line=line, ports=ports),
        tables=Tables.compile(held.values(), size=size),
        within=_subnet_ranges(found, line),
        ranges=_network_ranges(found, line),
        relays=Relays.compile(found.forwarders, ground=ground, disputed=disputed, line=line),
        gateways=gateways,
        peerings=peerings,
        endpoints=endpoints,
        shields=Shields.compile(facts, ground=ground, gaps=found.gaps),
        transit=Transit.compile(
            facts, found.attachments, ground=ground, gaps=found.gaps, tables=tables,
            choices=choices, sites=site_names,
        ),
        sites=sites(
            facts, found.sites.spans, found.sites.owner, gateways=gateways, transit=own, line=line
        ),
    )  # fmt: skip


def finer(held: World, line: Line, moved: Ints) -> World:
    """Return the same on a line that is cut more finely: what each cut, and the end, is there."""
    gates = held.gateways
    return replace(
        held,
        line=line,
        lists=held.lists.moved(moved),
        filters=held.filters.moved(moved),
        tables=held.tables.moved(moved),
        within=held.within.moved(moved),
        ranges=held.ranges.moved(moved),
        relays=replace(held.relays, own=held.relays.own.moved(moved)),
        gateways=replace(
            gates,
            nat_source=stretches(gates.nat_keys[0], line),
            nat_shown=stretches(gates.nat_keys[1], line),
        ),
        transit=replace(held.transit, tables=held.transit.tables.moved(moved)),
        sites=replace(held.sites, within=held.sites.within.moved(moved)),
    )


def _all(index: Index) -> Ints:
    return np.arange(len(index), dtype=np.int32)


def _site_attachments(facts: Facts) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for number, row in enumerate(facts.rows(TransitAttachment)):
        found.setdefault((row.gateway, row.resource), number)
    return found


def _subnet_ranges(found: Found, line: Line) -> Ranges:
    numbers = found.ground.subnets.numbers(found.facts.table(Subnet)["id"])
    held = found.subnets
    return Ranges(
        numbers[held.owner],
        line.stretch(held.spans.low),
        line.ends(held.spans.end),
        owners=len(found.ground.subnets),
    )


def _network_ranges(found: Found, line: Line) -> Ranges:
    """Tell of each network what may be in it; where nothing is known of it, everything."""
    count = len(found.ground.networks)
    low, end = line.stretch(found.networks.spans.low), line.ends(found.networks.spans.end)
    bare = np.setdiff1d(np.arange(count), found.networks.owner).astype(np.int32)
    return Ranges(
        np.concatenate([found.networks.owner, bare]),
        np.concatenate([low, np.zeros(len(bare), dtype=np.int32)]),
        np.concatenate([end, np.full(len(bare), len(line), dtype=np.int32)]),
        owners=count,
    )


def lists_of(found: Found, acls: Ints, line: Line) -> Mapping[int, _Both | None]:
    """Return the rules of some access lists; None for one that is not known."""
    rules, specs, ground = found.reading.of_lists, found.reading.specs, found.ground
    held: dict[int, tuple[list[Row], list[Row]] | None] = {
        number: ([], []) if ground.listed[number] else None for number in acls.tolist()
    }
    rows = np.flatnonzero(np.isin(rules.acl, acls))
    columns = (rules.acl, rules.out, rules.spec, rules.allow)
    held_ = (*(column[rows] for column in columns), *line.reach(rules.span.at(rows)))
    for acl, out, spec, allow, low, high in zip(*(c.tolist() for c in held_), strict=True):
        both = held[acl]
        if both is not None:
            both[out].append(Row(specs[spec], allow, low, high))
    return held


def filters(found: Found, *, line: Line, ports: Ports) -> AccessLists:
    """Compile what each interface that forwards lets in and out, as rules that allow."""
    rules, specs = found.reading.of_groups, found.reading.specs
    chosen = np.flatnonzero(found.forwarding() & (rules.peer < 0))
    first, end = line.reach(rules.span.at(chosen))
    by_group: dict[int, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    columns = (rules.group[chosen], rules.out[chosen], rules.spec[chosen], first, end)
    for group, out, spec, low, high in zip(*(c.tolist() for c in columns), strict=True):
        by_group[group][out].append(Row(specs[spec], allow=True, first=low, end=high))
    anything = Row(Spec(ANY, -1, -1), allow=True, first=0, end=len(line))
    found_: list[_Both] = []
    for row in found.forwarders.rows:
        numbers = [found.reading.groups.get(name) for name in row.groups]
        doubt = [anything._replace(first=-1, end=-1)] if any(found.groups_unknown[numbers]) else []
        if numbers:
            both = [[r for n in numbers for r in by_group[n][side]] + doubt for side in (0, 1)]
        else:
            both = [[anything], [anything]]
        found_.append((both[0], both[1]))
    return AccessLists.compile(found_, size=len(line), ports=ports, certain=True)
