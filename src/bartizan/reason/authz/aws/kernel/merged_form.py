# SPDX-License-Identifier: Apache-2.0
"""Joins the statements of compiled parts, and all that is in them, by what they say."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bartizan.reason.authz.aws.kernel.form import NONE, array
from bartizan.reason.authz.aws.kernel.tables import Codes, Ints, Lists

Places = NDArray[np.int64]
Tables: TypeAlias = Mapping[str, pa.Table]
Part: TypeAlias = tuple[Tables, Places]
"""A compiled part, and where its callers stand among all of them."""
Column: TypeAlias = Any
"""An array of texts or bytes: the library's types are parametrised."""

_OF_CALLERS = ("identity", "boundary", "session")
_WIDTH = 4
"""Bytes of a number."""


class _Joined(NamedTuple):
    """Things of several parts, each once, in the order of what they say."""

    things: Column
    first: Places
    """Of each thing, where it stands for the first time if all parts are laid end to end."""
    numbers: list[Ints]
    """For each part, the number of each of its things."""


def merged_form(parts: Sequence[Part]) -> dict[str, pa.Table]:
    """Return the tables of what the callers of all `parts` hold."""
    held = [tables for tables, _ in parts]
    actions, patterns, tests = (
        _joined([_whole(tables[name]["value"]) for tables in held])
        for name in ("action_sets", "patterns", "tests")
    )
    resources = _joined_lists(held, "patterns_of", patterns.numbers, ("negated", "doubtful"))
    conditions = _joined_lists(held, "tests_of", tests.numbers, sort=True)
    statements = _joined_statements(held, actions.numbers, resources.numbers, conditions.numbers)
    groups = _joined_lists(held, "groups", statements.numbers, ("unread",), sort=True)
    chains = _joined_lists(held, "chains", groups.numbers)
    return {
        "action_sets": pa.table({"value": actions.things}),
        "patterns": pa.table({"value": patterns.things}),
        "tests": pa.table({"value": tests.things}),
        "patterns.found": _patterns_found(held, patterns),
        **_tests_found(held, tests),
        **_tables("patterns_of", resources, ("negated", "doubtful")),
        **_tables("tests_of", conditions),
        **_columns(statements),
        **_tables("groups", groups, ("unread",)),
        **_tables("chains", chains),
        **_of_callers(parts, groups.numbers, chains.numbers),
    }


def _joined(columns: Sequence[Column]) -> _Joined:
    """Number things of several parts by what they say."""
    encoded = pa.concat_arrays(columns).dictionary_encode()
    order = pc.array_sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    numbers = rank[encoded.indices.to_numpy()]
    _, first = np.unique(numbers, return_index=True)
    ends = np.cumsum([len(column) for column in columns])
    return _Joined(encoded.dictionary.take(pa.array(order)), first, np.split(numbers, ends[:-1]))


def _joined_lists(
    held: Sequence[Tables],
    name: str,
    numbers: Sequence[Ints],
    flags: Sequence[str] = (),
    *,
    sort: bool = False,
) -> _Joined:
    """Number lists of things that have new `numbers`, with the `flags` of each list."""
    columns = []
    for tables, new in zip(held, numbers, strict=True):
        lists = Lists(array(tables[f"{name}.starts"]), new[array(tables[f"{name}.items"])])
        lists = lists.sorted() if sort else lists
        columns.append(_bytes(lists.headed([array(tables[flag]) for flag in flags])))
    return _joined(columns)


def _joined_statements(
    held: Sequence[Tables],
    actions: Sequence[Ints],
    resources: Sequence[Ints],
    conditions: Sequence[Ints],
) -> _Joined:
    columns = []
    for number, tables in enumerate(held):
        condition = np.append(conditions[number], np.int32(NONE))[array(tables["condition"])]
        said = (
            array(tables["allow"]),
            actions[number][array(tables["action"])],
            resources[number][array(tables["resource"])],
            condition,
        )
        empty = Lists(np.zeros(len(condition) + 1, dtype=np.int64), condition[:0])
        columns.append(_bytes(empty.headed(said)))
    return _joined(columns)


def _columns(statements: _Joined) -> dict[str, pa.Table]:
    """Return the columns of statements."""
    allow, action, resource, condition = _lists(statements.things).items.reshape(-1, 4).T
    return {
        "allow": _table(allow.astype(np.uint8)),
        "action": _table(action.copy()),
        "resource": _table(resource.copy()),
        "condition": _table(condition.copy()),
    }


def _tables(name: str, joined: _Joined, flags: Sequence[str] = ()) -> dict[str, pa.Table]:
    """Return the tables of lists that have `flags`."""
    heads, lists = _lists(joined.things).beheaded(len(flags))
    found = {flag: _table(head.astype(np.uint8)) for flag, head in zip(flags, heads, strict=True)}
    starts, items = f"{name}.starts", f"{name}.items"
    return {**found, starts: _table(lists.starts), items: _table(lists.items)}


def _of_callers(
    parts: Sequence[Part], groups: Sequence[Ints], chains: Sequence[Ints]
) -> dict[str, pa.Table]:
    """Return the groups and the chain of each caller, in the order of all callers."""
    rows = np.concatenate([places[array(tables["rows"])] for tables, places in parts])
    order = np.argsort(rows)
    found = {"rows": _table(rows[order])}
    for name, numbers in (*((name, groups) for name in _OF_CALLERS), ("chain", chains)):
        held = [
            np.append(new, np.int32(NONE))[array(tables[name])]
            for (tables, _), new in zip(parts, numbers, strict=True)
        ]
        found[name] = _table(np.concatenate(held)[order])
    return found


def _patterns_found(held: Sequence[Tables], patterns: _Joined) -> pa.Table:
    """Return by what patterns are found: one that is asked for more often somewhere is so."""
    tables = [one["patterns.found"] for one in held]
    joined = pa.concat_tables(_unnoted(tables))
    asked: Codes = np.zeros(len(patterns.first), dtype=np.uint8)
    np.maximum.at(asked, np.concatenate(patterns.numbers), joined["asked"].to_numpy())
    found = joined.take(patterns.first)
    found = found.set_column(0, joined.schema.field("asked"), pa.array(asked))
    return found.replace_schema_metadata(_noted(tables))


def _tests_found(held: Sequence[Tables], tests: _Joined) -> dict[str, pa.Table]:
    """Return by what tests are found."""
    tables = [one["tests.found"] for one in held]
    found = pa.concat_tables(_unnoted(tables)).take(tests.first)
    pairs = [np.zeros(0, dtype=np.int64)]
    for one, numbers in zip(held, tests.numbers, strict=True):
        test = numbers[array(one["tests.texts"].select(["test"]).rename_columns(["value"]))]
        sums = array(one["tests.texts"].select(["sum"]).rename_columns(["value"]))
        pairs.append(test.astype(np.int64) << 32 | sums)
    each = np.unique(np.concatenate(pairs))
    texts = {"test": (each >> 32).astype(np.int32), "sum": (each & 0xFFFFFFFF).astype(np.uint32)}
    return {
        "tests.found": found.combine_chunks().replace_schema_metadata(_noted(tables)),
        "tests.texts": pa.table(texts),
    }


def _unnoted(tables: Sequence[pa.Table]) -> list[pa.Table]:
    return [table.replace_schema_metadata(None) for table in tables]


def _noted(tables: Sequence[pa.Table]) -> dict[str, str]:
    """Return the keys that are noted at any of some tables."""
    noted = [(table.schema.metadata or {}).get(b"keys", b"").decode() for table in tables]
    return {"keys": " ".join(sorted({key for keys in noted for key in keys.split()}))}


def _bytes(lists: Lists) -> Column:
    """Return each list as bytes."""
    numbers: tuple[Any, ...] = (lists.starts * _WIDTH, lists.items.astype(np.int32))
    held = map(pa.py_buffer, numbers)
    return pa.Array.from_buffers(pa.large_binary(), len(lists), [None, *held])


def _lists(column: Column) -> Lists:
    """Return the lists that were made bytes."""
    _, starts, items = column.buffers()
    ends = np.frombuffer(starts, dtype=np.int64, count=len(column) + 1) // _WIDTH
    return Lists(ends, np.frombuffer(items or b"", dtype=np.int32, count=int(ends[-1])))


def _whole(column: Column) -> Column:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _table(values: NDArray[Any]) -> pa.Table:
    return pa.table({"value": pa.array(values)})
