# SPDX-License-Identifier: Apache-2.0
"""RDS and Aurora: databases, their snapshots, and to whom snapshots are opened."""

from collections.abc import Iterator

from bartizan.model.facts.estate import Share, Store
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import objects, rows, tags, text, texts
from bartizan.sources.aws.facts.encryption import Keys
from bartizan.sources.aws.service import Service

INSTANCE = "AWS::RDS::DBInstance"
CLUSTER = "AWS::RDS::DBCluster"
SNAPSHOT = "AWS::RDS::DBSnapshot"
SNAPSHOT_ATTRIBUTES = "AWS::RDS::DBSnapshotAttributes"
CLUSTER_SNAPSHOT = "AWS::RDS::DBClusterSnapshot"
CLUSTER_SNAPSHOT_ATTRIBUTES = "AWS::RDS::DBClusterSnapshotAttributes"

_CALLS = (
    Call(
        service="rds",
        operation="DescribeDBInstances",
        kind=INSTANCE,
        scope=Scope.REGION,
        items="DBInstances",
        id="item.DBInstanceArn",
    ),
    Call(
        service="rds",
        operation="DescribeDBClusters",
        kind=CLUSTER,
        scope=Scope.REGION,
        items="DBClusters",
        id="item.DBClusterArn",
    ),
    Call(
        service="rds",
        operation="DescribeDBSnapshots",
        kind=SNAPSHOT,
        scope=Scope.REGION,
        items="DBSnapshots",
        id="item.DBSnapshotArn",
    ),
    Call(
        service="rds",
        operation="DescribeDBSnapshotAttributes",
        kind=SNAPSHOT_ATTRIBUTES,
        scope=Scope.REGION,
        each=SNAPSHOT,
        parameters={"DBSnapshotIdentifier": "parent.DBSnapshotIdentifier"},
        when="parent.SnapshotType == 'manual'",
        items="[DBSnapshotAttributesResult]",
        id="parent_id",
        absent=("DBSnapshotNotFound", "DBSnapshotNotFoundFault"),
    ),
    Call(
        service="rds",
        operation="DescribeDBClusterSnapshots",
        kind=CLUSTER_SNAPSHOT,
        scope=Scope.REGION,
        items="DBClusterSnapshots",
        id="item.DBClusterSnapshotArn",
    ),
    Call(
        service="rds",
        operation="DescribeDBClusterSnapshotAttributes",
        kind=CLUSTER_SNAPSHOT_ATTRIBUTES,
        scope=Scope.REGION,
        each=CLUSTER_SNAPSHOT,
        parameters={"DBClusterSnapshotIdentifier": "parent.DBClusterSnapshotIdentifier"},
        when="parent.SnapshotType == 'manual'",
        items="[DBClusterSnapshotAttributesResult]",
        id="parent_id",
        absent=("DBClusterSnapshotNotFoundFault",),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive stores, and a share for each account that a snapshot is opened to.

    Only who restores a snapshot needs its key; who signs in to a database does not. Source:
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html
    """
    keys = Keys.of(records)

    def store(record: Record) -> Iterator[Row]:
        snapshot = record.kind in (SNAPSHOT, CLUSTER_SNAPSHOT)
        yield Store(
            arn=record.id,
            kind=record.kind,
            account=record.account,
            region=record.region,
            name=record.id.split(":", 6)[-1],
            key=keys.arn(record, text(record.body, "KmsKeyId")) if snapshot else "",
            tags=tags(record.body, "TagList"),
        )

    for kind in (INSTANCE, CLUSTER, SNAPSHOT, CLUSTER_SNAPSHOT):
        yield from rows(records, kind, store)
    yield from rows(records, SNAPSHOT_ATTRIBUTES, _shares)
    yield from rows(records, CLUSTER_SNAPSHOT_ATTRIBUTES, _shares)


def _shares(record: Record) -> Iterator[Row]:
    """Yield a row per account in the attribute `restore`; `all` is any account."""
    cluster = record.kind == CLUSTER_SNAPSHOT_ATTRIBUTES
    place = "DBClusterSnapshotAttributes" if cluster else "DBSnapshotAttributes"
    for attribute in objects(record.body, place):
        if text(attribute, "AttributeName") != "restore":
            continue
        for account in texts(attribute, "AttributeValues"):
            yield Share(
                resource=record.id,
                with_whom=account,
                access="read",
                via="restore",
                kind=record.kind,
                record=record.id,
            )


SERVICE = Service(name="RDS", calls=_CALLS, normalise=normalise)
