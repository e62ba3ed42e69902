# SPDX-License-Identifier: Apache-2.0
"""Parts of an estate by an index over its facts, for those who ask for many of them.

`part` looks at every row of a large estate; here the rows of an account are looked up. The index
is made of tables, so that it can be kept with a snapshot, and holds for the facts of which it was
made.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import IdentityProvider
from bartizan.model.facts.organization import Account, Unit
from bartizan.model.facts.policy import Attachment, KeyGrant, Policy, PublicAccessBlock
from bartizan.model.table import Row
from bartizan.reason.authz.aws.estate.part import THINGS, named
from bartizan.reason.authz.aws.estate.standing import TABLES, standing

Numbers = NDArray[np.int32]

_MANY = 1 / 8
"""Part of all accounts beyond which it is faster to look at all rows."""
_FEW = 1 << 8
"""Texts that are looked up one by one."""


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
        self.facts, self._tables = facts, tables
        self._account = Sorted(index["account"])
        self._also = Lists(index["also"])
        self._rows = {table: Lists(index[table.table]) for table in TABLES}
        self._arn, self._owners = Sorted(nowhere["arn"]), Lists(nowhere["accounts"])

    @classmethod
    def of(cls, facts: Facts) -> "Parts":
        """Index facts."""
        return cls(facts, standing(facts))

    def tables(self) -> Mapping[str, pa.Table]:
        """Return the index, from which it can be made again with the same facts."""
        return self._tables

    def lies_somewhere(self, arn: str) -> bool:
        """Tell whether some account is known to own a thing whose ARN does not say which."""
        return self._arn.place(arn) is not None

    def sizes(self, table: type[Row]) -> Iterator[tuple[str, int]]:
        """Yield each account with how many rows of one of `TABLES` stand under it; the rows that
        may be anybody's stand under "".
        """
        counts = np.diff(self._rows[table].starts).tolist()
        yield from zip(self._account, counts, strict=True)

    def rows(self, table: type[Row]) -> NDArray[np.int32]:
        """Return the rows of one of `TABLES` that stand under some account, some repeatedly."""
        return self._rows[table].items

    def part(
        self, names: Iterable[str], *, accounts: Iterable[str] = (), things: Iterable[str] = ()
    ) -> Facts:
        """Return facts by which requests of `names` and of `accounts` are decided as by all.

        `names` are callers and resources as requests name them; with each comes its whole account.
        `things` are resources that come without: what callers of `names` ask of them is decided.
        """
        places = self._places(named(names), {"", *accounts})
        rows = {table: _joined(lists, places) for table, lists in self._rows.items()}
        if wanted := named(things):
            self._add(rows, wanted, self._places(wanted, set()) - places)
        return self.facts.replaced(
            {table.table: self.facts.table(table).take(held) for table, held in rows.items()}
        )

    def _add(
        self, rows: dict[type[Row], Numbers], things: frozenset[str], places: set[int]
    ) -> None:
        """Add the rows about things that stand under other accounts, and about the accounts."""
        if not places:
            return
        owners = {self._account.text(place) for place in places}
        wanted = pa.array(things | owners, pa.string())
        columns: list[tuple[type[Row], str]] = [(table, "arn") for table in THINGS]
        columns += [(KeyGrant, "key"), (PublicAccessBlock, "target"), (Attachment, "target")]
        for table, column in columns:
            found = self._among(table, column, wanted, places)
            rows[table] = np.union1d(rows[table], found)
            if table is Attachment:
                used = self.facts.table(Attachment)["policy"].take(found).combine_chunks()
                more = self._among(Policy, "id", used, places)
                rows[Policy] = np.union1d(rows[Policy], more)

    def _among(
        self, table: type[Row], column: str, wanted: "pa.Array[Any]", places: set[int]
    ) -> Numbers:
        """Return the rows of some accounts that have one of some texts in a column."""
        whole = self.facts.table(table)[column]
        if len(places) > _MANY * len(self._account):
            return np.flatnonzero(np.asarray(pc.is_in(whole, value_set=wanted))).astype(np.int32)
        numbers = _joined(self._rows[table], places)
        found: Numbers = numbers[np.asarray(pc.is_in(whole.take(numbers), value_set=wanted))]
        return found

    def _places(self, names: Iterable[str], accounts: set[str]) -> set[int]:
        """Return where all accounts stand that are asked about, the names' own included."""
        names = tuple(names)
        found = set[int]()
        for place in self._account.places(accounts.union(map(account_of, names))):
            found.add(place)
            found.update(self._also[place].tolist())
        for thing in self._arn.places({name for name in names if not account_of(name)}):
            found.update(self._owners[thing].tolist())
        return found


class Sorted:
    """A sorted column of texts, without repeats, that is not read whole."""

    def __init__(self, column: "pa.ChunkedArray[Any]") -> None:
        self._column = column

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._column)

    def __iter__(self) -> Iterator[str]:
        """Yield the texts in their order."""
        yield from cast("list[str]", self._column.to_pylist())

    def place(self, text: str) -> int | None:
        """Return where `text` stands."""
        size = len(self._column)
        place = bisect_left(range(size), text, key=self.text)
        return place if place < size and self.text(place) == text else None

    def places(self, texts: Collection[str]) -> Iterable[int]:
        """Return where those of some texts stand that are there."""
        if len(texts) < _FEW:
            return [place for place in map(self.place, texts) if place is not None]
        there = pc.is_in(self._column, value_set=pa.array(texts, pa.string()))
        return np.flatnonzero(np.asarray(there)).tolist()

    def beginning(self, text: str) -> range:
        """Return where the texts stand that begin with `text`, which is not empty."""
        size, after = len(self._column), text[:-1] + chr(ord(text[-1]) + 1)
        begin, end = (bisect_left(range(size), one, key=self.text) for one in (text, after))
        return range(begin, end)

    def text(self, place: int) -> str:
        """Return the text in a place."""
        return cast("str", self._column[place].as_py())


class Lists:
    """A column of lists of numbers, taken from where it lies."""

    def __init__(self, column: "pa.ChunkedArray[Any]") -> None:
        whole = cast("pa.ListArray[Any]", column.combine_chunks())
        self.starts = np.asarray(whole.offsets)
        self.items = np.asarray(whole.values)

    def __getitem__(self, place: int) -> NDArray[np.int32]:
        return self.items[self.starts[place] : self.starts[place + 1]]


def _joined(lists: Lists, places: Iterable[int]) -> NDArray[np.int32]:
    """Return the numbers of several lists, sorted, so that rows stay in their order."""
    return np.unique(np.concatenate([lists[place] for place in places]))
