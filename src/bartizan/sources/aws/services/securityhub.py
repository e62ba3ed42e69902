# SPDX-License-Identifier: Apache-2.0
"""Security Hub: whether it is switched on."""

from collections.abc import Iterator

from bartizan.model.facts.estate import Detector
from bartizan.model.record import Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import rows
from bartizan.sources.aws.service import Service

HUB = "AWS::SecurityHub::Hub"

_CALLS = (
    Call(
        service="securityhub",
        operation="DescribeHub",
        kind=HUB,
        scope=Scope.REGION,
        id="item.HubArn",
        # It answers so where nobody has subscribed to it.
        absent=("InvalidAccessException", "ResourceNotFoundException"),
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive detectors; a hub that there is, is on.

    Source: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html
    """
    yield from rows(records, HUB, _hub)


def _hub(record: Record) -> Iterator[Row]:
    yield Detector(
        arn=record.id,
        kind=HUB,
        account=record.account,
        region=record.region,
        on=True,
    )


SERVICE = Service(name="Security Hub", calls=_CALLS, normalise=normalise)
