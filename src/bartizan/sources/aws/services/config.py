# SPDX-License-Identifier: Apache-2.0
"""AWS Config: recorders and whether they record."""

from collections.abc import Iterator

from bartizan.model.facts.estate import Detector
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import flag, rows
from bartizan.sources.aws.service import Service

RECORDER = "AWS::Config::ConfigurationRecorder"
STATUS = "AWS::Config::ConfigurationRecorderStatus"
_ID = "join('', ['arn:', partition, ':config:', region, ':', account, ':recorder/', item.name])"

_CALLS = (
    Call(
        service="config",
        operation="DescribeConfigurationRecorders",
        kind=RECORDER,
        scope=Scope.REGION,
        items="ConfigurationRecorders",
        id=_ID,
    ),
    Call(
        service="config",
        operation="DescribeConfigurationRecorderStatus",
        kind=STATUS,
        scope=Scope.REGION,
        items="ConfigurationRecordersStatus",
        id=_ID,
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive detectors; a recorder whose status was not read is taken for one that is off.

    Source: https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigurationRecorderStatus.html
    """
    statuses = {record.id: record.body for record in records.of(STATUS)}

    def recorder(record: Record) -> Iterator[Row]:
        yield Detector(
            arn=record.id,
            kind=RECORDER,
            account=record.account,
            region=record.region,
            on=flag(statuses.get(record.id, {}), "recording"),
        )

    yield from rows(records, RECORDER, recorder)


SERVICE = Service(name="Config", calls=_CALLS, normalise=normalise)
