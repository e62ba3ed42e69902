# SPDX-License-Identifier: Apache-2.0
"""A snapshot as it would be after a change; it is held in memory and never kept."""

from collections.abc import Mapping
from functools import cached_property

import pyarrow as pa
from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.record import Overlay, Records
from bartizan.model.snapshot import Manifest
from bartizan.ports import Normaliser, Snapshot


class Supposed(Struct, frozen=True, dict=True):
    """A snapshot that is only supposed; it takes the time of the one that it is a change of."""

    manifest: Manifest
    """Of the snapshot that was changed."""
    records: Records
    normalise: Normaliser
    before: Snapshot | None = None
    """What it is a change of; facts of what does not change are taken from it."""

    def facts(self) -> Facts:
        """Return its facts, which are derived once."""
        return self._facts

    def compiled(self, name: str, version: str) -> Mapping[str, pa.Table] | None:
        """Return None: nothing is kept of what is only supposed."""
        del name, version
        return None

    def keep(self, name: str, version: str, tables: Mapping[str, pa.Table]) -> None:
        """Keep nothing."""

    @cached_property
    def _facts(self) -> Facts:
        records, before = self.records, self.before
        # Two changes, one over the other, are both changes of what was before.
        if (
            before is None
            or not isinstance(records, Overlay)
            or records.base is not before.records
        ):
            return self.normalise(records)
        return self.normalise(records, before.facts())
