# SPDX-License-Identifier: Apache-2.0
"""On which ports databases and caches listen, and behind which interfaces.

Sources: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html,
https://docs.aws.amazon.com/redshift/latest/mgmt/managing-clusters-vpc.html and
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/VPCs.html
"""

import re
from collections.abc import Iterator, Mapping

from bartizan.model.facts.service import ServicePort
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import flag, number, objects, text
from bartizan.sources.aws.facts.network.node import Nodes
from bartizan.sources.aws.facts.network.port import CREDENTIALS, NOTHING, UNKNOWN, listening
from bartizan.sources.aws.facts.network.view import made

DB_INSTANCE = "AWS::RDS::DBInstance"
DB_CLUSTER = "AWS::RDS::DBCluster"
REDSHIFT = "AWS::Redshift::Cluster"
CACHE = "AWS::ElastiCache::CacheCluster"
CACHE_SUBNETS = "AWS::ElastiCache::SubnetGroup"

_LEADS = frozenset({"LEADER", "SHARED"})


def databases(records: Records, nodes: Nodes) -> Iterator[Row]:
    """Yield the ports of databases, of clusters of them, of warehouses and of caches."""
    instances = list(made(records.of(DB_INSTANCE), lambda row: _instance(row, nodes)))
    # What is malformed is told with the stores.
    yield from (row for row in instances)
    ports = {row.thing: row for row in instances if isinstance(row, ServicePort)}
    members: dict[str, list[ServicePort]] = {}
    for record in records.of(DB_INSTANCE):
        cluster = record.body.get("DBClusterIdentifier")
        if isinstance(cluster, str) and record.id in ports:
            place = f"{record.account}/{record.region}/{cluster}"
            members.setdefault(place, []).append(ports[record.id])
    yield from made(records.of(DB_CLUSTER), lambda row: _cluster(row, members))
    yield from made(records.of(REDSHIFT), lambda row: _warehouse(row, nodes))
    groups = {
        (row.account, row.region, str(row.body.get("CacheSubnetGroupName"))): row
        for row in records.of(CACHE_SUBNETS)
    }
    yield from made(records.of(CACHE), lambda row: _cache(row, groups, nodes))


def _instance(record: Record, nodes: Nodes) -> Iterator[Row]:
    """Yield a database's port. Its interface is one of those that RDS made in the group's subnets
    with the same security groups; which, nobody says.
    """
    body = record.body
    network = text(body, "DBSubnetGroup", "VpcId")
    subnets = _subnets(body, "DBSubnetGroup", "Subnets")
    groups = _groups(body, "VpcSecurityGroups", "VpcSecurityGroupId")
    yield from listening(
        record,
        port=number(body, "Endpoint", "Port") or number(body, "DbInstancePort"),
        network=network,
        interfaces=nodes.like(network, "RDSNetworkInterface", subnets=subnets, groups=groups),
        public=flag(body, "PubliclyAccessible"),
    )


def _cluster(record: Record, members: Mapping[str, list[ServicePort]]) -> Iterator[Row]:
    """Yield a cluster's port, which is that of the instances in it."""
    name = text(record.body, "DBClusterIdentifier")
    held = members.get(f"{record.account}/{record.region}/{name}", [])
    yield from listening(
        record,
        port=number(record.body, "Port"),
        network=next((row.network for row in held), ""),
        interfaces={one for row in held for one in row.interfaces},
        public=any(row.public for row in held),
    )


def _warehouse(record: Record, nodes: Nodes) -> Iterator[Row]:
    """Yield a warehouse's port; clients connect to its leader."""
    body, network = record.body, text(record.body, "VpcId")
    held = objects(body, "ClusterNodes")
    leading = [one for one in held if text(one, "NodeRole") in _LEADS] or held
    yield from listening(
        record,
        port=number(body, "Endpoint", "Port"),
        network=network,
        interfaces=nodes.at(network, [text(one, "PrivateIPAddress") for one in leading]),
        public=flag(body, "PubliclyAccessible"),
    )


def _cache(
    record: Record, groups: Mapping[tuple[str, str, str], Record], nodes: Nodes
) -> Iterator[Row]:
    body = record.body
    place = record.account, record.region, text(body, "CacheSubnetGroupName")
    if (group := groups.get(place)) is None:
        held: Mapping[str, Json] = {}
    else:
        held = group.body
    network = text(held, "VpcId")
    ports = {number(one, "Endpoint", "Port") for one in objects(body, "CacheNodes")}
    ports |= {number(body, "ConfigurationEndpoint", "Port")}
    told = rf"ElastiCache {re.escape(text(body, 'CacheClusterId'))}\b.*"
    found = nodes.like(
        network,
        told,
        subnets=_subnets(held, "Subnets"),
        groups=_groups(body, "SecurityGroups", "SecurityGroupId"),
    )
    for port in sorted(ports):
        yield from listening(
            record, port=port, network=network, interfaces=found, needs=_cache_needs(body)
        )


def _cache_needs(body: Mapping[str, Json]) -> str:
    """Return what a client must hold; without encryption in transit there are no users or tokens.

    Sources: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html and
    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
    """
    if flag(body, "AuthTokenEnabled"):
        return CREDENTIALS
    if text(body, "Engine") == "memcached" or not flag(body, "TransitEncryptionEnabled"):
        return NOTHING
    return UNKNOWN


def _subnets(body: Mapping[str, Json], *path: str) -> frozenset[str]:
    return frozenset(text(one, "SubnetIdentifier") for one in objects(body, *path))


def _groups(body: Mapping[str, Json], listed: str, member: str) -> frozenset[str]:
    return frozenset(text(one, member) for one in objects(body, listed))
