# SPDX-License-Identifier: Apache-2.0
"""What facts say of an estate's network, as numbers, before addresses are cut."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import Network, SecurityGroup, Subnet
from bartizan.model.facts.routing import Peering, RemoteSite, Route, TransitRoute
from bartizan.reason.network.aws.kernel.addresses import (
    Keys,
    Line,
    Spans,
    address_of,
    joined,
    key,
    span_of,
    spans,
)
from bartizan.reason.network.aws.kernel.columns import Column, Flags, Index, Ints, unfolded
from bartizan.reason.network.aws.kernel.ground import Ground
from bartizan.reason.network.aws.kernel.interfaces import Forwarders, Interfaces
from bartizan.reason.network.aws.kernel.reading import Reading
from bartizan.reason.network.aws.kernel.seats import Addresses
from bartizan.reason.network.aws.kernel.transit import Attachments
from bartizan.reason.network.aws.topology.addresses import PUBLIC
from bartizan.reason.network.aws.topology.unread import GROUPS, Gaps


class Told(Struct, frozen=True):
    """Ranges of some rows, each with the number of its row."""

    owner: Ints
    spans: Spans

    @classmethod
    def read(cls, column: Column) -> "Told":
        """Read a column of lists of ranges."""
        rows, texts = unfolded(column)
        held = spans(texts)
        return cls(rows[held.known], held.at(held.known))


class Found(Struct, frozen=True):
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

    def leaders(self) -> Sequence[int]:
        """Return the groups of all interfaces that forward."""
        held = {self.reading.groups.get(n) for row in self.forwarders.rows for n in row.groups}
        return sorted(held)

    def forwarding(self) -> Flags:
        """Tell of each rule of groups whether an interface that forwards has it."""
        return np.isin(self.reading.of_groups.group, self.leaders())

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
        inside = self._shown_inside()
        return Line([fixed, inside, *(keys for each in known for keys in (each.low, each.end))])

    def _shown_inside(self) -> Keys:
        """Return where public IPv4 addresses begin and end that are in the range of a network, as
        those of networks that are numbered from public blocks may be: no private address is to
        be like one of them.

        Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
        """
        held, public = joined(self.networks.spans, self.subnets.spans), self.addresses.public
        shown = public[(public != b"") & (public < key(6, 0))]
        begun = np.searchsorted(np.sort(held.low[held.known]), shown, "right")
        inside = shown[begun > np.searchsorted(np.sort(held.end[held.known]), shown, "right")]
        ends = [span_of(4, value, value) for _, value in map(address_of, set(inside.tolist()))]
        return np.array(ends, dtype="S17").ravel()


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
