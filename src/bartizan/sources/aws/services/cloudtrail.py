# SPDX-License-Identifier: Apache-2.0
"""CloudTrail: trails and whether they record."""

from collections.abc import Iterator

from bartizan.model.facts.estate import Detector
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import flag, rows
from bartizan.sources.aws.service import Service

TRAIL = "AWS::CloudTrail::Trail"
STATUS = "AWS::CloudTrail::TrailStatus"

_CALLS = (
    Call(
        service="cloudtrail",
        operation="DescribeTrails",
        kind=TRAIL,
        scope=Scope.REGION,
        # A trail of many regions would else be answered, with the same ARN, in each of them.
        parameters={"includeShadowTrails": "`false`"},
        items="trailList",
        id="item.TrailARN",
    ),
    Call(
        service="cloudtrail",
        operation="GetTrailStatus",
        kind=STATUS,
        scope=Scope.REGION,
        each=TRAIL,
        parameters={"Name": "parent_id"},
        id="parent_id",
        absent=("TrailNotFoundException",),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive detectors; a trail whose status was not read is taken for one that does not record.

    Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
    """
    statuses = {record.id: record.body for record in records.of(STATUS)}

    def trail(record: Record) -> Iterator[Row]:
        yield Detector(
            arn=record.id,
            kind=TRAIL,
            account=record.account,
            region="*" if flag(record.body, "IsMultiRegionTrail") else record.region,
            on=flag(statuses.get(record.id, {}), "IsLogging"),
        )

    yield from rows(records, TRAIL, trail)


SERVICE = Service(name="CloudTrail", calls=_CALLS, normalise=normalise)
