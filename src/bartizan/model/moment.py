# SPDX-License-Identifier: Apache-2.0
"""Points in time as snapshots carry them."""

from datetime import UTC, datetime


def written(moment: datetime) -> str:
    """Return a time as ISO 8601 in UTC, to the second: `2026-01-02T00:00:00Z`."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
