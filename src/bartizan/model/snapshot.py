# SPDX-License-Identifier: Apache-2.0
"""What a snapshot says about itself."""

from collections.abc import Mapping
from typing import NewType

from msgspec import Struct, field

SnapshotId = NewType("SnapshotId", str)

FORMAT = 1
"""Version of the directory's layout; a change that an older reader would misread raises it."""


class Manifest(Struct, frozen=True, kw_only=True):
    """The first thing that is read of a snapshot."""

    id: SnapshotId
    """Digest of the records without times, of which facts are a function: the same estate read
    twice has the same id."""
    format: int
    tool_version: str
    """Version of Bartizan that wrote it."""
    parent: SnapshotId | None
    """The snapshot that this one is an overlay of."""
    sources: tuple[str, ...]
    """Which sources it was read from, as people would write them."""
    started_at: str
    """ISO 8601, UTC."""
    finished_at: str
    """ISO 8601, UTC."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Kind of record to number of records, those of parents included."""
    content: Mapping[str, str] = field(default_factory=dict)
    """Kind of record to the digest of its records without times; `id` is the digest of these."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """Relative path of each record file to its SHA-256."""
    dropped: tuple[tuple[str, str], ...] = ()
    """Kind and id of each record of the parent that is no longer there."""
