# SPDX-License-Identifier: Apache-2.0
"""What in a record changes by itself, though nobody changed the estate.

A field is volatile where it counts or times use, and no fact is derived from it. It is kept in the
record as it was read, and is no part of the snapshot's identity: two scans of an unchanged estate
have one id, and the snapshot keeps what the first of them saw. When a principal or a key was last
used is not volatile in this sense, as the cost of a remedy depends on it.
"""

from collections.abc import Mapping

from bartizan.model.record import Json, Record

_DATABASE = frozenset({"LatestRestorableTime", "PercentProgress"})

VOLATILE: Mapping[str, frozenset[str]] = {
    "AWS::AccessAnalyzer::Analyzer": frozenset({"lastResourceAnalyzed", "lastResourceAnalyzedAt"}),
    "AWS::DynamoDB::Table": frozenset({"IndexSizeBytes", "ItemCount", "TableSizeBytes"}),
    "AWS::ECS::Cluster": frozenset({"pendingTasksCount", "runningTasksCount"}),
    "AWS::ECS::Service": frozenset({"events", "pendingCount", "runningCount", "updatedAt"}),
    "AWS::RDS::DBCluster": _DATABASE,
    "AWS::RDS::DBInstance": _DATABASE,
    "AWS::SQS::Queue": frozenset(
        {
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesDelayed",
            "ApproximateNumberOfMessagesNotVisible",
        }
    ),
    "AWS::SecretsManager::Secret": frozenset({"LastAccessedDate"}),
    "Puppet::Catalog": frozenset({"catalog_uuid", "producer", "version"}),
}
"""Kind of record to the names of its volatile fields, however deep they lie."""


def lasting(record: Record) -> Mapping[str, Json]:
    """Return the body of a record without what changes by itself."""
    names = VOLATILE.get(record.kind)
    if names is None:
        return record.body
    return {key: _without(held, names) for key, held in record.body.items() if key not in names}


def _without(value: Json, names: frozenset[str]) -> Json:
    if isinstance(value, dict):
        return {key: _without(held, names) for key, held in value.items() if key not in names}
    if isinstance(value, list):
        return [_without(held, names) for held in value]
    return value
