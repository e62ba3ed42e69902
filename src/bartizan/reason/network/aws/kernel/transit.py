# SPDX-License-Identifier: Apache-2.0
"""Transit gateways and remote sites as numbers.

Each column has one more value at its end, for number -1, which stands for what is not known.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.routing import (
    RemoteSite,
    Route,
    TransitAttachment,
    TransitGateway,
    TransitRoute,
)
from bartizan.reason.network.aws.kernel.addresses import Line, Spans
from bartizan.reason.network.aws.kernel.columns import (
    Flags,
    Index,
    Ints,
    Lists,
    Pairs,
    equal,
    ints_of,
    taken,
    truths,
)
from bartizan.reason.network.aws.kernel.gates import Gateways
from bartizan.reason.network.aws.kernel.ground import Ground
from bartizan.reason.network.aws.kernel.intervals import Ranges
from bartizan.reason.network.aws.kernel.routes import Tables
from bartizan.reason.network.aws.topology.unread import (
    ASSOCIATIONS,
    ATTACHED_SUBNETS,
    TRANSIT_ROUTES,
    Gaps,
)


class Attachments(Struct, frozen=True):
    """Transit gateways, and what is attached to them, before their routes are read."""

    gateways: Index
    names: Index
    tables: Index
    rows: Sequence[TransitAttachment]
    unread: Flags
    """Of each gateway, whether its routes may not have been read."""
    loose: Flags
    """Of each gateway, whether associations of it may not have been read."""
    table_unread: Flags
    known: Flags
    """Of each gateway, whether it is one of the estate's."""

    @classmethod
    def find(cls, facts: Facts, gaps: Gaps) -> "Attachments":
        """Number them."""
        rows = facts.rows(TransitAttachment)
        own = {row.id: row for row in facts.rows(TransitGateway)}
        routes = facts.table(Route)
        led = np.flatnonzero(equal(routes["target_kind"], "transit-gateway"))
        targets = Index(taken(routes["target"], led)).names()
        others = [row.resource for row in rows if row.kind == "peering"]
        gateways = Index([*own, *(row.gateway for row in rows), *targets, *others])
        tables = Index(
            [
                *(row.owner for row in facts.rows(TransitRoute)),
                *(row.route_table for row in rows if row.route_table),
            ]
        )
        unread, loose = (
            [_unread(gaps, own.get(name), kinds) for name in gateways.names()]
            for kinds in (TRANSIT_ROUTES, ASSOCIATIONS)
        )
        dark = {row.resource.rpartition("/")[2] for row in facts.rows(Unread) if row.resource}
        return cls(
            gateways=gateways,
            names=Index(
                [
                    *(row.id for row in rows),
                    *(name for row in facts.rows(TransitRoute) for name in row.attachments),
                ]
            ),
            tables=tables,
            rows=rows,
            unread=truths(unread, last=True),
            loose=truths(loose, last=True),
            table_unread=truths(
                [n in dark and gaps.detail(TRANSIT_ROUTES, n) for n in tables.names()], last=True
            ),
            known=truths([name in own for name in gateways.names()]),
        )


def _unread(gaps: Gaps, row: TransitGateway | None, kinds: tuple[str, ...]) -> bool:
    return row is None or bool(gaps.listing(kinds, account=row.account, region=row.region))


class Sites(Struct, frozen=True):
    """Ends of connections to remote sites; a site may have several."""

    names: Index
    """Remote sites."""
    name: Ints
    """Of each end, its site."""
    at_gateway: Lists
    """Of each virtual private gateway, the ends there."""
    within: Ranges
    """Of each end, what is known to lie there."""
    attachment: Ints
    """Of each end, the attachment of a transit gateway; -1 where it is a virtual private one."""
    gateway: Ints
    """Of each end, the virtual private gateway; -1 where that is not known."""
    bare: Flags
    """Of each site, whether no range of it is known."""
    spans: Spans
    owner: Ints
    """Of each range in `spans`, the end whose it is."""


class Transit(Struct, frozen=True):
    """Transit gateways, their attachments and tables."""

    gateways: Index
    known: Flags
    unread: Flags
    kinds: tuple[str, ...]
    kind: Ints
    vpc: Flags
    """Of each attachment, whether it joins a network."""
    gateway: Ints
    """Of each attachment, its transit gateway."""
    table: Ints
    available: Flags
    appliance: Flags
    references: Flags
    """Of each attachment, whether groups may be referred to over it."""
    lacks: Flags
    """Of each attachment, whether some of its subnets are not known."""
    loose: Flags
    """Of each attachment, whether its association may not have been read."""
    inside: Lists
    """Of each attachment, its subnets."""
    other_side: Ints
    """Of each attachment that joins two gateways, the one of the other gateway."""
    site: Ints
    """Of each attachment of a remote site, the site."""
    tables: Tables
    table_unread: Flags
    choices: Lists
    """Of each target of a route, names of attachments."""
    _networks: Pairs
    _zones: Pairs
    _sides: Pairs

    @classmethod
    def compile(
        cls,
        facts: Facts,
        found: Attachments,
        *,
        ground: Ground,
        gaps: Gaps,
        tables: Tables,
        choices: Lists,
        sites: Index,
    ) -> "Transit":
        """Compile what is attached; `tables` lead to `choices`."""
        rows, gateways = found.rows, found.gateways
        kinds = Index([row.kind for row in rows])
        gateway = ints_of([gateways.get(row.gateway) for row in rows])
        names = np.array([found.names.get(row.id) for row in rows], dtype=np.int32)
        numbers = np.arange(len(rows), dtype=np.int32)
        sides = Pairs(names, gateway[:-1], numbers)
        owners, subnets = _subnets(rows, ground)
        other = np.array(
            [gateways.get(row.resource) if row.kind == "peering" else -1 for row in rows],
            dtype=np.int32,
        )
        vpc = np.array([row.kind == "vpc" for row in rows], dtype=bool)
        network = np.array([ground.networks.get(row.resource) for row in rows], dtype=np.int32)
        return cls(
            gateways=gateways,
            known=found.known,
            unread=found.unread,
            kinds=tuple(kinds.names()),
            kind=ints_of([kinds.get(row.kind) for row in rows]),
            vpc=truths(vpc.tolist()),
            gateway=gateway,
            table=ints_of([_table(found.tables, row) for row in rows]),
            available=truths([row.available for row in rows]),
            appliance=truths([row.appliance for row in rows]),
            references=_references(facts, rows),
            lacks=_lacks(rows, ground, gaps),
            loose=found.loose[gateway] | _named(rows, gaps, ASSOCIATIONS),
            inside=Lists.grouped(owners, subnets, len(rows)),
            other_side=np.append(sides.of(names, other), -1).astype(np.int32),
            site=ints_of([sites.get(row.resource) for row in rows]),
            tables=tables,
            table_unread=found.table_unread,
            choices=choices,
            _networks=Pairs(network[vpc], gateway[:-1][vpc], numbers[vpc]),
            _zones=Pairs(owners, ground.zone[subnets], subnets),
            _sides=sides,
        )

    def of_network(self, networks: Ints, gateways: Ints) -> Ints:
        """Return the attachment of each network to each gateway; -1 for none."""
        return self._networks.of(networks, gateways)

    def in_zone(self, attachments: Ints, zones: Ints) -> Ints:
        """Return the subnet of each attachment in a zone; -1 for none."""
        return self._zones.of(attachments, zones)

    def side(self, names: Ints, gateways: Ints) -> Ints:
        """Return the attachment of a name at a gateway; -1 for none."""
        return self._sides.of(names, gateways)


def _references(facts: Facts, rows: Sequence[TransitAttachment]) -> Flags:
    allow = {row.id for row in facts.rows(TransitGateway) if row.group_references}
    return truths(
        row.kind == "vpc" and row.group_references and row.gateway in allow for row in rows
    )


def _lacks(rows: Sequence[TransitAttachment], ground: Ground, gaps: Gaps) -> Flags:
    described, get = ground.described, ground.subnets.get
    absent = truths(not all(described[get(name)] for name in row.subnets) for row in rows)
    return absent | _named(rows, gaps, ATTACHED_SUBNETS)


def _named(rows: Sequence[TransitAttachment], gaps: Gaps, kinds: tuple[str, ...]) -> Flags:
    """Tell of each attachment whether it is named as one of which something was not read."""
    return truths(gaps.detail(kinds, row.id) for row in rows)


def _table(tables: Index, row: TransitAttachment) -> int:
    return tables.get(row.route_table) if row.route_table else -1


def _subnets(rows: Sequence[TransitAttachment], ground: Ground) -> tuple[Ints, Ints]:
    pairs = [
        (number, ground.subnets.get(name))
        for number, row in enumerate(rows)
        for name in row.subnets
        if ground.described[ground.subnets.get(name)]
    ]
    held = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    return held[:, 0], held[:, 1]


def sites(
    facts: Facts,
    found: Spans,
    owner: Ints,
    *,
    gateways: Gateways,
    transit: Mapping[tuple[str, str], int],
    line: Line,
) -> Sites:
    """Compile remote sites; `found` are their ranges, and `owner` tells whose each is."""
    rows = facts.rows(RemoteSite)
    names = Index([row.id for row in rows])
    name = np.array([names.get(row.id) for row in rows], dtype=np.int32)
    gateway = ints_of([gateways.ids.get(row.gateway) for row in rows])
    numbers = np.arange(len(rows), dtype=np.int32)
    held = gateway[:-1] >= 0
    bare = np.ones(len(names) + 1, dtype=bool)
    bare[name[owner]] = False
    return Sites(
        names=names,
        name=name,
        at_gateway=Lists.grouped(gateway[:-1][held], numbers[held], len(gateways.ids) + 1),
        within=Ranges(owner, line.stretch(found.low), line.ends(found.end), owners=len(rows)),
        attachment=ints_of([transit.get((row.gateway, row.id), -1) for row in rows]),
        gateway=gateway,
        bare=bare,
        spans=found,
        owner=owner,
    )
