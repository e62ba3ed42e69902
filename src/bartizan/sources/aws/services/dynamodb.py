# SPDX-License-Identifier: Apache-2.0
"""DynamoDB: tables and their policies."""

from collections.abc import Iterator

from bartizan.model.facts.estate import Store
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import document, rows, text
from bartizan.sources.aws.facts.encryption import Keys
from bartizan.sources.aws.facts.resource_policy import resource_policy
from bartizan.sources.aws.service import Service

TABLE = "AWS::DynamoDB::Table"
POLICY = "AWS::DynamoDB::ResourcePolicy"
_NAME = "AWS::DynamoDB::TableName"

_CALLS = (
    Call(
        service="dynamodb",
        operation="ListTables",
        kind=_NAME,
        scope=Scope.REGION,
        items="TableNames[].{TableName: @}",
        id="join('', ['arn:', partition, ':dynamodb:', region, ':', account, ':table/', "
        "item.TableName])",
    ),
    Call(
        service="dynamodb",
        operation="DescribeTable",
        kind=TABLE,
        scope=Scope.REGION,
        each=_NAME,
        parameters={"TableName": "parent.TableName"},
        items="[Table]",
        id="parent_id",
        absent=("ResourceNotFoundException",),
    ),
    Call(
        service="dynamodb",
        operation="GetResourcePolicy",
        kind=POLICY,
        scope=Scope.REGION,
        each=_NAME,
        parameters={"ResourceArn": "parent_id"},
        id="parent_id",
        absent=("PolicyNotFoundException", "ResourceNotFoundException"),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive a store per table, and its policy.

    DynamoDB decrypts a table's key in the name of whoever reads the table:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    """

    def listed(record: Record) -> Iterator[Row]:
        if record.id not in described:
            yield _store(record, name=text(record.body, "TableName"), key="")

    def table(record: Record) -> Iterator[Row]:
        key = keys.arn(record, text(record.body, "SSEDescription", "KMSMasterKeyArn"))
        yield _store(record, name=text(record.body, "TableName"), key=key)

    def policy(record: Record) -> Iterator[Row]:
        written = document(record.body, "Policy") or None
        yield from resource_policy(record, target=record.id, document=written)

    keys = Keys.of(records)
    described = {record.id for record in records.of(TABLE)}
    yield from rows(records, _NAME, listed)
    yield from rows(records, TABLE, table)
    yield from rows(records, POLICY, policy)


def _store(record: Record, *, name: str, key: str) -> Store:
    return Store(
        arn=record.id,
        kind=TABLE,
        account=record.account,
        region=record.region,
        name=name,
        key=key,
        tags={},
    )


SERVICE = Service(name="DynamoDB", calls=_CALLS, normalise=normalise)
