# SPDX-License-Identifier: Apache-2.0
"""GuardDuty: detectors and whether they watch."""

from collections.abc import Iterator

from bartizan.model.facts.estate import Detector
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import rows, text
from bartizan.sources.aws.service import Service

DETECTOR = "AWS::GuardDuty::Detector"
_LISTED = "AWS::GuardDuty::DetectorId"

_CALLS = (
    Call(
        service="guardduty",
        operation="ListDetectors",
        kind=_LISTED,
        scope=Scope.REGION,
        items="DetectorIds[].{DetectorId: @}",
        id="join('', ['arn:', partition, ':guardduty:', region, ':', account, ':detector/', "
        "item.DetectorId])",
    ),
    Call(
        service="guardduty",
        operation="GetDetector",
        kind=DETECTOR,
        scope=Scope.REGION,
        each=_LISTED,
        parameters={"DetectorId": "parent.DetectorId"},
        id="parent_id",
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive detectors.

    Source: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetDetector.html
    """
    yield from rows(records, DETECTOR, _detector)


def _detector(record: Record) -> Iterator[Row]:
    yield Detector(
        arn=record.id,
        kind=DETECTOR,
        account=record.account,
        region=record.region,
        on=text(record.body, "Status") == "ENABLED",
    )


SERVICE = Service(name="GuardDuty", calls=_CALLS, normalise=normalise)
