# SPDX-License-Identifier: Apache-2.0
"""On which ports clusters, search domains, brokers and file systems listen, and where.

Sources: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html,
https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html,
https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html and
https://docs.aws.amazon.com/efs/latest/ug/network-access.html
"""

import re
from collections.abc import Iterator, Mapping

from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.facts.body import flag, mapping, text, texts
from bartizan.sources.aws.facts.network.gap import Gaps
from bartizan.sources.aws.facts.network.node import Nodes
from bartizan.sources.aws.facts.network.port import (
    CREDENTIALS,
    EVERYWHERE,
    NOTHING,
    UNKNOWN,
    listening,
)
from bartizan.sources.aws.facts.network.view import block, made

KUBERNETES = "AWS::EKS::Cluster"
SEARCH_DOMAIN = "AWS::OpenSearchService::Domain"
BROKERS = "AWS::MSK::Cluster"
BROKER = "AWS::MSK::Node"
FILE_SYSTEM = "AWS::EFS::FileSystem"
FILE_SYSTEM_POLICY = "AWS::EFS::FileSystemPolicy"
MOUNT_TARGET = "AWS::EFS::MountTarget"

_HTTPS, _NFS = 443, 2049
_PLAIN, _TLS, _SCRAM, _IAM = 9092, 9094, 9096, 9098
_PUBLIC_OFFSET = 100
"""Public addresses of brokers listen on other ports: 9194 instead of 9094, and so on."""


def clusters(records: Records, nodes: Nodes) -> Iterator[Row]:
    """Yield the ports of all of them."""
    yield from made(records.of(KUBERNETES), lambda row: _kubernetes(row, nodes))
    yield from made(records.of(SEARCH_DOMAIN), lambda row: _domain(row, nodes))
    brokers = _of_each(records, BROKER)
    yield from made(records.of(BROKERS), lambda row: _brokers(row, brokers.get(row.id, []), nodes))
    mounts, gaps = _of_each(records, MOUNT_TARGET), Gaps.of(records)
    policies = {record.id for record in records.of(FILE_SYSTEM_POLICY)}

    def files(record: Record) -> Iterator[Row]:
        # Without a policy, whoever can connect may do everything.
        open_to_all = record.id not in policies and gaps.known(FILE_SYSTEM_POLICY, record)
        needs = NOTHING if open_to_all else UNKNOWN
        yield from _files(record, mounts.get(record.id, []), needs)

    yield from made(records.of(FILE_SYSTEM), files)


def _of_each(records: Records, kind: str) -> Mapping[str, list[Record]]:
    """Return the details of `kind`, by the ARN of what they are of."""
    found: dict[str, list[Record]] = {}
    for record in records.of(kind):
        found.setdefault(record.id.partition("#")[0], []).append(record)
    return found


def _kubernetes(record: Record, nodes: Nodes) -> Iterator[Row]:
    """Yield the endpoint of a cluster; its public address takes packets from the listed ranges."""
    body = mapping(record.body, "resourcesVpcConfig")
    public = flag(body, "endpointPublicAccess")
    ranges = [block(one) for one in texts(body, "publicAccessCidrs")] or EVERYWHERE
    yield from listening(
        record,
        port=_HTTPS,
        network=text(body, "vpcId"),
        interfaces=nodes.of_thing(record.id),
        public=public,
        public_ranges=ranges if public else (),
    )


def _domain(record: Record, nodes: Nodes) -> Iterator[Row]:
    """Yield a search domain: in a network, or at a public address that takes packets from all."""
    body = record.body
    if flag(body, "Deleted"):
        return
    network, held = text(body, "VPCOptions", "VPCId"), mapping(body, "AdvancedSecurityOptions")
    signs = flag(held, "Enabled") and not flag(held, "AnonymousAuthEnabled")
    found = nodes.like(
        network,
        rf"ES {re.escape(text(body, 'DomainName'))}",
        subnets=texts(body, "VPCOptions", "SubnetIds"),
        groups=texts(body, "VPCOptions", "SecurityGroupIds"),
    )
    yield from listening(
        record,
        port=_HTTPS,
        network=network,
        interfaces=found if network else (),
        public=not network,
        public_ranges=() if network else EVERYWHERE,
        needs=CREDENTIALS if signs else UNKNOWN,
    )


def _brokers(record: Record, brokers: list[Record], nodes: Nodes) -> Iterator[Row]:
    """Yield the ports that a cluster of brokers has for the ways to sign in that it knows."""
    held = mapping(record.body, "Provisioned")
    if not held:
        # A serverless one shows none of its interfaces.
        yield from listening(record, port=_IAM, network="", interfaces=(), needs=CREDENTIALS)
        return
    found = {text(one.body, "BrokerNodeInfo", "AttachedENIId") for one in brokers} - {""}
    network = next((nodes.network_of(one) for one in sorted(found)), "")
    access = ("BrokerNodeGroupInfo", "ConnectivityInfo", "PublicAccess", "Type")
    public = text(held, *access) == "SERVICE_PROVIDED_EIPS"
    for port, needs in _ways_in(held):
        yield from listening(record, port=port, network=network, interfaces=found, needs=needs)
        if public and port != _PLAIN:
            yield from listening(
                record,
                port=port + _PUBLIC_OFFSET,
                network=network,
                interfaces=found,
                public=True,
                needs=needs,
            )


def _ways_in(held: Mapping[str, Json]) -> Iterator[tuple[int, str]]:
    """Yield each port of brokers, and what a client must hold there."""
    signs = mapping(held, "ClientAuthentication")
    open_to_all = flag(signs, "Unauthenticated", "Enabled") or not signs
    transport = text(held, "EncryptionInfo", "EncryptionInTransit", "ClientBroker") or "TLS"
    if transport in ("PLAINTEXT", "TLS_PLAINTEXT"):
        yield _PLAIN, NOTHING
    if transport in ("TLS", "TLS_PLAINTEXT") and (open_to_all or flag(signs, "Tls", "Enabled")):
        yield _TLS, NOTHING if open_to_all else CREDENTIALS
    if flag(signs, "Sasl", "Scram", "Enabled"):
        yield _SCRAM, CREDENTIALS
    if flag(signs, "Sasl", "Iam", "Enabled"):
        yield _IAM, CREDENTIALS


def _files(record: Record, mounts: list[Record], needs: str) -> Iterator[Row]:
    """Yield the port of a file system, in each network that it has mount targets in."""
    places: dict[str, set[str]] = {}
    for one in mounts:
        network = text(one.body, "VpcId")
        places.setdefault(network, set()).add(text(one.body, "NetworkInterfaceId"))
    for network, found in sorted(places.items()):
        yield from listening(
            record, port=_NFS, network=network, interfaces=found - {""}, needs=needs
        )
