# SPDX-License-Identifier: Apache-2.0
"""What a compiled estate becomes when a few rules, routes or associations of subnets change.

What is changed is read anew, and addresses and ports are cut where it cuts them; all else is
shared. Where more would have to change, everything is compiled anew.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from msgspec import Struct
from msgspec.structs import replace

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Rule, Subnet
from bartizan.model.facts.routing import Route, TransitRoute
from bartizan.model.packet import ICMP, ICMPV6, TCP, UDP
from bartizan.model.table import Row
from bartizan.reason.network.aws.kernel.addresses import Keys, Line, spans
from bartizan.reason.network.aws.kernel.build import filters, finer, lists_of
from bartizan.reason.network.aws.kernel.columns import (
    Column,
    Index,
    Ints,
    equal,
    ints,
    taken,
    whole,
)
from bartizan.reason.network.aws.kernel.compiled import Compiled
from bartizan.reason.network.aws.kernel.differing import Differing
from bartizan.reason.network.aws.kernel.found import Found
from bartizan.reason.network.aws.kernel.ground import Ground
from bartizan.reason.network.aws.kernel.group_rules import parted
from bartizan.reason.network.aws.kernel.groups import Groups
from bartizan.reason.network.aws.kernel.leads import Targets, routes_of, transit_tables
from bartizan.reason.network.aws.kernel.parting import part_classes, part_places
from bartizan.reason.network.aws.kernel.plain import plain_ways
from bartizan.reason.network.aws.kernel.ports import Ports, Spec
from bartizan.reason.network.aws.kernel.reading import (
    Reading,
    group_rules,
    list_rules,
    specs_of,
)
from bartizan.reason.network.aws.kernel.world import World

FOLLOWED: frozenset[type[Row]] = frozenset({Rule, Route, TransitRoute, Subnet})
"""Tables whose changes are followed."""
_MOST = 1_000
"""Changes that are followed before everything is compiled anew: each may leave cuts behind."""
_ALWAYS = {-1, TCP, UDP, ICMP, ICMPV6}
"""Protocols whose ports or messages are told apart even if no rule names them."""


class _Change(Struct, frozen=True, kw_only=True):
    """What is different."""

    rules: Differing
    routes: Differing
    transit: Differing
    ground: Ground
    groups: Ints
    """Groups whose rules are."""
    acls: Ints
    """Access lists whose rules are."""
    tables: Ints
    """Route tables of networks whose routes are."""

    @classmethod
    def between(cls, found: Found, facts: Facts) -> "_Change | None":
        """Compare facts; None where too much is different."""
        old, ground = found.facts, found.ground
        rules, routes, transit = (
            Differing.between(old.table(kind), facts.table(kind))
            for kind in (Rule, Route, TransitRoute)
        )
        associated = ground.associated(old.table(Subnet), facts.table(Subnet))
        if rules is None or routes is None or transit is None or associated is None:
            return None
        groups = found.reading.groups.numbers(rules.owners)
        acls = ground.acls.numbers(rules.owners)
        tables = ground.tables.numbers(routes.owners)
        if ((groups < 0) & (acls < 0)).any():
            return None
        return cls(
            rules=rules,
            routes=routes,
            transit=transit,
            ground=associated,
            groups=groups[groups >= 0],
            acls=acls[acls >= 0],
            tables=tables[tables >= 0],
        )

    def leads(self, found: Found, facts: Facts) -> bool:
        """Tell whether all that routes lead to is known."""
        routes, held = self.routes.among(facts.table(Route)), found.attachments
        transit = self.transit.among(facts.table(TransitRoute))
        named = (
            (found.forwarders.ids, _to(routes, "interface")),
            (held.gateways, _to(routes, "transit-gateway")),
            (held.tables, transit["owner"]),
            (held.names, whole(transit["attachments"]).flatten()),
        )
        return all(_knows(index, column) for index, column in named)

    def read(self, found: Found, facts: Facts) -> Found | None:
        """Return what was found, with what is different; None where it names unknown groups."""
        reading = self._reading(found.reading, facts.table(Rule))
        if reading is None:
            return None
        routes, transit = (
            differing.spliced(held, spans(differing.among(facts.table(kind))["destination"]))
            for kind, differing, held in (
                (Route, self.routes, found.routes),
                (TransitRoute, self.transit, found.transit_routes),
            )
        )
        return replace(
            found, facts=facts, ground=self.ground, reading=reading, routes=routes,
            transit_routes=transit,
        )  # fmt: skip

    def _reading(self, reading: Reading, table: pa.Table) -> Reading | None:
        if not len(self.rules.owners):
            return reading
        fresh = self.rules.of_owners(table)
        named = taken(fresh["peer"], np.flatnonzero(equal(fresh["peer_kind"], "group")))
        if not _knows(reading.groups, named):
            return None
        numbers, added = specs_of(fresh, reading.specs)
        of_groups, of_lists = reading.of_groups, reading.of_lists
        if len(self.groups):
            rules = group_rules(fresh, reading.groups, numbers, reading.prefixes)
            of_groups = of_groups.without(self.groups).and_(rules)
        if len(self.acls):
            lines = list_rules(fresh, self.ground, numbers)
            of_lists = of_lists.without(self.acls).and_(lines)
        specs = [*reading.specs, *added]
        return replace(reading, specs=specs, of_groups=of_groups, of_lists=of_lists)

    def cuts(self, found: Found, facts: Facts) -> tuple[Keys, Keys]:
        """Return where addresses are cut: those on the way, and those of groups."""
        rules, lists = found.reading.of_groups, found.reading.of_lists
        own = np.isin(rules.group, self.groups)
        leading = own & np.isin(rules.group, found.leaders())
        held = (
            lists.span.at(np.isin(lists.acl, self.acls)),
            rules.span.at(leading),
            spans(self.routes.among(facts.table(Route))["destination"]),
            spans(self.transit.among(facts.table(TransitRoute))["destination"]),
        )
        coarse, fine = (
            np.unique(
                np.concatenate(
                    [keys[each.known] for each in some for keys in (each.low, each.end)]
                )
            )
            for some in (held, (*held, rules.span.at(own)))
        )
        return coarse, fine


def revised(old: Compiled, facts: Facts) -> Compiled | None:
    """Return what is compiled of facts of which only tables that are `FOLLOWED` are different;
    None where too much is.
    """
    change = _Change.between(old.found, facts) if old.followed < _MOST else None
    if change is None or not change.leads(old.found, facts):
        return None
    found = change.read(old.found, facts)
    if found is None or not _told(old.world.ports, facts.table(Rule)):
        return None
    coarse, fine = change.cuts(found, facts)
    line, moved = old.fine.cut(fine)
    cut = _cut(_told_apart(old, found.reading.specs), coarse, fine=line, moved=moved)
    if cut is None:
        return None
    compiled = _world(cut.world, found, change)
    plain = old.plain if compiled is old.world else plain_ways(compiled, cut.seats)
    groups = old.groups
    if len(change.groups) or len(line) > len(old.fine) or cut.world.ports is not old.world.ports:
        groups = _groups(cut, found, change.groups, moved=moved)
    return replace(
        cut, found=found, world=compiled, plain=plain, groups=groups, followed=old.followed + 1
    )


def _to(routes: pa.Table, kind: str) -> Column:
    return taken(routes["target"], np.flatnonzero(equal(routes["target_kind"], kind)))


def _knows(index: Index, column: Column) -> bool:
    return bool((index.numbers(column) >= 0).all())


def _told(ports: Ports, table: pa.Table) -> bool:
    """Tell whether rules still name all protocols that are told apart."""
    told = {spec.protocol for spec in ports.specs} - _ALWAYS
    return not told or told <= set(np.unique(ints(table["protocol"])).tolist())


def _told_apart(old: Compiled, specs: Sequence[Spec]) -> Compiled:
    """Tell ports apart where new rules do."""
    fresh = [
        spec for spec in specs[len(old.found.reading.specs) :] if not old.world.ports.tell(spec)
    ]
    if not fresh:
        return old
    ports, parents = old.world.ports.finer(fresh)
    lists, forwarded = (held.told_apart(parents) for held in (old.world.lists, old.world.filters))
    compiled = replace(old.world, ports=ports, lists=lists, filters=forwarded)
    return replace(old, world=compiled, listens=old.listens.told_apart(parents))


def _cut(old: Compiled, coarse: Keys, *, fine: Line, moved: Ints) -> Compiled | None:
    """Cut addresses on the way, which are cut on the `fine` line, whose cuts have `moved`; None
    where those that one interface has would be cut.
    """
    seats = part_classes(old.seats, old.found.addresses, fine=fine, moved=moved)
    if seats is None:
        return None
    way, ahead = old.world.line.cut(coarse)
    if len(way) == len(old.world.line):
        return replace(old, fine=fine, seats=seats)
    seats = part_places(seats, coarse=way, moved=ahead, fine=fine)
    return replace(old, world=finer(old.world, way, ahead), fine=fine, seats=seats)


def _groups(cut: Compiled, found: Found, changed: Ints, *, moved: Ints) -> Groups:
    """Return the groups where addresses and ports are cut and the rules of some `changed`."""
    old, reading = cut.groups, found.reading
    fresh = parted(reading.of_groups.at(np.isin(reading.of_groups.group, changed)), cut.fine)
    into, out = (
        held.rules.without(changed, moved).and_(rules)
        for held, rules in zip((old.into, old.out), fresh, strict=True)
    )
    ports = cut.world.ports
    return Groups.compile((into, out), old.held, specs=reading.specs, ports=ports, line=cut.fine)


def _world(old: World, found: Found, change: _Change) -> World:
    """Compile anew what changed on the way of packets."""
    line, ports, held = old.line, old.ports, old
    if len(change.acls):
        lists = lists_of(found, change.acls, line)
        held = replace(held, lists=old.lists.with_(lists, size=len(line), ports=ports))
    if np.isin(change.groups, found.leaders()).any():
        held = replace(held, filters=filters(found, line=line, ports=ports))
    if len(change.tables):
        targets = Targets(
            found, gateways=old.gateways, endpoints=old.endpoints, peerings=old.peerings
        )
        routes = routes_of(found, change.tables, line, targets)
        held = replace(held, tables=old.tables.with_(routes))
    if len(change.transit.owners):
        choices, tables = transit_tables(found, line)
        held = replace(held, transit=replace(old.transit, tables=tables, choices=choices))
    if change.ground is not old.ground:
        held = replace(held, ground=change.ground)
    return held
