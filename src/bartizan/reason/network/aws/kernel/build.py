# SPDX-License-Identifier: Apache-2.0
"""Makes the compiled form of an estate's network from its facts."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import Network, SecurityGroup, Subnet
from bartizan.model.facts.routing import (
    Peering,
    RemoteSite,
    Route,
    TransitAttachment,
    TransitRoute,
)
from bartizan.model.packet import ANY
from bartizan.reason.network.aws.kernel.access_lists import AccessLists
from bartizan.reason.network.aws.kernel.access_lists import Line as Row
from bartizan.reason.network.aws.kernel.addresses import Line, Spans, joined, span_of, spans
from bartizan.reason.network.aws.kernel.columns import Column, Flags, Index, Ints, Lists, unfolded
from bartizan.reason.network.aws.kernel.gates import Endpoints, Gateways, Peerings, Shields
from bartizan.reason.network.aws.kernel.ground import Ground
from bartizan.reason.network.aws.kernel.interfaces import Forwarders, Interfaces, Relays
from bartizan.reason.network.aws.kernel.intervals import Ranges
from bartizan.reason.network.aws.kernel.ports import Ports, Spec
from bartizan.reason.network.aws.kernel.reading import Reading
from bartizan.reason.network.aws.kernel.routes import (
    ANNOUNCED,
    LISTED,
    WRITTEN,
    Kind,
    Path,
    Tables,
)
from bartizan.reason.network.aws.kernel.seats import Addresses
from bartizan.reason.network.aws.kernel.transit import Attachments, Transit, sites
from bartizan.reason.network.aws.kernel.world import World
from bartizan.reason.network.aws.topology.addresses import PUBLIC
from bartizan.reason.network.aws.topology.unread import GROUPS, Gaps


@dataclass(frozen=True, slots=True)
class Told:
    """Ranges of some rows, each with the number of its row."""

    owner: Ints
    spans: Spans

    @classmethod
    def read(cls, column: Column) -> "Told":
        """Read a column of lists of ranges."""
        rows, texts = unfolded(column)
        held = spans(texts)
        return cls(rows[held.known], held.at(held.known))


@dataclass(frozen=True, slots=True)
class Found:
    """What facts say, before addresses are cut."""

    facts: Facts
    gaps: Gaps
    ground: Ground
    interfaces: Interfaces
    addresses: Addresses
    forwarders: Forwarders
    reading: Reading
    attachments: Attachments
    subnets: Told
    networks: Told
    sites: Told
    routes: Spans
    transit_routes: Spans
    groups_unknown: Flags

    @classmethod
    def of(cls, facts: Facts) -> "Found":
        """Read the facts."""
        gaps = Gaps(facts.rows(Unread))
        ground = Ground.compile(facts, gaps)
        interfaces = Interfaces.compile(facts, ground)
        reading = Reading.read(facts, ground)
        return cls(
            facts=facts,
            gaps=gaps,
            ground=ground,
            interfaces=interfaces,
            addresses=Addresses.read(interfaces.table),
            forwarders=Forwarders.find(facts, interfaces),
            reading=reading,
            attachments=Attachments.find(facts, gaps),
            subnets=Told.read(facts.table(Subnet)["ranges"]),
            networks=_networks(facts, ground),
            sites=Told.read(facts.table(RemoteSite)["ranges"]),
            routes=spans(facts.table(Route)["destination"]),
            transit_routes=spans(facts.table(TransitRoute)["destination"]),
            groups_unknown=_groups_unknown(facts, reading.groups, gaps),
        )

    def forwarding(self) -> Flags:
        """Tell of each rule of groups whether an interface that forwards has it."""
        numbers = {self.reading.groups.get(n) for row in self.forwarders.rows for n in row.groups}
        return np.isin(self.reading.of_groups.group, list(numbers))

    def coarse(self) -> Line:
        """Cut addresses where anything on the way does."""
        reading = self.reading
        held = [
            reading.of_lists.span,
            reading.prefixes.ranges,
            reading.of_groups.span.at(self.forwarding()),
            self.forwarders.spans,
            self.subnets.spans,
            self.networks.spans,
            self.sites.spans,
            self.routes,
            self.transit_routes,
        ]
        known = [each.at(each.known) for each in held]
        fixed = np.array([span_of(*block) for block in PUBLIC], dtype="S17").ravel()
        return Line([fixed, *(keys for each in known for keys in (each.low, each.end))])


def _networks(facts: Facts, ground: Ground) -> Told:
    """Return ranges of networks; of those that are not known, what peerings tell of them."""
    own = Told.read(facts.table(Network)["ranges"])
    names: list[int] = []
    texts: list[str] = []
    for row in facts.rows(Peering):
        for name, held in row.ranges.items():
            number = ground.networks.get(name)
            if number >= 0 and not ground.known[number]:
                parts = held.split(",")
                texts += parts
                names += [number] * len(parts)
    told = spans(pa.array(texts, pa.string()))
    numbers = ground.networks.numbers(facts.table(Network)["id"])
    return Told(
        np.concatenate([numbers[own.owner], np.array(names, dtype=np.int32)[told.known]]),
        joined(own.spans, told.at(told.known)),
    )


def _groups_unknown(facts: Facts, groups: Index, gaps: Gaps) -> Flags:
    """Tell of each group whether rules of it may not have been read."""
    found = np.ones(len(groups), dtype=bool)
    found[groups.numbers(facts.table(SecurityGroup)["id"])] = False
    for row in facts.rows(Unread):
        name = row.resource.rpartition("/")[2]
        if row.resource and groups.get(name) >= 0 and gaps.detail(GROUPS, name):
            found[groups.get(name)] = True
    return found


def world(found: Found, *, line: Line, ports: Ports) -> World:
    """Compile what is on the way of packets."""
    facts, ground, interfaces = found.facts, found.ground, found.interfaces
    size = len(line)
    disputed = found.addresses.disputed()
    gateways = Gateways.compile(
        facts, ground=ground, interfaces=interfaces, disputed=disputed, line=line
    )
    choices, tables = _transit_tables(found, line)
    site_names = Index(facts.table(RemoteSite)["id"])
    own = _site_attachments(facts)
    return World(
        line=line,
        ports=ports,
        ground=ground,
        interfaces=interfaces,
        lists=AccessLists.compile(
            _lists(found, line), size=size, ports=ports,
            certain=bool((ground.acl[:-1] >= 0).all()),
        ),
        filters=AccessLists.compile(
            _filters(found, line), size=size, ports=ports, certain=True
        ),
        tables=_tables(found, line, gateways=gateways),
        within=_subnet_ranges(found, line),
        ranges=_network_ranges(found, line),
        relays=Relays.compile(found.forwarders, ground=ground, disputed=disputed, line=line),
        gateways=gateways,
        peerings=Peerings.compile(facts, ground),
        endpoints=Endpoints.compile(facts, interfaces),
        shields=Shields.compile(facts, ground=ground, gaps=found.gaps),
        transit=Transit.compile(
            facts, found.attachments, ground=ground, gaps=found.gaps, tables=tables,
            choices=choices, sites=site_names,
        ),
        sites=sites(
            facts, found.sites.spans, found.sites.owner, gateways=gateways, transit=own, line=line
        ),
    )  # fmt: skip


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


def _lists(found: Found, line: Line) -> Sequence[tuple[Sequence[Row], Sequence[Row]] | None]:
    """Return the rules of all access lists, in and out; None for one that is not known."""
    rules, specs, ground = found.reading.of_lists, found.reading.specs, found.ground
    held: list[tuple[list[Row], list[Row]] | None] = [
        ([], []) if known else None for known in ground.listed[:-1].tolist()
    ]
    first, end = _stretches(rules.span, line)
    columns = (rules.acl, rules.out, rules.spec, rules.allow, first, end)
    for acl, out, spec, allow, low, high in zip(*(c.tolist() for c in columns), strict=True):
        both = held[acl]
        if both is not None:
            both[out].append(Row(specs[spec], allow, low, high))
    return held


def _filters(found: Found, line: Line) -> Sequence[tuple[Sequence[Row], Sequence[Row]] | None]:
    """Return what each interface that forwards lets in and out, as rules that allow."""
    rules, specs = found.reading.of_groups, found.reading.specs
    chosen = np.flatnonzero(found.forwarding() & (rules.peer < 0))
    first, end = _stretches(rules.span.at(chosen), line)
    by_group: dict[int, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    columns = (rules.group[chosen], rules.out[chosen], rules.spec[chosen], first, end)
    for group, out, spec, low, high in zip(*(c.tolist() for c in columns), strict=True):
        by_group[group][out].append(Row(specs[spec], allow=True, first=low, end=high))
    anything = Row(Spec(ANY, -1, -1), allow=True, first=0, end=len(line))
    found_: list[tuple[Sequence[Row], Sequence[Row]]] = []
    for row in found.forwarders.rows:
        numbers = [found.reading.groups.get(name) for name in row.groups]
        doubt = [anything._replace(first=-1, end=-1)] if any(found.groups_unknown[numbers]) else []
        if numbers:
            both = [[r for n in numbers for r in by_group[n][side]] + doubt for side in (0, 1)]
        else:
            both = [[anything], [anything]]
        found_.append((both[0], both[1]))
    return found_


def _stretches(held: Spans, line: Line) -> tuple[Ints, Ints]:
    known = held.known
    low = np.where(known, line.stretch(held.low), -1).astype(np.int32)
    return low, np.where(known, line.ends(held.end), -1).astype(np.int32)


_Target = Callable[[str], tuple[Kind, int]]


def _tables(found: Found, line: Line, *, gateways: Gateways) -> Tables:
    """Compile the route tables of networks."""
    ground = found.ground
    paths: list[list[Path] | None] = [
        [] if known else None for known in ground.readable[:-1].tolist()
    ]
    table = found.facts.table(Route)
    targets = _Targets(found, gateways)
    names = ("owner", "destination", "target_kind", "target", "blackhole", "propagated")
    columns = (table[name].to_pylist() for name in names)
    cut = _Cut(found, line)
    for row, (owner, destination, kind, target, blackhole, propagated) in enumerate(
        zip(*columns, strict=True)
    ):
        number = ground.tables.get(owner)
        held = paths[number] if number >= 0 else None
        if held is not None:
            leads = (Kind.STOPPED, -1) if blackhole else targets.of(kind, target)
            held += cut.paths(found.routes, row, destination, propagated=propagated, leads=leads)
    return Tables.compile(paths, size=len(line))


class _Cut:
    """Cuts the destinations of routes."""

    def __init__(self, found: Found, line: Line) -> None:
        self._line, self._prefixes = line, found.reading.prefixes
        self._low, self._end = _stretches(self._prefixes.ranges, line)
        self._known: dict[int, tuple[Ints, Ints]] = {}

    def paths(
        self, held: Spans, row: int, destination: str, *, propagated: bool, leads: tuple[Kind, int]
    ) -> Iterable[Path]:
        """Yield what one route covers."""
        if id(held) not in self._known:
            self._known[id(held)] = _stretches(held, self._line)
        low, end = self._known[id(held)]
        if held.length[row] >= 0:
            weight = ANNOUNCED if propagated else WRITTEN
            yield Path(int(low[row]), int(end[row]), int(held.length[row]), weight, *leads)
            return
        number = self._prefixes.ids.get(destination)
        weight = ANNOUNCED if propagated else LISTED
        for entry in self._prefixes.entries.of(number).tolist() if number >= 0 else ():
            length = int(self._prefixes.ranges.length[entry])
            yield Path(int(self._low[entry]), int(self._end[entry]), length, weight, *leads)
        if not self._prefixes.readable[number]:
            yield Path(-1, -1, 0, weight, *leads)


class _Targets:
    """Numbers what routes lead to."""

    def __init__(self, found: Found, gateways: Gateways) -> None:
        self._gateways = gateways
        endpoints = Endpoints.compile(found.facts, found.interfaces)
        kinds = {"gateway": Kind.SERVICE, "gateway-load-balancer": Kind.INSPECTION}
        self._endpoints = {
            name: (kinds.get(kind, Kind.UNKNOWN), number)
            for number, (name, kind) in enumerate(
                zip(endpoints.ids.names(), endpoints.kind, strict=True)
            )
        }
        self._indexes: dict[str, tuple[Kind, Index, bool]] = {
            "internet-gateway": (Kind.INTERNET, gateways.ids, True),
            "egress-only-internet-gateway": (Kind.EGRESS_ONLY, gateways.ids, True),
            "virtual-private-gateway": (Kind.SITE, gateways.ids, True),
            "nat-gateway": (Kind.NAT, gateways.ids, False),
            "peering": (Kind.PEERING, Index(found.facts.table(Peering)["id"]), False),
            "transit-gateway": (Kind.TRANSIT, found.attachments.gateways, False),
            "interface": (Kind.INTERFACE, found.forwarders.ids, False),
        }

    def of(self, kind: str, target: str) -> tuple[Kind, int]:
        """Return what a route leads to."""
        if kind == "local":
            return Kind.LOCAL, -1
        if kind == "endpoint":
            return self._endpoints.get(target, (Kind.UNKNOWN, -1))
        held = self._indexes.get(kind)
        if held is None:
            return Kind.UNKNOWN, -1
        leads, index, even_unknown = held
        number = index.get(target)
        return (leads, number) if number >= 0 or even_unknown else (Kind.UNKNOWN, -1)


def _transit_tables(found: Found, line: Line) -> tuple[Lists, Tables]:
    """Compile the tables of transit gateways, and the attachments that their routes lead to."""
    tables, names = found.attachments.tables, found.attachments.names
    paths: list[list[Path] | None] = [[] for _ in range(len(tables))]
    choices: dict[tuple[str, ...], int] = {}
    cut = _Cut(found, line)
    for row, route in enumerate(found.facts.rows(TransitRoute)):
        if route.blackhole or not route.attachments:
            leads = Kind.STOPPED, -1
        else:
            leads = Kind.TRANSIT, choices.setdefault(route.attachments, len(choices))
        held = paths[tables.get(route.owner)]
        if held is not None:
            held += cut.paths(
                found.transit_routes, row, route.destination, propagated=route.propagated,
                leads=leads,
            )  # fmt: skip
    owners = [number for held, number in choices.items() for _ in held]
    values = [names.get(name) for held in choices for name in held]
    lists = Lists.grouped(
        np.array(owners, dtype=np.int32), np.array(values, dtype=np.int32), len(choices)
    )
    return lists, Tables.compile(paths, size=len(line))
