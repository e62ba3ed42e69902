# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.service import ServicePort
from bartizan.model.record import Record
from bartizan.sources.aws.services import vpc
from tests.fakes.balanced_network import node
from tests.fakes.network_records import network_records
from tests.fakes.service_records import ACCOUNT, REGION, aws_record, facts_of

RDS = f"arn:aws:rds:{REGION}:{ACCOUNT}"
SUBNETS: dict[str, Any] = {"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]}


def database(**fields: Any) -> Record:  # noqa: ANN401 - JSON
    body = {
        "Endpoint": {"Port": 3306},
        "DBSubnetGroup": SUBNETS,
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}],
        "PubliclyAccessible": True,
        **fields,
    }
    return aws_record("AWS::RDS::DBInstance", f"{RDS}:db:d", body)


def cache(**fields: Any) -> tuple[Record, ...]:  # noqa: ANN401 - JSON
    body = {
        "CacheClusterId": "c-001",
        "Engine": "redis",
        "CacheSubnetGroupName": "g",
        "SecurityGroups": [{"SecurityGroupId": "sg-1"}],
        "CacheNodes": [{"Endpoint": {"Port": 6379}}],
        **fields,
    }
    group = SUBNETS | {"CacheSubnetGroupName": "g"}
    return (
        aws_record("AWS::ElastiCache::CacheCluster", "arn:c", body),
        aws_record("AWS::ElastiCache::SubnetGroup", "arn:g", group),
    )


def found(
    *records: Record, interfaces: list[dict[str, Any]] | None = None
) -> tuple[list[ServicePort], list[Unread]]:
    held = network_records({"NetworkInterfaces": interfaces or []})
    facts = facts_of(vpc.SERVICE, *records, *held)
    return list(facts.rows(ServicePort)), list(facts.rows(Unread))


def test_a_database_may_be_behind_each_interface_that_is_alike() -> None:
    told = "RDSNetworkInterface"
    (row,), gaps = found(
        database(),
        interfaces=[
            node("eni-1", told),
            node("eni-2", told),
            node("eni-3", told, SubnetId="subnet-9"),
            node("eni-4", told, Groups=[{"GroupId": "sg-1"}, {"GroupId": "sg-2"}]),
            node("eni-5", "something else"),
            node("eni-6", told, VpcId="vpc-9"),
            node("eni-7", told, RequesterManaged=False),
        ],
    )

    assert (row.thing, row.kind, row.port, row.protocol) == (
        f"{RDS}:db:d",
        "AWS::RDS::DBInstance",
        3306,
        6,
    )
    assert (row.network, row.interfaces) == ("vpc-1", ("eni-1", "eni-2"))
    assert (row.public, row.public_ranges, row.needs) == (True, (), "credentials")
    assert gaps == []


def test_a_database_behind_no_interface_says_so() -> None:
    (row,), (gap,) = found(database())

    assert row.interfaces == ()
    assert (gap.kind, gap.resource) == ("AWS::EC2::NetworkInterface", f"{RDS}:db:d")


def test_a_database_that_is_being_made_has_no_port_yet() -> None:
    assert found(database(Endpoint=None)) == ([], [])


def test_a_cluster_is_behind_the_interfaces_of_its_members() -> None:
    cluster = aws_record(
        "AWS::RDS::DBCluster",
        f"{RDS}:cluster:c",
        {"DBClusterIdentifier": "c", "Port": 3306},
    )
    rows, _ = found(
        database(DBClusterIdentifier="c"),
        cluster,
        interfaces=[node("eni-1", "RDSNetworkInterface")],
    )

    assert [(row.thing, row.interfaces, row.network) for row in rows] == [
        (f"{RDS}:db:d", ("eni-1",), "vpc-1"),
        (f"{RDS}:cluster:c", ("eni-1",), "vpc-1"),
    ]


def test_a_warehouse_is_where_its_leader_has_its_address() -> None:
    nodes = [
        {"NodeRole": "LEADER", "PrivateIPAddress": "10.1.1.9"},
        {"NodeRole": "COMPUTE-0", "PrivateIPAddress": "10.1.1.8"},
    ]
    body: dict[str, Any] = {"VpcId": "vpc-1", "Endpoint": {"Port": 5439}, "ClusterNodes": nodes}
    other = [{"PrivateIpAddress": "10.1.1.8"}]
    (row,), _ = found(
        aws_record("AWS::Redshift::Cluster", "arn:r", body),
        interfaces=[node("eni-1", "x"), node("eni-2", "y", PrivateIpAddresses=other)],
    )

    assert (row.port, row.interfaces, row.public) == (5439, ("eni-1",), False)


@pytest.mark.parametrize(
    ("fields", "needs"),
    [
        ({}, "nothing"),
        ({"Engine": "memcached", "TransitEncryptionEnabled": True}, "nothing"),
        ({"AuthTokenEnabled": True}, "credentials"),
        ({"TransitEncryptionEnabled": True}, "unknown"),
    ],
)
def test_a_cache_asks_for_what_it_was_told_to(fields: dict[str, Any], needs: str) -> None:
    (row,), _ = found(*cache(**fields), interfaces=[node("eni-1", "ElastiCache c-001")])

    assert (row.port, row.interfaces, row.needs) == (6379, ("eni-1",), needs)


def test_a_cache_is_not_behind_the_interface_of_another() -> None:
    (row,), gaps = found(*cache(), interfaces=[node("eni-1", "ElastiCache c-0012")])

    assert row.interfaces == ()
    assert len(gaps) == 1


def test_a_cache_whose_subnets_were_not_read_says_so() -> None:
    (row,), gaps = found(cache()[0], interfaces=[node("eni-1", "ElastiCache c-001")])

    assert (row.network, row.interfaces, len(gaps)) == ("", (), 1)
