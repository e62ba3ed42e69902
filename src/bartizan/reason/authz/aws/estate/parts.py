# SPDX-License-Identifier: Apache-2.0
"""Parts of an estate by an index over its facts, for those who ask for many of them.

`part` looks at every row of a large estate; here the rows of an account are looked up. The index
is made of tables, so that it can be kept with a snapshot, and holds for the facts of which it was
made.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import IdentityProvider
from bartizan.model.facts.organization import Account, Unit
from bartizan.reason.authz.aws.estate.part import named
from bartizan.reason.authz.aws.estate.standing import TABLES, standing


class Parts:
    """Finds parts of one estate's facts."""

    def __init__(self, facts: Facts, tables: Mapping[str, pa.Table]) -> None:
        """Take an index that was made of these facts.

        Raises:
            ValueError: it was made of others.
        """
        index, nowhere = tables["parts"], tables["parts_nowhere"]
        noted = index.schema.metadata or {}
        for table in TABLES:
            if noted.get(table.table.encode()) != str(facts.table(table).num_rows).encode():
                message = f"not an index over these facts: `{table.table}`"
                raise ValueError(message)
        for table in (Account, Unit, IdentityProvider, Unread):
            facts.rows(table)  # made once, and shared by all parts
        self._facts, self._tables = facts, tables
        self._account = _Sorted(index["account"])
        self._also = _Lists(index["also"])
        self._rows = {table: _Lists(index[table.table]) for table in TABLES}
        self._arn, self._owners = _Sorted(nowhere["arn"]), _Lists(nowhere["accounts"])

    @classmethod
    def of(cls, facts: Facts) -> "Parts":
        """Index facts."""
        return cls(facts, standing(facts))

    def tables(self) -> Mapping[str, pa.Table]:
        """Return the index, from which it can be made again with the same facts."""
        return self._tables

    def part(self, names: Iterable[str], *, accounts: Iterable[str] = ()) -> Facts:
        """Return facts by which requests of `names` and of `accounts` are decided as by all.

        `names` are callers and resources as requests name them; with each comes its whole account.
        """
        places = self._places(named(names), {"", *accounts})
        return self._facts.replaced(
            {
                table.table: self._facts.table(table).take(_joined(lists, places))
                for table, lists in self._rows.items()
            }
        )

    def _places(self, names: Iterable[str], accounts: set[str]) -> set[int]:
        """Return where all accounts stand that are asked about, the names' own included."""
        names = tuple(names)
        found = set[int]()
        for account in accounts.union(map(account_of, names)):
            if (place := self._account.place(account)) is not None:
                found.add(place)
                found.update(self._also[place].tolist())
        for name in names:
            if not account_of(name) and (thing := self._arn.place(name)) is not None:
                found.update(self._owners[thing].tolist())
        return found


class _Sorted:
    """A sorted column of texts, without repeats, that is not read whole."""

    def __init__(self, column: "pa.ChunkedArray[Any]") -> None:
        self._column = column

    def place(self, text: str) -> int | None:
        """Return where `text` stands."""
        size = len(self._column)
        place = bisect_left(range(size), text, key=self._text)
        return place if place < size and self._text(place) == text else None

    def _text(self, place: int) -> str:
        return cast("str", self._column[place].as_py())


class _Lists:
    """A column of lists of numbers, taken from where it lies."""

    def __init__(self, column: "pa.ChunkedArray[Any]") -> None:
        whole = cast("pa.ListArray[Any]", column.combine_chunks())
        self._starts = np.asarray(whole.offsets)
        self._items = np.asarray(whole.values)

    def __getitem__(self, place: int) -> NDArray[np.int32]:
        return self._items[self._starts[place] : self._starts[place + 1]]


def _joined(lists: _Lists, places: Iterable[int]) -> NDArray[np.int32]:
    """Return the numbers of several lists, sorted, so that rows stay in their order."""
    return np.unique(np.concatenate([lists[place] for place in places]))
