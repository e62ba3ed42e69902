# SPDX-License-Identifier: Apache-2.0
"""Networks and subnets as numbers, those that are only referred to among them.

Each column has one more value at its end, for number -1, which stands for what is not known.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from msgspec import Struct
from msgspec.structs import replace

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import AccessList, Interface, Network, Subnet
from bartizan.model.facts.routing import Gateway, Peering, RouteTable, TransitAttachment
from bartizan.reason.network.aws.kernel.columns import Column, Flags, Index, Ints, Piece, whole
from bartizan.reason.network.aws.topology.unread import (
    ADDRESSES,
    ATTACHMENTS,
    EDGES,
    GATEWAYS,
    Gaps,
)


class Ground(Struct, frozen=True):
    """Where interfaces are."""

    networks: Index
    places: Mapping[str, tuple[str, str]]
    """Account and region of each network that is known."""
    known: Flags
    """Of each network, whether it is."""
    unread: Flags
    """Of each network, whether interfaces in it may not have been read."""
    no_gateways: Flags
    """Of each network, whether its gateways may not have been read."""
    no_transit: Flags
    """Of each network, whether its attachments to transit gateways may not have been read."""
    subnets: Index
    described: Flags
    """Of each subnet, whether it is known."""
    network: Ints
    """Of each subnet, its network."""
    zones: Index
    zone: Ints
    tables: Index
    table: Ints
    readable: Flags
    """Of each route table, whether it is known."""
    acls: Index
    acl: Ints
    listed: Flags
    """Of each access list, whether it is known."""

    @classmethod
    def compile(cls, facts: Facts, gaps: Gaps) -> "Ground":
        """Number what the facts name."""
        subnets = facts.table(Subnet)
        networks = Index(_one(facts.table(Network)["id"], *_network_columns(facts)))
        index = Index(_one(subnets["id"], *_subnet_columns(facts)))
        places = _places(facts)
        columns = {}
        indexes = {
            "zone": Index(_one(subnets["zone"])),
            "route_table": Index(
                _one(facts.table(RouteTable)["id"], whole(subnets["route_table"]))
            ),
            "acl": Index(_one(facts.table(AccessList)["id"], whole(subnets["acl"]))),
        }
        rows = index.numbers(subnets["id"])
        for name, values in indexes.items():
            columns[name] = np.full(len(index) + 1, -1, dtype=np.int32)
            columns[name][rows] = values.numbers(subnets[name])
        described = _in(index, subnets["id"])
        dark = _dark(gaps, networks, places)
        return cls(
            networks=networks,
            places=places,
            known=_in(networks, facts.table(Network)["id"]),
            unread=dark[0],
            no_gateways=dark[1],
            no_transit=dark[2],
            subnets=index,
            described=described,
            network=_network_of(facts, networks, index),
            zones=indexes["zone"],
            zone=columns["zone"],
            tables=indexes["route_table"],
            table=columns["route_table"],
            readable=_readable(facts, gaps, indexes["route_table"]),
            acls=indexes["acl"],
            acl=columns["acl"],
            listed=_in(indexes["acl"], facts.table(AccessList)["id"]),
        )

    def associated(self, old: pa.Table, new: pa.Table) -> "Ground | None":
        """Return the same where subnets have other route tables and access lists; None where more
        of them is different, or these are not known.
        """
        if old is new or old.equals(new):
            return self
        names = ["route_table", "acl"]
        if not old.drop_columns(names).equals(new.drop_columns(names)):
            return None
        columns = [self.table.copy(), self.acl.copy()]
        rows = self.subnets.numbers(new["id"])
        for name, index, column in zip(names, (self.tables, self.acls), columns, strict=True):
            column[rows] = index.numbers(new[name])
            if (column[rows] < 0).any():
                return None
        return replace(self, table=columns[0], acl=columns[1])


def _in(index: Index, ids: Column) -> Flags:
    found = np.zeros(len(index) + 1, dtype=bool)
    found[index.numbers(ids)] = True
    return found


def _network_of(facts: Facts, networks: Index, subnets: Index) -> Ints:
    """Return the network of each subnet, as it says or as an interface in it does."""
    found = np.full(len(subnets) + 1, -1, dtype=np.int32)
    for kind in (Interface, Subnet):
        table = facts.table(kind)
        name = "id" if kind is Subnet else "subnet"
        found[subnets.numbers(table[name])] = networks.numbers(table["network"])
    found[-1] = -1
    return found


def _readable(facts: Facts, gaps: Gaps, tables: Index) -> Flags:
    found = _in(tables, facts.table(RouteTable)["id"])
    for row in facts.rows(Unread):
        name = row.resource.rpartition("/")[2]
        if row.resource and gaps.detail(EDGES, name) and tables.get(name) >= 0:
            found[tables.get(name)] = False
    return found


def _dark(
    gaps: Gaps, networks: Index, places: Mapping[str, tuple[str, str]]
) -> tuple[Flags, Flags, Flags]:
    """Tell of each network what of it may not have been read: interfaces, gateways, transit."""
    found = tuple(np.zeros(len(networks) + 1, dtype=bool) for _ in range(3))
    kinds = (ADDRESSES, GATEWAYS, ATTACHMENTS)
    named = {
        place: [bool(gaps.listing(k, account=place[0], region=place[1])) for k in kinds]
        for place in set(places.values())
    }
    for number, name in enumerate(networks.names()):
        place = places.get(name)
        for column, dark in zip(found, named[place] if place else [True] * 3, strict=True):
            column[number] = dark
    return found[0], found[1], found[2]


def _places(facts: Facts) -> dict[str, tuple[str, str]]:
    table = facts.table(Network)
    columns = (table[name].to_pylist() for name in ("id", "account", "region"))
    return {name: (account, region) for name, account, region in zip(*columns, strict=True)}


def _network_columns(facts: Facts) -> list[Piece]:
    peerings = whole(facts.table(Peering)["networks"]).flatten()
    tables = [facts.table(kind)["network"] for kind in (Subnet, Interface, Gateway)]
    joined = facts.table(TransitAttachment)["resource"]
    return [*map(whole, tables), whole(peerings), whole(joined)]


def _subnet_columns(facts: Facts) -> list[Piece]:
    inside = whole(facts.table(TransitAttachment)["subnets"]).flatten()
    return [whole(facts.table(Interface)["subnet"]), whole(inside)]


def _one(first: Column, *others: Piece) -> Piece:
    return pa.concat_arrays([whole(first), *others])
