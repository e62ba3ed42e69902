# SPDX-License-Identifier: Apache-2.0
"""Networks and subnets, with the route table and the access list that hold for each subnet.

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html and
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
"""

from collections.abc import Iterator, Mapping
from typing import Self

from msgspec import Struct

from bartizan.model.facts.network import Network, Subnet
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import MalformedBodyError, flag, objects, tags, text
from bartizan.sources.aws.facts.network.gap import Gaps
from bartizan.sources.aws.facts.network.view import block, made, needed, owner_of, views

VPC = "AWS::EC2::VPC"
SUBNET = "AWS::EC2::Subnet"
ROUTE_TABLE = "AWS::EC2::RouteTable"
NETWORK_ACL = "AWS::EC2::NetworkAcl"


class _Assigned(Struct, frozen=True):
    """Which route table and which access list hold where."""

    tables: Mapping[str, str]
    """Subnet to its own route table."""
    main: Mapping[str, str]
    """Network to its main route table, where all tables of the network were read."""
    acls: Mapping[str, str]
    """Subnet to its access list."""
    untold: frozenset[str]
    """Subnets of which it could not be read what holds there."""

    @classmethod
    def of(cls, records: Records) -> Self:
        """Read the associations; a subnet without one has the main table only where nothing that
        could say otherwise was left out.
        """
        gaps = Gaps.of(records)
        tables: dict[str, str] = {}
        main: dict[str, str] = {}
        unsure: set[str] = set()
        for record in records.of(ROUTE_TABLE):
            network = str(record.body.get("VpcId", ""))
            try:
                table, own = needed(record.body, "RouteTableId"), owner_of(record)
                for association in associations(record):
                    if subnet := text(association, "SubnetId"):
                        tables[subnet] = table
                    if flag(association, "Main") and record.account == own:
                        main[network] = table
            except MalformedBodyError:
                unsure.add(network)
            if not gaps.whole(ROUTE_TABLE, record.account, record.region):
                unsure.add(network)
        sure = {} if "" in unsure else {n: t for n, t in main.items() if n not in unsure}
        untold = frozenset(
            name.rpartition("/")[2] for kind, name in gaps.details if kind == SUBNET
        )
        return cls(tables, sure, _acls(records), untold)

    def table(self, subnet: str, network: str) -> str:
        """Return the route table of a subnet; empty where it is not known."""
        if subnet in self.untold:
            return ""
        return self.tables.get(subnet) or self.main.get(network, "")

    def acl(self, subnet: str) -> str:
        """Return the access list of a subnet; empty where it is not known."""
        return "" if subnet in self.untold else self.acls.get(subnet, "")


def _acls(records: Records) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for record in records.of(NETWORK_ACL):
        try:
            acl = needed(record.body, "NetworkAclId")
            held = {text(one, "SubnetId"): acl for one in associations(record)}
        except MalformedBodyError:
            continue
        found |= held
    return found


def associations(record: Record) -> Iterator[Mapping[str, Json]]:
    """Yield the associations that hold; one that failed or is being taken away does not."""
    for one in objects(record.body, "Associations"):
        if text(one, "AssociationState", "State") in ("", "associated", "associating"):
            yield one


def spaces(records: Records) -> Iterator[Row]:
    """Yield networks and subnets."""
    assigned = _Assigned.of(records)
    yield from made(views(records, VPC, "VpcId"), _network)
    yield from made(views(records, SUBNET, "SubnetId"), lambda row: _subnet(row, assigned))


def _network(record: Record) -> Iterator[Row]:
    body = record.body
    labels = tags(body, "Tags")
    held = set(_blocks(body, "CidrBlockAssociationSet", "CidrBlock"))
    if not held and (only := text(body, "CidrBlock")):
        held = {only}
    held |= set(_blocks(body, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock"))
    yield Network(
        id=needed(body, "VpcId"),
        provider=record.provider,
        account=owner_of(record),
        region=record.region,
        name=labels.get("Name", ""),
        ranges=tuple(sorted(block(one) for one in held)),
        tags=labels,
    )


def _subnet(record: Record, assigned: _Assigned) -> Iterator[Row]:
    body = record.body
    labels = tags(body, "Tags")
    name, network = needed(body, "SubnetId"), needed(body, "VpcId")
    held = {text(body, "CidrBlock")} - {""}
    held |= set(_blocks(body, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock"))
    yield Subnet(
        id=name,
        network=network,
        account=owner_of(record),
        region=record.region,
        zone=text(body, "AvailabilityZoneId") or text(body, "AvailabilityZone"),
        name=labels.get("Name", ""),
        ranges=tuple(sorted(block(one) for one in held)),
        route_table=assigned.table(name, network),
        acl=assigned.acl(name),
        tags=labels,
    )


def _blocks(body: Mapping[str, Json], listed: str, member: str) -> Iterator[str]:
    """Yield the blocks that are associated now."""
    for one in objects(body, listed):
        if text(one, f"{member}State", "State") in ("", "associated"):
            yield needed(one, member)
