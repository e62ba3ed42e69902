# SPDX-License-Identifier: Apache-2.0
"""SQS: queues and their policies."""

from collections.abc import Iterator

from bartizan.model.facts.estate import Store
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import rows, text, told
from bartizan.sources.aws.facts.encryption import Keys
from bartizan.sources.aws.facts.resource_policy import resource_policy
from bartizan.sources.aws.service import Service

QUEUE = "AWS::SQS::Queue"
_URL = "AWS::SQS::QueueUrl"

_CALLS = (
    Call(
        service="sqs",
        operation="ListQueues",
        kind=_URL,
        scope=Scope.REGION,
        # NOTE: without MaxResults the API answers at most 1,000 queues and no token for the rest.
        parameters={"MaxResults": "`1000`"},
        items="QueueUrls[].{QueueUrl: @}",
        id="join('', ['arn:', partition, ':sqs:', region, ':', account, ':', "
        "split(item.QueueUrl, '/')[-1]])",
    ),
    Call(
        service="sqs",
        operation="GetQueueAttributes",
        kind=QUEUE,
        scope=Scope.REGION,
        each=_URL,
        parameters={"QueueUrl": "parent.QueueUrl", "AttributeNames": "['All']"},
        id="parent_id",
        absent=("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive a store per queue, and its policy.

    Who receives from a queue that KMS encrypts must be allowed to decrypt with its key:
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    """

    def listed(record: Record) -> Iterator[Row]:
        if record.id not in described:
            yield _store(record, key="")

    def queue(record: Record) -> Iterator[Row]:
        key = keys.arn(record, text(record.body, "Attributes", "KmsMasterKeyId"))
        yield _store(record, key=key)
        policy = told(record.body, "Attributes", "Policy")
        yield from resource_policy(record, target=record.id, document=policy)

    keys = Keys.of(records)
    described = {record.id for record in records.of(QUEUE)}
    yield from rows(records, _URL, listed)
    yield from rows(records, QUEUE, queue)


def _store(record: Record, *, key: str) -> Store:
    return Store(
        arn=record.id,
        kind=QUEUE,
        account=record.account,
        region=record.region,
        name=record.id.rpartition(":")[2],
        key=key,
        tags={},
    )


SERVICE = Service(name="SQS", calls=_CALLS, normalise=normalise)
