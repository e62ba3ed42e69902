# SPDX-License-Identifier: Apache-2.0
"""What could not be read, and why."""

from typing import ClassVar

from bartizan.model.table import Row


class Unread(Row, frozen=True):
    """One thing that a source asked for and did not get."""

    table: ClassVar[str] = "unread"

    provider: str
    """Which vendor's system it is in."""
    account: str
    """Account it concerns; empty for the organisation as a whole or a file."""
    region: str
    """Region it concerns; empty for global."""
    service: str
    """The vendor's own name of the service."""
    operation: str
    """API operation, `ListBuckets`; or the file and place."""
    action: str
    """The permission that would allow it, `s3:ListAllMyBuckets`."""
    kind: str
    """Kind of record that is therefore missing or incomplete."""
    resource: str
    """The one thing whose detail is missing; empty where a whole listing is."""
    code: str
    """`denied`, `unsupported`, `throttled`, `expired`, `failed`, `truncated`, `skipped`,
    `malformed`, `not-enabled`; of what a tool told, `partial`, `hidden`, `not-understood`,
    `unmanaged` (it lies outside of what the tool looks after)."""
    reason: str
    """The system's own words, cut to one line, without secrets."""
