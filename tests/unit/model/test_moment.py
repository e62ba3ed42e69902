# SPDX-License-Identifier: Apache-2.0
from datetime import UTC, datetime, timedelta, timezone

from bartizan.model.moment import written


def test_a_time_is_written_in_utc_to_the_second() -> None:
    east = timezone(timedelta(hours=2))

    assert written(datetime(2026, 1, 2, 1, 0, 0, 999, tzinfo=east)) == "2026-01-01T23:00:00Z"
    assert written(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00Z"
