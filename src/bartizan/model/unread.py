# SPDX-License-Identifier: Apache-2.0
"""What could not be read, as a record: silence is never taken for absence."""

from msgspec import structs

from bartizan.model.facts.gap import Unread
from bartizan.model.record import UNREAD_KIND, Record


def unread_record(row: Unread, *, name: str, at: str, source: str) -> Record:
    """Return the record of `row` under a name that the same gap has in every scan; `at` is the
    time as ISO 8601, `source` what was asked.
    """
    return Record(
        provider=row.provider,
        account=row.account,
        region=row.region,
        service=row.service,
        kind=UNREAD_KIND,
        id=name,
        body=structs.asdict(row),
        collected_at=at,
        source=source,
    )
