# SPDX-License-Identifier: Apache-2.0
"""SNS: topics and their policies."""

from collections.abc import Iterator

from bartizan.model.facts.estate import Store
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import rows, told
from bartizan.sources.aws.facts.resource_policy import resource_policy
from bartizan.sources.aws.service import Service

TOPIC = "AWS::SNS::Topic"
_LISTED = "AWS::SNS::TopicArn"

_CALLS = (
    Call(
        service="sns",
        operation="ListTopics",
        kind=_LISTED,
        scope=Scope.REGION,
        items="Topics",
        id="item.TopicArn",
    ),
    Call(
        service="sns",
        operation="GetTopicAttributes",
        kind=TOPIC,
        scope=Scope.REGION,
        each=_LISTED,
        parameters={"TopicArn": "parent.TopicArn"},
        id="parent_id",
        absent=("NotFound", "NotFoundException"),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive a store per topic, and its policy; a subscriber needs no right on the topic's key.

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """

    def listed(record: Record) -> Iterator[Row]:
        yield Store(
            arn=record.id,
            kind=TOPIC,
            account=record.account,
            region=record.region,
            name=record.id.rpartition(":")[2],
            key="",
            tags={},
        )

    def topic(record: Record) -> Iterator[Row]:
        policy = told(record.body, "Attributes", "Policy")
        yield from resource_policy(record, target=record.id, document=policy)

    yield from rows(records, _LISTED, listed)
    yield from rows(records, TOPIC, topic)


SERVICE = Service(name="SNS", calls=_CALLS, normalise=normalise)
