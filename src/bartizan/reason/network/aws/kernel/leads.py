# SPDX-License-Identifier: Apache-2.0
"""Where the routes of networks and of transit gateways lead, cut on the line of addresses."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from bartizan.model.facts.routing import Route, TransitRoute
from bartizan.reason.network.aws.kernel.addresses import Line, Spans
from bartizan.reason.network.aws.kernel.columns import Index, Ints, Lists, taken
from bartizan.reason.network.aws.kernel.found import Found
from bartizan.reason.network.aws.kernel.gates import Endpoints, Gateways, Peerings
from bartizan.reason.network.aws.kernel.reading import Prefixes
from bartizan.reason.network.aws.kernel.routes import (
    ANNOUNCED,
    LISTED,
    WRITTEN,
    Kind,
    Path,
    Tables,
)

_Cut: TypeAlias = tuple[int, int, int]
"""The stretches from which and before which a destination is, and the length of its prefix."""


def routes_of(
    found: Found, tables: Ints, line: Line, targets: "Targets"
) -> Mapping[int, Sequence[Path] | None]:
    """Return the routes of some tables of networks, None for one that could not be read."""
    ground, facts = found.ground, found.facts.table(Route)
    paths: dict[int, list[Path] | None] = {
        number: [] if ground.readable[number] else None for number in tables.tolist()
    }
    owners = ground.tables.numbers(facts["owner"])
    rows = np.flatnonzero(np.isin(owners, tables))
    names = ("destination", "target_kind", "target", "blackhole", "propagated")
    columns = [taken(facts[name], rows).to_pylist() for name in names]
    covered = _Covered(found.reading.prefixes, line)
    for owner, cut, destination, kind, target, blackhole, propagated in zip(
        owners[rows].tolist(), _cuts(found.routes.at(rows), line), *columns, strict=True
    ):
        held = paths[owner]
        if held is not None:
            leads = (Kind.STOPPED, -1) if blackhole else targets.of(kind, target)
            held += covered.paths(cut, destination, propagated=propagated, leads=leads)
    return paths


def transit_tables(found: Found, line: Line) -> tuple[Lists, Tables]:
    """Compile the tables of transit gateways, and the attachments that their routes lead to."""
    tables, names = found.attachments.tables, found.attachments.names
    paths: list[list[Path]] = [[] for _ in range(len(tables))]
    choices: dict[tuple[str, ...], int] = {}
    covered = _Covered(found.reading.prefixes, line)
    for cut, route in zip(
        _cuts(found.transit_routes, line), found.facts.rows(TransitRoute), strict=True
    ):
        if route.blackhole or not route.attachments:
            leads = Kind.STOPPED, -1
        else:
            leads = Kind.TRANSIT, choices.setdefault(route.attachments, len(choices))
        paths[tables.get(route.owner)] += covered.paths(
            cut, route.destination, propagated=route.propagated, leads=leads
        )
    owners = [number for held, number in choices.items() for _ in held]
    values = [names.get(name) for held in choices for name in held]
    lists = Lists.grouped(
        np.array(owners, dtype=np.int32), np.array(values, dtype=np.int32), len(choices)
    )
    return lists, Tables.compile(paths, size=len(line))


def _cuts(held: Spans, line: Line) -> Iterable[_Cut]:
    first, end = line.reach(held)
    return zip(first.tolist(), end.tolist(), held.length.tolist(), strict=True)


class _Covered:
    """Tells what routes cover, those to prefix lists as well."""

    def __init__(self, prefixes: Prefixes, line: Line) -> None:
        self._prefixes = prefixes
        self._cuts = list(_cuts(prefixes.ranges, line))

    def paths(
        self, cut: _Cut, destination: str, *, propagated: bool, leads: tuple[Kind, int]
    ) -> Iterable[Path]:
        """Yield what one route covers."""
        first, end, length = cut
        if length >= 0:
            yield Path(first, end, length, ANNOUNCED if propagated else WRITTEN, *leads)
            return
        number = self._prefixes.ids.get(destination)
        weight = ANNOUNCED if propagated else LISTED
        for entry in self._prefixes.entries.of(number).tolist() if number >= 0 else ():
            first, end, length = self._cuts[entry]
            yield Path(first, end, length, weight, *leads)
        if not self._prefixes.readable[number]:
            yield Path(-1, -1, 0, weight, *leads)


class Targets:
    """Numbers what routes lead to."""

    def __init__(
        self, found: Found, *, gateways: Gateways, endpoints: Endpoints, peerings: Peerings
    ) -> None:
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
            "peering": (Kind.PEERING, peerings.ids, False),
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
