# SPDX-License-Identifier: Apache-2.0
"""A snapshot as it would be after a change; it is held in memory and never kept."""

from collections.abc import Mapping
from functools import cached_property

import pyarrow as pa
from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.record import Records
from bartizan.model.snapshot import Manifest
from bartizan.ports import Normaliser


class Supposed(Struct, frozen=True, dict=True):
    """A snapshot that is only supposed; it takes the time of the one that it is a change of."""

    manifest: Manifest
    """Of the snapshot that was changed."""
    records: Records
    normalise: Normaliser
    before: Facts | None = None
    """Of the records that `records` are a change of, where that is told."""

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
        return self.normalise(self.records, self.before)
