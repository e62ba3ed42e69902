# SPDX-License-Identifier: Apache-2.0
"""Fields that change by themselves."""

from bartizan.model.volatile import VOLATILE, lasting
from bartizan.sources.aws.services import SERVICES
from bartizan.sources.puppet.record import CATALOG
from tests.fakes.records import record


def test_what_changes_by_itself_is_left_out_however_deep_it_lies() -> None:
    table = record(
        "arn:t",
        kind="AWS::DynamoDB::Table",
        TableName="t",
        ItemCount=7,
        GlobalSecondaryIndexes=[{"IndexName": "i", "ItemCount": 3}],
    )

    assert lasting(table) == {"TableName": "t", "GlobalSecondaryIndexes": [{"IndexName": "i"}]}
    assert table.body["ItemCount"] == 7


def test_the_same_name_in_another_kind_is_what_the_estate_is() -> None:
    other = record("arn:b", kind="AWS::S3::Bucket", ItemCount=7, events=["s3:ObjectCreated:*"])

    assert lasting(other) == other.body


def test_every_kind_that_is_named_is_one_that_is_read() -> None:
    read = {call.kind for service in SERVICES for call in service.calls}

    assert set(VOLATILE) <= read | {CATALOG}
