# SPDX-License-Identifier: Apache-2.0
"""What differs between two versions of a table whose rows belong to owners."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from bartizan.reason.network.aws.kernel.addresses import Spans, joined
from bartizan.reason.network.aws.kernel.columns import Piece, flags, whole

MOST = 1_000
"""Rows that differ from which on it is not told which."""


class Differing(Struct, frozen=True):
    """Rows of a table that differ, from the first one to the last one."""

    ahead: int
    """So many rows at the beginning are the same."""
    behind: int
    """So many rows at the end are."""
    owners: Piece
    """Whose rows differ, each once."""

    @classmethod
    def between(cls, old: pa.Table, new: pa.Table) -> "Differing | None":
        """Compare two tables; None where too many rows differ."""
        size = min(len(old), len(new))
        ahead = size if old is new else _alike(old, new, size)
        rest = size - ahead
        behind = _alike(_tail(old, rest), _tail(new, rest), rest, tail=True)
        parts = [each.slice(ahead, len(each) - ahead - behind)["owner"] for each in (old, new)]
        if sum(map(len, parts)) > MOST:
            return None
        return cls(ahead, behind, pc.unique(pa.concat_arrays([whole(part) for part in parts])))

    def of_owners(self, table: pa.Table) -> pa.Table:
        """Return all rows of the owners, those that are the same as well."""
        return table.take(np.flatnonzero(flags(pc.is_in(table["owner"], value_set=self.owners))))

    def among(self, table: pa.Table) -> pa.Table:
        """Return the rows of the newer table that differ."""
        return table.slice(self.ahead, len(table) - self.ahead - self.behind)

    def spliced(self, old: Spans, fresh: Spans) -> Spans:
        """Return a column of the older table with `fresh` values in place of those that differ."""
        size = len(old.low)
        return joined(
            old.at(np.arange(self.ahead)), fresh, old.at(np.arange(size - self.behind, size))
        )


def _tail(table: pa.Table, size: int) -> pa.Table:
    return table.slice(len(table) - size)


def _alike(one: pa.Table, other: pa.Table, size: int, *, tail: bool = False) -> int:
    """Return how many rows are the same from the beginning, or up to the end."""
    low, high = 0, size
    while low < high:
        middle = (low + high + 1) // 2
        at = size - middle if tail else low
        if one.slice(at, middle - low).equals(other.slice(at, middle - low)):
            low = middle
        else:
            high = middle - 1
    return low
