# SPDX-License-Identifier: Apache-2.0
"""Says in a record what could not be read, so that silence is never taken for absence."""

import dataclasses
from datetime import UTC, datetime

from bartizan.model.facts.gap import Unread
from bartizan.model.record import UNREAD_KIND, Json, Record

PROVIDER = "aws"


def written(moment: datetime) -> str:
    """Return a time as records carry it."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def unread_record(row: Unread, *, at: str) -> Record:
    """Return the record of `row`; the same gap has the same id in every scan."""
    place = f"{row.account}/{row.region}/{row.service}:{row.operation}"
    body: dict[str, Json] = dataclasses.asdict(row)
    return Record(
        provider=row.provider,
        account=row.account,
        region=row.region,
        service=row.service,
        kind=UNREAD_KIND,
        id=f"{place}/{row.kind}/{row.resource}",
        body=body,
        collected_at=at,
        source=f"{row.service}:{row.operation}",
    )
