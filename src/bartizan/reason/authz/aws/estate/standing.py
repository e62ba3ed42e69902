# SPDX-License-Identifier: Apache-2.0
"""Says for each row of the tables that decide requests to which accounts it could matter.

The rules are those of `part`; a row that stands under an account too many does no harm, as a part
may hold more than it has to.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct
from numpy.typing import NDArray

from bartizan.model.facts import Facts
from bartizan.model.facts.identity import Membership
from bartizan.model.facts.organization import Account, Unit
from bartizan.model.facts.policy import Attachment, KeyGrant, Policy, PublicAccessBlock
from bartizan.model.table import Row
from bartizan.reason.authz.aws.estate.part import THINGS, accounts_in
from bartizan.reason.authz.aws.estate.sessions import FILE_USER

Codes = NDArray[np.int64]
Texts: TypeAlias = Any
"""An array of texts, or several in a row: Arrow's own types take the one or the other."""

TABLES: tuple[type[Row], ...] = (
    *THINGS,
    Membership,
    KeyGrant,
    PublicAccessBlock,
    Attachment,
    Policy,
)
"""Tables whose rows are found by account; the others stay whole."""

_TARGETS = ((Membership, "user"), (KeyGrant, "key"), (PublicAccessBlock, "target"))


class Pairs(NamedTuple):
    """Things, by number, and what belongs to each, by number; as many pairs as they are long."""

    keys: Codes
    items: Codes

    @classmethod
    def together(cls, *parts: "Pairs") -> "Pairs":
        """Return all pairs, each once, sorted."""
        keys = np.concatenate([part.keys for part in parts])
        items = np.concatenate([part.items for part in parts])
        width = int(items.max(initial=0)) + 1
        joined = np.unique(keys * width + items)
        return cls(joined // width, joined % width)

    def where(self, mask: NDArray[np.bool_]) -> "Pairs":
        """Return some of the pairs."""
        return Pairs(self.keys[mask], self.items[mask])

    def turned(self) -> "Pairs":
        """Return the pairs the other way round."""
        return Pairs(self.items, self.keys)

    def through(self, other: "Lists") -> "Pairs":
        """Return each key with what belongs to its items."""
        sizes = other.starts[self.items + 1] - other.starts[self.items]
        first = np.repeat(other.starts[self.items] - np.cumsum(sizes) + sizes, sizes)
        index = first + np.arange(len(first))
        return Pairs(np.repeat(self.keys, sizes), other.items[index])


class Lists(Struct, frozen=True):
    """For each of many things, what belongs to it, laid end to end."""

    starts: Codes
    items: Codes

    @classmethod
    def of(cls, pairs: Pairs, size: int) -> "Lists":
        """Gather pairs by their keys, which are below `size`."""
        order = np.argsort(pairs.keys, kind="stable")
        starts = np.zeros(size + 1, dtype=np.int64)
        np.cumsum(np.bincount(pairs.keys, minlength=size), out=starts[1:])
        return cls(starts, pairs.items[order])

    def arrow(self) -> "pa.ListArray[Any]":
        """Return it as a column of lists."""
        return pa.ListArray.from_arrays(
            pa.array(self.starts, pa.int32()), pa.array(self.items, pa.int32())
        )


def standing(facts: Facts) -> Mapping[str, pa.Table]:
    """Return the index over `facts`, as tables."""
    made = _Standing(facts)
    return {"parts": made.parts(), "parts_nowhere": made.nowhere()}


class _Standing:
    """The accounts by number, and the things by number with the accounts of each."""

    def __init__(self, facts: Facts) -> None:
        self._tables = {table: facts.table(table) for table in TABLES}
        self._units = facts.table(Unit)["id"]
        known = {"", *facts.table(Account)["id"].to_pylist()}
        for table in THINGS:
            known.update(pc.unique(self._tables[table]["account"]).to_pylist())
            known.update(pc.unique(accounts_in(self._tables[table]["arn"])).to_pylist())
        for table, column in (*_TARGETS, (Attachment, "target")):
            known.update(pc.unique(accounts_in(self._tables[table][column])).to_pylist())
        self.labels = pa.array(sorted(text for text in known if text is not None), pa.string())
        self._all = int(pc.index(self.labels, "").as_py())
        encoded = _joined(*(self._tables[table]["arn"] for table in THINGS)).dictionary_encode()
        self._arns = encoded.dictionary
        self._thing = encoded.indices.to_numpy().astype(np.int64)
        self._owned, self._also = self._owners()
        self._of_thing = Lists.of(self._owned, len(self._arns))

    def _owners(self) -> tuple[Pairs, Pairs]:
        """Return the accounts of each thing, and for accounts what else comes with them."""
        account = _joined(*(self._tables[table]["account"] for table in THINGS))
        stated = self._codes(account)
        written = self._written(_joined(*(self._tables[table]["arn"] for table in THINGS)))
        starts = np.concatenate([_is_file_user(self._tables[table]) for table in THINGS])
        owned = Pairs(self._thing, stated)
        by_arn = Pairs(self._thing, written).where(written >= 0)
        anybody = Pairs(self._thing, np.full_like(stated, self._all)).where(starts)
        apart = (written >= 0) & (stated != self._all) & (stated != written)
        also = Pairs(written, stated).where(apart)
        return Pairs.together(owned, by_arn, anybody), Pairs.together(also)

    def parts(self) -> pa.Table:
        """Return for each account the rows of each table."""
        begin, found = 0, {}
        for table in THINGS:
            size = self._tables[table].num_rows
            rows = Pairs(np.arange(size), self._thing[begin : begin + size])
            found[table] = rows.through(self._of_thing)
            begin += size
        for table, column in _TARGETS:
            found[table] = self._targets(table, column)
        found[Attachment] = self._attachments(found[Membership])
        found[Policy] = self._policies(found[Attachment])
        size = len(self.labels)
        columns = {
            table.table: Lists.of(Pairs.together(pairs.turned()), size).arrow()
            for table, pairs in found.items()
        }
        also = Lists.of(self._also, size).arrow()
        counts = {table.table: str(self._tables[table].num_rows) for table in TABLES}
        return pa.table({"account": self.labels, "also": also, **columns}).replace_schema_metadata(
            counts
        )

    def nowhere(self) -> pa.Table:
        """Return the accounts of things whose ARN does not say whose they are, sorted by ARN."""
        mine = self._written(self._arns) < 0
        numbers = np.flatnonzero(mine)
        order = pc.array_sort_indices(self._arns.take(numbers)).to_numpy()
        numbers = numbers[order]
        pairs = Pairs(np.arange(len(numbers)), numbers).through(self._of_thing)
        lists = Lists.of(pairs, len(numbers)).arrow()
        return pa.table({"arn": self._arns.take(numbers), "accounts": lists})

    def _targets(self, table: type[Row], column: str) -> Pairs:
        """Return the accounts of each row whose `column` names a thing, an account, or a unit."""
        values = _joined(self._tables[table][column])
        rows = np.arange(len(values))
        written = self._written(values)
        thing = _index(values, self._arns)
        account = self._codes(values)
        account[_index(values, _joined(self._units)) >= 0] = -1
        open_ = (written < 0) & (thing < 0)
        account[open_ & (account < 0)] = self._all
        return Pairs.together(
            Pairs(rows, written).where(written >= 0),
            Pairs(rows, thing).where(thing >= 0).through(self._of_thing),
            Pairs(rows, account).where(open_),
        )

    def _attachments(self, members: Pairs) -> Pairs:
        """Return the accounts of each attachment; what a group has is its members' too."""
        held = self._tables[Attachment]
        groups = pc.unique(self._tables[Membership]["group"])
        of_member = _index(_joined(self._tables[Membership]["group"]), groups)
        target = _index(_joined(held["target"]), groups)
        rows = np.arange(held.num_rows)
        of_group = Lists.of(Pairs(target, rows).where(target >= 0), len(groups))
        group_of = Lists.of(Pairs(np.arange(len(of_member)), of_member), len(of_member))
        theirs = members.turned().through(group_of).through(of_group).turned()
        sessions = _mask(held["use"], "session")
        anybody = Pairs(rows, np.full_like(rows, self._all)).where(sessions)
        return Pairs.together(self._targets(Attachment, "target"), theirs, anybody)

    def _policies(self, attachments: Pairs) -> Pairs:
        """Return the accounts of each policy: those of its attachments."""
        ids, used = self._tables[Policy]["id"], self._tables[Attachment]["policy"]
        encoded = _joined(ids, used).dictionary_encode()
        codes = encoded.indices.to_numpy().astype(np.int64)
        rows = Pairs(codes[: len(ids)], np.arange(len(ids)))
        of_code = Lists.of(rows, len(encoded.dictionary))
        code_of = Lists.of(Pairs(np.arange(len(used)), codes[len(ids) :]), len(used))
        return attachments.turned().through(code_of).through(of_code).turned()

    def _written(self, arns: Texts) -> Codes:
        """Return the number of the account in each ARN; -1 where it has none."""
        found = self._codes(accounts_in(arns))
        found[found == self._all] = -1
        return found

    def _codes(self, values: Texts) -> Codes:
        return _index(values, self.labels)


def _joined(*columns: Texts) -> Texts:
    chunks = [chunk for column in columns for chunk in column.chunks]
    return pa.concat_arrays(chunks) if chunks else pa.array([], pa.string())


def _index(values: Texts, among: Texts) -> Codes:
    """Return the place of each value in `among`; -1 where it is not there."""
    found: Texts = pc.index_in(values, value_set=among)
    return np.asarray(found.fill_null(-1), dtype=np.int64)


def _mask(column: Texts, value: str) -> NDArray[np.bool_]:
    found: Texts = pc.is_in(column, value_set=pa.array([value]))
    return np.asarray(found)


def _is_file_user(things: pa.Table) -> NDArray[np.bool_]:
    if "kind" not in things.column_names:
        return np.zeros(things.num_rows, dtype=bool)
    return _mask(things["kind"], FILE_USER)
